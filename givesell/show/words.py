r"""Text that people see: nothing in it can steer a terminal, break an encoding or fill a screen.

What posts, names and files hold may be anything. The characters that do harm are those that no
reader sees: control characters (C0, DEL, C1), the separators of lines and paragraphs, the controls
of writing direction (overrides, embeddings and isolates), the byte order mark, and lone surrogates.

================================  =============================================  ================
What                              Rule                                           Function
================================  =============================================  ================
a post, a sentence, a cell        hidden characters become blanks, on one line   `one_line`
the same with its line breaks     hidden characters become blanks                `safe`
a name that must be recognized    escapes for hidden characters                  `visible`
a value in an error message       escapes, cut in the middle                     `shown`, `quoted`
JSON                              JSON's own escapes                             `as_json`
a post or name that is too long   cut at the end, with "…"                       `cut_end`
a path or value that is too long  cut in the middle: its end says as much        `cut`
what UTF-8 cannot hold            U+FFFD                                         `encodable`
================================  =============================================  ================
"""

import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

MOST_SHOWN = 1000  # characters of a value in a message
_REPLACEMENT = "\ufffd"
_HIDDEN = r"\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff"
_CONTROLS = f"[{_HIDDEN}]+"
_CONTROLS_BUT_BREAKS = _CONTROLS.replace(r"\x00-\x1f", r"\x00-\x09\x0b-\x1f")
_SURROGATE = "[\ud800-\udfff]"
_UNSAFE = f"[{_HIDDEN}\ud800-\udfff]"
# JSON's own line breaks stay; within its strings it has escaped those already.
_UNSAFE_IN_JSON = "[\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"

# Each compiled when it is first used: most texts are printable, and every process comes by here.
_compiled = cache(re.compile)


def _replaced(pattern: str, by: str | Callable[[re.Match[str]], str], text: str) -> str:
    return _compiled(pattern).sub(by, text)


def one_line(text: str, breaks: str = " ") -> str:
    r"""Return a text on one line, without blanks around it.

    Parameters
    ----------
    text : str
    breaks : str, default " "
        Replaces control characters among which there is a line break; others become a blank.

    Returns
    -------
    str

    Examples
    --------
    >>> one_line("two\nlines\x1b[31m")
    'two lines [31m'
    """
    if not text.isprintable():
        text = encodable(
            _replaced(_CONTROLS, lambda match: breaks if "\n" in match[0] else " ", text)
        )
    return text.strip()


def safe(text: str) -> str:
    r"""Return a text with its line breaks, without other control characters.

    Examples
    --------
    >>> safe("two\nlines\x1b[31m")
    'two\nlines [31m'
    """
    return text if text.isprintable() else encodable(_replaced(_CONTROLS_BUT_BREAKS, " ", text))


def visible(text: str) -> str:
    r"""Return a name with escapes for what would not be seen, so that no two names look alike.

    Examples
    --------
    >>> print(visible("a\nb\x1b[31m.csv"))
    a\nb\x1b[31m.csv
    """
    return (
        text
        if text.isprintable()
        else _replaced(
            _UNSAFE, lambda match: match[0].encode("unicode_escape").decode("ascii"), text
        )
    )


def encodable(text: str) -> str:
    r"""Return a text that UTF-8 can hold, with U+FFFD for lone surrogates.

    Examples
    --------
    >>> ascii(encodable("caf\udce9"))
    "'caf\\ufffd'"
    """
    return text if text.isascii() else _replaced(_SURROGATE, _REPLACEMENT, text)


def keepable(value: Any) -> Any:
    """Return a value of a table: text as `encodable` gives it, all else as it is."""
    return encodable(value) if isinstance(value, str) else value


def cut(text: str, most: int = MOST_SHOWN) -> str:
    """Return a text of at most `most` characters, without its middle if it is longer: the end of a
    path says as much as its beginning.

    Examples
    --------
    >>> cut("a long folder/and a name.csv", 20)
    'a long folde … e.csv'
    """
    if len(text) <= most:
        return text
    tail = (most - 3) // 3
    return f"{text[: most - 3 - tail]} … {text[len(text) - tail :]}"


def cut_end(text: str, most: int) -> str:
    """Return a text of at most `most` characters, with "…" for what is left out at its end.

    Examples
    --------
    >>> cut_end("a long sentence", 8), cut_end("short", 8)
    ('a long …', 'short')
    """
    return text if len(text) <= most else f"{text[: most - 1]}…"


def text_of(value: object, how: Callable[[Any], str] = str) -> str:
    """Return a value as text, whatever it is: the conversion of an unknown type may fail in any
    way.
    """
    try:
        return str(how(value))
    except Exception:
        return f"<{type(value).__name__}>"


def shown(value: object) -> str:
    r"""Return a value as a message shows it: on one line, cut, with escapes; whatever it is.

    Examples
    --------
    >>> print(shown("a\nb"), shown(7))
    a\nb 7
    """
    return visible(cut(text_of(value)))


def quoted(value: object) -> str:
    """Return the `repr` of a value, in the way of `shown`."""
    return visible(cut(text_of(value, repr)))


def as_json(value: Any, indent: int | None = None) -> str:
    r"""Return a value as JSON that is valid and safe to print, and that parses to the same value.

    Parameters
    ----------
    value : object
        As `json.dumps` takes it. NaN and infinities become null; what JSON cannot represent becomes
        text.
    indent : int, optional

    Returns
    -------
    str

    Examples
    --------
    >>> print(as_json({"text": "naïve \x9b31m", "selling": float("nan")}))
    {"text": "naïve \u009b31m", "selling": null}
    """
    import json

    try:
        text = json.dumps(value, ensure_ascii=False, indent=indent, allow_nan=False, default=_plain)
    except ValueError:
        text = json.dumps(
            _finite(value), ensure_ascii=False, indent=indent, allow_nan=False, default=_plain
        )
    return (
        text
        if text.isascii() and "\x7f" not in text
        else _replaced(_UNSAFE_IN_JSON, lambda match: f"\\u{ord(match[0]):04x}", text)
    )


def _plain(value: Any) -> Any:
    return _finite(value.item()) if hasattr(value, "item") else str(value)


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if value - value == 0 else None
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    return [_finite(item) for item in value] if isinstance(value, (list, tuple)) else value


def listed(names: Sequence[str], last: str = "and") -> str:
    """Return names as a sentence lists them.

    Parameters
    ----------
    names : sequence of str
        At least one.
    last : str, default "and"
        The word before the last.

    Returns
    -------
    str

    Examples
    --------
    >>> listed(["csv", "tsv", "jsonl"], "or"), listed(["csv"])
    ('csv, tsv or jsonl', 'csv')
    """
    *first, final = names
    return f"{', '.join(first)} {last} {final}" if first else final
