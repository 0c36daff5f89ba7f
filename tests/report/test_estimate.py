"""What the model's errors leave open."""

import numpy as np
import pytest

import givesell
from givesell.report.estimate import corrected_share, counted_share, error_rates


def info(**more):
    """Return a manifest with metrics."""
    return {
        "metrics": {"split by group": {"posts": 10_000, "share_selling": 0.3, "recall_selling": 0.8, "precision_selling": 0.75, **more}}
    }


def test_rates_follow_from_the_metrics():
    """Recall is the share found; the share mistaken follows from precision and prevalence."""
    (rates,) = error_rates(info())
    # Of 10,000 posts 3,000 sell, 2,400 are found, 800 more are called selling: 800 of 7,000.
    assert (rates.found, rates.mistaken) == (0.8, pytest.approx(800 / 7000))


def test_the_correction_recovers_the_truth():
    """Simulated archives with the model's errors: the interval holds the true share nearly always, the count does not."""
    (rates,) = error_rates(info(posts=1_000_000))
    draw = np.random.default_rng(1)
    held = 0
    for _ in range(100):
        truth = draw.uniform(0.05, 0.95)
        sells = draw.random(3_000) > truth
        called = draw.random(3_000) < np.where(sells, rates.found, rates.mistaken)
        share = corrected_share(int((~called).sum()), int(called.sum()), [rates])
        held += share.low <= truth <= share.high
        assert abs(share.value - truth) < 0.06
    assert held >= 88


def test_sources_that_differ_widen_the_interval():
    """A wide interval of macro-F1 across sources makes the corrected share less certain."""
    narrow, wide = (corrected_share(800, 200, error_rates(info(macro_f1_interval=edges))) for edges in ([0.8, 0.81], [0.7, 0.9]))
    assert wide.high - wide.low > 2 * (narrow.high - narrow.low)


def test_the_interval_holds_known_and_unknown_sources():
    """Which of the two an archive is like is not known, so both are allowed for."""
    both = {"metrics": {"drawn at random": info(recall_selling=0.95)["metrics"]["split by group"], **info()["metrics"]}}
    unseen, known = error_rates(both)
    one, other, all_of_them = (corrected_share(600, 400, rates) for rates in ([unseen], [known], [unseen, known]))
    assert (all_of_them.low, all_of_them.high) == (min(one.low, other.low), max(one.high, other.high))
    assert all_of_them.value == one.value


def test_fewer_labels_than_the_mistakes_alone_would_make():
    """The rates do not hold there: the share is high, but how high stays open."""
    share = corrected_share(990, 10, error_rates(info()))
    assert 0.95 < share.low < share.value < share.high <= 1


def test_what_cannot_be_told():
    """Without labels, metrics or a model that tells the two apart there is no correction."""
    assert counted_share(0, 0) is None
    assert error_rates({}) == error_rates({"metrics": {"x": {"posts": 1}}}) == []
    assert corrected_share(0, 0, error_rates(info())) is None
    assert corrected_share(5, 5, error_rates(info(recall_selling=0.3, precision_selling=0.3))) is None


def test_the_shipped_model_says_how_it_errs():
    """It finds less on sources it had never seen than on those it knows."""
    unseen, known = error_rates(givesell.load().info)
    assert unseen.measured.startswith("split")
    assert 0 < known.mistaken < unseen.mistaken < 0.2 < unseen.found < known.found < 1
