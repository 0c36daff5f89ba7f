"""Tests that an explanation reads its post once."""

import sys
from collections import Counter
from functools import wraps

import pytest

import givesell
import givesell.nlp.cues
import givesell.reasons.explain
from givesell.core.fused import FusedScorer
from givesell.text.posts import Chunk

POST = "Orders open! 20% off all mugs until Friday, DM me"
METHODS = ("score_one", "score_chunk")


def counted(kernel, texts):
    """Return a kernel that counts the texts that it is handed."""

    @wraps(kernel)
    def counting(*args, **named):
        for argument in (*args, *named.values()):
            if isinstance(argument, str):
                texts[argument] += 1
            elif isinstance(argument, Chunk):
                texts["".join(map(chr, argument.codes))] += 1
        return kernel(*args, **named)

    return counting


@pytest.fixture
def scanned(monkeypatch):
    """Count how often each text is handed to a kernel, wherever that is done; by models that are
    loaded from here on.
    """
    texts = Counter()
    methods = {name: counted(getattr(FusedScorer, name), texts) for name in METHODS}
    scorer = type("CountingScorer", (FusedScorer,), methods)
    for name, module in list(sys.modules.items()):
        for attribute, value in list(vars(module).items()) if name.startswith("givesell.") else ():
            if value is FusedScorer:
                monkeypatch.setattr(module, attribute, scorer)
            elif type(value).__name__ == "cython_function_or_method":
                monkeypatch.setattr(module, attribute, counted(value, texts))
    return texts


def test_every_way_to_score_is_counted(scanned):
    """A text is counted however a model comes to read it, so that no scan is overlooked."""
    model = givesell.load("givesell-en")
    scanned.clear()
    model.classify(POST)
    model.verdicts([POST])
    givesell.explain(POST, model=model)
    assert scanned == {POST: 3}
    assert {name for name, value in vars(FusedScorer).items() if callable(value)} - {
        *vars(object),
        "__reduce_cython__",
        "__setstate_cython__",
        "__setstate__",
    } == set(METHODS)


@pytest.mark.parametrize("name", ["givesell-en", "givesell-en-deep"])
def test_an_explanation_scans_its_post_once(name, scanned):
    """Verdict, log-odds, network, reasons, contributions and token shares come from one scan."""
    model = givesell.load(name)
    scanned.clear()
    why = givesell.explain(POST, model=model)
    assert why.label == "selling"
    assert all((why.reasons, why.contributions, why.tokens, why.log_odds, why.balance))
    assert scanned == {POST: 1}


def test_a_batch_scans_its_posts_together(scanned):
    """The posts of a batch are handed over together, and nothing of one is scanned again."""
    model, posts = givesell.load("givesell-en"), [POST, None, "Thanks so much, that fixed it!"]
    scanned.clear()
    for why in givesell.explain(posts, model=model):
        assert why.reasons == () or why.contributions
    assert scanned == {"".join(post or "" for post in posts): 1}


def test_what_would_change_a_verdict_scores_changed_posts_alone(scanned):
    """Looking for a flip scans changed posts, and never the explained one again."""
    model = givesell.load("givesell-en")
    why = givesell.explain(POST, model=model)
    assert why.known_cues()
    scanned.clear()
    assert why.flip is not None
    assert scanned
    assert POST not in scanned
