"""Text in other encodings than UTF-8, brought to UTF-8 on the way, so that no reader has to know of
any.

A byte order mark decides, then what the caller says, then what the bytes look like: UTF-16 and
UTF-32 without a mark are recognised by characters that only one way of reading them gives. What is
no text (see `givesell.archives.streams.magic`) stays as it is.

What an encoding has no character for becomes a byte that no UTF-8 holds, so that its row is
rejected; half a surrogate pair of UTF-16 becomes U+FFFD, as it does in JSON.
"""

import codecs
import difflib
import encodings
import encodings.aliases
import io
import unicodedata
from typing import IO, Any, cast

from givesell.archives.streams.compression import BUFFER_BYTES
from givesell.archives.streams.magic import signature_of
from givesell.errors import ArgumentError, ArgumentTypeError

# So many first bytes are looked at.
LOOKED = 4_096
NOT_UTF8 = "not UTF-8"
_CHUNK = 1 << 16
_REJECTED = "givesell-rejected"
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # begins with the mark of UTF-16
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WIDE = (("utf-32-le", 4), ("utf-32-be", 4), ("utf-16-le", 2), ("utf-16-be", 2))
# Python calls them encodings of text, and files are not written in them.
_NO_FILES = frozenset(
    {"idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape", "mbcs", "oem"}
)
_UNKNOWN = "\N{REPLACEMENT CHARACTER}"
# What stands for a byte that has no character; it is no character of UTF-8.
_BAD = chr(0xDCFF)
# Of wide text about every second byte looks like a character by itself, of other text nearly every
# one.
_PLAIN, _MOST_PLAIN = bytes(range(0x20, 0x7F)), 0.75
# Some characters are Latin letters, spaces or ends of lines in any language, and have a NUL each.
_FEWEST_PLAIN, _FEWEST_NULS = 0.01, 0.1
_BREAKS = frozenset("\t\n\r")


def check_encoding(name: Any) -> str | None:
    """Return an encoding as Python calls it.

    Parameters
    ----------
    name : str or None

    Returns
    -------
    str or None

    Raises
    ------
    ArgumentTypeError
        E206 for what is no name.
    ArgumentError
        E511 for one that is not known, with a near match.

    Examples
    --------
    >>> check_encoding("Windows-1252"), check_encoding("latin1")
    ('cp1252', 'iso8859-1')
    """
    if name is None:
        return None
    if not isinstance(name, str):
        raise ArgumentTypeError(
            "E206",
            argument="encoding",
            expected="the name of an encoding, such as 'cp1252'",
            given=repr(name),
        )
    try:
        codec = codecs.lookup(name.strip())
        known = getattr(codec, "_is_text_encoding", True) and codec.name not in _NO_FILES
    except (LookupError, ValueError, ImportError):
        known = False
    if known:
        return codec.name
    aliases = encodings.aliases.aliases
    near = difflib.get_close_matches(
        encodings.normalize_encoding(name.strip()).lower(),
        {*aliases, *aliases.values()} - _NO_FILES,
        n=1,
    )
    raise ArgumentError("E511", encoding=name, hint=f" Did you mean {near[0]!r}?" if near else "")


def encoding_of(head: bytes, said: str | None = None) -> str | None:
    """Return the encoding that a text has to be recoded from.

    Parameters
    ----------
    head : bytes
        Its first bytes, at best `LOOKED` of them.
    said : str, optional
        What the caller says; see `check_encoding`.

    Returns
    -------
    str or None
        None for UTF-8, and for what is no text.

    Examples
    --------
    >>> encoding_of("two mugs, ask me".encode("utf-16-le")), encoding_of(b"two mugs, ask me")
    ('utf-16-le', None)
    """
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name
    if said is None and head.count(0) < 2:
        return None
    if signature_of(head) is not None:
        return None
    return _guessed(head[:LOOKED]) if said is None else None if said == "utf-8" else said


def as_utf8(stream: IO[bytes], said: str | None = None) -> IO[bytes]:
    """Return the stream of a text in UTF-8 without a byte order mark.

    Parameters
    ----------
    stream : file
        Buffered, at its start.
    said : str, optional
        See `encoding_of`.

    Returns
    -------
    file
        The same one where nothing is to be done.
    """
    head: bytes = cast("io.BufferedReader[Any]", stream).peek(LOOKED)[:LOOKED]
    name = encoding_of(head, said)
    if name is None:
        return stream
    if name == "utf-8-sig":
        stream.read(len(codecs.BOM_UTF8))
        return stream
    return io.BufferedReader(cast(Any, _Recoded(stream, name)), BUFFER_BYTES)


def hinted(reason: str, said: str | None = None) -> str:
    """Return the reason of a reject with what the caller may do.

    Parameters
    ----------
    reason : str
    said : str, optional
        The encoding that was asked for.

    Returns
    -------
    str

    Examples
    --------
    >>> hinted("not UTF-8")
    'not UTF-8; say how it was saved, such as --encoding cp1252'
    >>> hinted("not UTF-8", "cp1252"), hinted("not JSON")
    ('not cp1252', 'not JSON')
    """
    if reason != NOT_UTF8:
        return reason
    return f"not {said}" if said else f"{NOT_UTF8}; say how it was saved, such as --encoding cp1252"


def _guessed(head: bytes) -> str | None:
    """Recognise UTF-16 and UTF-32 without a mark; text of a byte a letter with some NULs in it is
    none of them.
    """
    plain = len(head) - len(head.translate(None, _PLAIN))
    if plain > _MOST_PLAIN * len(head) or (
        head.count(0) < _FEWEST_NULS * len(head) and _is_utf8(head.replace(b"\0", b""))
    ):
        return None
    shares = [
        (_plain_characters(head[: len(head) // width * width], name), name) for name, width in _WIDE
    ]
    most, name = max(shares, key=lambda one: one[0])
    return name if most >= _FEWEST_PLAIN else None


def _is_utf8(data: bytes) -> bool:
    """Whether bytes are text in UTF-8, of which the last character may be cut."""
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(data)
    except UnicodeDecodeError:
        return False
    return sum(char < " " and char not in _BREAKS for char in text) * 50 <= len(text)


def _plain_characters(head: bytes, name: str) -> float:
    """Return the share of letters and signs that nearly any text has, 0 where something else
    than text is in their place.
    """
    # The last character may be cut.
    text = codecs.getincrementaldecoder(name)(errors="replace").decode(head)
    strange = sum(
        (char not in _BREAKS and unicodedata.category(char) in ("Cc", "Cn", "Co", "Cs"))
        or char == _UNKNOWN
        for char in text
    )
    if not text or strange * 50 > len(text):
        return 0.0
    return sum(char < "\x80" for char in text) / len(text)


def _reject(error: UnicodeError) -> tuple[str | bytes, int]:
    """Stand in for what has no character; an error handler of codecs."""
    if isinstance(error, UnicodeDecodeError):
        half = "surrogate" in error.reason or error.reason == "illegal encoding"
        return (_UNKNOWN if half else _BAD), error.end
    if isinstance(error, UnicodeEncodeError):
        part = error.object[error.start : error.end]
        return b"".join(b"\xff" if char == _BAD else _UNKNOWN.encode() for char in part), error.end
    raise error


codecs.register_error(_REJECTED, _reject)


class _Recoded(io.RawIOBase):
    """A text as UTF-8, a bounded piece at a time."""

    def __init__(self, stream: IO[bytes], name: str) -> None:
        self._stream = stream
        self._decode = codecs.getincrementaldecoder(name)(errors=_REJECTED).decode
        self._piece = b""
        self._over = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._piece and not self._over:
            data = self._stream.read(_CHUNK)
            self._over = not data
            self._piece = self._decode(data, self._over).encode("utf-8", _REJECTED)
        data, self._piece = self._piece[: len(buffer)], self._piece[len(buffer) :]
        buffer[: len(data)] = data
        return len(data)
