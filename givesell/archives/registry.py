"""The registry of readers, and which of them an input is for.

Each reader says itself what its files look like. What a file holds decides; its name does only
where the content cannot, as a file of plain text may be a table or a post a line.
"""

from collections.abc import Iterable
from pathlib import Path

from givesell.archives import formats, platforms
from givesell.archives.base.format_reader import Evidence, FormatReader
from givesell.archives.base.head import HEAD_BYTES, Head
from givesell.archives.base.post_reader import PostReader
from givesell.archives.base.reader import Reader
from givesell.archives.recognition.json_shapes import json_shape_of
from givesell.archives.recognition.markup_shapes import markup_of
from givesell.archives.recognition.refusals import pages_of, refuse
from givesell.archives.recognition.table_shapes import table_shape_of
from givesell.archives.recognition.zip_shapes import zip_shape_of
from givesell.archives.streams.compression import codec_of
from givesell.archives.streams.damage import spared
from givesell.archives.streams.files import Files, SingleFile, printable
from givesell.archives.streams.magic import binary_of
from givesell.archives.streams.zip_file import LOCKED
from givesell.errors import FileError
from givesell.files.endings import TEXT

# All readers by name, in the order in which they are asked; one that is added here is asked too.
FORMATS: dict[str, type[Reader]] = {
    reader.name: reader for reader in (*platforms.READERS, *formats.READERS)
}
_MOST_NAMED = 8


def platform_readers() -> list[type[PostReader]]:
    """Return the readers of platforms in `FORMATS`."""
    return [reader for reader in FORMATS.values() if issubclass(reader, PostReader)]


def format_readers() -> list[type[FormatReader]]:
    """Return the readers of plain formats in `FORMATS`."""
    return [reader for reader in FORMATS.values() if issubclass(reader, FormatReader)]


def platforms_in(files: Files) -> dict[type[PostReader], list[str]]:
    """Return the platforms whose files are among those of an input, by what these hold.

    Parameters
    ----------
    files : Files

    Returns
    -------
    dict of reader to list of str
        The names of the files of each, in the order of `FORMATS`.
    """
    kinds = platform_readers()
    members: dict[type[PostReader], list[str]] = {}
    errors: list[FileError] = []
    for name in files.names():
        named_so = [kind for kind in kinds if kind.pattern.search(name)]
        if named_so:
            with spared(files.flaws, files.shown(name), errors):
                kind = _platform_of(_head(files, name), named_so)
                if kind is not None:
                    members.setdefault(kind, []).append(name)
    if errors and not members:
        raise errors[0]
    loose = all(kind.loose for kind in members)
    return {kind: members[kind] for kind in kinds if kind in members and kind.loose == loose}


def reader_for(
    files: Files,
    format: str | None,  # noqa: A002
    plain: bool,
    exports: dict[type[PostReader], list[str]],
) -> tuple[type[Reader], list[str]]:
    """Choose the reader of an input.

    Parameters
    ----------
    files : Files
    format : str or None
        A name in `FORMATS`, if one was asked for.
    plain : bool
        Whether a single file that is a table is read as one, even where a platform has written it.
    exports : dict of reader to list of str
        See `platforms_in`.

    Returns
    -------
    kind : reader
    members : list of str
        The names of the files to read.
    """
    if isinstance(files, SingleFile):
        return _reader_of_file(files, format, plain), [files.path.name]
    if format is None and exports:
        return next(iter(exports.items()))
    kind = FORMATS[format] if format is not None else None
    if kind is not None and issubclass(kind, PostReader):
        return kind, _members_of(kind, files)
    names = [name for name in files.names() if "__MACOSX/" not in name]
    if files.flaws and not (len(names) == 1 and names[0].lower().endswith(TEXT)):
        raise FileError("E505", path=printable(files.path), kind=type(files).__name__.lower())
    if len(names) == 1:
        return _reader_of_member(files, names[0], kind), names
    raise _no_reader(files, names)


def _reader_of_file(file: SingleFile, format: str | None, plain: bool) -> type[Reader]:  # noqa: A002
    head = _head(file, file.path.name)
    if format is None:
        kind = _detected(head, file.path, plain)
    else:
        kind = FORMATS[format]
        _check_requested(head, file.path, kind)
    if kind.seeks:
        with file.path.open("rb") as raw:
            if codec_of(raw.read(16)):
                raise _packed(file.path, kind)
    return kind


def _reader_of_member(files: Files, name: str, kind: type[Reader] | None) -> type[Reader]:
    """Return the reader of the only file in an archive that is no export."""
    head, shown = _head(files, name), files.shown(name)
    if kind is None:
        refuse(json_shape_of(head) or table_shape_of(head.columns), shown)
        kind = _by_content(head)
        kind = kind if kind is not None and not kind.seeks else _plain_format(head, shown)
    if kind.seeks:
        raise _packed(shown, kind)
    return kind


def _members_of(kind: type[PostReader], files: Files) -> list[str]:
    """Return the files of a platform that was asked for."""
    members = platforms_in(files).get(kind) or [
        name for name in files.names() if kind.pattern.search(name)
    ]
    if not members:
        raise FileError(
            "E502",
            path=files.path,
            format=kind.name,
            reason="none of its files is named like one of that format",
        )
    return members


def _no_reader(files: Files, names: list[str]) -> FileError:
    """Return the error that says what an archive is that is no export."""
    if files.locked:
        return FileError("E406", path=printable(files.path), reason=LOCKED)
    refuse(zip_shape_of(names) or pages_of(files, names), files.path)
    shown = ", ".join(names[:_MOST_NAMED]) + (", …" if len(names) > _MOST_NAMED else "")
    return FileError(
        "E501",
        path=files.path,
        names=shown or "nothing",
        platforms=", ".join(kind.name for kind in platform_readers()),
    )


def _packed(path: Path, kind: type[Reader]) -> FileError:
    return FileError("E502", path=path, format=kind.name, reason="it is packed; unpack it first")


def _head(files: Files, name: str) -> Head:
    return Head(files.head(name, HEAD_BYTES), name, lambda: files.open(name))


def _platform_of(head: Head, kinds: Iterable[type[PostReader]]) -> type[PostReader] | None:
    """Return which platform a file is of, by its beginning, or where that does not say by its
    further structure.
    """
    if head.is_json and json_shape_of(head) is not None:
        return None
    kinds = list(kinds)
    kind = next((kind for kind in kinds if kind.recognises(head)), None)
    if kind is not None:
        return kind
    more = head.further()
    return None if more is head else next((kind for kind in kinds if kind.recognises(more)), None)


def _check_requested(head: Head, path: Path, kind: type[Reader]) -> None:
    """Refuse a file that cannot be of the format that was asked for, whatever the caller thinks."""
    if kind.seeks:
        return
    binary = binary_of(head.data)
    if not kind.is_text and ((binary is not None and binary.is_table) or kind is _by_content(head)):
        return
    refuse(binary, path)
    if not kind.takes_any_text:
        refuse(markup_of(head.data), path)


def _detected(head: Head, path: Path, plain: bool) -> type[Reader]:
    """Return the reader of a file by itself, by what it holds."""
    binary = _by_content(head)
    if binary is not None:
        return binary
    # The repository of an account is no table, whatever the caller wants.
    kinds = [
        kind for kind in platform_readers() if not (kind.is_text if plain else kind.is_plain(head))
    ]
    platform = _platform_of(head, kinds)
    if platform is not None:
        return platform
    if not plain:
        refuse(json_shape_of(head) or table_shape_of(head.columns), path)
    return _plain_format(head, path)


def _by_content(head: Head) -> type[FormatReader] | None:
    """Return the binary format of a file, which its first bytes say; None for text."""
    kinds = (kind for kind in format_readers() if not kind.is_text)
    return next((kind for kind in kinds if kind.evidence(head) is Evidence.CONTENT), None)


def _plain_format(head: Head, path: Path) -> type[FormatReader]:
    """Return which plain format of text a file is, once it is known to be text."""
    refuse(binary_of(head.data) or markup_of(head.data), path)
    kind = max(format_readers(), key=lambda kind: kind.evidence(head))
    kind.check(head, path)
    return kind
