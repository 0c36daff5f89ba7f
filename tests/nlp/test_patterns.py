"""What cues may hold, whoever wrote them."""

import random
import re
import time

import pytest

from givesell.errors import DataError
from givesell.nlp.cue import Cue
from givesell.nlp.cue_files import cues_of, read_cues
from givesell.nlp.cues import Cues
from givesell.nlp.patterns import MOST_BYTES, MOST_TOKEN, MOST_WAYS, ways_to_match

FINE = {"name": "a", "leans": "giving", "title": "a", "phrases": ["a b"]}
TOKENS = [
    {"OP": "x"}, {"OP": "{5,2}"}, {"OP": "{1,99}"}, {"OP": 1}, {"OP": "{1000000}"}, {"NORM": 7},
    {"NORM": {"REGEX": "["}},
    {"NORM": {"REGEX": "(a+)+$"}}, {"NORM": {"REGEX": "(a|a)*$"}}, {"NORM": {"REGEX": r"(.)\1"}},
    {"NORM": {"REGEX": "(?=a)b"}},
    {"NORM": {"REGEX": "(a|a)" * 40}}, {"NORM": {"REGEX": "a?" * 40 + "a" * 40}},
    {"NORM": {"REGEX": ".*.*.*x"}},
    {"NORM": {"REGEX": "a{99999999999999999999}"}}, {"NORM": {"REGEX": "(" * 600 + ")" * 600}},
    {"NORM": {"REGEX": 7}},
    {"NORM": {"REGEX": "a" * 2000}}, {"NORM": {"FUZZY": "a"}}, {"NORM": {"IN": "a"}},
    {"NORM": {"IN": [1]}}, {"NORM": {"evil": "a"}},
    {"LENGTH": "7"}, {"LENGTH": {">=": "7"}}, {"LENGTH": 10**30}, {"LENGTH": -1}, {"IS_DIGIT": 1},
    {"_": {"a": 1}}, {"LEMMA": "be"},
    {"\x1b[2J": True}, {"NORM": "\ud800"}, {"NORM": None}, {"NORM": {"REGEX": {"IN": ["a"]}}},
]  # fmt: skip
ENTRIES = [
    7, None, [], {}, {**FINE, "name": 7}, {**FINE, "name": ""}, {**FINE, "name": "\x1b[2J"},
    {**FINE, "title": "x" * 200},
    {**FINE, "leans": "left"}, {**FINE, "leans": []}, {**FINE, "evil": 1}, {**FINE, "phrases": "a"},
    {**FINE, "phrases": [7]},
    {**FINE, "phrases": [""]}, {**FINE, "phrases": []}, {**FINE, "phrases": ["\ud800"]}, {**FINE,
    "patterns": [[]]},
    {**FINE, "patterns": [{}]}, {**FINE, "patterns": 7}, {**FINE, "patterns": [["a"]]}, {**FINE,
    "unless": [[{"OP": "x"}]]},
    {**FINE, "patterns": [[{}] * 60]}, {**FINE, "patterns": [[{"OP": "?"}] * 20]}, {**FINE,
    "patterns": [[{"OP": "*"}, {"OP": "*"}]]},
    {**FINE, "matches": [None]},
]  # fmt: skip


@pytest.mark.parametrize(
    "token", TOKENS, ids=lambda token: repr(token)[:40].encode("ascii", "replace").decode()
)
def test_refused_tokens(token):
    """A token that could not be matched, or not in bounded time, is refused with the cue's name,
    from data and from code alike.
    """
    for make in (
        lambda: cues_of("x", [FINE | {"patterns": [[token]]}]),
        lambda: Cues([Cue("a", "giving", "a", patterns=([token],))]),
    ):
        with pytest.raises(DataError, match=r"E601.*cue 'a'"):
            make()


@pytest.mark.parametrize(
    "entry", ENTRIES, ids=lambda entry: repr(entry)[-40:].encode("ascii", "replace").decode()
)
def test_refused_cues(entry):
    """A cue of other types, names or sizes is refused."""
    with pytest.raises(DataError, match="E601"):
        cues_of("x", [entry])


@pytest.mark.parametrize(
    "entries", [None, 7, {}, "cue", [FINE | {"name": f"a{n}"} for n in range(1001)]]
)
def test_refused_lists(entries):
    """What is no list of cues, or too long a one, is refused."""
    with pytest.raises(DataError, match="E601"):
        Cues(cues_of("x", entries))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff",
        b"cue = 7",
        b"cue = [7]",
        b"[[cue]]",
        b"x = " + b"[" * 5000,
        b"#" * (MOST_BYTES + 1),
        b"x = " + b"9" * 5000,
        b"a." * 9000,
    ],
)
def test_refused_files(tmp_path, data):
    """A file that is no TOML of cues, too deep, or too large is refused by name."""
    (tmp_path / "mine.toml").write_bytes(data)
    with pytest.raises(DataError, match=r"E601.*mine\.toml"):
        read_cues(tmp_path / "mine.toml")
    with pytest.raises(DataError, match="E601"):
        read_cues(7)


@pytest.mark.parametrize(
    "regex",
    ["^a", "(two|three)s?$", "[0-9]+(m|bn)$", "a{2}b{2,4}", "(?i)abc", ".*x", "(ab)+", "(a{3})*"],
)
def test_regular_expressions_that_are_fine(regex):
    """Ordinary regular expressions are taken, and match as they do."""
    assert 1 <= ways_to_match(regex) <= MOST_WAYS
    cues = Cues([Cue("a", "giving", "a", patterns=([{"NORM": {"REGEX": regex}}],))])
    for word in ("abc", "threes", "55bn", "aaabb", "xyz", "aaa", "ababab"):
        assert bool(cues.find(word)) == bool(re.search(regex, word)), word


def test_longest_matches_are_short():
    """The slowest regular expressions that are taken answer about the longest tokens they are
    asked about in well under a second.
    """
    draw = random.Random(0)
    parts = [
        "a",
        "a+",
        "a*",
        "a?",
        "[ab]*",
        "(a|b)",
        "(aa|a)",
        "(a|aa|b?)",
        "b",
        ".*",
        "$",
        "a{2,5}",
        "(ab)*",
        "(?:a|ab)",
    ]
    tried = 0
    while tried < 60:
        regex = "".join(draw.choices(parts, k=draw.randint(2, 9))) + "$"
        try:
            ways = ways_to_match(regex)
        except ValueError:
            continue
        if ways < MOST_WAYS / 10:
            continue
        tried += 1
        began = time.process_time()
        for word in ("a" * MOST_TOKEN, "ab" * (MOST_TOKEN // 2), "a" * (MOST_TOKEN - 1) + "c"):
            re.compile(regex).search(word)
        assert time.process_time() - began < 1, regex


def test_long_tokens_match_no_regular_expression():
    """A token that is longer than those that expressions are asked about matches none; the words
    around it do.
    """
    cues = Cues([Cue("a", "giving", "a", patterns=([{"NORM": {"REGEX": "^(ab)+$"}}],))])
    assert [
        match.text for match in cues.find(f"{'ab' * (MOST_TOKEN // 2)} {'ab' * MOST_TOKEN} ab")
    ] == ["ab" * (MOST_TOKEN // 2), "ab"]


def test_runs_have_an_end():
    """Plus stands for at most eight tokens, so that a run of any length is matched in pieces."""
    cues = Cues(
        [Cue("a", "giving", "a", patterns=([{"NORM": "x"}, {"TAG": "NUMBER", "OP": "+"}],))]
    )
    assert [match.text for match in cues.find("x 1 2 3 4 5 6 7 8 9 10 x 1")] == [
        "x 1 2 3 4 5 6 7 8",
        "x 1",
    ]
