"""Tests of `givesell.text.language`."""

import csv
from pathlib import Path

import pytest

import givesell
from givesell.text.language import language_table, language_tables
from givesell.text.reading import (
    GROUPS,
    SCALE,
    LanguageTables,
    is_common,
    is_plainly_english,
    looks_foreign,
    words_of,
)
from givesell.text.scan import rule_tables
from givesell.text.scanner import hash_text

HERE = Path(__file__).parent


def rows(name):
    """Return the rows of a table of posts."""
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


LANGUAGES, ENGLISH = rows("languages.tsv"), rows("english.tsv")


@pytest.mark.parametrize(
    "row",
    [row for row in LANGUAGES if row["kind"] != "short"],
    ids=lambda row: f"{row['language']}-{row['kind']}",
)
def test_other_languages_are_told(row):
    """A post of some fifteen words, or in a script without blanks, is in another language:
    everyday, advert, or typed without accents.
    """
    assert givesell.classify(row["text"]).status == "not_english"


@pytest.mark.parametrize(
    "row", [row for row in LANGUAGES if row["kind"] == "short"], ids=lambda row: row["text"]
)
def test_short_foreign_posts_are_never_sure(row):
    """A few words of another language are foreign, or judged without being sure."""
    assert not givesell.classify(row["text"]).sure


@pytest.mark.parametrize(
    "row", [row for row in ENGLISH if row["expected"] != "unsure"], ids=lambda row: row["text"][:30]
)
def test_english_posts_stay_english(row):
    """Names, dishes, quotations, slang, capitals and short posts are judged; short thanks and
    praise stay sure.
    """
    verdict = givesell.classify(row["text"])
    assert verdict.status == "ok"
    assert verdict.sure or row["expected"] != "sure"


def test_capitals_and_missing_accents_change_nothing():
    """A foreign post is told in capitals too, and where nobody typed its accents."""
    post = (
        "Nur noch bis Sonntag: dreißig Prozent Rabatt auf alle Kerzen, jetzt im Shop bestellen und"
        " Versandkosten sparen!"
    )
    assert {
        verdict.status
        for verdict in givesell.classify([post, post.upper(), post.replace("ß", "ss")])
    } == {"not_english"}


@pytest.mark.parametrize(
    ("post", "status"),
    [
        ("新款 iPhone 15 Pro Max 现在下单还送 AirPods 请点击主页链接", "not_english"),
        ("Купила новый iPhone и очень довольна", "not_english"),
        ("We learned to say 谢谢大家的支持 at the market today", "ok"),
        ("¯\\_(ツ)_/¯", "ok"),
        ("ಠ_ಠ", "ok"),
        ("sаle ends tоnight, gеt yours", "ok"),
    ],
    ids=["brands in Chinese", "a brand in Russian", "a quotation", "a face", "eyes", "look-alikes"],
)
def test_scripts(post, status):
    """Letters of another script make a post foreign where they outweigh the others; faces and
    look-alike letters do not.
    """
    assert givesell.classify(post).status == status


@pytest.mark.parametrize(
    ("word", "common"),
    [("the", 1), ("thanks", 1), ("nicht", 0), ("porque", 0), ("que", 0), ("de", 0)],
)
def test_common_words(word, common):
    """Common English words are known, those that other languages use are not."""
    assert is_common(language_tables(), hash_text(word)) == common


@pytest.mark.parametrize(
    ("words", "english", "plain"),
    [(1, 1, False), (2, 2, True), (6, 2, True), (7, 2, False), (30, 10, True), (30, 9, False)],
)
def test_plain_english(words, english, plain):
    """Two common words, and a third of all, need no closer look."""
    assert is_plainly_english(words, english) == plain


@pytest.mark.parametrize(
    ("words", "log_odds", "script", "letters", "foreign"),
    [
        (2, 90, 0, 12, False),  # too short to be called foreign
        (3, 3 * SCALE, 0, 12, False),
        (3, 3 * SCALE + 1, 0, 12, True),
        (1, 0, 2, 0, True),  # another script
        (1, 0, 1, 0, False),
        (5, 0, 10, 20, False),  # as much Latin
    ],
)
def test_rule(words, log_odds, script, letters, foreign):
    """A post looks foreign on evidence that outweighs what is English."""
    assert looks_foreign(words, log_odds, script, letters) == foreign


def groups(word):
    """Return the letter groups of a word, spelled out."""
    _, [found] = words_of(rule_tables(), language_tables(), word)
    symbols = "_abcdefghijklmnopqrstuvwxyz'*0"
    assert max(found) < GROUPS
    return [
        (
            "".join(symbols[group >> shift & 31] for shift in (10, 5, 0))
            if group >> 10 < 30
            else f"{group & 1023:x}"
        )
        for group in found
    ]


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("the", ["__t", "_th", "the", "he_"]),
        ("THE", ["__t", "_th", "the", "he_"]),
        ("sooo", ["__s", "_so", "soo", "oo_"]),
        ("né", ["__n", "e9", "_ne", "ne_"]),
        ("ne\u0301", ["__n", "_ne", "301", "ne_"]),
        ("l'eau2", ["__l", "_l'", "l'e", "'ea", "eau", "au0", "u0_"]),
        ("ß", ["df", "__*", "_*_"]),
    ],
)
def test_groups(word, expected):
    """Letters are taken in threes from edge to edge, accents beside them; capitals and third
    repeats change nothing.
    """
    assert groups(word) == expected


def test_table_cannot_be_changed():
    """The table is shared by all threads, so nobody can write to it."""
    assert not any(array.flags.writeable for array in language_table())


@pytest.mark.parametrize("field", ["weights", "english"])
def test_tables_of_another_size_are_refused(field):
    """The compiled code looks nothing up in a table that is smaller than it expects."""
    table = language_table()
    short = table._replace(**{field: getattr(table, field)[:-1]})
    with pytest.raises(ValueError, match="other sizes"):
        LanguageTables(short)
