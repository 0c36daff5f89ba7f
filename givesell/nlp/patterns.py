"""What a cue may hold, checked for cues from files, saved pipelines and code.

A pattern that somebody else wrote must not be able to keep a process busy. So patterns use the
attributes and operators below and no others; ``+`` and ``*`` stand for at most 8 tokens; and a
``REGEX`` has neither repeats of what can match in several ways nor look-around nor back-references,
and few ways to match at all. It is asked about tokens of up to 64 characters; a longer one matches
none.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from re import _constants as signs  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

from givesell.errors import DataError
from givesell.show.words import encodable, quoted, visible
from givesell.verdict import GIVING, SELLING

MOST_BYTES = 1 << 20  # of a file of cues
MOST_CUES, MOST_TEXT, MOST_NAME, MOST_TOKENS = 1_000, 1_000, 100, 50
MOST_TOKEN = 64  # characters of a token that regular expressions are asked about
MOST_RUN = 8  # tokens that + and * stand for
MOST_WAYS = 10_000  # in which a regular expression can match a token
MOST_PATHS = 1_024  # in which a pattern can match from a token on

_FIELDS = {"name", "leans", "title", "phrases", "patterns", "unless", "matches", "misses"}
_TEXTS = {"NORM", "TAG", "LOWER", "TEXT", "ORTH", "SHAPE", "PREFIX", "SUFFIX"}
_FLAGS = re.compile("(IS|LIKE)_[A-Z_]{1,20}")
_OPERATOR = re.compile(r"[!?+*1]|\{(\d{1,2})\}|\{(\d{0,2}),(\d{0,2})\}")
_COMPARED = {"==", "!=", ">=", "<=", ">", "<"}
_ONE_CHARACTER = {signs.LITERAL, signs.NOT_LITERAL, signs.ANY, signs.IN, signs.AT}
_REPEATS = {signs.MAX_REPEAT, signs.MIN_REPEAT}


def checked_cue(where: str, entry: Any) -> dict[str, Any]:
    """Check a cue.

    Parameters
    ----------
    where : str
        What the error names if the cue has no name.
    entry : mapping
        Its fields; see `givesell.nlp.cue.Cue`.

    Returns
    -------
    dict
        The fields, with tuples for lists.

    Raises
    ------
    DataError
        E601, with the cue and the reason, if it cannot be used.
    """
    if not isinstance(entry, Mapping):
        raise DataError("E601", path=where, reason="it is no table of fields")
    name = entry.get("name")
    where = f"{where.partition(', cue')[0]}, cue {quoted(name)}" if isinstance(name, str) else where
    reason = next(_complaints(entry), None)
    if reason is not None:
        raise DataError("E601", path=where, reason=reason)
    return {key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()}


def bounded(pattern: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return a checked pattern with an end to each run of tokens, as spaCy's ``Matcher`` is to take
    it.

    Examples
    --------
    >>> bounded([{"TAG": "NUMBER", "OP": "+"}, {"NORM": "off"}])
    [{'TAG': 'NUMBER', 'OP': '{1,8}'}, {'NORM': 'off'}]
    """
    ends = {"+": f"{{1,{MOST_RUN}}}", "*": f"{{0,{MOST_RUN}}}"}
    checked = []
    for token in pattern:
        operator = token.get("OP")
        if operator is None:
            checked.append(dict(token))
            continue
        if operator.endswith(",}"):
            least = int(operator[1:-2] or 0)
            operator = f"{{{least},{least + MOST_RUN}}}"
        checked.append({**token, "OP": ends.get(operator, operator)})
    return checked


def ways_to_match(regex: str) -> int:
    """Return in how many ways, at most, a regular expression can match a token from one place on.

    Parameters
    ----------
    regex : str

    Returns
    -------
    int

    Raises
    ------
    ValueError
        If it is none, or it holds what can take for ever.

    Examples
    --------
    >>> ways_to_match("^(two|[0-9]+)$")
    65
    >>> ways_to_match("(a+)+")
    Traceback (most recent call last):
        ...
    ValueError: repeats what can match in several ways
    """
    try:
        return _ways(parser.parse(regex))
    except (re.error, OverflowError, RecursionError) as error:
        raise ValueError(f"is no regular expression ({error})") from error


def _ways(parsed: Any) -> int:
    total = 1
    for sign, value in parsed:
        if sign in _ONE_CHARACTER:
            continue
        if sign is signs.SUBPATTERN:
            total *= _ways(value[-1])
        elif sign is signs.BRANCH:
            total *= sum(map(_ways, value[1]))
        elif sign in _REPEATS:
            least, most, part = value[0], min(value[1], max(MOST_TOKEN, value[0])), _ways(value[2])
            if most > 1 and part > 1:
                raise ValueError("repeats what can match in several ways")
            total *= most - least + 1 if most > 1 else most - least + part
        else:
            raise ValueError("looks around, back or ahead, which takes long")
        if total > MOST_WAYS:
            raise ValueError(f"can match in more than {MOST_WAYS:,} ways")
    return total


def _complaints(entry: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong with a cue."""
    unknown = sorted(map(str, set(entry) - _FIELDS))
    if unknown:
        yield f"unknown field {', '.join(map(visible, unknown[:5]))}"
    if not all(
        _is_text(entry.get(key), MOST_NAME) and visible(entry[key]) == entry[key]
        for key in ("name", "title")
    ):
        yield f"name and title must be text of up to {MOST_NAME} characters"
    if entry.get("leans") not in (GIVING, SELLING):
        yield f"leans must be {GIVING!r} or {SELLING!r}"
    for key in ("phrases", "matches", "misses"):
        values = entry.get(key, ())
        if not isinstance(values, (list, tuple)) or not all(
            _is_text(text, MOST_TEXT) for text in values
        ):
            yield (
                f"phrases, matches and misses must be lists of text, of up to {MOST_TEXT:,}"
                " characters each"
            )
    for key in ("patterns", "unless"):
        values = entry.get(key, ())
        if not isinstance(values, (list, tuple)) or not all(
            isinstance(row, (list, tuple))
            and row
            and all(isinstance(token, Mapping) for token in row)
            for row in values
        ):
            yield "patterns and unless must be lists of lists of tables"
            return
        for row in values:
            yield from _of_pattern(row)
    if not (entry.get("phrases") or entry.get("patterns")):
        yield "phrases or patterns are needed"


def _of_pattern(row: Any) -> Iterator[str]:
    if len(row) > MOST_TOKENS:
        yield f"a pattern has more than {MOST_TOKENS} tokens"
    paths = 1
    for token in row:
        for key, value in token.items():
            if key == "OP":
                match = _OPERATOR.fullmatch(value) if isinstance(value, str) else None
                least, most = (1, 1) if match is None else _run(value, match)
                if match is None or least > most or most > MOST_TOKENS:
                    yield f"there is no operator {quoted(value)}"
                    return
                paths *= 2 ** (most - least)
            elif key in _TEXTS or key == "LENGTH":
                yield from _of_value(key, value)
            elif not (isinstance(key, str) and _FLAGS.fullmatch(key) and isinstance(value, bool)):
                yield (
                    f"a token has no attribute {quoted(key)}, or not of this value: {quoted(value)}"
                )
    if paths > MOST_PATHS:
        yield (
            f"a pattern can match in more than {MOST_PATHS:,} ways: give fewer of its tokens an"
            " operator, or narrower ones"
        )


def _of_value(key: str, value: Any) -> Iterator[str]:
    kind = int if key == "LENGTH" else str

    def fits(one: Any) -> bool:
        return (
            _is_text(one, MOST_TEXT) if kind is str else isinstance(one, int) and 0 <= one < 2**31
        )

    if not isinstance(value, Mapping):
        if not fits(value):
            yield f"{key} cannot be {quoted(value)}"
        return
    for operator, operand in value.items():
        if operator in ("IN", "NOT_IN"):
            if not isinstance(operand, (list, tuple)) or not all(map(fits, operand)):
                yield (
                    f"{operator} of {key} must be a list of {'text' if kind is str else 'numbers'}"
                )
        elif operator == "REGEX" and kind is str and _is_text(operand, MOST_TEXT):
            try:
                ways_to_match(operand)
            except ValueError as error:
                yield f"REGEX {quoted(operand)} {error}"
        elif not (operator in _COMPARED and kind is int and fits(operand)):
            yield f"{key} cannot be compared by {quoted(operator)} to {quoted(operand)}"


def _run(value: str, match: re.Match[str]) -> tuple[int, int]:
    """Return the fewest and the most tokens of an operator; see `bounded`."""
    exact, least, most = match.groups()
    if exact is not None:
        return int(exact), int(exact)
    if least is not None:
        low = int(least or 0)
        return low, int(most) if most else low + MOST_RUN
    return {"!": (1, 1), "1": (1, 1), "?": (0, 1), "+": (1, MOST_RUN), "*": (0, MOST_RUN)}[value]


def _is_text(value: Any, most: int) -> bool:
    return isinstance(value, str) and 0 < len(value) <= most and encodable(value) == value
