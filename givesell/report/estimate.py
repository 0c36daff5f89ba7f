"""The share of giving posts, with what the model's errors and the number of posts leave open.

The count of labels is not the truth: a model that finds 64 % of the selling posts and takes 8 % of the giving ones
for selling misleads by a known amount. Its rates, measured on sources that it had never seen and on those it knows,
turn the counted share into an estimate of the true one (Rogan and Gladen, 1978). The interval holds both, the chance
in the posts, and the uncertainty of the rates, which is widened until it agrees with the measured interval of
macro-F1: sources differ more than chance would have it.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest

DRAWS = 4_000
_FEWEST = 0.2  # with less between the two rates nothing can be told


class Share(NamedTuple):
    """A share and its 95 % interval."""

    value: float
    low: float
    high: float


class Rates(NamedTuple):
    """What is known of a model's errors.

    Attributes
    ----------
    measured : str
        How, such as ``"split by group"``.
    found : float
        Share of the selling posts that the model labels selling.
    mistaken : float
        Share of the giving posts that it labels selling.
    draws : ndarray, shape (n, 2)
        Both as they might be.
    """

    measured: str
    found: float
    mistaken: float
    draws: NDArray[np.float64]


def counted_share(giving: int, selling: int) -> Share | None:
    """Return the share of giving among the labels, with a Wilson interval.

    Parameters
    ----------
    giving, selling : int

    Returns
    -------
    Share or None
        None without a label.

    Examples
    --------
    >>> counted_share(8, 2).value
    0.8
    """
    total = giving + selling
    if not total:
        return None
    interval = binomtest(giving, total).proportion_ci(method="wilson")
    return Share(giving / total, float(interval.low), float(interval.high))


def error_rates(info: Mapping[str, Any]) -> list[Rates]:
    """Read a model's error rates from its manifest.

    Parameters
    ----------
    info : mapping
        `givesell.Model.info`.

    Returns
    -------
    list of Rates
        One for each way they were measured, those on groups never seen first.
    """
    metrics = info.get("metrics") or {}
    found = []
    for name in sorted(metrics, key=lambda name: not name.startswith("split")):
        values = metrics[name]
        try:
            share, recall, precision = (float(values[key]) for key in ("share_selling", "recall_selling", "precision_selling"))
            posts = int(values["posts"])
            low, high = (float(edge) for edge in values.get("macro_f1_interval") or (np.nan, np.nan))
        except (KeyError, TypeError, ValueError):
            continue
        if not (0 < share < 1 and precision > 0 and posts > 0):
            continue
        hit, false = share * recall, share * recall * (1 / precision - 1)
        cells = np.array([hit, share - hit, false, 1 - share - false])
        if (cells >= 0).all():
            found.append(Rates(name, recall, false / (1 - share), _draws(cells, posts, high - low)))
    return found


def corrected_share(giving: int, selling: int, rates: Sequence[Rates]) -> Share | None:
    """Estimate the true share of giving posts.

    Parameters
    ----------
    giving, selling : int
        Posts with that label.
    rates : sequence of Rates
        Of `error_rates`: an archive may be like the sources that the model knows or unlike them, so the interval
        holds those of all.

    Returns
    -------
    Share or None
        None without a label, or where the model's rates lie too close together to tell.
    """
    if not giving + selling:
        return None
    shares = [_corrected(giving, selling, one) for one in rates if one.found - one.mistaken >= _FEWEST]
    if not shares:
        return None
    return Share(shares[0].value, min(share.low for share in shares), max(share.high for share in shares))


def _corrected(giving: int, selling: int, rates: Rates) -> Share:
    draw = np.random.default_rng(0)
    counted = draw.beta(selling + 0.5, giving + 0.5, len(rates.draws))
    found, mistaken = rates.draws.T
    true = np.clip((counted - mistaken) / np.maximum(found - mistaken, _FEWEST / 2), 0, 1)
    # Fewer labels than the mistakes alone would make: here it mistakes less, anything from nothing on.
    true = np.where(counted < mistaken, draw.random(len(counted)) * np.minimum(1, counted / found), true)
    low, value, high = np.quantile(1 - true, [0.025, 0.5, 0.975])
    return Share(float(value), float(low), float(high))


def _draws(cells: NDArray[np.float64], posts: int, width: float) -> NDArray[np.float64]:
    """Draw rates around the measured table, as uncertain as the interval of macro-F1 says."""
    draw = np.random.default_rng(0)
    tables = draw.dirichlet(cells * posts + 0.5, DRAWS)
    if np.isfinite(width) and width > 0:
        low, high = np.quantile(_macro_f1(tables), [0.025, 0.975])
        effect = max(1.0, (width / (high - low)) ** 2)
        tables = draw.dirichlet(cells * posts / effect + 0.5, DRAWS)
    hit, missed, false, right = tables.T
    return np.column_stack([hit / (hit + missed), false / (false + right)])


def _macro_f1(tables: NDArray[np.float64]) -> NDArray[np.float64]:
    hit, missed, false, right = tables.T
    mean: NDArray[np.float64] = (hit / (hit + (missed + false) / 2) + right / (right + (missed + false) / 2)) / 2
    return mean
