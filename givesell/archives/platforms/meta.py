"""What the exports of Meta (Facebook, Instagram, Threads) share: broken UTF-8, whose an export is,
and captions.
"""

import re
from datetime import datetime
from typing import Any

from givesell.archives.base.post import from_epoch
from givesell.archives.base.values import dig, objects, short, words
from givesell.archives.platforms.export_json import small_json
from givesell.archives.streams.files import Files

# What a user of Instagram can be called, with a letter in it.
_HANDLE = re.compile(r"(?=[0-9._]*[a-z])[a-z0-9._]{1,30}")


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


def owner_of(files: Files) -> str | None:
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
    values = [dig(part, "value") for part in person.values()] if isinstance(person, dict) else []
    handle = dig(person, "Username", "value") or next(
        (value for value in values if isinstance(value, str) and _HANDLE.fullmatch(value)), None
    )
    return short(repaired(handle)) or short(dig(small_json(files, "profile.json"), "username"))


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
