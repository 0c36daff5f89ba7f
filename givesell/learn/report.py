"""`TrainingReport`: what training checked in the posts, what it did about it, and how good the
model is.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from givesell.labelled.finding import Finding
from givesell.metrics import CARD
from givesell.show.numbers import figure, figure_range
from givesell.show.sections import Section, Warned, as_html, as_renderable

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Group


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
    1,600 posts: 909 giving, 691 selling (43%). Both labels have the same weight in
    training.
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
        """Return the findings as a table, one row each."""
        import pandas as pd

        rows = [
            {**finding.to_dict(), "examples": list(finding.examples)} for finding in self.findings
        ]
        return pd.DataFrame(
            rows, columns=["check", "count", "found", "done", "warning", "examples"]
        )

    def __repr__(self) -> str:
        first = next(iter(self.metrics.items()), None)
        quality = "" if first is None else f", macro-F1 {first[1]['macro_f1']:.3f} {first[0]}"
        return (
            f"<TrainingReport {self.name!r}: {len(self.findings)} findings, {len(self.warnings)} to"
            f" look at{quality}>"
        )

    def __rich__(self) -> "Group":
        return as_renderable(f"Training of {self.name}", self._sections())

    def _repr_html_(self) -> str:
        return as_html(f"Training of {self.name}", self._sections())

    def _sections(self) -> list[Section]:
        rows = [
            (
                Warned("!") if finding.warning else "·",
                " ".join(filter(None, (finding.found, finding.rows))),
                finding.done,
            )
            for finding in self.findings
        ]
        checks = Section("", ("", "found", "done"), rows, wide=(1, 2))
        return [checks, figures_section(self.metrics)]


def figures_section(metrics: Mapping[str, Mapping[str, Any]]) -> Section:
    """Return figures as a table, with a column for each way to split the posts.

    Parameters
    ----------
    metrics : mapping
        As in the manifest.

    Returns
    -------
    Section
    """
    names = [name for name in CARD if any(row.get(name) is not None for row in metrics.values())]
    rows = [(CARD[name], *(_shown(row.get(name)) for row in metrics.values())) for name in names]
    return Section("Quality, out of fold", ("", *metrics), rows)


def _shown(value: Any) -> str:
    return figure_range(*value) if isinstance(value, list) else figure(value)
