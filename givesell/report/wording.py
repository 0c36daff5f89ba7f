"""What the figures say, in sentences that need no statistics to read."""

import math
from collections.abc import Mapping
from datetime import MAXYEAR, UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

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
FACET_WORDS = {
    "help": "help and answers",
    "share": "news and links passed on",
    "talk": "talk and questions",
    "thanks": "thanks and praise",
    "cause": "good causes",
    "offer": "offers: prices, stock, bookings",
    "brand": "praise of the own brand",
    "lead": "collecting contacts",
    "self": "the own channel, music or show",
    "sponsor": "sponsored and affiliate posts",
    "spam": "spam and schemes",
}
MEASURE_WORDS = {
    "unseen": "words and phrases that are new to the model",
    "strange": "posts with much that is new to it",
    "distance": "verdicts unlike the usual mix",
    "not_english": "posts that are not in English",
}
_FEW = 30
_SHOWN_FILES = 8
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


def percent(share: float) -> str:
    """Return a share in percent, such that only none is 0 and only all is 100.

    Examples
    --------
    >>> percent(0.256), percent(0.999), percent(0.001), percent(1)
    ('26 %', 'over 99 %', 'under 1 %', '100 %')
    """
    if 0 < share < 0.005:
        return "under 1 %"
    return "over 99 %" if 0.995 <= share < 1 else f"{100 * share:.0f} %"


def span_words(low: float, high: float) -> tuple[str, str]:
    """Return the ends of an interval in percent, rounded outwards.

    Examples
    --------
    >>> span_words(0.491, 0.999)
    ('49 %', '100 %')
    """
    return f"{math.floor(100 * low + 1e-9)} %", f"{math.ceil(100 * high - 1e-9)} %"


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
    ends = [*_times(figures), *_unread(figures), _left_out(figures)]
    if not figures["giving"] + figures["selling"]:
        nothing = "No post could be judged, so nothing can be told of giving and selling."
        return [line for line in [*drift_words(figures), nothing, *ends] if line]
    lines = [
        *drift_words(figures),
        _against_target(figures),
        *_as_labelled(figures),
        *_own(figures),
        *_kinds(figures),
        *_seller(figures),
    ]
    lines += [*_trend(figures), *_when(figures), *_run(figures), *ends]
    return [line for line in lines if line]


def target_words(target: float) -> str:
    """Return a target as a share and a ratio."""
    return f"{percent(target)} giving ({goal_ratio(target)})"


def goal_ratio(target: float) -> str:
    """Return a target as a ratio, such as ``"4 : 1"``."""
    return ratio(round(target, 9), round(1 - target, 9)) if target < 1 else "all posts"


def drift_words(figures: Mapping[str, Any]) -> list[str]:
    """Return what is to be said of drift before anything else, in a sentence or none."""
    drift = figures["drift"]
    if drift["doubts"]:
        head = "Strong drift" if drift["level"] == "strong" else "Not corrected"
        return [
            f"{head}: {', and '.join(drift['doubts'])}. How often the model errs here is not known,"
            " so no corrected share is given and nothing is said of the target."
        ]
    if drift["level"] == "strong":
        return [
            "Strong drift: this archive holds much more, or much less, of what sells than almost"
            " any that the model was measured on. The correction allows for that; read some posts"
            " yourself."
        ]
    return []


def _against_target(figures: Mapping[str, Any]) -> str:
    if figures["drift"]["doubts"]:
        return ""
    goal, share = f"the target of {target_words(figures['target'])}", figures["corrected"]
    if share is None:
        return (
            "Too little is known of the model's errors to correct the count, so whether the"
            f" archive meets {goal} cannot be told."
        )
    ends = span_words(share["low"], share["high"])
    span = f"Corrected for the model's known errors, between {' and '.join(ends)} of the posts give"
    if share["high"] < figures["target"]:
        verdict = f"so the archive sells more than {goal} allows."
    elif share["low"] >= figures["target"]:
        verdict = f"so the archive meets {goal}."
    else:
        verdict = f"so it cannot be told whether the archive meets {goal}."
    judged = figures["giving"] + figures["selling"]
    if ends == span_words(0, 1):
        span = "With the model's known errors these posts leave open what share of them gives"
    few = (
        f" With only {judged:,} post{'s'[: judged != 1]}, take this as a hint."
        if judged < _FEW
        else ""
    )
    return f"{span}, {verdict}{few}"


def _as_labelled(figures: Mapping[str, Any]) -> list[str]:
    giving, selling = figures["giving"], figures["selling"]
    judged = giving + selling
    line = (
        f"As labelled, of {judged:,} {'posts' if judged > 1 else 'post'} that could be judged"
        f" {giving:,} {_verb(giving, 'give')} and {selling:,} {_verb(selling, 'sell')}:"
        f" {percent(giving / judged)} giving, a ratio of {ratio(giving, selling)}."
    )
    until = figures["to_target"]
    if until and not figures["drift"]["doubts"]:
        more = f"{until:,} more giving {'posts' if until > 1 else 'post'}"
        line += f" {more}, with none that sells, would make it {goal_ratio(figures['target'])}."
    return [line]


def _own(figures: Mapping[str, Any]) -> list[str]:
    own, reposts = figures["own"], figures["reposts"]
    if not own or not reposts or not own["giving"] + own["selling"]:
        return []
    line = (
        f"Own posts alone: {percent(own['giving'] / (own['giving'] + own['selling']))} giving,"
        f" {ratio(own['giving'], own['selling'])}"
    )
    if reposts["giving"] + reposts["selling"]:
        line += f"; reposts alone: {ratio(reposts['giving'], reposts['selling'])}"
    return [f"{line}."]


def _kinds(figures: Mapping[str, Any]) -> list[str]:
    selling = (figures["facets"] or {}).get("selling")
    if not selling or figures["selling"] < _FEW / 3:
        return []
    told = [
        f"{FACET_WORDS.get(name, name)} ({count:,})" for name, count in list(selling.items())[:2]
    ]
    return [f"Most of what sells, likely: {' and '.join(told)}."]


def _seller(figures: Mapping[str, Any]) -> list[str]:
    if not figures["sellers"] or figures["selling"] < _FEW / 3:
        return []
    most = figures["sellers"][0]
    return [
        f"{most['name']} sells the most: {most['selling']:,} of"
        f" {most['giving'] + most['selling']:,} judged posts."
    ]


def _times(figures: Mapping[str, Any]) -> list[str]:
    times = figures["times"]
    if times["column"] is None:
        return ["The file has no times, so nothing can be said of change over time."]
    lines = list(times["read_as"])
    told = sum(
        line.endswith(".") and ("not read" in line or "not understood" in line) for line in lines
    )
    if times["unread"] and not told:
        lines.append(
            f"{times['unread']:,} {'times were' if times['unread'] > 1 else 'time was'} not"
            " understood."
        )
    if times["missing"]:
        lines.append(
            f"{times['missing']:,} {'posts have' if times['missing'] > 1 else 'post has'} no time."
        )
    return lines


def _unread(figures: Mapping[str, Any]) -> list[str]:
    names, count = figures["unread"]["names"][:_SHOWN_FILES], figures["unread"]["count"]
    if not count:
        return []
    more = f" and {count - len(names):,} more" if count > len(names) else ""
    return [
        f"Not read, as no reader takes {'them' if count > 1 else 'it'}: {', '.join(names)}{more}."
    ]


def _trend(figures: Mapping[str, Any]) -> list[str]:
    trend, times = figures["trend"], figures["times"]
    if trend is None or figures["giving"] + figures["selling"] < _FEW:
        return []
    if not trend["known"]:
        given = figures["rows"] - times["missing"]
        return [
            f"Whether it changed over time is not known: {times['unread']:,} of {given:,} times"
            " were not understood."
        ]
    before, after = percent(trend["before"]), percent(trend["after"])
    since = _day(trend["since"])
    low, high = trend["interval"]
    whose = "" if not times["missing"] else " (posts without a time left out)"
    if low > 0:
        return [
            f"It is getting better: {after} of the posts since {since} give as labelled, {before}"
            f" before{whose}."
        ]
    if high < 0:
        return [
            f"It is getting worse: {after} of the posts since {since} give as labelled, {before}"
            f" before{whose}."
        ]
    return [
        f"No clear change over time: {after} of the posts since {since} give as labelled, {before}"
        f" before{whose}."
    ]


def _when(figures: Mapping[str, Any]) -> list[str]:
    if figures["weekdays"] is None:
        return []
    days = np.asarray(figures["weekdays"], float)
    total = days.sum(axis=1)
    often = np.flatnonzero(total >= _LEAST_CELL * total.sum())
    if total.sum() < 7 * _FEW or len(often) < 2 or not days[often].sum(axis=0).all():
        return []
    if chi2_contingency(days[often]).pvalue > _CHANCE:
        return []
    shares = days[often, 1] / total[often]
    most, least = often[int(shares.argmax())], often[int(shares.argmin())]
    return [
        f"{_DAYS[most]} sell the most ({percent(days[most, 1] / total[most])} of their posts), "
        f"{_DAYS[least]} the least ({percent(days[least, 1] / total[least])})."
    ]


def _run(figures: Mapping[str, Any]) -> list[str]:
    runs = figures["longest_runs"]
    if not runs or runs[0]["posts"] < 3:
        return []
    run = runs[0]
    whose = (
        f" by {run['author']}" if run["author"] and figures["group_counts"]["author"] > 1 else ""
    )
    first, last = (
        _day(local(run["first"], figures["timezone"])[:10]),
        _day(local(run["last"], figures["timezone"])[:10]),
    )
    when = f"on {first}" if first == last else f"from {first} to {last}"
    return [f"The longest run without giving{whose} is {run['posts']:,} posts, {when}."]


def _left_out(figures: Mapping[str, Any]) -> str:
    parts = [
        f"{count:,} {STATUSES.get(status, status)}"
        for status, count in figures["unlabelled"].items()
    ]
    text = f"Not judged: {'; '.join(parts)}. " if parts else ""
    if figures["skipped"]:
        text += (
            "Skipped when read: "
            + "; ".join(f"{count:,} {reason}" for reason, count in figures["skipped"].items())
            + ". "
        )
    if figures["rejected"]:
        text += (
            f"Not readable: {figures['rejected']:,}"
            f" {'row' if figures['rejected'] == 1 else 'rows'}."
        )
    unused = figures.get("not_used", {})
    if unused:
        text += f" Not used: {'; '.join(f'{count:,} {what}' for what, count in unused.items())}."
    return text.strip()


def local(moment: str, zone: str) -> str:
    """Return a time of the figures, which is in UTC, in a time zone; a day without an hour as it
    is.

    Parameters
    ----------
    moment : str
    zone : str

    Returns
    -------
    str
        In ISO 8601, without a zone.

    Examples
    --------
    >>> local("2025-01-06T23:30:00", "Europe/Paris"), local("2025-01-06", "Europe/Paris")
    ('2025-01-07T00:30:00', '2025-01-06')
    """
    if len(moment) == len("2025-01-06"):
        return moment
    when = datetime.fromisoformat(moment)
    if not 1 < when.year < MAXYEAR:
        return moment
    return when.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None).isoformat()


def _verb(count: int, verb: str) -> str:
    return verb + "s" if count == 1 else verb


def _day(text: str) -> str:
    day = date.fromisoformat(text)
    return f"{day.day} {day:%B %Y}"
