"""The shapes of tables and JSON with posts of X: its own API (tweepy, twarc), and what scrapes
it.
"""

import re
from collections.abc import Mapping
from typing import Any

from givesell.archives.base.post import REPLY, REPOST
from givesell.archives.base.values import dig, objects, short, words
from givesell.archives.parsing.markup import unescaped
from givesell.archives.shapes.shape import FAILED, Shape
from givesell.archives.shapes.x_text import readable

_REPLY_IDS = (
    "in_reply_to_status_id",
    "in_reply_to_status_id_str",
    "in_reply_to_user_id",
    "in_reply_to_user_id_str",
)
# Whom a post of twint answers: people, of whom older tables name the author first.
_ANSWERS = re.compile(r"screen_name|\busername\b.*\busername\b")
# What a stream of posts says between them.
_NOTICES = tuple(
    ("not a post", notice, ())
    for notice in ("delete", "limit", "scrub_geo", "status_withheld", "user_withheld", "disconnect")
)
_STATUS = "https://x.com/i/status/{id}"


def api_text(item: Mapping[str, Any]) -> str:
    """Return what a post of the API says, all of it even where it is cut off in one place, with the
    links that people saw.

    Parameters
    ----------
    item : mapping
        Of version 1.1 or 2 of the API, or of the web page's own.

    Returns
    -------
    str
    """
    legacy = item.get("legacy")
    if isinstance(legacy, Mapping):
        note = dig(item, "note_tweet", "note_tweet_results", "result")
        post = {
            **legacy,
            "note_tweet": note,
            "retweeted_status": dig(legacy, "retweeted_status_result", "result"),
        }
    else:
        post = {**item}
    extended = post.get("extended_tweet") if isinstance(post.get("extended_tweet"), dict) else {}
    text = words(
        dig(post, "note_tweet", "text"),
        dig(extended, "full_text"),
        post.get("full_text"),
        post.get("text"),
    )
    repeated = (
        one
        for one in objects(post.get("referenced_tweets"))
        if one.get("type") == "retweeted" and one.get("text")
    )
    origin = post.get("retweeted_status") or next(repeated, None)
    if text.startswith("RT @") and text.endswith("…") and isinstance(origin, dict):
        # A repost is cut off where its own length ends; what it repeats is not.
        return f"{text.partition(':')[0]}: {api_text(origin)}"
    entities = (
        objects(dig(post, "note_tweet", "entities"))
        or objects(dig(post, "note_tweet", "entity_set"))
        or objects(dig(extended, "entities"))
        or objects(post.get("entities"))
    )
    urls = [one for entity in entities for one in objects(entity.get("urls"))]
    media = [one for entity in entities for one in objects(entity.get("media"))]
    media += objects(dig(post, "extended_entities", "media")) + [
        one for one in urls if one.get("media_key")
    ]
    shown = [one for one in urls if not one.get("media_key")]
    pairs = [
        (short(one.get("url")), short(one.get("unwound_url")) or short(one.get("expanded_url")))
        for one in shown
    ]
    hidden = {link for one in media if (link := short(one.get("url")))}
    return readable(text, [(link, target) for link, target in pairs if link and target], hidden)


SHAPES = (
    Shape(
        name="x-graphql", platform="x",
        need=("rest_id", "legacy.full_text", "legacy.created_at"),
        text=("legacy.full_text",), words=api_text, clean=unescaped, id=("rest_id",),
        created=("legacy.created_at",),
        author=(
            "core.user_results.result.core.screen_name",
            "core.user_results.result.legacy.screen_name",
            "core.user_result.legacy.screen_name",
        ),
        link="https://x.com/i/status/{rest_id}",
        kinds=((REPOST, "legacy.retweeted_status_result", ()), (REPLY,
        "legacy.in_reply_to_status_id_str", ())),
    ),
    Shape(
        name="x-api-1", platform="x",
        need=("created_at", "user.screen_name"), any=("full_text", "text",
        "extended_tweet.full_text"),
        text=("full_text", "text"), words=api_text, clean=unescaped, id=("id_str", "id"),
        author=("user.screen_name",),
        created=("created_at",),
        url=(), link="https://x.com/i/status/{id_str}",
        kinds=((REPOST, "retweeted_status", ()), *((REPLY, path, ()) for path in _REPLY_IDS)),
        skips=(*_NOTICES, ("not public", "user.protected", ("true",))), where=(("",),
        ("statuses.item",), ("results.item",)),
    ),
    Shape(
        name="x-api-2", platform="x",
        need=("id", "text", "author_id"),
        any=("edit_history_tweet_ids", "conversation_id", "referenced_tweets", "author.username",
        "public_metrics", "entities", "lang"),
        words=api_text, clean=unescaped,
        author=("author.username", "author_username", "user.username", "username"),
        created=("created_at",), url=(), link=_STATUS,
        kinds=(
            (REPOST, "referenced_tweets.type", ("retweeted",)), (REPOST,
            "referenced_tweets.retweeted.id", ()),
            (REPLY, "referenced_tweets.type", ("replied_to",)), (REPLY,
            "referenced_tweets.replied_to.id", ()),
            (REPLY, "in_reply_to_user_id", ()),
        ),
        where=(("data.item",), ("data",), ("",), ("tweets.item",)), people=("includes.users.item",
        "id", "username", "author_id"),
        origins="includes.tweets.item",
    ),
    # A page without further fields holds these alone.
    Shape(
        name="x-api-2", platform="x", need=("id", "text", "edit_history_tweet_ids"), words=api_text,
        clean=unescaped,
        created=("created_at",),
        author=("author.username",), url=(), link=_STATUS, where=(("data.item",), ("data",), ("",)),
    ),
    Shape(
        name="snscrape", platform="x",
        need=("date", "rawContent"), any=("user", "username", "renderedContent", "inReplyToTweetId",
        "user.username"),
        text=("rawContent",), clean=unescaped, author=("user.username", "username", "user"),
        created=("date",),
        kinds=((REPOST, "retweetedTweet", ()), (REPLY, "inReplyToTweetId", ())),
    ),
    Shape(
        name="snscrape", platform="x",
        need=("date", "content", "renderedContent"),
        text=("content",), clean=unescaped, author=("user.username", "username", "user"),
        created=("date",),
        kinds=((REPOST, "retweetedTweet", ()), (REPLY, "inReplyToTweetId", ())),
    ),
    Shape(
        name="apify-x", platform="x",
        need=("text", "createdAt", "author.userName"),
        text=("fullText", "text"), clean=unescaped, author=("author.userName",),
        created=("createdAt",), url=("url", "twitterUrl"),
        kinds=((REPOST, "isRetweet", ("true",)), (REPLY, "isReply", ("true",)), (REPLY,
        "inReplyToId", ())),
        skips=(*FAILED, ("not a post", "type", ("user", "mock_tweet"))),
        where=(("",), ("tweets.item",)),
    ),
    *(
        Shape(
            name="twint", platform="x",
            need=need, any=further, text=("tweet",), author=("username",), created=("date",
            "created_at"), clock=("time",),
            zone=("timezone",), url=("link",), kinds=((REPOST, "retweet", ("true", "1")), (REPLY,
            "reply_to", _ANSWERS)),
        )
        for need, further in (
            (("conversation_id", "tweet", "username"), ()), (("tweet", "username", "date", "time"),
            ("timezone", "user_id")),
        )
    ),
    Shape(
        name="twarc-1", platform="x",
        need=("tweet_url", "user_screen_name", "text"), author=("user_screen_name",),
        created=("parsed_created_at", "created_at"),
        url=("tweet_url",), id=("id", "tweet_id"),
        kinds=((REPOST, "tweet_type", ("retweet",)), (REPLY, "tweet_type", ("reply",)), (REPLY,
        "in_reply_to_status_id", ())),
    ),
    Shape(
        name="rtweet", platform="x",
        need=("status_id", "screen_name", "created_at", "text"), id=("status_id",),
        author=("screen_name",), created=("created_at",),
        url=("status_url",), kinds=((REPOST, "is_retweet", ("true", "1")), (REPLY,
        "reply_to_status_id", ())),
    ),
    Shape(
        name="tags", platform="x",
        need=("id_str", "from_user", "text", "created_at"), id=("id_str",), author=("from_user",),
        created=("created_at",),
        url=("status_url",), kinds=tuple((REPLY, path, ()) for path in _REPLY_IDS),
    ),
    Shape(
        name="tcat", platform="x",
        need=("from_user_name", "text", "created_at"), author=("from_user_name",),
        created=("created_at",), url=(),
        kinds=((REPLY, "in_reply_to_status_id", ()), (REPOST, "retweet_id", ())),
    ),
)  # fmt: skip
