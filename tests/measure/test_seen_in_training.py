"""Tests of what is said of posts that a model was trained on, and of figures that are too good."""

import io
import warnings

import pandas as pd
import pytest
from rich.console import Console

import givesell
from givesell.datasets import load_posts
from givesell.errors import TrainedOnWarning

SMALL = givesell.PostVectorizer(n_features=2**13)


@pytest.fixture(scope="module")
def posts():
    """The bundled posts."""
    return load_posts()


@pytest.fixture(scope="module")
def model(posts):
    """A model of the first of them."""
    return givesell.train(posts.head(600), features=SMALL, name="mine")


def shown(found):
    """Return what is printed of a result."""
    console = Console(width=200, record=True, file=io.StringIO())
    console.print(found)
    return " ".join(console.export_text().split())


ALL = "mine was trained on 600 of these 600 posts: it looks better on them than it is."


def test_evaluating_on_trained_on_posts_warns(model, posts):
    """An evaluation on posts of training warns, counts them, and says it where it is shown."""
    with pytest.warns(TrainedOnWarning, match=f"^{ALL} Use other posts.$") as caught:
        found = givesell.evaluate(model, posts.head(600), rounds=100)
    assert caught[0].filename == __file__
    assert (found.trained_on, found["trained_on"]) == (600, 600)
    assert ALL in shown(found)
    assert ALL in found._repr_html_()


def test_evaluating_on_other_posts_does_not(model, posts):
    """One on other posts says nothing, and a few known ones among many are counted without a
    warning.
    """
    found = givesell.evaluate(model, posts.tail(600), rounds=100)
    assert found.trained_on == 0
    assert "trained on" not in shown(found)
    few = pd.concat([posts.tail(600), posts.head(5)])
    found = givesell.evaluate(model, few, rounds=100)
    assert found.trained_on == 5
    assert "mine was trained on 5 of these 605 posts" in shown(found)


def test_comparing_on_trained_on_posts_warns_of_the_model(model, posts):
    """A comparison names the model that has seen the posts, and its sentence says that it is no
    fair one.
    """
    other = givesell.train(posts.tail(600), features=SMALL, name="other")
    with pytest.warns(TrainedOnWarning) as caught:
        found = givesell.compare(other, model, posts.head(600), rounds=100)
    assert [str(warning.message) for warning in caught] == [f"{ALL} Use other posts."]
    assert caught[0].filename == __file__
    assert found.trained_on == (0, 600)
    assert found.to_dict()["trained_on"] == {"a": 0, "b": 600}
    assert found.sentence.endswith(
        "But mine had seen such posts in training: compare them on others."
    )
    assert ALL in shown(found)
    fair = givesell.compare(other, model, posts.iloc[600:1000], rounds=100)
    assert fair.trained_on == (0, 0)
    assert "seen" not in fair.sentence


def test_drift_of_trained_on_posts_warns(model, posts):
    """Drift of posts of training is none, and is said to be no wonder."""
    with pytest.warns(TrainedOnWarning, match=ALL) as caught:
        found = givesell.drift(model, posts["text"].head(600))
    assert caught[0].filename == __file__
    assert (found.trained_on, found.to_dict()["trained_on"]) == (600, 600)
    assert ALL in shown(found)
    assert givesell.drift(model, posts["text"].tail(600)).trained_on == 0


def test_adapting_to_trained_on_posts_warns(model, posts):
    """Adapting to posts that the base was trained on warns and stands among the findings of the
    report and the card.
    """
    with pytest.warns(
        TrainedOnWarning, match="mine was trained on 100 of these 100 posts"
    ) as caught:
        adapted = givesell.train(posts.head(100), base=model)
    assert caught[0].filename == __file__
    (finding,) = [finding for finding in adapted.report.warnings if finding.check == "seen by base"]
    assert finding.count == 100
    assert finding.examples == (0, 1, 2, 3, 4)
    assert "seen by base" in [check["check"] for check in adapted.info["training"]["checks"]]
    assert not [finding for finding in adapted.report.findings if finding.check == "too good"]
    fair = givesell.train(posts.tail(100), base=model)
    assert not [finding for finding in fair.report.findings if finding.check == "seen by base"]


def test_the_shipped_models_warn_of_the_bundled_posts(posts):
    """The shipped model is not measured on the posts that come with it without a word."""
    with pytest.warns(TrainedOnWarning, match="givesell-en was trained on 600 of these 600 posts"):
        givesell.evaluate(givesell.load(), posts.tail(600), rounds=100)


def ruled(count):
    """Return posts that a rule has made, no two alike, and their labels."""
    words = (
        "anvil barley cedar dune ember fjord gravel harbour indigo jasper kelp lantern meadow"
        " nettle opal pebble quarry reed".split()
    )
    made = [
        f"{words[i % 18]} {words[i // 18 % 18]} {words[i * 7 % 18]}"
        f" {'buy now' if i % 2 else 'thank you'}"
        for i in range(count)
    ]
    return made, ["selling" if i % 2 else "giving" for i in range(count)]


def test_a_perfect_score_is_too_good():
    """Figures that nobody reaches are said to be too good, in training and on other posts."""
    texts, labels = ruled(240)
    model = givesell.train(texts[:160], labels[:160], features=SMALL)
    (finding,) = [finding for finding in model.report.warnings if finding.check == "too good"]
    assert finding.found.startswith(
        "A macro-F1 of 1.000 is too good to be true of posts as people write them: look whether"
    )
    assert finding.found.endswith("(drawn at random).")
    found = givesell.evaluate(model, texts[160:], labels[160:], rounds=100)
    assert "A macro-F1 of 1.000 is too good to be true" in shown(found)


def test_few_posts_from_scratch_get_a_hint(posts, model):
    """A thousand posts and fewer without a base are told of one; with a base, and more, nothing
    is said.
    """

    def hinted(**options):
        found = givesell.train(
            posts.head(1001 if options.get("more") else 288),
            features=options.get("features"),
            base=options.get("base"),
        )
        return [
            finding.done for finding in found.report.warnings if finding.check == "from scratch"
        ]

    (done,) = hinted(features=SMALL)
    assert "base='givesell-en'" in done
    assert hinted(features=SMALL, more=True) == []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", TrainedOnWarning)
        assert hinted(base=model) == []
