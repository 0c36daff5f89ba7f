"""The cases of the fuzz target: the same for a seed, of every format, and readable where nothing
was changed.
"""

import json
import random

import pytest

from fuzz.cases import Case, kinds, make_case, read_case, valid_files
from fuzz.damage import DAMAGES, MOST, damaged
from fuzz.grammar import make_posts
from fuzz.judge import judge
from fuzz.members import Json, Lines, Rows, paths, put
from fuzz.values import KNOWN, Grade
from givesell.archives import FORMATS


def test_every_format_is_tried():
    """A reader without a seed would never be fuzzed."""
    assert set(FORMATS) <= set(kinds())


@pytest.mark.parametrize("number", [0, 7, 13, 40])
def test_a_case_depends_on_the_seed_and_its_number_alone(number):
    """Otherwise a failure could not be made again."""
    assert make_case(3, number) == make_case(3, number)
    assert make_case(3, number) != make_case(4, number)


def test_a_kept_case_is_read_again_as_it_was(tmp_path):
    """Names and bytes of all files, options and what must hold survive."""
    case = Case(
        "x",
        "score",
        {"data/a.js": b"\xff\x00", "b": b""},
        "data",
        ("a",),
        {"out": "csv"},
        3,
        1,
        ("mark",),
    )
    case.save(tmp_path)
    assert read_case(tmp_path) == case


def test_valid_files_are_read_to_the_last_post(tmp_path):
    """The seeds are what they are meant to be, in every container, and the judge finds nothing
    wrong with them.
    """
    (tmp_path / "cwd").mkdir()
    wrong = {
        f"{case.kind} {case.target}": found
        for case in valid_files()
        if (found := judge(case, tmp_path))["verdict"] != "OK"
    }
    assert wrong == {}


def test_a_change_in_one_item_spares_the_others():
    """What is written still holds the other items, and says which one was changed."""
    rows = [{"text": f"post {i}", "n": i} for i in range(5)]
    for number in range(200):
        changed, change = Json(rows, ((),), tuple("abcde")).changed(random.Random(number), 0)
        if change.spared and change.item is not None and not change.more:
            found = json.loads(changed.write())
            assert [row for i, row in enumerate(found) if i != change.item] == [
                row for i, row in enumerate(rows) if i != change.item
            ]


@pytest.mark.parametrize(
    "member",
    [
        Lines(({"text": "a"}, {"text": "b"}), ("a", "b")),
        Rows(("text", "n"), (("a", "1"), ("b", "2")), ("a", "b")),
    ],
)
def test_a_changed_line_leaves_the_rest_of_the_file(member):
    """The bytes of the other item stand in the file as they were."""
    for number in range(200):
        changed, change = member.changed(random.Random(number), 0)
        if change.spared and change.item is not None:
            other = b'"b"' if isinstance(member, Lines) else b"b,2"
            assert change.item == 1 or other in changed.write()


def test_paths_reach_every_value():
    """Each place of a value can be changed without the value itself changing."""
    value = {"a": [1, {"b": None}]}
    assert list(paths(value)) == [("a",), ("a", 0), ("a", 1), ("a", 1, "b")]
    assert put(value, ("a", 1, "b"), 7) == {"a": [1, {"b": 7}]}
    assert value["a"][1] == {"b": None}


def test_plain_values_are_json():
    """What counts as plain is taken by every parser, so that a file refused over it is a
    failure.
    """
    for value in KNOWN:
        if value.grade == Grade.PLAIN:
            json.loads(value.token)


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_damage_takes_bytes_of_any_length(damage):
    """None of them fails on a single byte."""
    for number in range(50):
        data = bytearray(b"x")
        damage(random.Random(number), data, b"other")


def test_damaged_bytes_differ_and_stay_small():
    """Copies of copies do not grow without end."""
    found = [
        damaged(random.Random(number), b"text,n\nbuy now,1\n" * 20)[0] for number in range(200)
    ]
    assert sum(data != b"text,n\nbuy now,1\n" * 20 for data in found) > 190
    assert max(map(len, found)) <= MOST


def test_posts_are_the_same_for_a_seed_and_hold_what_is_hard():
    """Missing posts, lone surrogates, joined emoji and long repeats are among a few thousand."""
    posts = make_posts(1, 0, 4_000)
    assert [repr(post) for post in posts] == [repr(post) for post in make_posts(1, 0, 4_000)]
    texts = [post for post in posts if isinstance(post, str)]
    assert len(texts) < len(posts)
    together = "".join(texts)
    assert all(sign in together for sign in "\ud800\u200d\u0301\u202e\x00")
    assert max(map(len, texts)) > 1_000
