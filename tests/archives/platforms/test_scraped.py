"""JSON and tables of scrapers and APIs: recognised by their names, with the right text, author,
time, address, kind, id and platform.
"""

import bz2
import csv
import io
import json
import time
from datetime import UTC, datetime
from typing import Any

import pytest

import givesell
from givesell.archives import PostReader, open_reader
from givesell.archives.shapes.all_shapes import SHAPES
from givesell.archives.times.moments import moment
from givesell.errors import GivesellError

TEXT, WHEN = "Two mugs to give away", datetime(2024, 3, 1, 9, 5, tzinfo=UTC)
ISO, X_TIME, EPOCH = "2024-03-01T09:05:00.000Z", "Fri Mar 01 09:05:00 +0000 2024", 1709283900
USER = {"id": 7, "id_str": "7", "name": "Member A", "screen_name": "member_a"}
TWEET = {"created_at": X_TIME, "id": 11, "id_str": "11", "full_text": TEXT, "user": USER}
CAPTION = {"edges": [{"node": {"text": TEXT}}]}
STATUS = {
    "id": "11",
    "created_at": ISO,
    "account": {"acct": "member_a"},
    "visibility": "public",
    "content": f"<p>{TEXT}</p>",
    "url": "u",
}
COMMENT = {
    "textDisplay": "Two mugs to <b>give</b> away",
    "textOriginal": TEXT,
    "authorDisplayName": "@member_a",
    "publishedAt": ISO,
}
SKEET = {
    "uri": "at://did:plc:1/app.bsky.feed.post/3k",
    "author": {"handle": "member_a"},
    "record": {"text": TEXT, "createdAt": ISO},
}
STORY = {"message": {"text": TEXT}, "actors": [{"name": "member_a"}], "wwwURL": "u"}
META = {"story": {"comet_sections": {"metadata": [{"story": {"creation_time": EPOCH}}]}}}
REDDIT = {
    "subreddit": "mugs",
    "author": "member_a",
    "created_utc": EPOCH,
    "id": "11",
    "name": "t3_11",
    "title": "Two mugs",
}
VIDEO = {"id": "11", "desc": TEXT, "createTime": EPOCH, "author": {"uniqueId": "member_a"}}

# What was scraped, and what of its one post is not TEXT, WHEN, member_a and "post".
NESTED: dict[str, tuple[Any, dict[str, Any]]] = {
    "tweepy": ([TWEET], {"platform": "x", "id": "11", "url": "https://x.com/i/status/11"}),
    "search of version 1.1": ({"statuses": [TWEET]}, {"platform": "x"}),
    "extended tweet": ({**TWEET, "full_text": None, "text": "Two…",
    "extended_tweet": {"full_text": TEXT}}, {}),
    "a reply": ({**TWEET, "in_reply_to_status_id": 9, "in_reply_to_status_id_str": "9"},
    {"kind": "reply"}),
    "a cut-off repost": (
        {**TWEET, "full_text": "RT @jo: Two mu…",
        "retweeted_status": {"full_text": "Two mugs &amp; more", "user": {}}},
        {"kind": "repost", "text": "RT @jo: Two mugs & more"},
    ),
    "links and pictures": (
        {
            **TWEET,
            "full_text": f"{TEXT} https://t.co/a https://t.co/b",
            "entities": {"urls": [{"url": "https://t.co/a",
            "expanded_url": "https://mugs.example"}], "media": [{"url": "https://t.co/b"}]},
        },
        {"text": f"{TEXT} https://mugs.example"},
    ),
    "version 2, one page": (
        {
            "data": [{"id": "11", "text": TEXT, "author_id": "7", "created_at": ISO,
            "edit_history_tweet_ids": ["11"]}],
            "includes": {"users": [{"id": "7", "username": "member_a"}]},
            "meta": {"result_count": 1},
        },
        {"platform": "x", "id": "11"},
    ),
    "version 2, a list of pages": (
        [
            {
                "data": [{"id": "11", "text": TEXT, "author_id": "7", "created_at": ISO,
                "lang": "en"}],
                "includes": {"users": [{"id": "7", "username": "member_a"}]},
            }
        ],
        {"platform": "x"},
    ),
    "version 2, a long post": (
        {
            "id": "11",
            "text": "Two…",
            "note_tweet": {"text": TEXT},
            "author_id": "7",
            "author": {"username": "member_a"},
            "created_at": ISO,
            "referenced_tweets": [{"type": "quoted", "id": "1"}, {"type": "replied_to", "id": "2"}],
        },
        {"kind": "reply"},
    ),
    "the web page of X": (
        {
            "rest_id": "11",
            "legacy": {"full_text": TEXT, "created_at": X_TIME},
            "core": {"user_results": {"result": {"core": {"screen_name": "member_a"}}}},
        },
        {"platform": "x", "id": "11"},
    ),
    "apify tweets": ({"type": "tweet", "id": "11", "url": "u", "text": TEXT, "createdAt": X_TIME,
    "isReply": True,
                      "author": {"userName": "member_a"}}, {"kind": "reply", "platform": "x",
                      "url": "u"}),
    "apify facebook": ({"facebookUrl": "f", "postId": "11", "pageName": "page", "url": "u",
    "time": ISO, "text": TEXT,
                        "user": {"id": "7", "name": "member_a"}}, {"platform": "facebook",
                        "id": "11", "url": "u"}),
    "apify groups": ({"facebookUrl": "f", "url": "u", "time": ISO, "legacyId": "11",
    "groupTitle": "Mugs", "text": TEXT,
                      "user": {"name": "member_a"}}, {"platform": "facebook", "id": "11"}),
    "apify linkedin": ({"urn": "urn:li:activity:11", "text": TEXT, "postedAtISO": ISO, "url": "u",
    "type": "image",
                        "author": {"publicId": "member_a", "firstName": "A"}},
                        {"platform": "linkedin", "url": "u"}),
    "apify linkedin, by its later fields": ({"activity_urn": "11", "text": TEXT,
    "posted_at": {"date": "2024-03-01 09:05:00"},
                                             "author": {"username": "member_a"}, "url": "u"},
                                             {"platform": "linkedin", "id": "11"}),
    "apify linkedin comments": ({"comment_id": "11", "text": TEXT,
    "posted_at": {"timestamp": EPOCH * 1000},
                                 "author": {"name": "member_a"}}, {"kind": "comment", "id": "11"}),
    "harvest of linkedin": ({"linkedinUrl": "u", "content": TEXT, "postedAt": {"date": ISO},
    "id": "11",
                             "author": {"publicIdentifier": "member_a"}}, {"platform": "linkedin",
                             "url": "u"}),
    "graph of facebook": ({"data": [{"id": "1_11", "message": TEXT,
    "created_time": "2024-03-01T09:05:00+0000",
                                     "from": {"name": "member_a", "id": "1"},
                                     "permalink_url": "u"}], "paging": {}},
                          {"platform": "facebook", "id": "1_11", "url": "u"}),
    "instaloader": ({"node": {"shortcode": "AbC", "id": "11", "taken_at_timestamp": EPOCH,
    "edge_media_to_caption": CAPTION,
                              "owner": {"username": "member_a"}},
                              "instaloader": {"node_type": "Post"}},
                    {"platform": "instagram", "url": "https://www.instagram.com/p/AbC/"}),
    "instagram-scraper": ({"GraphImages": [{"shortcode": "AbC", "id": "11",
    "taken_at_timestamp": EPOCH, "username": "member_a",
                                            "edge_media_to_caption": CAPTION}]},
                                            {"platform": "instagram"}),
    "youtube threads": ({"kind": "youtube#commentThreadListResponse", "items": [{"id": "11",
    "snippet": {
        "videoId": "v", "topLevelComment": {"id": "11", "snippet": {**COMMENT, "videoId": "v"}}}}]},
        {"kind": "comment", "author": "@member_a", "platform": "youtube", "url": "https://www.youtube.com/watch?v=v&lc=11"}),
    "youtube comments": ({"items": [{"id": "11", "snippet": {**COMMENT, "parentId": "1"}}]},
    {"kind": "reply", "author": "@member_a"}),
    "youtube comments as shown": (
        {"items": [{"id": "11", "snippet": {**COMMENT, "textOriginal": None}}]}, {"kind": "comment",
        "author": "@member_a"},
    ),
    "youtube search": ({"items": [
        {"id": {"kind": "youtube#video", "videoId": "v"}, "snippet": {"title": "Mugs &amp; more",
        "description": TEXT, "publishedAt": ISO, "channelTitle": "member_a"}}]},
        {"text": f"Mugs & more\n\n{TEXT}", "id": "v", "url": "https://www.youtube.com/watch?v=v"}),
    "yt-dlp": ({"id": "v", "title": "t", "comments": [{"id": "11", "parent": "root", "text": TEXT,
    "author": "member_a",
                                                       "timestamp": EPOCH}]}, {"kind": "comment",
                                                       "platform": "youtube"}),
    "tiktok web": ([VIDEO], {"platform": "tiktok", "url": "https://www.tiktok.com/@member_a/video/11"}),
    "tiktok research": ({"data": {"videos": [{"id": 11, "video_description": TEXT,
    "create_time": EPOCH, "username": "member_a"}]}},
                        {"platform": "tiktok", "id": "11", "url": "https://www.tiktok.com/@member_a/video/11"}),
    "mastodon timeline": ([STATUS], {"platform": "mastodon", "id": "11", "url": "u"}),
    "mastodon search": ({"statuses": [{**STATUS, "spoiler_text": "Mugs", "in_reply_to_id": "9"}]},
                        {"kind": "reply", "text": f"Mugs\n\n{TEXT}"}),
    "a boost": ([{**STATUS, "content": "", "reblog": {**STATUS, "account": {"acct": "other"}}}],
    {"kind": "repost"}),
    "bluesky": (SKEET, {"platform": "bluesky", "url": "https://bsky.app/profile/member_a/post/3k"}),
    "listing of reddit": ({"kind": "Listing", "data": {"children": [{"kind": "t3",
    "data": {**REDDIT, "selftext": "to give &gt; away", "permalink": "/r/mugs/11"}}]}},
                          {"text": "Two mugs\n\nto give > away", "platform": "reddit",
                          "id": "t3_11", "url": "https://www.reddit.com/r/mugs/11"}),
    "pullpush": ({"data": [{**REDDIT, "title": None, "body": TEXT}]}, {"kind": "comment",
    "platform": "reddit"}),
    "snscrape of reddit": ({"_type": "snscrape.modules.reddit.Comment", "subreddit": "mugs",
    "author": "member_a", "created_utc": EPOCH,
                            "body": TEXT, "id": "11", "date": ISO}, {"kind": "comment"}),
    "twint": ({"id": 11, "conversation_id": "11", "created_at": "2024-03-01 09:05:00 UTC",
    "date": "2024-03-01", "time": "09:05:00",
               "username": "member_a", "tweet": TEXT, "link": "u", "retweet": False,
               "reply_to": [{"screen_name": "jo"}]},
              {"platform": "x", "kind": "reply", "url": "u"}),
    "telethon": ([{"_": "Message", "id": 11, "peer_id": {"_": "PeerChannel", "channel_id": 1},
    "date": "2024-03-01T09:05:00+00:00",
                   "message": TEXT, "post_author": "member_a", "fwd_from": {"date": ISO}}],
                   {"kind": "repost", "platform": "telegram"}),
}  # fmt: skip
# Tables, each with all its columns kept.
FLAT: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "apify instagram": ({"inputUrl": "i", "id": "11", "type": "Sidecar", "shortCode": "AbC",
    "caption": TEXT, "firstComment": "me",
                         "url": "u", "timestamp": ISO, "ownerFullName": "A",
                         "ownerUsername": "member_a"}, {"platform": "instagram"}),
    "apify instagram comments": ({"postUrl": "p", "commentUrl": "u", "id": "11", "text": TEXT,
    "ownerUsername": "member_a",
                                  "timestamp": ISO}, {"kind": "comment", "platform": "instagram",
                                  "url": "u"}),
    "apify tiktok": ({"id": "11", "text": TEXT, "createTime": "1709283900", "createTimeISO": ISO,
    "authorMeta/name": "member_a",
                      "authorMeta/id": "7", "webVideoUrl": "u"}, {"platform": "tiktok",
                      "url": "u"}),
    "apify tiktok comments": ({"videoWebUrl": "u", "cid": "11", "text": TEXT, "createTimeISO": ISO,
    "uniqueId": "member_a",
                               "repliesToId": ""}, {"kind": "comment", "id": "11"}),
    "apify facebook": ({"facebookUrl": "f", "postId": "11", "pageName": "page", "time": ISO,
    "user/name": "member_a", "text": TEXT,
                        "url": "u"}, {"platform": "facebook", "id": "11"}),
    "apify facebook comments": ({"facebookUrl": "f", "commentUrl": "u", "id": "11", "date": ISO,
    "text": TEXT, "profileName": "member_a",
                                 "threadingDepth": "0"}, {"kind": "comment", "url": "u"}),
    "twarc": ({"id": "11", "conversation_id": "11", "referenced_tweets.replied_to.id": "9",
    "author_id": "7", "created_at": ISO,
               "text": "Two &lt;mugs&gt;", "source": "Twitter Web App", "author.id": "7",
               "author.username": "member_a"},
              {"kind": "reply", "platform": "x", "text": "Two <mugs>"}),
    "snscrape": ({"url": "u", "date": "2024-03-01 09:05:00+00:00", "rawContent": TEXT,
    "renderedContent": TEXT, "id": "11",
                  "user": "{'username': 'member_a', 'id': 7}",
                  "source": "<a href=x>Twitter for iPhone</a>", "retweetedTweet": "",
                  "inReplyToTweetId": "nan"}, {"platform": "x", "url": "u"}),
    "twint": ({"id": "11", "conversation_id": "11", "created_at": "2024-03-01 09:05:00 Foo",
    "date": "2024-03-01", "time": "09:05:00",
               "timezone": "+0000", "username": "member_a", "name": "A", "tweet": TEXT, "link": "u",
               "retweet": "False", "reply_to": "[]"},
              {"platform": "x", "url": "u"}),
    "json2csv": ({"id": "11", "tweet_url": "u", "parsed_created_at": ISO,
    "user_screen_name": "member_a", "text": TEXT,
                  "tweet_type": "retweet"}, {"kind": "repost", "platform": "x"}),
    "facebook-scraper": ({"post_id": "11", "text": TEXT, "post_text": "Two mugs", "shared_text": "",
    "time": "2024-03-01 09:05:00",
                          "post_url": "u", "link": "l", "username": "member_a", "likes": "1"},
                          {"platform": "facebook", "url": "u"}),
    "crowdtangle": ({"Page Name": "member_a", "User Name": "m", "Facebook Id": "1",
    "Post Created": "2024-03-01 09:05:00", "Type": "Photo",
                     "URL": "u", "Message": TEXT, "Link": "l", "Description": "d"},
                     {"platform": "facebook", "url": "u", "id": None}),
    "crowdtangle of instagram": ({"Account": "A", "User Name": "member_a",
    "Followers at Posting": "1", "Type": "Album", "URL": "u",
                                  "Post Created": "2024-03-01 09:05:00", "Description": TEXT,
                                  "Title": ""}, {"platform": "instagram"}),
    "business suite": ({"Post ID": "11", "Page ID": "1", "Page name": "member_a", "Title": TEXT,
    "Description": "",
                        "Publish time": "2024-03-01 09:05:00", "Permalink": "u", "Is share": "0",
                        "Post type": "Photos"},
                       {"platform": "facebook", "url": "u"}),
    "content library": ({"id": "11", "text": TEXT, "creation_time": ISO,
    "post_owner.username": "member_a", "surface.type": "PAGE"}, {}),
    "4cat": ({"thread_id": "11", "id": "11", "timestamp": "2024-03-01 09:05:00", "body": TEXT,
    "subject": "", "author": "member_a",
              "source": "Web", "is_retweet": "no", "is_reply": "yes"}, {"kind": "reply"}),
    "4cat of a board": ({"thread_id": "1", "id": "11", "timestamp": "2024-03-01 09:05:00",
    "body": "to give away", "subject": "Two mugs",
                         "author": "member_a", "board": "diy"},
                         {"text": "Two mugs\n\nto give away"}),
    "posts of praw": ({"id": "11", "title": "Two mugs", "selftext": "to give away",
    "author": "member_a", "score": "1",
                       "created_utc": "1709283900", "url": "u", "permalink": "/r/mugs"},
                       {"text": "Two mugs\n\nto give away"}),
    "DiscordChatExporter": ({"AuthorID": "7", "Author": "member_a", "Date": ISO, "Content": TEXT,
    "Attachments": "", "Reactions": ""},
                            {"platform": "discord", "id": None}),
    "youtube data tools": ({"id": "11", "replyCount": "0", "likeCount": "1",
    "publishedAt": "2024-03-01 09:05:00", "authorName": "member_a",
                            "text": TEXT, "isReplyTo": "9"}, {"kind": "reply",
                            "platform": "youtube"}),
    "comment downloader": ({"cid": "11", "text": TEXT, "time": "1 day ago", "author": "member_a",
    "votes": "1", "reply": "False",
                            "time_parsed": "1709283900.0"}, {"kind": "comment",
                            "platform": "youtube"}),
    "brandwatch": ({"Query Id": "1", "Query Name": "q", "Date": "2024-03-01 09:05:00", "Title": "t",
    "Snippet": "Two…", "Full Text": TEXT,
                    "Url": "u", "Author": "member_a", "Page Type": "twitter",
                    "Thread Entry Type": "share", "Resource Id": "11"},
                   {"kind": "repost", "platform": "twitter"}),
    "meltwater": ({"Date": "2024-03-01", "Time": "09:05", "Document ID": "11", "URL": "u",
    "Source Name": "Daily Mug", "Author Name": "A",
                   "Author Handle": "member_a", "Opening Text": "o", "Hit Sentence": TEXT}, {}),
    "phantombuster": ({"postUrl": "u", "type": "Image", "postContent": TEXT, "likeCount": "1",
    "postTimestamp": ISO, "action": "Post",
                       "author": "member_a"}, {"platform": "linkedin", "url": "u", "id": None}),
}  # fmt: skip


def wrong(posts, told):
    """Return what is not as it should be of the only post."""
    assert len(posts) == 1
    wanted = {"text": TEXT, "created": WHEN, "author": "member_a", "kind": "post", **told}
    if "created" in told:
        del wanted["created"]
    return {
        part: getattr(posts[0], part)
        for part, value in wanted.items()
        if getattr(posts[0], part) != value
    }


@pytest.mark.parametrize("name", NESTED)
def test_nested_json_gives_its_posts(write, name):
    """An API's page or a scraper's object gives a post with all its parts, in a document and a
    line each.
    """
    content, told = NESTED[name]
    archive = givesell.read_archive(write("a.json", content))
    assert not wrong(list(archive), told)
    assert archive.n_rejected == 0
    lines = content if isinstance(content, list) else [content]
    assert not wrong(
        list(givesell.read_archive(write("a.jsonl", "\n".join(map(json.dumps, lines)) + "\n"))),
        told,
    )
    # Written for people to look at.
    assert not wrong(
        list(givesell.read_archive(write("b.json", json.dumps(content, indent=1)))), told
    )


@pytest.mark.parametrize("name", FLAT)
def test_tables_say_their_parts_by_their_names(write, name):
    """A table of a known scraper gives the parts of its posts, in CSV and JSON, and keeps all
    its columns.
    """
    row, told = FLAT[name]
    table = io.StringIO()
    csv.writer(table).writerows([row.keys(), row.values()])
    path = write("a.csv", table.getvalue())
    archive = givesell.read_archive(path)
    assert not wrong(list(archive), told)
    assert set(next(iter(archive.tables())).schema.names) >= set(row)
    for made in (write("a.json", [row]), write("a.jsonl", json.dumps(row) + "\n")):
        assert not wrong(list(givesell.read_archive(made)), told)


def test_what_is_flat_in_json_stays_a_table(write):
    """JSON whose parts are plain values keeps what else it holds, as a table does."""
    row, _ = FLAT["apify instagram"]
    archive = givesell.read_archive(
        write("a.json", [{**row, "likesCount": 3, "latestComments": [{"text": "me"}]}])
    )
    assert archive.format == "json"
    assert next(iter(archive.tables())).to_pylist()[0]["likesCount"] == 3


@pytest.mark.parametrize(
    "row",
    [
        {"id": 1, "text": "a", "created_at": "2024-03-01", "user": "jo"},
        {"title": "a", "text": "b", "url": "u"},
        {"data": [{"id": 1, "text": "a"}]},
        {"items": [{"text": "a", "id": 1}]},
        {"message": "a", "date": "2024-03-01", "id": 1},
        {"content": "a", "author": {"id": 1}, "timestamp": 1},
    ],
)
def test_ordinary_data_are_no_scrapers(write, row):
    """A table that shares some names with a scraper is read as a table."""
    assert not isinstance(
        open_reader(write("a.json", [row] if "data" not in row and "items" not in row else row)),
        PostReader,
    )


def test_shapes_ask_for_what_is_their_own():
    """No shape is told by a name alone that any table may have."""
    common = {
        "id",
        "text",
        "title",
        "body",
        "content",
        "message",
        "date",
        "created_at",
        "author",
        "user",
        "url",
        "timestamp",
        "name",
    }
    for shape in SHAPES:
        assert len(set(shape.need) | set(shape.any)) > 1 or "." in shape.need[0], shape.name
        assert not {*shape.need, *shape.any} <= common, shape.name


def test_a_long_first_line_is_a_page(write):
    """Pages a line each are told although the first is longer than what is looked at."""
    page = {
        "data": [
            {"id": str(n), "text": "hi " * 500, "author_id": "7", "lang": "en"} for n in range(300)
        ],
        "includes": {"users": [{"id": "7", "username": "member_a"}]},
    }
    more = {"data": [{"id": "9999", "text": "one more", "author_id": "8", "lang": "en"}]}
    posts = list(
        givesell.read_archive(write("a.json", json.dumps(page) + "\n" + json.dumps(more) + "\n"))
    )
    assert len(posts) == 301
    assert [posts[0].author, posts[-1].author, posts[-1].text] == ["member_a", None, "one more"]


def test_replies_beside_threads_are_read(write):
    """Of YouTube's threads the replies are posts too."""
    reply = {"id": "12", "snippet": {**COMMENT, "textOriginal": "me", "parentId": "11"}}
    thread = {
        "snippet": {"topLevelComment": {"id": "11", "snippet": COMMENT}},
        "replies": {"comments": [reply]},
    }
    posts = list(givesell.read_archive(write("a.json", {"items": [thread]})))
    assert [(post.text, post.kind) for post in posts] == [(TEXT, "comment"), ("me", "reply")]


def test_what_is_not_public_is_skipped(write):
    """Followers-only posts and personal chats are left out and counted unless all are asked for."""
    shapes = [
        [STATUS, {**STATUS, "id": "2", "visibility": "private"}],
        [
            {
                "_": "Message",
                "id": 1,
                "peer_id": {"_": "PeerUser", "user_id": 1},
                "date": ISO,
                "message": "hi",
            }
        ],
    ]
    for content, public, everything in zip(shapes, (1, 0), (2, 1), strict=True):
        path = write("a.json", content)
        archive = givesell.read_archive(path)
        assert len(list(archive)) == public
        assert archive.skipped == {"not public": 1}
        assert len(list(givesell.read_archive(path, visibility="all"))) == everything


def test_what_was_removed_is_no_post(write):
    """Reddit's removed posts are left out and counted."""
    archive = givesell.read_archive(
        write(
            "a.json",
            {
                "data": [
                    {**REDDIT, "selftext": "[removed]"},
                    {**REDDIT, "name": "t3_2", "selftext": ""},
                ]
            },
        )
    )
    assert [post.text for post in archive] == ["Two mugs"]
    assert archive.skipped == {"removed or deleted": 1}


def test_lines_of_another_kind_are_told(write):
    """Notices of a stream between its posts are left out and counted, not posts without words."""
    lines = [
        json.dumps(TWEET),
        '{"delete": {"status": {"id": 1}}}',
        '{"limit": {"track": 3}}',
        json.dumps({**TWEET, "full_text": ""}),
    ]
    archive = givesell.read_archive(write("a.jsonl", "\n".join(lines)))
    assert [post.text for post in archive] == [TEXT]
    assert (archive.n_rejected, archive.skipped["not a post"]) == (0, 2)


def test_rows_that_are_odd_cost_no_other(write):
    """A line that is broken or whose post is no text is rejected with its place; the rest is
    read.
    """
    good = {"id_str": "1", **TWEET}
    lines = [
        json.dumps(good),
        "{broken",
        json.dumps({**TWEET, "full_text": ["a"], "id_str": "3"}),
        json.dumps({**good, "id_str": "4"}),
    ]
    archive = givesell.read_archive(write("a.jsonl", "\n".join(lines)))
    assert [post.id for post in archive] == ["11", "4"] or [post.text for post in archive] == [
        TEXT,
        TEXT,
    ]
    assert [(line, reason.split(":")[0]) for _, line, reason, _ in archive.rejected] == [
        (2, "not JSON"), (3, "the post is an array, not a string"),
    ]  # fmt: skip


CAPTURES = {
    "instagram.com": ({"id": "11_7", "code": "AbC", "taken_at": EPOCH, "caption": {"text": TEXT},
    "user": {"username": "member_a"}},
                      {"platform": "instagram", "url": "https://www.instagram.com/p/AbC/"}),
    "threads.net": ({"id": "11", "code": "AbC", "taken_at": EPOCH, "caption": {"text": TEXT},
    "user": {"username": "member_a"},
                     "text_post_app_info": {"is_reply": True}},
                    {"platform": "threads", "kind": "reply", "url": "https://www.threads.com/@member_a/post/AbC"}),
    "tiktok.com": (VIDEO, {"platform": "tiktok", "id": "11"}),
    "tiktok-comments": ({"cid": "11", "aweme_id": "1", "text": TEXT, "create_time": EPOCH,
    "reply_id": "0",
                         "user": {"unique_id": "member_a"}},
                        {"platform": "tiktok", "kind": "comment"}),
    "douyin.com": ({"aweme_id": "11", "desc": TEXT, "create_time": EPOCH,
    "author": {"nickname": "member_a"}}, {"platform": "douyin"}),
    "twitter.com": (NESTED["the web page of X"][0], {"platform": "x"}),
    "linkedin.com": ({"commentary": {"text": {"text": TEXT}},
    "actor": {"name": {"text": "member_a"}},
                      "updateMetadata": {"urn": "urn:li:activity:11"}},
                     {"platform": "linkedin", "created": None, "url": "https://www.linkedin.com/feed/update/urn:li:activity:11"}),
    "facebook.com": ({"post_id": "11", "comet_sections": {"content": {"story": STORY},
    "context_layout": META}}, {"platform": "facebook"}),
    "truthsocial.com": (STATUS, {"platform": "truthsocial"}),
    "9gag.com": ({"id": "11", "url": "u", "title": "Two mugs", "description": "to give away",
    "creationTs": EPOCH,
                  "creator": {"username": "member_a"}}, {"platform": "9gag",
                  "text": "Two mugs\n\nto give away"}),
    "imgur.com": ({"id": "11", "title": TEXT, "description": "", "account_id": "member_a",
    "created_at": ISO, "cover": {"type": "image"},
                   "url": "u"}, {"platform": "imgur"}),
    "pinterest.com": ({"id": "11", "title": TEXT, "description": "",
    "pinner": {"username": "member_a"}, "created_at": ISO},
                      {"platform": "pinterest"}),
}  # fmt: skip


@pytest.mark.parametrize("site", CAPTURES)
def test_captures_of_browsers_give_the_post_within(write, site):
    """What Zeeschuimer has caught is read by its site's own names, wrapped or as 4CAT keeps it."""
    data, told = CAPTURES[site]
    about = {
        "source_platform": site,
        "timestamp_collected": 1709290000000,
        "source_url": "u",
        "item_id": "11",
    }
    archive = givesell.read_archive(
        write("a.ndjson", json.dumps({"nav_index": "1", **about, "data": data}) + "\n")
    )
    assert archive.format == "zeeschuimer"
    assert not wrong(list(archive), told)
    assert not wrong(
        list(
            givesell.read_archive(
                write("b.ndjson", json.dumps({**data, "__import_meta": about}) + "\n")
            )
        ),
        told,
    )


def test_a_capture_of_an_unknown_kind_is_named(write):
    """What no shape fits is rejected, and says from where it is."""
    lines = [
        {"source_platform": "myspace.com", "item_id": 1, "data": {"a": 1}},
        {"source_platform": "x", "item_id": 2, "data": 3},
    ]
    archive = givesell.read_archive(write("a.ndjson", "\n".join(map(json.dumps, lines))))
    assert list(archive) == []
    assert [reason for _, _, reason, _ in archive.rejected] == [
        "a capture of myspace.com that is no post of a known shape",
        "not a capture",
    ]


def test_a_text_column_reads_scraped_json_as_a_table(write):
    """``--text-column`` leaves all fields where they are."""
    archive = givesell.read_archive(write("a.json", [TWEET]), text_column="full_text")
    (batch,) = archive.tables()
    assert archive.format == "json"
    assert set(batch.schema.names) == set(TWEET)
    assert next(iter(archive)).author == "member_a"


@pytest.mark.parametrize(
    ("told", "when"),
    [
        (EPOCH, WHEN), (EPOCH * 1000, WHEN), (str(EPOCH), WHEN), (f"{EPOCH}.0", WHEN), (ISO, WHEN),
        (X_TIME, WHEN),
        ("Fri, 01 Mar 2024 09:05:00 GMT", WHEN), ("20240301", datetime(2024, 3, 1, tzinfo=UTC)),
        ("2d ago", None), (None, None),
        (True, None), ([], None), (1e300, None), ("9" * 200, None),
    ],
)  # fmt: skip
def test_times_of_json(told, when):
    """Seconds, milliseconds and the forms that APIs write are read; anything else is no time."""
    assert moment(told) == when


@pytest.mark.parametrize("odd", [None, 7, [], {}, "x", [[]], {"a": None}, True, [None, 3]])
@pytest.mark.parametrize(
    "name",
    [
        "tweepy",
        "version 2, one page",
        "youtube threads",
        "mastodon timeline",
        "bluesky",
        "telethon",
    ],
)
def test_values_of_any_kind_are_survived(write, name, odd):
    """Whatever stands in the place of a part, nothing but an error of this library leaves the
    reader.
    """
    content, _ = NESTED[name]

    def swapped(value, depth):
        if depth == 0:
            return odd
        if isinstance(value, dict):
            return {key: swapped(one, depth - 1) for key, one in value.items()}
        return [swapped(one, depth - 1) for one in value] if isinstance(value, list) else value

    for depth in range(1, 7):
        made = swapped(content, depth)
        lines = [content, made] if not isinstance(content, list) else [*content, made]
        try:
            list(givesell.read_archive(write("a.jsonl", "\n".join(map(json.dumps, lines)))))
            list(givesell.read_archive(write("a.json", json.dumps(made))))
        except GivesellError:
            continue


def _twint(reply_to, **more):
    row = {
        "id": 11,
        "conversation_id": "11",
        "created_at": "2024-03-01 14:35:00 IST",
        "date": "2024-03-01",
        "time": "14:35:00",
    }
    return {
        **row,
        "timezone": "+0530",
        "username": "member_a",
        "tweet": TEXT,
        "link": "u",
        "reply_to": reply_to,
        **more,
    }


@pytest.mark.parametrize("ending", ["jsonl", "csv"])
def test_twint_tells_replies_and_local_times(write, ending):
    """Older tables name the author first among whom a post answers; the zone stands in a column
    of its own.
    """
    own, other = {"user_id": "7", "username": "member_a"}, {"user_id": "8", "username": "member_b"}
    rows = [
        _twint([]),
        _twint([own], id=12),
        _twint([own, other], id=13),
        _twint([{"screen_name": "b", "name": "B", "id": "8"}], id=14),
    ]
    if ending == "jsonl":
        content = "".join(json.dumps(row) + "\n" for row in rows)
    else:
        with io.StringIO() as file:
            writer = csv.DictWriter(file, rows[0])
            writer.writeheader()
            writer.writerows(rows)
            content = file.getvalue()
    posts = list(givesell.read_archive(write(f"a.{ending}", content)))
    assert [(post.id, post.kind) for post in posts] == [
        ("11", "post"),
        ("12", "post"),
        ("13", "reply"),
        ("14", "reply"),
    ]
    assert {(post.created, post.author) for post in posts} == {(WHEN, "member_a")}


def test_what_a_scraper_could_not_get_is_no_post(write):
    """A row of Apify that tells an error is left out and counted."""
    row = {"shortCode": "AbC", "ownerUsername": "member_a", "caption": TEXT, "timestamp": ISO}
    archive = givesell.read_archive(
        write("a.json", [row, {"url": "u", "error": "no_items", "errorDescription": "private"}])
    )
    assert [post.text for post in archive] == [TEXT]
    assert archive.skipped == {"not a post": 1}


def test_notes_of_misskey_stay_private(write):
    """Notes for followers or for some are left out; a content warning stands above the text."""
    note = {
        "id": "9",
        "text": TEXT,
        "createdAt": ISO,
        "replyId": None,
        "renoteId": None,
        "cw": None,
        "visibility": "public",
    }
    notes = [
        note,
        {**note, "visibility": "followers"},
        {**note, "visibility": "specified"},
        {**note, "cw": "Mugs", "replyId": "8"},
    ]
    archive = givesell.read_archive(write("notes.json", notes))
    assert [(post.text, post.kind) for post in archive] == [
        (TEXT, "post"),
        (f"Mugs\n\n{TEXT}", "reply"),
    ]
    assert archive.skipped == {"not public": 2}


def test_a_stream_of_bluesky_gives_its_posts(write):
    """Of a firehose the likes, follows and deletions are left out."""
    record = {"$type": "app.bsky.feed.post", "text": TEXT, "createdAt": ISO}

    def line(collection, operation="create", **commit):
        return {
            "did": "did:plc:1",
            "kind": "commit",
            "commit": {"operation": operation, "collection": collection, "rkey": "3k", **commit},
        }

    rows = [
        line("app.bsky.feed.post", record=record),
        line("app.bsky.feed.like", record={"subject": {}}),
        line("app.bsky.feed.post", "delete"),
    ]
    archive = givesell.read_archive(
        write("a.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
    )
    posts = list(archive)
    assert [(post.text, post.created, post.author, post.platform) for post in posts] == [
        (TEXT, WHEN, "did:plc:1", "bluesky")
    ]
    assert posts[0].url == "https://bsky.app/profile/did:plc:1/post/3k"
    assert archive.skipped == {"not a post": 1, "deleted": 1}


@pytest.mark.parametrize(
    "header",
    [
        "Post ID,Post Text,Author Name,Posted At,Social Network",
        "post_id,post_text,author,date,network",
        "id,parent,text,author,date",
    ],
)
def test_an_ordinary_table_is_of_no_scraper(write, header):
    """Names that a scraper has too do not make a table its own."""
    row = f"11,{'9' if 'parent' in header else TEXT},{TEXT if 'parent' in header else 'member_a'},"
    row += "member_a,2024-03-01 09:05" if "parent" in header else "2024-03-01 09:05,Pots"
    (post,) = givesell.read_archive(write("a.csv", f"{header}\n{row}\n"))
    assert (post.text, post.author, post.created, post.kind) == (TEXT, "member_a", WHEN, "post")
    assert post.platform not in ("facebook", "youtube")


@pytest.mark.parametrize("ending", ["json", "jsonl"])
@pytest.mark.parametrize("flat", [True, False])
def test_cut_off_reposts_are_whole(write, ending, flat):
    """The second version of X's API cuts reposts off; what they repeat stands with them, or
    beside the posts of a page.
    """
    origin = {"id": "9", "text": "two &amp; mugs " * 20 + "to all", "author_id": "8"}
    repost = {
        "id": "11",
        "text": f"RT @member_b: {origin['text'][:120]}…",
        "author_id": "7",
        "created_at": ISO,
        "lang": "en",
    }
    author = {"id": "7", "username": "member_a"}
    if flat:
        content: Any = {
            **repost,
            "author": author,
            "referenced_tweets": [{**origin, "type": "retweeted"}],
        }
    else:
        content = {
            "data": [{**repost, "referenced_tweets": [{"type": "retweeted", "id": "9"}]}],
            "includes": {"users": [author], "tweets": [origin, {"id": "8", "text": None}, "odd"]},
        }
    (post,) = givesell.read_archive(write(f"a.{ending}", json.dumps(content)))
    assert (post.text, post.kind, post.author) == (
        "RT @member_b: " + "two & mugs " * 20 + "to all",
        "repost",
        "member_a",
    )


@pytest.mark.parametrize(
    "when", ["March 1, 2024 at 9:05 AM", "2024-03-01 04:05:00 EST", "Fri, 01 Mar 2024 09:05:00 GMT"]
)
def test_nested_posts_have_times_in_any_form(write, when):
    """The times of nested posts are read as those of tables are."""
    (post,) = givesell.read_archive(write("a.json", [{**TWEET, "created_at": when}]))
    assert post.created == WHEN


@pytest.mark.parametrize(
    ("public", "private"),
    [
        (TWEET, {**TWEET, "id_str": "12", "user": {**USER, "protected": True}}),
        (
            {"id": "1", "message": TEXT, "created_time": ISO, "privacy": {"value": "EVERYONE"}},
            {
                "id": "2",
                "message": "hidden",
                "created_time": ISO,
                "privacy": {"value": "ALL_FRIENDS"},
            },
        ),
    ],
)
def test_what_an_api_shows_its_user_alone_stays_private(write, public, private):
    """Posts of protected accounts, and those for friends, are left out and counted unless all
    are asked for.
    """
    path = write(
        "a.json", {"data": [public, private]} if "message" in public else [public, private]
    )
    archive = givesell.read_archive(path)
    assert [post.text for post in archive] == [TEXT]
    assert archive.skipped == {"not public": 1}
    assert len(list(givesell.read_archive(path, visibility="all"))) == 2


@pytest.mark.parametrize("odd", [[], [[]], [0] * 5, [{"id": "9", "text": "x", "author_id": "7"}]])
def test_a_list_among_the_posts_of_a_line_is_one_reject(write, odd):
    """A list among the posts of a line is one reject, and the posts around it are read."""
    post = {"id": "11", "text": TEXT, "author_id": "7", "created_at": ISO, "lang": "en"}
    archive = givesell.read_archive(
        write("page.jsonl", json.dumps({"data": [post, odd, {**post, "id": "12"}]}))
    )
    assert ([each.text for each in archive], archive.n_rejected) == ([TEXT] * 2, 1)


def test_links_beside_pictures_are_put_in(write):
    """Links with a picture of their own are not shown, and many links beside many pictures cost
    no more than they are.
    """
    urls = [
        {"url": f"https://t.co/{n}", "expanded_url": f"https://mugs.example/{n}"}
        for n in range(5_000)
    ]
    media = [{"url": f"https://t.co/p{n}"} for n in range(5_000)]
    shown = {"url": "https://t.co/q", "expanded_url": "https://x.com/photo/1", "media_key": "3_1"}
    post = {
        "id": "11",
        "text": f"{TEXT} https://t.co/7 https://t.co/q",
        "author_id": "7",
        "lang": "en",
    }
    path = write(
        "page.jsonl",
        json.dumps({"data": [{**post, "entities": {"urls": [*urls, shown], "media": media}}]}),
    )
    began = time.process_time()
    assert [each.text for each in givesell.read_archive(path)] == [f"{TEXT} https://mugs.example/7"]
    assert time.process_time() - began < 1


@pytest.mark.parametrize("odd", ['"a word"', "7", "{broken}", "null"])
def test_an_odd_first_line_costs_no_other(write, odd):
    """Lines are told by the first that is an object, and the odd one is a reject."""
    capture = {"source_platform": "tiktok.com", "data": VIDEO}
    for name, row in (("a.ndjson", NESTED["instaloader"][0]), ("b.ndjson", capture)):
        archive = givesell.read_archive(write(name, f"{odd}\n{json.dumps(row)}\n"))
        assert ([post.text for post in archive], archive.n_rejected) == ([TEXT], 1)


@pytest.mark.parametrize("ending", ["ndjson", "ndjson.bz2"])
def test_a_first_line_that_is_no_object_costs_itself(write, tmp_path, ending):
    """Whether lines are packed or not, one that is another value is a reject, and the posts
    after it are read.
    """
    row = {"shortCode": "AbC", "ownerUsername": "member_a", "caption": TEXT, "timestamp": ISO}
    content = b"false\n" + json.dumps(row).encode() + b"\n"
    path = tmp_path / f"a.{ending}"
    path.write_bytes(bz2.compress(content) if ending.endswith("bz2") else content)
    archive = givesell.read_archive(path)
    assert [post.text for post in archive] == [TEXT]
    assert archive.n_rejected == 1
