"""What people are called, by their ids."""

from collections.abc import Callable, Iterable
from typing import Any

from givesell.archives.streams.limits import MAX_PEOPLE_CHARS

_EACH = 200  # about how many bytes a name takes besides its characters


def names_by_id(
    people: Iterable[Any], id_and_name: Callable[[dict[str, Any]], tuple[str | None, str | None]]
) -> dict[str, str]:
    """Return what people are called, by their ids, as far as `limits.MAX_PEOPLE_CHARS` goes.

    Parameters
    ----------
    people : iterable of object
        Those that are objects describe somebody.
    id_and_name : callable
        Returns the id and the name of one.

    Returns
    -------
    dict of str to str

    Examples
    --------
    >>> names_by_id([{"id": "7", "name": "jo"}, None], lambda one: (one["id"], one["name"]))
    {'7': 'jo'}
    """
    names: dict[str, str] = {}
    held = 0
    for person in people:
        number, name = id_and_name(person) if isinstance(person, dict) else (None, None)
        if number and name:
            held += len(number) + len(name) + _EACH
            if held > MAX_PEOPLE_CHARS:
                break
            names[number] = name
    return names
