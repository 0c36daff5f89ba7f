"""The page: self-contained, escaped, whole."""

import re
from html.parser import HTMLParser

import pytest

from givesell.errors import FileError
from tests.report.conftest import row

EVIL = '<script>alert("x")</script><img src=x onerror=alert(1)>'


class Tags(HTMLParser):
    """Collects tags and attributes."""

    def __init__(self, page):
        super().__init__()
        self.found, self.attributes = set(), []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        """Take one."""
        self.found.add(tag)
        self.attributes += attrs


@pytest.fixture
def rows():
    """Posts over some weeks by several authors on several platforms."""
    kinds = ("post", "reply")
    return [
        row(
            f"{'buy' if i % 4 == 0 else 'hi'} number {i}",
            0.95 if i % 4 == 0 else 0.1,
            created=f"2025-{1 + i % 3:02}-{1 + i % 28:02}T{i % 24:02}:00:00",
            author=("ana", "bo")[i % 2],
            platform=("x", "mastodon")[i % 2],
            kind=kinds[i % 2],
            url=f"https://x.example/{i}",
        )
        for i in range(120)
    ]


def test_the_page_loads_nothing(report, rows):
    """No script, no picture, no style sheet, no font from elsewhere; the page forbids it too."""
    tags = Tags(report(rows).html)
    assert not tags.found & {"script", "img", "iframe", "object", "embed", "form", "base"}
    assert not [
        value
        for name, value in tags.attributes
        if name in ("src", "srcset", "data", "xlink:href") and not value.startswith("#")
    ]
    links = [value for name, value in tags.attributes if name == "href"]
    assert all(link.startswith(("#", "https://x.example/")) for link in links)
    assert "default-src 'none'" in report(rows).html


def test_every_part_is_there(report, rows):
    """Charts, tables, posts, what was left out and the model."""
    page = report(rows, title="My archive").html
    assert page.count("<svg ") == 4
    for title in (
        "Giving and selling in My archive", "In short", "The share against the target",
        "How certain the model is", "Over time",
        "By weekday and hour", "By platform", "By kind of post", "By author",
        "Longest runs without giving", "Most selling", "Most giving",
        "What is missing or was left out", "Who sells most", "The model and its errors",
    ):  # fmt: skip
        assert title in page
    assert not re.findall(r"#0\d0\d0\d", page)
    assert "None" not in re.sub(r"<svg.*?</svg>", "", page, flags=re.DOTALL)


@pytest.mark.parametrize("field", ["text", "author", "platform", "kind", "title", "reason"])
def test_nothing_of_a_post_is_run(report, rows, field, tmp_path):
    """A post, a name or a reason with markup is shown, not run."""
    options = {"title": EVIL} if field == "title" else {}
    if field == "reason":
        (tmp_path / "scored.jsonl.rejects.jsonl").write_text(
            '{"reason": "' + EVIL.replace('"', '\\"') + '"}\n'
        )
    elif field != "title":
        rows[0][field] = f"buy {EVIL}"
    page = report(rows, **options).html
    assert not Tags(page).found & {"script", "img"}
    assert "&lt;script&gt;" in page.replace("<mark>", "").replace("</mark>", "")


def test_only_web_addresses_are_links(report, rows):
    """A scheme that runs code is no link."""
    for one in rows:
        one["url"] = "javascript:alert(1)"
    assert "javascript:" not in report(rows).html


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [row("", None)],
        [row("hi", 0.1)],
        [row("buy", 0.95)],
        [row("hi", 0.1, created="2025-01-01")],
        [{**row("hi", 0.1), "text": None}],
        [
            row("hi", 0.1, created="2025-01-01"),
            row("hi", 0.1, created="1970-01-01"),
            row("hi", 0.1, created="2099-12-31"),
        ],
    ],
)
def test_small_and_odd_archives(report, rows, tmp_path, model):
    """Nothing, one post, no times, times far apart: the page is made and says what there is."""
    if not rows:
        (tmp_path / "empty.csv").write_text("text,label,selling,sure,status\n")
        from givesell.report import make_report

        page = make_report(tmp_path / "empty.csv", model=model).html
    else:
        page = report(rows).html
    assert "In short" in page
    assert "nan" not in page.lower().replace("nanum", "")


def test_a_scored_file_without_posts_has_figures(report):
    """A scored file without its text column still gives a page, without quoted posts."""
    rows = [
        {key: value for key, value in row("hi", 0.1).items() if key != "text"} for _ in range(3)
    ]
    assert "Most giving" not in report(rows).html


@pytest.mark.parametrize(
    ("giving", "selling", "words"),
    [
        (950, 50, "meets the target of 80% giving (4 : 1)"),
        (300, 700, "sells more than the target of 80% giving (4 : 1) allows"),
        (8, 3, "it is unclear whether the archive meets"),
    ],
)
def test_the_summary_says_it_plainly(report, giving, selling, words):
    """The verdict on the target follows the interval of the corrected share."""
    lines = report([row("hi", 0.1)] * giving + [row("buy", 0.95)] * selling).figures["summary"]
    assert words in lines[0]
    assert lines[1].startswith(
        f"As labelled, of {giving + selling:,} posts that could be judged, {giving:,} give and"
        f" {selling:,} sell"
    )


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [(0.1, 0.95, "getting worse"), (0.95, 0.1, "getting better"), (0.1, 0.1, "No clear change")],
)
def test_the_summary_tells_the_trend(report, first, second, words):
    """The later half of the posts is compared with the earlier one."""
    rows = [row("a", first, created=f"2025-01-{1 + i % 28:02}") for i in range(60)]
    rows += [row("a", second, created=f"2025-03-{1 + i % 28:02}") for i in range(60)]
    assert words in "\n".join(report(rows).figures["summary"])


def test_weekdays_are_named_only_if_they_differ(report):
    """What chance alone would make is not told."""
    alike = [
        row("hi", 0.1 if i % 2 else 0.95, created=f"2025-01-{6 + i % 14:02}T{i % 24:02}:00")
        for i in range(420)
    ]
    assert not any("sell the most" in line for line in report(alike).figures["summary"])
    sunday = [
        row("hi", 0.95 if i % 7 == 6 or i % 5 == 0 else 0.1, created=f"2025-01-{6 + i % 14:02}")
        for i in range(420)
    ]
    assert any(
        line.startswith("Sundays sell the most (100% of their posts)")
        for line in report(sunday).figures["summary"]
    )


def test_words_that_decided(report):
    """The reasons that speak for the label are marked, no others."""
    shown = report([row("now buy this", 0.95), row("hi there", 0.1)]).html
    assert re.search(r"<mark>[^<]*buy[^<]*</mark>", shown)
    assert re.search(r"<mark>[^<]*hi[^<]*</mark>", shown)
    assert "<mark>now" not in shown


def test_the_same_figures_give_the_same_page(report, rows):
    """No time and no random name gets into the page."""
    assert report(rows).html == report(rows).html


def test_a_page_that_cannot_be_written(report, rows, tmp_path):
    """A page that cannot be written is an error that names the file."""
    with pytest.raises(FileError, match=r"E405.*r\.html"):
        report(rows).save(tmp_path / "no" / "r.html")


def test_a_notebook_shows_the_page(report, rows):
    """A notebook shows the page in a frame, apart from the styles of the notebook."""
    shown = report(rows)._repr_html_()
    assert shown.startswith("<iframe srcdoc=")
    assert "<script" not in shown
