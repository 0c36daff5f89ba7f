"""The summary of a report: sentences that need no statistics to read."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
from scipy.stats import chi2_contingency

from givesell.report.wording import (
    FACET_WORDS,
    NOT_USED,
    STATUSES,
    WEEKDAYS,
    drift_words,
    local_time,
    target_ratio,
    target_words,
)
from givesell.show.numbers import counted, day, percent, percent_ends, ratio, rows_unread

_FEW = 30  # posts: with fewer, the corrected share is a hint and a change is not looked for
_FEW_SELLING = 10  # with fewer, no kind of selling and no author is named
_SHOWN_FILES = 8
_CHANCE = 0.01  # how often chance alone may make the weekdays differ as much
_LEAST_CELL = 0.05  # of the posts: a weekday needs as many to be named


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
    if figures["giving"] + figures["selling"]:
        lines = [
            _against_target(figures),
            *_as_labelled(figures),
            *_without_reposts(figures),
            *_kinds(figures),
            *_seller(figures),
            *_trend(figures),
            *_weekdays(figures),
            *_longest_run(figures),
        ]
    else:
        lines = ["No post could be judged, so nothing can be said about giving and selling."]
    lines = [*drift_words(figures), *lines]
    lines += [*_read_by(figures), *_times(figures), *_unread(figures), _left_out(figures)]
    return [line for line in lines if line]


def _against_target(figures: Mapping[str, Any]) -> str:
    if figures["drift"]["doubts"]:
        return ""
    goal, share = f"the target of {target_words(figures['target'])}", figures["corrected"]
    if share is None:
        return (
            "Too little is known about the model's errors to correct the count, so it is unclear"
            f" whether the archive meets {goal}."
        )
    if share["high"] < figures["target"]:
        verdict = f"so the archive sells more than {goal} allows."
    elif share["low"] >= figures["target"]:
        verdict = f"so the archive meets {goal}."
    else:
        verdict = f"so it is unclear whether the archive meets {goal}."
    ends = percent_ends(share["low"], share["high"])
    if ends == percent_ends(0, 1):
        span = "Given the model's known errors, any share of these posts may be giving"
    else:
        span = (
            f"Corrected for the model's known errors, between {' and '.join(ends)} of the posts"
            " give"
        )
    judged = figures["giving"] + figures["selling"]
    few = f" With only {counted(judged, 'post')}, take this as a hint." if judged < _FEW else ""
    return f"{span}, {verdict}{few}"


def _as_labelled(figures: Mapping[str, Any]) -> list[str]:
    giving, selling = figures["giving"], figures["selling"]
    judged = giving + selling
    line = (
        f"As labelled, of {counted(judged, 'post')} that could be judged,"
        f" {counted(giving, 'gives', 'give')} and {counted(selling, 'sells', 'sell')}:"
        f" {percent(giving / judged)} giving, a ratio of {ratio(giving, selling)}."
    )
    until = figures["to_target"]
    if until and not figures["drift"]["doubts"]:
        more = counted(until, "more giving post")
        line += f" {more} and no more selling ones would make it {target_ratio(figures['target'])}."
    return [line]


def _without_reposts(figures: Mapping[str, Any]) -> list[str]:
    own, reposts = figures["own"], figures["reposts"]
    if not own or not reposts or not own["giving"] + own["selling"]:
        return []
    line = (
        f"Without reposts: {percent(own['giving'] / (own['giving'] + own['selling']))} giving,"
        f" {ratio(own['giving'], own['selling'])}"
    )
    if reposts["giving"] + reposts["selling"]:
        line += f"; reposts alone: {ratio(reposts['giving'], reposts['selling'])}"
    return [f"{line}."]


def _kinds(figures: Mapping[str, Any]) -> list[str]:
    selling = (figures["facets"] or {}).get("selling")
    if not selling or figures["selling"] < _FEW_SELLING:
        return []
    most = [
        f"{FACET_WORDS.get(name, name)}, {counted(count, 'post')}"
        for name, count in list(selling.items())[:2]
    ]
    return [f"What sells is most likely: {'; '.join(most)}."]


def _seller(figures: Mapping[str, Any]) -> list[str]:
    if not figures["sellers"] or figures["selling"] < _FEW_SELLING:
        return []
    most = figures["sellers"][0]
    judged = most["giving"] + most["selling"]
    return [f"{most['name']} sells the most: {most['selling']:,} of {judged:,} judged posts."]


def _trend(figures: Mapping[str, Any]) -> list[str]:
    trend, times = figures["trend"], figures["times"]
    if trend is None or figures["giving"] + figures["selling"] < _FEW:
        return []
    if not trend["known"]:
        given = figures["rows"] - times["missing"]
        return [
            f"Whether the share changed over time is not known: {times['unread']:,} of {given:,}"
            " times were not understood."
        ]
    low, high = trend["interval"]
    head = "It is getting better" if low > 0 else "It is getting worse" if high < 0 else ""
    whose = " (posts without a time left out)" if times["missing"] else ""
    return [
        f"{head or 'No clear change over time'}: {percent(trend['after'])} of the posts since"
        f" {day(date.fromisoformat(trend['since']))} are labelled giving,"
        f" {percent(trend['before'])} before that{whose}."
    ]


def _weekdays(figures: Mapping[str, Any]) -> list[str]:
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
        f"{WEEKDAYS[most]}s sell the most ({percent(days[most, 1] / total[most])} of their posts),"
        f" {WEEKDAYS[least]}s the least ({percent(days[least, 1] / total[least])})."
    ]


def _longest_run(figures: Mapping[str, Any]) -> list[str]:
    runs = figures["longest_runs"]
    if not runs or runs[0]["posts"] < 3:
        return []
    run = runs[0]
    several = run["author"] and figures["group_counts"]["author"] > 1
    whose = f" by {run['author']}" if several else ""
    first, last = (
        day(date.fromisoformat(local_time(run[end], figures["timezone"])[:10]))
        for end in ("first", "last")
    )
    when = f"on {first}" if first == last else f"from {first} to {last}"
    return [f"The longest run without giving{whose} is {run['posts']:,} posts, {when}."]


def _read_by(figures: Mapping[str, Any]) -> list[str]:
    models = figures.get("read_by") or {}
    if not models:
        return []
    who = "; ".join(f"{name}, {counted(count, 'post')}" for name, count in models.items())
    changed = figures["relabelled"]
    more = (
        ""
        if changed is None
        else f" The second look changed the label of {counted(changed, 'post')}."
    )
    return [f"Who has spoken: {who}.{more}"]


def _times(figures: Mapping[str, Any]) -> list[str]:
    times = figures["times"]
    if times["column"] is None:
        return ["The file has no times, so nothing can be said about change over time."]
    lines = list(times["read_as"])
    said = any(
        line.endswith(".") and ("not read" in line or "not understood" in line) for line in lines
    )
    if times["unread"] and not said:
        lines.append(f"{counted(times['unread'], 'time was', 'times were')} not understood.")
    if times["missing"]:
        lines.append(f"{counted(times['missing'], 'post has', 'posts have')} no time.")
    return lines


def _unread(figures: Mapping[str, Any]) -> list[str]:
    names, count = figures["unread"]["names"][:_SHOWN_FILES], figures["unread"]["count"]
    if not count:
        return []
    more = f" and {count - len(names):,} more" if count > len(names) else ""
    which = "them" if count > 1 else "it"
    return [f"Not read, as no reader knows {which}: {', '.join(names)}{more}."]


def _left_out(figures: Mapping[str, Any]) -> str:
    unlabelled = {
        STATUSES.get(status, status): count for status, count in figures["unlabelled"].items()
    }
    lists = (
        ("Not judged", unlabelled),
        ("Skipped while reading", figures["skipped"]),
        ("Not used", figures.get("not_used", {})),
    )
    parts = []
    for head, counts in lists:
        words = [counted(n, NOT_USED.get(what, what), what) for what, n in counts.items()]
        parts += [f"{head}: {'; '.join(words)}."] if words else []
    if figures["rejected"]:
        parts.append(f"{rows_unread(figures['rejected'])}.")
    return " ".join(parts)
