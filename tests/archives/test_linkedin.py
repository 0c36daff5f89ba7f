"""LinkedIn exports."""

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
    text = 'Date,Link,Message\n2025-07-13 08:15:21,https://l.example/1,"Jo told me \\"yes\\"\n\nand \\"no.\\""\n2025-07-13 08:15:22,https://l.example/2,plain\n'
    found = read("Comments.csv", text)
    assert found.texts == ['Jo told me "yes"\n\nand "no."', "plain"]
    assert {post.kind for post in found} == {"comment"}
    assert found.rejects == []


def test_the_zip_says_whose_it_is(read):
    """The name stands in the profile."""
    profile = "First Name,Last Name,Headline\nAna,Example,potter\n"
    files = {"Profile.csv": profile, "Shares.csv": SHARES + "2025-07-01 14:33:22,l,hello,,,\n", "Connections.csv": "First Name\nBo\n"}
    found = read("Basic_LinkedInDataExport.zip", files)
    assert [(post.author, post.text) for post in found] == [("Ana Example", "hello")]


def test_a_broken_row_costs_only_itself(read):
    """A row with too few fields is rejected with its line."""
    found = read("Shares.csv", SHARES + "2025-07-01 14:33:22\n2025-07-01 14:33:22,l,hello,,,\n")
    assert found.texts == ["hello"]
    assert found.rejects == [(2, "1 field where the header has 6")]
