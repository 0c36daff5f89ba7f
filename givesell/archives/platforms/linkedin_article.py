"""An article of LinkedIn: a page of HTML with its title, its address, when it was published, and
its text.
"""

import re

from givesell.archives.base.post import POST, Post, from_iso
from givesell.archives.base.values import short
from givesell.archives.parsing.markup import html_to_text

_TITLE, _PUBLISHED = "<h1", '<p class="published"'
_CREATED = b'<p class="created"'
_MOST = 16 << 10  # characters that the time and the address lie within
_ADDRESS = re.compile(r'<a\s[^>]{0,200}?href="([^"]{1,4096})"')
_TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d")


def is_article(data: bytes) -> bool:
    """Say whether a page is an article of an export.

    Parameters
    ----------
    data : bytes
        Its beginning.

    Returns
    -------
    bool
    """
    return _CREATED in data and _PUBLISHED.encode() in data and _TITLE.encode() in data


def article_of(markup: str, author: str | None) -> tuple[Post, bool]:
    r"""Return the post that an article is.

    Parameters
    ----------
    markup : str
        All of the page.
    author : str or None

    Returns
    -------
    post : Post
        Its title stands above its text.
    is_published : bool

    Examples
    --------
    >>> page = (
    ...     '<h1><a href="https://l.example/a">Soup</a></h1>'
    ...     '<p class="published">Published on 2024-03-01 09:05</p><p>Stir.</p>'
    ... )
    >>> post, is_published = article_of(page, "Jo")
    >>> post.text, post.url, post.created.hour, is_published
    ('Soup\n\nStir.', 'https://l.example/a', 9, True)
    """
    title, rest = _element(markup[max(0, markup.find(_TITLE)) :], "</h1>")
    published, text = _element(rest[max(0, rest.find(_PUBLISHED)) :], "</p>")
    text = text.partition("</body>")[0]
    time, address = _TIME.search(published[:_MOST]), _ADDRESS.search(title[:_MOST])
    words = "\n\n".join(filter(None, (html_to_text(title), html_to_text(text))))
    when = from_iso(time[0]) if time else None
    return (
        Post(None, words, author, when, "linkedin", short(address[1]) if address else None, POST),
        time is not None,
    )


def _element(markup: str, end: str) -> tuple[str, str]:
    """Return what stands before the end of an element, and what after it."""
    inner, _, rest = markup.partition(end)
    return inner + end, rest
