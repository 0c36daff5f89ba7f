"""What the model's errors leave open."""

from functools import lru_cache

import numpy as np
import pytest

import givesell
from givesell.report.estimate import corrected_share, counted_share, error_rates, giving_until


def info(**more):
    """Return a manifest with metrics."""
    return {
        "metrics": {
            "split by group": {
                "posts": 10_000,
                "share_selling": 0.3,
                "recall_selling": 0.8,
                "precision_selling": 0.75,
                **more,
            }
        }
    }


def test_rates_follow_from_the_metrics():
    """Recall is the share found; the share mistaken follows from precision and prevalence."""
    (rates,) = error_rates(info())
    # Of 10,000 posts 3,000 sell, 2,400 are found, 800 more are called selling: 800 of 7,000.
    assert (rates.recall, rates.false_positive_rate) == (0.8, pytest.approx(800 / 7000))


RATES = error_rates(info(groups=100, macro_f1_interval=[0.74, 0.80]))
SHARES = np.arange(0, 101, 5)[:, None] / 100


@lru_cache
def edges(posts):
    """Return counts of selling and both ends of the interval for each."""
    counts = np.unique(np.linspace(0, posts, 101).round())
    shares = [corrected_share(int(posts - count), int(count), RATES) for count in counts]
    return (
        counts,
        np.array([share.low for share in shares]),
        np.array([share.high for share in shares]),
    )


@pytest.mark.parametrize("posts", [50, 500, 50_000])
@pytest.mark.parametrize("kind", ["as measured", "all right", "sources differ"])
def test_the_interval_holds_the_truth_at_every_share(posts, kind):
    """From 0 to 100% giving, for few and many posts: labelled as measured, without an error,
    and by sources that differ.
    """
    draw = np.random.default_rng(1)
    size = (len(SHARES), 1_000)
    rates = {
        "as measured": (RATES[0].recall, RATES[0].false_positive_rate),
        "all right": (1.0, 0.0),
        "sources differ": tuple(
            draw.beta(mean * 9, (1 - mean) * 9, size)
            for mean in (RATES[0].recall, RATES[0].false_positive_rate)
        ),
    }
    found, mistaken = rates[kind]
    sells = draw.binomial(posts, 1 - SHARES, size)
    selling = draw.binomial(sells, found) + draw.binomial(posts - sells, mistaken)
    counts, low, high = edges(posts)
    held = (np.interp(selling, counts, low) <= SHARES + 1e-9) & (
        np.interp(selling, counts, high) >= SHARES - 1e-9
    )
    assert held.mean(axis=1).min() >= 0.95


def test_labels_that_are_all_right():
    """A shop with 180 pitches and 20 thanks has a share of 10%, whatever the model errs
    elsewhere; so at the other end.
    """
    rates = error_rates(givesell.load().info)
    share = corrected_share(20, 180, rates)
    assert share.low <= 0.1 <= share.high < 0.25
    share = corrected_share(180, 20, rates)
    assert share.low <= 0.9 <= share.high
    assert (
        corrected_share(0, 50_000, rates).high
        < 0.001
        < 0.999
        < corrected_share(50_000, 0, rates).low
    )


def test_more_posts_do_not_make_sources_alike():
    """The width that is left with a million posts is that of the sources; without differences
    between them it closes.
    """
    apart, alike = (
        error_rates(info(groups=100, macro_f1_interval=edges))
        for edges in ([0.74, 0.80], [0.7795, 0.7805])
    )
    wide, narrow = (corrected_share(600_000, 400_000, rates[:1]) for rates in (apart, alike))
    assert wide.high - wide.low > 0.3
    # What is left open are labels that are all right, 60%, and errors as measured, 58%.
    assert 0.56 < narrow.low < 0.58
    assert 0.6 < narrow.high < 0.62


def test_sources_that_differ_widen_the_interval():
    """A wide interval of macro-F1 across groups makes the corrected share less certain."""
    narrow, wide = (
        corrected_share(800, 200, error_rates(info(groups=100, macro_f1_interval=edges)))
        for edges in ([0.775, 0.785], [0.74, 0.80])
    )
    assert wide.high - wide.low > 1.3 * (narrow.high - narrow.low)


def test_giving_posts_until_the_target():
    """The number of giving posts until the target reaches it, and one fewer does not."""
    for giving, selling, target in (
        (3, 1, 0.8),
        (10, 90, 0.8),
        (1, 1, 0.75),
        (0, 7, 0.9),
        (5, 0, 1.0),
    ):
        more = giving_until(giving, selling, target)
        assert (giving + more) / (giving + more + selling) >= target - 1e-12
        assert more == 0 or (giving + more - 1) / (giving + more - 1 + selling) < target


def test_the_interval_holds_known_and_unknown_sources():
    """Which of the two an archive is like is not known, so both are allowed for."""
    both = {
        "metrics": {
            "drawn at random": info(recall_selling=0.95)["metrics"]["split by group"],
            **info()["metrics"],
        }
    }
    unseen, known = error_rates(both)
    one, other, all_of_them = (
        corrected_share(600, 400, rates) for rates in ([unseen], [known], [unseen, known])
    )
    assert (all_of_them.low, all_of_them.high) == (
        min(one.low, other.low),
        max(one.high, other.high),
    )
    assert all_of_them.value == one.value


def test_fewer_labels_than_the_mistakes_alone_would_make():
    """The rates do not hold there: the share is high, but how high stays open."""
    share = corrected_share(990, 10, error_rates(info()))
    assert 0.9 < share.low < 0.99 < share.high == share.value == 1


def test_what_cannot_be_told():
    """Without labels, metrics or a model that tells the two apart there is no correction."""
    assert counted_share(0, 0) is None
    assert error_rates({}) == error_rates({"metrics": {"x": {"posts": 1}}}) == []
    assert corrected_share(0, 0, error_rates(info())) is None
    assert (
        corrected_share(5, 5, error_rates(info(recall_selling=0.3, precision_selling=0.3))) is None
    )


def test_the_shipped_model_says_how_it_errs():
    """The recorded errors of the shipped model are more on unseen sources than on known ones."""
    unseen, known = error_rates(givesell.load().info)
    assert unseen.measured.startswith("split")
    assert 0 < known.false_positive_rate < unseen.false_positive_rate < 0.2
    assert 0.2 < unseen.recall < known.recall < 1
