"""How results are shown: the same sections as tables in a terminal and as HTML in a notebook."""

import html
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from givesell.show.words import one_line

_CELL = "padding:.15em .5em;border:0;vertical-align:top"
# The page's own colour, thinned: readable on light and on dark.
_LINE = "border-bottom:1px solid color-mix(in srgb, currentColor 25%, transparent)"


@dataclass(frozen=True, slots=True)
class Section:
    """One table with a heading.

    Attributes
    ----------
    title : str
    columns : tuple of str
        The first is the name of a row; the others are numbers, shown to the right.
    rows : sequence of tuple of str
    note : str
        A sentence under the table.
    wide : tuple of int
        Columns that hold text and may be long.
    """

    title: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    note: str = ""
    wide: tuple[int, ...] = (0,)


def as_renderable(head: str, sections: Sequence[Section]) -> Any:
    """Return a heading and sections as rich shows them.

    Parameters
    ----------
    head : str
    sections : sequence of Section

    Returns
    -------
    rich.console.Group
    """
    from rich.console import Group
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    parts: list[Any] = [Text(one_line(head), "bold")]
    for section in sections:
        parts += [Text(), Text(one_line(section.title), "bold")] if section.title else []
        if section.rows:
            table = Table(
                box=None,
                pad_edge=False,
                padding=(0, 2, 0, 0),
                header_style="dim",
                show_header=any(section.columns),
            )
            for number, name in enumerate(section.columns):
                wide = number in section.wide
                table.add_column(
                    Text(one_line(name)),
                    justify="left" if wide else "right",
                    overflow="fold",
                    no_wrap=not wide,
                )
            for row in section.rows:
                table.add_row(*(Text(one_line(cell)) for cell in row))
            parts.append(Padding(table, (0, 0, 0, 2)))
        if section.note:
            parts.append(Padding(Text(one_line(section.note), "dim"), (0, 0, 0, 2)))
    return Group(*parts)


def as_html(head: str, sections: Sequence[Section]) -> str:
    """Return a heading and sections as HTML for a notebook.

    Parameters
    ----------
    head : str
    sections : sequence of Section

    Returns
    -------
    str
        One ``div`` with its styles inside and no scripts; it takes the page's colours.
    """
    parts = [f"<div><b>{escape(head)}</b></div>"]
    for section in sections:
        parts.append(
            f'<div style="margin:.9em 0 .2em"><b>{escape(section.title)}</b></div>'
            if section.title
            else ""
        )
        if section.rows:
            head_cells = "".join(
                _cell("th", name, number in section.wide, _LINE)
                for number, name in enumerate(section.columns)
            )
            rows = "".join(
                "<tr style='background:none'>"
                + "".join(
                    _cell("td", cell, number in section.wide) for number, cell in enumerate(row)
                )
                + "</tr>"
                for row in section.rows
            )
            top = (
                f"<thead><tr style='background:none'>{head_cells}</tr></thead>"
                if any(section.columns)
                else ""
            )
            table = (
                "<table"
                f' style="border-collapse:collapse;margin:0">{top}<tbody>{rows}</tbody></table>'
            )
            # On a phone the table is pushed aside, not squeezed.
            parts.append(f'<div style="overflow-x:auto">{table}</div>')
        if section.note:
            parts.append(f'<div style="font-size:.9em;opacity:.8">{escape(section.note)}</div>')
    return (
        '<div class="givesell" style="max-width:60em;margin:.5em'
        f' 0;line-height:1.45">{"".join(parts)}</div>'
    )


def escape(text: str) -> str:
    """Return a text as HTML shows it."""
    return html.escape(one_line(text))


def percent(share: float, digits: int = 0) -> str:
    """Return a share in percent.

    Examples
    --------
    >>> percent(0.256)
    '26 %'
    """
    return f"{100 * share:.{digits}f} %"


def rows_of(table: Any) -> Iterator[Any]:
    """Iterate over the rows of a DataFrame as named tuples."""
    yield from table.itertuples()


def _cell(tag: str, text: str, left: bool, style: str = "") -> str:
    align = "left" if left else "right"
    # As narrow as a phone needs, and no narrower than words are.
    wrap = (
        "overflow-wrap:break-word;min-width:6em;max-width:44em"
        if left
        else "white-space:nowrap"
        if tag == "td"
        else ""
    )
    return f'<{tag} style="{_CELL};text-align:{align};{wrap};{style}">{escape(text)}</{tag}>'
