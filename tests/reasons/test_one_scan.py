"""Tests that an explanation reads its post once."""

import sys
from collections import Counter

import pytest

import givesell
from givesell.text.fold import code_points

POST = "Orders open! 20% off all mugs until Friday, DM me"


@pytest.fixture
def scanned(monkeypatch):
    """Count how often each text is handed to compiled code, wherever that is done."""
    texts = Counter()

    def counted(text):
        texts[text] += 1
        return code_points(text)

    for name, module in list(sys.modules.items()):
        if name.startswith("givesell.") and hasattr(module, "code_points"):
            monkeypatch.setattr(module, "code_points", counted)
    return texts


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
    model, posts = givesell.load(), [POST, None, "Thanks so much, that fixed it!"]
    scanned.clear()
    for why in givesell.explain(posts, model=model):
        assert why.reasons == () or why.contributions
    assert scanned == {"".join(post or "" for post in posts): 1}


def test_what_would_change_a_verdict_scores_changed_posts_alone(scanned):
    """Looking for a flip scans changed posts, and never the explained one again."""
    model = givesell.load()
    why = givesell.explain(POST, model=model)
    assert why.known_cues()
    scanned.clear()
    assert why.flip is not None
    assert POST not in scanned
