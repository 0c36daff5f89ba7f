"""Numbers in words: each rule once, for the command line, the report and the results in Python.

=============  ====================================================  ============================
What           Rule                                                  Examples
=============  ====================================================  ============================
count          thousands apart, the word in the right number         ``1 row``, ``1,600 rows``
share          no blank before the sign; 0 and 100 only if exact     ``26%``, ``over 99%``
probability    as a share, but never certain                         ``over 99%``, ``under 1%``
interval       both ends, "to" between; shares rounded outwards      ``49% to 61%``
give : sell    the smaller side is 1; counts where one side is none  ``4 : 1``, ``3 : 0``
figure         three digits after the point                          ``0.812``
day, moment    no leading zero; English whatever the locale          ``6 Jan 2025, 14:30``
not defined    a dash                                                ``–``
=============  ====================================================  ============================
"""

import math
from datetime import date, datetime

UNDEFINED = "–"
# By hand, as those of `strftime` are in the language of the process.
_MONTHS = (
    "January February March April May June July August September October November December"
).split()


def counted(number: int, one: str, many: str | None = None) -> str:
    """Return a count with what it counts.

    Parameters
    ----------
    number : int
    one : str
        The noun, and the verb if there is one, for a count of one.
    many : str, optional
        For other counts; by default `one` with an "s".

    Returns
    -------
    str

    Examples
    --------
    >>> counted(1, "row"), counted(1600, "row"), counted(0, "post is", "posts are")
    ('1 row', '1,600 rows', '0 posts are')
    """
    noun = one if number == 1 else f"{one}s" if many is None else many
    return f"{number:,} {noun}"


def rows_unread(number: int) -> str:
    """Return how many rows could not be read.

    Examples
    --------
    >>> rows_unread(1), rows_unread(2)
    ('1 row could not be read', '2 rows could not be read')
    """
    return f"{counted(number, 'row')} could not be read"


def ratio(giving: float, selling: float) -> str:
    """Return giving against selling as people say it.

    Parameters
    ----------
    giving, selling : float
        Counts or shares.

    Returns
    -------
    str

    Examples
    --------
    >>> ratio(40, 10), ratio(10, 25), ratio(3, 0), ratio(990, 10)
    ('4 : 1', '1 : 2.5', '3 : 0', '99 : 1')
    """
    if not giving or not selling:
        return f"{giving:,.0f} : {selling:,.0f}"
    larger = max(giving, selling) / min(giving, selling)
    shown = f"{larger:,.0f}" if larger >= 20 else f"{larger:.1f}".removesuffix(".0")
    return f"{shown} : 1" if giving >= selling else f"1 : {shown}"


def percent(share: float, digits: int = 0) -> str:
    """Return a share in percent, such that only none is 0 and only all is 100.

    Parameters
    ----------
    share : float
        From 0 to 1; NaN if it is not defined.
    digits : int, default 0
        After the point.

    Returns
    -------
    str

    Examples
    --------
    >>> percent(0.256), percent(0.999), percent(0.001), percent(1), percent(0.0625, 1)
    ('26%', 'over 99%', 'under 1%', '100%', '6.2%')
    >>> percent(0.9999, 1), percent(float("nan"))
    ('over 99.9%', '–')
    """
    if math.isnan(share):
        return UNDEFINED
    step = 10.0**-digits
    shown = f"{100 * share:.{digits}f}"
    if 0 < share < 1 and float(shown) == 0:
        return f"under {step:.{digits}f}%"
    if 0 < share < 1 and float(shown) == 100:
        return f"over {100 - step:.{digits}f}%"
    return f"{shown}%"


def certainty(probability: float) -> str:
    """Return a probability in percent: a model is never certain, even where its number is 0 or 1.

    Parameters
    ----------
    probability : float

    Returns
    -------
    str

    Examples
    --------
    >>> certainty(0.957), certainty(1.0), certainty(0.0)
    ('96%', 'over 99%', 'under 1%')
    """
    return percent(min(max(probability, 1e-9), 1 - 1e-9))


def percent_ends(low: float, high: float) -> tuple[str, str]:
    """Return the ends of an interval of shares, rounded outwards so that it is never shown narrower
    than it is.

    Parameters
    ----------
    low, high : float
        From 0 to 1.

    Returns
    -------
    low, high : str

    Examples
    --------
    >>> percent_ends(0.491, 0.999)
    ('49%', '100%')
    """
    return f"{math.floor(100 * low + 1e-9)}%", f"{math.ceil(100 * high - 1e-9)}%"


def percent_range(low: float, high: float) -> str:
    """Return an interval of shares.

    Parameters
    ----------
    low, high : float
        From 0 to 1; NaN if they are not defined.

    Returns
    -------
    str

    Examples
    --------
    >>> percent_range(0.491, 0.606), percent_range(1, 1)
    ('49% to 61%', '100%')
    """
    if math.isnan(low) or math.isnan(high):
        return UNDEFINED
    first, last = percent_ends(low, high)
    return first if first == last else f"{first} to {last}"


def figure(value: float | None, digits: int = 3) -> str:
    """Return a figure, such as a quality from 0 to 1.

    Parameters
    ----------
    value : float or None
    digits : int, default 3
        After the point.

    Returns
    -------
    str

    Examples
    --------
    >>> figure(0.8125), figure(0.8125, 2), figure(None)
    ('0.812', '0.81', '–')
    """
    return UNDEFINED if value is None or math.isnan(value) else f"{value:.{digits}f}"


def figure_range(low: float | None, high: float | None, digits: int = 3) -> str:
    """Return the interval of a figure.

    Parameters
    ----------
    low, high : float or None
    digits : int, default 3

    Returns
    -------
    str

    Examples
    --------
    >>> figure_range(0.7, 0.9), figure_range(None, None)
    ('0.700 to 0.900', '–')
    """
    ends = figure(low, digits), figure(high, digits)
    return UNDEFINED if UNDEFINED in ends else " to ".join(ends)


def day(when: date, *, short: bool = False, year: bool = True) -> str:
    """Return a day in words, in English whatever the locale.

    Parameters
    ----------
    when : datetime.date
    short : bool, default False
        Whether to shorten the month.
    year : bool, default True

    Returns
    -------
    str

    Examples
    --------
    >>> day(date(2025, 1, 6)), day(date(2025, 1, 6), short=True, year=False)
    ('6 January 2025', '6 Jan')
    """
    return f"{when.day} {month(when, short=short, year=year)}"


def month(when: date, *, short: bool = False, year: bool = True) -> str:
    """Return the month of a day in words.

    Examples
    --------
    >>> month(date(2025, 1, 6)), month(date(2025, 1, 6), short=True, year=False)
    ('January 2025', 'Jan')
    """
    name = _MONTHS[when.month - 1]
    return f"{name[:3] if short else name}{f' {when.year}' if year else ''}"


def moment(when: datetime) -> str:
    """Return a day and a time of day in words.

    Examples
    --------
    >>> moment(datetime(2025, 1, 6, 14, 30))
    '6 Jan 2025, 14:30'
    """
    return f"{day(when, short=True)}, {when:%H:%M}"
