"""The posts to label, read from any archive or file."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from givesell.archives.base.columns import plain, to_json
from givesell.archives.read import Archive
from givesell.archives.shapes.roles import find_roles
from givesell.labelling.store import DECIDED
from givesell.verdict import GIVING, SELLING, added_columns

# What `givesell suggest` adds: like the columns of a scored file, guesses, not labels of people.
ADDED = frozenset({"selling", "reason"})


@dataclass(slots=True)
class Queue:
    """Posts to label, each text once.

    Attributes
    ----------
    rows : list of dict
        ``id``, ``text``, then the other columns of the file as text; ``label`` and ``certainty``
        where the file has labels.
    repeated, empty : int
        Posts that were left out because their text occurred before, or was empty.
    rejected : int
        Rows that could not be read.
    """

    rows: list[dict[str, Any]] = field(default_factory=list)
    repeated: int = 0
    empty: int = 0
    rejected: int = 0


def is_queue(archive: Archive) -> bool:
    """Say whether a file was written by `givesell suggest`.

    Parameters
    ----------
    archive : Archive

    Returns
    -------
    bool
    """
    return any(set(batch.schema.names) >= ADDED for batch in archive.tables())


def read_queue(archives: Iterable[Archive]) -> Queue:
    """Read the posts to label.

    Parameters
    ----------
    archives : iterable of Archive
        See `givesell.read_archive`.

    Returns
    -------
    Queue
        A post without an id is named by its row, from 1 on. Columns that a model has added are left
        out.

    Raises
    ------
    FileError
        If a file cannot be read.

    Examples
    --------
    >>> import givesell
    >>> from givesell.datasets import demo_archive
    >>> queue = read_queue([givesell.read_archive(demo_archive())])
    >>> len(queue.rows), queue.rows[0]["id"], queue.rows[0]["platform"]
    (400, 'k00000', 'reddit')
    """
    queue, seen, number = Queue(), set[str](), 0
    for archive in archives:
        for batch in archive.tables():
            names = batch.schema.names
            dropped = added_columns(names) or (ADDED if set(names) >= ADDED else set[str]())
            name_of_id = find_roles(names).get("id")
            others = [
                name for name in names if name not in (archive.text_column, name_of_id, *dropped)
            ]
            for row, text in zip(
                batch.to_pylist(), archive.posts_of(batch).to_pylist(), strict=True
            ):
                number += 1
                if not isinstance(text, str) or not text.strip():
                    queue.empty += 1
                elif text in seen:
                    queue.repeated += 1
                else:
                    seen.add(text)
                    label = row.get("label")
                    decided = label.strip().lower() if isinstance(label, str) else ""
                    columns = [
                        name
                        for name in others
                        if name not in ("id", "text")
                        and (name not in DECIDED or decided in (GIVING, SELLING))
                    ]
                    rest = {
                        name: decided if name == "label" else _as_text(row[name])
                        for name in columns
                    }
                    queue.rows.append(
                        {
                            "id": _as_text(row[name_of_id]) if name_of_id else str(number),
                            "text": text,
                            **rest,
                        }
                    )
        queue.rejected += archive.n_rejected
    return queue


def _as_text(value: Any) -> str:
    value = plain(value)
    return "" if value is None else value if isinstance(value, str) else to_json(value)
