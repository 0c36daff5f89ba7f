"""Tests of `givesell.text.ngrams`."""

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from givesell.errors import ArgumentError
from givesell.text.counting import (
    Vocabulary,
    count_text,
    features_of,
    most_features_of,
    ranks_of,
)
from givesell.text.language import language_tables
from givesell.text.ngrams import BucketSet, Ngrams, bucket_set, ngrams_of
from givesell.text.reading import words_of
from givesell.text.scan import rule_tables
from givesell.text.scanner import scan_text


def count(text, ngrams, kept=None):
    """Count a post's features."""
    size = ngrams.mask + 1
    found = Vocabulary(ngrams, bucket_set(kept, size), size if kept is None else len(kept))
    return count_text(rule_tables(), found, text)


@given(st.lists(st.booleans(), min_size=256, max_size=256))
def test_bucket_set_holds_the_kept(kept):
    """The set has exactly the bits of the kept buckets, and ranks them in order."""
    buckets = np.flatnonzero(kept)
    found = bucket_set(buckets, len(kept))
    assert [bool(int(found.words[i >> 6]) >> (i & 63) & 1) for i in range(len(kept))] == kept
    vocabulary = Vocabulary(Ngrams(1, 1, 0, 0, 255), found, len(buckets))
    ranks = iter(range(len(buckets)))
    assert ranks_of(vocabulary, range(256)) == [next(ranks) if bit else -1 for bit in kept]


@pytest.mark.parametrize(
    "change",
    [
        lambda words, ranks: (words[:-1], ranks[:-1]),
        lambda words, ranks: (np.append(words, words[:1]), np.append(ranks, ranks[-1:])),
        lambda words, ranks: (words, ranks + np.uint32(1)),
        lambda words, ranks: (words, ranks[::-1].copy()),
        lambda words, ranks: (words ^ np.uint64(1), ranks),
        lambda words, ranks: (words.astype(np.int64), ranks),
        lambda words, ranks: (words, ranks[:2]),
    ],
)
def test_a_set_that_does_not_fit_is_refused(change):
    """Whoever made a set of buckets: one whose size, order or ranks are wrong is never read."""
    found = bucket_set(np.arange(0, 256, 3), 256)
    with pytest.raises(ValueError, match=r"other sizes|mismatch"):
        Vocabulary(Ngrams(1, 1, 0, 0, 255), BucketSet(*change(*found)), 86)
    with pytest.raises(ValueError, match="other sizes"):
        Vocabulary(Ngrams(1, 1, 0, 0, 255), found, 85)


@given(
    st.text(),
    st.sampled_from(
        [Ngrams(1, 2, 0, 0, 63), Ngrams(1, 3, 2, 5, 1023), Ngrams(2, 2, 0, 0, 2**20 - 1)]
    ),
)
def test_buckets_are_distinct_and_within_bounds(text, ngrams):
    """Each bucket stands once, under the mask, and all features fit into the scratch arrays."""
    found = count(text, ngrams)
    assert all(0 <= bucket <= ngrams.mask for bucket in found)
    assert sum(found.values()) <= most_features_of(len(text), ngrams)


@given(st.text(max_size=40), st.integers(0, 2**32 - 1))
def test_dropped_buckets_change_nothing_else(text, seed):
    """Counting only some buckets gives their counts among all."""
    ngrams = Ngrams(1, 2, 0, 0, 1023)
    kept = np.random.default_rng(seed).random(1024) < 0.5
    expected = {bucket: number for bucket, number in count(text, ngrams).items() if kept[bucket]}
    assert count(text, ngrams, np.flatnonzero(kept)) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a b", "b a"),
        ("a b c", "a c b"),
        ("ab", "a b"),
        ("a", "a a"),
        ("#ab", "ab"),
        ("a.b", "a b"),
    ],
)
def test_different_posts_have_different_features(one, other):
    """Order, borders and kinds of tokens make a difference."""
    ngrams = Ngrams(1, 2, 0, 0, 2**20 - 1)
    assert count(one, ngrams) != count(other, ngrams)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("SALE", "sale"),
        ("so 20%", "so 35%"),
        ("hi @jo", "hi @max"),
        ("at $5", "at £12.50"),
        ("3 left", "7 left"),
    ],
)
def test_what_the_pair_shares(one, other):
    """Posts that differ in case, amount or handle share their words and classes."""
    ngrams = Ngrams(1, 1, 0, 0, 2**20 - 1)
    assert set(count(other, ngrams)) <= set(count(one, ngrams))


@pytest.mark.parametrize("ngrams", [Ngrams(1, 2, 0, 0, 2**20 - 1), Ngrams(1, 3, 2, 4, 2**20 - 1)])
@pytest.mark.parametrize(("before", "after"), [("", "\n\n"), ("\n", ""), ("  \n ", "\t\n  ")])
def test_white_space_around_a_post_says_nothing(ngrams, before, after):
    """Blanks and line breaks before and after a post change none of its features; those inside
    it do.
    """
    post = "Thanks!\nIt is fixed."
    assert count(before + post + after, ngrams) == count(post, ngrams)
    assert count(post.replace("\n", " "), ngrams) != count(post, ngrams)


def test_an_emoji_wall_fits():
    """Every character a token of three features is the most that the scratch arrays must hold."""
    text = "😀" * 5000
    assert sum(count(text, Ngrams(1, 2, 0, 0, 1023)).values()) == 5000 * 3 + 1


# What gives most features a code point: signs that fold to three letters, capitals, emoji, tags,
# single letters.
DENSE = st.sampled_from(
    [
        "ⅲ",
        "Ⅲ",
        "ﬃ",
        "😀",
        "#a",
        "#ⅲ",
        "A",
        "a",
        "aaa",
        "AAA",
        "1a",
        "a.co",
        "b.a.co",
        "://a.co",
        "!",
        "?",
        "\u200b",
        "\n",
        " ",
    ]
)
LEGAL = [
    ngrams_of(words, chars, 2**10)
    for words in ((1, 1), (1, 2), (1, 3), (2, 3), (3, 3))
    for chars in (None, (2, 2), (2, 8), (8, 8))
]


@given(st.lists(DENSE, max_size=40).map("".join), st.sampled_from(LEGAL))
def test_features_fit_into_their_room(text, ngrams):
    """No post has more features than the room that is made for them, whatever the settings."""
    features, *_ = features_of(rule_tables(), ngrams, text)
    assert len(features) <= most_features_of(len(text), ngrams)


@pytest.mark.parametrize(
    "given",
    [
        (1, -1, 0, 0, 63),
        (0, 5, 0, 0, 63),
        (1, 4, 0, 0, 63),
        (1, 2, -10, 1, 63),
        (1, 2, 0, 3, 63),
        (1, 2, 2, 9, 63),
        (1, 2, 0, 0, 62),
    ],
)
def test_no_room_for_other_settings(given):
    """The compiled code makes no room for settings that its bound does not hold for."""
    for make in (
        lambda settings: features_of(rule_tables(), settings, "a"),
        lambda settings: Vocabulary(settings, bucket_set(None, 64), 64),
        lambda settings: most_features_of(10, settings),
    ):
        with pytest.raises(ValueError, match="n-gram settings"):
            make(Ngrams(*given))


@pytest.mark.parametrize("buckets", [[3, 2], [1, 1], [-1, 2], [2, 64], [0.5]])
def test_sets_of_other_buckets(buckets):
    """Buckets that do not ascend or lie outside make no set."""
    with pytest.raises(ArgumentError, match="buckets must be ascending numbers"):
        bucket_set(np.array(buckets), 64)


PIECES = [
    *"😀 👩‍ 🇬 @ x a. a@ 1- ( http:// #A #_1 : \u200b $a !\u200b a.com@ a://a,b #aBcDeF #a1b2 Ⅲ ⅢⅢ"
    " ﬃ ½ ‼️ … 1️⃣ +1a BUY AAAA \ud800".split(" "),
    *(
        "\U0010ffff",
        "\0",
        "\n",
        " ",
        "www.",
        "t.co/",
        "7pm",
        "20%",
        "$20",
        "12:30",
        "a'",
        "é",
        "日本",
        ".",
    ),
]


@pytest.mark.parametrize("sizes", [(1, 1, 0, 0), (1, 3, 0, 0), (1, 3, 2, 8), (3, 3, 8, 8)])
def test_the_room_for_a_post_is_enough(sizes):
    """No post, of the shapes that give most tokens, words and n-grams, gives more of them than
    there is room for. That nothing is read or written outside the arrays is for `make sanitize`.
    """
    draw, ngrams = random.Random(0), Ngrams(*sizes, 1023)
    posts = [piece * times for piece in PIECES for times in (1, 2, 7)]
    posts += ["".join(draw.choice(PIECES) for _ in range(draw.randrange(8))) for _ in range(150)]
    for post in posts:
        starts, *_, owners = scan_text(rule_tables(), post)
        features, *_ = features_of(rule_tables(), ngrams, post)
        _, groups = words_of(rule_tables(), language_tables(), post)
        assert len(starts) <= len(post), ascii(post)
        assert len(owners) <= len(post), ascii(post)
        assert len(features) <= most_features_of(len(post), ngrams), ascii(post)
        assert sum(map(len, groups)) <= 2 * len(post) + len(groups), ascii(post)


def test_few_slots_hold_what_is_kept():
    """A post of many more features than buckets are kept is counted in a table made for those,
    as in one made for all.
    """
    text = " ".join(f"w{chr(97 + i % 26)}{chr(97 + i // 26)}" for i in range(600))
    ngrams = Ngrams(1, 3, 0, 0, 2**16 - 1)
    every = count(text, ngrams)
    kept = sorted(every)[::9]
    assert count(text, ngrams, np.array(kept)) == {bucket: every[bucket] for bucket in kept}
