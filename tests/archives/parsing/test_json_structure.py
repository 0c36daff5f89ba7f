"""What JSON is, and which paths it has, without reading its values."""

import io
import json

import pytest

from givesell.archives.parsing import json_items, json_structure
from givesell.archives.parsing.json_structure import begins_json, paths_further


@pytest.mark.parametrize(
    ("data", "is_json"),
    [
        ('[{"text": "hi', True), ('{"text"', True), ("[\n {\n", True), ("[1, 2", True), ("[]",
        True), ("{}", True), ("[[1], [2]]", True),
        ('["a", "b"]\n["c"]', True), ("[null, true]", True), ('{"a": 1} x', True), ("[", True),
        ("{", True),
        ("[Friday] sale", False), ("[1] first\n[2] second", False), ("[2024]\nSale", False),
        ("[] todo", False), ("[ ] todo", False),
        ("{name} is", False), ("[[Sale]] now", False), ('["Give" two]', False), ("[{name}] x",
        False), ("[12:30] <nick> hi", False),
        ("[01/02/2024, 09:00] Ana: hi", False), ("thanks", False), ("", False), ('"text"', False),
    ],
)  # fmt: skip
def test_text_in_brackets_is_no_json(data, is_json):
    """JSON begins with a value within its first bracket, and a closed list of plain values is
    followed by nothing else.
    """
    assert begins_json(data.encode()) is is_json


@pytest.mark.parametrize("chunk", [7, 100, 1 << 18])
def test_the_structure_of_a_long_file_is_seen(monkeypatch, chunk):
    """What stands behind long lists is found without entering all of their values, and as far as
    the limit alone.
    """
    monkeypatch.setattr(json_items, "CHUNK", chunk)
    seen = [
        {"Link": "https://a.example/[", "n": [number, '"]'], "more": {"deep": number}}
        for number in range(2_000)
    ]
    whole = {
        "Activity": {"Seen": seen, "Other": {str(number): number for number in range(3_000)}},
        "Comment": {"List": [{"text": "hi"}]},
    }
    data = json.dumps(whole, indent=1).encode()
    found = paths_further(io.BytesIO(data))
    assert {"Comment.List.item.text", "Activity.Seen.item.more.deep"} <= found
    assert len(found) < 1_100
    monkeypatch.setattr(json_structure, "HEAD_FURTHER", 10_000)
    assert "Comment" not in paths_further(io.BytesIO(data))
    for end in (1, 50, len(data) // 2, len(data) - 1):
        assert paths_further(io.BytesIO(data[:end])) <= found


def test_looking_through_takes_bounded_steps(monkeypatch):
    """Structure without end is given up, not walked."""
    monkeypatch.setattr(json_structure, "_MOST_STEPS", 500)
    wide = {f"k{number}": {f"l{inner}": [inner] for inner in range(100)} for number in range(100)}
    assert len(paths_further(io.BytesIO(json.dumps(wide).encode()))) < 1_000
