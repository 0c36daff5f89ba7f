"""Small valid exports of platforms."""

import json
from collections.abc import Callable
from typing import Any

from fuzz.members import Blob, Car, Json, Lines, Member, Rows
from fuzz.seed import ITEMS, Seed, marks, said

PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
ME = "https://social.example/users/ana"
DID = "did:plc:inventedaccount"


def _x() -> Seed:
    def part(name: str, number: int = 0) -> bytes:
        return f"window.YTD.{name}.part{number} = ".encode()

    def tweet(number: int) -> dict[str, Any]:
        link = {
            "url": f"https://t.co/a{number}",
            "expanded_url": "https://shop.example/mugs",
            "indices": ["0", "5"],
        }
        media = {"url": f"https://t.co/b{number}", "media_url": "http://pbs.example/x.jpg"}
        tweet = {
            "id_str": str(number), "id": str(number),
            "full_text": f"{said('x', number)} &amp; https://t.co/a{number} https://t.co/b{number}",
            "created_at": "Wed Oct 19 20:07:25 +0000 2022", "entities": {"urls": [link],
            "media": [media], "hashtags": []},
            "extended_entities": {"media": [media]}, "in_reply_to_user_id": "7",
            "favorite_count": "3", "user": {"screen_name": "ana"},
        }  # fmt: skip
        return {"tweet": tweet}

    def note(number: int) -> dict[str, Any]:
        core = {
            "text": f"{said('x', number)} https://t.co/z",
            "urls": [{"shortUrl": "https://t.co/z", "expandedUrl": "https://kiln.example"}],
        }
        return {
            "noteTweet": {
                "noteTweetId": str(700 + number),
                "createdAt": "2023-01-01T00:00:00.000Z",
                "core": core,
            }
        }

    tweets = Json([tweet(i) for i in range(ITEMS)], ((),), marks("x"), part("tweets"))
    more = Json(
        [tweet(i) for i in range(ITEMS, ITEMS + 2)], ((),), marks("x", ITEMS, 2), part("tweets", 1)
    )
    notes = Json([note(i) for i in range(10, 12)], ((),), marks("x", 10, 2), part("note_tweet"))
    account = Json([{"account": {"username": "jo", "accountId": "1"}}], prefix=part("account"))
    month = Json(
        [tweet(i)["tweet"] for i in (20, 21)],
        ((),),
        marks("x", 20, 2),
        b"Grailbird.data.tweets_2013_02 = ",
    )
    members = {
        "data/account.js": account,
        "data/tweets.js": tweets,
        "data/tweets-part1.js": more,
        "data/note-tweet.js": notes,
    }
    members["data/js/tweets/2013_02.js"] = month
    return Seed("x", members, ("data/tweets.js",))


def _x_old() -> Seed:
    """The months of an archive of 2012 to 2018: scripts, and tables of others."""

    def tweet(number: int) -> dict[str, Any]:
        link = {"url": "http://t.co/abc", "expanded_url": "http://mugs.example"}
        return {
            "id_str": str(number), "text": f"{said('old', number)} http://t.co/abc",
            "created_at": "2013-01-01 00:00:00 +0000",
            "user": {"screen_name": "ana", "protected": False}, "entities": {"urls": [link]},
        }  # fmt: skip

    def row(number: int) -> tuple[str, ...]:
        return (
            f"{number}",
            "",
            "",
            "",
            "",
            "2013-02-01 04:12:21 +0000",
            "web",
            f"{said('old', number)} http://t.co/abc",
            "http://mugs.example",
        )

    replied, repeated = (
        ("in_reply_to_status_id", "in_reply_to_user_id"),
        (
            "retweeted_status_id",
            "retweeted_status_user_id",
        ),
    )
    head = ("tweet_id", *replied, *repeated, "timestamp", "source", "text", "expanded_urls")
    prefix = b"Grailbird.data.tweets_2013_02 = \n"
    members: dict[str, Member] = {
        "data/js/user_details.js": Blob(b'var user_details =  {"screen_name": "ana"}'),
        "data/js/tweets/2013_02.js": Json(
            [tweet(i) for i in range(1, 4)], ((),), marks("old", 1, 3), prefix
        ),
        "data/csv/2012_12.csv": Rows(
            head, tuple(row(i) for i in range(10, 13)), marks("old", 10, 3)
        ),
    }
    return Seed("x", members, ("data/js/tweets/2013_02.js",))


def _several() -> Seed:
    """Exports of two platforms in one folder."""
    return Seed("several", {**_discord().members, **_youtube().members})


def _mastodon() -> Seed:
    def create(number: int) -> dict[str, Any]:
        note = {
            "type": "Note", "id": f"{ME}/statuses/{number}",
            "url": f"https://social.example/@ana/{number}", "inReplyTo": None,
            "summary": "kiln talk",
            "content": f'<p>{said("mastodon", number)}<br>&amp; <a href="https://a.example/x"><span class="invisible">https://</span>a.example</a></p>',
            "oneOf": [{"name": "blue"}, {"name": "red"}], "to": [PUBLIC], "cc": [],
        }  # fmt: skip
        return {
            "type": "Create",
            "actor": ME,
            "published": "2025-01-02T03:04:05Z",
            "to": [PUBLIC],
            "cc": [f"{ME}/followers"],
            "object": note,
        }

    boost = {
        "type": "Announce",
        "id": "b1",
        "actor": ME,
        "published": "2025-01-02T03:04:05Z",
        "to": [PUBLIC],
        "object": "https://o.example/1",
    }
    items = [create(i) for i in range(ITEMS)] + [boost]
    context = "https://www.w3.org/ns/activitystreams"
    outbox = {
        "@context": context,
        "type": "OrderedCollection",
        "totalItems": len(items),
        "orderedItems": items,
    }
    actor = Json({"id": ME, "preferredUsername": "ana"})
    members = {
        "actor.json": actor,
        "outbox.json": Json(outbox, (("orderedItems",),), (*marks("mastodon"), None)),
    }
    return Seed("mastodon", members, ("outbox.json",))


def _bluesky() -> Seed:
    def entry(number: int) -> dict[str, Any]:
        record = {
            "$type": "app.bsky.feed.post",
            "createdAt": "2025-01-01T00:00:00Z",
            "text": said("bluesky", number),
            "reply": {"parent": {}},
        }
        return {
            "post": {
                "uri": f"at://did:plc:a/app.bsky.feed.post/{number}",
                "author": {"did": "did:plc:a", "handle": "a.example"},
                "record": record,
            },
            "reason": {"$type": "app.bsky.feed.defs#reasonRepost", "by": {"handle": "bo.example"}},
        }

    feed = {"feed": [entry(i) for i in range(ITEMS)], "cursor": "x"}
    return Seed(
        "bluesky", {"feed.json": Json(feed, (("feed",),), marks("bluesky"))}, ("feed.json",)
    )


def _car() -> Seed:
    def post(number: int) -> tuple[str, Any]:
        record = {
            "$type": "app.bsky.feed.post",
            "text": said("car", number),
            "createdAt": "2025-03-01T08:00:00.000Z",
            "reply": {"root": {}},
        }
        return f"app.bsky.feed.post/3k{number}", record

    subject = {"uri": "at://did:plc:other/app.bsky.feed.post/3k9"}
    repost = (
        "app.bsky.feed.repost/3k0",
        {"$type": "app.bsky.feed.repost", "subject": subject, "createdAt": "2025-03-03T08:00:00Z"},
    )
    return Seed(
        "bluesky-car",
        {"repo.car": Car((*(post(i) for i in range(ITEMS)), repost), DID, (*marks("car"), None))},
        ("repo.car",),
    )


def _reddit() -> Seed:
    head = ("id", "permalink", "date", "ip", "subreddit", "gildings", "title", "url", "body")
    posts = tuple(
        (
            f"p{i}",
            "https://r.example/p",
            "2025-01-07 18:28:00 UTC",
            "",
            "P",
            "0",
            "Kiln",
            "",
            said("reddit", i),
        )
        for i in range(ITEMS)
    )
    tail = (
        "id",
        "permalink",
        "date",
        "ip",
        "subreddit",
        "gildings",
        "link",
        "parent",
        "body",
        "media",
    )
    comments = tuple(
        (
            f"c{i}",
            "u",
            "2025-01-08 00:00:00 UTC",
            "",
            "P",
            "0",
            "l",
            "",
            f"{said('reddit', i)}\nmore",
            "",
        )
        for i in range(10, 12)
    )
    statistics = Blob(b"statistic,value\naccount name,ana\n")
    members: dict[str, Member] = {
        "posts.csv": Rows(head, posts, marks("reddit")),
        "comments.csv": Rows(tail, comments, marks("reddit", 10, 2)),
    }
    return Seed("reddit", {**members, "statistics.csv": statistics}, ("posts.csv", "comments.csv"))


def _dump() -> Seed:
    def line(number: int) -> dict[str, Any]:
        body = (
            {"body": said("dump", number)}
            if number % 2
            else {"title": "Kiln", "selftext": said("dump", number)}
        )
        return {
            "id": f"a{number}",
            "author": "ana",
            "subreddit": "P",
            "created_utc": 1700000000,
            "link_id": "t3_zz",
            "permalink": "/r/P/",
            **body,
        }

    dump = Lines(tuple(line(i) for i in range(ITEMS)), marks("dump"))
    return Seed("reddit-dump", {"RC_2023-11": dump}, ("RC_2023-11",))


def _linkedin() -> Seed:
    head = ("Date", "ShareLink", "ShareCommentary", "SharedUrl", "MediaUrl", "Visibility")
    link = "https://www.linkedin.com/feed/update/urn%3Ali%3Ashare%3A73458218268469903"
    shares = tuple(
        ("2025-07-01 14:33:22", f"{link}{i:02}", said("linkedin", i), "", "", "MEMBER_NETWORK")
        for i in range(ITEMS)
    )
    comments = tuple(
        ("2025-07-13 08:15:21", "https://l.example/1", f"{said('linkedin', i)}\nand more")
        for i in range(10, 13)
    )
    profile = Rows(("First Name", "Last Name", "Headline"), (("Ana", "Example", "potter"),), ())
    members: dict[str, Member] = {"Shares.csv": Rows(head, shares, marks("linkedin"))}
    members["Comments.csv"] = Rows(("Date", "Link", "Message"), comments, marks("linkedin", 10, 3))
    return Seed("linkedin", {"Profile.csv": profile, **members}, ("Shares.csv", "Comments.csv"))


def _broken(text: str) -> str:
    return text.encode().decode("latin-1")


def _threads() -> Seed:
    def item(number: int) -> dict[str, Any]:
        return {
            "media": [
                {
                    "uri": "",
                    "creation_timestamp": 1700000000,
                    "title": _broken(said("threads", number)),
                }
            ]
        }

    value = {"text_post_app_text_posts": [item(i) for i in range(ITEMS)]}
    person = Json({"profile_user": [{"string_map_data": {"Username": {"value": "ana"}}}]})
    members = {
        "personal_information.json": person,
        "threads_and_replies.json": Json(value, (("text_post_app_text_posts",),), marks("threads")),
    }
    return Seed("threads", members, ("threads_and_replies.json",))


def _instagram() -> Seed:
    def item(number: int) -> dict[str, Any]:
        media = {
            "uri": f"media/{number}.jpg",
            "creation_timestamp": 1700000000,
            "title": _broken(said("instagram", number)),
        }
        other = {"uri": "b", "title": ""}
        return (
            {"media": [media]}
            if number % 2
            else {
                "media": [other, media],
                "title": said("instagram", number),
                "creation_timestamp": 1700000001,
            }
        )

    def comment(number: int) -> dict[str, Any]:
        return {
            "string_map_data": {
                "Comment": {"value": said("instagram", number)},
                "Time": {"timestamp": 1700000003},
            }
        }

    person = Json({"profile_user": [{"string_map_data": {"Username": {"value": "ana"}}}]})
    members: dict[str, Member] = {
        "your_instagram_activity/media/posts_1.json": Json([item(i) for i in range(ITEMS)], ((),),
        marks("instagram")),
        "your_instagram_activity/comments/post_comments_1.json": Json([comment(i) for i in (10,
        11)], ((),), marks("instagram", 10, 2)),
        "your_instagram_activity/media/reels.json": Json({"ig_reels_media": [item(i) for i in (21,
        22)]}, (("ig_reels_media",),),
        marks("instagram", 21, 2)),
        "personal_information/personal_information.json": person,
    }  # fmt: skip
    return Seed("instagram", members, ("your_instagram_activity/media/posts_1.json",))


def _facebook() -> Seed:
    def post(number: int) -> dict[str, Any]:
        attached = {
            "data": [
                {"media": {"description": "a mug"}},
                {"external_context": {"url": "https://m.example"}},
            ]
        }
        data = [{"post": _broken(said("facebook", number))}, {"update_timestamp": 1}]
        return {
            "timestamp": 1700000000 + number,
            "data": data,
            "attachments": [attached],
            "title": "Ana",
        }

    def comment(number: int) -> dict[str, Any]:
        return {
            "timestamp": 1700000003,
            "data": [
                {
                    "comment": {
                        "comment": said("facebook", number),
                        "author": "Ana E",
                        "timestamp": 1,
                    }
                }
            ],
        }

    members: dict[str, Member] = {
        "posts/your_posts_1.json": Json([post(i) for i in range(ITEMS)], ((),), marks("facebook")),
        "comments/comments.json": Json(
            {"comments_v2": [comment(i) for i in (10, 11, 12)]},
            (("comments_v2",),),
            marks("facebook", 10, 3),
        ),
        "groups/group_posts_and_comments.json": Json(
            {"group_posts_v2": [post(i) for i in (20, 21)]},
            (("group_posts_v2",),),
            marks("facebook", 20, 2),
        ),
        "profile_information.json": Json({"profile_v2": {"name": {"full_name": _broken("Zoë E")}}}),
    }
    return Seed("facebook", members, ("posts/your_posts_1.json", "comments/comments.json"))


def _tiktok() -> Seed:
    comments = [
        {"date": "2024-01-02 00:00:00", "comment": said("tiktok", i), "url": "N/A"}
        for i in range(ITEMS)
    ]
    videos = [
        {"Date": "2024-01-03 00:00:00", "Link": "https://t.example/1", "Title": said("tiktok", i)}
        for i in range(10, 13)
    ]
    watched = [{"Date": "2024-01-01 00:00:00", "Link": "https://t.example/w"}]
    value = {
        "Activity": {"Video Browsing History": {"VideoList": watched}},
        "Comment": {"Comments": {"CommentsList": comments}},
        "Profile": {"Profile Information": {"ProfileMap": {"userName": "ana"}}},
        "Video": {"Videos": {"VideoList": videos}},
    }
    lists = (("Comment", "Comments", "CommentsList"), ("Video", "Videos", "VideoList"))
    member = Json(value, lists, (*marks("tiktok"), *marks("tiktok", 10, 3)))
    return Seed("tiktok", {"user_data_tiktok.json": member}, ("user_data_tiktok.json",))


def _youtube() -> Seed:
    head = (
        "Comment ID",
        "Channel ID",
        "Comment Create Timestamp",
        "Price",
        "Parent Comment ID",
        "Post ID",
        "Video ID",
        "Comment Text",
    )

    def row(number: int) -> tuple[str, ...]:
        text = said("youtube", number)
        return (
            f"c{number}",
            "UC1",
            "2024-05-06T07:08:09+00:00",
            "0",
            "",
            "",
            "v1",
            json.dumps({"text": text}) if number % 2 else text,
        )

    return Seed(
        "youtube",
        {"comments.csv": Rows(head, tuple(row(i) for i in range(ITEMS)), marks("youtube"))},
        ("comments.csv",),
    )


def _telegram() -> Seed:
    def message(number: int) -> dict[str, Any]:
        text = said("telegram", number)
        pieces = ["see ", {"type": "link", "text": "m.example"}, f" {text}"]
        return {
            "id": number, "type": "message", "date": "2024-01-01T00:00:00",
            "date_unixtime": "1704067200", "from": "Mugs",
            "reply_to_message_id": 2,
            "forwarded_from": None, "text": pieces if number % 2 else text,
        }  # fmt: skip

    service = {
        "id": 99,
        "type": "service",
        "date": "2024-01-01T00:00:00",
        "action": "create_channel",
    }
    value = {
        "name": "Mugs",
        "type": "public_channel",
        "id": 9,
        "messages": [*(message(i) for i in range(ITEMS)), service],
    }
    return Seed(
        "telegram",
        {"result.json": Json(value, (("messages",),), (*marks("telegram"), None))},
        ("result.json",),
    )


def _discord() -> Seed:
    def row(number: int) -> dict[str, Any]:
        return {
            "ID": number,
            "Timestamp": "2024-01-01 10:00:00",
            "Contents": said("discord", number),
            "Attachments": "",
        }

    head = ("ID", "Timestamp", "Contents", "Attachments")
    older = tuple(
        (str(i), "2021-01-01 10:00:00.000000+00:00", said("discord", i), "") for i in range(10, 13)
    )
    members: dict[str, Member] = {
        "Messages/c1/messages.json": Json([row(i) for i in range(ITEMS)], ((),), marks("discord")),
        "Messages/c1/channel.json": Json(
            {"id": "1", "type": "GUILD_TEXT", "guild": {"id": "9", "name": "Pots"}}
        ),
        "Messages/c2/messages.csv": Rows(head, older, marks("discord", 10, 3)),
        "Messages/index.json": Json({"1": "general"}),
        "Account/user.json": Json({"username": "ana"}),
    }
    return Seed("discord", members)


PLATFORMS: tuple[Callable[[], Seed], ...] = (
    _x, _x_old, _mastodon, _bluesky, _car, _reddit, _dump, _linkedin, _threads, _instagram,
        _facebook, _tiktok, _youtube, _telegram,
    _discord, _several,
)  # fmt: skip
