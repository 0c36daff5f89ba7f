"""The base of all plain formats: each says how a file of it is recognised."""

from enum import IntEnum
from pathlib import Path
from typing import ClassVar

from givesell.archives.base.head import Head
from givesell.archives.base.reader import Reader
from givesell.archives.streams.files import Files, printable
from givesell.errors import FileError
from givesell.files.endings import endings_of


class Evidence(IntEnum):
    """What speaks for a file to be of a format, the weakest first."""

    NONE = 0
    ANY_TEXT = 1  # any text can be read so
    HEADER = 2  # its first line names a column of posts
    NAME = 3  # its name ends so
    CONTENT = 4  # it begins as only files of this format do


class FormatReader(Reader):
    """A plain format, of which the rows of a table are read.

    Attributes
    ----------
    magic : tuple of bytes
        The first bytes of its files, any of which no other file begins with.
    begins : str
        What its files begin with, in words; empty where that may be anything.
    """

    magic: ClassVar[tuple[bytes, ...]] = ()
    begins: ClassVar[str] = ""

    @classmethod
    def evidence(cls, head: Head) -> Evidence:
        """Return what speaks for a file to be of this format.

        Parameters
        ----------
        head : Head
            Its beginning.

        Returns
        -------
        Evidence
        """
        if head.data.startswith(cls.magic):
            return Evidence.CONTENT
        return Evidence.NAME if head.name.endswith(endings_of(cls.name)) else Evidence.NONE

    @classmethod
    def check(cls, head: Head, path: Path) -> None:
        """Refuse a file of which no more than its name says that it is of this format.

        Parameters
        ----------
        head : Head
            Its beginning.
        path : Path
            For the error.

        Raises
        ------
        FileError
            E502 if it does not begin as its files do.
        """
        if cls.begins and cls.evidence(head) < Evidence.CONTENT:
            raise FileError(
                "E502",
                path=printable(path),
                format=cls.name,
                reason=f"it does not begin with {cls.begins}",
            )

    @classmethod
    def is_zip_of(cls, files: Files) -> bool:  # noqa: ARG003
        """Say whether a zip is one file of this format, rather than an archive of several.

        Parameters
        ----------
        files : Files
            The members of the zip.

        Returns
        -------
        bool
        """
        return False
