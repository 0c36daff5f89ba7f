"""Mastodon exports."""

import pytest

PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
ME = "https://social.example/users/ana"


def create(number, content, to=(PUBLIC,), cc=(), **note):
    """Return the activity of a post."""
    note = {
        "type": "Note",
        "id": f"{ME}/statuses/{number}",
        "url": f"https://social.example/@ana/{number}",
        "content": content,
        **note,
    }
    return {
        "type": "Create",
        "actor": ME,
        "published": "2025-01-02T03:04:05Z",
        "to": list(to),
        "cc": list(cc),
        "object": note,
    }


def outbox(*items):
    """Return an outbox."""
    context = "https://www.w3.org/ns/activitystreams"
    return {
        "@context": context,
        "type": "OrderedCollection",
        "totalItems": len(items),
        "orderedItems": list(items),
    }


def test_html_becomes_text(read):
    """Paragraphs, breaks and entities read as on the page; a shortened link is whole again."""
    link = (
        '<a href="https://a.example/x"><span class="invisible">https://</span><span'
        ' class="ellipsis">a.example/</span>'
    )
    content = (
        f'<p>Cups &amp; mugs<br>back {link}<span class="invisible">x</span></a></p><p>thanks'
        " <span>@<b>bo</b></span></p>"
    )
    found = read("outbox.json", outbox(create(1, content)))
    assert found.format == "mastodon"
    assert found.texts == ["Cups & mugs\nback https://a.example/x\n\nthanks @bo"]
    assert (found[0].author, found[0].kind, found[0].url) == (
        "@ana@social.example",
        "post",
        "https://social.example/@ana/1",
    )


def test_a_warning_and_a_poll_are_part_of_the_text(read):
    """Content warnings stand first, the options of a poll last."""
    poll = create(
        1,
        "<p>Which?</p>",
        summary="kiln talk",
        type="Question",
        oneOf=[{"name": "blue"}, {"name": "red"}],
    )
    assert read("outbox.json", outbox(poll)).texts == ["kiln talk\n\nWhich?\n\nblue\nred"]


@pytest.mark.parametrize(
    ("visibility", "texts"), [("public", ["a", "b"]), ("all", ["a", "b", "c", "d"])]
)
def test_only_what_all_may_read_unless_asked(read, visibility, texts):
    """Public and unlisted posts are read; followers-only and direct ones are skipped and
    counted.
    """
    followers = f"{ME}/followers"
    items = [
        create(1, "a"),
        create(2, "b", [followers], [PUBLIC]),
        create(3, "c", [followers]),
        create(4, "d", ["https://x.example/u"]),
    ]
    found = read("outbox.json", outbox(*items), visibility=visibility)
    assert found.texts == texts
    assert found.skipped == ({"not public": 2} if visibility == "public" else {})


def test_boosts_and_replies_are_marked(read):
    """A boost has no text but the address of what was boosted."""
    boost = {
        "type": "Announce",
        "id": "b1",
        "actor": ME,
        "published": "2025-01-02T03:04:05Z",
        "to": [PUBLIC],
        "object": "https://o.example/1",
    }
    found = read(
        "outbox.json",
        outbox(
            boost,
            create(1, "hm", inReplyTo="https://o.example/2"),
            {"type": "Delete", "to": [PUBLIC]},
        ),
    )
    assert [(post.text, post.kind) for post in found] == [(None, "repost"), ("hm", "reply")]
    assert found[0].url == "https://o.example/1"
    assert found.skipped == {"not a post": 1}


@pytest.mark.parametrize("name", ["export.tar.gz", "export.zip", "export.tar"])
def test_the_whole_export(read, name):
    """The outbox is found among the other files; the actor says the name."""
    files = {
        "actor.json": {"id": "https://social.example/ap/users/1", "preferredUsername": "ana"},
        "likes.json": {"type": "OrderedCollection", "orderedItems": ["https://o.example/1"]},
        "media_attachments/files/1.png": b"\x89PNG",
        "outbox.json": outbox(
            {**create(1, "<p>hello</p>"), "actor": "https://social.example/ap/users/1"}
        ),
    }
    found = read(name, files)
    assert (found.texts, found[0].author) == (["hello"], "@ana@social.example")


@pytest.mark.parametrize(
    ("url", "told"),
    [
        (["https://s.example/1", "https://s.example/2"], "https://s.example/1"),
        ([{"type": "Link", "href": "https://s.example/1"}], "https://s.example/1"),
        ({"type": "Link", "href": "https://s.example/1"}, "https://s.example/1"),
        ([None, 7, {"href": None}], f"{ME}/statuses/1"),
        (7, f"{ME}/statuses/1"),
        ("h" * 5_000, f"{ME}/statuses/1"),
    ],
)
def test_an_address_of_any_kind(read, url, told):
    """The address of a post may be a text, an object or a list of them; with anything else the id
    of the post is its address.
    """
    found = read("outbox.json", outbox(create(1, "a", url=url), create(2, "b")))
    assert found.texts == ["a", "b"]
    assert found[0].url == told


@pytest.mark.parametrize(
    "actor", ["http://[", "https://s.example:x/@ana", "a" * 5_000, 7, ["x"], {"id": 7}, ""]
)
def test_an_author_that_is_no_address(read, actor):
    """The post is read, if need be without its author."""
    found = read("outbox.json", outbox({**create(1, "a"), "actor": actor}))
    assert found.texts == ["a"]
    assert len(found[0].author or "") < 100


def test_content_that_is_no_text_is_rejected(read):
    """The reason and the place are told."""
    found = read("outbox.json", outbox(create(1, 7), create(2, "b"), create(3, ["c"])))
    assert found.texts == ["b"]
    assert found.rejects == [
        (1, "the post is a number, not a string"),
        (3, "the post is an array, not a string"),
    ]
