"""What the values of an export are taken for, whatever they are: one rule for each part of a post.

The text is a string, or the post is rejected. Everything else is what it should be, or nothing.
"""

from typing import Any

from givesell.archives.base.objects_reader import kind_name
from givesell.archives.streams.limits import MAX_SHORT

_MOST_BITS = 256


def words(*values: object) -> str:
    """Return the text of a post: the first of some values that is a string and not empty.

    Parameters
    ----------
    *values : object

    Returns
    -------
    str
        Empty where all are null or empty strings.

    Raises
    ------
    ValueError
        With the reason to show, where there is no text because something else stands in its place.

    Examples
    --------
    >>> words(None, "Thanks!"), words(None)
    ('Thanks!', '')
    """
    for value in values:
        if value and isinstance(value, str):
            return value
    for value in values:
        if value is not None and not isinstance(value, str):
            raise ValueError(f"the post is {kind_name(value)}, not a string")
    return ""


def short(value: object) -> str | None:
    """Return a handle, an address or an id; None for what is no string, empty, or longer than
    `MAX_SHORT`.

    Parameters
    ----------
    value : object

    Returns
    -------
    str or None

    Examples
    --------
    >>> short("@jo"), short(["@jo"]), short("")
    ('@jo', None, None)
    """
    return value if isinstance(value, str) and 0 < len(value) <= MAX_SHORT else None


def identifier(value: object) -> str | None:
    """Return an id, which may be written as a whole number; see `short`.

    Parameters
    ----------
    value : object

    Returns
    -------
    str or None

    Examples
    --------
    >>> identifier(7), identifier("7"), identifier(True)
    ('7', '7', None)
    """
    if type(value) is int:
        return str(value) if value.bit_length() <= _MOST_BITS else None
    return short(value)


def objects(value: object) -> list[dict[str, Any]]:
    """Return the objects of a list; one that stands by itself is a list of one.

    Parameters
    ----------
    value : object

    Returns
    -------
    list of dict

    Examples
    --------
    >>> objects([{"a": 1}, None, 7]), objects({"a": 1}), objects(None)
    ([{'a': 1}], [{'a': 1}], [])
    """
    if isinstance(value, dict):
        return [value]
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def strings(value: object) -> list[str]:
    """Return the strings of a list; one that stands by itself is a list of one.

    Parameters
    ----------
    value : object

    Returns
    -------
    list of str

    Examples
    --------
    >>> strings(["a", None]), strings("a"), strings(7)
    (['a'], ['a'], [])
    """
    if isinstance(value, str):
        return [value]
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def dig(value: Any, *keys: str) -> Any:
    """Return what lies under some keys within each other, or None; of a list the first counts.

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
