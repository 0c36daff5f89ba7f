"""Tests of `givesell.reasons.render`: what a terminal and a notebook show."""

import re
from html.parser import HTMLParser
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

import givesell

PITCH = "Orders open! 20% off all mugs until Friday, DM me"
MIXED = f"Thanks. {PITCH}"


def printed(explanation, **options):
    """Return what a console prints."""
    with Path("/dev/null").open("w") as nowhere:
        console = Console(
            record=True, width=100, file=nowhere, markup=False, emoji=False, **options
        )
        console.print(explanation)
        return console.export_text()


class Checker(HTMLParser):
    """Collects text and checks that tags close in order."""

    def __init__(self):
        super().__init__()
        self.open, self.text, self.tags = [], "", set()

    def handle_starttag(self, tag, attrs):
        """Note an open tag."""
        self.open.append(tag)
        self.tags.add(tag)

    def handle_endtag(self, tag):
        """Check that it is the last that was opened."""
        assert self.open.pop() == tag

    def handle_data(self, data):
        """Keep the text."""
        self.text += data


def parsed(markup):
    """Parse HTML, all of it closed."""
    checker = Checker()
    checker.feed(markup)
    assert checker.open == []
    return checker


def test_terminal_tells_without_colour():
    """Without colour the signs, the words and the numbers tell which way each reason speaks."""
    shown = printed(givesell.explain(MIXED))
    assert shown.startswith("selling  0.9")
    assert "▲20% off all" in shown
    assert re.search(r"▲ selling +\+\d\.\d\d +█+ +20% off all", shown)
    assert re.search(r"▼ giving +-\d\.\d\d", shown)
    assert re.search(r"▲ offers a discount +20% off", shown)
    assert re.search(r"▼ thanks somebody +Thanks", shown)
    assert "it would read as giving" in shown


def test_terminal_is_not_steered():
    """Control characters and markup of a post are shown as text or blanked."""
    shown = printed(
        givesell.explain("buy [bold]now[/bold] \x1b[31mred\x1b[0m :smile: \r\x07 thanks")
    )
    assert "\x1b" not in shown
    assert "\x07" not in shown
    assert "[bold]" in shown.replace("▲", "").replace("▼", "")
    assert ":smile:" in shown


@given(
    text=st.text(max_size=60)
    | st.lists(
        st.sampled_from(["<b>", "&", '"', "buy now", "thanks", "\ud800", "\n", "<script>"])
    ).map(" ".join)
)
def test_html_is_whole_and_safe(text):
    """Whatever the post holds, the HTML is well formed, without its tags, encodable, and shows
    all of its text.
    """
    why = givesell.explain(text)
    markup = why._repr_html_()
    checker = parsed(markup)
    assert checker.tags <= {"div", "b", "small", "mark", "ul", "li", "i"}
    markup.encode()
    shown = re.sub(r"⏎?[▲▼][+-]\d+\.\d", "", checker.text)
    clean = re.sub("[\ud800-\udfff]", "\ufffd", text).replace("\r\n", "\n")
    assert (
        why.label is None
        or "".join(clean.split()) in "".join(re.sub("\r\n", "\n", shown).split())
        or "\x00" in text
    )


def test_html_marks_both_ways():
    """Reasons are marked with sign and number, selling and giving with different lines."""
    markup = givesell.explain(MIXED)._repr_html_()
    assert re.search(r"▲\+\d\.\d", markup)
    assert re.search(r"▼-\d\.\d", markup)
    assert "solid" in markup
    assert "dotted" in markup
    assert "color:inherit" in markup  # readable on light and on dark


def test_repr_is_one_line():
    """The plain repr stays on one line."""
    assert "\n" not in repr(givesell.explain("Buy\n\nnow!\r\n link in bio"))


def test_a_pitch_through_and_through_names_what_to_change():
    """Where no removal turns a selling post, the words to change first are named all the same."""
    why = givesell.explain("New video is up! Like and subscribe, link in description. #ad")
    assert why.flip is None
    shown = " ".join(printed(why).split())
    assert "does not turn it. Change “" in shown
    assert why.hints[0].text in shown
