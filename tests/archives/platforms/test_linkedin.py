"""LinkedIn exports."""

import pytest

SHARES = "Date,ShareLink,ShareCommentary,SharedUrl,MediaUrl,Visibility\n"


def test_lines_wrapped_in_quotes_are_put_together(read):
    """Each line of a share stands in doubled quotes of its own; quotes within a line stay."""
    link = "https://www.linkedin.com/feed/update/urn%3Ali%3Ashare%3A7345821826846990338"
    row = f'2025-07-01 14:33:22,{link},"One, ""two"".""\n""""\n""Three.","","",MEMBER_NETWORK\n'
    found = read("Shares.csv", SHARES + row)
    assert found.format == "linkedin"
    assert found.texts == ['One, "two".\n\nThree.']
    assert (found[0].id, found[0].kind) == ("7345821826846990338", "post")
    assert found[0].created.isoformat() == "2025-07-01T14:33:22+00:00"


def test_comments_with_their_own_escapes(read):
    """A quote escaped with a backslash is a quote, also at the end, and line breaks stay."""
    text = (
        'Date,Link,Message\n2025-07-13 08:15:21,https://l.example/1,"Jo told me \\"yes\\"\n\nand'
        ' \\"no.\\""\n2025-07-13 08:15:22,https://l.example/2,plain\n'
    )
    found = read("Comments.csv", text)
    assert found.texts == ['Jo told me "yes"\n\nand "no."', "plain"]
    assert {post.kind for post in found} == {"comment"}
    assert found.rejects == []


def test_the_zip_says_whose_it_is(read):
    """Posts of a LinkedIn export have the name in its profile as their author."""
    profile = "First Name,Last Name,Headline\nAna,Example,potter\n"
    files = {
        "Profile.csv": profile,
        "Shares.csv": SHARES + "2025-07-01 14:33:22,l,hello,,,\n",
        "Connections.csv": "First Name\nBo\n",
    }
    found = read("Basic_LinkedInDataExport.zip", files)
    assert [(post.author, post.text) for post in found] == [("Ana Example", "hello")]


def test_a_broken_row_costs_only_itself(read):
    """A row with too few fields is rejected with its line."""
    found = read("Shares.csv", SHARES + "2025-07-01 14:33:22\n2025-07-01 14:33:22,l,hello,,,\n")
    assert found.texts == ["hello"]
    assert found.rejects == [(2, "1 field where the header has 6")]


@pytest.mark.parametrize(
    ("urn", "number"),
    [
        ("share%3A141130922", "141130922"),
        ("ugcPost%3A7345821826846990338", "7345821826846990338"),
        ("groupPost%3A1875717-5832", "5832"),
    ],
)
def test_ids_of_all_years(read, urn, number):
    """Old ones are short, and those in groups have the group before them."""
    row = (
        "2010-10-13"
        f" 06:49:58,https://www.linkedin.com/feed/update/urn%3Ali%3A{urn},old,,,MEMBER_NETWORK\n"
    )
    assert [post.id for post in read("Shares.csv", SHARES + row)] == [number]


def test_the_shares_of_2018(read):
    """Tabs stood between them, names had spaces, and days slashes."""
    header = "Date\tShare Title\tShare Link\tShare Commentary\tShared URL\tVisibility\n"
    link = "https://www.linkedin.com/feed/update/urn%3Ali%3Aactivity%3A6174631705445761280"
    found = read(
        "Shares.csv", f'{header}"2016/08/25 17:41:57 UTC"\t""\t"{link}"\t"Two mugs"\t""\t"Public"\n'
    )
    assert (found.format, found.texts, found[0].id) == (
        "linkedin",
        ["Two mugs"],
        "6174631705445761280",
    )
    assert found[0].created.isoformat() == "2016-08-25T17:41:57+00:00"


def test_reposts_have_no_text(read):
    """The export holds only where they lead."""
    files = {
        "InstantReposts.csv": "Date,Link\n2024-01-01 00:00:00,https://l.example/1\n",
        "Comments_1.csv": "Date,Link,Message\n2024,u,hi\n",
    }
    found = read("linkedin.zip", files)
    assert [(post.text, post.kind, post.url) for post in found] == [
        ("hi", "comment", "u"),
        (None, "repost", "https://l.example/1"),
    ]


def test_articles(read):
    """Title and text, where it stands and when it was published; one that is too long is a
    reject, and a page of another kind none.
    """
    head = "<html><head><title>x</title><style>p { color: red; }</style></head><body>\n"
    title = '<h1><a href="https://www.linkedin.com/pulse/soup">How we &amp; they cook</a></h1>\n'
    dates = (
        '<p class="created">Created on 2024-02-20 13:35</p>\n<p class="published">Published on'
        " 2024-03-01 09:05</p>\n"
    )
    page = head + title + dates + "<div><p>We cook.</p><ul><li>daily</li></ul></div></body></html>"
    files = {
        "Articles/Articles/soup.html": page,
        "Articles/Articles/long.html": page.replace("We cook.", "We cook. " * 130_000),
        "Articles/Articles/other.html": "<html><h1>hello</h1></html>",
        "Shares.csv": SHARES,
    }
    found = read("linkedin.zip", files)
    assert found.texts == ["How we & they cook\n\nWe cook.\n\n- daily"]
    assert (found[0].url, found[0].kind) == ("https://www.linkedin.com/pulse/soup", "post")
    assert found[0].created.isoformat() == "2024-03-01T09:05:00+00:00"
    assert [line for line, _ in found.rejects] == [1]
    assert read("soup.html", page).texts == found.texts
