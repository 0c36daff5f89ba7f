"""The text of a post of X as people saw it: entities resolved, short links replaced by where
they lead.
"""

import re
from collections.abc import Collection, Iterable

from givesell.archives.parsing.markup import unescaped

# A short link ends with its letters and digits, whatever follows; any other one ends where the text
# has a space.
_LINK = re.compile(r"https?://(?:t\.co/[A-Za-z0-9]+|[^\s…]+)")
_AFTER = ".,;:!?)]}\"'"


def readable(text: str, links: Iterable[tuple[str, str]], hidden: Collection[str] = ()) -> str:
    """Return a text as people saw it.

    Parameters
    ----------
    text : str
    links : iterable of tuple of str
        Short links and where they lead. Each is put in once, in the order of the text, and nothing
        is looked for in what was put in.
    hidden : collection of str
        Links that are not shown, those of the post's own pictures.

    Returns
    -------
    str

    Examples
    --------
    >>> readable(
    ...     "Cups &amp; mugs https://t.co/a https://t.co/b",
    ...     [("https://t.co/a", "https://t.co/b")],
    ...     {"https://t.co/b"},
    ... )
    'Cups & mugs https://t.co/b'
    """
    waiting: dict[str, list[str]] = {}
    for link, target in links:
        waiting.setdefault(link, []).append(target)
    if not waiting and not hidden:
        return unescaped(text).strip()
    for targets in waiting.values():
        targets.reverse()
    pieces, at = [], 0
    for match in _LINK.finditer(text):
        for link in (match[0], match[0].rstrip(_AFTER)):
            targets = waiting.get(link, [])
            if targets or link in hidden:
                pieces += [unescaped(text[at : match.start()]), targets.pop() if targets else ""]
                at = match.start() + len(link)
                break
    return "".join([*pieces, unescaped(text[at:])]).strip()
