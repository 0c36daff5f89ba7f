"""A small export of each platform, to be changed in every place: how a record of it looks, and
how records become a file.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from givesell.archives import Post
from givesell.archives.read import Archive

FIRST = 2_000  # the number of the first good record; the odd ones have smaller ones

# Stands for JSON that Python cannot write.
_TOKEN = "@@token@@"

# What any value may turn into.
ODD = {
    "null": "null",
    "true": "true",
    "zero": "0",
    "minus one": "-1",
    "2**63": str(2**63),
    "1e400": "1e400",
    "NaN": "NaN",
    "empty string": '""',
    "string": '"odd \\u0000 \\ud800 \\u001b"',
    "huge string": '"' + "h" * 10_000 + '"',
    "empty list": "[]",
    "list": '[null, 7, "odd", ["odd"]]',
    "empty object": "{}",
    "object": '{"odd": {"odd": 1}}',
    "nested": "[" * 300 + "]" * 300,
    "nested too deeply": "[" * 3_000 + "]" * 3_000,
}


@dataclass(frozen=True)
class Sample:
    """An export in JSON.

    Attributes
    ----------
    format : str
    name : str
        Of the file in the export that holds the records.
    record : callable
        Makes the record of a number, whose text holds ``good`` and the number.
    wrap : callable
        Makes the content of the file of a list of records.
    others : dict of str to object
        The other files of the export.
    prefix : str
        What stands before the JSON.
    """

    format: str
    name: str
    record: Callable[[int], dict[str, Any]]
    wrap: Callable[[list[Any]], Any] = lambda records: records
    others: dict[str, Any] | None = None
    prefix: str = ""

    def write(self, records: list[str]) -> str:
        """Return the content of the file, of records that are JSON already."""
        return self.prefix + json.dumps(self.wrap([_TOKEN])).replace(
            f'"{_TOKEN}"', ",\n".join(records)
        )


def variants(record: Any) -> Iterator[tuple[str, str]]:
    """Yield a record as JSON with each of its values odd, missing or there twice, and what was
    changed.
    """
    for keys in list(paths(record)):
        for name, odd in ODD.items():
            yield f"{keys} is {name}", changed(record, keys, odd)
        if isinstance(keys[-1], str):
            yield f"{keys} is missing", changed(record, keys, None)
            yield (
                f"{keys} is there twice",
                changed(
                    record, keys, f"[7], {json.dumps(keys[-1])}: {json.dumps(at(record, keys))}"
                ),
            )


def paths(value: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the keys to each value within another."""
    inner = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for key, one in inner:
        yield (*above, key)
        yield from paths(one, (*above, key))


def at(value: Any, keys: tuple[Any, ...]) -> Any:
    """Return what stands under some keys."""
    for key in keys:
        value = value[key]
    return value


def changed(value: Any, keys: tuple[Any, ...], odd: str | None) -> str:
    """Return JSON with other JSON in one place, or without that place."""
    copy = json.loads(json.dumps(value))
    holder = at(copy, keys[:-1])
    if odd is None:
        del holder[keys[-1]]
        return json.dumps(copy)
    holder[keys[-1]] = _TOKEN
    return json.dumps(copy).replace(f'"{_TOKEN}"', odd)


def tell(archive: Archive) -> tuple[list[int], int, list[Post]]:
    """Return the numbers of the good posts, how many records were told of, and the posts."""
    posts = list(archive)
    numbers = [re.search(r"good\D{0,9}(\d{4,})", post.text or post.url or "") for post in posts]
    return (
        [int(number[1]) for number in numbers if number],
        len(posts) + archive.n_rejected + sum(archive.skipped.values()),
        posts,
    )


def _tweet(n: int) -> dict[str, Any]:
    picture = {"url": "https://t.co/p", "media_url": "https://p.example", "indices": ["9", "12"]}
    tweet = {
        "id_str": str(n),
        "id": str(n),
        "full_text": f"good {n} &amp; https://t.co/a https://t.co/p",
        "created_at": "Wed Oct 19 20:07:25 +0000 2022",
        "entities": {
            "urls": [
                {
                    "url": "https://t.co/a",
                    "expanded_url": "https://a.example",
                    "indices": ["0", "9"],
                }
            ],
            "media": [picture],
        },
        "extended_entities": {"media": [picture]},
        "in_reply_to_status_id": "4",
        "in_reply_to_user_id": "5",
        "user": {"screen_name": "ana"},
    }
    return {"tweet": tweet}


def _note(n: int) -> dict[str, Any]:
    core = {
        "text": f"good {n} https://t.co/a",
        "urls": [{"shortUrl": "https://t.co/a", "expandedUrl": "https://a.example"}],
    }
    return {
        "noteTweet": {"noteTweetId": str(n), "createdAt": "2022-10-19T20:07:24.000Z", "core": core}
    }


def _activity(n: int) -> dict[str, Any]:
    public = "https://www.w3.org/ns/activitystreams#Public"
    note = {
        "type": "Question",
        "id": f"https://s.example/{n}",
        "url": f"https://s.example/@ana/{n}",
        "summary": "warning",
        "content": f"<p>good {n}</p>",
        "inReplyTo": None,
        "oneOf": [{"name": "blue"}],
        "to": [public],
        "cc": [],
    }
    return {
        "type": "Create",
        "id": f"https://s.example/{n}/activity",
        "actor": "https://s.example/users/ana",
        "published": "2025-01-02T03:04:05Z",
        "to": [public],
        "cc": ["https://s.example/users/ana/followers"],
        "object": note,
    }


def _boost(n: int) -> dict[str, Any]:
    return {**_activity(n), "type": "Announce", "object": f"https://good.example/{n}"}


def _feed(n: int) -> dict[str, Any]:
    uri = f"at://did:plc:a/app.bsky.feed.post/{n}"
    record = {
        "$type": "app.bsky.feed.post",
        "createdAt": "2025-01-01T00:00:00Z",
        "text": f"good {n}",
        "reply": {"parent": {"uri": uri}},
    }
    post = {"uri": uri, "author": {"did": "did:plc:a", "handle": "ana.example"}, "record": record}
    return {
        "post": post,
        "reason": {"$type": "app.bsky.feed.defs#reasonRepost", "by": {"handle": "bo.example"}},
    }


def _dumped(n: int) -> dict[str, Any]:
    values = {
        "id": str(n),
        "author": "ana",
        "subreddit": "P",
        "created_utc": 1700000000,
        "permalink": "/r/P/1",
        "link_id": "t3_z",
    }
    return {**values, "title": "Title", "selftext": f"good {n}"}


def _comment_dumped(n: int) -> dict[str, Any]:
    return {
        "id": str(n),
        "author": "ana",
        "subreddit": "P",
        "created_utc": "1700000000",
        "link_id": "t3_z",
        "body": f"good {n}",
    }


def _facebook(n: int) -> dict[str, Any]:
    media = {"media": {"description": "a mug"}}
    link = {"external_context": {"url": "https://m.example"}}
    return {
        "timestamp": 1700000000,
        "data": [{"post": f"good {n}"}],
        "attachments": [{"data": [media, link]}],
        "title": "Ana",
    }


def _facebook_comment(n: int) -> dict[str, Any]:
    comment = {"comment": {"comment": f"good {n}", "author": "Ana E", "timestamp": 1}}
    return {"timestamp": 1700000003, "data": [comment]}


def _picture(n: int) -> dict[str, Any]:
    medium = {"uri": "a.jpg", "creation_timestamp": 1700000000, "title": f"good {n}"}
    return {
        "media": [medium, {"uri": "b.jpg", "creation_timestamp": 1700000001}],
        "title": "",
        "creation_timestamp": 1700000002,
    }


def _picture_comment(n: int) -> dict[str, Any]:
    return {
        "string_map_data": {"Comment": {"value": f"good {n}"}, "Time": {"timestamp": 1700000003}}
    }


def _message(n: int) -> dict[str, Any]:
    pieces = [f"good {n} ", {"type": "link", "text": "m.example"}]
    times = {"date": "2024-01-01T00:00:00", "date_unixtime": "1704067200"}
    return {
        "id": n,
        "type": "message",
        **times,
        "from": "Mugs",
        "forwarded_from": None,
        "reply_to_message_id": 2,
        "text": pieces,
    }


_PERSON = {"profile_user": [{"string_map_data": {"Username": {"value": "ana.mugs"}}}]}
_FACEBOOK_PERSON = {"profile_v2": {"name": {"full_name": "Ana"}}}
_ACTOR = {"id": "https://s.example/users/ana", "preferredUsername": "ana"}
_PROFILE = {"Profile Information": {"ProfileMap": {"userName": "ana"}}}

SAMPLES = {
    "x": Sample(
        "x",
        "data/tweets.js",
        _tweet,
        others={"data/account.js": [{"account": {"username": "jo"}}]},
        prefix="window.YTD.tweets.part0 = ",
    ),
    "x-month": Sample(
        "x",
        "data/js/tweets/2013_02.js",
        lambda n: _tweet(n)["tweet"],
        others={"data/js/user_details.js": {"screen_name": "ana"}},
        prefix="Grailbird.data.tweets_2013_02 = ",
    ),
    "x-notes": Sample("x", "note-tweet.js", _note, prefix="window.YTD.note_tweet.part0 = "),
    "mastodon": Sample(
        "mastodon",
        "outbox.json",
        _activity,
        lambda records: {
            "@context": "https://www.w3.org/ns/activitystreams",
            "type": "OrderedCollection",
            "orderedItems": records,
        },
        {"actor.json": _ACTOR},
    ),
    "mastodon-boosts": Sample(
        "mastodon",
        "outbox.json",
        _boost,
        lambda records: {
            "@context": "https://www.w3.org/ns/activitystreams",
            "type": "OrderedCollection",
            "orderedItems": records,
        },
    ),
    "bluesky": Sample(
        "bluesky", "feed.json", _feed, lambda records: {"feed": records, "cursor": "x"}
    ),
    "facebook": Sample(
        "facebook",
        "your_posts_1.json",
        _facebook,
        others={"profile_information.json": _FACEBOOK_PERSON},
    ),
    "facebook-comments": Sample(
        "facebook", "comments.json", _facebook_comment, lambda records: {"comments_v2": records}
    ),
    "instagram": Sample(
        "instagram", "posts_1.json", _picture, others={"personal_information.json": _PERSON}
    ),
    "instagram-comments": Sample(
        "instagram",
        "reels_comments.json",
        _picture_comment,
        lambda records: {"comments_reels_comments": records},
    ),
    "facebook-groups": Sample(
        "facebook",
        "group_posts_and_comments.json",
        _facebook,
        lambda records: {"group_posts_v2": records},
    ),
    "facebook-old": Sample(
        "facebook",
        "your_posts_in_groups.json",
        _facebook,
        lambda records: {"group_posts": {"activity_log_data": records}},
    ),
    "instagram-comments-in-spanish": Sample(
        "instagram",
        "post_comments_1.json",
        lambda n: {
            "string_map_data": {
                "Comentario": {"value": f"good {n}"},
                "Dueño": {"value": "jo"},
                "Hora": {"timestamp": 1700000003},
            }
        },
    ),
    "instagram-comments-of-2021": Sample(
        "instagram",
        "post_comments.json",
        lambda n: {
            "title": "jo",
            "string_list_data": [{"value": f"good {n}", "timestamp": 1700000003}],
        },
        lambda records: {"comments_media_comments": records},
    ),
    "instagram-old": Sample(
        "instagram",
        "media.json",
        lambda n: {
            "caption": f"good {n}",
            "taken_at": f"2018-06-10T16:36:{n % 60:02}",
            "path": "a.jpg",
        },
        lambda records: {"photos": records},
        {"profile.json": {"username": "ana"}},
    ),
    "threads": Sample(
        "threads",
        "threads_and_replies.json",
        _picture,
        lambda records: {"text_post_app_text_posts": records},
    ),
    "tiktok": Sample(
        "tiktok",
        "user_data.json",
        lambda n: {
            "Date": "2024-01-03 00:00:00",
            "Link": "https://t.example/1",
            "Title": f"good {n}",
        },
        lambda records: {"Profile": _PROFILE, "Video": {"Videos": {"VideoList": records}}},
    ),
    "tiktok-comments": Sample(
        "tiktok",
        "user_data.json",
        lambda n: {
            "date": "2024-01-02 00:00:00",
            "comment": f"good {n}",
            "url": "https://t.example",
        },
        lambda records: {"Comment": {"Comments": {"CommentsList": records}}},
    ),
    "telegram": Sample(
        "telegram",
        "result.json",
        _message,
        lambda records: {"name": "Mugs", "type": "public_channel", "id": 9, "messages": records},
    ),
    "telegram-account": Sample(
        "telegram",
        "result.json",
        _message,
        lambda records: {
            "about": "x",
            "chats": {
                "about": "y",
                "list": [{"type": "public_channel", "id": 9, "messages": records}],
            },
        },
    ),
    "discord": Sample(
        "discord",
        "messages/c1/messages.json",
        lambda n: {
            "ID": n,
            "Timestamp": "2024-01-01 10:00:00",
            "Contents": f"good {n}",
            "Attachments": "",
        },
        others={"account/user.json": {"username": "ana"}, "messages/index.json": {"1": "general"}},
    ),
}
_SLACK = [{"id": "U1", "name": "ana", "profile": {"display_name": "ana"}}]
SAMPLES |= {
    "slack": Sample(
        "slack",
        "general/2024-03-01.json",
        lambda n: {
            "type": "message",
            "user": "U1",
            "text": f"good {n} <https://a.example|a> <@U1>",
            "ts": f"{n}.0001",
            "thread_ts": "1.1",
        },
        others={
            "users.json": _SLACK,
            "groups.json": [{"id": "G1", "name": "board"}],
            "dms.json": [{"id": "D1"}],
        },
    ),
    "discord-chat-exporter": Sample(
        "discord-chat-exporter",
        "Mugs - general [123456789012345678].json",
        lambda n: {
            "id": str(n),
            "type": "Default",
            "timestamp": "2024-03-01T09:05:00+00:00",
            "content": f"good {n}",
            "author": {"id": "7", "name": "ana", "nickname": "Ana", "isBot": False},
        },
        lambda records: {
            "guild": {"id": "9"},
            "channel": {"id": "1", "type": "GuildTextChat"},
            "dateRange": {},
            "messages": records,
        },
    ),
    "scraped tweets": Sample(
        "scraped",
        "tweets.json",
        lambda n: {
            **_tweet(n)["tweet"],
            "retweeted_status": {"full_text": "x"},
            "extended_tweet": {"a": 1},
        },
    ),
    "scraped pages": Sample(
        "scraped",
        "page.json",
        lambda n: {
            "id": str(n),
            "text": f"good {n}",
            "author_id": "7",
            "created_at": "2024-03-01T09:05:00.000Z",
            "conversation_id": "1",
            "referenced_tweets": [{"type": "replied_to", "id": "2"}],
            "entities": {"urls": [{"url": "https://t.co/a", "expanded_url": "https://a.example"}]},
            "note_tweet": {"text": f"good {n} more"},
        },
        lambda records: {
            "data": records,
            "includes": {"users": [{"id": "7", "username": "ana"}]},
            "meta": {"result_count": 1},
        },
    ),
    "scraped statuses": Sample(
        "scraped",
        "timeline.json",
        lambda n: {
            "id": str(n),
            "created_at": "2024-03-01T09:05:00.000Z",
            "account": {"acct": "ana"},
            "visibility": "public",
            "spoiler_text": "a",
            "content": f"<p>good {n}</p>",
            "url": "https://a.example",
        },
    ),
    "scraped threads": Sample(
        "scraped",
        "threads.json",
        lambda n: {
            "snippet": {
                "topLevelComment": {
                    "id": str(n),
                    "snippet": {
                        "textDisplay": f"good {n}",
                        "textOriginal": f"good {n}",
                        "authorDisplayName": "@ana",
                        "publishedAt": "2024-03-01T09:05:00Z",
                        "videoId": "v",
                    },
                }
            }
        },
        lambda records: {"kind": "youtube#commentThreadListResponse", "items": records},
    ),
}
DUMPS = {"reddit posts": _dumped, "reddit comments": _comment_dumped}
# The file, its header, and a row of the number n.
TABLES = {
    "reddit": (
        "posts.csv",
        ["id", "permalink", "date", "ip", "subreddit", "gildings", "title", "url", "body"],
        ["{n}", "u", "2025-01-07 18:28:00 UTC", "", "P", "0", "Kiln", "", "good {n}"],
    ),
    "linkedin": (
        "Shares.csv",
        ["Date", "ShareLink", "ShareCommentary", "SharedUrl"],
        ["2025-07-01 14:33:22", "https://l.example/73458218268{n}", "good {n}", ""],
    ),
    "youtube": (
        "comments.csv",
        [
            "Comment ID",
            "Channel ID",
            "Comment Create Timestamp",
            "Parent Comment ID",
            "Video ID",
            "Comment Text",
        ],
        ["{n}", "UC1", "2024-05-06T07:08:09+00:00", "", "v1", "good {n}"],
    ),
    "substack": (
        "posts.csv",
        ["post_id", "post_date", "is_published", "audience", "title", "subtitle"],
        ["{n}.mugs", "2024-03-01T09:05:00.000Z", "true", "everyone", "good {n}", "sub"],
    ),
    "discord": (
        "messages.csv",
        ["ID", "Timestamp", "Contents", "Attachments"],
        ["{n}", "2021-01-01 10:00:00.000000+00:00", "good {n}", ""],
    ),
}
