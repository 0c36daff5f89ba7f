"""Tests of `givesell.text.reading`: what a verdict may be sure of."""

import pytest
from sklearn.naive_bayes import ComplementNB

import givesell
from givesell.datasets import load_posts
from givesell.text.reading import says_enough, suffice
from tests.text.test_language import ENGLISH


@pytest.fixture(scope="module", params=["givesell-en", "givesell-en-deep"])
def model(request):
    """Return each shipped model."""
    return givesell.load(request.param)


@pytest.mark.parametrize(
    "row", [row for row in ENGLISH if row["expected"] == "unsure"], ids=lambda row: row["text"]
)
def test_what_cannot_be_read_is_never_sure(model, row):
    """Letters typed at random, unknown words and a word of another language are never certified,
    whatever their probability.
    """
    verdict = model.classify(row["text"])
    assert not verdict.sure
    assert verdict.status in ("ok", "not_english")


def test_one_rule_for_all_ways(model):
    """A verdict is sure alike for one post, a list, in threads, in an explanation, and in a
    scored table.
    """
    posts = [row["text"] for row in ENGLISH]
    one = [model.classify(post).sure for post in posts]
    assert [verdict.sure for verdict in model.classify(posts)] == one
    assert model.verdicts(posts * 200, n_jobs=2, facets=False).sure.tolist() == one * 200
    assert [why.verdict.sure for why in givesell.explain(posts, model=model)] == one
    assert model.verdicts(posts).table()["sure"].to_pylist() == one
    assert True in one
    assert False in one


def test_what_is_sure_without_thresholds(model):
    """Where any probability suffices, still only what can be read is sure."""
    other = model.with_thresholds((0.5, 0.5))
    assert [
        verdict.sure for verdict in other.classify(["asdf qwer", "Thanks for the help", "ツ"])
    ] == [False, True, False]


def test_models_through_scikit_learn():
    """A classifier without weights follows the same rule: its n-grams say what is known."""
    model = givesell.train(load_posts(), classifier=ComplementNB(), name="other").with_thresholds(
        (0.5, 0.5)
    )
    assert [
        verdict.sure for verdict in model.classify(["Thanks for the help", "zorp blick quint"])
    ] == [True, False]


def test_a_model_that_has_seen_few_words_is_less_often_sure():
    """Words that a small model has not seen make its verdict unsure, plain English or not."""
    posts = load_posts()
    small = givesell.train(posts.head(200), name="small").with_thresholds((0.5, 0.5))
    whole = givesell.load().with_thresholds((0.5, 0.5))
    post = "The ornithologist catalogued seventeen nocturnal warblers and owls there"
    assert [model.classify(post).sure for model in (small, whole)] == [False, True]


def test_models_without_single_words():
    """A model of pairs of words cannot say which words it knows, and goes by language alone."""
    from givesell.estimators.vectorizer import PostVectorizer

    features = PostVectorizer(ngram_range=(2, 2))
    model = givesell.train(load_posts(), features=features, name="pairs").with_thresholds(
        (0.5, 0.5)
    )
    assert [
        verdict.sure for verdict in model.classify(["Thanks for the help", "Jetzt kaufen!"])
    ] == [True, False]


def test_hashtags_are_read_where_there_is_nothing_else(model):
    """A post of hashtags alone is judged by the words inside them."""
    surely = model.with_thresholds((0.5, 0.5))
    assert [
        verdict.sure
        for verdict in surely.classify(["#ThankYou #BestFriends", "#dankeschoen #liebe"])
    ] == [True, False]


@pytest.mark.parametrize(
    ("known", "words", "enough"),
    [
        (1, 1, True),
        (1, 2, False),
        (2, 3, True),
        (0, 0, False),
        (3, 5, False),
        (4, 6, True),
        (5, 8, False),
    ],
)
def test_most_words_must_be_known(known, words, enough):
    """At least two of three words must be known."""
    assert suffice(known, words) == enough


@pytest.mark.parametrize(
    ("known", "words", "known_others", "others", "enough"),
    [
        (1, 1, 1, 1, True),
        (3, 4, 0, 1, True),  # one unknown word, such as a name, among common ones
        (4, 6, 0, 2, False),  # two, and nothing else
        (6, 8, 1, 3, False),
        (6, 8, 2, 4, True),
        (8, 10, 8, 10, True),
        (3, 5, 3, 5, False),  # too few of all
    ],
)
def test_common_words_around_unknown_ones_say_nothing(known, words, known_others, others, enough):
    """Where several words are unknown, at least half of the others than the commonest must be
    known.
    """
    assert says_enough(known, words, known_others, others) == enough


@pytest.mark.parametrize(
    "post",
    [
        "the blorp is in the fnord",
        "it is what it is but the zorvex of the plimsk was not",
        "zzzz",
        "qwrtp zxcvb!",
        "9f86d081884c7d659a2feaa0c55ad015",
        "bG9uZyBlbm91Z2ggdG8gYmU=",
        "thanks qwrtp zxcvbn",
        "#qwrtpzx",
    ],
)
def test_what_no_model_has_seen_is_never_sure(model, post):
    """Where any probability suffices, a post of which hardly an n-gram is known is not sure."""
    assert not model.with_thresholds((0.5, 0.5)).classify(post).sure


def test_models_without_idf_know_no_common_words():
    """Where features have no idf, no word counts as one of the commonest, so that a long plain post
    with two strange words stays sure.
    """
    from givesell.estimators.vectorizer import PostVectorizer

    features = PostVectorizer(use_idf=False)
    model = givesell.train(load_posts(), features=features, name="flat").with_thresholds((0.5, 0.5))
    post = "Thank you all so much for the help with my garden today, love from qwxelina and zorvex"
    assert model.classify(post).sure


def test_a_strange_name_among_known_words_does_not_hinder(model):
    """One unknown word in a short plain post leaves it sure."""
    surely = model.with_thresholds((0.5, 0.5))
    posts = ["Thanks!", "Happy birthday Qwxelina", "so proud of you Qwxelina"]
    assert [verdict.sure for verdict in surely.classify(posts)] == [True] * 3
