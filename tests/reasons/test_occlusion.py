"""Tests of explanations by occlusion: of models whose log-odds are no sum of parts."""

import io
import itertools
import json
import pickle
from typing import ClassVar

import numpy as np
import pytest
from rich.console import Console

import givesell
from givesell.core.calibration import UNCALIBRATED
from givesell.core.model_arrays import Scored
from givesell.core.scoring import read_posts
from givesell.model.model import Model
from givesell.reasons import occlusion
from givesell.reasons.counterfactual import removed, without
from givesell.reasons.explain import reason_lines
from givesell.reasons.occlusion import MOST_IN_LINES, MOST_TRIED, explain_by_occlusion
from givesell.reasons.wording import shift

PITCH = "Lovely weather here. Handmade mugs, 20% off this week only. DM me to order. Really, DM me!"
# What the words of the model below add to its log-odds, once in a post however often they stand in
# it; it starts at -1.
WORDS = {"dm me": 2.0, "20% off": 1.5, "handmade": 0.4, "lovely weather": -0.7, "thanks": -2.0}


class WordKind:
    """A kind of model without weights that counts how often it is asked."""

    name: ClassVar = "words"
    classifier = "a few words"
    can_explain, can_be_adapted, can_be_saved = False, False, False
    intercept, slopes, weights, settings, facet_names = 0.0, UNCALIBRATED, None, {}, ()

    def __init__(self, kind):
        self.features, self.known = kind.features, kind.known
        self.read = []

    def score(self, posts, n_jobs, *, facets):
        """Score posts by the words that they hold."""
        self.read.append(list(posts[:]))
        status, may_be_sure = read_posts(self.known, posts, n_jobs)
        odds = [
            sum((WORDS[word] for word in WORDS if word in (post or "").lower()), -1.0)
            for post in posts[:]
        ]
        selling = (1 / (1 + np.exp(-np.array(odds)))).astype(np.float32)
        return Scored(np.where(status == 0, selling, np.nan), status, may_be_sure, None)

    def tensors(self):
        """Hold none."""

    def __str__(self):
        return self.classifier


@pytest.fixture
def model():
    """A model that no sum explains."""
    return Model(WordKind(givesell.load().kind), thresholds=(0.2, 0.8), info={"name": "words"})


@pytest.fixture
def why(model):
    """The explanation of a pitch."""
    return givesell.explain(PITCH, model=model)


def test_a_phrase_is_worth_what_its_removal_does(model, why):
    """Each removal's probability is that of the model for the post without the phrase, at all of
    its places, and its weight is the difference in log-odds.
    """
    assert (why.method, givesell.explain(PITCH).method) == ("occlusion", "exact")
    assert why.removals
    for removal in why.removals:
        assert removal.text == PITCH[slice(*removal.places[0])]
        assert removal.selling == model.score(without(PITCH, removal.places))
        odds = np.log(removal.selling / (1 - removal.selling))
        assert removal.weight == pytest.approx(why.log_odds - odds, abs=1e-4)
    strengths = [abs(removal.weight) for removal in why.removals]
    assert strengths == sorted(strengths, reverse=True)
    by_word = {
        word: one.weight for one in why.removals for word in WORDS if word in one.text.lower()
    }
    assert by_word["20% off"] == pytest.approx(1.5, abs=1e-4)


def test_repetitions_are_taken_out_together(why):
    """A phrase that stands twice matters, though the model reads it once: both places go, and both
    are marked.
    """
    (twice,) = [removal for removal in why.removals if removal.text.lower() == "dm me"]
    assert [PITCH[start:end] for start, end in twice.places] == ["DM me"] * 2
    assert twice.weight == pytest.approx(2.0, abs=1e-4)
    assert [place.text for place in why.marked()].count("DM me") == 2


def test_reasons_are_the_removals_that_do_something(model, why):
    """Reasons are the strongest removals, at most `top`; what does nothing is none."""
    assert [reason.text for reason in why.reasons] == [
        removal.text for removal in why.removals if abs(removal.weight) > 0.02
    ][:5]
    assert len(why.reasons) < len(why.removals)
    (first,) = givesell.explain(PITCH, model=model, top=1).reasons
    assert first == why.reasons[0]
    places = sorted(place[1:3] for place in why.marked())
    assert all(end <= start for (_, end), (start, _) in itertools.pairwise(places))


def test_what_it_does_not_know_it_does_not_say(why):
    """There are no parts, no start and no network: empty, NaN, and None in the dict."""
    assert why.contributions == why.tokens == ()
    assert np.isnan([why.intercept, why.network, why.words]).all()
    found = json.loads(json.dumps(why.to_dict(), allow_nan=False))
    assert (found["method"], found["intercept"], found["network"]) == ("occlusion", None, None)
    assert found["removals"][0].keys() == {"text", "places", "cue", "weight", "selling"}
    assert found["log_odds"] == pytest.approx(2.2, abs=1e-4)


def test_what_flips_it_is_scored(model, why):
    """What flips the verdict is a set of removals that the model has scored, none of them idle."""
    flip = why.flip
    assert flip.label == model.classify(flip.text).label == "giving"
    assert flip.selling == model.score(flip.text)
    places = [(span.start, span.end) for span in flip.spans]
    assert flip.text == without(PITCH, places)
    assert removed(PITCH, places) <= 0.5
    phrases = {span.text for span in flip.spans}
    assert len(phrases) > 1
    for phrase in phrases:
        others = [(span.start, span.end) for span in flip.spans if span.text != phrase]
        assert model.classify(without(PITCH, others)).label == "selling"


def test_one_removal_that_flips_costs_nothing_more(model):
    """Where a phrase flips the verdict by itself, nothing is scored again to find that."""
    why = givesell.explain("Thanks for all the help, DM me if you like", model=model)
    other = givesell.explain("Some lovely old cups in the shed, DM me if you like", model=model)
    model.kind.read.clear()
    assert (why.label, why.flip.label, other.flip.label) == ("giving", "selling", "giving")
    assert other.flip.spans[0].text.startswith("DM me")
    assert model.kind.read == []


def test_nothing_flips_a_post_that_says_nothing(model):
    """Where no removal helps there is no flip, and the words say what was tried."""
    why = givesell.explain("The bridge is closed until Monday morning", model=model)
    assert why.flip is None
    assert why.reasons == why.hints == ()
    assert "none changes much" in why.balance


def test_hints_say_what_to_change_first(model, why):
    """The hints of a selling post are the removals that lower its probability, the best first."""
    numbers = [hint.selling for hint in why.hints]
    assert numbers == sorted(numbers)
    assert numbers[0] == min(removal.selling for removal in why.removals)
    assert givesell.explain("Thanks for the help", model=model).hints == ()


@pytest.mark.parametrize("post", [None, "", "😀"])
def test_posts_without_a_label(model, post):
    """A post that cannot be judged is not read again."""
    why = givesell.explain(post, model=model)
    assert (why.label, why.reasons, why.removals, why.flip) == (None, (), (), None)
    assert sum(map(len, model.kind.read)) == 1


@pytest.mark.parametrize("post", ["Thanks!", "DM me", "mugs"])
def test_short_posts(model, post):
    """A post that is one phrase is taken apart by words; of one word nothing can be taken out that
    leaves something to judge.
    """
    why = givesell.explain(post, model=model)
    words = {removal.text for removal in why.removals}
    assert words <= {"DM", "me", "!"}
    assert post != "DM me" or words == {"DM", "me"}
    assert why._repr_html_()


def test_few_scorings_for_many_posts_in_one_call(model):
    """At most 16 phrases of a post are tried, 8 for a column of reasons, those of all posts in one
    call; and a batch gives what each post gives alone.
    """
    long = " ".join(f"{word} {PITCH}" for word in ("First", "Second", "Third"))
    long += (
        " Book now! Link in bio, only £20, free shipping. Does anyone want one? #ad Use code TEN"
    )
    posts = [PITCH, None, long, "Thanks so much", *["Orders open, 20% off"] * 3]
    model.kind.read.clear()
    found = givesell.explain(posts, model=model)
    assert len(model.kind.read) == 2
    assert max(len(why.removals) for why in found) <= MOST_TRIED
    for post, together in zip(posts, found, strict=True):
        assert together.removals == givesell.explain(post, model=model).removals
    assert len(found[2].removals) > MOST_IN_LINES
    model.kind.read.clear()
    reason_lines(model, [long])
    assert [len(read) for read in model.kind.read] == [1, MOST_IN_LINES]


def test_a_post_that_is_too_long_is_read_once(model, monkeypatch):
    """Beyond the limit of characters nothing is taken out, and what is shown says so."""
    monkeypatch.setattr("givesell.reasons.counterfactual.LONGEST_SEARCHED", 20)
    monkeypatch.setattr("givesell.reasons.wording.LONGEST_SEARCHED", 20)
    why = givesell.explain(PITCH, model=model)
    assert (why.removals, why.flip, len(model.kind.read)) == ((), None, 1)
    assert "too long" in why._repr_html_()


def test_without_spacy(model, monkeypatch):
    """Without spaCy the phrases of the default model are tried."""
    monkeypatch.setattr(occlusion, "has", lambda name: False)
    why = givesell.explain(PITCH, model=model)
    assert why.removals
    assert {removal.cue for removal in why.removals} == {None}


def test_lines_say_what_a_removal_does(model, why):
    """A column of reasons says for each phrase what becomes of the probability without it."""
    line, none = reason_lines(model, [PITCH, None], top=1)
    strongest = why.removals[0]
    assert line == f"without “{strongest.text}”: {shift(why.selling, strongest.selling)}"
    assert none is None
    assert givesell.Scorer(model, why=1)([PITCH]).why.tolist() == [line]


def test_it_is_shown_as_such(why):
    """The terminal, the notebook and the repr name the method, and show no sum."""
    console = Console(width=100, file=io.StringIO())
    console.print(why)
    for shown in (console.file.getvalue(), why._repr_html_()):
        assert "by occlusion" in shown
        assert "do not add up" in " ".join(shown.split())
        assert shift(why.selling, why.removals[0].selling) in shown
        assert "before any word" not in shown.lower()
        assert "nan" not in shown
    assert "method='occlusion'" in repr(why)
    assert "intercept" not in repr(why)


def test_any_model_can_be_explained_so():
    """Occlusion of a model with weights is true of it too: the strongest phrase leads both ways."""
    batch = explain_by_occlusion(givesell.load(), [PITCH], 1)
    assert batch.reasons(0)[0].leans == givesell.explain(PITCH).reasons[0].leans == "selling"


def test_pickle():
    """An explanation by occlusion survives pickling."""
    deep = givesell.load("givesell-en-deep")
    batch = explain_by_occlusion(deep, [PITCH], 3)
    why = givesell.Explanation(batch, 0)
    assert why.method == "occlusion"
    assert pickle.loads(pickle.dumps(why)).verdict == why.verdict
