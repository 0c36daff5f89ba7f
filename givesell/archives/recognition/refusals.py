"""Files that hold no posts, refused in one sentence that says what they look like and what to
do.
"""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from givesell.archives.recognition.lookalike import Lookalike
from givesell.archives.recognition.markup_shapes import page_by
from givesell.archives.recognition.text_shapes import list_of
from givesell.archives.streams.file_errors import UNREADABLE, named
from givesell.archives.streams.files import Files, Folder, printable
from givesell.archives.streams.magic import Binary
from givesell.errors import FileError

_LOOKED_AT = 8


def refuse(look: Lookalike | Binary | None, path: Path) -> None:
    """Refuse a file that looks like something else.

    Parameters
    ----------
    look : Lookalike, Binary or None
        None for a file that does not.
    path : Path

    Raises
    ------
    FileError
        E512.
    """
    if look is not None:
        raise FileError("E512", path=printable(path), what=look.what, advice=look.advice)


def pages_of(files: Files, names: Sequence[str]) -> Lookalike | None:
    """Return what the pages or lists are that an export in HTML or in text consists of, or None
    where there are none.

    Parameters
    ----------
    files : Files
    names : sequence of str
        Of the files in it.

    Returns
    -------
    Lookalike or None
    """
    pages = [name for name in names if name.lower().endswith((".html", ".htm"))]
    lists = [name for name in names if name.lower().endswith(".txt")]
    for name in lists[:_LOOKED_AT]:
        with suppress(FileError):
            listed = list_of(files.head(name).decode("utf-8", "replace"))
            if listed is not None:
                return listed
    if not pages:
        return None
    data = b""
    for name in pages[:_LOOKED_AT]:
        with suppress(FileError):
            data += files.head(name)
    return page_by(data, names)


def refuse_pages(folder: Path) -> None:
    """Say of a folder that it is an export in HTML, if it is.

    Parameters
    ----------
    folder : Path

    Raises
    ------
    FileError
        E512.
    """
    with named(printable(folder), "E406", *UNREADABLE):
        files = Folder(folder)
        refuse(pages_of(files, files.names()), folder)
