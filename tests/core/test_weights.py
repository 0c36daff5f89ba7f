"""The one place that makes and checks what the compiled code takes."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline

import givesell
from givesell.core.linear import LinearKind
from givesell.core.weights import linear_of
from givesell.datasets import load_posts
from givesell.errors import ArgumentError, GivesellError
from givesell.estimators.pipelines import make_pipeline
from givesell.estimators.vectorizer import PostVectorizer
from givesell.model.model import Model

FEATURES = PostVectorizer(n_features=2**10).get_params()
BUCKETS, TABLE = np.arange(0, 40, 2, dtype=np.int32), np.ones((20, 2), np.float32)


def model(features=FEATURES, buckets=BUCKETS, table=TABLE, intercept=0.0, sides=(1.0, 1.0)):
    """Make a model as loading does."""
    linear = linear_of(features, buckets, table, intercept, sides)
    return Model(LinearKind(linear, features), thresholds=(0.2, 0.8))


def table(value, column=0):
    """Return a table with one odd value."""
    changed = TABLE.copy()
    changed[7, column] = value
    return changed


@pytest.mark.parametrize(
    "given",
    [
        {"features": FEATURES | {"ngram_range": (1, -1)}},
        {"features": FEATURES | {"ngram_range": (0, 5)}},
        {"features": FEATURES | {"char_ngram_range": (-10, 1)}},
        {"features": FEATURES | {"n_features": 1000}},
        {"features": FEATURES | {"n_features": 2**5}},
        {"buckets": BUCKETS[::-1]},
        {"buckets": BUCKETS * 0},
        {"buckets": BUCKETS - 1},
        {"buckets": BUCKETS[:-1]},
        {"buckets": BUCKETS.astype(float)},
        {"buckets": BUCKETS[:0], "table": TABLE[:0]},
        {"table": TABLE[:, :1]},
        {"table": table(np.nan)},
        {"table": table(np.inf)},
        {"table": table(-1e30)},
        {"table": table(0, 1)},
        {"table": table(-1, 1)},
        {"table": table(np.nan, 1)},
        {"intercept": np.nan},
        {"intercept": -np.inf},
        {"intercept": 1e300},
        {"sides": (0, 1)},
        {"sides": (1, np.nan)},
        {"sides": (1e-300, 1e300)},
    ],
)
def test_refused(given):
    """Whoever makes a model of settings or weights that cannot be used gets our error, before a
    kernel sees them.
    """
    with pytest.raises(ArgumentError, match=r"E206|E211"):
        model(**given)


def test_the_largest_weights_give_probabilities():
    """At the ends of what is allowed each post still has a probability."""
    for low, high in ((-1e9, 1e-6), (1e9, 1e6)):
        big = np.column_stack([np.full(1024, low), np.full(1024, high)]).astype(np.float32)
        for unit in ("l2", None):
            found = model(
                FEATURES | {"norm": unit}, np.arange(1024, dtype=np.int32), big, low, (1e6, 1e-6)
            )
            scores = found.score(["Thanks for the help", "buy now " * 2000, "a"])
            assert ((scores >= 0) & (scores <= 1)).all()


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e300])
def test_pipelines_of_no_numbers(value):
    """A pipeline whose weights are no numbers, or beyond all use, is no model: it would call
    every post giving.
    """
    posts = load_posts().head(60)
    pipeline = make_pipeline(PostVectorizer(n_features=2**10)).fit(posts["text"], posts["label"])
    for name in ("coef_", "intercept_"):
        broken = make_pipeline(PostVectorizer(n_features=2**10)).fit(posts["text"], posts["label"])
        getattr(broken.named_steps["classifier"], name)[:] = value
        with pytest.raises(ArgumentError, match="E211"):
            Model.from_pipeline(broken)
    pipeline.named_steps["features"].idf_[3] = np.float32(min(value, 1e30))
    with pytest.raises(ArgumentError, match="E211"):
        Model.from_pipeline(pipeline)


def test_pipelines_that_do_not_fit_together():
    """Features that are not fitted, or of another number than the weights, are told."""
    posts = load_posts().head(60)
    pipeline = make_pipeline(PostVectorizer(n_features=2**10)).fit(posts["text"], posts["label"])
    classifier = pipeline.named_steps["classifier"]
    for features in (PostVectorizer(), PostVectorizer(min_df=5).fit(posts["text"])):
        with pytest.raises(GivesellError, match="E207"):
            Model.from_pipeline(Pipeline([("features", features), ("classifier", classifier)]))
    assert isinstance(classifier, LogisticRegression)


def test_settings_become_plain(tmp_path):
    """Settings given as NumPy's numbers, lists or truths of other kinds are saved as a manifest
    holds them.
    """
    odd = FEATURES | {
        "n_features": np.int64(1024),
        "ngram_range": [np.int32(1), 2],
        "sublinear_tf": np.bool_(True),
        "min_df": np.int64(2),
    }
    model(odd).save(tmp_path / "mine")
    assert givesell.load(tmp_path / "mine").info["features"]["n_features"] == 1024
