"""Posts that come twice."""

import numpy as np

from givesell.archives.parsing.seen_ids import SeenIds


def test_what_was_seen_is_told_whatever_the_order():
    """Which ids are new is the same as with a set, for blocks of any size and order."""
    draw = np.random.default_rng(0)
    seen, known = SeenIds(), set()
    for size in draw.integers(0, 300, 200):
        block = draw.integers(-5_000, 5_000, size)
        expected = []
        for value in block.tolist():
            expected.append(value not in known)
            known.add(value)
        assert seen.first(block).tolist() == expected


def test_an_id_takes_eight_bytes():
    """Runs grow together, so that few are looked through."""
    seen = SeenIds()
    for start in range(0, 100_000, 1_000):
        assert seen.first(np.arange(start, start + 1_000)).all()
    assert sum(run.nbytes for run in seen._runs) == 800_000
    assert len(seen._runs) < 10


def test_beyond_the_limit_nothing_more_is_remembered(monkeypatch):
    """Ids that are known stay known, and new ones are new each time."""
    monkeypatch.setattr("givesell.archives.parsing.seen_ids.MAX_IDS", 10)
    seen = SeenIds()
    assert seen.first(np.arange(10)).all()
    assert seen.first(np.arange(20)).sum() == 10
    assert seen.first(np.arange(20)).sum() == 10


def test_a_post_twice_within_a_block_and_across(read):
    """The first stands; posts without an id all do."""
    rows = [
        {"ID": number % 1_500, "Timestamp": "", "Contents": "thanks"} for number in range(3_000)
    ]
    rows += [{"ID": None, "Timestamp": "", "Contents": "anew"}] * 3
    found = read(
        "package.zip", {"messages/c1/messages.json": rows, "messages/c2/messages.json": rows[:5]}
    )
    assert len(found) == 1_503
    assert found.skipped == {"the same id twice": 1_505}
