"""What exports share: whose one is, tables of known columns, and the broken UTF-8 and captions
of Facebook, Instagram and Threads.
"""

import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from operator import itemgetter
from pathlib import Path
from typing import IO, Any

from givesell.archives.base.head import Head
from givesell.archives.base.post import from_epoch
from givesell.archives.base.rejects import Rejected, Rejects
from givesell.archives.base.values import dig, objects, short, words
from givesell.archives.formats.csv_file import read_dicts
from givesell.archives.parsing.json_values import read_value
from givesell.archives.streams.damage import spared
from givesell.archives.streams.files import Files
from givesell.archives.streams.limits import MAX_ABOUT_BYTES
from givesell.errors import FileError

# What a user of Instagram can be called, with a letter in it.
_HANDLE = re.compile(r"(?=[0-9._]*[a-z])[a-z0-9._]{1,30}")
# What stands before the JSON in the JavaScript of X.
_SCRIPT = (b"window.", b"var ")


def repaired(text: object) -> str | None:
    r"""Undo the mis-encoding of these exports, whose JSON escapes each byte of the UTF-8 as a
    character.

    Parameters
    ----------
    text : str or None

    Returns
    -------
    str or None
        None for what is no text; text that is not broken in that way as it is.

    Examples
    --------
    >>> repaired("caf\u00c3\u00a9"), repaired("café")
    ('café', 'café')
    """
    if not isinstance(text, str):
        return None
    if text.isascii():
        return text
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


def small_json(files: Files, ending: str) -> Any:
    """Return the content of the first file whose name ends so, or None if there is none that can be
    read.

    Parameters
    ----------
    files : Files
    ending : str

    Returns
    -------
    object
    """
    for name in files.names():
        if name.lower().endswith(ending):
            data = b""
            with spared(files.flaws, files.shown(name), []):
                data = files.head(name, MAX_ABOUT_BYTES)
            with suppress(ValueError):
                return parsed(data)
            return None
    return None


def parsed(data: bytes) -> Any:
    """Return what a small file of JSON, or of JavaScript that holds it, says.

    Parameters
    ----------
    data : bytes

    Returns
    -------
    object

    Raises
    ------
    ValueError
        See `givesell.archives.parsing.json_values.read_value`.

    Examples
    --------
    >>> parsed(b'var user_details = {"id": "7"}')
    {'id': '7'}
    """
    data = data.removeprefix(b"\xef\xbb\xbf").lstrip()
    return read_value(data[data.find(b"=") + 1 :] if data.startswith(_SCRIPT) else data)


def folded(name: str) -> str:
    """Return the name of a column without regard to capitals and spaces, in which exports of
    different years differ.

    Parameters
    ----------
    name : str

    Returns
    -------
    str

    Examples
    --------
    >>> folded("Comment ID"), folded("ShareLink") == folded("Share Link")
    ('commentid', True)
    """
    return "".join(name.split()).casefold()


def has_columns(head: Head, *wanted: set[str]) -> bool:
    """Say whether a table has the columns that are wanted, all of one of some sets; see `folded`.

    Parameters
    ----------
    head : Head
    *wanted : set of str

    Returns
    -------
    bool
    """
    found = set(map(folded, head.columns))
    return any(found.issuperset(map(folded, columns)) for columns in wanted)


def rows_of(
    stream: IO[bytes],
    shown: Path,
    kind: str,
    wanted: Sequence[set[str]],
    rejects: Rejects,
    fix: Callable[[str], str] = str,
    *,
    delimiter: str = ",",
    loose: bool = False,
) -> Iterator[dict[str, str]]:
    """Read a comma-separated file with a header, its columns by their `folded` names; see
    `givesell.archives.formats.csv_file.read_dicts`.

    Parameters
    ----------
    stream : file
    shown : Path
        How errors name it.
    kind : str
        The format that it should be of.
    wanted : sequence of set of str
        The columns that it must have, all of one of these.
    rejects : Rejects
    fix : callable, optional
    delimiter : str, default ","
    loose : bool, default False

    Returns
    -------
    iterator of dict

    Raises
    ------
    FileError
        E502 if a column is missing.
    """

    def reject(line: int, reason: str, raw: str) -> None:
        rejects.add(Rejected(shown, line, reason, raw))

    records = read_dicts(stream, reject, fix, name=folded, delimiter=delimiter, loose=loose)
    rows = map(itemgetter(1), records)
    first = next(rows, None)
    if first is None:
        return iter(())
    missing = [
        sorted(column for column in columns if folded(column) not in first) for columns in wanted
    ]
    if all(missing):
        records.close()
        raise FileError(
            "E502", path=shown, format=kind, reason=f"it has no column {missing[0][0]!r}"
        )
    return itertools.chain([first], rows)


def owner(files: Files) -> str | None:
    """Return whose export of Instagram or Threads it is.

    Parameters
    ----------
    files : Files

    Returns
    -------
    str or None
        Where its parts are called in another language, the first that a user can be called.
    """
    person = _person(files)
    told = [dig(part, "value") for part in person.values()] if isinstance(person, dict) else []
    known = dig(person, "Username", "value") or next(
        (value for value in told if isinstance(value, str) and _HANDLE.fullmatch(value)), None
    )
    return short(repaired(known)) or short(dig(small_json(files, "profile.json"), "username"))


def shows_followers_only(files: Files) -> bool:
    """Return whether an account of Instagram is private, as far as its export says so in English.

    Parameters
    ----------
    files : Files

    Returns
    -------
    bool
    """
    now = str(dig(_person(files), "Private Account", "value")).lower() == "true"
    return now or dig(small_json(files, "profile.json"), "private_account") is True


def _person(files: Files) -> Any:
    return dig(small_json(files, "personal_information.json"), "profile_user", "string_map_data")


def caption_and_time(item: dict[str, Any]) -> tuple[str, datetime | None]:
    """Return what a post of Instagram or Threads says, and when it was made.

    A single picture holds the caption itself; of several it stands beside them.

    Parameters
    ----------
    item : dict
        An entry of the export.

    Returns
    -------
    str
        Empty where there is no caption.
    datetime or None

    Raises
    ------
    ValueError
        See `givesell.archives.base.values.words`.

    Examples
    --------
    >>> caption_and_time(
    ...     {
    ...         "media": [
    ...             {"title": "Soup", "creation_timestamp": 0},
    ...             {"title": "", "creation_timestamp": 86400},
    ...         ]
    ...     }
    ... )[0]
    'Soup'
    """
    places = [item, *objects(item.get("media"))]
    captions = [one.get("title") for one in places]
    times = (from_epoch(one.get("creation_timestamp") or None) for one in places)
    return repaired(words(*captions)) or "", next((time for time in times if time), None)
