"""The shapes of tables and JSON with posts of other platforms, and of tools that gather from
several.
"""

import re
from collections.abc import Mapping
from typing import Any

from givesell.archives.base.post import COMMENT, REPLY, REPOST
from givesell.archives.base.values import dig, words
from givesell.archives.parsing.markup import html_to_text, unescaped
from givesell.archives.shapes.shape import Shape, first

_GONE = ("[removed]", "[deleted]", "[deleted by user]", "[ removed by reddit ]")
_REMOVED = tuple(("removed or deleted", path, _GONE) for path in ("selftext", "body", "title"))
_REDDIT = "https://www.reddit.com"
_NOT_PUBLIC = ("private", "direct", "followers", "friends", "self")
# Arrow's patterns cannot say "none but".
_NO_BLUESKY_POST = re.compile(
    r"^(?:[^a]|app\.bsky\.(?:feed\.(?:like|generator|threadgate|postgate)|graph|actor|labeler|notification)\b)"
)
# Where sites that speak Mastodon's language put lists of posts.
_LISTS = (("",), ("statuses.item",), ("data.item",))


def status_text(item: Mapping[str, Any]) -> str:
    """Return what a post of Mastodon's API says, below its content warning; of a boost, what was
    boosted.
    """
    own = dig(item, "reblog") or item
    warning, text = (
        dig(own, "spoiler_text"),
        html_to_text(words(dig(own, "content"), dig(own, "text"))),
    )
    return "\n\n".join(part for part in (warning, text) if part and isinstance(part, str))


def bluesky_link(item: Mapping[str, Any]) -> str | None:
    """Return the address at which people see a post of Bluesky."""
    uri, handle = item.get("uri"), first(item, ("author.handle", "author.did"))
    return (
        f"https://bsky.app/profile/{handle}/post/{uri.rpartition('/')[2]}"
        if isinstance(uri, str) and isinstance(handle, str)
        else None
    )


SHAPES = (
    Shape(
        name="reddit-json", platform="reddit",
        need=("subreddit", "author", "created_utc"), any=("selftext", "body"), text=("body",
        "selftext"), title=("title",),
        clean=unescaped, id=("name", "id"), author=("author.name", "author"),
        created=("created_utc",), url=("permalink",),
        site=_REDDIT,
        kinds=((COMMENT, "body", ()),), skips=(("not a post", "children", ()), *_REMOVED),
        where=(("data.children.item.data",), ("data.item",), ("",), ("posts.item", "comments.item"),
        ("comments.item",)),
    ),
    Shape(
        name="apify-reddit", platform="reddit",
        need=("communityName", "dataType", "body"), text=("body",), title=("title",),
        author=("username",), created=("createdAt",),
        kinds=((COMMENT, "dataType", ("comment",)),), skips=(("not a post", "dataType",
        ("community", "user")), *_REMOVED),
    ),
    Shape(
        name="reddit-table", platform="reddit",
        need=("title", "selftext"), any=("subreddit", "created_utc", "num_comments", "score",
        "permalink"),
        text=("selftext", "body"), title=("title",), author=("author",), created=("created_utc",
        "date", "created"),
        url=("permalink", "full_link", "url"), site=_REDDIT,
        kinds=((COMMENT, "body", ()),), skips=_REMOVED,
    ),
    Shape(
        name="reddit-table", platform="reddit",
        need=("title", "body"), any=("subreddit", "num_comments", "comms_num"),
        text=("body",), title=("title",), author=("author",), created=("created_utc", "timestamp",
        "date", "created"),
        url=("permalink", "url"), site=_REDDIT, skips=_REMOVED,
    ),
    Shape(
        name="snscrape-mastodon", platform="mastodon", need=("_type", "user.account", "text"),
        title=("spoilerText",),
        author=("user.account",),
        created=("date",),
    ),
    Shape(
        name="mastodon-api", platform="mastodon",
        need=("account.acct", "content", "created_at"), text=("content",), words=status_text,
        clean=html_to_text,
        author=("account.acct",), created=("created_at",),
        url=("url", "uri"), kinds=((REPOST, "reblog", ()), (REPLY, "in_reply_to_id", ())),
        skips=(("not public", "visibility", _NOT_PUBLIC),), where=_LISTS,
    ),
    Shape(
        name="bluesky-api", platform="bluesky",
        need=("uri", "record.text", "author.handle"), text=("record.text",), id=("uri",),
        author=("author.handle",),
        created=("record.createdAt", "record.created_at"), url=(), link=bluesky_link, kinds=((REPLY,
        "record.reply", ()),),
        where=(("",), ("post",), ("posts.item",), ("feed.item.post",)),
    ),
    Shape(
        name="bluesky-firehose", platform="bluesky",
        need=("commit.collection", "commit.rkey", "did"), text=("commit.record.text",),
        id=("commit.rkey",), author=("did",),
        created=("commit.record.createdAt", "time_us"), url=(), link="https://bsky.app/profile/{did}/post/{commit.rkey}",
        kinds=((REPOST, "commit.collection", ("app.bsky.feed.repost",)), (REPLY,
        "commit.record.reply", ())),
        skips=(("deleted", "commit.operation", ("delete",)), ("not a post", "commit.collection",
        _NO_BLUESKY_POST)),
    ),
    Shape(
        name="misskey", platform="misskey",
        need=("text", "createdAt", "visibility", "renoteId", "replyId"), title=("cw",),
        author=("user.username",), created=("createdAt",),
        url=("url", "uri"), kinds=((REPLY, "replyId", ()), (REPOST, "renoteId", ())),
        skips=(("not public", "visibility", (*_NOT_PUBLIC, "specified")),),
    ),
    Shape(
        name="telethon", platform="telegram",
        need=("peer_id", "message", "date"), text=("message",),
        author=("post_author", "sender.username", "from_id.user_id", "peer_id.channel_id"),
        created=("date",), url=(),
        kinds=((REPOST, "fwd_from", ()), (REPLY, "reply_to.reply_to_msg_id", ()), (REPLY,
        "reply_to_msg_id", ())),
        skips=(("not a message", "_", ("messageservice", "messageempty")), ("not public",
        "peer_id._", ("peeruser", "peerchat"))),
        where=(("",), ("messages.item",)),
    ),
    Shape(
        name="apify-linkedin", platform="linkedin",
        need=("text",), any=("postedAtISO", "postedAtTimestamp", "timeSincePosted"), id=("urn",
        "id"),
        author=("authorName", "authorFullName", "author.publicId", "author.firstName"),
        created=("postedAtISO", "postedAtTimestamp"),
        kinds=((REPOST, "isRepost", ("true",)),),
    ),
    Shape(
        name="apify-linkedin", platform="linkedin",
        need=("text",), any=("posted_at.date", "posted_at.timestamp"), id=("comment_id",
        "activity_urn", "urn", "full_urn"),
        author=("author.username", "author.name", "author.first_name"),
        created=("posted_at.timestamp", "posted_at.date"),
        url=("comment_url", "url", "post_url"), kinds=((COMMENT, "comment_id", ()), (REPOST,
        "post_type", ("repost",))),
        where=(("",), ("data.posts.item",), ("posts.item",)),
    ),
    Shape(
        name="apify-linkedin", platform="linkedin",
        need=("linkedinUrl", "content"), any=("postedAt.date", "postedAt.timestamp", "postedAt"),
        text=("content",),
        author=("author.publicIdentifier", "author.universalName", "author.name"),
        created=("postedAt.timestamp", "postedAt.date", "postedAt"),
        url=("linkedinUrl",), kinds=((REPOST, "repostId", ()),),
    ),
    Shape(
        name="phantombuster-linkedin", platform="linkedin",
        need=("postContent", "postUrl"), any=("postTimestamp", "profileUrl", "action", "imgUrl"),
        text=("postContent",), id=(), author=("author", "authorName", "profileUrl"),
        created=("postTimestamp", "postDate"), url=("postUrl",), kinds=((REPOST, "action",
        ("repost",)),),
    ),
    Shape(
        name="linkedin-web", platform="linkedin",
        need=("commentary.text.text", "actor.name.text"), text=("commentary.text.text",),
        author=("actor.name.text",),
        id=("updateMetadata.urn", "preDashEntityUrn"), url=(), link="https://www.linkedin.com/feed/update/{updateMetadata.urn}",
    ),
    Shape(
        name="discord-csv", platform="discord",
        need=("AuthorID", "Author", "Date", "Content", "Attachments"), text=("Content",), id=(),
        author=("Author",), created=("Date",),
        url=(),
    ),
    Shape(
        name="4cat", need=("thread_id", "body", "author", "timestamp"), text=("body",),
        title=("subject",),
        author=("author_username", "author"),
        created=("timestamp", "unix_timestamp"), url=("url", "post_url", "comment_url",
        "tiktok_url", "link"),
        kinds=(
            (REPOST, "is_retweet", ("yes",)), (REPOST, "is_reblog", ("true", "yes")), (REPLY,
            "is_reply", ("yes",)),
            (REPLY, "is_comment_on_comment", ("yes",)), (COMMENT, "is_comment_on_comment", ("no",)),
        ),
    ),
    Shape(
        name="4cat", need=("body", "author", "timestamp", "unix_timestamp"), text=("body",),
        title=("subject",), author=("author",),
        created=("timestamp", "unix_timestamp"), url=("url", "post_url"),
    ),
    Shape(
        name="9gag", platform="9gag", need=("title", "creator.username", "creationTs"),
        title=("title",), text=("description",),
        author=("creator.username",), created=("creationTs",),
    ),
    Shape(
        name="imgur", platform="imgur", need=("title", "account_id", "created_at", "cover"),
        title=("title",), text=("description",),
        author=("account.username", "account_id"), created=("created_at",),
    ),
    Shape(
        name="pinterest", platform="pinterest", need=("pinner.username", "title"), title=("title",),
        text=("description",),
        author=("pinner.username",), created=("created_at", "createdAt"), url=(), link="https://www.pinterest.com/pin/{id}",
    ),
    Shape(
        name="xiaohongshu", platform="xiaohongshu", need=("note_card.user", "id"),
        title=("note_card.display_title",),
        text=("note_card.desc",),
        author=("note_card.user.nickname", "note_card.user.nick_name"), created=("note_card.time",),
        url=(),
        link="https://www.xiaohongshu.com/explore/{id}",
    ),
    Shape(
        name="xiaohongshu-comments", platform="xiaohongshu", kind=COMMENT, need=("note_id",
        "content", "user_info.nickname"),
        text=("content",),
        author=("user_info.nickname",), created=("create_time",), url=(), link="https://www.xiaohongshu.com/explore/{note_id}",
    ),
    Shape(
        name="tumblr", platform="tumblr", need=("blog_name", "post_url", "reblog_key"),
        text=("content.item.text", "summary"),
        author=("blog_name",), created=("timestamp",), url=("post_url",), kinds=((REPOST,
        "parent_post_url", ()),),
    ),
    Shape(
        name="brandwatch", need=("Query Id", "Date", "Snippet"), text=("Full Text", "Snippet"),
        id=("Resource Id", "Mention Id"),
        author=("Author", "Full Name"), created=("Date",), network=("Page Type",
        "Content Source Name", "Domain"),
        kinds=(
            (REPOST, "Twitter Retweet Of", ()), (REPOST, "Thread Entry Type", ("share", "retweet",
            "repost")), (REPLY, "Reply To", ()),
            (REPLY, "Thread Entry Type", ("reply",)),
            (COMMENT, "Thread Entry Type", ("comment",)),
        ),
    ),
    Shape(
        name="meltwater", need=("Hit Sentence", "Date"), any=("Influencer", "Opening Text",
        "Source Name", "Source Type", "Reach"),
        text=("Hit Sentence", "Opening Text"), id=("Document ID",),
        author=("Author Handle", "Author Name", "Influencer", "Twitter Screen Name"),
        created=("Date",), clock=("Time",), network=("Source Name", "Source"),
    ),
    Shape(
        name="talkwalker", need=("content", "published", "title_snippet"), text=("content",),
        author=("extra_author_attributes.name", "extra_author_attributes.short_name"),
        created=("published",),
        network=("extra_source_attributes.name", "source_type"),
    ),
)  # fmt: skip
