"""Odd values to put where a file holds ordinary ones: a list of known troublemakers, and what
Hypothesis thinks of.
"""

import json
import random
from enum import IntEnum
from functools import cache
from typing import Any, NamedTuple

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

POOL = 300


class Grade(IntEnum):
    """How much a reader may lose over a value."""

    PLAIN = 0  # JSON that every parser takes: at most the item that holds it is lost
    # JSON beyond what a parser can be asked to take: so much of a line, but a whole document may be
    # refused
    HARD = 1
    BROKEN = 2  # no JSON


class Odd(NamedTuple):
    """A value as a JSON token."""

    name: str
    token: bytes
    grade: Grade = Grade.PLAIN


_PLAIN: tuple[tuple[str, bytes], ...] = (
    *(
        (token, token.encode())
        for token in (
            "null",
            "true",
            "false",
            "0",
            "-1",
            "1.5",
            "-0.0",
            '""',
            '" "',
            "[]",
            "{}",
            "[null]",
            "[[]]",
        )
    ),
    *(
        (token, token.encode())
        for token in (
            '{"a":null}',
            '[{"a":[1]}]',
            '["text","more"]',
            '{"text":"within"}',
            '"null"',
            '"NaN"',
            '"-1"',
        )
    ),
    ("2^31", b"2147483648"),
    ("2^53+1", b"9007199254740993"),
    ("2^63-1", b"9223372036854775807"),
    ("2^63", b"9223372036854775808"),
    ("2^64", b"18446744073709551616"),
    ("-2^63-1", b"-9223372036854775809"),
    ("10^30", b"1" + b"0" * 30),
    ("1e308", b"1e308"),
    ("1e-400", b"1e-400"),
    ("253402300800", b"253402300800"),  # a second after the year 9999
    ("-62135596801", b"-62135596801"),  # a second before the year 1
    ("controls", rb'"a\u0000b\u001b[2Jc\r\n\u0085\u2028\u202e"'),
    ("lone surrogate", rb'"a\ud800b"'),
    ("surrogates reversed", rb'"\udc00\ud800"'),
    ("year 0", b'"0000-00-00T00:00:00Z"'),
    ("year 9999", b'"9999-12-31T23:59:59-23:59"'),
    ("markup", b'"<p><a href=x>&#0;&#x110000;&amp&bogus;<script>"'),
    ("url", b'"http://[::1"'),
    ("braces", b'"{0.__class__} %s %n {x!r:>9999999999}"'),
    ("string of 100,000", b'"' + b"a" * 100_000 + b'"'),
    ("tags of 100,000", b'"' + b"<b>" * 33_000 + b'"'),
    ("list of 10,000", b"[" + b",".join([b"0"] * 10_000) + b"]"),
    ("30 deep", b"[" * 30 + b"]" * 30),
    ("keys of 300", b"{" + b",".join(b'"k%d":%d' % (i, i) for i in range(300)) + b"}"),
)
_HARD: tuple[tuple[str, bytes], ...] = (
    ("1e400", b"1e400"),
    ("-1e999", b"-1e999"),
    ("5,000 digits", b"9" * 5_000),
    ("-5,000 digits", b"-" + b"9" * 5_000),
    ("30 digits and a point", b"9" * 30 + b".5"),
    ("600 deep", b"[" * 600 + b"]" * 600),
    ("5,000 deep", b"[" * 5_000 + b"]" * 5_000),
    ("5,000 objects deep", b'{"a":' * 5_000 + b"1" + b"}" * 5_000),
    ("100,000 deep", b"[" * 100_000 + b"]" * 100_000),
    ("keys of 3,000", b"{" + b",".join(b'"k%d":0' % i for i in range(3_000)) + b"}"),
    ("string of 1,000,000", b'"' + b"ab " * 333_333 + b'"'),
    ("one key twice", b'{"a":1,"a":2,"text":"b","text":null}'),
)
_BROKEN: tuple[tuple[str, bytes], ...] = tuple(
    (ascii(token), token)
    for token in (
        b"NaN",
        b"Infinity",
        b"-Infinity",
        b"",
        b"undefined",
        b'"open',
        b"[",
        b"}",
        b"01",
        b"'a'",
        b"\xff",
        b'"\xff"',
        b'"\n"',
    )
)
KNOWN: tuple[Odd, ...] = tuple(
    Odd(*pair, grade)
    for grade, pairs in zip(Grade, (_PLAIN, _HARD, _BROKEN), strict=True)
    for pair in pairs
)

_scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=12)
)
_json = st.recursive(
    _scalars,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4)
    ),
    max_leaves=8,
)


@cache
def drawn(number: int) -> tuple[Any, ...]:
    """Return values as JSON can hold them, drawn by Hypothesis: the same for the same seed.

    Parameters
    ----------
    number : int
        The seed.
    """
    return _draw(_json, number)


@cache
def drawn_texts(number: int) -> tuple[str, ...]:
    """Return short texts of any code points, lone surrogates among them, drawn by Hypothesis."""
    return _draw(st.text(st.integers(0, 0x10FFFF).map(chr), min_size=1, max_size=12), number)


def odd(rng: random.Random, number: int, most: Grade = Grade.BROKEN) -> Odd:
    """Choose an odd value.

    Parameters
    ----------
    rng : random.Random
    number : int
        The seed of those that Hypothesis draws.
    most : Grade
        The worst it may be.
    """
    if rng.random() < 0.3:
        value = rng.choice(drawn(number))
        return Odd("drawn", json.dumps(value).encode())
    while True:
        found = rng.choice(KNOWN)
        if found.grade <= most:
            return found


def python_value(value: Odd) -> Any:
    """Return a value as Python holds it; what cannot be parsed as a text."""
    if value.grade == Grade.PLAIN or value.name in ("1e400", "one key twice"):
        return json.loads(value.token)
    return value.token[:1_000].decode("utf-8", "replace")


def _draw(strategy: Any, number: int) -> tuple[Any, ...]:
    found: list[Any] = []
    quiet = settings(
        max_examples=POOL,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        derandomize=False,
    )

    @seed(number)
    @quiet
    @given(strategy)
    def collect(value: Any) -> None:
        found.append(value)

    collect()
    return tuple(found)
