"""The plots of results, on matplotlib axes: scikit-learn's displays where it has one."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

_WIDTH, _HEIGHT = 4.2, 3.6
_INK, _SECOND = "C0", "C1"


def on_axes(ax: Any, draw: Callable[[Any], None]) -> Any:
    """Draw on axes, or on those of a new figure.

    Parameters
    ----------
    ax : matplotlib.axes.Axes or None
    draw : callable
        Takes the axes.

    Returns
    -------
    matplotlib.figure.Figure
    """
    if ax is None:
        ax = new_axes(1, 1)[1][0]
    draw(ax)
    return ax.figure


def new_axes(rows: int, columns: int) -> tuple[Any, Any]:
    """Return a new figure, as a notebook shows it, and its axes in one row.

    Returns
    -------
    figure : matplotlib.figure.Figure
    axes : ndarray of matplotlib.axes.Axes, shape (rows * columns,)
    """
    from matplotlib.figure import Figure

    # Not of pyplot: nothing stays open, and a notebook shows it once, where it is the value of the cell.
    figure = Figure(figsize=(columns * _WIDTH, rows * _HEIGHT), layout="constrained")
    return figure, figure.subplots(rows, columns, squeeze=False).ravel()


def plot_histograms(axes: Any, counts: NDArray[Any], others: NDArray[Any]) -> None:
    """Draw the probabilities of an archive beside those known from training, as shares of the posts."""
    edges = np.linspace(0, 1, len(counts) + 1)
    axes.stairs(100 * counts / max(counts.sum(), 1), edges, fill=True, alpha=0.5, color=_INK, label="this archive")
    axes.stairs(100 * others / max(others.sum(), 1), edges, color=_SECOND, linewidth=1.8, label="unseen sources, in training")
    axes.set(xlabel="probability of selling", ylabel="percent of the posts", xlim=(0, 1), title="Probabilities")
    axes.legend(frameon=False)
