"""The charts of a report as inline SVG, drawn by matplotlib in colours that the page sets.

Each colour is drawn as a stand-in and then replaced by a CSS variable, so that one drawing serves
the light and the dark page and the printed one. Text stays text: it can be searched, and takes the
page's font.
"""

import io
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from givesell.report.estimate import Share

# Stand-ins: no chart uses these for anything else.
GIVING, SELLING, INK, FAINT, BAND, PAPER = (
    "#010101",
    "#020202",
    "#030303",
    "#040404",
    "#050505",
    "#060606",
)
_VARIABLES = {
    GIVING: "giving",
    SELLING: "selling",
    INK: "ink",
    FAINT: "faint",
    BAND: "band",
    PAPER: "paper",
}
WIDTH = 4.6
HOURS = 2  # a mark
_STYLE: Any = {
    "svg.fonttype": "none",
    "svg.hashsalt": "givesell",
    "font.family": "sans-serif",
    "font.size": 9.5,
    "axes.edgecolor": FAINT,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.labelsize": 9,
    "ytick.labelsize": 9,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "legend.frameon": False,
    "axes.unicode_minus": False,
}
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MOST_LABELS = 5


def share_chart(corrected: Share, counted: float, target: float) -> str:
    """Draw where the true share of giving lies, what the labels say, and the target.

    Parameters
    ----------
    corrected : Share
    counted : float
    target : float

    Returns
    -------
    str
        SVG.
    """

    def draw(axes: Axes) -> None:
        axes.barh(0, 100, color=BAND, height=0.5)
        width = max(100 * (corrected.high - corrected.low), 0.8)
        axes.barh(0, width, left=min(100 * corrected.low, 100 - width), color=GIVING, height=0.5)
        axes.plot(
            [100 * counted],
            [0],
            marker="o",
            markersize=9,
            color=PAPER,
            markeredgecolor=INK,
            markeredgewidth=2,
            clip_on=False,
            zorder=3,
        )
        axes.axvline(100 * target, color=INK, linestyle=(0, (4, 3)), linewidth=1.5)
        side = "right" if target > 0.85 else "left" if target < 0.15 else "center"
        axes.annotate(
            f"target {100 * target:.0f}%",
            (100 * target, 0.55),
            ha=side,
            va="bottom",
            annotation_clip=False,
        )
        axes.set_yticks([])
        axes.set_xlim(0, 100)
        axes.set_ylim(-0.5, 0.5)
        axes.set_xlabel("percent of the posts that give")
        axes.spines["left"].set_visible(False)

    return _svg(
        draw, 1.45, "Where the share of giving posts lies, with what the labels say and the target"
    )


def time_chart(series: Mapping[str, Any], target: float) -> str:
    """Draw counts and the share of giving over time.

    Parameters
    ----------
    series : mapping
        ``time`` of the figures.
    target : float

    Returns
    -------
    str
        SVG.
    """
    points = series["points"]
    days = [date.fromisoformat(point["start"]) for point in points]
    giving, selling = (
        np.array([point[name] for point in points]) for name in ("giving", "selling")
    )
    width = 0.9 * {"day": 1, "week": 7, "month": 28, "quarter": 88, "year": 360}[series["step"]]
    place = np.array([day.toordinal() for day in days], float) + width / 1.8

    def draw(axes: Axes) -> None:
        upper, lower = axes, axes.figure.axes[1]
        upper.plot(
            place,
            100 * giving / (giving + selling),
            color=GIVING,
            linewidth=2,
            marker="o",
            markersize=3,
        )
        upper.axhline(100 * target, color=INK, linestyle=(0, (4, 3)), linewidth=1.2)
        upper.set_ylim(0, 104)
        upper.set_ylabel("% giving")
        upper.tick_params(axis="x", labelbottom=False)
        lower.bar(place, giving, width, color=GIVING)
        lower.bar(place, selling, width, bottom=giving, color=SELLING)
        lower.set_ylabel("posts")
        lower.yaxis.set_major_locator(mpl.ticker.MaxNLocator(3, integer=True))
        lower.yaxis.set_major_formatter(mpl.ticker.FuncFormatter(lambda value, _: _short(value)))
        lower.set_xticks(*_date_ticks(days, series["step"]))

    return _svg(
        draw, 3.1, f"Share of giving posts and number of posts a {series['step']}", rows=(3, 2)
    )


def hours_chart(hours: Sequence[Sequence[Sequence[int]]]) -> str:
    """Draw when posts sell: weekdays down, hours across.

    Parameters
    ----------
    hours : array, shape (7, 24, 2)
        Counts of giving and selling.

    Returns
    -------
    str
        SVG.
    """
    counts = np.asarray(hours, float).reshape(7, 24 // HOURS, HOURS, 2).sum(axis=2)
    total = counts.sum(axis=2)
    columns = counts.shape[1]

    def draw(axes: Axes) -> None:
        most = max(total.max(), 1)
        for row, column in zip(*np.nonzero(total), strict=True):
            # The area of a mark is the number of posts, its two colours are the labels.
            side = 0.94 * np.sqrt(total[row, column] / most)
            gives = counts[row, column, 0] / total[row, column]
            left, low = column + 0.5 - side / 2, 6 - row + 0.5 - side / 2
            axes.add_patch(
                mpl.patches.Rectangle((left, low), side, side * gives, color=GIVING, linewidth=0)
            )
            axes.add_patch(
                mpl.patches.Rectangle(
                    (left, low + side * gives), side, side * (1 - gives), color=SELLING, linewidth=0
                )
            )
        axes.set_xlim(0, columns)
        axes.set_ylim(0, 7)
        axes.set_aspect("equal")
        axes.set_xticks(
            np.arange(0, columns + 1, columns / 4), [f"{hour}:00" for hour in range(0, 25, 6)]
        )
        axes.set_yticks(np.arange(7) + 0.5, WEEKDAYS[::-1])
        axes.tick_params(length=0)
        for side_name in ("left", "bottom"):
            axes.spines[side_name].set_visible(False)

    return _svg(draw, 2.65, "Posts by weekday and hour")


def weekdays_chart(weekdays: Sequence[Sequence[int]]) -> str:
    """Draw how many posts give and sell on each weekday.

    Parameters
    ----------
    weekdays : array, shape (7, 2)
        Counts of giving and selling, Monday first.

    Returns
    -------
    str
        SVG.
    """
    giving, selling = np.asarray(weekdays, float).T

    def draw(axes: Axes) -> None:
        place = np.arange(7)
        axes.bar(place, giving, 0.8, color=GIVING)
        axes.bar(place, selling, 0.8, bottom=giving, color=SELLING)
        axes.set_xticks(place, WEEKDAYS)
        axes.set_ylabel("posts")
        axes.tick_params(axis="x", length=0)
        axes.yaxis.set_major_locator(mpl.ticker.MaxNLocator(4, integer=True))
        axes.yaxis.set_major_formatter(mpl.ticker.FuncFormatter(lambda value, _: _short(value)))

    return _svg(draw, 2.4, "Posts by weekday")


def histogram_chart(bins: Sequence[int], thresholds: tuple[float, float] | None) -> str:
    """Draw the probabilities, with the band in which the model is unsure.

    Parameters
    ----------
    bins : sequence of int
        Counts of equal parts of 0 to 1.
    thresholds : tuple of float or None
        ``(low, high)`` of sure verdicts.

    Returns
    -------
    str
        SVG.
    """
    counts = np.asarray(bins)
    edges = np.linspace(0, 1, len(counts) + 1)
    middle = (edges[:-1] + edges[1:]) / 2

    def draw(axes: Axes) -> None:
        if thresholds:
            axes.axvspan(*thresholds, color=BAND, linewidth=0)
            axes.annotate(
                "unsure",
                (sum(thresholds) / 2, 1.0),
                xycoords=("data", "axes fraction"),
                ha="center",
                va="bottom",
                fontsize=10,
            )
        axes.bar(
            middle,
            counts,
            0.9 / len(counts),
            color=[SELLING if place >= 0.5 else GIVING for place in middle],
        )
        axes.set_xlim(0, 1)
        axes.set_xlabel("probability of selling")
        axes.set_ylabel("posts")
        axes.yaxis.set_major_locator(mpl.ticker.MaxNLocator(4, integer=True))
        axes.yaxis.set_major_formatter(mpl.ticker.FuncFormatter(lambda value, _: _short(value)))

    return _svg(draw, 2.4, "How many posts have which probability of selling")


def _svg(
    draw: Callable[[Axes], None], height: float, title: str, rows: tuple[int, ...] = (1,)
) -> str:
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(WIDTH, height), layout="constrained")
        axes = figure.subplots(
            len(rows), 1, sharex=len(rows) > 1, height_ratios=rows, squeeze=False
        )
        draw(axes[0][0])
        text = io.StringIO()
        figure.savefig(
            text,
            format="svg",
            transparent=True,
            metadata={"Date": None, "Creator": None, "Type": None, "Format": None},
        )
    svg = text.getvalue()
    svg = svg[svg.index("<svg") :]
    for colour, name in _VARIABLES.items():
        svg = svg.replace(colour, f"var(--{name})")
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r"font: ([\d.]+)px [^;\"]*", r"font: \1px var(--font)", svg)
    # The page sets the size; the drawing keeps its proportions.
    svg = re.sub(r'^<svg ([^>]*?)width="[^"]*"', r"<svg \1", svg)
    svg = re.sub(r'^<svg ([^>]*?)height="[^"]*"', r"<svg \1", svg)
    return svg.replace("<svg ", f'<svg role="img" aria-label="{title}" ', 1)


def _date_ticks(days: Sequence[date], step: str) -> tuple[list[float], list[str]]:
    every = max(1, -(-len(days) // _MOST_LABELS))
    chosen = days[::every]
    pattern = {
        "day": "%-d %b",
        "week": "%-d %b",
        "month": "%b %Y",
        "quarter": "%b %Y",
        "year": "%Y",
    }[step]
    if step in ("day", "week") and days[0].year != days[-1].year:
        pattern = "%b %Y"
    if step == "month" and len({day.year for day in days}) == 1:
        pattern = "%b"
    return [float(day.toordinal()) for day in chosen], [day.strftime(pattern) for day in chosen]


def _short(value: float) -> str:
    for size, name in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= size:
            return f"{value / size:g}{name}"
    return f"{value:g}"
