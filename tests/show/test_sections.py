"""Tests of `givesell.show.sections`, `markup` and `colours`: what people look at."""

import io
from html.parser import HTMLParser

import pytest
from rich.console import Console

from givesell.show.colours import ON_DARK, ON_EITHER, ON_LIGHT, SIGNS, label_style, mark_css
from givesell.show.markup import Html, concatenated, element
from givesell.show.sections import Section, Warned, as_html, as_renderable

HOSTILE = "</td><script>x</script>\x1b[31m\n&\u202e"
SECTIONS = [
    Section(HOSTILE, ("", HOSTILE), [(Warned(HOSTILE), HOSTILE)], HOSTILE),
    Section("Empty", ("", "posts"), []),
]


def test_html_is_escaped_once():
    """Nothing in a table is markup or a control character, and nothing is escaped twice."""
    page = as_html(HOSTILE, SECTIONS)
    assert "<script" not in page
    assert page.count("&lt;script&gt;") == 6
    assert "&amp;lt;" not in page
    assert page.replace("▲", "").isprintable()
    opened = []

    class Balanced(HTMLParser):
        def handle_starttag(self, tag, attributes):
            opened.append(tag)

        def handle_endtag(self, tag):
            assert opened.pop() == tag

    Balanced().feed(page)
    assert not opened


def test_terminal_and_html_show_the_same():
    """Both ways of showing sections hold the same texts, a section without rows its title alone."""
    sections = [Section("Quality", ("", "value"), [("macro-F1", "0.900")], "Of 30 posts.")]
    console = Console(width=80, record=True, file=io.StringIO())
    console.print(as_renderable("A model", [*sections, SECTIONS[1]]))
    shown, page = console.export_text(), as_html("A model", [*sections, SECTIONS[1]])
    for text in ("A model", "Quality", "value", "macro-F1", "0.900", "Of 30 posts.", "Empty"):
        assert text in shown
        assert text in page
    assert "posts" not in shown.split("Empty")[1]
    assert "posts" not in page.split("Empty")[1]


def test_elements_leave_out_empty_attributes():
    """An attribute without a value is not written; values cannot end theirs."""
    assert element("p", "a", style="") == "<p>a</p>"
    assert element("p", title='"><b>') == '<p title="&quot;&gt;&lt;b&gt;"></p>'
    assert isinstance(concatenated("<", Html("<br>")), Html)
    assert concatenated("<", Html("<br>")) == "&lt;<br>"


def brightness(colour):
    """Return the relative luminance of a colour, as WCAG defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize(
    ("palette", "paper", "least"),
    [
        (ON_LIGHT, "#ffffff", 3.5),
        (ON_DARK, "#1b2026", 3.5),
        (ON_EITHER, "#ffffff", 3.5),
        (ON_EITHER, "#000000", 3.5),
    ],
)
def test_colours_can_be_read(palette, paper, least):
    """Each colour has enough contrast with the background that it is for."""
    for colour in (palette.giving, palette.selling, palette.warning):
        dark, light = sorted((brightness(colour), brightness(paper)))
        assert (light + 0.05) / (dark + 0.05) >= least


def test_colour_is_never_the_only_signal():
    """The labels differ in sign and in line, not in colour alone."""
    assert SIGNS["giving"] != SIGNS["selling"]
    assert "dotted" in mark_css("giving", 0.5)
    assert "solid" in mark_css("selling", 0.5)
    assert "underline" in label_style("selling", underlined=True)
    assert "underline" not in label_style("giving", underlined=True)
