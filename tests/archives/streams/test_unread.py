"""The files of an export that nothing reads are named."""

import givesell
from givesell.archives.streams.unread import in_words

TWEETS = 'window.YTD.tweets.part0 = [{"tweet": {"id_str": "1", "full_text": "hello"}}]'
THREADS = {
    "text_post_app_text_posts": [
        {"media": [{"uri": "", "title": "hi", "creation_timestamp": 1700000000}]}
    ]
}
PICTURES = [{"media": [{"uri": "a.jpg", "title": "mug", "creation_timestamp": 1700000000}]}]


def test_what_no_reader_takes_is_named(write):
    """Not what says whose the archive is, nor media, nor what systems leave behind; what may
    hold posts stands first.
    """
    files = {
        "data/account.js": "window.YTD.account.part0 = []",
        "data/follower.js": "window.YTD.follower.part0 = []",
        "data/like.js": "window.YTD.like.part0 = []",
        "data/deleted-tweets.js": "window.YTD.deleted_tweets.part0 = []",
        "data/tweets.js": TWEETS,
        "data/tweets_media/1-a.jpg": b"\xff\xd8",
        "assets/js/main.js": "",
        "__MACOSX/data/tweets.js": b"\0",
        "data/.DS_Store": b"\0",
    }
    expected = ["data/deleted-tweets.js", "data/follower.js", "data/like.js"]
    for name in ("x.zip", "x.tar.gz"):
        archive = givesell.read_archive(write(name, files))
        assert archive.unread == expected
        assert [post.text for post in archive] == ["hello"]
        assert archive.unread == expected


def test_a_file_by_itself_leaves_none(write):
    """What lies beside it was not asked for."""
    write("like.js", "window.YTD.like.part0 = []")
    assert givesell.read_archive(write("tweets.js", TWEETS)).unread == []


def test_exports_that_come_together_leave_what_neither_takes(write):
    """A file of one is none that the other has left."""
    files = {
        "threads_and_replies.json": THREADS,
        "posts_1.json": PICTURES,
        "likes/liked_posts.json": {"likes_media_likes": []},
    }
    archive = givesell.read_archive(write("meta.zip", files))
    assert archive.format == "threads+instagram"
    assert archive.unread == ["likes/liked_posts.json"]


def test_names_are_cut_to_a_few():
    """How many there are is said all the same."""
    names = [f"{number}.js" for number in range(9)]
    assert in_words(names) == "0.js, 1.js, 2.js, 3.js, 4.js, 5.js and 3 more"
    assert in_words(names[:6], 1_006).endswith("and 1,000 more")
    assert in_words([]) == ""
