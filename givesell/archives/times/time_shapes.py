"""Shapes of written times: what is left of a text when each of its digits is a 0.

A column has few of them, so that each is understood once, and the digits of all its texts are then
read together.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from givesell.archives.times.time_words import ZONES, is_weekday, month_of

Span = tuple[int, int]

_WORD = r"[^\W\d_]+"
_DAY = r"(?P<day>0{1,2})"
_YEAR = r"(?P<year>0000)"
_MONTH_NAME = rf"(?P<name>{_WORD})\.?"
_ON = rf"(?:(?P<weekday>{_WORD}(?:-feira)?)\.?,?\s+)?(?:(?:le|den|el|il|op|the)\s+)?"
_TH = r"(?:st|nd|rd|th|er|º|ª|°|\.)?"
_DE = r"(?:\s*[-/.]\s*|,?\s+(?:de\s+|del\s+|of\s+)?)"
_DATES = (
    r"(?P<year>0000)(?P<sign>[-/.])(?P<month>0{1,2})(?P=sign)(?P<day>0{1,2})",
    r"(?P<year>0000)(?P<month>00)(?P<day>00)",
    r"(?P<year>0000)\. ?(?P<month>0{1,2})\. ?(?P<day>0{1,2})\.?",
    r"(?P<year>0000)\s?[年년]\s?(?P<month>0{1,2})\s?[月월]\s?(?P<day>0{1,2})\s?[日일]",
    r"(?P<year>0000)-w(?P<week>00)-(?P<nth>0)",
    # The column as a whole decides which of the two is the day.
    rf"{_ON}(?P<one>0{{1,2}})(?P<sign>[-/.])(?P<two>0{{1,2}})(?P=sign)(?P<year>0000|00)",
    rf"{_ON}{_DAY}{_TH}{_DE}{_MONTH_NAME}{_DE}(?P<year>0000|00)",
    rf"{_ON}{_MONTH_NAME}(?:\s+|[-/]){_DAY}(?:st|nd|rd|th)?,?(?:\s+|[-/]){_YEAR}",
    rf"{_YEAR}[-/ ]{_MONTH_NAME}[-/ ]{_DAY}",
)
_HALF = r"(?:\s?(?P<half>[ap])\.?\s?m\.?)"
_CLOCK = (
    rf"(?P<hour>0{{1,2}})(?:[:h](?P<minute>00)(?::(?P<second>00)(?:[.,:]0{{1,12}})?)?{_HALF}?"
    rf"|\.(?P<minute_>00)(?:\.(?P<second_>00))?{_HALF.replace('half', 'half_')}?"
    rf"|{_HALF.replace('half', 'half__')})"
)
_BASIC = r"(?P<hour>00)(?:(?P<minute>00)(?:(?P<second>00)(?:[.,]0{1,12})?)?)?"
_ZONE = (
    r"(?:\s?(?P<offset>(?:(?:utc|gmt)\s?)?(?P<east>[-+−])(?P<hours>0{1,2})(?::?(?P<minutes>00))?)(?:\s\(?[a-z]{3,5}\)?)?"
    r"|\s?(?P<zone>z|[a-z]{3,4}))?(?:\s?\([^()]*\)|\[[^\[\]]*\])?"
)
_DAY_ZONE = r"(?:z|[-+]00:00)?"
_JOIN = r"(?:t|:|_|\s?,?\s+(?:at|à|a las|às|alle|um|om|kl\.?|klo)\s+|\s?[,·•|@–-]?\s+|,)"
_AROUND = r"[\s'\"]*(?:{})[\s'\"]*"

_PATTERNS = [
    *(date + _DAY_ZONE for date in _DATES[:1]),
    *_DATES[1:],
    *(date + _JOIN + _CLOCK + _ZONE for date in _DATES),
    *(_DATES[number] + join + _BASIC + _ZONE for number, join in ((0, "t"), (1, "[t_ -]?"))),
    *(_CLOCK + _ZONE + r"\s?[,·•|@–-]?\s+" + date for date in _DATES),
    # As C, Java, JavaScript and early Twitter print them.
    rf"(?P<weekday>{_WORD}),?\s+{_MONTH_NAME}\s+{_DAY}\s+{_CLOCK}{_ZONE},?\s+{_YEAR}",
]
_CLOCKS = [_CLOCK + _ZONE, r"(?P<hour>00)(?P<minute>00)(?P<second>00)?"]
_NUMBER = re.compile(r"[+-]?0+(?:[.,]0*)?(?:e[+-]?0+)?")
_REMARK = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_LINKS = frozenset(
    "t w h a p m am pm at à a la las às alle um om kl klo le den el il op the de del of st nd rd th"
    " er feira 年 月 日 년 월 일".split()
)


class Plan(NamedTuple):
    """Where the parts of a time are in texts of one shape, in bytes; None for a part that does
    not occur.

    Attributes
    ----------
    year, month, day : (int, int) or None
    named : int or None
        The month, where it is a word.
    one, two : (int, int) or None
        Day and month, or month and day.
    sign : str
        What comes between these.
    week, nth : (int, int) or None
        The week of ISO 8601 and its day.
    hour, minute, second : (int, int) or None
    half : str or None
        ``"a"`` or ``"p"``, of a clock with twelve hours.
    east : int
        1 or -1: the way in which `hours` and `minutes` count.
    hours, minutes : (int, int) or None
    zone : int
        Minutes east of Greenwich, where the zone has a name.
    american : bool
        Whether only Americans write a date like that: ``3/1/24 9:05 PM``.
    """

    year: Span | None = None
    month: Span | None = None
    day: Span | None = None
    named: int | None = None
    one: Span | None = None
    two: Span | None = None
    sign: str = ""
    week: Span | None = None
    nth: Span | None = None
    hour: Span | None = None
    minute: Span | None = None
    second: Span | None = None
    half: str | None = None
    east: int = 1
    hours: Span | None = None
    minutes: Span | None = None
    zone: int = 0
    american: bool = False


@lru_cache(maxsize=4096)
def plan_of(shape: bytes, clock: bool = False) -> Plan | None:
    """Return how to read a time of a shape.

    Parameters
    ----------
    shape : bytes
        In lower case, its digits 0.
    clock : bool, default False
        Whether it is a time of day alone.

    Returns
    -------
    Plan or None
        None for what is no time.

    Examples
    --------
    >>> plan_of(b"0.0.0000 00:00").sign, plan_of(b"mar 0, 0000").named, plan_of(b"0 hours ago")
    ('.', 3, None)
    """
    text = shape.decode("utf-8", "replace").lower()
    if len(text.encode()) != len(shape) or not all(
        map(_is_known, re.findall(_WORD, _REMARK.sub("", text)))
    ):
        return None
    for pattern in _compiled(clock):
        match = pattern.fullmatch(text)
        if match and (plan := _plan(match)) is not None:
            return plan
    return None


def is_number(shape: bytes) -> bool:
    """Whether texts of a shape are numbers."""
    return _NUMBER.fullmatch(shape.decode("utf-8", "replace").strip()) is not None


@lru_cache(maxsize=4096)
def _is_known(word: str) -> bool:
    return word in _LINKS or word in ZONES or is_weekday(word) or month_of(word) is not None


@lru_cache(maxsize=2)
def _compiled(clock: bool) -> list[re.Pattern[str]]:
    return [re.compile(_AROUND.format(pattern)) for pattern in (_CLOCKS if clock else _PATTERNS)]


def _plan(match: re.Match[str]) -> Plan | None:
    groups = match.groupdict()
    name, weekday, zone = groups.get("name"), groups.get("weekday"), groups.get("zone")
    month = month_of(name) if name else None
    if (
        (name and month is None)
        or (weekday and not is_weekday(weekday))
        or (zone and zone not in ZONES)
    ):
        return None

    def span(*parts: str) -> Span | None:
        for part in parts:
            if groups.get(part) is not None:
                first, last = (len(match.string[:place].encode()) for place in match.span(part))
                return first, last
        return None

    half = groups.get("half") or groups.get("half_") or groups.get("half__")
    one, two, year = (groups.get(part) or "" for part in ("one", "two", "year"))
    return Plan(
        year=span("year"),
        month=span("month"),
        day=span("day"),
        named=month,
        one=span("one"),
        two=span("two"),
        sign=groups.get("sign") or "",
        week=span("week"),
        nth=span("nth"),
        hour=span("hour"),
        minute=span("minute", "minute_"),
        second=span("second", "second_"),
        half=half,
        east=1 if groups.get("east") in (None, "+") else -1,
        hours=span("hours"),
        minutes=span("minutes"),
        zone=ZONES[zone] if zone else 0,
        american=bool(half) and groups.get("sign") == "/" and len(year) == 2 and "0" in (one, two),
    )
