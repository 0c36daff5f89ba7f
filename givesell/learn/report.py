"""`TrainingReport`: what training found in the posts, what it did about it, and how good the
model came out.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from givesell.labelled.finding import Finding
from givesell.metrics import CARD
from givesell.show.sections import escape
from givesell.show.words import one_line

if TYPE_CHECKING:
    import pandas as pd

_LEFT = "text-align:left"  # on the cell itself: notebooks align all cells to the right
_STYLE = (
    ".givesell-report{font:14px/1.5"
    " system-ui,sans-serif;max-width:62em;color:inherit}.givesell-report"
    " table{border-collapse:collapse;margin:.4em 0 1em}.givesell-report th,.givesell-report"
    " td{padding:.25em .8em .25em 0;text-align:left;vertical-align:top;border-bottom:1px solid"
    " color-mix(in srgb,currentColor 20%,transparent);background:none}.givesell-report"
    " td.figure,.givesell-report"
    " th.figure{text-align:right;font-variant-numeric:tabular-nums}.givesell-report"
    " .mark{font-weight:700;color:#b45309}.givesell-report .rows{opacity:.7}@media"
    " (prefers-color-scheme:dark){.givesell-report .mark{color:#fbbf24}}"
)


@dataclass(frozen=True)
class TrainingReport:
    """What `givesell.train` has to say of a model, at ``model.report``.

    Attributes
    ----------
    name : str
        Of the model.
    findings : list of Finding
        What was checked, how many posts it is about, and what was done.
    metrics : dict
        Quality out of fold, a dict of figures for each way to split; as in the manifest.
    out_of_fold : pandas.DataFrame
        The measured posts on the index of the data: ``selling`` (probability from the fold that did
        not train on the post), ``fold``, ``label`` and, with groups, ``group``.
    tuning : pandas.DataFrame, optional
        A row a setting that was tried, best first.

    Examples
    --------
    >>> import givesell
    >>> from givesell.datasets import load_posts
    >>> report = givesell.train(load_posts(), groups="topic").report
    >>> print(report.findings[0])
    1,600 posts: 909 giving, 691 selling (43%). Labels weigh alike in training, however many posts
    carry them.
    >>> report.out_of_fold.columns.tolist()
    ['selling', 'fold', 'label', 'group']
    """

    name: str
    findings: list[Finding]
    metrics: dict[str, dict[str, Any]]
    out_of_fold: "pd.DataFrame"
    tuning: "pd.DataFrame | None" = field(default=None)

    @property
    def warnings(self) -> list[Finding]:
        """The findings that a person should look at."""
        return [finding for finding in self.findings if finding.warning]

    def to_frame(self) -> "pd.DataFrame":
        """Return the findings as a table, a row each."""
        import pandas as pd

        rows = [
            {**finding.to_dict(), "examples": list(finding.examples)} for finding in self.findings
        ]
        return pd.DataFrame(
            rows, columns=["check", "count", "found", "done", "warning", "examples"]
        )

    def __repr__(self) -> str:
        first = next(iter(self.metrics.items()), None)
        told = "" if first is None else f", macro-F1 {first[1]['macro_f1']:.3f} {first[0]}"
        return (
            f"<TrainingReport {self.name!r}: {len(self.findings)} findings, {len(self.warnings)} to"
            f" look at{told}>"
        )

    def __rich_console__(self, console: Any, options: Any) -> Iterator[Any]:
        from rich.table import Table
        from rich.text import Text

        title = Text(one_line(f"Training of {self.name}"))
        checks = Table(
            "", "found", "done", title=title, title_justify="left", box=None, pad_edge=False
        )
        for finding in self.findings:
            mark = Text(
                "!" if finding.warning else "·", style="bold yellow" if finding.warning else "dim"
            )
            found = one_line(" ".join(filter(None, (finding.found, finding.rows))))
            checks.add_row(mark, Text(found), Text(one_line(finding.done), style="dim"))
        yield checks
        yield ""
        yield figures_table(self.metrics)

    def _repr_html_(self) -> str:
        rows = []
        for finding in self.findings:
            mark = '<span class="mark" title="look at this">!</span>' if finding.warning else "·"
            told = f' <span class="rows">{escape(finding.rows)}</span>' if finding.rows else ""
            rows.append(
                f"<tr><td>{mark}</td>{_cell(escape(finding.found) + told)}{_cell(escape(finding.done))}</tr>"
            )
        names = _shown(self.metrics)
        head = "".join(f'<th class="figure">{escape(scheme)}</th>' for scheme in self.metrics)
        figures = [
            f"<tr>{_cell(escape(CARD[name]))}"
            + "".join(
                f'<td class="figure">{figure(row.get(name))}</td>' for row in self.metrics.values()
            )
            + "</tr>"
            for name in names
        ]
        return (
            f'<style>{_STYLE}</style><div class="givesell-report"><b>Training of'
            f" {escape(self.name)}</b>"
            f"<table><tr><th></th>{_cell('found', 'th')}{_cell('done', 'th')}</tr>{''.join(rows)}</table>"
            "<b>Quality, out of"
            f" fold</b><table><tr><th></th>{head}</tr>{''.join(figures)}</table></div>"
        )


def figures_table(
    metrics: Mapping[str, Mapping[str, Any]], title: str = "Quality, out of fold"
) -> Any:
    """Return figures as a rich table, a column a way to split."""
    from rich.table import Table
    from rich.text import Text

    table = Table("", title=title, title_justify="left", box=None, pad_edge=False)
    for scheme in metrics:
        table.add_column(Text(one_line(scheme)), justify="right")
    for name in _shown(metrics):
        table.add_row(CARD[name], *(figure(row.get(name)) for row in metrics.values()))
    return table


def figure(value: Any) -> str:
    """Return a figure, or an interval, as words.

    Examples
    --------
    >>> figure(0.8125), figure([0.7, 0.9]), figure(None)
    ('0.812', '0.700–0.900', '')
    """
    if value is None:
        return ""
    return "–".join(f"{part:.3f}" for part in value) if isinstance(value, list) else f"{value:.3f}"


def _cell(html: str, tag: str = "td") -> str:
    return f'<{tag} style="{_LEFT}">{html}</{tag}>'


def _shown(metrics: Mapping[str, Mapping[str, Any]]) -> list[str]:
    return [name for name in CARD if any(row.get(name) is not None for row in metrics.values())]
