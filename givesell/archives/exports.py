"""What the exports of Facebook, Instagram and Threads share: their broken UTF-8, and whose they are."""

from datetime import datetime
from typing import Any

import msgspec

from givesell.archives.damage import spared
from givesell.archives.files import Files
from givesell.archives.post import from_epoch

MOST_BYTES = 16 << 20


def repaired(text: object) -> str | None:
    r"""Undo the mis-encoding of these exports, whose JSON escapes each byte of the UTF-8 as a character.

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
    """Return the content of the first file whose name ends so, or None if there is none that can be read.

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
                data = files.head(name, MOST_BYTES)
            try:
                return msgspec.json.decode(data[data.find(b"=") + 1 :] if data.startswith(b"window.") else data)
            except (msgspec.DecodeError, ValueError, RecursionError):
                return None
    return None


def dig(value: Any, *keys: str) -> Any:
    """Return what lies under some keys within each other, or None.

    Parameters
    ----------
    value : object
    *keys : str

    Returns
    -------
    object

    Examples
    --------
    >>> dig({"a": {"b": 1}}, "a", "b"), dig({"a": None}, "a", "b")
    (1, None)
    """
    for key in keys:
        if isinstance(value, list) and value:
            value = value[0]
        value = value.get(key) if isinstance(value, dict) else None
    return value


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

    Examples
    --------
    >>> caption_and_time({"media": [{"title": "Soup", "creation_timestamp": 0}, {"title": "", "creation_timestamp": 86400}]})[0]
    'Soup'
    """
    places = [item, *(one for one in item.get("media") or () if isinstance(one, dict))]
    captions = [repaired(one.get("title")) for one in places]
    times = [one.get("creation_timestamp") for one in places]
    return next((caption for caption in captions if caption), ""), from_epoch(next((time for time in times if time), None))
