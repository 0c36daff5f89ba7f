"""Tests of `givesell.estimators.vectorizer`."""

import pickle
import warnings

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.utils.estimator_checks import estimator_checks_generator

from givesell import PostVectorizer
from givesell.errors import ArgumentError, ArgumentTypeError, PostTypeError

POSTS = [
    "Thanks so much, that fixed it!",
    "Orders open, 20% off until Friday. DM me to order #SummerSale",
    "Does anyone know a good bike shop?",
    "Buy now and save $20 → https://shop.example.com/x",
] * 5
LABELS = ["giving", "selling"] * 10
SMALL = {"n_features": 2**12, "min_df": 1}


def estimator_checks():
    """List the checks that ``check_estimator`` runs on input that is text; it warns that it
    leaves the others out.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return list(estimator_checks_generator(PostVectorizer()))


def test_scikit_learn_has_checks():
    """There are checks to run, so that the next test cannot pass by running none."""
    assert estimator_checks()


@pytest.mark.parametrize(("estimator", "check"), estimator_checks())
def test_scikit_learn_checks(estimator, check):
    """The checks that scikit-learn runs on an estimator whose input is text pass."""
    check(estimator)


def test_transform_is_csr_of_unit_rows():
    """Features are CSR float32 with sorted indices and rows of unit length."""
    matrix = PostVectorizer(**SMALL).fit_transform(POSTS)
    assert sp.issparse(matrix)
    assert matrix.format == "csr"
    assert matrix.dtype == np.float32
    assert matrix.has_sorted_indices
    assert matrix.has_canonical_format
    np.testing.assert_allclose(sp.linalg.norm(matrix, axis=1), 1, rtol=1e-6)


def test_fit_transform_equals_fit_then_transform():
    """The two ways to features give the same matrix, also with rare buckets dropped."""
    vectorizer = PostVectorizer(n_features=2**12, min_df=6)
    together = vectorizer.fit_transform(POSTS)
    assert abs(together - vectorizer.transform(POSTS)).max() == 0
    assert together.nnz < PostVectorizer(**SMALL).fit_transform(POSTS).nnz


def test_counts_are_of_the_documented_features():
    """Raw counts of a post are its tokens, pairs with both edges, tag words, classes and marks."""
    plain = PostVectorizer(n_features=2**20, min_df=1, use_idf=False, sublinear_tf=False, norm=None)
    # buy buy now; (start buy) (buy buy) (buy now) (now end)
    assert plain.fit_transform(["buy buy now"]).sum() == 3 + 4
    assert plain.fit_transform(["buy buy now"]).nnz == 2 + 4
    # #BigSale, its class, big, sale; two edges
    assert plain.fit_transform(["#BigSale"]).sum() == 4 + 2
    # WOW and its mark; two edges
    assert plain.fit_transform(["WOW"]).sum() == 2 + 2
    # punctuation counts alone but in no pair
    assert plain.fit_transform(["a, b"]).sum() == 3 + 3


def test_sublinear_and_idf_follow_their_formulas():
    """Weights are 1 + log(count) and 1 + log((1 + n) / (1 + df))."""
    vectorizer = PostVectorizer(ngram_range=(1, 1), n_features=2**16, min_df=1, norm=None)
    matrix = vectorizer.fit_transform(["spam spam spam", "eggs", "eggs ham"])
    assert matrix[0].data.tolist() == pytest.approx([(1 + np.log(3)) * (1 + np.log(4 / 2))])
    assert sorted(matrix[2].data.tolist()) == pytest.approx([1 + np.log(4 / 3), 1 + np.log(4 / 2)])


@pytest.mark.parametrize("span", [(1, 1), (1, 2), (2, 2), (1, 3), (2, 3), (3, 3)])
def test_ngram_range(span):
    """Each order adds its n-grams, the post's edges counting as tokens."""
    vectorizer = PostVectorizer(
        ngram_range=span, n_features=2**20, min_df=1, use_idf=False, sublinear_tf=False, norm=None
    )
    sizes = {1: 4, 2: 5, 3: 4}  # a b c d with an edge on either side
    assert vectorizer.fit_transform(["a b c d"]).sum() == sum(
        sizes[order] for order in range(span[0], span[1] + 1)
    )


def test_char_ngrams():
    """Character n-grams lie inside words, one character of margin on either side."""
    words = PostVectorizer(n_features=2**20, min_df=1, use_idf=False, norm=None)
    chars = clone(words).set_params(char_ngram_range=(3, 3))
    assert (
        chars.fit_transform(["shop"]).sum() - words.fit_transform(["shop"]).sum() == 4
    )  # _sh sho hop op_


@pytest.mark.parametrize(
    "column",
    [
        list,
        tuple,
        np.array,
        pd.Series,
        pl.Series,
        pa.array,
        lambda posts: np.array(posts, object),
        lambda posts: pa.chunked_array([posts, []]),
    ],
)
def test_takes_columns_of_every_kind(column):
    """Lists, tuples, NumPy, pandas, Polars and Arrow columns give the same features."""
    expected = PostVectorizer(**SMALL).fit_transform(POSTS)
    assert (
        abs(PostVectorizer(**SMALL).fit(column(POSTS)).transform(column(POSTS)) - expected).max()
        == 0
    )


def test_missing_posts_have_no_features():
    """None and NaN give an empty row in their place."""
    matrix = PostVectorizer(**SMALL).fit(POSTS).transform([None, POSTS[0], float("nan"), pd.NA, ""])
    assert np.diff(matrix.indptr).astype(bool).tolist() == [False, True, False, False, False]


def test_no_posts():
    """No posts give a matrix of no rows."""
    vectorizer = PostVectorizer(**SMALL).fit(POSTS)
    assert vectorizer.transform([]).shape == (0, len(vectorizer.buckets_))


@pytest.mark.parametrize(
    ("posts", "error"),
    [
        (["a", 3], PostTypeError),
        ("a", ArgumentTypeError),
        (None, ArgumentTypeError),
        (7, ArgumentTypeError),
    ],
)
def test_refuses_what_is_not_posts(posts, error):
    """A number among posts, a bare str and None are type errors."""
    with pytest.raises(error) as caught:
        PostVectorizer(**SMALL).fit(posts)
    assert isinstance(caught.value, TypeError)


def test_error_names_the_position():
    """The error about a post that is not text says where it stands, also far into a column."""
    with pytest.raises(PostTypeError, match="Post 9000 is of type int"):
        PostVectorizer(**SMALL).fit(["a"] * 9000 + [3])


@pytest.mark.parametrize(
    "params",
    [
        {"n_features": 1000},
        {"n_features": 0},
        {"ngram_range": (2, 1)},
        {"ngram_range": (1, 4)},
        {"ngram_range": 2},
        {"char_ngram_range": (1, 3)},
        {"norm": "l1"},
        {"min_df": 0},
        {"min_df": 0.5},
    ],
)
def test_refuses_unusable_parameters(params):
    """A parameter that cannot be used is named when fitting, not before."""
    vectorizer = PostVectorizer(**params)
    with pytest.raises(ArgumentError, match=next(iter(params))):
        vectorizer.fit(POSTS)


def test_not_fitted():
    """Transforming and naming features before fitting raise NotFittedError."""
    with pytest.raises(NotFittedError):
        PostVectorizer().transform(POSTS)
    with pytest.raises(NotFittedError):
        PostVectorizer().get_feature_names_out()


def test_feature_names():
    """There is one name a column, of its bucket."""
    vectorizer = PostVectorizer(**SMALL).fit(POSTS)
    names = vectorizer.get_feature_names_out()
    assert len(names) == len(set(names)) == vectorizer.transform(POSTS).shape[1]
    assert names[0] == f"bucket_{vectorizer.buckets_[0]}"


def test_clone_and_pickle():
    """A clone is unfitted with equal parameters; a pickled copy transforms alike."""
    vectorizer = PostVectorizer(**SMALL, ngram_range=(1, 3)).fit(POSTS)
    copy = clone(vectorizer)
    assert copy.get_params() == vectorizer.get_params()
    assert not hasattr(copy, "idf_")
    again = pickle.loads(pickle.dumps(vectorizer))
    assert abs(again.transform(POSTS) - vectorizer.transform(POSTS)).max() == 0


def test_learned_state_ends_in_underscore():
    """Fitting adds only attributes that end in an underscore."""
    vectorizer = PostVectorizer(**SMALL)
    before = set(vars(vectorizer))
    added = set(vars(vectorizer.fit(POSTS))) - before
    assert added == {"buckets_", "idf_", "n_posts_"}


def test_works_in_search_and_cross_validation():
    """A pipeline with it runs in GridSearchCV and cross_val_predict."""
    pipeline = make_pipeline(PostVectorizer(**SMALL), LogisticRegression())
    search = GridSearchCV(pipeline, {"postvectorizer__ngram_range": [(1, 1), (1, 2)]}, cv=2).fit(
        POSTS, LABELS
    )
    assert search.best_score_ == 1
    assert cross_val_predict(pipeline, POSTS, LABELS, cv=2).tolist() == LABELS


@given(st.lists(st.text(), max_size=8), st.integers(0, 8))
def test_rows_do_not_depend_on_their_neighbours(posts, at):
    """A post has the same features alone and in any batch."""
    vectorizer = PostVectorizer(**SMALL).fit(POSTS)
    parts = [vectorizer.transform(posts[:at]), vectorizer.transform(posts[at:])]
    assert abs(sp.vstack(parts) - vectorizer.transform(posts)).sum() == 0


def test_every_column_is_used():
    """Only buckets that enough training posts hold become columns, each with its idf."""
    vectorizer = PostVectorizer(n_features=2**12, min_df=6)
    matrix = vectorizer.fit_transform(POSTS)
    assert (np.bincount(matrix.indices, minlength=matrix.shape[1]) >= 6).all()
    assert (vectorizer.idf_ > 0).all()
    assert (np.diff(vectorizer.buckets_) > 0).all()


@pytest.mark.parametrize(
    ("posts", "params"),
    [([], {}), (["one", "two"], {"min_df": 2, "ngram_range": (2, 2)}), ([None, ""], {})],
)
def test_nothing_to_learn(posts, params):
    """Posts that leave no feature are refused with what to do."""
    with pytest.raises(ArgumentError, match="Lower min_df"):
        PostVectorizer(**params).fit(posts)


def test_columns_are_called_by_n_grams():
    """Posts name the columns by their n-grams, also through a pipeline; without posts, or with
    others, by their buckets.
    """
    posts = ["DM me #BigSale soooo", "DM me", None, "", "\ud800"]
    vectorizer = PostVectorizer(n_features=2**16, min_df=1).fit(posts)
    named = vectorizer.get_feature_names_out(posts)
    assert {
        "dm",
        "dm me",
        "opening: dm",
        "inner: #bigsale",
        "elongated: soooo",
        "capitals: dm",
    } <= set(named)
    assert not [name for name in named if name.startswith("bucket_")]
    matrix = vectorizer.transform(["DM me"]).toarray()[0]
    assert (
        {"dm", "me", "dm me"}
        <= set(named[matrix > 0])
        <= {"dm", "me", "dm me", "opening: dm", "closing: me", "capitals: dm"}
    )
    for others in (None, ["text"]):
        assert all(name.startswith("bucket_") for name in vectorizer.get_feature_names_out(others))
