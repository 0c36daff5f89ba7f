"""Bluesky: repositories and JSON."""

import pytest

import givesell
from tests.archives.conftest import block, car

DID = "did:plc:inventedaccount"


@pytest.fixture
def repository():
    """An account with a post, a reply, a repost and a like."""
    post = block(
        {
            "$type": "app.bsky.feed.post",
            "text": "Mugs back on Friday",
            "createdAt": "2025-03-01T08:00:00.000Z",
        }
    )
    reply = block(
        {
            "$type": "app.bsky.feed.post",
            "text": "thank you!",
            "createdAt": "2025-03-02T08:00:00Z",
            "reply": {"root": {}},
        }
    )
    subject = {"uri": "at://did:plc:other/app.bsky.feed.post/3k9"}
    repost = block(
        {"$type": "app.bsky.feed.repost", "subject": subject, "createdAt": "2025-03-03T08:00:00Z"}
    )
    like = block(
        {"$type": "app.bsky.feed.like", "subject": subject, "createdAt": "2025-03-03T08:00:00Z"}
    )
    entries = [
        {"p": 0, "k": b"app.bsky.feed.like/3k0", "v": like[0], "t": None},
        {"p": 14, "k": b"post/3k1", "v": post[0], "t": None},
        {"p": 21, "k": b"2", "v": reply[0], "t": None},
        {"p": 14, "k": b"repost/3k3", "v": repost[0], "t": None},
    ]
    tree = block({"l": None, "e": entries})
    commit = block(
        {"did": DID, "rev": "3k", "data": tree[0], "version": 3, "sig": b"x", "prev": None}
    )
    return car(commit[0], dict([commit, tree, post, reply, repost, like]))


def test_a_repository_gives_its_posts(read, repository):
    """Names come from the tree, whose entries say only how they differ; likes are no posts; a
    repost has no text.
    """
    found = read("repo.car", repository)
    assert found.format == "bluesky-car"
    assert [(post.text, post.kind) for post in found] == [
        ("Mugs back on Friday", "post"),
        ("thank you!", "reply"),
        (None, "repost"),
    ]
    assert found[1].id == f"at://{DID}/app.bsky.feed.post/3k2"
    assert found[1].url == f"https://bsky.app/profile/{DID}/post/3k2"
    assert found[2].url == "https://bsky.app/profile/did:plc:other/post/3k9"
    assert found[0].created.isoformat() == "2025-03-01T08:00:00+00:00"


def test_a_repository_that_breaks_off_is_read_so_far(write, repository):
    """The posts of a cut CAR are read, and the damage is told with its name."""
    archive = givesell.read_archive(write("repo.car", repository[:-30]))
    assert len(list(archive)) > 0
    ((file, line, reason, _),) = archive.rejected
    assert (file.name, line, "breaks off or is damaged" in reason) == ("repo.car", 0, True)


def test_a_feed_tells_posts_replies_and_reposts(read):
    """The author of a repost is who reposted, its text that of the original."""
    uri = "at://did:plc:a/app.bsky.feed.post/"
    author = {"did": "did:plc:a", "handle": "ana.example"}
    record = {"$type": "app.bsky.feed.post", "createdAt": "2025-01-01T00:00:00Z", "text": "one"}
    by = {"$type": "app.bsky.feed.defs#reasonRepost", "by": {"handle": "bo.example"}}
    feed = [
        {"post": {"uri": uri + "1", "author": author, "record": record}},
        {
            "post": {
                "uri": uri + "2",
                "author": author,
                "record": {**record, "text": "two", "reply": {"parent": {}}},
            }
        },
        {
            "post": {"uri": uri + "3", "author": author, "record": {**record, "text": "three"}},
            "reason": by,
        },
        {"post": {"uri": uri + "1", "author": author, "record": record}},
        {"post": {"author": author}},
    ]
    found = read("feed.json", {"feed": feed, "cursor": "x"})
    assert found.format == "bluesky"
    assert [(post.text, post.kind, post.author) for post in found] == [
        ("one", "post", "ana.example"),
        ("two", "reply", "ana.example"),
        ("three", "repost", "bo.example"),
    ]
    assert found.skipped == {"the same id twice": 1}
    assert found.rejects == [(5, "not a post")]
    assert found[0].url == "https://bsky.app/profile/ana.example/post/1"


def test_records_of_an_account(read):
    """The answer of listRecords is read as the records of one account."""
    value = {"$type": "app.bsky.feed.post", "text": "hello", "createdAt": "2025-01-01T00:00:00Z"}
    found = read(
        "records.json",
        {"records": [{"uri": "at://did:plc:a/app.bsky.feed.post/1", "cid": "b", "value": value}]},
    )
    assert (found.texts, found[0].author) == (["hello"], "did:plc:a")
