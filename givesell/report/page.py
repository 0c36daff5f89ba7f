"""The page of a report: a Jinja template filled with figures and charts."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from givesell._version import __version__
from givesell.report.charts import histogram_chart, hours_chart, ratio_chart, time_chart
from givesell.report.estimate import Share
from givesell.report.sentences import STATUSES, ratio

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
        loader=PackageLoader("givesell.report"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters.update(count=_count, percent=_percent, moment=_moment, web=_web)
    environment.globals.update(marked=_marked, ratio=ratio)
    counted = figures["counted"] and Share(**figures["counted"])
    corrected = figures["corrected"] and Share(**figures["corrected"])
    series = figures["time"]
    charts = {
        "ratio": counted and ratio_chart(counted, corrected, figures["target"]),
        "time": series and len(series["points"]) > 1 and time_chart(series, figures["target"]),
        "hours": figures["hours"] and hours_chart(figures["hours"]),
        "histogram": counted and histogram_chart(figures["histogram"], tuple(figures["thresholds"])),
    }
    return environment.get_template("report.html.j2").render(
        figures=figures,
        charts={name: Markup(svg) if svg else None for name, svg in charts.items()},
        notable=[(title, note, figures[name]) for name, title, note in _NOTABLE if figures[name]],
        groups=[(title, figures["groups"][role]) for role, title in _GROUPS.items() if role in figures["groups"]],
        statuses=STATUSES,
        version=__version__,
    )


def _marked(post: Mapping[str, Any]) -> Markup:
    """Return a post's text with the words that decided marked."""
    text, parts, at = post["text"], [], 0
    for start, end, _ in post["words"]:
        parts += [escape(text[at:start]), Markup("<mark>"), escape(text[start:end]), Markup("</mark>")]
        at = end
    return Markup("").join([*parts, escape(text[at:])])


def _count(number: float) -> str:
    return f"{number:,}"


def _percent(share: float, digits: int = 0) -> str:
    return f"{share:.{digits}%}"


def _moment(text: str) -> str:
    when = datetime.fromisoformat(text)
    return f"{when.day} {when:%b %Y, %H:%M}"


def _web(url: Any) -> str | None:
    """Return an address that is safe to link to, or None: a post may name any scheme."""
    return url if isinstance(url, str) and url.startswith(("https://", "http://")) else None
