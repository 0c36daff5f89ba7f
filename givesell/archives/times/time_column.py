"""What the times of a column have in common: which comes first, day or month, and what was not
understood.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from givesell.archives.base.columns import as_text
from givesell.archives.streams.limits import MAX_TIME
from givesell.archives.times.time_parts import SIGNS, Parts
from givesell.archives.times.time_values import parts_of
from givesell.show.numbers import counted
from givesell.show.words import cut, shown

# Days that follow each other in one of the two orders, and not in the other, show which it is; by
# chance so many seldom do.
_IN_ORDER = 6
_MOST_EXAMPLES = 3
# So many times, each at midnight, are days.
_LEAST_MIDNIGHTS = 5
_MONTHS = (
    "January February March April May June July August September October November December".split()
)

Order = Literal["day", "month", "mixed", "unknown"]


class TimeColumn:
    """What the times of a column have in common, gathered batch by batch.

    Show it all batches of a column (or as many as there are before the first answer), then read
    each with `read_times`. `unread` counts without reading a second time.

    Parameters
    ----------
    state : mapping, optional
        Of an earlier `state`, to go on from there.

    Examples
    --------
    >>> column = TimeColumn()
    >>> for batch in (pa.array(["1/2/2024", "yesterday"]), pa.array(["1/13/2024"])):
    ...     column.add(batch)
    >>> column.order("/"), column.given, column.unread, column.remarks()
    ('month', 3, 1, ['1/2/2024 was read as 2 January 2024.', '1 time was not understood:
    yesterday.'])
    """

    def __init__(self, state: Mapping[str, Any] | None = None) -> None:
        self._state: dict[str, Any] = {
            "given": 0, "odd": 0, "odd_examples": [], "clocks": 0, "midnights": 0,
            "signs": [_no_sign() for _ in SIGNS], **(state or {})
        }  # fmt: skip

    def state(self) -> dict[str, Any]:
        """Return what was gathered, as JSON can hold it."""
        return self._state

    def add(self, column: pa.Array, clock: pa.Array | None = None) -> None:
        """Look at a batch of the column.

        Parameters
        ----------
        column, clock
            As for `read_times`.
        """
        self.add_parts(column, parts_of(column, clock))

    def add_parts(self, column: pa.Array, parts: Parts) -> None:
        """The same where `parts_of` has read it already."""
        state = self._state
        state["given"] += int(parts.given.sum())
        odd = parts.given & ~parts.known
        state["odd"] += int(odd.sum())
        state["midnights"] += int((parts.known & (parts.clock == 0)).sum())
        state["clocks"] += int((parts.known & (parts.clock > 0)).sum())
        for row in np.flatnonzero(odd)[: _MOST_EXAMPLES * 4].tolist():
            if (
                len(state["odd_examples"]) < _MOST_EXAMPLES
                and (text := _shown(column, row)) not in state["odd_examples"]
            ):
                state["odd_examples"].append(text)
        if (parts.sign >= 0).any():
            for number, sign in enumerate(state["signs"]):
                _see(sign, column, parts, parts.sign == number)

    @property
    def given(self) -> int:
        """How many values say anything."""
        return int(self._state["given"])

    @property
    def unread(self) -> int:
        """How many of them are not understood."""
        signs = zip(SIGNS, self._state["signs"], strict=True)
        return int(
            self._state["odd"]
            + sum(seen["open"] for sign, seen in signs if self.order(sign) in ("mixed", "unknown"))
        )

    @property
    def asks(self) -> bool:
        """Whether there are times that the order of the whole column decides."""
        return any(seen["open"] for seen in self._state["signs"])

    @property
    def days_alone(self) -> bool:
        """Whether all times are midnight, and so days."""
        return not self._state["clocks"] and bool(self._state["midnights"] >= _LEAST_MIDNIGHTS)

    def order(self, sign: str = "/") -> Order:
        """Return what comes first where day and month are numbers.

        Parameters
        ----------
        sign : str, default "/"
            What comes between them: ``"/"``, ``"-"`` or ``"."``.

        Returns
        -------
        str
            ``"day"``, ``"month"``, ``"mixed"`` (both occur) or ``"unknown"``.
        """
        seen = self._state["signs"][SIGNS.index(sign)]
        if seen["day"] and seen["month"]:
            return "mixed"
        if seen["day"] or seen["month"]:
            return "day" if seen["day"] else "month"
        by_day, by_month = (_in_order(seen[way]) for way in ("by_day", "by_month"))
        if by_day != by_month:
            return "day" if by_day else "month"
        if sign == ".":
            return "day"
        return "month" if seen["american"] else "unknown"

    def remarks(self) -> list[str]:
        """Say in words how the column was read, a sentence each.

        Returns
        -------
        list of str
            Empty where nothing needs telling.
        """
        sentences = []
        for sign, seen in zip(SIGNS, self._state["signs"], strict=True):
            if not seen["open"]:
                continue
            order, example = self.order(sign), seen["example"]
            by_day, by_month = (_in_words(day) for day in seen["readings"])
            if order in ("day", "month"):
                sentences.append(f"{example} was read as {by_day if order == 'day' else by_month}.")
                continue
            why = (
                "both orders of day and month occur in the column"
                if order == "mixed"
                else f"it may be {by_day} or {by_month}"
            )
            more = (
                f"{seen['open']:,} times like {example} were"
                if seen["open"] > 1
                else f"{example} was"
            )
            sentences.append(
                f"{more} not read: {why}. Write such times as"
                f" {_date(seen['readings'][0]).isoformat()}."
            )
        if odd := self._state["odd"]:
            examples = ", ".join(self._state["odd_examples"])
            were = counted(odd, "time was", "times were")
            sentences.append(f"{were} not understood: {examples}.")
        return sentences


def _no_sign() -> dict[str, Any]:
    way = {"last": None, "up": True, "down": True, "steps": 0}
    return {
        "day": 0,
        "month": 0,
        "open": 0,
        "american": 0,
        "example": "",
        "readings": [0, 0],
        "by_day": way,
        "by_month": dict(way),
    }


def _see(seen: dict[str, Any], column: pa.Array, parts: Parts, here: NDArray[np.bool_]) -> None:
    """Add what the dates of one sign show of their order."""
    seen["day"] += int((here & (parts.first > 0)).sum())
    seen["month"] += int((here & (parts.first < 0)).sum())
    seen["american"] += int((here & parts.american).sum())
    rows = np.flatnonzero(here & parts.open)
    if not len(rows):
        return
    if not seen["open"]:
        row = int(rows[0])
        seen["example"], seen["readings"] = (
            _shown(column, row),
            [
                int(parts.days[row]),
                int(parts.others[row]),
            ],
        )
    seen["open"] += len(rows)
    for way, days in ((seen["by_day"], parts.days[rows]), (seen["by_month"], parts.others[rows])):
        steps = np.diff(days, prepend=days[0] if way["last"] is None else way["last"])
        way["up"], way["down"] = (
            way["up"] and bool((steps >= 0).all()),
            way["down"] and bool((steps <= 0).all()),
        )
        way["steps"] += int(np.count_nonzero(steps))
        way["last"] = int(days[-1])


def _in_order(way: Mapping[str, Any]) -> bool:
    return bool((way["up"] or way["down"]) and way["steps"] >= _IN_ORDER - 1)


def _date(day: int) -> date:
    return date.fromordinal(date(1970, 1, 1).toordinal() + day)


def _in_words(day: int) -> str:
    date = _date(day)
    return f"{date.day} {_MONTHS[date.month - 1]} {date.year}"


def _shown(column: pa.Array, row: int) -> str:
    return cut(shown(as_text(column.slice(row, 1))[0].as_py()).strip(), MAX_TIME)
