"""Tables under headings: the same for a terminal, as rich shows them, and for a notebook, as HTML.

What a table holds may come from posts, names and files: each text is made safe and put on one line
here, and escaped once, in `givesell.show.markup`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from givesell.show.colours import ON_EITHER
from givesell.show.markup import Html, element
from givesell.show.words import one_line

if TYPE_CHECKING:
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

_CELL = "padding:.15em .5em;border:0;vertical-align:top"
# The page's own colour, thinned: readable on light and on dark.
_LINE = "border-bottom:1px solid color-mix(in srgb, currentColor 25%, transparent)"
_PLAIN = "background:none"  # notebooks stripe the rows of tables


class Warned(str):
    """A cell that a person should look at, shown in bold in the colour of warnings."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Section:
    """One table with a heading.

    Attributes
    ----------
    title : str
    columns : tuple of str
        The first is the name of a row; the others are numbers, aligned to the right.
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


def as_renderable(head: str, sections: Sequence[Section]) -> "Group":
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
    from rich.text import Text

    parts: list[Any] = [Text(one_line(head), "bold")]
    for section in sections:
        parts += [Text(), Text(one_line(section.title), "bold")] if section.title else []
        if section.rows:
            parts.append(Padding(_as_table(section), (0, 0, 0, 2)))
        if section.note:
            parts.append(Padding(Text(one_line(section.note), "dim"), (0, 0, 0, 2)))
    return Group(*parts)


def _as_table(section: Section) -> "Table":
    from rich.table import Table
    from rich.text import Text

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
        table.add_row(*map(_as_text, row))
    return table


def _as_text(cell: str) -> "Text":
    from rich.text import Text

    style = f"bold {ON_EITHER.warning}" if isinstance(cell, Warned) else ""
    return Text(one_line(cell), style)


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

    Examples
    --------
    >>> "<b>1 &lt; 2</b>" in as_html("1 < 2", [])
    True
    """
    parts = [element("div", element("b", one_line(head)))]
    for section in sections:
        if section.title:
            title = element("b", one_line(section.title))
            parts.append(element("div", title, style="margin:.9em 0 .2em"))
        if section.rows:
            # On a phone the table is pushed aside, not squeezed.
            parts.append(element("div", _html_table(section), style="overflow-x:auto"))
        if section.note:
            parts.append(element("div", one_line(section.note), style="font-size:.9em;opacity:.8"))
    return box(*parts, width="60em", line_height="1.45")


def box(*inside: Html, width: str, line_height: str) -> Html:
    """Return HTML in the frame of all that givesell shows in notebooks.

    Parameters
    ----------
    *inside : Html
    width, line_height : str
        As CSS has them.

    Returns
    -------
    Html
    """
    style = f"max-width:{width};margin:.5em 0;line-height:{line_height}"
    return element("div", *inside, **{"class": "givesell"}, style=style)


def rows_of(table: Any) -> Iterator[Any]:
    """Iterate over the rows of a DataFrame as named tuples."""
    yield from table.itertuples()


def _html_table(section: Section) -> Html:
    def html_row(tag: str, cells: Sequence[str], style: str = "") -> Html:
        row = (_html_cell(tag, cell, at in section.wide, style) for at, cell in enumerate(cells))
        return element("tr", *row, style=_PLAIN)

    head = element("thead", html_row("th", section.columns, _LINE)) if any(section.columns) else ""
    body = element("tbody", *(html_row("td", row) for row in section.rows))
    return element("table", head, body, style="border-collapse:collapse;margin:0")


def _html_cell(tag: str, text: str, left: bool, style: str = "") -> Html:
    if left:
        # As narrow as a phone needs, and no narrower than words are.
        wrap = "overflow-wrap:break-word;min-width:6em;max-width:44em"
    else:
        wrap = "white-space:nowrap" if tag == "td" else ""
    inside: str = one_line(text)
    if isinstance(text, Warned):
        inside = element("b", inside, style=f"color:{ON_EITHER.warning}", title="look at this")
    align = f"text-align:{'left' if left else 'right'}"
    # On the cell itself: notebooks align all cells to the right.
    return element(tag, inside, style=";".join(filter(None, (_CELL, align, wrap, style))))
