"""`Shape`: what a scraper or an API calls the parts of a post, declared once for flat tables and
for nested JSON.

A path names a value by the keys that lead to it, ``user.username``; of a list all items count. Flat
tables write the same path as a column, ``user.username``, ``user/username`` or ``user_username``,
in any capitals.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from givesell.archives.base.post import POST
from givesell.archives.base.values import identifier

# A kind or a reason, the path that decides it, and the values that do, or a pattern that occurs in
# one; without values any value does that is filled.
Rule = tuple[str, str, tuple[str, ...] | re.Pattern[str]]
# What tables write where there is nothing.
EMPTY = frozenset({"", "0", "false", "no", "none", "null", "nan", "[]", "{}", "n/a", "na", "-1"})
_BETWEEN = re.compile(r"[\s_\-./:]+")
# What scrapers of Apify put in the place of a post that they could not get.
FAILED: tuple[Rule, ...] = (("not a post", "error", ()), ("not a post", "noResults", ()))
# What a template names.
NAMED = re.compile(r"\{([^{}]+)\}")


def fold(name: str) -> str:
    """Return the name of a column as it is compared: ``User Name``, ``user_name`` and ``user/name``
    are one.

    Parameters
    ----------
    name : str

    Returns
    -------
    str

    Examples
    --------
    >>> fold(" User Name"), fold("authorMeta/name"), fold("authorMeta.name")
    ('username', 'authormetaname', 'authormetaname')
    """
    return _BETWEEN.sub("", name.strip().casefold())


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """The names of one tool.

    Attributes
    ----------
    name : str
    platform : str
        Empty where the data say it themselves.
    need : tuple of str
        Paths that together no other table has.
    any : tuple of str
        Further ones of which at least one must be there.
    text, id, author, created, url : tuple of str
        Paths of each part, the best first.
    title : tuple of str
        Paths of what comes above the text and belongs to it.
    clock : tuple of str
        Where the hour is by itself, beside a date.
    zone : tuple of str
        Where the zone of the hour is by itself.
    network : tuple of str
        Where the platform is.
    kind : str
        What its posts are unless a rule says otherwise.
    kinds : tuple of Rule
        The first that holds decides the kind.
    skips : tuple of Rule
        What is no post, with the reason; ``"not public"`` is read where all are asked for.
    where : tuple of tuple of str
        Where the posts of a document are: the first path of a group says whether the group fits;
        of the first group that does, all paths are read.
    clean : callable, optional
        Makes plain text of a text.
    words : callable, optional
        Makes the text of a post out of all of it, where it is no value by itself.
    link : str or callable
        Makes the address of a post that has none: ``https://x.example/{id}``.
    site : str
        What comes before an address that begins with a slash.
    people : tuple of str
        Where a document lists its authors: their path, the key of their id, the key of their
        handle, and the path that names the id in a post.
    origins : str
        Where a document lists the posts that its reposts repeat, which are cut off themselves.
    """

    name: str
    platform: str = ""
    need: tuple[str, ...]
    any: tuple[str, ...] = ()
    text: tuple[str, ...] = ("text",)
    title: tuple[str, ...] = ()
    id: tuple[str, ...] = ("id",)
    author: tuple[str, ...] = ()
    created: tuple[str, ...] = ()
    clock: tuple[str, ...] = ()
    zone: tuple[str, ...] = ()
    url: tuple[str, ...] = ("url",)
    network: tuple[str, ...] = ()
    kind: str = POST
    kinds: tuple[Rule, ...] = ()
    skips: tuple[Rule, ...] = ()
    where: tuple[tuple[str, ...], ...] = (("",),)
    clean: Callable[[str], str] | None = None
    words: Callable[[Mapping[str, Any]], str] | None = None
    link: str | Callable[[Mapping[str, Any]], str | None] = ""
    site: str = ""
    people: tuple[str, str, str, str] | None = None
    origins: str = ""

    @property
    def roles(self) -> dict[str, tuple[str, ...]]:
        """The paths of each part that a table can have a column of."""
        return {
            "text": self.text,
            "id": self.id,
            "author": (*self.author, *((self.people[3],) if self.people else ())),
            "created": self.created,
            "clock": self.clock,
            "zone": self.zone,
            "platform": self.network,
            "url": self.url,
        }

    def fits(self, paths: Collection[str], prefix: str = "") -> bool:
        """Whether its paths are among those of a document.

        Parameters
        ----------
        paths : collection of str
        prefix : str, default ""
            Where a post is, with a dot at its end.

        Returns
        -------
        bool
        """
        there = [prefix + path in paths for path in self.need]
        return all(there) and (not self.any or any(prefix + path in paths for path in self.any))

    def is_of(self, item: Any) -> bool:
        """Whether an object holds something at its paths, were it null.

        Parameters
        ----------
        item : object

        Returns
        -------
        bool
        """
        return all(_has(item, path) for path in self.need) and (
            not self.any or any(_has(item, path) for path in self.any)
        )

    def is_flat(self, paths: Collection[str], prefix: str = "") -> bool:
        """Whether the parts of its posts, where they are there at all, are columns as they
        are.
        """
        if self.words or self.people:
            return False
        used = [path for role in (*self.roles.values(), self.title) for path in role] + [
            path for _, path, _ in (*self.kinds, *self.skips)
        ]
        return not any("." in path and prefix + path in paths for path in used)


def values_at(value: Any, path: str) -> Iterator[Any]:
    """Yield what lies at a path, of lists all items.

    Parameters
    ----------
    value : object
        Of JSON.
    path : str
        Keys with dots between; ``item`` stands for the items of a list, and may be left out.

    Yields
    ------
    object

    Examples
    --------
    >>> list(values_at({"a": [{"b": 1}, {"b": 2}]}, "a.b")), list(values_at({"a": 3}, "a.b"))
    ([1, 2], [])
    """
    if isinstance(value, dict) and path in value:
        # Also where somebody has flattened it: the whole path is a key.
        yield value[path]
        return
    key, _, rest = path.partition(".")
    if isinstance(value, list):
        for one in value:
            yield from values_at(one, rest if key == "item" else path) if path else (one,)
    elif not path:
        yield value
    elif isinstance(value, dict) and key in value:
        yield from values_at(value[key], rest)


def _has(item: Any, path: str) -> bool:
    return any(True for _ in values_at(item, path))


def first(item: Any, paths: tuple[str, ...]) -> Any:
    """Return the first value at any of the paths that is filled, or None.

    Parameters
    ----------
    item : object
    paths : tuple of str

    Returns
    -------
    object
    """
    for path in paths:
        for value in values_at(item, path):
            if value not in (None, "", [], {}):
                return value
    return None


def is_filled(value: Any) -> bool:
    """Whether a value, which a table may have written as text, says something.

    Parameters
    ----------
    value : object

    Returns
    -------
    bool

    Examples
    --------
    >>> is_filled("17"), is_filled("[]"), is_filled(False), is_filled({"id": 1})
    (True, False, False, True)
    """
    return (
        str(value).strip().casefold() not in EMPTY
        if isinstance(value, (str, int, float))
        else bool(value)
    )


def holds(item: Any, path: str, values: tuple[str, ...] | re.Pattern[str]) -> bool:
    """Whether a rule holds of a post.

    Parameters
    ----------
    item : object
    path : str
    values : tuple of str or re.Pattern
        In small letters.

    Returns
    -------
    bool
    """
    values_there = values_at(item, path)
    if isinstance(values, re.Pattern):
        return any(values.search(str(value).casefold()) is not None for value in values_there)
    if not values:
        return any(map(is_filled, values_there))
    return any(
        isinstance(value, (str, int)) and str(value).casefold() in values for value in values_there
    )


def filled_in(template: str, item: Any) -> str | None:
    """Return an address with the values at the paths that it names, or None where one is missing.

    Parameters
    ----------
    template : str
    item : object

    Returns
    -------
    str or None

    Examples
    --------
    >>> filled_in("https://x.example/{user.name}/{id}", {"id": 7, "user": {"name": "jo"}})
    'https://x.example/jo/7'
    """
    values = [identifier(first(item, (path,))) for path in NAMED.findall(template)]
    if None in values:
        return None
    remaining = iter(values)
    return NAMED.sub(lambda _: next(remaining) or "", template)
