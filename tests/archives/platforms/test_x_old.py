"""X archives of 2012 to 2018: a script or a table a month."""

import json

import pytest

MONTH = "Grailbird.data.tweets_2013_02 = \n "
RETWEETED = '"retweeted_status_id","retweeted_status_user_id"'
TABLE = (
    f'"tweet_id","in_reply_to_status_id","in_reply_to_user_id",{RETWEETED},"timestamp",'
    '"source","text","expanded_urls"\n'
)
WHEN = '"2013-02-01 04:12:21 +0000","<a href=""http://x.example"">Web</a>"'


def tweet(number, text, **more):
    """Return a record of a month."""
    user = {"screen_name": "ana", "protected": False}
    return {
        "id_str": str(number),
        "text": text,
        "created_at": "Fri Feb 01 04:12:21 +0000 2013",
        "user": user,
        "entities": {},
        **more,
    }


def test_the_months_of_an_archive(read):
    """Each is read with links put in, its times of both kinds, and its author; the tables of the
    same months are not read again.
    """
    answer = {"in_reply_to_status_id_str": "9", "created_at": "2013-01-01 00:00:00 +0000"}
    links = {"urls": [{"url": "http://t.co/abc", "expanded_url": "http://mugs.example"}]}
    files = {
        "data/js/tweets/2013_02.js": MONTH + json.dumps([tweet(1, "Two mugs http://t.co/abc",
        entities=links)]),
        "data/js/tweets/2013_01.js": MONTH + json.dumps(
            [tweet(2, "RT @jo: hi", retweeted_status={}), tweet(3, "@jo yes", **answer)]
        ),
        "data/js/user_details.js": 'var user_details =  {"screen_name": "ana"}',
        "data/js/tweet_index.js": "var tweet_index = []",
        "data/csv/2013_01.csv": TABLE + f'"2","","","9","9",{WHEN},"RT @jo: hi"\n',
        "data/csv/2012_12.csv": TABLE + f'"4","","","","",{WHEN},"older"\n',
        "tweets.csv": TABLE,
    }  # fmt: skip
    found = read("tweets.zip", files)
    assert found.format == "x"
    assert sorted((post.id, post.text, post.kind) for post in found) == [
        ("1", "Two mugs http://mugs.example", "post"), ("2", "RT @jo: hi", "repost"), ("3",
        "@jo yes", "reply"), ("4", "older", "post"),
    ]  # fmt: skip
    assert {post.author for post in found} == {"ana"}
    assert {post.created.year for post in found} == {2013}
    assert (found.skipped, found.rejects) == ({}, [])


def test_a_month_by_itself(read):
    """Is told by its content, and its posts say whose they are."""
    found = read(
        "2013_02.js",
        MONTH
        + json.dumps(
            [tweet(1, "one"), tweet(2, "two", user={"screen_name": "ana", "protected": True})]
        ),
    )
    assert (found.format, found.texts, found[0].author) == ("x", ["one"], "ana")
    assert found.skipped == {"not public": 1}


def test_tables_alone_are_an_archive(read):
    """Rows end where they have nothing more to say, or have several addresses, which are put in
    where each has its link.
    """
    rows = [
        f'"1","","","","",{WHEN},"short"',
        (
            f'"2","","7","","",{WHEN},"@jo see http://t.co/a &amp;'
            ' http://t.co/b","http://a.example","http://b.example"'
        ),
        f'"3","","","9","9",{WHEN},"RT @jo: http://t.co/a","http://a.example,http://b.example"',
    ]
    found = read(
        "csv.zip",
        {
            "data/csv/2013_02.csv": TABLE + "\n".join(rows),
            "data/csv/2013_03.csv": TABLE,
            "README.txt": "x",
        },
    )
    assert [(post.text, post.kind) for post in found] == [
        ("short", "post"), ("@jo see http://a.example & http://b.example", "reply"),
        ("RT @jo: http://t.co/a", "repost"),
    ]  # fmt: skip
    assert found[0].created.isoformat() == "2013-02-01T04:12:21+00:00"
    assert found.rejects == []


@pytest.mark.parametrize(
    "tail", ["", ',"http://a.example"', ',"http://a.example","http://b.example"']
)
def test_a_table_by_itself_keeps_its_columns(write, tail):
    """A tweets.csv by itself is read as a table with all its columns, and no row is lost for its
    length.
    """
    import givesell

    archive = givesell.read_archive(
        write("tweets.csv", f'{TABLE}"1","","","","",{WHEN},"mugs"{tail}\n')
    )
    assert archive.format == "csv"
    [row] = next(iter(archive.tables())).to_pylist()
    assert (row["text"], row["expanded_urls"]) == ("mugs", tail.replace('"', "").lstrip(","))
    assert archive.n_rejected == 0


def test_a_table_with_other_columns_is_not_loose(read, write):
    """A row that lacks a field is a reject there, as in any table."""
    import givesell

    header = TABLE.replace('"source"', '"source","rating"')
    archive = givesell.read_archive(
        write("tweets.csv", f'{header}"1","","","","",{WHEN},"5","mugs"\n')
    )
    assert (list(archive), archive.n_rejected) == ([], 1)
