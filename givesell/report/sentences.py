"""What the figures say, in sentences that need no statistics to read."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
from scipy.stats import chi2_contingency

from givesell.report.charts import WEEKDAYS

_DAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")
STATUSES = {
    "missing": "no text (reposts, pictures)",
    "empty": "nothing but white space",
    "no_words": "no words (only emoji, links, numbers or signs)",
    "not_english": "not in English",
}
_FEW = 30
_CHANCE = 0.01  # how often chance alone may make the weekdays differ as much
_LEAST_CELL = 0.05  # of the posts: a weekday needs as many to be named
assert len(_DAYS) == len(WEEKDAYS)


def ratio(giving: float, selling: float) -> str:
    """Return a ratio as people say it.

    Parameters
    ----------
    giving, selling : float

    Returns
    -------
    str

    Examples
    --------
    >>> ratio(40, 10), ratio(10, 25), ratio(3, 0)
    ('4 : 1', '1 : 2.5', '3 : 0')
    """
    if not giving or not selling:
        return f"{giving:,.0f} : {selling:,.0f}"
    larger = max(giving, selling) / min(giving, selling)
    shown = f"{larger:,.0f}" if larger >= 20 else f"{larger:.1f}".removesuffix(".0")
    return f"{shown} : 1" if giving >= selling else f"1 : {shown}"


def summary(figures: Mapping[str, Any]) -> list[str]:
    """Return the summary, a sentence or two an item, the most important first.

    Parameters
    ----------
    figures : mapping
        Of `givesell.report.make_report`.

    Returns
    -------
    list of str
    """
    giving, selling = figures["giving"], figures["selling"]
    judged = giving + selling
    if not judged:
        return ["No post could be judged. " + _left_out(figures)]
    share = giving / judged
    posts = "posts" if judged > 1 else "post"
    lines = [
        f"Of {judged:,} {posts} that could be judged, {giving:,} {_verb(giving, 'give')} and {selling:,} {_verb(selling, 'sell')}: "
        f"{share:.0%} giving, a ratio of {ratio(giving, selling)}."
    ]
    lines += [_against_target(figures), *_trend(figures), *_when(figures), *_run(figures)]
    left = _left_out(figures)
    return [line for line in [*lines, left] if line]


def _against_target(figures: Mapping[str, Any]) -> str:
    target, judged = figures["target"], figures["giving"] + figures["selling"]
    goal = f"the target of {target:.0%} giving ({ratio(target, 1 - target) if target < 1 else 'all posts'})"
    share, whose = figures["corrected"] or figures["counted"], "Corrected for the model's known errors"
    if figures["corrected"] is None:
        whose = "As counted"
    span = f"{whose}, between {share['low']:.0%} and {share['high']:.0%} of the posts give"
    if share["high"] < target:
        verdict = f"so the archive sells more than {goal} allows."
    elif share["low"] >= target:
        verdict = f"so the archive meets {goal}."
    else:
        verdict = f"so it cannot be told whether it meets {goal}."
    few = f" With only {judged:,} posts, take this as a hint." if judged < _FEW else ""
    return f"{span}, {verdict}{few}"


def _trend(figures: Mapping[str, Any]) -> list[str]:
    trend = figures["trend"]
    if trend is None or figures["giving"] + figures["selling"] < _FEW:
        return []
    before, after = f"{trend['before']:.0%}", f"{trend['after']:.0%}"
    since = _day(trend["since"])
    low, high = trend["interval"]
    if low > 0:
        return [f"It is getting better: {after} of the posts since {since} give, {before} before."]
    if high < 0:
        return [f"It is getting worse: {after} of the posts since {since} give, {before} before."]
    return [f"No clear change over time: {after} of the posts since {since} give, {before} before."]


def _when(figures: Mapping[str, Any]) -> list[str]:
    if figures["hours"] is None:
        return []
    days = np.asarray(figures["hours"], float).sum(axis=1)
    total = days.sum(axis=1)
    often = np.flatnonzero(total >= _LEAST_CELL * total.sum())
    if total.sum() < 7 * _FEW or len(often) < 2 or not days[often].sum(axis=0).all():
        return []
    if chi2_contingency(days[often]).pvalue > _CHANCE:
        return []
    shares = days[often, 1] / total[often]
    most, least = often[int(shares.argmax())], often[int(shares.argmin())]
    return [
        f"{_DAYS[most]} sell the most ({days[most, 1] / total[most]:.0%} of their posts), "
        f"{_DAYS[least]} the least ({days[least, 1] / total[least]:.0%})."
    ]


def _run(figures: Mapping[str, Any]) -> list[str]:
    runs = figures["longest_runs"]
    if not runs or runs[0]["posts"] < 3:
        return []
    run = runs[0]
    whose = f" by {run['author']}" if run["author"] and figures["group_counts"]["author"] > 1 else ""
    first, last = _day(run["first"][:10]), _day(run["last"][:10])
    when = f"on {first}" if first == last else f"from {first} to {last}"
    return [f"The longest run without giving{whose} is {run['posts']:,} posts, {when}."]


def _left_out(figures: Mapping[str, Any]) -> str:
    parts = [f"{count:,} {STATUSES.get(status, status)}" for status, count in figures["unlabelled"].items()]
    text = f"Not judged: {'; '.join(parts)}. " if parts else ""
    if figures["skipped"]:
        text += "Skipped when read: " + "; ".join(f"{count:,} {reason}" for reason, count in figures["skipped"].items()) + ". "
    if figures["rejected"]:
        text += f"Not readable: {figures['rejected']:,} {'row' if figures['rejected'] == 1 else 'rows'}."
    unused = figures.get("not_used", {})
    if unused:
        text += f" Not used: {'; '.join(f'{count:,} {what}' for what, count in unused.items())}."
    return text.strip()


def _verb(count: int, verb: str) -> str:
    return verb + "s" if count == 1 else verb


def _day(text: str) -> str:
    day = date.fromisoformat(text)
    return f"{day.day} {day:%B %Y}"
