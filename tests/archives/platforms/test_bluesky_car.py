"""Repositories of Bluesky that are odd, damaged or lie."""

import pytest

import givesell
from tests.archives.conftest import Raw, block, car
from tests.archives.samples import FIRST, tell

DID = "did:plc:inventedaccount"
# What any value of a block may turn into: numbers that the format forbids, text that is not UTF-8,
# lengths that lie, addresses of nothing.
CBOR = {
    "null": "f6", "true": "f5", "zero": "00", "minus one": "20", "2**64 - 1": "1bffffffffffffffff",
    "NaN": "fb7ff8000000000000",
    "infinity": "fb7ff0000000000000", "float": "fb3ff0000000000000", "text": "636f6464",
    "empty text": "60", "not UTF-8": "61ff",
    "bytes": "42ff00", "list": "8101", "empty list": "80", "object": "a1616101",
    "empty object": "a0", "address of nothing": "d82a4100",
    "other tag": "c100", "endless list": "9f", "huge list": "9b00000000ffffffff",
    "huge text": "7b7fffffffffffffff", "nested": "81" * 3_000 + "80",
}  # fmt: skip


def repository(records, entries=(), commit=None, roots=None):
    """Return a CAR of an account with some records, some entries of its tree before theirs, and
    what is odd in its commit and header.
    """
    blocks = [block(record) for record in records]
    prefix = b"app.bsky.feed.post/"
    whole = [
        {"p": 0, "k": prefix + b"%d" % number, "v": cid, "t": None}
        for number, (cid, _) in enumerate(blocks, FIRST)
    ]
    nodes = (
        [block({"e": [one], "l": None}) for one in entries]
        if len(entries) < 9
        else [block({"e": [*entries], "l": None})]
    )
    tree = block({"e": whole, "l": None})
    top = block({"did": DID, "version": 3, "data": tree[0], **(commit or {})})
    return car([top[0]] if roots is None else roots, dict([top, tree, *nodes, *blocks]))


def bsky(number, **values):
    """Return a record of a post."""
    return {
        "$type": "app.bsky.feed.post",
        "text": f"good {number}",
        "createdAt": "2025-03-01T08:00:00.000Z",
        **values,
    }


@pytest.mark.parametrize("odd", CBOR)
def test_a_value_of_a_block_may_be_anything(write, odd):
    """A record of a repository that is odd in one place is read or rejected, and those around it
    are read.
    """
    raw = Raw(bytes.fromhex(CBOR[odd]))
    records = []
    for key in ("$type", "text", "createdAt", "reply", "subject"):
        number = FIRST + len(records)
        records += [bsky(number + 1_000_000, **{key: raw}), bsky(number + 1)]
    records += [raw, bsky(FIRST + len(records) + 1)]
    good, told, _ = tell(givesell.read_archive(write("repo.car", repository(records))))
    assert [number for number in good if number < 1_000_000] == list(
        range(FIRST + 1, FIRST + len(records), 2)
    )
    assert told == len(records)


@pytest.mark.parametrize("odd", CBOR)
def test_a_name_in_a_repository_may_be_anything(write, odd):
    """What is odd in the tree, the commit or the header is rejected or skipped, and costs the
    posts their names at most.
    """
    raw = Raw(bytes.fromhex(CBOR[odd]))
    missing = {"p": 0, "k": b"app.bsky.feed.post/x", "v": block(1)[0], "t": None}
    for key in missing:
        archive = givesell.read_archive(
            write("repo.car", repository([bsky(FIRST)], [{**missing, key: raw}]))
        )
        good, told, _ = tell(archive)
        assert good == [FIRST]
        assert told in (1, 2)
    for key in ("did", "version", "data"):
        archive = givesell.read_archive(
            write("repo.car", repository([bsky(FIRST)], commit={key: raw}))
        )
        assert tell(archive)[0] == [FIRST]
    for roots in (raw, [raw]):
        archive = givesell.read_archive(
            write("repo.car", repository([bsky(FIRST)], roots=roots)), format="bluesky-car"
        )
        assert tell(archive)[0] == [FIRST]


def test_names_that_lie(write):
    """Names that grow with each entry, go back behind the start, or name one record a thousand
    times are rejected, or read as often.
    """
    record = bsky(FIRST)
    cid = block(record)[0]
    growing = [{"p": 0, "k": b"app.bsky.feed.post/", "v": cid, "t": None}]
    growing += [
        {"p": 19 + 9 * number, "k": b"x" * 9, "v": cid, "t": None} for number in range(1_000)
    ]
    archive = givesell.read_archive(write("repo.car", repository([record], growing)))
    _, told, posts = tell(archive)
    assert told == 1_002
    assert (len(posts), archive.n_rejected) == (113, 889)
    assert len({post.id for post in posts}) == len(posts)


def test_lengths_that_lie(write):
    """A block that claims more than the file holds, or has no address, is told once, and the
    posts before it are read.
    """
    good = repository([bsky(FIRST)])
    for tail in (
        b"\xff" * 12,
        b"\xff\xff\xff\xff\x7f",
        b"\x05abc",
        b"\x03abc",
        b"\x01\x01",
        b"\x80",
        b"\x24\x01\x71\x12\x7f" + b"x" * 32,
    ):
        archive = givesell.read_archive(write("repo.car", good + tail))
        assert [post.text for post in archive] == [f"good {FIRST}"]
        assert [
            (line, "breaks off or is damaged" in reason) for _, line, reason, _ in archive.rejected
        ] == [(0, True)]


def test_a_block_beyond_the_limit_is_passed_over(write, monkeypatch):
    """A block beyond the limit is rejected, and the posts after it are read."""
    monkeypatch.setattr("givesell.archives.parsing.car.MAX_BLOCK_BYTES", 300)
    archive = givesell.read_archive(
        write(
            "repo.car", repository([bsky(FIRST), bsky(FIRST + 1, text="h" * 400), bsky(FIRST + 2)])
        )
    )
    assert tell(archive)[0] == [FIRST, FIRST + 2]
    assert [reason for _, _, reason, _ in archive.rejected] == ["block of more than 4 MiB"]
