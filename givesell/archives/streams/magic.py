"""What is no text, recognised by its bytes: pictures, sounds, documents, programs, archives that
are not read.

Only what no text begins with counts as a signature. What has none is recognised by its bytes: text
has hardly a control character.
"""

import codecs
import re
from typing import NamedTuple

from givesell.archives.streams.compression import codec_of

# So many first bytes are counted.
COUNTED = 1 << 16

_EXPORT = "Ask the platform for its data as JSON or CSV instead"
_SAVE_TEXT = "Save its text as .txt, a post a line, or its table as .csv"
_UNPACK = "Unpack it and pass the files"
_NONE = "Pass a file of posts"


class Binary(NamedTuple):
    """What a file is that is no text, and what to do.

    Attributes
    ----------
    what : str
        Completes the sentence "it looks like ...".
    advice : str
        A sentence without its end.
    is_table : bool
        Whether there is a reader for it.
    """

    what: str
    advice: str
    is_table: bool = False


ARROW = b"ARROW1"
_SQLITE, _PARQUET, _ARROW, _CAR = (
    Binary(what, "Leave out --format", is_table=True)
    for what in (
        "a SQLite database",
        "a Parquet file",
        "an Arrow file",
        "a repository of Bluesky (.car)",
    )
)
_PICTURE = Binary(
    "a picture",
    "Posts in pictures are not read: pass their text, or " + _EXPORT[0].lower() + _EXPORT[1:],
)
_SOUND = Binary("a sound recording", "Pass what is said in it as .txt, a post a line")
_VIDEO = Binary("a video", "Pass what is said in it as .txt, a post a line")
_PDF = Binary("a PDF document", f"{_SAVE_TEXT}; or {_EXPORT[0].lower()}{_EXPORT[1:]}")
_OLD_OFFICE = Binary(
    "an old office document (.doc, .xls, .ppt or .msg)",
    "Save a table as .xlsx or .csv, and text as .txt, a post a line",
)
_RTF = Binary("a document in RTF", _SAVE_TEXT)
_PROGRAM = Binary("a program", _NONE)
_FONT = Binary("a font", _NONE)
_PACKED = "an archive packed as {}"
_STATISTICS = Binary("a file of a statistics program", "Save its table as .csv or .parquet")
_DATA = Binary("binary data", _NONE)

_STARTS: dict[bytes, Binary] = {
    b"SQLite format 3\0": _SQLITE,
    b"PAR1": _PARQUET,
    ARROW: _ARROW,
    b"\xff\xff\xff\xff": _ARROW,
    b"%PDF-": _PDF,
    b"\x89PNG\r\n\x1a\n": _PICTURE,
    b"\xff\xd8\xff": _PICTURE,
    b"GIF87a": _PICTURE,
    b"GIF89a": _PICTURE,
    b"II*\0": _PICTURE,
    b"MM\0*": _PICTURE,
    b"8BPS\0": _PICTURE,
    b"\0\0\1\0": _PICTURE,
    b"ID3\2": _SOUND,
    b"ID3\3": _SOUND,
    b"ID3\4": _SOUND,
    b"OggS\0": _SOUND,
    b"fLaC\0": _SOUND,
    b"MThd\0": _SOUND,
    b"#!AMR": _SOUND,
    b"\x1a\x45\xdf\xa3": _VIDEO,
    b"FLV\1": _VIDEO,
    b"\0\0\1\xba": _VIDEO,
    b"\0\0\1\xb3": _VIDEO,
    b"\x30\x26\xb2\x75\x8e\x66\xcf\x11": _VIDEO,
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": _OLD_OFFICE,
    b"{\\rtf": _RTF,
    b"%!PS": Binary("a document in PostScript", _SAVE_TEXT),
    b"\0\1\0\0Standard ": Binary("an Access database", "Save its table as .csv"),
    b"!BDN": Binary("a mailbox of Outlook", _NONE),
    b"bplist0": Binary("a property list of Apple", _NONE),
    b"\0\0\0\1Bud1": Binary("a folder's settings of macOS (.DS_Store)", _NONE),
    b"PK\3\4": Binary("a zip within another archive", _UNPACK),
    b"7z\xbc\xaf\x27\x1c": Binary(_PACKED.format("7z"), _UNPACK),
    b"Rar!\x1a\x07": Binary(_PACKED.format("RAR"), _UNPACK),
    b"MSCF\0\0\0\0": Binary(_PACKED.format("CAB"), _UNPACK),
    b"\x04\x22\x4d\x18": Binary(_PACKED.format("LZ4"), _UNPACK),
    b"\x1f\x9d": Binary(_PACKED.format(".Z"), _UNPACK),
    b"LZIP\1": Binary(_PACKED.format("lzip"), _UNPACK),
    b"!<arch>\n": Binary("a package or library", _NONE),
    b"xar!\0": Binary("a package or library", _NONE),
    b"\x7fELF": _PROGRAM,
    b"\xca\xfe\xba\xbe": _PROGRAM,
    b"\xfe\xed\xfa\xce": _PROGRAM,
    b"\xfe\xed\xfa\xcf": _PROGRAM,
    b"\xcf\xfa\xed\xfe": _PROGRAM,
    b"\xce\xfa\xed\xfe": _PROGRAM,
    b"\0asm": _PROGRAM,
    b"OTTO\0": _FONT,
    b"\0\1\0\0\0": _FONT,
    b"ttcf\0": _FONT,
    b"wOFF": _FONT,
    b"wOF2": _FONT,
    b"\x93NUMPY": Binary("an array of NumPy", "Save it as .csv or .parquet"),
    b"\x89HDF\r\n\x1a\n": Binary("data in HDF5", "Save its table as .csv or .parquet"),
    b"RDX2\n": _STATISTICS,
    b"RDX3\n": _STATISTICS,
    b"RDA3\n": _STATISTICS,
    b"$FL2@(#)": _STATISTICS,
    b"$FL3@(#)": _STATISTICS,
    b"<stata_dta>": _STATISTICS,
    b"Obj\x01": Binary("a table in Avro", "Save it as .parquet or .csv"),
    b"-----BEGIN PGP MESSAGE": Binary("an encrypted message", "Decrypt it first"),
    b"age-encryption.org/": Binary("an encrypted file", "Decrypt it first"),
    b"Salted__": Binary("an encrypted file", "Decrypt it first"),
}
# The kinds that others hold, by what comes after their first bytes.
_WITHIN: tuple[tuple[re.Pattern[bytes], Binary], ...] = (
    (re.compile(rb".{0,9}\xa2eroots", re.DOTALL), _CAR),
    (re.compile(rb"RIFF.{4}WEBP", re.DOTALL), _PICTURE),
    (re.compile(rb"(RIFF|FORM).{4}(WAVE|AIF[FC])", re.DOTALL), _SOUND),
    (re.compile(rb"RIFF.{4}AVI ", re.DOTALL), _VIDEO),
    (re.compile(rb"AT&TFORM.{4}DJV", re.DOTALL), Binary("a DjVu document", _SAVE_TEXT)),
    (re.compile(rb"\0\0..ftyp(hei[cx]|mif1|msf1|avif|avis)", re.DOTALL), _PICTURE),
    (re.compile(rb"\0\0..ftypM4[ABP]", re.DOTALL), _SOUND),
    (re.compile(rb"\0\0..(ftyp|moov|mdat|wide)", re.DOTALL), _VIDEO),
    (re.compile(rb"BM.{4}\0\0\0\0.{3}\0", re.DOTALL), _PICTURE),
    (re.compile(rb"MZ.{0,126}\0\0", re.DOTALL), _PROGRAM),
    (re.compile(rb"\xff[\xe2\xe3\xf2\xf3\xfa\xfb][^\xff][^\xff]", re.DOTALL), _SOUND),
    (re.compile(rb"[\x00-\xff]{2}\r\r?\n.{0,12}[\xe3\x63]\0\0\0", re.DOTALL), _PROGRAM),
    (
        re.compile(rb"\x80[\x02-\x05](\x95.{8}|[\x8c}\](cX])", re.DOTALL),
        Binary("a pickle of Python", "Save its table as .csv or .parquet"),
    ),
)


def signature_of(head: bytes) -> Binary | None:
    """Return what a file is whose first bytes no text has.

    Parameters
    ----------
    head : bytes

    Returns
    -------
    Binary or None

    Examples
    --------
    >>> signature_of(b"%PDF-1.7").what, signature_of(b"just a post")
    ('a PDF document', None)
    """
    for start, binary in _STARTS.items():
        if head.startswith(start):
            return binary
    codec = codec_of(head[:16])
    if codec is not None:
        return Binary(_PACKED.format(codec), _UNPACK)
    return next((binary for pattern, binary in _WITHIN if pattern.match(head)), None)


def binary_of(head: bytes) -> Binary | None:
    """Return what a file is that is no text, by its first bytes or by what they hold.

    Parameters
    ----------
    head : bytes
        In UTF-8 if it is text (see `givesell.archives.streams.recoding`), or in an encoding of one
        byte or two a character.

    Returns
    -------
    Binary or None
        None for text, however odd.

    Examples
    --------
    >>> import random
    >>> binary_of(random.Random(0).randbytes(1000)).what, binary_of("café, 4 €".encode("cp1252"))
    ('binary data', None)
    """
    binary = signature_of(head)
    if binary is not None:
        return binary
    head = head[:COUNTED]
    controls = len(head) - len(head.translate(None, _CONTROLS))
    if controls * 50 <= len(head):
        return None
    return _DATA if head.count(0) * 5 > len(head) or not _decodes(head) else None


# All but tabs, ends of lines and pages, backspaces and what switches terminals and codes.
_CONTROLS = bytes(byte for byte in range(32) if byte not in b"\b\t\n\v\f\r\x0e\x0f\x1b") + b"\x7f"


def _decodes(head: bytes) -> bool:
    """Whether bytes are UTF-8, of which the last character may be cut."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return True
