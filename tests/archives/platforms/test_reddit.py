"""Reddit: exports and dumps."""

import json

import pytest

from givesell.archives.streams.compression import zstd

POSTS = "id,permalink,date,ip,subreddit,gildings,title,url,body\n"
COMMENTS = "id,permalink,date,ip,subreddit,gildings,link,parent,body,media\n"


def line(**values):
    """Return a line of a dump."""
    base = {
        "id": "a1",
        "author": "ana",
        "subreddit": "Pottery",
        "created_utc": 1700000000,
        "link_id": "t3_zz",
        "score": 3,
    }
    return json.dumps({**base, **values}) + "\n"


def test_the_export_of_an_account(read):
    """Posts are title and body, comments are comments, removed ones are skipped, the name stands
    in the statistics.
    """
    found = read(
        "export_ana.zip",
        {
            "posts.csv": (
                POSTS + "p1,https://r.example/p1,2025-01-07 18:28:00 UTC,,Pottery,0,Kiln,,it"
                " broke\np2,u,,,P,0,Link,https://x.example,\n"
            ),
            "comments.csv": (
                COMMENTS
                + 'c1,u,2025-01-08 00:00:00 UTC,,P,0,l,,"two\nlines",\nc2,u,,,P,0,l,,[removed],\n'
            ),
            "statistics.csv": "statistic,value\naccount name,ana\n",
            "votes.csv": "id,permalink,direction\nx,u,up\n",
        },
    )
    assert found.format == "reddit"
    assert [(post.text, post.kind) for post in found] == [
        ("two\nlines", "comment"),
        ("Kiln\n\nit broke", "post"),
        ("Link", "post"),
    ]
    assert {post.author for post in found} == {"ana"}
    assert found.skipped == {"removed or deleted": 1}
    assert found[1].created.isoformat() == "2025-01-07T18:28:00+00:00"


def test_a_dump_of_comments_packed_with_a_long_window(read):
    """The window of the monthly dumps is larger than unpackers allow by default; bad lines are
    rejected alone.
    """
    text = (
        line(body="thanks") + "{bad\n" + line(id="a2", body="[deleted]", author="[deleted]") + "\n"
    )
    text += line(
        id="a3",
        body="cut \ud83d",
        author="[deleted]",
        created_utc="1700000001",
        permalink="/r/P/c/a3/",
    )
    options = {
        zstd.CompressionParameter.window_log: 31,
        zstd.CompressionParameter.enable_long_distance_matching: 1,
    }
    found = read("RC_2023-11.zst", zstd.compress(text.encode(), options=options))
    assert found.format == "reddit-dump"
    assert [(post.id, post.author, post.kind) for post in found] == [
        ("t1_a1", "ana", "comment"),
        ("t1_a3", None, "comment"),
    ]
    assert found[0].url == "https://www.reddit.com/comments/zz/_/a1"
    assert found[1].url == "https://www.reddit.com/r/P/c/a3/"
    assert [post.created.timestamp() for post in found] == [1700000000, 1700000001]
    assert found.skipped == {"removed or deleted": 1}
    assert found.rejects == [
        (2, "not JSON: Expecting property name enclosed in double quotes at character 2")
    ]


@pytest.mark.parametrize(
    ("body", "text"), [("body", "Title\n\nbody"), ("", "Title"), (None, "Title")]
)
def test_a_dump_of_posts(read, body, text):
    """Title and body are the text; ids may come twice, since a dump may be too large to remember
    them.
    """
    found = read("RS_2023-11", line(title="Title", selftext=body) * 2)
    assert found.texts == [text, text]
    assert found[0].id == "t3_a1"


def test_a_dump_whose_first_line_is_broken(read):
    """A dump with a broken first line is recognised by the next, and the first is rejected."""
    line = (
        '{"id": "a", "author": "x", "subreddit": "s", "created_utc": 1700000000, "body": "hello'
        ' there"}\n'
    )
    found = read("RC_2023-11", line.replace("1700000000", "01") + line)
    assert found.format == "reddit-dump"
    assert [post.text for post in found] == ["hello there"]
    assert [row[0] for row in found.rejects] == [1]


def test_dumps_are_unescaped_and_markdown_after_them(read):
    """Quotes begin with their sign, an empty paragraph is a blank, and an address keeps what
    looks like an entity.
    """
    bodies = [
        "&gt; 50% off\n\nI hate this ad",
        "&amp;#x200B;",
        "R&amp;D [see](https://x.example/?a=1&amp;copy=2)",
        "&amp;#x200B;\n\nso &amp;lt;b&amp;gt;",
    ]
    found = read(
        "RC_2023-11", "".join(line(id=str(number), body=body) for number, body in enumerate(bodies))
    )
    assert found.texts == [
        "> 50% off\n\nI hate this ad",
        "",
        "R&D [see](https://x.example/?a=1&copy=2)",
        "so <b>",
    ]
    [post] = read("RS_2023-11", line(title="Paid &amp; got", selftext="&amp;#x200B;"))
    assert post.text == "Paid & got"


def test_an_account_has_markdown(read):
    """Its texts are not escaped, but hold the blanks that the site's editor makes."""
    row = 'c1,u,2025-01-08 00:00:00 UTC,,P,0,l,,"&#x200B;\n\n> quoted\n\nR&D",\n'
    assert read("comments.csv", COMMENTS + row).texts == ["> quoted\n\nR&D"]


@pytest.mark.parametrize(
    "body", ["[removed]", "[removed]\n", " [deleted] ", "[ Removed by Reddit ]"]
)
def test_what_is_gone_may_have_blanks_around_it(read, body):
    """Removed and deleted posts are skipped and counted, also with blanks around the mark."""
    found = read("RC_2023-11", line(body=body))
    assert (list(found), found.skipped) == ([], {"removed or deleted": 1})
