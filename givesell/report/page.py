"""The page of a report: a Jinja template filled with figures and charts."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from givesell._version import __version__
from givesell.report.charts import (
    histogram_chart,
    hours_chart,
    share_chart,
    time_chart,
    weekdays_chart,
)
from givesell.report.estimate import Share
from givesell.report.wording import (
    FACET_WORDS,
    MEASURE_WORDS,
    STATUSES,
    drift_words,
    is_day,
    local_time,
    target_ratio,
)
from givesell.show.colours import ON_DARK, ON_LIGHT
from givesell.show.numbers import (
    certainty,
    counted,
    day,
    figure,
    moment,
    percent,
    percent_range,
    ratio,
)

_NOTABLE = (
    ("most_selling", "Most selling", "The posts that the model is most certain sell."),
    ("most_giving", "Most giving", "The posts that the model is most certain give."),
    ("most_unsure", "Most unsure", "The posts nearest to the line: read these yourself."),
)
_GROUPS = {"platform": "By platform", "kind": "By kind of post", "author": "By author"}


def page(figures: Mapping[str, Any]) -> str:
    """Return the page.

    Parameters
    ----------
    figures : mapping
        Of a `givesell.report.Report`.

    Returns
    -------
    str
        HTML that loads nothing. All that comes from posts, names and files is escaped.
    """
    environment = Environment(
        loader=PackageLoader("givesell.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    zone = figures["timezone"]
    environment.filters.update(
        count=lambda number: f"{number:,}",
        percent=percent,
        figure=figure,
        bound=_bound,
        moment=lambda text: _moment(text, zone),
        web=_web,
        certainty=_certainty,
    )
    environment.globals.update(
        marked=_marked,
        counted=counted,
        ratio=lambda *counts: _bound(ratio(*counts)),
        span=lambda share: _bound(percent_range(share["low"], share["high"])),
        target_ratio=target_ratio,
        light=ON_LIGHT,
        dark=ON_DARK,
    )
    corrected = figures["corrected"] and Share(**figures["corrected"])
    series = figures["time"]
    charts = {
        "share": (
            corrected and share_chart(corrected, figures["counted"]["value"], figures["target"])
        ),
        "time": series and len(series["points"]) > 1 and time_chart(series, figures["target"]),
        "hours": figures["hours"] and hours_chart(figures["hours"]),
        "weekdays": (
            figures["weekdays"] and not figures["hours"] and weekdays_chart(figures["weekdays"])
        ),
        "histogram": (
            figures["counted"]
            and histogram_chart(figures["histogram"], tuple(figures["thresholds"]))
        ),
    }
    lines = list(figures["summary"])
    alarm = drift_words(figures)
    return environment.get_template("report.html.j2").render(
        figures=figures,
        alarm=alarm and alarm[0].split(": ", 1),
        lines=[line for line in lines if line not in alarm],
        charts={name: Markup(svg) if svg else None for name, svg in charts.items()},
        notable=[(title, note, figures[name]) for name, title, note in _NOTABLE if figures[name]],
        groups=[
            (title, figures["groups"][role])
            for role, title in _GROUPS.items()
            if role in figures["groups"]
        ],
        statuses=STATUSES,
        facet_words=FACET_WORDS,
        measure_words=MEASURE_WORDS,
        version=__version__,
    )


def _marked(post: Mapping[str, Any]) -> Markup:
    """Return a post's text with the words that decided marked."""
    text, parts, at = post["text"], [], 0
    for start, end, _ in post["words"]:
        parts += [
            escape(text[at:start]),
            Markup("<mark>"),
            escape(text[start:end]),
            Markup("</mark>"),
        ]
        at = end
    return Markup("").join([*parts, escape(text[at:])])


def _bound(text: str) -> str:
    """Return a text whose ratios stay on one line."""
    return text.replace(" : ", "\u00a0:\u00a0")


def _certainty(selling: float) -> str:
    """Return how certain the label of a post is."""
    if selling >= 0.5:
        return f"{certainty(selling)} selling"
    return f"{certainty(1 - selling)} giving"


def _moment(text: str, zone: str) -> str:
    when = datetime.fromisoformat(local_time(text, zone))
    return day(when, short=True) if is_day(text) else moment(when)


def _web(url: Any) -> str | None:
    """Return an address that is safe to link to, or None: a post may name any scheme."""
    return url if isinstance(url, str) and url.startswith(("https://", "http://")) else None
