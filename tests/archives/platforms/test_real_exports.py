"""The readers on real exports, which are not part of the project."""

from pathlib import Path

import pytest

from givesell.archives import open_reader
from tests.archives.conftest import Taken

EXPORTS = Path(__file__).parents[3].parent / "shared" / "exports"
pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not EXPORTS.is_dir(), reason="no real exports beside the checkout"),
]

EXPECTED = {
    "x_tweets.js": ("x", 150),
    "x_tweets_2.js": ("x", 150),
    "x_tweet_old.js": ("x", 22),
    "mastodon_outbox.json": ("mastodon", 150),
    "mastodon_outbox_2.json": ("mastodon", 150),
    "instagram_posts_1.json": ("instagram", 120),
    "instagram_posts_1_b.json": ("instagram", 120),
    "facebook_your_posts_1.json": ("facebook", 124),
    "facebook_your_posts_1_b.json": ("facebook", 150),
    "linkedin_Shares.csv": ("linkedin", 21),
    "linkedin_Comments.csv": ("linkedin", 56),
    "telegram_result.json": ("telegram", 6),
    "bluesky_feed.json": ("bluesky", 50),
}


@pytest.mark.parametrize("name", EXPECTED)
def test_a_real_export_is_read_whole(name):
    """The format is told by content, each record is a post with a time, and nothing of the
    markup is left.
    """
    reader = open_reader(EXPORTS / name)
    taken = Taken()
    posts = list(reader.posts(taken))
    assert (reader.name, len(posts)) == EXPECTED[name]
    assert taken.rows == []
    assert all(post.created is not None for post in posts)
    texts = [post.text for post in posts if post.text]
    assert texts
    for text in texts:
        assert not any(mark in text for mark in ("</p>", "<br", "&amp;", "Ã©", "â€", '"\n"'))


def test_every_real_export_is_listed():
    """A new sample needs a line here."""
    assert {path.name for path in EXPORTS.iterdir()} - {"README.md"} == set(EXPECTED)
