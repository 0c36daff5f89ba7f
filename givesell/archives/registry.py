"""The registry of readers, and which of them an input is for: told by its content, not by its name.

Only where the content cannot tell (a file of plain text may be a table or a post a line) does the
name decide.
"""

import difflib
import io
import tarfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from givesell.archives.base.head import HEAD_BYTES, Head
from givesell.archives.base.post_reader import PostReader
from givesell.archives.base.reader import Options, Reader, Tick
from givesell.archives.formats.arrow_file import ArrowReader
from givesell.archives.formats.csv_file import CsvReader, TsvReader
from givesell.archives.formats.excel_file import ExcelReader, is_old_workbook, is_workbook
from givesell.archives.formats.json_file import JsonReader
from givesell.archives.formats.jsonl_file import JsonlReader
from givesell.archives.formats.lines_file import LinesReader
from givesell.archives.formats.parquet_file import ParquetReader
from givesell.archives.formats.sqlite_file import MAGIC as SQLITE
from givesell.archives.formats.sqlite_file import SqliteReader
from givesell.archives.platforms.bluesky import BlueskyReader
from givesell.archives.platforms.bluesky_car import BlueskyCarReader
from givesell.archives.platforms.combined import CombinedReader
from givesell.archives.platforms.discord import DiscordReader
from givesell.archives.platforms.discord_exporter import DiscordExporterReader
from givesell.archives.platforms.facebook import FacebookReader
from givesell.archives.platforms.instagram import InstagramReader
from givesell.archives.platforms.linkedin import LinkedinReader
from givesell.archives.platforms.mastodon import MastodonReader
from givesell.archives.platforms.reddit import RedditDumpReader, RedditReader
from givesell.archives.platforms.scraped import ScrapedReader
from givesell.archives.platforms.slack import SlackReader
from givesell.archives.platforms.substack import SubstackReader
from givesell.archives.platforms.telegram import TelegramReader
from givesell.archives.platforms.threads import ThreadsReader
from givesell.archives.platforms.tiktok import TiktokReader
from givesell.archives.platforms.whatsapp import WhatsappReader
from givesell.archives.platforms.x import XReader
from givesell.archives.platforms.youtube import YoutubeReader
from givesell.archives.platforms.zeeschuimer import CaptureReader
from givesell.archives.recognition.json_shapes import json_shape_of
from givesell.archives.recognition.markup_shapes import markup_of
from givesell.archives.recognition.refusals import pages_of, refuse
from givesell.archives.recognition.table_shapes import table_shape_of
from givesell.archives.recognition.text_shapes import shape_of
from givesell.archives.recognition.zip_shapes import zip_shape_of
from givesell.archives.shapes.roles import TEXT_NAMES
from givesell.archives.streams.compression import codec_of
from givesell.archives.streams.damage import spared
from givesell.archives.streams.file_errors import UNREADABLE, named
from givesell.archives.streams.files import Files, Folder, SingleFile, printable
from givesell.archives.streams.magic import ARROW, binary_of
from givesell.archives.streams.recoding import check_encoding
from givesell.archives.streams.tar_file import Tar
from givesell.archives.streams.zip_file import LOCKED, Zip
from givesell.errors import ArgumentError, FileError

PLATFORMS: tuple[type[PostReader], ...] = (
    XReader, MastodonReader, BlueskyCarReader, BlueskyReader, RedditReader, RedditDumpReader,
    LinkedinReader, ThreadsReader,
    InstagramReader, FacebookReader, TiktokReader, YoutubeReader, TelegramReader, DiscordReader,
    DiscordExporterReader,
    SlackReader, WhatsappReader, SubstackReader, CaptureReader, ScrapedReader,
)  # fmt: skip
TABLES: tuple[type[Reader], ...] = (
    CsvReader, TsvReader, JsonReader, JsonlReader, ParquetReader, ArrowReader, SqliteReader,
    ExcelReader, LinesReader,
)  # fmt: skip
FORMATS: dict[str, type[Reader]] = {reader.name: reader for reader in (*PLATFORMS, *TABLES)}
# These need to seek about in a file of their own.
_WHOLE: tuple[type[Reader], ...] = (ParquetReader, ArrowReader, SqliteReader, ExcelReader)
_SHOWN = 8
# What a damaged archive may hold by itself and still be read as a table.
_TEXTS = (".csv", ".tsv", ".json", ".jsonl", ".ndjson", ".txt")


def open_reader(
    path: Path,
    *,
    format: str | None = None,  # noqa: A002
    options: Options | None = None,
    plain: bool = False,
    tick: Tick = lambda _: None,
    known: Any = None,
) -> Reader:
    """Return the reader of an input.

    Parameters
    ----------
    path : Path
        A file, or the folder of an unpacked export.
    format : str, optional
        A name in `FORMATS`; by default the content tells.
    options : Options, optional
    plain : bool, default False
        Read a file that is a table as a table even where a platform has written it; a zip or folder
        is still an export.
    tick : callable, optional
    known : object, optional
        See `Reader`.

    Returns
    -------
    Reader

    Raises
    ------
    ArgumentError
        E507 for an unknown format, E511 for an unknown encoding.
    FileError
        E403 for a file without a header or an object, E406 for one that cannot be read, E501 and
        E502 for one whose format cannot be told or is not the one asked for, E505 and E506 for
        damaged and dangerous archives, E512 for what is known to hold no posts.
    """
    if format is not None and (not isinstance(format, str) or format not in FORMATS):
        near = difflib.get_close_matches(str(format), FORMATS, n=1)
        raise ArgumentError(
            "E507",
            format=format,
            known=", ".join(FORMATS),
            hint=f" Did you mean {near[0]!r}?" if near else "",
        )
    options = options or Options()
    with named(printable(path), "E510", Exception), named(printable(path), "E406", *UNREADABLE):
        files = open_files(path)
        files.encoding = check_encoding(options.encoding)
        try:
            return _reader(files, format, options, plain, tick, known)
        finally:
            # Many inputs are opened before the first is read.
            files.close()


def _reader(
    files: Files,
    format: str | None,  # noqa: A002
    options: Options,
    plain: bool,
    tick: Tick,
    known: Any,
) -> Reader:
    found = {} if isinstance(files, SingleFile) or format else _platforms(files)
    if len(found) > 1 and options.query is None:
        return CombinedReader(
            files, [kind(files, members, options) for kind, members in found.items()], options
        )
    kind, members = _chosen(files, format, plain, found)
    if options.query is not None and kind not in (SqliteReader, ExcelReader):
        raise FileError(
            "E504",
            path=printable(files.path),
            reason=f"only a SQLite database can be queried, and this is {kind.name}",
        )
    return kind(files, members, options, tick, known)


def open_files(path: Path) -> Files:
    """Return the files of an input.

    Parameters
    ----------
    path : Path

    Returns
    -------
    Files
        A folder, the members of a zip or tar, or the file itself.
    """
    if path.is_dir():
        return Folder(path)
    file = SingleFile(path)
    with path.open("rb") as raw:
        start = raw.read(4)
    if start[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        files = Zip(path)
        return SingleFile(path) if is_workbook(files) else files
    return Tar(path) if _is_tar(file.head(path.name, tarfile.BLOCKSIZE)) else SingleFile(path)


def is_export(folder: Path) -> bool:
    """Whether a folder is the unpacked export of a platform, rather than a folder of files.

    Parameters
    ----------
    folder : Path

    Returns
    -------
    bool
    """
    with named(printable(folder), "E406", *UNREADABLE):
        return any(not kind.loose for kind in _platforms(Folder(folder)))


def _is_tar(head: bytes) -> bool:
    """Whether a file begins with the header of a tar: one with a mark, which no text has, or an
    old one whose checksum is right.
    """
    if len(head) < tarfile.BLOCKSIZE or b"\0" not in head:
        return False
    try:
        return bool(tarfile.TarInfo.frombuf(head, "utf-8", "surrogateescape").name)
    except (tarfile.HeaderError, ValueError):
        return head[257:262] == b"ustar"


def _chosen(
    files: Files,
    format: str | None,  # noqa: A002
    plain: bool,
    found: dict[type[PostReader], list[str]],
) -> tuple[type[Reader], list[str]]:
    if isinstance(files, SingleFile):
        name = files.path.name
        kind = _asked(files, FORMATS[format]) if format else _told(files, plain)
        if kind in _WHOLE:
            with files.path.open("rb") as raw:
                if codec_of(raw.read(16)):
                    raise FileError(
                        "E502",
                        path=files.path,
                        format=kind.name,
                        reason="it is packed; unpack it first",
                    )
        return kind, [name]
    if format is None and found:
        kind = next(iter(found))
        return kind, found[kind]
    if format is not None:
        kind = FORMATS[format]
        if issubclass(kind, PostReader):
            members = _platforms(files).get(kind) or [
                name for name in files.names() if kind.pattern.search(name)
            ]
            if members:
                return kind, members
            raise FileError(
                "E502",
                path=files.path,
                format=format,
                reason="none of its files is named like one of that format",
            )
    names = [name for name in files.names() if "__MACOSX/" not in name]
    if files.flaws and not (len(names) == 1 and names[0].lower().endswith(_TEXTS)):
        raise FileError("E505", path=printable(files.path), kind=type(files).__name__.lower())
    if len(names) == 1:
        head = _head(files, names[0])
        if format is None:
            refuse(json_shape_of(head) or table_shape_of(head.columns), files.shown(names[0]))
        kind = FORMATS[format] if format else _plain(head, files.shown(names[0]))
        if kind in _WHOLE:
            raise FileError(
                "E502",
                path=files.shown(names[0]),
                format=kind.name,
                reason="it is packed; unpack it first",
            )
        return kind, names
    if files.locked:
        raise FileError("E406", path=printable(files.path), reason=LOCKED)
    refuse(zip_shape_of(names) or pages_of(files, names), files.path)
    shown = ", ".join(names[:_SHOWN]) + (", …" if len(names) > _SHOWN else "")
    raise FileError(
        "E501",
        path=files.path,
        names=shown or "nothing",
        platforms=", ".join(kind.name for kind in PLATFORMS),
    )


def _platforms(files: Files) -> dict[type[PostReader], list[str]]:
    """Return the platforms whose files are among the members, by what these hold."""
    found: dict[type[PostReader], list[str]] = {}
    errors: list[FileError] = []
    for name in files.names():
        wanted = [kind for kind in PLATFORMS if kind.pattern.search(name)]
        if wanted:
            with spared(files.flaws, files.shown(name), errors):
                kind = _platform(_head(files, name), wanted)
                if kind is not None:
                    found.setdefault(kind, []).append(name)
    if errors and not found:
        raise errors[0]
    loose = all(kind.loose for kind in found)
    return {kind: found[kind] for kind in PLATFORMS if kind in found and kind.loose == loose}


def _head(files: Files, name: str) -> Head:
    return Head(files.head(name, HEAD_BYTES), name, lambda: files.open(name))


def _platform(head: Head, kinds: Iterable[type[PostReader]]) -> type[PostReader] | None:
    """Return which platform a file is of, by its beginning, or where that does not tell by its
    further structure.
    """
    if head.is_json and json_shape_of(head) is not None:
        return None
    found = next((kind for kind in kinds if kind.recognises(head)), None)
    if found is not None:
        return found
    more = head.further()
    return None if more is head else next((kind for kind in kinds if kind.recognises(more)), None)


def _asked(file: SingleFile, kind: type[Reader]) -> type[Reader]:
    """Return the format that was asked for, unless the file cannot be of it whatever the caller
    thinks.
    """
    head = _head(file, file.path.name)
    binary = binary_of(head.data)
    if kind in _WHOLE or (binary is not None and binary.is_table and kind is BlueskyCarReader):
        return kind
    refuse(binary, file.path)
    if kind not in (LinesReader, CsvReader, TsvReader):
        refuse(markup_of(head.data), file.path)
    return kind


def _told(file: SingleFile, plain: bool) -> type[Reader]:
    head = _head(file, file.path.name)
    if head.data.startswith(SQLITE):
        return SqliteReader
    if head.data.startswith(b"PAR1"):
        return ParquetReader
    if head.data.startswith((ARROW, b"\xff\xff\xff\xff")):
        return ArrowReader
    # Of zips only workbooks are taken for single files.
    if head.data.startswith(b"PK\x03\x04") or is_old_workbook(head.data):
        return ExcelReader
    if not plain or BlueskyCarReader.recognises(head):
        kind = _platform(head, [kind for kind in PLATFORMS if not kind.is_plain(head)])
        if kind is not None:
            return kind
        refuse(json_shape_of(head) or table_shape_of(head.columns), file.path)
    return _plain(head, file.path)


def _plain(head: Head, path: Path) -> type[Reader]:
    """Tell the plain formats of text apart, and what is text from what is not."""
    refuse(binary_of(head.data) or markup_of(head.data), path)
    kind = _table(head, path)
    if kind is LinesReader:
        refuse(shape_of(head.data, head.name), path)
    return kind


def _table(head: Head, path: Path) -> type[Reader]:
    lines = (".jsonl", ".ndjson")
    if head.is_json and not head.name.endswith((".csv", ".tsv")):
        several = sum(1 for line in io.BytesIO(head.data) if line.strip()) > 1
        a_list_within = any(path.endswith(".item") for path in head.paths)
        one_a_line = head.first_object is not None and (several or not a_list_within)
        return JsonlReader if one_a_line or head.name.endswith(lines) else JsonReader
    for ending, kind in (
        (".csv", CsvReader),
        (".tsv", TsvReader),
        (lines, JsonlReader),
        (".txt", LinesReader),
    ):
        if head.name.endswith(ending):
            return kind
    if head.name.endswith(".json"):
        raise FileError(
            "E502",
            path=printable(path),
            format="json",
            reason="it does not begin with an object or a list",
        )
    for ending, magic in (
        (".parquet", "PAR1"),
        (".arrow", "ARROW1"),
        (".feather", "ARROW1"),
        (".sqlite", "SQLite format 3"),
    ):
        if head.name.endswith(ending):
            raise FileError(
                "E502", path=path, format=ending, reason=f"it does not begin with {magic}"
            )
    first = head.data.split(b"\n", 1)[0].decode("utf-8", "replace").strip()
    for sign, kind in (("\t", TsvReader), (",", CsvReader), (";", CsvReader)):
        if {name.strip().strip('"').lower() for name in first.split(sign)} & set(TEXT_NAMES):
            return kind
    return LinesReader
