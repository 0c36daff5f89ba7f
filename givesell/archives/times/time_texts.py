"""Times that are written as text: what all texts of one shape give is read together."""

from collections.abc import Callable
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from givesell.archives.base.missing import WORDS
from givesell.archives.streams.limits import MAX_TIME
from givesell.archives.times.time_numbers import day_of
from givesell.archives.times.time_parts import SIGNS, Parts, take_numbers, take_parts_of_days
from givesell.archives.times.time_shapes import Plan, Span, is_number, plan_of

# Of more shapes in a batch the most frequent are looked at: those of text that is no time have no
# end.
_MOST_SHAPES = 1_000
_MOST_HOURS = 14  # east of Greenwich
_NONE = np.zeros(1, np.int64)
_ZERO = ord("0")
_DIGITS = bytes(_ZERO if chr(sign) in "0123456789" else sign for sign in range(256)).lower()
# Numbers such as 1.7E+12, as spreadsheets cut them, say no second any more.
_LEAST_DIGITS = 10
# Years of two digits: up to 68 of this century, as everywhere in Unix.
_CENTURY = 69
_NOTHING = frozenset({b"", *(word.encode() for word in WORDS)})
# Blanks that occur in times of newer browsers and phones, and marks of direction.
_BLANKS = {"\u202f": " ", "\u00a0": " ", "\u2009": " ", "\u200e": "", "\u200f": "", "\u2212": "-"}


def take_texts(parts: Parts, texts: pa.StringArray, *, clock: bool) -> None:
    """Set the parts of all rows from texts, those of one shape together.

    Parameters
    ----------
    parts : Parts
    texts : pyarrow.StringArray
    clock : bool
        Whether they are times of day alone.
    """
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
            _set_numbers(parts, rows, texts.take(pa.array(among)), shape, clock=clock)
        elif plan := plan_of(shape, clock):
            _set_planned(
                parts, rows, plan, partial(_number, _block(signs, starts, among, len(shape)))
            )


def _readable(parts: Parts, texts: pa.StringArray) -> NDArray[np.int64] | None:
    """Return the rows of texts that are not too long; None for all rows."""
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


def _set_numbers(
    parts: Parts, rows: NDArray[np.int64], texts: pa.StringArray, shape: bytes, *, clock: bool
) -> None:
    """Read numbers that are written as text."""
    if b"e" in shape and shape.partition(b"e")[0].count(b"0") < _LEAST_DIGITS:
        return
    plain = pc.replace_substring(pc.utf8_trim_whitespace(texts), ",", ".")
    numbers = np.array([float(text) for text in plain.to_pylist()])
    if clock:
        take_parts_of_days(parts, rows, numbers)
    else:
        take_numbers(parts, rows, numbers)


def _set_planned(
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
            _set_either(parts, rows, plan, year, number(plan.one), number(plan.two), known)
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


def _set_either(
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
    """Return the numbers that are in the same place of texts of one shape."""
    value = np.zeros(len(block), np.int32)
    for place in range(*span):
        value = value * 10 + (block[:, place] - _ZERO)
    return value.astype(np.int64)
