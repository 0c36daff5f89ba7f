"""Tests of `givesell.show.numbers`: one definition of each rule."""

import locale
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from givesell.show.numbers import (
    certainty,
    counted,
    day,
    figure,
    figure_range,
    moment,
    month,
    percent,
    percent_ends,
    percent_range,
    ratio,
)


@given(st.integers(0, 10**9), st.integers(1, 10**9), st.integers(0, 2))
def test_only_none_is_0_and_only_all_is_100(part, more, digits):
    """A share that is neither none nor all is never shown as 0% or 100%."""
    shown = percent(part / (part + more), digits)
    assert (float(shown.removeprefix("under ").removeprefix("over ").rstrip("%")) == 0) == (
        not part
    )
    assert not shown.startswith("100")


@given(st.floats(0, 1))
def test_a_probability_is_never_certain(probability):
    """Whatever a model's number is, it is shown as neither 0% nor 100%."""
    assert certainty(probability) not in ("0%", "100%")


@given(st.floats(0, 1), st.floats(0, 1))
def test_an_interval_is_never_shown_narrower(one, other):
    """The ends of an interval are rounded outwards."""
    low, high = sorted((one, other))
    first, last = percent_ends(low, high)
    assert int(first.rstrip("%")) <= 100 * low + 1e-6
    assert int(last.rstrip("%")) >= 100 * high - 1e-6


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_a_ratio_has_one_side_of_one(giving, selling):
    """The smaller side of a ratio is 1, and the two ways round mirror each other; where one side is
    none, both are counts.
    """
    left, right = ratio(giving, selling).split(" : ")
    if giving and selling:
        assert "1" in (left, right)
        assert giving == selling or ratio(selling, giving) == f"{right} : {left}"
    else:
        assert (left, right) == (f"{giving:,}", f"{selling:,}")


def test_what_is_not_defined_is_a_dash():
    """Neither "nan" nor a blank is shown for what is not defined."""
    nan = float("nan")
    shown = [
        percent(nan),
        percent_range(nan, 1),
        figure(nan),
        figure(None),
        figure_range(None, nan),
    ]
    assert set(shown) == {"–"}


def test_counts_take_the_right_form():
    """One is singular, none and more are plural, with the verb where it is given."""
    assert [counted(n, "time was", "times were") for n in (0, 1, 2_000)] == [
        "0 times were",
        "1 time was",
        "2,000 times were",
    ]


@pytest.mark.parametrize("name", ["de_DE.UTF-8", "C.UTF-8"])
def test_days_are_english_in_any_locale(name):
    """The locale of a process does not change the words of a date."""
    before = locale.setlocale(locale.LC_TIME)
    try:
        locale.setlocale(locale.LC_TIME, name)
    except locale.Error:
        pytest.skip(f"no locale {name} here")
    try:
        assert day(date(2025, 5, 6)) == "6 May 2025"
        assert month(date(2025, 10, 1), short=True) == "Oct 2025"
        assert moment(datetime(2025, 12, 31, 9, 5)) == "31 Dec 2025, 09:05"
    finally:
        locale.setlocale(locale.LC_TIME, before)
