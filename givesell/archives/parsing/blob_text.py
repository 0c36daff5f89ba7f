"""Text that a database holds as bytes."""

import codecs

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Control characters that no text has; tabs, line ends and the escape of terminals may be in one.
_NO_TEXT = frozenset(map(chr, range(32))) - frozenset("\t\n\v\f\r\x1b")
# Of letters in UTF-16 every second byte is NUL: at least half of one kind of place, and hardly any
# of the other.
_LEAST_NULS, _MOST_NULS = 0.5, 0.1


def text_of(data: bytes) -> str | None:
    r"""Return the text that bytes hold in UTF-8 or UTF-16, or None where they hold something else.

    Parameters
    ----------
    data : bytes

    Returns
    -------
    str or None

    Examples
    --------
    >>> (
    ...     text_of("café".encode()),
    ...     text_of("café".encode("utf-16-le")),
    ...     text_of(b"\x89PNG\x00"),
    ...     text_of(b""),
    ... )
    ('café', 'café', None, '')
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _decoded(data[len(mark) :], encoding)
    if b"\0" not in data:
        return _decoded(data, "utf-8")
    if len(data) % 2:
        return None
    even, odd = (data[start::2].count(0) / (len(data) // 2) for start in (0, 1))
    if odd >= _LEAST_NULS and even <= _MOST_NULS:
        return _decoded(data, "utf-16-le")
    return _decoded(data, "utf-16-be") if even >= _LEAST_NULS and odd <= _MOST_NULS else None


def _decoded(data: bytes, encoding: str) -> str | None:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return None
    return None if _NO_TEXT.intersection(text) else text
