"""Columns of times, in whatever form files hold them.

- Each text and each number is read by itself (`time_shapes`, `time_numbers`), but for one thing: whether day or month comes first
  in ``01/02/2024`` the column as a whole tells, and where it does not, such times are not read. With dots the day comes first.
- A date without an hour stays one: no hour is invented for it, and no zone moves it. The same holds where all times of a column are
  midnight.
- Without a zone a time is taken as UTC. The short name of a zone counts where it means one zone only.
- What is not understood is counted, and so is known.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, Literal, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as pat
from numpy.typing import NDArray

from givesell.archives.columns import as_text, is_text
from givesell.archives.limits import MAX_TIME
from givesell.archives.missing import is_missing
from givesell.archives.time_numbers import DAY, day_of, of_numbers
from givesell.archives.time_shapes import Plan, Span, is_number, plan_of
from givesell.words import cut, shown

FIRST, LAST = np.datetime64("0001-01-01T00:00:00", "s"), np.datetime64("9999-12-31T23:59:59", "s")  # that Python's dates can hold
_FIRST, _LAST = FIRST.astype(np.int64), LAST.astype(np.int64)
_UNITS = {"s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}
_SIGNS = "/-."
# Of more shapes in a batch the most frequent are looked at: those of text that is no time have no end.
_MOST_SHAPES = 1_000
# Days that follow each other in one of the two orders, and not in the other, tell which it is; by chance so many seldom do.
_IN_ORDER = 6
_MOST_EXAMPLES = 3
_MOST_HOURS = 14  # east of Greenwich
_NONE = np.zeros(1, np.int64)
_ZERO = ord("0")
_DIGITS = bytes(_ZERO if chr(sign) in "0123456789" else sign for sign in range(256)).lower()
# Numbers such as 1.7E+12, as spreadsheets cut them, tell no second any more.
_LEAST_DIGITS = 10
# Years of two digits: up to 68 of this century, as everywhere in Unix.
_CENTURY = 69
# So many times, each at midnight, are days.
_LEAST_MIDNIGHTS = 5
_MONTHS = "January February March April May June July August September October November December".split()
# Blanks that stand in times of newer browsers and phones, and marks of direction.
_BLANKS = {"\u202f": " ", "\u00a0": " ", "\u2009": " ", "\u200e": "", "\u200f": "", "\u2212": "-"}

Order = Literal["day", "month", "mixed", "unknown"]


@dataclass(frozen=True, slots=True)
class Times:
    """The times of a column.

    Attributes
    ----------
    utc : ndarray of datetime64[s], shape (n,)
        NaT where there is none; midnight of a day without an hour, as it is written.
    day_only : ndarray of bool, shape (n,)
        Where a day is told but no hour: `utc` is then that day in every zone.
    unread : ndarray of bool, shape (n,)
        Where something stands that was not understood.
    """

    utc: NDArray[np.datetime64]
    day_only: NDArray[np.bool_]
    unread: NDArray[np.bool_]


class _Parts(NamedTuple):
    """What each value tells by itself."""

    given: NDArray[np.bool_]  # something stands there
    known: NDArray[np.bool_]  # a day is told, or one of two
    days: NDArray[np.int64]  # since 1970; where there are two, with the day first
    others: NDArray[np.int64]  # the same with the month first
    open: NDArray[np.bool_]  # whether there are two
    sign: NDArray[np.int8]  # what stands between day and month, by its place in _SIGNS; -1 where their order is told
    first: NDArray[np.int8]  # 1 where the day comes first for certain, -1 where the month does
    american: NDArray[np.bool_]
    clock: NDArray[np.int64]  # seconds since midnight; -1 without an hour
    offset: NDArray[np.int64]  # seconds east of Greenwich


class TimeColumn:
    """What the times of a column have in common, gathered batch by batch: which comes first, day or month, and what was not understood.

    Show it all batches of a column (or as many as there are before the first answer), then read each with `read_times`. `unread`
    counts without reading a second time.

    Parameters
    ----------
    state : mapping, optional
        Of an earlier `state`, to go on from there.

    Examples
    --------
    >>> column = TimeColumn()
    >>> for batch in (pa.array(["1/2/2024", "yesterday"]), pa.array(["1/13/2024"])):
    ...     column.add(batch)
    >>> column.order("/"), column.given, column.unread, column.told()
    ('month', 3, 1, ['1/2/2024 was read as 2 January 2024.', '1 time was not understood: yesterday.'])
    """

    def __init__(self, state: Mapping[str, Any] | None = None) -> None:
        self._state: dict[str, Any] = {
            "given": 0, "odd": 0, "odd_examples": [], "clocks": 0, "midnights": 0, "signs": [_no_sign() for _ in _SIGNS], **(state or {})
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
        self._add(column, _parts(column, clock))

    def _add(self, column: pa.Array, parts: _Parts) -> None:
        state = self._state
        state["given"] += int(parts.given.sum())
        odd = parts.given & ~parts.known
        state["odd"] += int(odd.sum())
        state["midnights"] += int((parts.known & (parts.clock == 0)).sum())
        state["clocks"] += int((parts.known & (parts.clock > 0)).sum())
        for row in np.flatnonzero(odd)[: _MOST_EXAMPLES * 4].tolist():
            if len(state["odd_examples"]) < _MOST_EXAMPLES and (text := _shown(column, row)) not in state["odd_examples"]:
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
        signs = zip(_SIGNS, self._state["signs"], strict=True)
        return int(self._state["odd"] + sum(seen["open"] for sign, seen in signs if self.order(sign) in ("mixed", "unknown")))

    @property
    def asks(self) -> bool:
        """Whether there are times that the order of the whole column decides."""
        return any(seen["open"] for seen in self._state["signs"])

    @property
    def days_alone(self) -> bool:
        """Whether all times are midnight, and so days."""
        return not self._state["clocks"] and bool(self._state["midnights"] >= _LEAST_MIDNIGHTS)

    def order(self, sign: str = "/") -> Order:
        """Return what comes first where day and month stand as numbers.

        Parameters
        ----------
        sign : str, default "/"
            What stands between them: ``"/"``, ``"-"`` or ``"."``.

        Returns
        -------
        str
            ``"day"``, ``"month"``, ``"mixed"`` (both occur) or ``"unknown"``.
        """
        seen = self._state["signs"][_SIGNS.index(sign)]
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

    def told(self) -> list[str]:
        """Say in words how the column was read, a sentence each.

        Returns
        -------
        list of str
            Empty where nothing needs telling.
        """
        sentences = []
        for sign, seen in zip(_SIGNS, self._state["signs"], strict=True):
            if not seen["open"]:
                continue
            order, example = self.order(sign), seen["example"]
            by_day, by_month = (_in_words(day) for day in seen["readings"])
            if order in ("day", "month"):
                sentences.append(f"{example} was read as {by_day if order == 'day' else by_month}.")
                continue
            why = "both orders of day and month stand in the column" if order == "mixed" else f"it may be {by_day} or {by_month}"
            more = f"{seen['open']:,} times like {example} were" if seen["open"] > 1 else f"{example} was"
            sentences.append(f"{more} not read: {why}. Write such times as {_date(seen['readings'][0]).isoformat()}.")
        if odd := self._state["odd"]:
            examples = ", ".join(self._state["odd_examples"])
            sentences.append(f"{odd:,} time{'s were' if odd > 1 else ' was'} not understood: {examples}.")
        return sentences


def read_times(column: pa.Array, clock: pa.Array | None = None, *, order: TimeColumn | Order | None = None) -> Times:
    """Return a column as times in UTC, with what could not be read.

    Parameters
    ----------
    column : pyarrow.Array
        Timestamps, dates, numbers or text.
    clock : pyarrow.Array, optional
        The hours, where they stand in a column of their own beside the dates.
    order : TimeColumn or str, optional
        What the whole column tells, or ``"day"`` or ``"month"`` for what comes first in ``01/02/2024``; by default these values tell.

    Returns
    -------
    Times

    Examples
    --------
    >>> times = read_times(pa.array(["3/13/24 9:05 PM", "2024-03-01", "soon", None]))
    >>> times.utc.astype(str).tolist()
    ['2024-03-13T21:05:00', '2024-03-01T00:00:00', 'NaT', 'NaT']
    >>> times.day_only.tolist(), times.unread.tolist()
    ([False, True, False, False], [False, False, True, False])
    >>> read_times(pa.array(["01/02/2024"]), pa.array(["9:30"]), order="day").utc.astype(str).tolist()
    ['2024-02-01T09:30:00']
    """
    parts = _parts(column, clock)
    if not isinstance(order, TimeColumn):
        told, order = order, TimeColumn()
        order._add(column, parts)
        orders = [told or order.order(sign) for sign in _SIGNS]
    else:
        orders = [order.order(sign) for sign in _SIGNS]
    days, known = parts.days, parts.known
    if parts.open.any():
        ways = np.array([{"day": 1, "month": -1}.get(way, 0) for way in orders])[parts.sign]
        days = np.where(parts.open & (ways < 0), parts.others, days)
        known = known & ~(parts.open & (ways == 0))
    alone = known & ((parts.clock < 0) | ((parts.clock == 0) & order.days_alone))
    seconds = days * DAY + np.where(alone, 0, np.maximum(parts.clock, 0) - parts.offset)
    known &= (seconds >= _FIRST) & (seconds <= _LAST)
    utc = np.full(len(column), np.datetime64("NaT", "s"))
    utc[known] = seconds[known].astype("datetime64[s]")
    return Times(utc, alone & known, parts.given & ~known)


def as_times(column: pa.Array) -> NDArray[np.datetime64]:
    """Return a column as times in UTC; see `read_times`.

    Parameters
    ----------
    column : pyarrow.Array

    Returns
    -------
    ndarray of datetime64[s], shape (n,)
        NaT where there is no time, or one outside of the years 1 to 9999.

    Examples
    --------
    >>> as_times(pa.array(["2025-01-07 18:28:00 UTC", "1700000000", None])).astype(str).tolist()
    ['2025-01-07T18:28:00', '2023-11-14T22:13:20', 'NaT']
    """
    return read_times(column).utc


def _parts(column: pa.Array, clock: pa.Array | None) -> _Parts:
    parts = _parts_of(column)
    if clock is not None and (parts.clock < 0).any():
        beside = _clocks_of(clock)
        fill = parts.known & (parts.clock < 0) & beside.known
        parts.clock[fill], parts.offset[fill] = beside.clock[fill], beside.offset[fill]
    return parts


def _parts_of(column: pa.Array) -> _Parts:
    column, kind = _plain(column)
    parts = _nothing(len(column))
    if pat.is_null(kind):
        return parts
    if pat.is_timestamp(kind) or pat.is_date(kind):
        _take_arrow(parts, column)
    elif pat.is_integer(kind) or pat.is_floating(kind):
        numbers = column.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False)
        parts.given[:] = column.is_valid().to_numpy(zero_copy_only=False) & ~np.isnan(numbers)
        _take_numbers(parts, np.arange(len(column)), numbers)
    else:
        _take_texts(parts, _texts_of(column), clock=False)
    return parts


def _clocks_of(column: pa.Array) -> _Parts:
    """Return the times of day that a column tells."""
    column, kind = _plain(column)
    parts = _nothing(len(column))
    if pat.is_time(kind):
        whole = column.cast(pa.time64("ns")).cast(pa.int64()).fill_null(-1).to_numpy(zero_copy_only=False)
        parts.known[:] = whole >= 0
        parts.clock[:] = whole // _UNITS["ns"]
    elif pat.is_floating(kind):
        _take_parts_of_days(parts, np.arange(len(column)), column.cast(pa.float64()).to_numpy(zero_copy_only=False))
    elif pat.is_timestamp(kind):
        _take_arrow(parts, column)
    elif not pat.is_null(kind):
        _take_texts(parts, _texts_of(column), clock=True)
    return parts


def _plain(column: pa.Array) -> tuple[pa.Array, pa.DataType]:
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    if pat.is_dictionary(column.type):
        column = column.dictionary_decode()
    return column, column.type


def _texts_of(column: pa.Array) -> pa.Array:
    """Return a column as texts of a layout that can be looked into."""
    return column if pat.is_string(column.type) else (column.cast(pa.string()) if is_text(column.type) else as_text(column))


def _nothing(size: int) -> _Parts:
    return _Parts(
        given=np.zeros(size, np.bool_),
        known=np.zeros(size, np.bool_),
        days=np.zeros(size, np.int64),
        others=np.zeros(size, np.int64),
        open=np.zeros(size, np.bool_),
        sign=np.full(size, -1, np.int8),
        first=np.zeros(size, np.int8),
        american=np.zeros(size, np.bool_),
        clock=np.full(size, -1, np.int64),
        offset=np.zeros(size, np.int64),
    )


def _take_arrow(parts: _Parts, column: pa.Array) -> None:
    kind = column.type
    numbers = (column.cast(pa.int32()) if pat.is_date32(kind) else column).cast(pa.int64())
    parts.given[:] = numbers.is_valid().to_numpy(zero_copy_only=False)
    whole = numbers.fill_null(0).to_numpy(zero_copy_only=False)
    if pat.is_date32(kind):
        parts.days[:] = whole
    else:
        per = _UNITS["ms" if pat.is_date64(kind) else kind.unit]
        parts.days[:] = whole // (per * DAY)
        if not pat.is_date(kind):
            parts.clock[:] = whole // per % DAY
    parts.known[:] = parts.given & (parts.days >= _FIRST // DAY) & (parts.days <= _LAST // DAY)


def _take_numbers(parts: _Parts, rows: NDArray[np.int64], numbers: NDArray[np.float64]) -> None:
    parts.days[rows], parts.clock[rows], known = of_numbers(numbers)
    parts.known[rows] = known & parts.given[rows]


def _take_parts_of_days(parts: _Parts, rows: NDArray[np.int64], numbers: NDArray[np.float64]) -> None:
    known = (numbers >= 0) & (numbers < 1)
    parts.known[rows] = known
    parts.clock[rows] = np.rint(np.where(known, numbers, 0) * DAY).astype(np.int64) % DAY


def _take_texts(parts: _Parts, texts: pa.Array, *, clock: bool) -> None:
    given = pc.and_not(texts.is_valid(), is_missing(texts))
    given = pc.and_(given, pc.fill_null(pc.not_equal(pc.utf8_trim_whitespace(texts), ""), False))
    parts.given[:] = given.to_numpy(zero_copy_only=False)
    short = pc.fill_null(pc.less_equal(pc.binary_length(texts), MAX_TIME), False).to_numpy(zero_copy_only=False)
    here = np.flatnonzero(parts.given & short)
    if not len(here):
        return
    # Taken anew, so that what stands in its memory is these texts and no more.
    texts = _without_odd_blanks(texts.take(pa.array(here)))
    _, ends, data = texts.buffers()
    starts = np.frombuffer(ends, np.int32)[: len(texts)].astype(np.int64)
    shapes = pa.BinaryArray.from_buffers(pa.binary(), len(texts), [None, ends, pa.py_buffer(data.to_pybytes().translate(_DIGITS))])
    shapes = shapes.dictionary_encode()
    codes = shapes.indices.to_numpy(zero_copy_only=False)
    counts = np.bincount(codes)
    order, ends = np.argsort(codes, kind="stable"), np.cumsum(counts)
    signs = np.frombuffer(data, np.uint8)
    for code in np.argsort(-counts, kind="stable")[:_MOST_SHAPES].tolist():
        shape = shapes.dictionary[code].as_py()
        among = order[ends[code] - counts[code] : ends[code]]
        if is_number(shape) and not (clock and shape.isdigit()):
            _take_written(parts, here[among], texts.take(pa.array(among)), shape, clock=clock)
        elif plan := plan_of(shape, clock):
            _take_planned(parts, here[among], plan, partial(_number, signs, starts[among]))


def _without_odd_blanks(texts: pa.StringArray) -> pa.StringArray:
    data = texts.buffers()[2].to_pybytes()
    for blank, plain in _BLANKS.items():
        if blank.encode() in data:
            texts = pc.replace_substring(texts, blank, plain)
    return texts


def _take_written(parts: _Parts, rows: NDArray[np.int64], texts: pa.StringArray, shape: bytes, *, clock: bool) -> None:
    """Read numbers that stand as text."""
    if b"e" in shape and shape.partition(b"e")[0].count(b"0") < _LEAST_DIGITS:
        return
    told = pc.replace_substring(pc.utf8_trim_whitespace(texts), ",", ".")
    numbers = np.array([float(text) for text in told.to_pylist()])
    if clock:
        _take_parts_of_days(parts, rows, numbers)
    else:
        _take_numbers(parts, rows, numbers)


def _take_planned(parts: _Parts, rows: NDArray[np.int64], plan: Plan, number: Callable[[Span], NDArray[np.int64]]) -> None:
    known = np.ones(len(rows), bool)
    if plan.hour:
        seconds, known = _clock(plan, number)
        parts.clock[rows] = seconds
        hours, minutes = (number(span) if span else _NONE for span in (plan.hours, plan.minutes))
        known = known & (hours <= _MOST_HOURS) & (minutes < 60)
        parts.offset[rows] = plan.zone * 60 + plan.east * (hours * 3_600 + minutes * 60)
    if plan.year:
        year = number(plan.year)
        if plan.year[1] - plan.year[0] == 2:
            year += np.where(year < _CENTURY, 2_000, 1_900)
        if plan.one and plan.two:
            _take_either(parts, rows, plan, year, number(plan.one), number(plan.two), known)
            return
        if plan.week and plan.nth:
            days, right = _of_week(year, number(plan.week), number(plan.nth))
        else:
            month = number(plan.month) if plan.month else np.full(len(rows), plan.named or 0)
            days, right = day_of(year, month, number(plan.day) if plan.day else np.zeros(len(rows), np.int64))
        parts.days[rows] = days
        known = known & right
    parts.known[rows] = known


def _take_either(
    parts: _Parts,
    rows: NDArray[np.int64],
    plan: Plan,
    year: NDArray[np.int64],
    one: NDArray[np.int64],
    two: NDArray[np.int64],
    known: NDArray[np.bool_],
) -> None:
    """Take a date whose day may come first or second."""
    by_day, day_fits = day_of(year, two, one)
    by_month, month_fits = day_of(year, one, two)
    parts.days[rows], parts.others[rows] = np.where(day_fits, by_day, by_month), by_month
    parts.known[rows] = known & (day_fits | month_fits)
    parts.open[rows] = both = known & day_fits & month_fits & (one != two)
    parts.first[rows] = known * (day_fits.astype(np.int8) - month_fits)
    parts.sign[rows] = _SIGNS.index(plan.sign)
    parts.american[rows] = both & plan.american


def _clock(plan: Plan, number: Callable[[Span], NDArray[np.int64]]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    hour, minute, second = (number(span) if span else _NONE for span in (plan.hour, plan.minute, plan.second))
    known = (hour < 24) & (minute < 60) & (second < 60)
    if plan.half:
        # Some write 13:05 PM.
        known &= (hour <= 12) | (plan.half == "p")
        hour = np.where(hour < 12, hour, hour - 12 * (hour == 12)) + 12 * ((plan.half == "p") & (hour <= 12))
    return hour * 3_600 + minute * 60 + second, known


def _of_week(year: NDArray[np.int64], week: NDArray[np.int64], nth: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return days since 1970 of weeks as ISO 8601 counts them: the first has the fourth of January."""
    one = np.ones_like(year)
    fourth, right = day_of(year, one, 4 * one)
    monday = fourth - (fourth + 3) % 7
    return monday + 7 * (week - 1) + nth - 1, right & (week >= 1) & (week <= 53) & (nth >= 1) & (nth <= 7)


def _number(signs: NDArray[np.uint8], starts: NDArray[np.int64], span: Span) -> NDArray[np.int64]:
    """Return the numbers that stand in the same place of texts of one shape."""
    value = np.zeros(len(starts), np.int64)
    for place in range(*span):
        value = value * 10 + (signs[starts + place] - _ZERO)
    return value


def _no_sign() -> dict[str, Any]:
    way = {"last": None, "up": True, "down": True, "steps": 0}
    return {"day": 0, "month": 0, "open": 0, "american": 0, "example": "", "readings": [0, 0], "by_day": way, "by_month": dict(way)}


def _see(seen: dict[str, Any], column: pa.Array, parts: _Parts, here: NDArray[np.bool_]) -> None:
    """Add what the dates of one sign tell of their order."""
    seen["day"] += int((here & (parts.first > 0)).sum())
    seen["month"] += int((here & (parts.first < 0)).sum())
    seen["american"] += int((here & parts.american).sum())
    rows = np.flatnonzero(here & parts.open)
    if not len(rows):
        return
    if not seen["open"]:
        row = int(rows[0])
        seen["example"], seen["readings"] = _shown(column, row), [int(parts.days[row]), int(parts.others[row])]
    seen["open"] += len(rows)
    for way, days in ((seen["by_day"], parts.days[rows]), (seen["by_month"], parts.others[rows])):
        steps = np.diff(days, prepend=days[0] if way["last"] is None else way["last"])
        way["up"], way["down"] = way["up"] and bool((steps >= 0).all()), way["down"] and bool((steps <= 0).all())
        way["steps"] += int(np.count_nonzero(steps))
        way["last"] = int(days[-1])


def _in_order(way: Mapping[str, Any]) -> bool:
    return bool((way["up"] or way["down"]) and way["steps"] >= _IN_ORDER - 1)


def _date(day: int) -> date:
    return date.fromordinal(date(1970, 1, 1).toordinal() + day)


def _in_words(day: int) -> str:
    found = _date(day)
    return f"{found.day} {_MONTHS[found.month - 1]} {found.year}"


def _shown(column: pa.Array, row: int) -> str:
    return cut(shown(as_text(column.slice(row, 1))[0].as_py()).strip(), MAX_TIME)
