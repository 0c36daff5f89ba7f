"""What goes wrong with files, turned into one error that names the file."""

import lzma
import os
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa

from givesell.archives.streams.compression import zstd
from givesell.errors import FileError, GivesellError

UNREADABLE = (
    OSError,
    EOFError,
    zlib.error,
    lzma.LZMAError,
    zstd.ZstdError,
    zipfile.BadZipFile,
    pa.ArrowException,
    UnicodeDecodeError,
)


@contextmanager
def named(path: Path, code: str, *kinds: type[BaseException]) -> Iterator[None]:
    """Turn what goes wrong with a file into one error that names it.

    Parameters
    ----------
    path : Path
    code : str
        Of the error: E405 for writing, E406 for reading, E510 for what no reader foresaw.
    *kinds : type of exception
        What to turn; errors of this library pass.
    """
    try:
        yield
    except GivesellError:
        raise
    except kinds as error:
        raise FileError(code, path=path, reason=reason_of(error)) from error


def reason_of(error: BaseException) -> str:
    """Return what an error says, on one line.

    Parameters
    ----------
    error : BaseException

    Returns
    -------
    str
    """
    number = getattr(error, "errno", None)
    said = os.strerror(number) if isinstance(number, int) and number else str(error)
    return next(iter(said.strip().splitlines()), type(error).__name__).rstrip(".")
