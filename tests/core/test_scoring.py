"""Tests of `givesell.core.scoring`: the fused scorer against the scikit-learn pipeline."""

import copy
import gzip
import itertools
import json
import pickle
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import givesell
from givesell.core.fused import FusedScorer, PostReader
from givesell.core.linear import LinearKind
from givesell.core.model_arrays import Scored, Weights
from givesell.core.weights import linear_of
from givesell.datasets import load_posts
from givesell.estimators.pipelines import make_pipeline
from givesell.estimators.vectorizer import PostVectorizer
from givesell.model.model import Model
from givesell.text.posts import chunks

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
            FusedScorer(Weights(bad, None))
        with pytest.raises(ValueError, match=r"sizes|n-gram"):
            FusedScorer(Weights(bad, None), facets.facets)
    for name in ("bias", "out", "top_bias"):
        whole = deep.weights.network
        network = whole._replace(**{name: getattr(whole, name)[:0]})
        with pytest.raises(ValueError, match="network"):
            FusedScorer(Weights(deep.linear, network))
    for name in ("rows", "intercepts", "weights"):
        head = facets.facets._replace(**{name: getattr(facets.facets, name)[:-1]})
        with pytest.raises(ValueError, match="facets"):
            FusedScorer(facets.weights, head)


def test_what_leads_out_of_its_array_is_refused(saved):
    """Arrays of the right shapes whose numbers lead out of others are refused: rows of facets, rows
    of tokens, and a set of tokens that is searched without end.
    """
    model, deep = givesell.load(saved["facets"]), givesell.load(saved["deep"])
    for row in (-1, len(model.facets.weights), 2**31 - 1):
        rows = model.facets.rows.copy()
        rows[0] = row
        with pytest.raises(ValueError, match="facets"):
            FusedScorer(model.weights, model.facets._replace(rows=rows))
    network = deep.weights.network
    full, far = network.vocabulary.copy(), network.vocabulary.copy()
    full[:, 1] = 1
    far[0] = (5, network.rows.shape[0])
    for vocabulary in (full, far, network.vocabulary[:-1], network.vocabulary[:0]):
        with pytest.raises(ValueError, match="network"):
            FusedScorer(Weights(deep.linear, network._replace(vocabulary=vocabulary)))


def test_posts_and_room_for_results_are_looked_at(saved):
    """Chunks that do not hold their posts, and room that is too small for the results, are refused
    before a post is read.
    """
    model = givesell.load(saved["facets"])
    plain = givesell.load(saved["linear"])
    ((_, chunk),) = chunks(["Thanks for the help", None, "Buy now"])
    broken = [
        chunk._replace(longest=3),
        chunk._replace(offsets=chunk.offsets + 1),
        chunk._replace(offsets=chunk.offsets[::-1].copy()),
        chunk._replace(codes=chunk.codes + np.uint32(0x110000)),
        chunk._replace(missing=np.array([3])),
        chunk._replace(missing=np.array([-1])),
    ]
    for bad in broken:
        with pytest.raises(ValueError, match=r"posts|offsets"):
            model.scorer.score_chunk(bad, Scored.room(3, facets=True))
        with pytest.raises(ValueError, match=r"posts|offsets"):
            PostReader(model.known).read_chunk(bad, np.empty(3, np.uint8), np.empty(3, bool))
    with pytest.raises(ValueError, match="facets"):
        plain.scorer.score_chunk(chunk, Scored.room(3, facets=True))
    for name in Scored._fields:
        room = Scored.room(3, facets=True)
        with pytest.raises(ValueError, match="room"):
            model.scorer.score_chunk(chunk, room._replace(**{name: getattr(room, name)[:2]}))


def test_one_post_gets_the_verdict_that_it_gets_among_others(saved):
    """A post passed alone, which takes a shorter way, gets the verdict of a list to the bit, also
    at a threshold that no float32 equals.
    """
    posts = ["Thanks so much!", "Buy now", "", "\ud800", None, "ok", "buy now " * 9000, "Gracias"]
    for name in ("linear", "deep", "facets"):
        model = givesell.load(saved[name])
        edge = float(model.score("Thanks so much!"))
        for low in (0.2, edge, np.nextafter(edge, 0), np.nextafter(edge, 1)):
            same = model.with_thresholds((min(float(low), 0.5), 0.8))
            for post, verdict in zip(posts, same.classify(posts), strict=True):
                alone = same.classify(post)
                assert repr(alone.to_dict()) == repr(verdict.to_dict())
                assert {name: type(value) for name, value in alone.to_dict().items()} == {
                    name: type(value) for name, value in verdict.to_dict().items()
                }


def test_threads_share_a_scorer(model):
    """Posts scored one by one in several threads at once get the probabilities of one thread."""
    posts = [f"Thanks for post {i}, buy {'now ' * (i % 50)}" for i in range(2000)]
    alone = [model.classify(post).selling for post in posts]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda post: model.classify(post).selling, posts))
    assert found == alone


def test_a_scorer_can_be_copied(saved):
    """Models that have scored posts can be pickled and copied, and score as before."""
    for name in ("deep", "facets"):
        model = givesell.load(saved[name])
        expected = model.classify("Thanks, buy now").to_dict()
        for other in (pickle.loads(pickle.dumps(model)), copy.deepcopy(model)):
            assert other.classify("Thanks, buy now").to_dict() == expected
