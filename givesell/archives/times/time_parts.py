"""What each value of a column of times tells by itself: timestamps, numbers, and texts, those of
one shape together.
"""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as pat
from numpy.typing import NDArray

from givesell.archives.base.columns import as_text, is_text
from givesell.archives.base.missing import WORDS
from givesell.archives.streams.limits import MAX_TIME
from givesell.archives.times.time_numbers import DAY, day_of, of_numbers
from givesell.archives.times.time_shapes import Plan, Span, is_number, plan_of

SIGNS = "/-."
FIRST, LAST = (
    np.datetime64("0001-01-01T00:00:00", "s"),
    np.datetime64("9999-12-31T23:59:59", "s"),
)  # that Python's dates can hold
_FIRST_DAY, _LAST_DAY = FIRST.astype(np.int64) // DAY, LAST.astype(np.int64) // DAY
_UNITS = {"s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}
# Of more shapes in a batch the most frequent are looked at: those of text that is no time have no
# end.
_MOST_SHAPES = 1_000
_MOST_HOURS = 14  # east of Greenwich
_NONE = np.zeros(1, np.int64)
_ZERO = ord("0")
_DIGITS = bytes(_ZERO if chr(sign) in "0123456789" else sign for sign in range(256)).lower()
# Numbers such as 1.7E+12, as spreadsheets cut them, tell no second any more.
_LEAST_DIGITS = 10
# Years of two digits: up to 68 of this century, as everywhere in Unix.
_CENTURY = 69
_NOTHING = frozenset({b"", *(word.encode() for word in WORDS)})
# Blanks that stand in times of newer browsers and phones, and marks of direction.
_BLANKS = {"\u202f": " ", "\u00a0": " ", "\u2009": " ", "\u200e": "", "\u200f": "", "\u2212": "-"}


class Parts(NamedTuple):
    """What each value of a column tells by itself, in arrays of shape (n,).

    Attributes
    ----------
    given : ndarray of bool
        Whether anything stands there.
    known : ndarray of bool
        Whether a day is told, or one of two.
    days : ndarray of int64
        Since 1970; where there are two, with the day first.
    others : ndarray of int64
        The same with the month first.
    open : ndarray of bool
        Whether there are two.
    sign : ndarray of int8
        What stands between day and month, by its place in `SIGNS`; -1 where their order is told.
    first : ndarray of int8
        1 where the day comes first for certain, -1 where the month does.
    american : ndarray of bool
        Whether only Americans would write it so.
    clock : ndarray of int64
        Seconds since midnight; -1 without an hour.
    offset : ndarray of int64
        Seconds east of Greenwich.
    """

    given: NDArray[np.bool_]
    known: NDArray[np.bool_]
    days: NDArray[np.int64]
    others: NDArray[np.int64]
    open: NDArray[np.bool_]
    sign: NDArray[np.int8]
    first: NDArray[np.int8]
    american: NDArray[np.bool_]
    clock: NDArray[np.int64]
    offset: NDArray[np.int64]


def parts_of(column: pa.Array, clock: pa.Array | None) -> Parts:
    """Return what each value of a column tells by itself.

    Parameters
    ----------
    column : pyarrow.Array
    clock : pyarrow.Array or None
        The hours beside dates.

    Returns
    -------
    Parts
    """
    parts = _parts_of(column)
    if clock is not None and (parts.clock < 0).any():
        beside = _clocks_of(clock)
        fill = parts.known & (parts.clock < 0) & beside.known
        parts.clock[fill], parts.offset[fill] = beside.clock[fill], beside.offset[fill]
    return parts


def _parts_of(column: pa.Array) -> Parts:
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


def _clocks_of(column: pa.Array) -> Parts:
    """Return the times of day that a column tells."""
    column, kind = _plain(column)
    parts = _nothing(len(column))
    if pat.is_time(kind):
        whole = (
            column.cast(pa.time64("ns"))
            .cast(pa.int64())
            .fill_null(-1)
            .to_numpy(zero_copy_only=False)
        )
        parts.known[:] = whole >= 0
        parts.clock[:] = whole // _UNITS["ns"]
    elif pat.is_floating(kind):
        _take_parts_of_days(
            parts, np.arange(len(column)), column.cast(pa.float64()).to_numpy(zero_copy_only=False)
        )
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
    return (
        column
        if pat.is_string(column.type)
        else (column.cast(pa.string()) if is_text(column.type) else as_text(column))
    )


def _nothing(size: int) -> Parts:
    return Parts(
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


def _take_arrow(parts: Parts, column: pa.Array) -> None:
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
    parts.known[:] = parts.given & (parts.days >= _FIRST_DAY) & (parts.days <= _LAST_DAY)


def _take_numbers(parts: Parts, rows: NDArray[np.int64], numbers: NDArray[np.float64]) -> None:
    parts.days[rows], parts.clock[rows], known = of_numbers(numbers)
    parts.known[rows] = known & parts.given[rows]


def _take_parts_of_days(
    parts: Parts, rows: NDArray[np.int64], numbers: NDArray[np.float64]
) -> None:
    known = (numbers >= 0) & (numbers < 1)
    parts.known[rows] = known
    parts.clock[rows] = np.rint(np.where(known, numbers, 0) * DAY).astype(np.int64) % DAY


def _take_texts(parts: Parts, texts: pa.StringArray, *, clock: bool) -> None:
    here = _readable(parts, texts)
    if here is not None:
        texts = texts.take(pa.array(here))
    starts, data = _bytes_of(texts)
    if not data.isascii():
        for blank, plain in _BLANKS.items():
            texts = pc.replace_substring(texts, blank, plain)
        starts, data = _bytes_of(texts)
    if not data:
        return
    ends = pa.py_buffer(starts.astype(np.int32))
    shapes = pa.BinaryArray.from_buffers(
        pa.binary(), len(texts), [None, ends, pa.py_buffer(data.translate(_DIGITS))]
    ).dictionary_encode()
    codes, signs = shapes.indices.to_numpy(zero_copy_only=False), np.frombuffer(data, np.uint8)
    counts = np.bincount(codes)
    order, last = (
        (np.argsort(codes, kind="stable") if len(counts) > 1 else np.arange(len(codes))),
        np.cumsum(counts),
    )
    for number, code in enumerate(np.argsort(-counts, kind="stable").tolist()):
        among = order[last[code] - counts[code] : last[code]]
        rows = among if here is None else here[among]
        shape = shapes.dictionary[code].as_py()
        if shape.strip() in _NOTHING:
            continue
        parts.given[rows] = True
        if number >= _MOST_SHAPES:
            continue
        if is_number(shape) and not (clock and shape.isdigit()):
            _take_written(parts, rows, texts.take(pa.array(among)), shape, clock=clock)
        elif plan := plan_of(shape, clock):
            _take_planned(
                parts, rows, plan, partial(_number, _block(signs, starts, among, len(shape)))
            )


def _readable(parts: Parts, texts: pa.StringArray) -> NDArray[np.int64] | None:
    """Return where texts stand that are not too long; None for everywhere."""
    sizes = pc.fill_null(pc.binary_length(texts), 0)
    if not texts.null_count and (pc.max(sizes).as_py() or 0) <= MAX_TIME:
        return None
    long = pc.greater(sizes, MAX_TIME).to_numpy(zero_copy_only=False)
    parts.given[long] = True
    return np.flatnonzero(texts.is_valid().to_numpy(zero_copy_only=False) & ~long)


def _bytes_of(texts: pa.StringArray) -> tuple[NDArray[np.int64], bytes]:
    """Return where each text begins, and the last one ends, and all their bytes."""
    _, ends, data = texts.buffers()
    if data is None:
        return np.zeros(len(texts) + 1, np.int64), b""
    starts = np.frombuffer(ends, np.int32)[texts.offset : texts.offset + len(texts) + 1].astype(
        np.int64
    )
    return starts - starts[0], data[int(starts[0]) : int(starts[-1])].to_pybytes()


def _block(
    signs: NDArray[np.uint8], starts: NDArray[np.int64], among: NDArray[np.int64], width: int
) -> NDArray[np.uint8]:
    """Return texts of one width, a row each."""
    if len(among) * width == len(signs):
        return signs.reshape(-1, width)
    block: NDArray[np.uint8] = signs[starts[among][:, None] + np.arange(width)]
    return block


def _take_written(
    parts: Parts, rows: NDArray[np.int64], texts: pa.StringArray, shape: bytes, *, clock: bool
) -> None:
    """Read numbers that stand as text."""
    if b"e" in shape and shape.partition(b"e")[0].count(b"0") < _LEAST_DIGITS:
        return
    told = pc.replace_substring(pc.utf8_trim_whitespace(texts), ",", ".")
    numbers = np.array([float(text) for text in told.to_pylist()])
    if clock:
        _take_parts_of_days(parts, rows, numbers)
    else:
        _take_numbers(parts, rows, numbers)


def _take_planned(
    parts: Parts, rows: NDArray[np.int64], plan: Plan, number: Callable[[Span], NDArray[np.int64]]
) -> None:
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
            days, right = day_of(
                year, month, number(plan.day) if plan.day else np.zeros(len(rows), np.int64)
            )
        parts.days[rows] = days
        known = known & right
    parts.known[rows] = known


def _take_either(
    parts: Parts,
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
    parts.sign[rows] = SIGNS.index(plan.sign)
    parts.american[rows] = both & plan.american


def _clock(
    plan: Plan, number: Callable[[Span], NDArray[np.int64]]
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    hour, minute, second = (
        number(span) if span else _NONE for span in (plan.hour, plan.minute, plan.second)
    )
    known = (hour < 24) & (minute < 60) & (second < 60)
    if plan.half:
        # Some write 13:05 PM.
        known &= (hour <= 12) | (plan.half == "p")
        hour = np.where(hour < 12, hour, hour - 12 * (hour == 12)) + 12 * (
            (plan.half == "p") & (hour <= 12)
        )
    return hour * 3_600 + minute * 60 + second, known


def _of_week(
    year: NDArray[np.int64], week: NDArray[np.int64], nth: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return days since 1970 of weeks as ISO 8601 counts them: the first has the fourth of
    January.
    """
    one = np.ones_like(year)
    fourth, right = day_of(year, one, 4 * one)
    monday = fourth - (fourth + 3) % 7
    return monday + 7 * (week - 1) + nth - 1, right & (week >= 1) & (week <= 53) & (nth >= 1) & (
        nth <= 7
    )


def _number(block: NDArray[np.uint8], span: Span) -> NDArray[np.int64]:
    """Return the numbers that stand in the same place of texts of one shape."""
    value = np.zeros(len(block), np.int32)
    for place in range(*span):
        value = value * 10 + (block[:, place] - _ZERO)
    return value.astype(np.int64)
