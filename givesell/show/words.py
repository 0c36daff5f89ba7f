r"""Text that people see: nothing in it can steer a terminal, break an encoding or fill a screen.

What posts, names and files hold may be anything. The characters that do harm are those that no
reader sees: control characters (C0, DEL, C1), the separators of lines and paragraphs, the controls
of writing direction (overrides, embeddings and isolates), the byte order mark, and lone surrogates.
They are shown as blanks in what people read (`one_line`, `safe`), as escapes where a name must be
told from another (`visible`), and as JSON's own escapes in JSON (`as_json`).
"""

import re
from collections.abc import Callable
from typing import Any

MOST_SHOWN = 1000  # characters of a value in a message
_REPLACEMENT = "\ufffd"
_HIDDEN = r"\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff"
_CONTROLS = re.compile(f"[{_HIDDEN}]+")
_CONTROLS_BUT_BREAKS = re.compile(f"[{_HIDDEN}]+".replace(r"\x00-\x1f", r"\x00-\x09\x0b-\x1f"))
_SURROGATE = re.compile("[\ud800-\udfff]")
_UNSAFE = re.compile(f"[{_HIDDEN}\ud800-\udfff]")
# JSON's own line breaks stay; within its strings it has escaped those already.
_UNSAFE_IN_JSON = re.compile("[\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


def one_line(text: str, breaks: str = " ") -> str:
    r"""Return a text on one line, without blanks around it.

    Parameters
    ----------
    text : str
    breaks : str, default " "
        What stands for control characters among which there is a line break; for others it is a
        blank.

    Returns
    -------
    str

    Examples
    --------
    >>> one_line("two\nlines\x1b[31m")
    'two lines [31m'
    """
    if not text.isprintable():
        text = encodable(_CONTROLS.sub(lambda found: breaks if "\n" in found[0] else " ", text))
    return text.strip()


def safe(text: str) -> str:
    r"""Return a text whose line breaks stay.

    Examples
    --------
    >>> safe("two\nlines\x1b[31m")
    'two\nlines [31m'
    """
    return text if text.isprintable() else encodable(_CONTROLS_BUT_BREAKS.sub(" ", text))


def visible(text: str) -> str:
    r"""Return a name with escapes for what would not be seen, so that it can be told from others.

    Examples
    --------
    >>> print(visible("a\nb\x1b[31m.csv"))
    a\nb\x1b[31m.csv
    """
    return (
        text
        if text.isprintable()
        else _UNSAFE.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)
    )


def encodable(text: str) -> str:
    r"""Return a text that UTF-8 can hold, with U+FFFD for lone surrogates.

    Examples
    --------
    >>> ascii(encodable("caf\udce9"))
    "'caf\\ufffd'"
    """
    return text if text.isascii() else _SURROGATE.sub(_REPLACEMENT, text)


def keepable(value: Any) -> Any:
    """Return a value of a table: text as `encodable` gives it, all else as it is."""
    return encodable(value) if isinstance(value, str) else value


def cut(text: str, most: int = MOST_SHOWN) -> str:
    """Return a text without its middle where it is longer than `most` characters: of a path the end
    says as much as the beginning.

    Examples
    --------
    >>> cut("a long folder/and a name.csv", 20)
    'a long folde … e.csv'
    """
    if len(text) <= most:
        return text
    tail = (most - 3) // 3
    return f"{text[: most - 3 - tail]} … {text[len(text) - tail :]}"


def told(value: object, how: Callable[[Any], str] = str) -> str:
    """Return the words of a value, whatever it is: one of the caller's own types may do anything
    when it is asked for them.
    """
    try:
        return str(how(value))
    except Exception:
        return f"<{type(value).__name__}>"


def shown(value: object) -> str:
    r"""Return a value as a message tells it: on one line, cut, with escapes; whatever it is.

    Examples
    --------
    >>> print(shown("a\nb"), shown(7))
    a\nb 7
    """
    return visible(cut(told(value)))


def quoted(value: object) -> str:
    """Return a value as `repr` tells it, in the way of `shown`."""
    return visible(cut(told(value, repr)))


def as_json(value: Any, indent: int | None = None) -> str:
    r"""Return a value as JSON that can be printed: valid whatever it holds, and the same to whoever
    parses it.

    Parameters
    ----------
    value : object
        As `json.dumps` takes it; null for numbers that are none, and as text what JSON has no form
        for.
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
        else _UNSAFE_IN_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
    )


def _plain(value: Any) -> Any:
    return _finite(value.item()) if hasattr(value, "item") else str(value)


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if value - value == 0 else None
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    return [_finite(item) for item in value] if isinstance(value, (list, tuple)) else value
