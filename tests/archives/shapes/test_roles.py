"""Which column holds what: by the names that people and tools give, in several languages, and by
what the caller says.
"""

from pathlib import Path

import pyarrow as pa
import pytest

import givesell
from givesell.archives.shapes.roles import (
    COMPOSED,
    check_columns,
    columns_of,
    find_roles,
    find_text_column,
)
from givesell.archives.shapes.table_parts import handle_of, handles, is_platform, parts_of
from givesell.errors import ArgumentError, ArgumentTypeError, DataError

PATH = Path("posts.csv")


@pytest.mark.parametrize(
    ("names", "text", "roles"),
    [
        (["Fecha", "Texto", "Autor"], "Texto", {"created": "Fecha", "author": "Autor"}),
        (
            ["Nachricht", "Datum", "Verfasser"],
            "Nachricht",
            {"created": "Datum", "author": "Verfasser"},
        ),
        (
            ["auteur", "date", "contenu", "lien"],
            "contenu",
            {"created": "date", "author": "auteur", "url": "lien"},
        ),
        (["data", "autore", "testo"], "testo", {"created": "data", "author": "autore"}),
        (["Data", "Autor", "Mensagem"], "Mensagem", {"created": "Data", "author": "Autor"}),
        (["日期", "作者", "内容"], "内容", {"created": "日期", "author": "作者"}),
        (
            ["投稿日時", "ユーザー名", "本文"],
            "本文",
            {"created": "投稿日時", "author": "ユーザー名"},
        ),
        (["дата", "автор", "текст"], "текст", {"created": "дата", "author": "автор"}),
        (
            [" Tweet Text ", "Created At", "User Name"],
            " Tweet Text ",
            {"created": "Created At", "author": "User Name"},
        ),
        (
            ["Datetime", "Tweet Id", "Text", "Username"],
            "Text",
            {"created": "Datetime", "id": "Tweet Id", "author": "Username"},
        ),
        (["date", "time", "text"], "text", {"created": "date", "clock": "time"}),
        (["Datum", "Uhrzeit", "Text"], "Text", {"created": "Datum", "clock": "Uhrzeit"}),
        (["created_at", "time", "text"], "text", {"created": "created_at"}),
        (["text", "data"], "text", {}),
        (
            ["Post ID", "Network", "Post", "Link", "Date"],
            "Post",
            {"id": "Post ID", "platform": "Network", "url": "Link", "created": "Date"},
        ),
    ],
)
def test_columns_are_told_by_their_names(names, text, roles):
    """Columns are recognised by their names, whatever the capitals, blanks and language."""
    assert find_text_column(names, None, PATH) == text
    assert find_roles(names) == roles


def test_the_fuller_text_is_taken():
    """Of several columns the whole text comes before the text, and that before all else; what is
    as good as another is asked for.
    """
    assert find_text_column(["text", "full_text", "body"], None, PATH) == "full_text"
    assert find_text_column(["body", "Text", "title"], None, PATH) == "Text"
    with pytest.raises(
        DataError, match=r"E508.*'caption', 'message'\. Choose one with --text-column"
    ):
        find_text_column(["caption", "message"], None, PATH)


def test_what_could_hold_the_posts_is_suggested():
    """An error names the column that was likely meant."""
    with pytest.raises(
        DataError, match=r"E301.*Is it 'my_text_1'\? Then say --text-column 'my_text_1'"
    ):
        find_text_column(["id", "my_text_1"], None, PATH)
    with pytest.raises(DataError, match=r"E301.*Is it 'Headline'\?"):
        find_text_column(["id", "Headline"], None, PATH)
    with pytest.raises(DataError, match=r"E301.*Name the column of posts with --text-column"):
        find_text_column(["id", "zzz"], None, PATH)


def test_columns_that_the_caller_names_come_first():
    """A named column is taken for its part, and an hour beside it is no more guessed."""
    names = ["date", "time", "When", "text", "who", "user"]
    assert find_roles(names, {"created": "When", "author": "who"}) == {
        "author": "who",
        "created": "When",
    }
    assert find_roles(names, {"created": "date", "clock": "time"})["clock"] == "time"
    check_columns(names, {"created": "When"}, PATH)
    with pytest.raises(DataError, match=r"E301.*No column 'when'.*Did you mean 'When'"):
        check_columns(names, {"created": "when"}, PATH)


def test_columns_are_a_mapping_of_parts():
    """Anything else is refused with what to pass."""
    assert columns_of(None) is None
    assert columns_of({"created": "When"}) == {"created": "When"}
    with pytest.raises(ArgumentError, match=r"E530.*no part 'time'.*Did you mean 'created'\?"):
        columns_of({"time": "When"})
    for odd in ("When", ["When"], {"created": 3}, {1: "When"}):
        with pytest.raises(
            ArgumentTypeError, match=r"E206.*columns must be a mapping of parts to columns"
        ):
            columns_of(odd)


def test_a_named_column_is_read(write):
    """``columns`` says which column holds what where no name tells."""
    path = write("a.csv", "What,When,Who,Where\nhi,2024-03-01 09:05:00,jo,reddit\n")
    named = {"created": "When", "author": "Who", "platform": "Where"}
    (post,) = givesell.read_archive(path, text_column="What", columns=named)
    assert (post.author, post.platform, post.created.isoformat()) == (
        "jo",
        "reddit",
        "2024-03-01T09:05:00+00:00",
    )
    with pytest.raises(DataError, match=r"E301.*No column 'Whe'"):
        givesell.read_archive(path, text_column="What", columns={"created": "Whe"})


def test_a_source_is_a_platform_where_it_names_one():
    """An app or a newspaper in a column ``source`` is none; a column ``platform`` says what it
    says.
    """
    source = pa.array(
        ["Twitter", '<a href="x">Twitter for iPhone</a>', "www.facebook.com", "Daily Mug", None]
    )
    batch = pa.RecordBatch.from_pydict({"source": source, "platform": source})
    assert parts_of(batch, {"platform": "source"})["platform"].to_pylist() == [
        "Twitter",
        None,
        "www.facebook.com",
        None,
        None,
    ]
    assert parts_of(batch, {"platform": "platform"})["platform"].to_pylist() == source.to_pylist()
    assert [
        is_platform(word)
        for word in ("X", "Truth Social", "https://www.reddit.com/r/a", "Buffer", "")
    ] == [
        True,
        True,
        True,
        False,
        False,
    ]


def test_a_type_is_a_kind_where_it_names_one(write):
    """A type of media is no kind; replies and reposts are told in any capitals, and by flags."""
    table = "text,type\na,Photo\nb,Reply\nc,retweet\nd,replied_to\ne,Comment\nf,\n"
    assert [post.kind for post in givesell.read_archive(write("a.csv", table))] == [
        "post",
        "reply",
        "repost",
        "reply",
        "comment",
        "post",
    ]
    flags = "text,is_reply,is_retweet\na,False,False\nb,True,False\nc,no,yes\n"
    assert [post.kind for post in givesell.read_archive(write("b.csv", flags))] == [
        "post",
        "reply",
        "repost",
    ]
    assert (
        next(iter(givesell.read_archive(write("c.csv", "text,kind\na,article\n")))).kind == "post"
    )


def test_an_author_is_a_handle():
    """Of an object that describes somebody, as JSON or as Python prints it, the handle is taken."""
    column = pa.array(
        [
            "jo",
            '{"id": 1, "username": "al"}',
            "{'username': 'cy'}",
            "User(id=1, username='di')",
            '{"a": 1}',
            "{broken",
            None,
        ]
    )
    assert handles(column).to_pylist() == ["jo", "al", "cy", "di", '{"a": 1}', "{broken", None]
    assert [handle_of(one) for one in ({"acct": "jo"}, {"name": 3}, {}, [], 7, None)] == [
        "jo",
        "3",
        None,
        None,
        "7",
        None,
    ]


def test_title_and_text_stand_in_one_column(write, tmp_path):
    """Posts that a tool splits in two are scored whole, in a further column that the next
    command finds.
    """
    rows = [
        "1,Two mugs,to give away,jo,3,1709283900",
        "2,Sale,,al,1,1709283900",
        "3,,hm,al,1,",
        "4,,,al,1,",
        "5,Ad,[removed],,,",
    ]
    path = write("a.csv", "\n".join(["id,title,selftext,author,score,created_utc", *rows]))
    archive = givesell.read_archive(path)
    assert archive.text_column == COMPOSED
    (batch,) = archive.tables()
    assert batch.column(COMPOSED).to_pylist() == ["Two mugs\n\nto give away", "Sale", "hm", None]
    assert batch.column("title").to_pylist() == ["Two mugs", "Sale", "", ""]
    assert archive.skipped == {"removed or deleted": 1}
    out = tmp_path / "scored.jsonl"
    assert givesell.score_archive(path, out, report=tmp_path / "scored.html").rows == 4
    assert givesell.read_archive(out).text_column == COMPOSED
    assert [post.text for post in givesell.read_archive(out)] == [
        "Two mugs\n\nto give away",
        "Sale",
        "hm",
        None,
    ]
    assert givesell.read_archive(path, text_column="selftext").text_column == "selftext"


def test_a_report_groups_scraped_posts_by_author(write, tmp_path):
    """Handles, platforms and kinds are what a report counts by, not objects, apps and media."""
    from givesell.report import make_report

    people = ("jo", "jo", "al")
    rows = "\n".join(
        f'{n},"Sale {n}","{{""username"": ""{one}""}}",Twitter for iPhone,Photo'
        for n, one in enumerate(people)
    )
    path = write("a.csv", f"id,text,user,source,type\n{rows}\n")
    givesell.score_archive(path, tmp_path / "scored.csv")
    groups = make_report(tmp_path / "scored.csv", model=givesell.load()).figures["groups"]
    assert {group["name"] for group in groups["author"]} == {"jo", "al"}
    assert not groups.get("platform")
    assert not groups.get("kind")


def test_a_report_takes_named_columns(write, tmp_path):
    """What the caller names counts in the report too."""
    path = write("a.csv", "text,When,Who\nSale today,2024-03-01 09:05:00,jo\n")
    out = tmp_path / "scored.csv"
    givesell.score_archive(
        path, out, report=tmp_path / "a.html", columns={"created": "When", "author": "Who"}
    )
    assert "jo" in (tmp_path / "a.html").read_text()
    with pytest.raises(ArgumentError, match="E530"):
        givesell.score_archive(path, tmp_path / "b.csv", columns={"when": "When"})


def test_a_header_may_say_that_times_are_in_utc():
    """A zone in brackets is no part of a name; one that is not UTC is, since it would move the
    times.
    """
    assert find_roles(["Date (GMT)", "Message", "Post Permalink"]) == {
        "created": "Date (GMT)",
        "url": "Post Permalink",
    }
    assert "created" not in find_roles(["Date (EST)", "Message"])


def test_a_table_of_a_tool_falls_back_on_what_others_are_called():
    """Where a column of a known tool is missing, one with an ordinary name takes its part."""
    assert find_roles(["id", "text", "author_id", "lang", "username"])["author"] == "username"
    assert find_roles(["id", "text", "author_id", "lang"])["author"] == "author_id"
