"""Small valid files of scrapers and APIs, one of each way in which they nest posts."""

from collections.abc import Callable, Iterable
from typing import Any

from fuzz.members import Json, Lines, Member
from fuzz.seed import ITEMS, Seed, marks, said

ISO = "2024-03-01T09:05:00.000Z"


def _of(member: Member, name: str) -> Seed:
    return Seed("scraped", {name: member}, (name,))


def _made(
    post: Callable[[int], dict[str, Any]], numbers: Iterable[int] = range(ITEMS)
) -> list[dict[str, Any]]:
    return [post(number) for number in numbers]


def _page() -> Seed:
    """A page of version 2 of X's API, whose authors stand beside its posts."""

    def post(number: int) -> dict[str, Any]:
        entities = {
            "urls": [
                {
                    "start": 0,
                    "end": 23,
                    "url": "https://t.co/a",
                    "expanded_url": "https://mugs.example",
                    "media_key": "3_1",
                }
            ]
        }
        return {
            "id": str(number), "text": f"{said('page', number)} &amp; https://t.co/a",
            "author_id": str(number % 2), "created_at": ISO,
            "edit_history_tweet_ids": [str(number)], "lang": "en", "entities": entities,
            "referenced_tweets": [{"type": "replied_to", "id": "9"}],
        }  # fmt: skip

    users = [{"id": "0", "username": "ana", "name": "Ana"}, {"id": "1", "username": "jo"}]
    value = {
        "data": _made(post),
        "includes": {"users": users, "tweets": []},
        "meta": {"result_count": ITEMS},
    }
    return _of(Json(value, (("data",),), marks("page")), "page.json")


def _tweets() -> Seed:
    """Posts of version 1.1 of X's API, a line each."""

    def post(number: int) -> dict[str, Any]:
        return {
            "created_at": "Wed Oct 19 20:07:25 +0000 2022", "id": number, "id_str": str(number),
            "full_text": said("tweets", number),
            "entities": {"urls": [], "media": [{"url": "https://t.co/b"}]},
            "user": {"screen_name": "ana"}, "in_reply_to_status_id": None,
        }  # fmt: skip

    return _of(Lines(tuple(_made(post)), marks("tweets")), "tweets.jsonl")


def _snscrape() -> Seed:
    def post(number: int) -> dict[str, Any]:
        user = {"_type": "snscrape.modules.twitter.User", "username": "ana", "id": 7}
        text = said("snscrape", number)
        return {
            "_type": "snscrape.modules.twitter.Tweet", "url": f"https://x.example/{number}",
            "date": "2024-03-01T09:05:00+00:00",
            "rawContent": text, "renderedContent": text, "id": number, "user": user,
            "inReplyToTweetId": None, "links": [{"text": "a"}],
        }  # fmt: skip

    return _of(Lines(tuple(_made(post)), marks("snscrape")), "out.jsonl")


def _apify() -> Seed:
    """A list of an actor of Apify, with objects in its objects."""

    def post(number: int) -> dict[str, Any]:
        return {
            "id": str(number), "text": said("apify", number), "createTimeISO": ISO,
            "createTime": 1709283900,
            "authorMeta": {"name": "ana", "nickName": "Ana"},
            "webVideoUrl": f"https://t.example/{number}", "hashtags": [{"name": "mugs"}],
        }  # fmt: skip

    return _of(Json(_made(post), ((),), marks("apify")), "dataset.json")


def _youtube() -> Seed:
    """Threads of YouTube's API: comments and the answers to them."""

    def comment(number: int) -> dict[str, Any]:
        shown = {
            "textDisplay": f"<b>{said('threads', number)}</b>",
            "textOriginal": said("threads", number),
        }
        return {
            "id": f"c{number}",
            "snippet": {**shown, "authorDisplayName": "@ana", "publishedAt": ISO, "videoId": "v"},
        }

    items = [
        {
            "id": f"c{i}",
            "snippet": {"videoId": "v", "topLevelComment": comment(i), "totalReplyCount": 0},
        }
        for i in range(ITEMS)
    ]
    value = {
        "kind": "youtube#commentThreadListResponse",
        "items": items,
        "pageInfo": {"totalResults": ITEMS},
    }
    return _of(Json(value, (("items",),), marks("threads")), "comments.json")


def _reddit() -> Seed:
    """A listing of Reddit."""

    def post(number: int) -> dict[str, Any]:
        own = {
            "subreddit": "mugs",
            "author": "ana",
            "created_utc": 1709283900.0,
            "id": f"a{number}",
            "name": f"t3_a{number}",
        }
        return {
            "kind": "t3",
            "data": {
                **own,
                "title": "Two mugs",
                "selftext": said("listing", number),
                "permalink": f"/r/mugs/{number}",
            },
        }

    value = {"kind": "Listing", "data": {"after": None, "children": _made(post)}}
    return _of(Json(value, (("data", "children"),), marks("listing")), "new.json")


def _statuses() -> Seed:
    """Posts of Mastodon's API, one of them private."""

    def post(number: int, **more: str) -> dict[str, Any]:
        own = {
            "id": str(number),
            "created_at": ISO,
            "account": {"acct": "ana"},
            "visibility": "public",
            "url": f"https://s.example/{number}",
        }
        return {
            **own,
            "content": f"<p>{said('statuses', number)}</p>",
            "spoiler_text": "",
            "reblog": None,
            **more,
        }

    rows = [*_made(post), post(9, visibility="direct")]
    return _of(Json(rows, ((),), (*marks("statuses"), None)), "statuses.json")


def _instagram() -> Seed:
    """Posts as Instagram's site has them, a line each."""

    def post(number: int) -> dict[str, Any]:
        caption = {"edges": [{"node": {"text": said("nodes", number)}}]}
        node = {
            "shortcode": f"C{number}",
            "id": str(number),
            "taken_at_timestamp": 1709283900,
            "edge_media_to_caption": caption,
        }
        return {"node": {**node, "owner": {"username": "ana"}}, "instaloader": {"version": "4"}}

    return _of(Lines(tuple(_made(post)), marks("nodes")), "nodes.ndjson")


def _captured() -> Seed:
    """What a browser has caught of sites' own data."""

    def post(number: int) -> dict[str, Any]:
        return {
            "id": str(number),
            "desc": said("captured", number),
            "createTime": 1709283900,
            "author": {"uniqueId": "ana"},
            "stats": {},
        }

    rows = [
        (
            {
                "source_platform": "tiktok.com",
                "source_url": "https://t.example",
                "timestamp_collected": 1,
                "item_id": str(i),
                "nav_index": "1:1",
                "data": post(i),
            }
            if i % 2
            else {
                **post(i),
                "__import_meta": {"source_platform": "tiktok.com", "timestamp_collected": 1},
            }
        )
        for i in range(ITEMS)
    ]
    return Seed(
        "zeeschuimer",
        {"zeeschuimer-export.ndjson": Lines(tuple(rows), marks("captured"))},
        ("zeeschuimer-export.ndjson",),
    )


SCRAPED: tuple[Callable[[], Seed], ...] = (
    _page, _tweets, _snscrape, _apify, _youtube, _reddit, _statuses, _instagram, _captured,
)  # fmt: skip
