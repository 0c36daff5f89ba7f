"""The parts of posts out of the columns of a table: handles out of objects, kinds by a tool's
rules, platforms that are some.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from givesell.archives.base.columns import as_text
from givesell.archives.base.post import COMMENT, POST, REPLY, REPOST
from givesell.archives.base.values import identifier, short
from givesell.archives.parsing.json_values import read_value
from givesell.archives.shapes.all_shapes import column_of, shape_of_table
from givesell.archives.shapes.shape import EMPTY, NAMED, Rule, first, fold

# What an object that describes somebody calls the handle, the best first.
HANDLES = (
    "username", "screen_name", "userName", "unique_id", "uniqueId", "handle", "acct", "account",
    "publicIdentifier", "name", "nickname",
    "nickName", "full_name", "fullName", "displayName", "display_name", "displayname", "title",
    "id",
)  # fmt: skip
_KINDS = {
    **dict.fromkeys(
        (
            "post",
            "tweet",
            "status",
            "original",
            "submission",
            "quote",
            "quoted",
            "beitrag",
            "publicación",
        ),
        POST,
    ),
    **dict.fromkeys(("reply", "replied_to", "replied", "antwort", "respuesta", "réponse"), REPLY),
    **dict.fromkeys(
        ("repost", "retweet", "retweeted", "reblog", "boost", "share", "shared"), REPOST
    ),
    **dict.fromkeys(("comment", "kommentar", "comentario", "commentaire"), COMMENT),
}
# How tables of no known tool say what a post is.
_RULES: tuple[Rule, ...] = tuple(
    (kind, name, ("true", "yes", "1", "t"))
    for kind, names in ((REPOST, ("is_retweet", "is_repost")), (REPLY, ("is_reply",)))
    for name in names
)
_PLATFORMS = frozenset({
    "x", "twitter", "facebook", "instagram", "threads", "tiktok", "youtube", "linkedin", "reddit",
    "mastodon", "bluesky", "telegram",
    "discord", "whatsapp", "slack", "snapchat", "pinterest", "tumblr", "twitch", "vk", "vkontakte",
    "weibo", "douyin", "xiaohongshu",
    "rednote", "wechat", "quora", "medium", "substack", "gab", "truthsocial", "parler", "gettr",
    "4chan", "8kun", "9gag", "imgur", "flickr",
    "xing", "line", "kakaotalk", "google", "trustpilot", "yelp", "blog", "blogs", "forum", "forums",
    "news", "review", "reviews",
})  # fmt: skip
# Columns that name a platform in some tables, and an app, a newspaper or a site in others.
_LOOSE = frozenset({"source", "sourcename", "domain", "contentsourcename"})
_DOMAIN = re.compile(
    r"(?:https?://)?(?:www\.|m\.)?([a-z0-9]+)\.(?:com|net|org|social|app|ru|cn)(?:/.*)?"
)
# How Python prints an object that stands in a table.
_PRINTED = re.compile(r"""['"]?\b(?:username|screen_name|screenname)['"]?\s*[:=]\s*['"]([^'"]+)""")


def parts_of(batch: pa.RecordBatch, roles: Mapping[str, str]) -> dict[str, pa.Array]:
    """Return the parts of the posts of a table, as text.

    Parameters
    ----------
    batch : pyarrow.RecordBatch
    roles : mapping of str to str
        See `givesell.archives.shapes.roles.find_roles`.

    Returns
    -------
    dict of str to pyarrow.StringArray
        ``id``, ``author``, ``url``, ``platform`` and ``kind``, those that are known: a kind is null
        where a type is none.

    Examples
    --------
    >>> batch = pa.RecordBatch.from_pydict(
    ...     {"user": ['{"id": 7, "username": "jo"}', "al"], "type": ["Photo", "Reply"]}
    ... )
    >>> {
    ...     part: column.to_pylist()
    ...     for part, column in parts_of(batch, {"author": "user", "kind": "type"}).items()
    ... }
    {'author': ['jo', 'al'], 'kind': [None, 'reply']}
    """
    shape = shape_of_table(batch.schema.names)
    found = {
        role: as_text(batch.column(roles[role]))
        for role in ("id", "author", "url", "platform", "kind")
        if role in roles
    }
    if "author" in found:
        found["author"] = handles(found["author"])
    if "platform" in found:
        if fold(roles["platform"]) in _LOOSE:
            found["platform"] = _each(
                found["platform"], lambda value: value if is_platform(value) else None
            )
    elif shape is not None and shape.platform:
        found["platform"] = pa.repeat(shape.platform, len(batch))
    if "url" not in found and shape is not None and isinstance(shape.link, str) and shape.link:
        found |= _links(batch, shape.link)
    if "url" in found and shape is not None and shape.site:
        url = found["url"]
        found["url"] = pc.if_else(
            pc.starts_with(url, "/"), pc.binary_join_element_wise(shape.site, url, ""), url
        )
    if "kind" in found:
        # What somebody calls a kind is one of theirs; a type is often one of media.
        own = fold(roles["kind"]) == "kind"
        found["kind"] = _each(
            found["kind"],
            lambda value: _KINDS.get(value.strip().casefold(), value if own else None),
        )
    elif shape is not None:
        found["kind"] = kinds_of(batch, shape.kinds, shape.kind)
    elif any(fold(path) in map(fold, batch.schema.names) for _, path, _ in _RULES):
        found["kind"] = kinds_of(batch, _RULES, POST)
    return found


def kinds_of(batch: pa.RecordBatch, rules: Sequence[Rule], usual: str) -> pa.StringArray:
    """Return the kinds of posts by rules.

    Parameters
    ----------
    batch : pyarrow.RecordBatch, n rows
    rules : sequence of Rule
        The first that holds tells.
    usual : str
        The kind where none does.

    Returns
    -------
    pyarrow.StringArray, shape (n,)
    """
    kinds = pa.repeat(usual, len(batch))
    for rule in reversed(rules):
        holds = where_holds(batch, rule)
        if holds is not None:
            kinds = pc.if_else(holds, rule[0], kinds)
    return kinds


def where_holds(batch: pa.RecordBatch, rule: Rule) -> pa.BooleanArray | None:
    """Tell of which rows a rule holds; see `givesell.archives.shapes.shape.holds`.

    Parameters
    ----------
    batch : pyarrow.RecordBatch, n rows
    rule : Rule

    Returns
    -------
    pyarrow.BooleanArray, shape (n,), or None
        None where there is no such column.
    """
    _, path, values = rule
    column = column_of((path,), {fold(name): name for name in reversed(batch.schema.names)})
    if column is None:
        return None
    told = pc.utf8_lower(pc.utf8_trim_whitespace(as_text(batch.column(column))))
    if isinstance(values, re.Pattern):
        return pc.fill_null(pc.match_substring_regex(told, values.pattern), False)
    found = pc.is_in(told, pa.array(values or sorted(EMPTY)))
    return found if values else pc.invert(pc.or_(found, told.is_null()))


def handles(column: pa.StringArray) -> pa.StringArray:
    """Return authors with their handle in the place of the object that describes them.

    Parameters
    ----------
    column : pyarrow.StringArray

    Returns
    -------
    pyarrow.StringArray

    Examples
    --------
    >>> handles(
    ...     pa.array(["jo", '{"id": 7, "screen_name": "al"}', "User(username='cy', id=3)"])
    ... ).to_pylist()
    ['jo', 'al', 'cy']
    """
    objects = pc.or_(pc.starts_with(column, "{"), pc.match_substring(column, "username="))
    return _each(column, _handle) if pc.any(objects).as_py() else column


def handle_of(person: Any) -> str | None:
    """Return the handle of somebody: their name itself, or out of what describes them.

    Parameters
    ----------
    person : object

    Returns
    -------
    str or None

    Examples
    --------
    >>> handle_of("jo"), handle_of({"id": "7", "username": "jo"}), handle_of(None)
    ('jo', 'jo', None)
    """
    if isinstance(person, str):
        return short(_handle(person))
    return identifier(first(person, HANDLES)) if isinstance(person, dict) else identifier(person)


def is_platform(value: str) -> bool:
    """Whether a word names a platform, as itself or by its domain.

    Parameters
    ----------
    value : str

    Returns
    -------
    bool

    Examples
    --------
    >>> is_platform("Twitter"), is_platform("www.facebook.com"), is_platform("Twitter for iPhone")
    (True, True, False)
    """
    told = value.strip().casefold()
    domain = _DOMAIN.fullmatch(told)
    return (domain[1] if domain else re.sub(r"[\s._-]", "", told)) in _PLATFORMS


def _links(batch: pa.RecordBatch, template: str) -> dict[str, pa.Array]:
    """Return the addresses that a template makes of some columns; nothing where one is missing."""
    folded = {fold(name): name for name in reversed(batch.schema.names)}
    pieces = NAMED.split(template)
    columns = [column_of((path,), folded) for path in pieces[1::2]]
    if None in columns:
        return {}
    parts = [
        piece if number % 2 == 0 else as_text(batch.column(columns[number // 2]))
        for number, piece in enumerate(pieces)
    ]
    return {"url": pc.binary_join_element_wise(*parts, "")}


def _handle(value: str) -> str | None:
    if value.startswith("{"):
        try:
            person = read_value(value.encode("utf-8", "surrogatepass"))
        except ValueError:
            person = None
        if isinstance(person, dict):
            return handle_of(person) or value
    printed = _PRINTED.search(value) if value.startswith("{") or "username=" in value else None
    return printed[1] if printed else value


def _each(column: pa.StringArray, change: Any) -> pa.StringArray:
    """Return a column with each value changed, each different one once."""
    coded = column.dictionary_encode()
    changed = pa.array([change(value) for value in coded.dictionary.to_pylist()], pa.string())
    return changed.take(coded.indices)
