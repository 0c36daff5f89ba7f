"""Tests of `givesell.reasons`: exact contributions, reasons, and what would change a verdict."""

import html
import io
import itertools
import json
import math
import pickle
import subprocess
import sys
import time

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.console import Console

import givesell
from givesell.core.calibration import calibrate
from givesell.datasets import load_posts
from givesell.errors import ArgumentError, PostTypeError
from givesell.estimators.deep import DeepClassifier
from givesell.estimators.network.classifier import NetworkClassifier
from givesell.estimators.pipelines import make_pipeline
from givesell.estimators.vectorizer import PostVectorizer
from givesell.model.model import Model
from givesell.reasons.contribution import Contribution
from givesell.reasons.counterfactual import without
from givesell.reasons.explain import reason_lines
from givesell.reasons.phrase_search import LONGEST_PHRASE
from givesell.reasons.scoring import score_with_reasons
from givesell.text.ngrams import Source
from givesell.text.scan import scan

PITCH = "Orders open! 20% off all mugs until Friday, DM me"
PIECES = st.sampled_from(
    [
        *"buy BUY thanks #BigSale @jo 20% $20 😀 soooo !!! — , don't https://etsy.com/x link"
        " in bio".split(),
        " ",
        "  ",
        "\n",
        "\u200b",
        "ﬃ",
        "\ud800",
    ]
)
texts = (
    st.lists(PIECES, max_size=40).map(" ".join)
    | st.lists(PIECES, max_size=20).map("".join)
    | st.text(max_size=80)
)


def trained(**features):
    """Train a small model."""
    posts = load_posts()
    return Model.from_pipeline(
        make_pipeline(PostVectorizer(**features)).fit(posts["text"], posts["label"])
    )


def deep():
    """Train a small deep model."""
    posts = load_posts()
    parts = (
        make_pipeline(PostVectorizer(n_features=2**14)),
        NetworkClassifier(size=8, channels=8, hidden=4, epochs=4),
    )
    return Model.from_pipeline(DeepClassifier(*parts).fit(posts["text"], posts["label"]))


@pytest.fixture(scope="module")
def models():
    """Models of every kind of feature, the last with a network."""
    return [
        givesell.load(),
        trained(ngram_range=(1, 3), char_ngram_range=(3, 4)),
        trained(ngram_range=(2, 3), sublinear_tf=False, norm=None, use_idf=False),
        trained(n_features=2**8, min_df=1),
        deep(),
    ]


@given(text=texts)
@example(text="free free free FREE freeee " * 5)
@example(text="")
def test_contributions_sum_to_the_log_odds(text, models):
    """Contributions, intercept and network sum to the log-odds to 1e-6, and so do the tokens'
    shares; the probability is theirs.
    """
    for model in models:
        why = givesell.explain(text, model=model)
        if why.label is None:
            assert math.isnan(why.log_odds)
            assert why.contributions == why.tokens == why.reasons == ()
            continue
        assert (
            abs(
                sum(part.weight for part in why.contributions)
                + why.intercept
                + why.network
                - why.log_odds
            )
            < 1e-6
        )
        assert (
            abs(
                sum(part.weight for part in why.tokens) + why.intercept + why.network - why.log_odds
            )
            < 1e-6
        )
        assert abs(1 / (1 + math.exp(-why.log_odds)) - why.selling) < 1e-6


@given(text=texts)
def test_offsets_point_into_the_original(text, models):
    """Every piece is the text at its offsets, and the tokens are the scanner's."""
    why = givesell.explain(text, model=models[1])
    for piece in (*why.contributions, *why.tokens, *why.reasons):
        assert piece.text == text[piece.start : piece.end]
        assert 0 <= piece.start < piece.end <= len(text)
    if why.label is not None:
        assert [(token.start, token.end) for token in why.tokens] == [
            (token.start, token.end) for token in scan(text)
        ]


@given(text=texts)
def test_reasons_are_apart_short_and_ordered(text, models):
    """Reasons do not overlap, hold at most four tokens, and the strongest come first."""
    for model in models[:2]:
        reasons = givesell.explain(text, model=model, top=8).reasons
        places = sorted((reason.start, reason.end) for reason in reasons)
        assert all(end <= start for (_, end), (start, _) in itertools.pairwise(places))
        assert all(
            len([token for token in scan(reason.text) if token.kind.name != "SPACE"])
            <= LONGEST_PHRASE
            for reason in reasons
        )
        strengths = [abs(reason.weight) for reason in reasons]
        assert strengths == sorted(strengths, reverse=True)


@given(text=texts)
def test_a_reason_adds_what_lies_inside_it(text, models):
    """The weight of a reason is the sum of the contributions wholly inside it."""
    why = givesell.explain(text, model=models[1])
    for reason in why.reasons:
        inside = sum(
            part.weight
            for part in why.contributions
            if reason.start <= part.start and part.end <= reason.end
        )
        assert reason.weight == pytest.approx(inside, abs=1e-9)


def test_every_source_is_named(models):
    """A post with all kinds of features tells each of them apart."""
    why = givesell.explain(
        "SOOOO good!! #BigSale 😀 thank you for the help https://etsy.com/x", model=models[1]
    )
    assert {part.source for part in why.contributions} == {source.name.lower() for source in Source}
    shown = {(part.source, part.text) for part in why.contributions}
    assert {(source, "SOOOO") for source in ("capitals", "elongated", "opening")} <= shown
    assert {
        ("kind", "#BigSale"),
        ("inner", "#BigSale"),
        ("triple", "thank you for"),
        ("closing", "https://etsy.com/x"),
    } <= shown


def test_punctuation_lies_inside_a_pair(models):
    """A pair skips signs as the features do, and its text shows them."""
    why = givesell.explain("Come on Friday, DM me now", model=models[3])
    assert any(part.source == "pair" and part.text == "Friday, DM" for part in why.contributions)


def test_a_repeated_feature_is_shared_out():
    """Each place of a repeated word gets the same part."""
    weights = [
        part.weight
        for part in givesell.explain("sale one sale two sale").contributions
        if (part.source, part.text) == ("token", "sale")
    ]
    assert len(weights) == 3
    assert weights[0] == weights[1] == weights[2] > 0


def test_one_and_many():
    """A str gives one, a list a list, whatever its length; columns give a list too."""
    one = givesell.explain(PITCH)
    assert isinstance(one, givesell.Explanation)
    for posts in (
        [PITCH],
        (PITCH,),
        pd.Series([PITCH], index=["x"]),
        pl.Series([PITCH]),
        pa.array([PITCH]),
        np.array([PITCH]),
    ):
        (found,) = givesell.explain(posts)
        assert found.to_dict() == one.to_dict()
    assert givesell.explain([]) == []


def test_batches_are_the_same_as_single_posts():
    """A batch gives what each post gives alone."""
    posts = [*load_posts()["text"][:300], None, "", "x" * 5000]
    batch = givesell.explain(posts)
    for post, found in zip(posts, batch, strict=True):
        alone = givesell.explain(post)
        assert alone.reasons == found.reasons
        assert alone.verdict == found.verdict or alone.label is None
        assert alone.log_odds == found.log_odds or alone.label is None
    assert [found.selling for found in batch[:300]] == givesell.score(posts[:300]).tolist()


@pytest.mark.parametrize("post", [None, float("nan"), "", "  ", "😀", "https://x.com/a"])
def test_posts_without_a_label(post):
    """A post that cannot be judged has a status and no reasons, and shows itself without
    failing.
    """
    why = givesell.explain(post)
    assert why.label is None
    assert why.reasons == why.cues == why.hints == ()
    assert why.flip is None
    assert why.verdict.status in repr(why)
    assert json.loads(json.dumps(why.to_dict(), allow_nan=False))["selling"] is None
    assert "no label" in why._repr_html_()


def test_wrong_arguments():
    """Something else than text, and a senseless top, are refused with a word on what to do."""
    with pytest.raises(PostTypeError, match="Post 1"):
        givesell.explain(["a", 3])
    for top in (0, -1, 1.5, True, "3", 1001, 10**12):
        with pytest.raises(ArgumentError, match="top must be a whole number"):
            givesell.explain(PITCH, top=top)


def test_top_bounds_the_reasons_alone():
    """`top` cuts the reasons; the contributions stay."""
    few, many = givesell.explain(PITCH, top=1), givesell.explain(PITCH, top=9)
    assert len(few.reasons) == 1 < len(many.reasons)
    assert few.contributions == many.contributions


def test_flip_is_scored_anew():
    """What turns a verdict is a change whose text, scored by itself, has the other label and the
    stated probability.
    """
    posts = [
        post for post in load_posts()["text"][:400] if givesell.classify(post).label == "selling"
    ]
    turned = 0
    for why in givesell.explain(posts):
        if why.flip is None:
            continue
        turned += 1
        again = givesell.classify(why.flip.text)
        assert (again.label, again.selling) == ("giving", why.flip.selling)
        assert why.flip.text == without(
            why.text, [(span.start, span.end) for span in why.flip.spans]
        )
        assert len(why.flip.text) >= 0.3 * len(why.text)
        for span in why.flip.spans:  # each is needed
            others = [(other.start, other.end) for other in why.flip.spans if other is not span]
            assert not others or givesell.classify(without(why.text, others)).label != "giving"
            assert (
                span.selling
                == givesell.classify(without(why.text, [(span.start, span.end)])).selling
            )
    assert turned >= len(posts) // 2


def test_hints_lower_the_probability():
    """Hints are spans of a selling post whose removal alone helps, the best first; a giving post
    has none.
    """
    why = givesell.explain(
        "Fresh loaves today. Lovely weather for it! Only £4 each, order now, link in bio"
    )
    assert why.label == "selling"
    assert {hint.cue for hint in why.hints} >= {"link_in_bio"}
    numbers = [hint.selling for hint in why.hints]
    assert numbers == sorted(numbers)
    for hint in why.hints:
        assert (
            hint.selling
            == givesell.classify(without(why.text, [(hint.start, hint.end)])).selling
            < why.selling
        )
    assert givesell.explain("Thanks so much, that fixed it!").hints == ()


def test_a_giving_post_can_turn_too():
    """A giving post tells what keeps it from selling."""
    why = givesell.explain("I hate it when people shout. New prints in the shop now, link in bio")
    turned = [
        w
        for w in givesell.explain(list(load_posts()["text"][:400]))
        if w.label == "giving" and w.flip
    ]
    assert turned
    assert all(w.flip.label == "selling" for w in turned)
    assert why.label in ("giving", "selling")


@given(
    st.text("ab \n", max_size=30),
    st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=4),
)
def test_without_takes_out_just_the_spans(text, spans):
    """What is left is the rest of the text, blanks apart."""
    spans = [(min(pair), min(max(pair), len(text))) for pair in spans if min(pair) <= len(text)]
    rest = "".join(
        letter for i, letter in enumerate(text) if not any(start <= i < end for start, end in spans)
    )
    assert "".join(without(text, spans).split()) == "".join(rest.split())


def test_to_dict_is_json():
    """The dict holds plain values that survive JSON, with all parts."""
    found = givesell.explain(PITCH).to_dict()
    assert json.loads(json.dumps(found, allow_nan=False)) == json.loads(json.dumps(found))
    assert found["label"] == "selling"
    assert found["reasons"][0].keys() == {"text", "start", "end", "weight", "source"}
    assert {cue["name"] for cue in found["cues"]} >= {"discount", "message_me"}
    assert found["flip"]["label"] == "giving"


def test_pickle():
    """An explanation can be pickled and is equal afterwards."""
    why = pickle.loads(pickle.dumps(givesell.explain(PITCH)))
    assert why.to_dict() == givesell.explain(PITCH).to_dict()


def test_contribution_leans():
    """The sign of a weight is the label it speaks for."""
    assert Contribution("x", 0, 1, 0.5, "token").leans == "selling"
    assert Contribution("x", 0, 1, -0.5, "token").leans == "giving"


def test_reason_lines():
    """A line holds the top reasons with their weights on one line, and is None without a label."""
    lines = reason_lines(givesell.load(), [PITCH, "Thanks\n\na lot", None, "😀"], top=2)
    reasons = givesell.explain(PITCH, top=2).reasons
    assert lines[0] == "; ".join(f"{reason.text} ({reason.weight:+.2f})" for reason in reasons)
    assert [reason.text for reason in reasons] == ["20% off all", "DM me"]
    assert "\n" not in lines[1]
    assert lines[2:] == [None, None]


def test_log_odds_of_batches_are_the_scorers():
    """The log-odds of explanations give the scorer's probability for posts of every kind."""
    model, posts = givesell.load(), list(load_posts()["text"])
    found = score_with_reasons(model.scorer, posts, 3)
    selling = model.score(posts)
    judged = ~np.isnan(selling)
    odds = calibrate(found.linear, model.linear.slopes)
    assert np.abs(1 / (1 + np.exp(-odds)) - selling)[judged].max() < 1e-6


def test_explaining_loads_spacy_only_for_cues():
    """Reasons load neither spaCy, scikit-learn nor rich; cues load spaCy."""
    code = (
        "import sys, givesell\nwhy = givesell.explain('Thanks a lot, DM me')\nwhy.reasons,"
        " why.tokens, repr(why)\nprint([m for m in ('spacy', 'sklearn', 'rich', 'pandas') if m in"
        " sys.modules])\nwhy.cues\nassert 'spacy' in sys.modules"
    )
    assert (
        subprocess.run(
            [sys.executable, "-c", code], check=True, capture_output=True, text=True
        ).stdout.strip()
        == "[]"
    )


def test_network_of_a_deep_model(models):
    """A deep model's explanation says what its network adds, in words and as a value; another's
    is 0 and says nothing of it.
    """
    why, plain = givesell.explain(PITCH, model=models[-1]), givesell.explain(PITCH)
    assert why.network != 0
    assert f"adds {why.network:+.2f}" in why._repr_html_()
    assert why.to_dict()["network"] == why.network
    assert plain.network == 0
    assert "network" not in plain._repr_html_()


KINDS = {
    "words": "buy now ", "cues": "DM me. ", "questions": "does anyone know? ", "hashtags": "#aB ",
    "wall": "#ad #x", "emoji": "🎉",
    "joined": "👩\u200d", "marks": "a\u0301", "signs": "?!., ", "lines": "buy\nnow\n",
    "surrogates": "a\ud800 ", "nothing": "\0",
    "last": "\U0010ffff ", "links": "http://a.com/b ", "prices": "$20 ", "one word": "x",
    "letters": "a b ",
}  # fmt: skip


def shown(text):
    """Work everything out that an explanation has, and return its forms."""
    why = givesell.explain(text)
    why.to_dict()
    return why._repr_html_(), repr(why), reason_lines(givesell.load(), [text])[0] or ""


@pytest.mark.parametrize("unit", KINDS.values(), ids=KINDS)
def test_growth(unit):
    """An explanation of twice the post takes about twice the time, whatever it is made of, and
    shows no more of it.
    """
    times = []
    for length in (10_000, 20_000):
        text, rounds = (unit * length)[:length], []
        for _ in range(2):  # the first may compile
            began = time.process_time()
            forms = shown(text)
            rounds.append(time.process_time() - began)
        times.append(min(rounds))
        assert all(len(form) < 40_000 for form in forms)
    assert times[1] < 3 * times[0] + 0.5  # room for what else a machine does


def test_long_pieces_are_cut():
    """A word of a million letters fills neither a notebook nor a column of reasons."""
    forms = shown("buy now " + "x" * 1_000_000 + " link in bio, DM me")
    assert [len(form) < 20_000 for form in forms] == [True, True, True]
    assert "…" in forms[0]


def test_a_str_of_another_kind():
    """The methods of a kind of str are not asked: the explanation is that of its characters."""

    class Text(str):
        __slots__ = ()

        def __len__(self):
            return 3_000_000

        def __getitem__(self, part):
            return "no"

        def encode(self, *_):
            return b"no"

        __str__ = __format__ = lambda *_: "no"

    why, plain = givesell.explain([None, Text(PITCH)])[1], givesell.explain(PITCH)
    assert type(why.text) is str
    assert why.to_dict() == plain.to_dict()
    assert (repr(why), why._repr_html_()) == (repr(plain), plain._repr_html_())
    assert reason_lines(givesell.load(), [Text(PITCH)]) == reason_lines(givesell.load(), [PITCH])


def test_every_code_point():
    """A post of all code points, lone surrogates and NUL among them, has one verdict everywhere."""
    text = "thanks, buy now " + "".join(map(chr, range(0x110000)))
    why = givesell.explain(text)
    assert (
        why.verdict.status == givesell.classify(text).status == givesell.classify([text])[0].status
    )
    assert math.isnan(why.selling) or why.selling == givesell.score(text)
    assert (why.tokens == ()) == (why.label is None)
    assert len(why._repr_html_()) < 40_000


def test_what_decides_is_said(models):
    """Where the words speak for the other label, or no reason for the verdict is shown, all that
    shows it says what did.
    """
    posts = [*load_posts()["text"].head(400), "Today I published a new post about our shop"]
    for model in (models[0], models[-1]):
        found = givesell.explain(posts, model=model, top=3)
        decided = 0
        for why, line in zip(found, reason_lines(model, posts, top=3), strict=True):
            if why.label is None:
                assert why.balance == ""
                continue
            assert why.intercept + why.words + why.network == pytest.approx(why.log_odds)
            for figure in (why.intercept, why.words, why.log_odds):
                assert f"{figure:+.2f}" in why.balance
            starts = (why.intercept >= 0) == (why.label == "selling")
            against = (why.log_odds - why.intercept >= 0) != (why.label == "selling")
            shown = any(reason.leans == why.label for reason in why.reasons)
            expected = starts and (against or not shown)
            decided += expected
            assert ("where it started decides" in why.balance) == expected
            assert (f"before any word ({why.intercept:+.2f})" in line) == expected
        assert decided
        text = Console(width=100, file=io.StringIO())
        text.print(found[-1])
        assert "(before any word)" in text.file.getvalue()
        assert html.escape(found[-1].balance) in found[-1]._repr_html_()
        assert json.loads(found[-1].to_json())["balance"] == found[-1].balance
        assert f"intercept={found[-1].intercept:.2f}" in repr(found[-1])
