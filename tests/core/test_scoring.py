"""Tests of `givesell.core.scoring`: the fused scorer against the scikit-learn pipeline."""

import gzip
import itertools
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import givesell
from givesell.core.linear import LinearKind
from givesell.core.scoring import Weights, score_posts
from givesell.core.weights import linear_of
from givesell.datasets import load_posts
from givesell.estimators.pipelines import make_pipeline
from givesell.estimators.vectorizer import PostVectorizer
from givesell.model.model import Model

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"
PIECES = st.sampled_from(
    [
        "buy",
        "BUY",
        "thanks",
        " ",
        "  ",
        "\n",
        "#BigSale",
        "@jo",
        "20%",
        "$20",
        "😀",
        "👩🏽‍🚒",
        "!!",
        "x.com",
        "…",
        "ſ",
        "ﬁ",
        "а",
        "\u200b",
        "\ud800",
        "\0",
        "7pm",
        "1️⃣",
    ]
)
TEXTS = st.one_of(
    st.text(),
    st.lists(PIECES, max_size=30).map("".join),
    st.lists(PIECES, max_size=30).map(" ".join),
)


@pytest.fixture(scope="module")
def model():
    """The shipped model."""
    return givesell.load()


def same(found, expected):
    """Whether probabilities agree to 1e-6 wherever a post was judged."""
    judged = ~np.isnan(found)
    return np.abs(found - expected)[judged].max(initial=0) < 1e-6


@given(st.lists(TEXTS, max_size=6))
def test_equals_pipeline_on_generated_text(model, posts):
    """The scorer gives the probability of the scikit-learn pipeline to 1e-6 on any text."""
    if posts:
        assert same(model.score(posts), model.pipeline.predict_proba(posts)[:, 1])


@pytest.mark.parametrize(
    "params",
    [
        {"ngram_range": (1, 3)},
        {"ngram_range": (2, 3), "use_idf": False},
        {"char_ngram_range": (3, 5)},
        {"sublinear_tf": False},
        {"norm": None, "min_df": 1},
    ],
)
def test_equals_pipeline_for_every_setting(params):
    """The scorer follows each feature setting as the pipeline does."""
    frame = load_posts()
    pipeline = make_pipeline(PostVectorizer(n_features=2**14, **params))
    pipeline.fit(frame["text"], frame["label"])
    posts = [*frame["text"], "buy buy buy buy", "ok"]
    found = Model.from_pipeline(pipeline).score(posts)
    assert np.isfinite(found).all()
    assert same(found, pipeline.predict_proba(posts)[:, 1])


SETTINGS = st.fixed_dictionaries(
    {
        "ngram_range": st.sampled_from([(1, 1), (1, 2), (1, 3), (2, 2), (2, 3), (3, 3)]),
        "char_ngram_range": st.sampled_from([None, (2, 2), (3, 5), (2, 8)]),
        "n_features": st.sampled_from([2, 64, 2**12]),
        "sublinear_tf": st.booleans(),
        "use_idf": st.booleans(),
        "norm": st.sampled_from(["l2", None]),
    }
)


@given(
    SETTINGS,
    st.sampled_from([0.1, 1.0, 100.0, 1e6]),
    st.sampled_from([(1.0, 1.0), (1.5, 0.6), (20.0, 0.01)]),
    st.lists(TEXTS, min_size=1),
)
def test_how_near_the_pipeline_is(settings, scale, sides, posts):
    """Whatever the settings, weights and posts, probabilities keep the distance from the
    pipeline's that `Model.pipeline` states.
    """
    draw, size = np.random.default_rng(len(posts)), settings["n_features"]
    buckets = np.flatnonzero(draw.random(size) < 0.7).astype(np.int32)
    buckets = buckets if len(buckets) else np.zeros(1, np.int32)
    idf = draw.uniform(1, 12, len(buckets)) if settings["use_idf"] else np.ones(len(buckets))
    table = np.column_stack([scale * draw.normal(size=len(buckets)) * idf, idf**2]).astype(
        np.float32
    )
    features = PostVectorizer(**settings).get_params()
    kind = LinearKind(linear_of(features, buckets, table, 0.1, sides), features)
    model = Model(kind, thresholds=(0.2, 0.8))
    posts = [*posts, " ".join(posts), "buy thanks " * 300]
    found = model.score(posts).astype(np.float64)
    linear = model.pipeline
    parts = linear[0].transform(posts) @ np.abs(linear[1].coef_[0]) + 0.1
    judged = ~np.isnan(found)
    assert (np.abs(found - linear.predict_proba(posts)[:, 1]) <= 3e-8 + 5e-8 * max(sides) * parts)[
        judged
    ].all()


@pytest.mark.corpus
@pytest.mark.skipif(not CORPUS.exists(), reason="needs the corpus beside the checkout")
def test_equals_pipeline_on_real_posts(model):
    """The scorer gives the probability of the scikit-learn pipeline to 1e-6 on 100,000 real
    posts.
    """
    with gzip.open(CORPUS / "unlabelled.jsonl.gz", "rt", encoding="utf-8") as lines:
        posts = [json.loads(line)["text"] for line in itertools.islice(lines, 100_000)]
    found = model.score(posts)
    assert np.isfinite(found).mean() > 0.99
    assert same(found, model.pipeline.predict_proba(posts)[:, 1])


def test_threads_and_batches_change_nothing(model):
    """Results are the same bytes for any number of threads and any batch boundaries."""
    posts = (list(load_posts()["text"]) * 50)[:70_001]
    alone = model.score(posts, n_jobs=1)
    assert model.score(posts, n_jobs=2).tobytes() == alone.tobytes()
    assert model.score(posts).tobytes() == alone.tobytes()
    halves = np.concatenate([model.score(posts[:33]), model.score(posts[33:])])
    assert halves.tobytes() == alone.tobytes()


def test_a_wall_of_text_among_short_posts(model):
    """A very long post leaves its neighbours' probabilities as they are."""
    posts = ["Thanks a lot!", "buy now " * 50_000, "Thanks a lot!"]
    found = model.score(posts)
    assert found[0] == found[2] == model.score(posts[:1])[0]
    assert np.isfinite(found).all()


@pytest.mark.parametrize(
    ("post", "status"),
    [
        (None, "missing"),
        (float("nan"), "missing"),
        ("", "empty"),
        (" \n\t ", "empty"),
        ("\u200b", "empty"),
        ("😀😀", "no_words"),
        ("https://example.com/x", "no_words"),
        ("@jo @max", "no_words"),
        ("20% 7pm !!", "no_words"),
        ("Это очень хороший магазин, спасибо", "not_english"),
        ("Muchas gracias a todos por estar aquí, es para nosotros una alegría", "not_english"),
        (
            "Wir sind sehr froh, dass ihr alle dabei wart und freuen uns auf das nächste Mal",
            "not_english",
        ),
        ("ok", "ok"),
        ("Sale!", "ok"),
        ("Gracias!", "ok"),
        ("El Camino de Santiago, Los Angeles, La Jolla and San Jose are on the list", "ok"),
        ("Nike Air Max 90 size 10 mint condition posted UK", "ok"),
        ("#BlackFriday", "ok"),
        ("#Привет #спасибо", "ok"),
    ],
)
def test_status(model, post, status):
    """Posts that cannot be judged say why and get no label; short and listing posts are judged."""
    (verdict,) = model.classify([post])
    assert verdict.status == status
    assert (verdict.label is None) == (status != "ok")
    assert np.isnan(verdict.selling) == (status != "ok")
    assert not (verdict.sure and status != "ok")


@pytest.mark.corpus
@pytest.mark.skipif(not CORPUS.exists(), reason="needs the corpus beside the checkout")
def test_language_check_spares_english(model):
    """At most one labelled English post in a thousand is taken for another language."""
    with gzip.open(CORPUS / "labelled.jsonl.gz", "rt", encoding="utf-8") as lines:
        statuses = model.verdicts([json.loads(line)["text"] for line in lines]).status
    assert (statuses == "not_english").mean() <= 0.001


def test_compiled_code_looks_at_its_arrays(saved):
    """The compiled code refuses arrays and settings that do not fit together, whoever made them,
    before it reads them.
    """
    linear = givesell.load(saved["linear"]).linear
    deep, facets = givesell.load(saved["deep"]), givesell.load(saved["facets"])
    broken = [
        linear._replace(table=linear.table[:-1]),
        linear._replace(ngrams=linear.ngrams._replace(high=-1)),
        linear._replace(ngrams=linear.ngrams._replace(char_low=-10, char_high=1)),
        linear._replace(ngrams=linear.ngrams._replace(mask=2**20 - 1)),
        linear._replace(vocabulary=linear.vocabulary._replace(words=linear.vocabulary.words[:-1])),
        linear._replace(vocabulary=linear.vocabulary._replace(ranks=linear.vocabulary.ranks[:-1])),
    ]
    for bad in broken:
        with pytest.raises(ValueError, match=r"sizes|n-gram"):
            score_posts(Weights(bad, None), ["Thanks for the help"])
        with pytest.raises(ValueError, match=r"sizes|n-gram"):
            score_posts(Weights(bad, None), ["a b c d e f g h " * 5000], facets=facets._facets)
    for name in ("bias", "out", "top_bias"):
        whole = deep.weights.network
        network = whole._replace(**{name: getattr(whole, name)[:0]})
        with pytest.raises(ValueError, match="network"):
            score_posts(Weights(deep.linear, network), ["Thanks"])
    for name in ("rows", "intercepts"):
        head = facets._facets._replace(**{name: getattr(facets._facets, name)[:-1]})
        with pytest.raises(ValueError, match="facets"):
            score_posts(facets.weights, ["Thanks"], facets=head)
