"""The fold table: what each code point is matched as."""

import unicodedata

import numpy as np
import pytest

from givesell.text.char_classes import Char
from givesell.text.fold import FoldTable, fold, fold_table
from givesell.text.fold_table import EXPANDS, FOREIGN, LONGEST, PATH, SHIFT, UPPER, VALUE, build


@pytest.fixture(scope="module")
def entries():
    """Return the entry of every code point."""
    table = fold_table()
    return table.entries.reshape(-1, 256)[table.pages].ravel()


def test_stored_table():
    """The stored table is the one that its builder makes."""
    stored = np.load(PATH)
    version = str(stored["unicode"])
    if version != unicodedata.unidata_version:
        pytest.skip(
            f"the table was built with Unicode {version}, this Python knows"
            f" {unicodedata.unidata_version}"
        )
    built = build()
    assert set(built) == set(FoldTable._fields)
    for name, array in built.items():
        assert stored[name].dtype == array.dtype
        assert np.array_equal(stored[name], array)


def test_entries_are_well_formed(entries):
    """Every code point has a known class, and folds to a code point or to an expansion that is
    there.
    """
    table = fold_table()
    assert len(entries) == 0x110000
    assert set(np.unique(entries >> SHIFT & 31)) <= {int(char) for char in Char}
    expands = entries & EXPANDS != 0
    values = entries & VALUE
    assert values[~expands].max() <= 0x10FFFF
    assert values[expands].max() < len(table.expansions)
    assert not (entries & ~np.uint32(VALUE | 31 << SHIFT | EXPANDS | UPPER | FOREIGN)).any()
    lengths = table.expansions[:, 0]
    assert lengths.min() >= 2
    assert lengths.max() <= LONGEST
    used = np.arange(LONGEST) < lengths[:, None]
    assert table.expansions[:, 1:][used].min() > 0
    assert table.expansions[:, 1:].max() <= 0x10FFFF


def test_what_is_cleared_folds_to_nothing(entries):
    """What does not show has no value, and what shows has one."""
    cleared = entries >> SHIFT & 31 == Char.INVISIBLE
    assert set(entries[cleared]) == {Char.INVISIBLE << SHIFT}
    assert (entries[~cleared] & (VALUE | EXPANDS)).all()


def test_table_cannot_be_changed():
    """The table is shared by all threads, so nobody can write to it."""
    assert not any(array.flags.writeable for array in fold_table())


def test_ascii():
    """ASCII letters fold to small ones, other ASCII characters that show to themselves."""
    for code in range(32, 127):
        char = chr(code)
        assert fold(char) == {"`": "'"}.get(char, char.lower())


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("𝗕𝗨𝗬 ＦＲＥＥ ⓣⓞⓓⓐⓨ ᴺᴼᵂ ⒜", "buy free today now a"),
        ("Café Cafe\u0301 Łódź Ångström İstanbul ıyı", "cafe cafe lodz angstrom istanbul iyi"),
        ("sаle ргісе ѕһор ΒUY", "sale price shop buy"),
        ("straße ﬁnd Ǆ", "strasse find dz"),
        ("f\u200br\u2060e\ufeffe\u00ad s\u0336a\u0336l\u0336e\u0336", "free sale"),
        ("don’t ‘a’ “b” «c» x–y", 'don\'t \'a\' "b" "c" x-y'),
        ("١٢٣ ①❶⒈½²", "123 1111/22"),
        ("a\xa0b\u3000c", "a b c"),
        ("…‼—", "...!!—"),
        ("한국 日本 שָׁלוֹם", "한국 日本 שלום"),
        ("😀👍🏽", "😀👍🏽"),
        ("\ud800\ue000\ufffd", "\ufffd\ufffd\ufffd"),
        ("", ""),
    ],
)
def test_fold(text, folded):
    """Letter styles, accents, look-alikes, invisible characters and kinds of punctuation fold
    away.
    """
    assert fold(text) == folded


def test_composed_and_decomposed_are_one():
    """A letter folds alike composed and decomposed, Hangul syllables apart."""
    chars = [
        chr(code)
        for code in range(0x110000)
        if unicodedata.decomposition(chr(code)) and not 0xAC00 <= code <= 0xD7A3
    ]
    assert [char for char in chars if fold(char) != fold(unicodedata.normalize("NFD", char))] == []
    assert [char for char in chars if fold(char) != fold(unicodedata.normalize("NFC", char))] == []


def test_case():
    """Capitals and small letters fold alike, but for Greek, which folds by its looks."""
    letters = [
        chr(code)
        for code in range(0x110000)
        if unicodedata.category(chr(code)) in ("Lu", "Ll", "Lt")
    ]
    others = [char for char in letters if "GREEK" not in unicodedata.name(char) and char != "µ"]
    assert [
        char
        for char in others
        if fold(char) != fold(char.upper()) or fold(char) != fold(char.lower())
    ] == []


@pytest.mark.parametrize(
    ("chars", "kind"),
    [
        ("aZéßﬁаיª日ー", Char.LETTER), ("09٣①❶½²", Char.DIGIT), (" \t\xa0\u3000\u2009", Char.SPACE),
        ("\n\r\x85\u2028\x0b", Char.BREAK),
        ("\x00\x7f\u200b\u200d\ufeff\u0301\ufe0f\u20e3\u202e\u2800\U000e0067", Char.INVISIBLE),
        ("😀❤→★🆓ℹ〰\U0001fa77\U0001fadf", Char.EMOJI),
        ("🏻🏿", Char.SKIN), ("🇦🇿", Char.REGIONAL), ("$€£¥₹¢₿＄", Char.CURRENCY), ("%％٪",
        Char.PERCENT),
        ("@＠", Char.AT), ("#＃", Char.HASH),
        ("!?！‼⁉", Char.BANG), ("'’‘`´", Char.APOSTROPHE), ("-–‑−", Char.HYPHEN),
        ("(［{", Char.OPEN),
        ("“”«<>\"", Char.QUOTE),
        ("™©®°…—━•|*,;\ud800\ue000\ufffd\u0378", Char.OTHER),
    ],
)  # fmt: skip
def test_class(chars, kind, entries):
    """Characters are to the scanner what readers take them for."""
    assert {char: Char(entries[ord(char)] >> SHIFT & 31) for char in chars} == dict.fromkeys(
        chars, kind
    )


@pytest.mark.parametrize(
    "blank",
    [
        "\u2800",
        "\u3164",
        "\uffa0",
        "\u115f",
        "\u1160",
        "\u200b",
        "\u2065",
        "\U0001d159",
        "\U000e0002",
        "\u3000",
    ],
)
def test_blanks_in_any_code_point_are_empty(blank):
    """A post of nothing but blanks, fillers or what does not show is empty, whatever code points
    hold them.
    """
    import givesell

    assert [verdict.status for verdict in givesell.classify([blank, f" {blank}\n{blank * 3}"])] == [
        "empty",
        "empty",
    ]
