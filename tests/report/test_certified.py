"""What is never certified: posts that the model cannot read, errors that are not known, times
that were not read.
"""

import json

import numpy as np
import pyarrow as pa
import pyarrow.ipc as ipc
import pytest

import givesell
from givesell.estimators.pipelines import make_pipeline
from givesell.estimators.vectorizer import PostVectorizer
from givesell.model.model import Model
from givesell.report import make_report
from tests.report.conftest import row

FOREIGN = [
    "谢谢",
    "Jetzt kaufen!",
    "ขอบคุณมาก",
    "ありがとうございます",
    "Compre ahora ya",
    "Kup teraz koniecznie",
    "zzqx vrrk plonk",
]
PITCHES = ["10% off all mugs until Friday, DM me to order", "Book your free call now, link in bio"]
THANKS = [
    "Thanks so much, that was really kind of you",
    "Does anyone know a good bike shop near the station?",
]


@pytest.fixture
def shipped(tmp_path):
    """Report on rows with the shipped model."""

    def run(rows, **options):
        path = tmp_path / "scored.jsonl"
        path.write_text("".join(json.dumps(one) + "\n" for one in rows))
        return make_report(path, model=givesell.load(), **options)

    return run


def test_posts_that_cannot_be_read_are_never_certified(shipped):
    """500 foreign posts, labelled giving and sure: strong drift comes first, no share is given,
    and no target is met.
    """
    found = shipped([row(FOREIGN[i % len(FOREIGN)], 0.02) for i in range(500)])
    assert found.figures["corrected"] is None
    assert found.figures["drift"]["level"] == "strong"
    assert found.figures["summary"][0].startswith("Strong drift: ")
    assert "of the words are new to the model" in found.figures["summary"][0]
    assert not any("meets" in line or "4 : 1" in line for line in found.figures["summary"])
    page = found.html
    assert page.index("Strong drift") < page.index("not known") < page.index("as labelled")
    assert "meets" not in page
    assert "were right when measured" not in page


def test_an_archive_in_another_language_is_not_certified_by_the_rest(shipped):
    """Where most posts are not English, the few that are say nothing about the rest."""
    other = {"label": None, "selling": None, "sure": False, "status": "not_english"}
    rows = [row(THANKS[i % 2], 0.02) for i in range(40)] + [
        {"text": "Danke", **other} for _ in range(60)
    ]
    found = shipped(rows).figures
    assert found["corrected"] is None
    assert "60% of the posts are not English" in found["summary"][0]


def test_mostly_unsure_verdicts_are_not_corrected(shipped):
    """There the model errs more than it was measured to, on any source."""
    found = shipped(
        [row(PITCHES[i % 2], 0.6) for i in range(60)]
        + [row(THANKS[i % 2], 0.02) for i in range(40)]
    ).figures
    assert found["corrected"] is None
    assert found["summary"][0].startswith(
        "Not corrected: the model is unsure of 60% of the posts that it judged."
    )


def test_selling_much_is_no_reason_to_doubt_the_errors(shipped):
    """A shop is told from what is usual, and has a corrected share all the same, which holds the
    true one.
    """
    found = shipped(
        [row(PITCHES[i % 2], 0.95) for i in range(180)]
        + [row(THANKS[i % 2], 0.02) for i in range(20)]
    )
    assert found.figures["drift"]["level"] == "strong"
    assert found.figures["summary"][0].startswith(
        "Strong drift: far more, or far fewer, of these posts sell"
    )
    assert found.figures["corrected"]["low"] <= 0.1 <= found.figures["corrected"]["high"]
    assert "0% and 0%" not in found.html


def test_the_corrected_share_comes_first_and_largest(report):
    """Before the ratio as labelled, and as a range."""
    page = report([row("hi", 0.1)] * 300 + [row("buy", 0.95)] * 700).html
    headline = page[page.index('class="headline"') :]
    assert (
        headline.index("Share of posts that give")
        < headline.index("give : sell, as labelled")
        < headline.index("until 4")
    )


def test_a_share_that_may_be_anything_is_not_known(shipped):
    """One or two posts leave the share open: the page and the summary say that, and no interval
    that says nothing.
    """
    rows = [row(THANKS[0], 0.02), row(PITCHES[0], 0.95)]
    for count, words in ((1, "With only 1 post,"), (2, "With only 2 posts,")):
        found = shipped(rows[:count])
        assert "any share of these posts may be giving" in found.figures["summary"][0]
        assert words in found.figures["summary"][0]
        assert "not known<small>with the model" in found.html


def test_unknown_errors_certify_nothing(tmp_path):
    """A model that was never measured says so, whatever the labels are."""
    posts = ["now buy this", "buy", "hi there now", "this", "now", "hi there"]
    model = Model.from_pipeline(
        make_pipeline(PostVectorizer(ngram_range=(1, 1), min_df=1)).fit(
            posts, ["selling"] * 2 + ["giving"] * 4
        )
    )
    path = tmp_path / "scored.jsonl"
    path.write_text(100 * (json.dumps(row("hi there", 0.1)) + "\n"))
    summary = make_report(path, model=model).figures["summary"]
    assert "it is unclear" in summary[0]
    assert not any("meets the target" in line for line in summary if "it is unclear" not in line)


def test_a_day_without_an_hour_stays_one(report):
    """No zone moves it, it has no place among the hours, and the page shows no hour of it."""
    rows = [
        row("hi there now", 0.1, created=day) for day in ("2025-01-06", "2025-01-13", "2025-01-20")
    ]
    found = report(rows, timezone="America/New_York")
    assert found.figures["hours"] is None
    assert np.array(found.figures["weekdays"]).sum(axis=1).tolist() == [3, 0, 0, 0, 0, 0, 0]
    assert (found.figures["time"]["first"], found.figures["times"]["days_only"]) == (
        "2025-01-06",
        3,
    )
    assert "By weekday and hour" not in found.html
    assert "6 Jan 2025<" in found.html.replace(" <", "<")


def test_times_that_were_not_read_are_no_evidence(report):
    """Where many times are not understood it is said that a change is not known, never that
    there is none.
    """
    rows = [
        row("hi" if i % 2 else "buy", 0.1 if i % 2 else 0.95, created=f"2025-01-{1 + i % 28:02}")
        for i in range(80)
    ]
    rows += [row("hi", 0.1, created="some day") for _ in range(112)]
    found = report(rows)
    summary = "\n".join(found.figures["summary"])
    assert "No clear change" not in summary
    assert (
        "Whether the share changed over time is not known: 112 of 192 times were not understood."
        in summary
    )
    assert found.figures["times"]["unread"] == 112
    assert "with a time that was not understood" in found.html


def test_what_is_missing_is_counted(report):
    """Posts without a time, an author or a verdict are numbered, in the figures and on the page."""
    rows = [
        row("hi", 0.1, author="ana", created="2025-01-06T10:00:00Z"),
        row("hi", 0.1, author="", created=None),
        row("", None, author="bo"),
    ]
    found = report(rows)
    assert (found.figures["times"]["missing"], found.figures["no_author"]) == (2, 1)
    assert "2 posts have no time." in found.figures["summary"]
    for words in (
        "without a verdict</td><td>1",
        "without a time</td><td>2",
        "without an author</td><td>1",
    ):
        assert words in found.html
    nothing = report([row("hi", 0.1)]).figures
    assert (nothing["times"]["column"], nothing["no_author"]) == (None, None)


def test_the_order_of_day_and_month_is_that_of_the_whole_file(tmp_path, model):
    """What a later part of the file tells goes for the first one too, and stands in the report."""
    days = [["01/02/2024", "02/02/2024"], ["03/02/2024", "25/02/2024"]]
    path = tmp_path / "scored.arrow"
    batches = [
        pa.RecordBatch.from_pylist(
            [{**row("hi", 0.1, created=day), "selling": 0.1} for day in part]
        )
        for part in days
    ]
    with ipc.new_file(path, batches[0].schema) as file:
        for batch in batches:
            file.write_batch(batch)
    found = make_report(path, model=model)
    assert (found.figures["time"]["first"], found.figures["time"]["last"]) == (
        "2024-02-01",
        "2024-02-25",
    )
    assert found.figures["rows"] == 4
    assert "01/02/2024 was read as 1 February 2024." in found.figures["summary"]
    assert "01/02/2024 was read as 1 February 2024." in found.html


def test_one_time_zone_for_the_whole_page(report):
    """Posts, runs and hours are in the zone asked for."""
    rows = [
        row("please buy now this", 0.95, created="2025-01-06T23:30:00Z", author="ana")
        for _ in range(3)
    ] + [row("hi", 0.1, author="bo")]
    page = report(rows, timezone="Asia/Tokyo").html
    assert "7 Jan 2025, 08:30" in page
    assert "23:30" not in page
    assert "UTC" not in page


def test_kinds_sellers_and_reposts(report):
    """Who sells most, which kinds of selling there are, and own posts apart from reposts."""
    rows = [row("buy", 0.95, author="ana", kind="post", facet="offer") for _ in range(12)]
    rows += [row("hi", 0.1, author="ana", kind="repost", facet="talk") for _ in range(8)]
    rows += [row("hi", 0.1, author="bo", kind="post", facet="help") for _ in range(20)]
    found = report(rows)
    figures, summary = found.figures, "\n".join(found.figures["summary"])
    assert figures["facets"] == {"giving": {"help": 20, "talk": 8}, "selling": {"offer": 12}}
    assert figures["sellers"] == [{"name": "ana", "giving": 8, "selling": 12, "posts": 20}]
    assert (figures["own"], figures["reposts"]["giving"]) == (
        {"giving": 20, "selling": 12, "posts": 32},
        8,
    )
    assert figures["to_target"] == 20
    assert "ana sells the most: 12 of 20 judged posts." in summary
    assert "20 more giving posts and no more selling ones would make it 4 : 1." in summary
    assert "Without reposts: 62% giving, 1.7 : 1; reposts alone: 8 : 0." in summary
    for title in ("Kinds of selling and giving", "Who sells most", "Original posts and reposts"):
        assert title in found.html


def test_the_most_giving_posts_have_something_to_say(report):
    """A post of some words goes before a shorter one that is more certain, and is called giving,
    not 0% selling.
    """
    found = report([row("hi", 0.0), row("hi there now this number", 0.1)])
    assert [post["text"] for post in found.figures["most_giving"]] == [
        "hi there now this number",
        "hi",
    ]
    assert "0% selling" not in found.html.replace("\u00a0", " ")
