"""Tests of `givesell.nlp.cues`: each cue on its own examples, and reading cues of one's own."""

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spacy.vocab import Vocab

from givesell.errors import DataError, PostTypeError
from givesell.nlp.cue import Cue
from givesell.nlp.cue_files import read_cues
from givesell.nlp.cues import Cues, default_cues
from givesell.text.norms import normal
from givesell.text.scan import scan

CUES = default_cues()
# One more cue that keeps every word apart.
WHOLE = Cues([*CUES, Cue("never", "selling", "never", patterns=([{"LENGTH": 10**6}],))])
MATCHES = [(cue.name, post) for cue in CUES for post in cue.matches]
MISSES = [(cue.name, post) for cue in CUES for post in cue.misses]
WANTED = {
    "call_to_action", "price", "discount", "scarcity", "link_in_bio", "message_me",
    "giveaway_strings", "paid_disclosure", "subscribe_follow", "hashtag_wall", "thanks", "question",
    "offer_of_help", "advice", "support_answer", "congratulations", "first_person_story",
}  # fmt: skip
OWN = """
[[cue]]
name = "bread"
leans = "giving"
title = "speaks of bread"
phrases = ["fresh bread"]
patterns = [[{ NORM = "loaf" }, { TAG = "NUMBER", OP = "+" }]]
unless = [[{ NORM = "no" }, {}, {}]]
"""


def names(post, cues=CUES):
    """Return the names of the cues of a post."""
    return {match.name for match in cues.find(post)}


@pytest.mark.parametrize(("name", "post"), MATCHES)
def test_examples_match(name, post):
    """Each cue finds each of its examples."""
    assert name in names(post)


@pytest.mark.parametrize(("name", "post"), MISSES)
def test_near_misses_do_not(name, post):
    """No cue matches the near misses that are listed beside it."""
    assert name not in names(post)


def test_the_cues_are_there_and_documented():
    """All cues of the plan are there, each with two examples and two near misses at least, and a
    title of its own.
    """
    assert {cue.name for cue in CUES} >= WANTED
    assert all(len(cue.matches) >= 2 and len(cue.misses) >= 2 for cue in CUES)
    assert len({cue.title for cue in CUES}) == len(CUES)
    assert {cue.leans for cue in CUES} == {"giving", "selling"}


@given(
    text=st.text(st.integers(0, 0x10FFFF).map(chr), max_size=60)
    | st.lists(
        st.sampled_from(
            [
                "DM me",
                " ",
                "\n",
                "£12",
                "#ad",
                "20% off",
                "\u200b",
                "\ud800",
                "don't",
                "Thanks",
                "  ",
            ]
        )
    ).map("".join)
)
def test_offsets_point_into_the_original(text):
    """For any text, a match is the text at its offsets and spans whole tokens; matches of one
    cue are apart.
    """
    starts = {token.start for token in scan(text)}
    ends = {token.end for token in scan(text)}
    last = {}
    for match in CUES.find(text):
        assert match.text == text[match.start : match.end]
        assert match.start in starts
        assert match.end in ends
        assert last.get(match.name, 0) <= match.start
        last[match.name] = match.end


@pytest.mark.parametrize("post", ["𝗗𝗠 𝗺𝗲 to order", "DM\u200b me", "dм me", "ＤＭ ｍｅ"])
def test_look_alikes_match(post):
    """Cues see through styled letters, look-alikes and characters that do not show."""
    assert "message_me" in names(post)


def test_normal_cuts_repeats():
    """Letters that stand three times and more are cut to two, as for the scorer; digits and
    signs are not.
    """
    assert normal("Sooooo") == "soo"
    assert normal("1000") == "1000"
    assert normal("\u200b") == " "


def test_pipe_is_find():
    """Many posts give what each gives alone, in order, over more than one batch."""
    posts = [post for _, post in MATCHES + MISSES] * 15
    assert len(posts) > 1000
    assert list(CUES.pipe(posts)) == [CUES.find(post) for post in posts]


def test_strings_do_not_grow():
    """Finding cues keeps no word of the posts."""
    cues = Cues.read()
    cues.find("warm up")
    before = len(cues.vocab.strings)
    for number in range(50):
        cues.find(f"quuxling{number} dm me zorble{number}")
    assert len(cues.vocab.strings) == before


def test_own_cues(tmp_path):
    """A file of one's own adds cues, alone or to the shipped ones; a later cue of the same name
    counts.
    """
    path = tmp_path / "mine.toml"
    path.write_text(OWN)
    cues = Cues.read(path)
    assert len(cues) == 1
    assert [(match.text, match.title) for match in cues.find("Fresh BREAD, loaf 12 here")] == [
        ("Fresh BREAD", "speaks of bread"),
        ("loaf 12", "speaks of bread"),
    ]
    assert cues.find("no fresh bread") == []
    both = Cues([*CUES, *read_cues(path)])
    assert len(both) == len(CUES) + 1
    assert names("fresh bread £3", both) == {"bread", "price"}
    assert Cues([*CUES, Cue("price", "selling", "x", phrases=("cash",))])["price"].phrases == (
        "cash",
    )


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (("[[cue]]", "[[clue]]"), "holds no"),
        (
            ('name = "bread"', ""),
            "cue 1 .*name and title must be text|cue 1: cannot.*name and title",
        ),
        (('leans = "giving"', 'leans = "both"'), "cue 'bread'.*leans must be"),
        (('["fresh bread"]', '"fresh bread"'), "must be lists of text"),
        (("[[{ NORM", "[{ NORM"), "cannot be used as cues"),
        (("title =", "color = 1\ntitle ="), "unknown field color"),
        (('NORM = "loaf"', 'NOM = "loaf"'), "bread"),
    ],
)
def test_bad_files_are_named(tmp_path, change, reason):
    """A file that cannot be used is refused with its name, the cue and what is wrong."""
    path = tmp_path / "mine.toml"
    path.write_text(OWN.replace(*change))
    with pytest.raises(DataError, match=reason):
        Cues.read(path)


def test_missing_file(tmp_path):
    """A file that is not there is refused by name."""
    with pytest.raises(DataError, match=r"E601.*none\.toml"):
        Cues.read(tmp_path / "none.toml")


def test_shared_vocab_and_pickle():
    """Cues work over the vocabulary of a pipeline, and survive a pickle."""
    vocab = Vocab()
    cues = Cues(list(CUES), vocab=vocab)
    assert cues.vocab is vocab
    assert names("DM me, £4", cues) == {"message_me", "price"}
    copy = pickle.loads(pickle.dumps(CUES))
    assert copy.find("DM me, £4") == CUES.find("DM me, £4")


@given(
    st.lists(
        st.sampled_from(
            [word for _, post in MATCHES + MISSES for word in post.split()]
            + ["zorble", "£4m", "\n"]
        ),
        max_size=30,
    ).map(" ".join)
)
def test_words_that_no_pattern_knows_change_nothing(text):
    """Taking all unknown words for one finds what taking each for itself finds."""
    whole = WHOLE.find(text)
    assert CUES.find(text) == whole


def test_patterns_over_other_attributes():
    """A pattern over lengths, or a regex that anything fits, still sees every word for what it
    is.
    """
    long = Cues([Cue("long", "selling", "x", patterns=([{"LENGTH": {">=": 7}}],))])
    assert [match.text for match in long.find("one zorbling two")] == ["zorbling"]
    vowel = Cues([Cue("other", "selling", "x", patterns=([{"NORM": {"REGEX": "^[^aeiou]"}}],))])
    assert [match.text for match in vowel.find("one zorbling two")] == ["zorbling", "two"]
    assert [
        match.text
        for match in Cues(
            [Cue("not", "selling", "x", patterns=([{"NORM": {"NOT_IN": ["one"]}}],))]
        ).find("one two")
    ] == ["two"]


def test_a_run_is_one_match(tmp_path):
    """A token that repeats matches its whole run, however long, and not a shorter run than it
    asks for.
    """
    path = tmp_path / "runs.toml"
    path.write_text(
        '[[cue]]\nname = "tags"\nleans = "selling"\ntitle = "tags"\npatterns = [[{ TAG = "HASHTAG",'
        ' OP = "{3,}" }]]\n[[cue]]\nname = "bangs"\nleans = "giving"\ntitle = "bangs"\npatterns ='
        ' [[{ TAG = "EMOJI", OP = "+" }]]\n',
        encoding="utf-8",
    )
    cues = Cues.read(path)
    wall = "#a" * 20_000
    found = cues.find(f"#x #y {wall} end #x #y 🎉🎉 🎉 ok 🎉")
    assert [(match.name, len(match.text)) for match in found] == [
        ("tags", 6 + len(wall)),
        ("bangs", 4),
        ("bangs", 1),
    ]


def test_only_text_is_looked_at():
    """Something else than text is refused by the type it is of."""
    for value in (None, 5, b"DM me", ["DM me"]):
        with pytest.raises(PostTypeError, match=rf"E107.*{type(value).__name__}"):
            default_cues().find(value)


def test_long_words_are_not_kept():
    """A word of a post stays in no cache where it is long: a process would keep thousands of
    them.
    """
    text = "DM me " + "".join(map(chr, range(0x4E00, 0x4E00 + 500)))
    cues = default_cues()
    before = cues._kept_word.cache_info().currsize
    assert [match.name for match in cues.find(text)] == ["message_me"]
    assert cues._kept_word.cache_info().currsize <= before + 2
