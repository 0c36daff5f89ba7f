"""`Finding`: what a check of labelled posts noticed, and what was done about it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from givesell.show.numbers import counted
from givesell.show.words import one_line, shown

MOST_EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check noticed.

    Attributes
    ----------
    check : str
        Its name, such as ``"missing labels"``.
    count : int
        How many posts, groups or values it is about.
    found : str
        A sentence that says what.
    done : str
        A sentence that says what was done about it.
    examples : tuple
        Up to five rows, as the caller's index names them.
    warning : bool
        Whether a person should look at it.

    Examples
    --------
    >>> print(Finding("missing labels", 2, "2 posts have no label.", "Left out.", (3, 8)))
    2 posts have no label. Left out. Rows 3, 8.
    """

    check: str
    count: int
    found: str
    done: str
    examples: tuple[Any, ...] = ()
    warning: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Return the finding without its examples, as a manifest records it: rows say nothing to
        those who lack the data.
        """
        return {
            "check": self.check,
            "count": self.count,
            "found": self.found,
            "done": self.done,
            "warning": self.warning,
        }

    @property
    def rows(self) -> str:
        """The examples as words; empty without any."""
        if not self.examples:
            return ""
        more = self.count > len(self.examples)
        return (
            f"Row{'s' if len(self.examples) > 1 else ''}"
            f" {', '.join(map(shown, self.examples))}{' and more' if more else ''}."
        )

    def __str__(self) -> str:
        return one_line(" ".join(part for part in (self.found, self.done, self.rows) if part))


def first_rows(rows: Iterable[Any]) -> tuple[Any, ...]:
    """Return the first few rows as plain values, as the examples of a finding.

    Examples
    --------
    >>> first_rows(range(100))
    (0, 1, 2, 3, 4)
    """
    return tuple(
        row.item() if hasattr(row, "item") else row
        for row, _ in zip(rows, range(MOST_EXAMPLES), strict=False)
    )


def n_posts(count: int) -> str:
    """Return a count of posts as words.

    Examples
    --------
    >>> n_posts(1), n_posts(1200)
    ('1 post', '1,200 posts')
    """
    return counted(count, "post")
