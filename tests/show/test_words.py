"""Tests of `givesell.show.words` and of how errors use it."""

import json
import math
import pickle
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from givesell.errors import ArgumentError, FileError
from givesell.show.words import as_json, cut, encodable, one_line, quoted, safe, shown, visible

HIDDEN = [*range(0x20), *range(0x7F, 0xA0), *range(0x2028, 0x202F), *range(0x2066, 0x206A), 0xFEFF]
HOSTILE = "".join(map(chr, HIDDEN)) + "\ud800\udfff"
TEXTS = st.text(st.one_of(st.sampled_from(HOSTILE), st.characters()), max_size=30)


def hides(text, but=""):
    """Whether a text holds a character that steers, turns or breaks what shows it."""
    return any(
        (ord(letter) in HIDDEN or unicodedata.category(letter) == "Cs") and letter not in but
        for letter in text
    )


@given(TEXTS)
def test_nothing_hidden_is_left(text):
    """Each way of showing a text leaves nothing that a terminal acts on, and what is left can be
    encoded.
    """
    for shown_text, but in (
        (one_line(text), ""),
        (safe(text), "\n"),
        (visible(text), ""),
        (shown(text), ""),
        (quoted(text), ""),
    ):
        assert not hides(shown_text, but)
        shown_text.encode()
    encodable(text).encode()


def test_plain_text_stays():
    """What people write is shown as it is: accents, other scripts, emoji sequences, no-break
    spaces, marks of direction.
    """
    for text in (
        "naïve café",
        "日本語 עברית العربية",
        "👩‍👧 🏴󠁧󠁢󠁥󠁮󠁧󠁿",
        "1\u00a0000 €",
        "a\u200fb",
    ):
        assert one_line(text) == safe(text) == visible(text) == shown(text) == text


def test_names_are_told_apart():
    """Escapes keep apart what blanks would make alike."""
    assert len({shown("a\nb"), shown("a\x1bb"), shown("a b"), shown("a\udce9b")}) == 4


@given(TEXTS)
def test_json_is_the_same_to_who_reads_it(text):
    """JSON that is printed holds no hidden character, and means what it meant."""
    printed = as_json({text: [text, 1.5, None]})
    assert not hides(printed)
    printed.encode()
    assert json.loads(printed) == {text: [text, 1.5, None]}


def test_json_is_valid_whatever_the_numbers():
    """What is no number becomes null, and what JSON has no form for becomes text."""
    assert json.loads(as_json({"a": math.nan, "b": [math.inf, {"c": -math.inf}], "d": {1}})) == {
        "a": None,
        "b": [None, {"c": None}],
        "d": "{1}",
    }
    assert json.loads(as_json({"a": "x\n"}, 2)) == {"a": "x\n"}


def test_errors_are_one_short_line():
    """Details of an error are on its line, with escapes, cut, and never a template; pickling
    keeps them.
    """
    for path in ("a\nb\x1b[31m\u202e", "x" * 10_000_000, "{0.__class__}{path}%s", "caf\udce9"):
        error = FileError("E401", path=path)
        message = str(error)
        assert not hides(message)
        assert len(message) < 1100
        assert str(pickle.loads(pickle.dumps(error))) == message
    assert str(FileError("E401", path="{0.__class__}")) == "[E401] {0.__class__}: no such file."
    assert str(ArgumentError("E308", key="k" * 5000, target="\x9b")).count("k") < 1100


def test_errors_survive_any_value():
    """A value that fails when asked for its words is named by its type."""

    class Odd:
        def __repr__(self):
            raise ZeroDivisionError

    assert "<Odd>" in str(ArgumentError("E308", key=Odd(), target=1))
    assert "<Odd>" in str(FileError("E401", path=Odd()))


@pytest.mark.parametrize("most", [4, 10, 999])
def test_cut_keeps_both_ends(most):
    """What is cut is no longer than asked for and keeps its beginning."""
    text = "".join(chr(97 + i % 26) for i in range(1000))
    assert len(cut(text, most)) == most
    assert cut(text, most)[0] == "a"
    assert cut(text[:most], most) == text[:most]
