"""HTML as text."""

import random
import time

import pytest

from givesell.archives.parsing import markup
from givesell.archives.parsing.markup import html_to_text, unescaped
from givesell.archives.streams.limits import MAX_TREE

PIECES = [
    "<br>",
    "<br/>",
    "word ",
    "&amp;",
    "<b>bold</b>",
    '<a href="https://a.example">link</a>',
    "1 &lt; 2",
]
PIECES += [
    "<SPAN CLASS='x'>s</SPAN>",
    "<script>bad()</script>",
    "<style>b {}</style>",
    "<!-- not <p> shown -->",
]
ENDLESS = [
    "<div>",
    "<ul><li>",
    "<b>",
    "<p a=1>",
    "<",
    "<a",
    "</",
    "<!--",
    "<script>",
    "<script></style>",
    "&",
    "&#",
    "&#x",
    "</b>",
]
ENDLESS += ["<table><tr>", "<a '\""]


def test_long_html_reads_as_short_html():
    """HTML that is too long for a tree gives the text that the tree would."""
    draw = random.Random(0)
    for _ in range(50):
        paragraphs = ["".join(draw.choices(PIECES, k=20)) for _ in range(5)]
        whole = "".join(
            f"<p>{paragraph}</p><ul><li>one</li><li>{paragraph}</li></ul><blockquote>s</blockquote>"
            for paragraph in paragraphs
        )
        assert markup._by_tags(whole) == markup._by_tree(whole)


@pytest.mark.parametrize("piece", ENDLESS)
def test_no_html_takes_long(piece):
    """Neither depth nor number of tags, quotes, comments or entities make the time grow faster
    than the HTML.
    """
    began = time.process_time()
    for size in (MAX_TREE, 2_000_000):
        html_to_text(piece * (size // len(piece)))
        html_to_text(piece * (size // len(piece)) + ">text")
    assert time.process_time() - began < 5


def test_deep_html_and_many_attributes_keep_their_text():
    """A post nested 200,000 deep is still its text, as is one with a million attributes."""
    assert html_to_text("<div>" * 200_000 + "thanks" + "</div>" * 200_000) == "thanks"
    assert html_to_text("<p " + "a=1 " * 1_000_000 + ">thanks</p>") == "thanks"


def test_entities_of_any_length():
    """A number that Python would refuse to read is no character."""
    assert unescaped("&#" + "9" * 10_000 + "; &#38;") == "\ufffd &"
    assert unescaped("&#x" + "f" * 10_000 + ";") == "\ufffd"
