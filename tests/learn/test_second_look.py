"""Tests of `givesell.learn.second_look`: which posts a second look is worth most for."""

import numpy as np
import pytest

import givesell
from givesell import metrics
from givesell.errors import ArgumentError
from givesell.learn.second_look import FirstReading, learn_rule

N = 4_000


def stand_ins(seed=0, *, blind=None):
    """Probabilities of a calibrated first model, of a better second one, labels, and what the
    first reading knows; the first is sure and wrong of posts with the facet ``blind``.
    """
    draw = np.random.default_rng(seed)
    odds = draw.normal(-1, 2.5, N)
    selling = draw.random(N) < 1 / (1 + np.exp(-odds))
    facet = np.where(odds >= 0, "offer", "talk").astype(object)
    if blind:
        hidden = draw.random(N) < 0.1
        facet[hidden], odds[hidden] = blind, -4.0
        selling[hidden] = draw.random(hidden.sum()) < 0.5
    second = (2 * selling - 1) * 2 + draw.normal(0, 1, N)
    reading = FirstReading(np.ones(N, bool), facet, draw.integers(10, 200, N))
    p, q = (1 / (1 + np.exp(-value)) for value in (odds, second))
    return p, q, selling, reading


def test_the_least_sure_posts_come_first():
    """Where nothing else tells, the rule is the distance from one half, within the budget."""
    p, q, selling, reading = stand_ins()
    rule = learn_rule(givesell.load(), p, q, selling, reading, budget=0.3)
    assert 0.27 < rule.share <= 0.33
    assert rule.first_sha256 == givesell.load().digest
    assert rule.facets == {}
    least = np.interp(np.sort(p), rule.selling.at, rule.selling.worth) >= rule.least
    assert 0.29 < least.mean() <= 0.3
    assert (np.diff(least.astype(int)) != 0).sum() == 2  # one range of probabilities
    before = metrics.macro_f1(selling, p >= 0.5)
    assert rule.metrics["split by group"]["macro_f1"] > before + 0.05


def test_a_kind_that_the_first_model_is_sure_and_wrong_of_is_handed_on():
    """Facets count where that is better on sources that were not learned from."""
    p, q, selling, reading = stand_ins(blind="thanks")
    rule = learn_rule(givesell.load(), p, q, selling, reading, budget=0.3)
    assert rule.facets["thanks"] > 1
    assert rule.facets["thanks"] > rule.facets["talk"]


def test_a_mix_is_taken_where_it_is_better():
    """Two readings that know different things are better together; else the second stands alone."""
    p, _, selling, reading = stand_ins()
    draw = np.random.default_rng(1)
    noisy = 1 / (1 + np.exp(-((2 * selling - 1) * 1.0 + draw.normal(0, 1.4, N))))
    assert learn_rule(givesell.load(), p, noisy, selling, reading).mix is not None
    certain = np.where(selling, 0.999, 0.001)
    assert learn_rule(givesell.load(), p, certain, selling, reading).mix is None


def test_what_is_learned_depends_on_the_posts_alone():
    """The same posts give the same rule, and labels may be words."""
    p, q, selling, reading = stand_ins()
    words = np.where(selling, "selling", "giving")
    rules = [learn_rule(givesell.load(), p, q, labels, reading) for labels in (selling, words)]
    assert rules[0] == rules[1]


@pytest.mark.parametrize("wrong", ["budget", "p_first", "p_second", "labels"])
def test_what_does_not_fit_together_is_refused(wrong):
    """An error names the argument."""
    p, q, selling, reading = stand_ins()
    given = {"p_first": p, "p_second": q, "labels": selling, "budget": 0.3}
    given[wrong] = {"budget": 1.5, "p_first": p + 1, "p_second": q[:5], "labels": selling[:5]}[
        wrong
    ]
    with pytest.raises(ArgumentError, match=rf"E206.*{wrong}"):
        learn_rule(givesell.load(), reading=reading, **given)
