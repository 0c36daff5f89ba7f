"""The file of labels, rewritten in one step after each decision, so that a kill loses at most one
label.
"""

import csv
import json
import os
from collections import Counter
from collections.abc import Iterable
from contextlib import ExitStack
from itertools import zip_longest
from pathlib import Path
from typing import Any

from givesell.errors import FileError
from givesell.files.delimited import delimited, read_delimited
from givesell.files.endings import endings_of
from givesell.files.locking import held
from givesell.files.writing import write_file
from givesell.labelling.session import Decision
from givesell.show.words import encodable
from givesell.verdict import CLEAR, GIVING, SELLING

KNOWN = endings_of("csv", "tsv", "jsonl")
_LINES = endings_of("jsonl")
DECIDED = ("label", "certainty", "facet")  # the columns of a `Decision`
FIRST = ("id", "text", "label", "certainty")
LEFT_OUT = "left-out"


class LabelFile:
    r"""Labelled posts in a file, each text once.

    Rows that are there stay, with all their columns, in the order in which they were labelled.
    Posts that are left out for good are in a file beside it, so that the file itself holds only
    what `givesell.train` reads.

    Parameters
    ----------
    path : Path
        ``.csv``, ``.tsv``, ``.jsonl`` or ``.ndjson``; need not exist yet.

    Raises
    ------
    FileError
        E350 for another extension, E351 for a file that holds no labels, E352 where another process
        is labelling into it.

    Examples
    --------
    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> with LabelFile(Path(folder.name) / "mine.csv") as labels:
    ...     labels.put({"id": "7", "text": "Thanks!"}, Decision("giving"))
    >>> (Path(folder.name) / "mine.csv").read_text()
    'id,text,label,certainty\n7,Thanks!,giving,clear\n'
    >>> folder.cleanup()
    """

    def __init__(self, path: Path) -> None:
        if path.suffix.lower() not in KNOWN:
            raise FileError("E350", path=path, known=", ".join(KNOWN))
        if not path.parent.is_dir():
            raise FileError("E405", path=path, reason=f"there is no folder {path.parent}")
        path = Path(os.path.realpath(path))  # a file of labels lives long: a link to it stays one
        self.path = path
        self.beside = left_out(path)
        self._lock = ExitStack()
        self._lock.enter_context(held(path.with_name(f".{path.name}.lock"), "E352", path))
        try:
            rows = _read(path)
            self._rows = {row["text"]: row for row in rows}
            # Rows whose text comes again in a later one; they stay until it is decided anew.
            self._repeated = [row for row in rows if self._rows[row["text"]] is not row]
            self._left = {row["text"]: row for row in _read(self.beside)}
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> "LabelFile":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __len__(self) -> int:
        return len(self._rows)

    def close(self) -> None:
        """Release the lock on the file."""
        self._lock.close()

    def decision(self, text: str) -> Decision | None:
        """Return the decision on a post, None if there is none.

        Parameters
        ----------
        text : str

        Returns
        -------
        Decision or None
        """
        text = encodable(text)
        if text in self._left:
            return Decision(None)
        row = self._rows.get(text)
        if row is None or row.get("label") not in (GIVING, SELLING):
            return None
        return Decision(row["label"], row.get("certainty") or CLEAR, row.get("facet") or None)

    def texts(self) -> list[str]:
        """Return the posts that are decided, those left out too."""
        return [*self._rows, *self._left]

    def put(self, row: dict[str, Any], decision: Decision | None) -> None:
        """Record a decision and write the file.

        Parameters
        ----------
        row : dict
            The post's columns, with ``text``.
        decision : Decision or None
            None takes an earlier one back.

        Raises
        ------
        FileError
            E405 if the file cannot be written; what was in it stays.
        """
        self.put_all([(row, decision)])

    def put_all(self, decided: Iterable[tuple[dict[str, Any], Decision | None]]) -> None:
        """Record several decisions and write the file once; see `put`."""
        left_changed, rows_changed = False, False
        for given, decision in decided:
            row = {**given, "text": encodable(given["text"])}
            text = row["text"]
            left_changed |= text in self._left
            rows_changed |= text in self._rows
            self._keep(row, decision)
            left_changed |= text in self._left
            rows_changed |= text in self._rows
        # What is left out is written first: a kill between the two leaves a post in both, and it
        # counts as left out.
        if self._left and left_changed:
            _write(self.beside, self._left.values())
        elif left_changed:
            self.beside.unlink(missing_ok=True)
        if rows_changed:
            _write(self.path, [*self._repeated, *self._rows.values()])

    def take_over(self, rows: Iterable[dict[str, Any]]) -> None:
        """Record the labels that posts to label have already, so that one file holds all; what was
        decided here counts more.

        Parameters
        ----------
        rows : iterable of dict
            See `givesell.labelling.queue.Queue`; loses ``label``, ``certainty`` and ``facet``.
        """
        decided = []
        for row in rows:
            label, certainty, facet = (row.pop(name, "") for name in DECIDED)
            if label and self.decision(row["text"]) is None:
                decided.append((row, Decision(label, certainty or CLEAR, facet or None)))
        if decided:
            self.put_all(decided)

    def _keep(self, row: dict[str, Any], decision: Decision | None) -> None:
        text = row["text"]
        self._left.pop(text, None)
        self._repeated = [other for other in self._repeated if other["text"] != text]
        if decision is None or decision.label is None:
            self._rows.pop(text, None)
        else:
            labels = {
                "label": decision.label,
                "certainty": decision.certainty,
                **({"facet": decision.facet} if decision.facet else {}),
            }
            rest = {name: value for name, value in row.items() if name not in (*FIRST, "facet")}
            before = {
                name: value
                for name, value in self._rows.get(text, {}).items()
                if name not in (*FIRST, "facet", *rest)
            }
            self._rows[text] = {"id": row.get("id", ""), "text": text, **labels, **rest, **before}
        if decision is not None and decision.label is None:
            self._left[text] = {"id": row.get("id", ""), "text": text}


def left_out(path: Path) -> Path:
    """Return the file of the posts that are left out of a file of labels.

    Parameters
    ----------
    path : Path

    Returns
    -------
    Path
    """
    return path.with_name(f"{path.stem}.{LEFT_OUT}{path.suffix}")


def _read(path: Path) -> list[dict[str, Any]]:
    """Return the rows of a file."""
    if not path.exists() or not path.stat().st_size:
        return []
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            if path.suffix.lower() in _LINES:
                rows = [json.loads(line) for line in file if line.strip()]
            else:
                rows = _table(path, read_delimited(file, _delimiter(path), strict=True))
    except FileError:
        raise
    except (ValueError, RecursionError, csv.Error, OSError) as error:
        raise FileError("E406", path=path, reason=" ".join(str(error).split())[:200]) from error
    if not all(isinstance(row, dict) and isinstance(row.get("text"), str) for row in rows):
        raise FileError("E351", path=path)
    if rows and LEFT_OUT not in path.name and "label" not in rows[0]:
        raise FileError("E351", path=path)
    return [{**row, "text": encodable(row["text"])} for row in rows]


def _table(path: Path, lines: list[list[str]]) -> list[dict[str, Any]]:
    """Return the rows of a table by the names in its header."""
    header, *rows = [line for line in lines if line] or [[]]
    twice = [name for name, count in Counter(header).items() if count > 1]
    if twice:
        raise FileError("E361", path=path, column=twice[0])
    if any(len(row) > len(header) for row in rows):
        raise FileError("E351", path=path)
    return [dict(zip_longest(header, row)) for row in rows]


def _write(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    """Write rows in one step: a kill leaves the old file or the new one."""
    write_file(path, _encoded(path, list(rows)), overwrite=True)


def _encoded(path: Path, rows: list[dict[str, Any]]) -> bytes:
    if path.suffix.lower() in _LINES:
        return encodable(
            "".join(json.dumps(row, ensure_ascii=False, default=str) + "\n" for row in rows)
        ).encode()
    names = dict.fromkeys(name for row in rows for name in row)
    first = [name for name in (*FIRST, "facet") if name in names] or list(FIRST)
    header = [*first, *(name for name in names if name not in first)]
    return delimited(
        lambda: [header, *([row.get(name) for name in header] for row in rows)], _delimiter(path)
    )


def _delimiter(path: Path) -> str:
    return "\t" if path.suffix.lower() in endings_of("tsv") else ","
