"""Tests of `givesell.text.ngrams`."""

import json
import os
import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from givesell.errors import ArgumentError
from givesell.text.fold import code_points
from givesell.text.ngrams import (
    Ngrams,
    bucket_set,
    count_post,
    counter,
    feature_places,
    most_features,
    ngrams_of,
    rank_of,
    write_features,
)
from givesell.text.scan import rules, scan_post


def count(text, ngrams, kept=None):
    """Count a post's features."""
    codes = code_points(text)
    scratch = counter(len(codes), ngrams, 1 << 24)
    distinct, _, _, _ = count_post(
        codes, 0, len(codes), rules(), ngrams, bucket_set(kept, ngrams.mask + 1), scratch, 1
    )
    return dict(
        zip(scratch.buckets[:distinct].tolist(), scratch.counts[:distinct].tolist(), strict=True)
    )


@given(st.lists(st.booleans(), min_size=1, max_size=200))
def test_bucket_set_holds_the_kept(kept):
    """The set has exactly the bits of the kept buckets, and ranks them in order."""
    buckets = np.flatnonzero(kept)
    found = bucket_set(buckets, len(kept))
    assert [bool(int(found.words[i >> 6]) >> (i & 63) & 1) for i in range(len(kept))] == kept
    assert [rank_of(found, bucket) for bucket in buckets] == list(range(len(buckets)))


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
    assert sum(found.values()) <= most_features(len(text), ngrams)


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
    codes = code_points(text)
    scratch = counter(len(codes), ngrams, 2**10)
    tokens, extras = scan_post(codes, 0, len(codes), rules(), scratch.tokens)
    roomy = np.empty(100 * len(codes) + 100, np.uint64)
    assert (
        write_features(tokens, extras, ngrams, scratch.tokens, roomy, None)
        <= most_features(len(codes), ngrams)
        == len(scratch.features)
    )


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
        lambda settings: counter(10, settings, 64),
        lambda settings: feature_places(10, settings),
    ):
        with pytest.raises(ValueError, match="n-gram settings"):
            make(Ngrams(*given))
    with pytest.raises(ValueError, match="n-gram settings"):
        counter(-1, ngrams_of((1, 2), None, 64), 64)


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


def test_the_room_for_a_post_is_enough():
    """No post, of the shapes that give most tokens, words and n-grams, is read or written
    outside the arrays that are made for it.
    """
    draw = random.Random(0)
    posts = [piece * times for piece in PIECES for times in (1, 2, 7)]
    posts += ["".join(draw.choice(PIECES) for _ in range(draw.randrange(8))) for _ in range(150)]
    process = subprocess.run(
        [sys.executable, "-W", "ignore", str(Path(__file__).with_name("check_bounds.py"))],
        input="\n".join(map(json.dumps, posts)),
        capture_output=True,
        text=True,
        env={**os.environ, "NUMBA_DISABLE_JIT": "1", "PYTHONPATH": str(Path(__file__).parents[2])},
        check=False,
    )
    assert (process.returncode, process.stderr) == (0, "")


def test_few_slots_hold_what_is_kept():
    """A post of many more features than buckets are kept is counted in a table made for those,
    as in one made for all.
    """
    codes, ngrams = (
        code_points(" ".join(f"w{chr(97 + i % 26)}{chr(97 + i // 26)}" for i in range(600))),
        Ngrams(1, 3, 0, 0, 2**16 - 1),
    )
    kept = np.array(sorted(count("".join(map(chr, codes)), ngrams))[::9], np.int32)
    found = []
    for room in (len(kept), 2**16):
        scratch = counter(len(codes), ngrams, room)
        distinct, _, _, _ = count_post(
            codes, 0, len(codes), rules(), ngrams, bucket_set(kept, 2**16), scratch, 1
        )
        found.append((scratch.buckets[:distinct].tolist(), scratch.counts[:distinct].tolist()))
    assert found[0] == found[1]
    assert sorted(found[0][0]) == kept.tolist()
    assert len(counter(len(codes), ngrams, len(kept)).slots) < len(scratch.slots)
