"""Text out of the HTML that platforms write."""

import html
import re

from selectolax.lexbor import LexborHTMLParser

from givesell.archives.streams.limits import MAX_TREE

# What comes before and after an element on a line of its own.
_AROUND = {
    "br": ("\n", ""),
    "li": ("- ", "\n"),
    **dict.fromkeys(("p", "blockquote", "ul", "ol", "pre"), ("", "\n\n")),
}
_HIDDEN = ("script", "style")
_UNSEEN = re.compile(
    rf"<({'|'.join(_HIDDEN)})\b.*?(?:</\1\b[^>]*>?|\Z)|<!--.*?(?:-->|\Z)", re.DOTALL | re.IGNORECASE
)
_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)[^>]*>?")
# Python refuses to read numbers of more than 4,300 digits, and no character has more than seven.
_NO_CHARACTER = re.compile(r"&#[0-9]{100,};?")
_ENTITY = re.compile(r"&(?:#[0-9]{1,99}|#[xX][0-9a-fA-F]+|[a-zA-Z][a-zA-Z0-9]{1,31});")


def html_to_text(markup: str) -> str:
    r"""Return what a reader of HTML sees: paragraphs, line breaks and list items on lines of
    their own.

    Parameters
    ----------
    markup : str

    Returns
    -------
    str

    Examples
    --------
    >>> html_to_text('<p>Two &amp; <a href="#">three</a></p><p>four<br>five</p>')
    'Two & three\n\nfour\nfive'
    """
    if "<" not in markup and "&" not in markup:
        return markup.strip()
    return (_by_tree(markup) if len(markup) <= MAX_TREE else _by_tags(markup)).strip()


def unescaped(text: str) -> str:
    """Resolve the entities in a text that is no HTML; only those that are closed, since an address
    may hold ``&copy=1``.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
        With U+FFFD for numbers of no character.

    Examples
    --------
    >>> unescaped("Cups &amp; mugs &#x1F375; m.example?page=2&copy=1")
    'Cups & mugs 🍵 m.example?page=2&copy=1'
    """
    if "&" not in text:
        return text
    return _ENTITY.sub(_resolved, _NO_CHARACTER.sub("\ufffd", text) if "&#" in text else text)


def _resolved(entity: re.Match[str]) -> str:
    return html.unescape(entity[0])


def _by_tree(markup: str) -> str:
    tree = LexborHTMLParser(markup)
    for node in tree.css(", ".join(_HIDDEN)):
        node.decompose()
    for name, (before, after) in _AROUND.items():
        for node in tree.css(name):
            if before:
                node.insert_before(before)
            if after:
                node.insert_after(after)
    return tree.text() if tree.body is not None else ""


def _by_tags(markup: str) -> str:
    """Take tags as they come, in one pass; for HTML that is well formed the text is the same."""
    return html.unescape(_NO_CHARACTER.sub("\ufffd", _TAG.sub(_put, _UNSEEN.sub("", markup))))


def _put(tag: re.Match[str]) -> str:
    name = tag[2].lower()
    before, after = _AROUND.get(name, ("", ""))
    return after if tag[1] else before
