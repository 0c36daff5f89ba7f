"""The rows that could not be read, kept aside in a file of their own."""

import json
from pathlib import Path
from typing import IO

from givesell.errors import FileError

RAW_CHARS = 1_000


def rejects_path(out: Path) -> Path:
    """Return where the rejects of an output go.

    Parameters
    ----------
    out : Path

    Returns
    -------
    Path
    """
    return out.with_name(out.name + ".rejects.jsonl")


class Rejects:
    r"""A file of rejected rows, which exists only if there are any.

    Each is one JSON object a line: ``file``, ``line`` (the physical line from 1; in Parquet the
    row), ``reason`` and ``raw``, the bytes as text, undecodable ones as ``\xff``, cut at 1,000
    characters.

    Parameters
    ----------
    out : Path
        The output that the rows are missing from.

    Attributes
    ----------
    count : int
    """

    def __init__(self, out: Path) -> None:
        self.path = rejects_path(out)
        self.count = 0
        self._partial = self.path.with_name(self.path.name + ".partial")
        self._file: IO[str] | None = None
        self._partial.unlink(missing_ok=True)

    def add(self, file: Path, line: int, reason: str, raw: str | bytes) -> None:
        """Write down one rejected row.

        Parameters
        ----------
        file : Path
        line : int
        reason : str
        raw : str or bytes
            A str holds undecodable bytes as lone surrogates (``surrogateescape``).
        """
        # Four bytes a character at most, so this loses nothing that would be shown.
        data = raw[: 4 * RAW_CHARS].encode("utf-8", "surrogateescape") if isinstance(raw, str) else raw[: 4 * RAW_CHARS]
        shown = data.rstrip(b"\r\n").decode("utf-8", "backslashreplace")[:RAW_CHARS]
        record = {"file": str(file), "line": line, "reason": reason, "raw": shown}
        self.count += 1
        try:
            if self._file is None:
                self._file = self._partial.open("w", encoding="utf-8", newline="\n")
            self._file.write(json.dumps(record, ensure_ascii=False) + "\n")
        except OSError as error:
            raise FileError("E405", path=self.path, reason=error.strerror or error) from error

    def close(self) -> None:
        """Close the file, under its partial name."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def publish(self) -> Path | None:
        """Put the file under its own name, or remove an earlier one if there is nothing to say.

        Returns
        -------
        Path or None
        """
        self.close()
        if not self.count:
            self.path.unlink(missing_ok=True)
            return None
        self._partial.replace(self.path)
        return self.path
