"""Tests of `givesell.core.second_look`, and of the model that it makes."""

import pickle
import warnings

import msgspec
import numpy as np
import pytest

import givesell
from givesell.core.sections import Curve, SecondLook, Thresholds
from givesell.datasets import load_posts
from givesell.errors import ArgumentError, ArgumentTypeError, ArtifactError, HintWarning
from givesell.learn.second_look import simple_rule
from givesell.verdict import Again

POSTS = load_posts()["text"].head(400).tolist()
ODD = [None, "", "👍", "Hola que tal amigos como estan hoy todos ustedes", "Thanks!"]
BETWEEN = (0.05, 0.95)


@pytest.fixture(scope="module")
def first():
    """The model that reads every post."""
    return givesell.load()


@pytest.fixture(scope="module")
def second():
    """The model that reads some of them again."""
    return givesell.load("givesell-en-deep")


@pytest.fixture(scope="module")
def careful(first, second):
    """Both, by the simplest rule."""
    return first.with_second_look(second, simple_rule(first, between=BETWEEN))


class Counting:
    """A kind that counts the posts that it is given, and scores as another."""

    def __init__(self, kind):
        self.kind, self.posts = kind, []

    def __getattr__(self, name):
        return getattr(self.kind, name)

    def score(self, posts, n_jobs, *, facets):
        """Score posts, and remember them."""
        self.posts += list(posts)
        return self.kind.score(posts, n_jobs, facets=facets)


def test_each_post_has_the_verdict_of_the_model_that_has_spoken(first, second, careful):
    """Posts that the rule hands on have the second model's probability, to the bit, and all others
    the first's; `read_by` and `again` say so.
    """
    scores, one, two = (model.verdicts(POSTS) for model in (careful, first, second))
    handed = (one.selling >= BETWEEN[0]) & (one.selling <= BETWEEN[1])
    assert 10 < handed.sum() < len(POSTS) - 10
    assert (scores.selling == np.where(handed, two.selling, one.selling)).all()
    assert (scores.facet == np.where(handed, two.facet, one.facet)).all()
    assert scores.read_by.tolist() == [
        ["givesell-en", "givesell-en-deep"][i] for i in handed.tolist()
    ]
    changed = handed & (one.label != two.label)
    assert ((scores.again == Again.OTHER_LABEL) == changed).all()
    assert ((scores.again != Again.NO) == handed).all()


def test_the_second_model_reads_nothing_else(first, second):
    """A post that the rule does not hand on costs the second model nothing."""
    counting = Counting(second.kind)
    model = first.with_second_look(second, simple_rule(first, between=BETWEEN))
    model.kind.second = model.kind.second._replace(kind=counting)
    p = first.score(POSTS)
    model.verdicts([*POSTS, *ODD])
    wanted = [post for post, q in zip(POSTS, p, strict=True) if BETWEEN[0] <= q <= BETWEEN[1]]
    assert counting.posts == wanted
    counting.posts.clear()
    assert model.classify("Thanks so much, that fixed it!").read_by == "givesell-en"
    assert counting.posts == []


def test_a_post_is_read_alike_whatever_is_beside_it(careful):
    """Alone, in a batch, in another order: the same bits, labels and readers."""
    posts = [*POSTS[:100], *ODD]
    whole = careful.verdicts(posts)
    backwards = careful.verdicts(posts[::-1])
    assert backwards.selling[::-1].tobytes() == whole.selling.tobytes()
    for post, verdict in zip(posts, whole, strict=True):
        alone = careful.classify(post)
        assert repr(alone) == repr(verdict)
        assert np.float32(alone.selling).tobytes() == np.float32(verdict.selling).tobytes()


def test_posts_that_cannot_be_judged_are_read_by_nobody(careful):
    """They have no label, no reader and the status of the first model."""
    scores = careful.verdicts(ODD)
    assert scores.status.tolist() == ["missing", "empty", "no_words", "not_english", "ok"]
    assert scores.read_by.tolist() == [None, None, None, None, "givesell-en"]
    assert careful.classify(None).to_dict() == givesell.classify(None).to_dict()


@pytest.mark.filterwarnings("ignore::givesell.errors.TrainedOnWarning")
def test_it_is_a_model_like_any_other(careful, first):
    """It scores columns, predicts, is measured, compared, pickled and described."""
    frame = load_posts().head(300)
    assert list(careful.classify(frame["text"])) == [
        "label", "selling", "sure", "status", "facet", "read_by"
    ]  # fmt: skip
    again = pickle.loads(pickle.dumps(careful))
    assert again.score(POSTS).tobytes() == careful.score(POSTS).tobytes()
    assert careful.predict(POSTS[:3]).tolist() == careful.verdicts(POSTS[:3]).label.tolist()
    assert (
        givesell.evaluate(careful, frame, groups="topic", rounds=100).metrics["macro_f1"].value
        > 0.5
    )
    assert givesell.compare(first, careful, frame, rounds=100) is not None
    assert careful.name == "givesell-en+givesell-en-deep"
    assert "second look" in repr(careful)
    assert careful.has_facets
    assert careful.digest is None
    assert careful.trained_on(POSTS[:1]).tolist() == first.trained_on(POSTS[:1]).tolist()
    assert careful.card().startswith("# givesell-en+givesell-en-deep")
    assert careful.verdicts(POSTS[:3], facets=False).facet is None


def test_what_two_models_cannot_do_is_refused(careful, first, tmp_path):
    """It is not saved, exported or made a pipeline, nor combined once more."""
    with pytest.raises(ArtifactError, match=r"E239.*Save 'givesell-en-deep' with its rule"):
        careful.save(tmp_path / "both")
    with pytest.raises(ArgumentError, match="E223"):
        _ = careful.pipeline
    for one, other in ((careful, first), (first, careful), (first, first)):
        with pytest.raises(ArgumentError, match="E238"):
            one.with_second_look(other, careful.manifest.second_look)
    with pytest.raises(ArgumentError, match=r"E237.*givesell-en-deep"):
        first.with_second_look(givesell.load("givesell-en-deep"))
    with pytest.raises(ArgumentTypeError, match="E206"):
        first.with_second_look("givesell-en-deep")


def test_the_rule_is_saved_with_the_second_model(first, second, careful, tmp_path):
    """A loaded second model needs nothing else, and gives the same bits."""
    rule = simple_rule(first, between=BETWEEN, thresholds=(0.1, 0.9))
    second.holding_rule(rule).save(tmp_path / "second")
    loaded = givesell.load(tmp_path / "second")
    assert loaded.manifest.second_look == rule
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model = first.with_second_look(loaded)
    assert model.score(POSTS).tobytes() == careful.score(POSTS).tobytes()
    assert model.thresholds == (0.1, 0.9)
    assert second.holding_rule(rule).holding_rule(None).manifest.second_look is None


def test_a_rule_that_was_learned_for_another_model_says_so(second, first):
    """It is used all the same, as far as it holds: without its mix and figures, and sure only
    where both models' thresholds agree.
    """
    learned = simple_rule(first, between=BETWEEN, thresholds=(0.4, 0.6))
    rule = msgspec.structs.replace(learned, mix=(0.5, 0.5, 0.0), first_sha256="0" * 64)
    with pytest.warns(HintWarning, match="learned with another model than 'givesell-en'"):
        model = first.with_second_look(second, rule)
    assert model.thresholds == first.thresholds
    assert model.manifest.second_look.mix is None


def test_a_mix_weighs_both_log_odds(first, second, careful):
    """The mix of a post is that of the two probabilities."""
    rule = msgspec.structs.replace(simple_rule(first, between=BETWEEN), mix=(0.5, 1.5, -0.25))
    mixed, one, two = (
        model.score(POSTS).astype(float)
        for model in (first.with_second_look(second, rule), first, second)
    )
    handed = careful.verdicts(POSTS).again != Again.NO
    p, q = one[handed], two[handed]
    odds = 0.5 * np.log(p / (1 - p)) + 1.5 * np.log(q / (1 - q)) - 0.25
    assert np.allclose(mixed[handed], 1 / (1 + np.exp(-odds)), atol=1e-6)
    assert (mixed[~handed] == one[~handed]).all()


def test_every_part_of_a_rule_counts(first, second):
    """Length, facet and words that are not known can each hand a post on."""
    never = Curve([0.0], [-1.0])
    limits = Thresholds(0.2, 0.8)
    plain = SecondLook("x", 0.0, never, Curve([0.0], [0.0]), limits, 0.0)
    long_ones = Curve([40.0, 41.0], [0.0, 1.0])
    facets = first.verdicts(POSTS).facet
    lengths = np.array([len(post) for post in POSTS])
    for change, wanted in (
        ({}, np.zeros(len(POSTS), bool)),
        ({"characters": long_ones}, lengths > 40),
        ({"facets": {"thanks": 1.0}}, facets == "thanks"),
    ):
        model = first.with_second_look(second, msgspec.structs.replace(plain, **change))
        assert ((model.verdicts(POSTS).again != Again.NO) == wanted).all()
    strange = "Qwxz vbnk plokt"
    model = first.with_second_look(second, msgspec.structs.replace(plain, unread=1.0))
    assert not first.classify(strange).sure
    assert model.classify(strange).read_by == "givesell-en-deep"


@pytest.mark.parametrize(
    "wrong",
    [
        {"selling": {"at": [0.5, 0.4], "worth": [0.0, 0.0]}},
        {"selling": {"at": [0.5], "worth": [0.0, 0.0]}},
        {"facets": {"nothing": 1.0}},
        {"mix": [1e30, 0.0, 0.0]},
        {"thresholds": {"sure_giving_up_to": 0.9, "sure_selling_from": 0.1}},
        {"least": "often"},
        {"other": 1},
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(first, second, wrong):
    """A rule is data from a file: it is checked like the rest of a manifest."""
    rule = msgspec.to_builtins(simple_rule(first, between=BETWEEN)) | wrong
    with pytest.raises(ArgumentError, match="E210"):
        givesell.Model(second.kind, thresholds=(0.2, 0.8), info={"second_look": rule})


def test_thresholds_of_the_first_model_are_kept(first, second):
    """What the first model leaves unsure by stricter thresholds of its user is not sure either with
    a second look.
    """
    strict = first.with_thresholds((0.001, 0.999))
    assert strict.with_second_look(second, simple_rule(first, between=BETWEEN)).thresholds == (
        0.001,
        0.999,
    )


def test_names_alike_are_told_apart(first, second):
    """`read_by` tells two models of one name apart."""
    named = givesell.Model(second.kind, thresholds=(0.2, 0.8), info={"name": first.name})
    careful = first.with_second_look(named, simple_rule(first, between=BETWEEN))
    assert set(careful.verdicts(POSTS).read_by) == {"givesell-en", "givesell-en (second)"}


def test_long_names_are_cut(first, second):
    """Two names that are each allowed make one that is."""
    models = [
        givesell.Model(model.kind, thresholds=(0.2, 0.8), info={"name": letter * 200})
        for model, letter in ((first, "a"), (second, "b"))
    ]
    careful = models[0].with_second_look(models[1], simple_rule(models[0], between=BETWEEN))
    assert careful.name == "a" * 200 + "+" + "b" * 54


def test_a_rule_of_another_type_is_refused(first, second):
    """What is no rule is named, with what is expected."""
    with pytest.raises(ArgumentTypeError, match=r"E206.*rule"):
        first.with_second_look(second, {"a": 1})
