"""The shapes of tables and JSON with posts and comments of TikTok, Douyin and YouTube."""

from collections.abc import Mapping
from typing import Any

from givesell.archives.base.post import COMMENT, REPLY
from givesell.archives.base.values import dig, words
from givesell.archives.parsing.markup import html_to_text, unescaped
from givesell.archives.shapes.shape import FAILED, Shape, first


def comment_text(item: Mapping[str, Any]) -> str:
    """Return what a comment of YouTube's API says: as it was written, or as it is shown, which
    is HTML.
    """
    original = dig(item, "snippet", "textOriginal")
    return words(original) or html_to_text(words(dig(item, "snippet", "textDisplay")))


def video_link(item: Mapping[str, Any]) -> str | None:
    """Return the address of a video that YouTube's API lists."""
    number = first(item, ("id.videoId", "contentDetails.videoId", "snippet.resourceId.videoId"))
    number = number or (item.get("id") if item.get("kind") == "youtube#video" else None)
    return f"https://www.youtube.com/watch?v={number}" if isinstance(number, str) else None


_THREADS = ("snippet.topLevelComment", "replies.comments.item")
SHAPES = (
    Shape(
        name="apify-tiktok", platform="tiktok",
        need=("authorMeta.name", "text"), author=("authorMeta.name", "authorMeta.nickName"),
        created=("createTimeISO", "createTime"),
        url=("webVideoUrl", "videoUrl"), skips=FAILED,
    ),
    Shape(
        name="apify-tiktok-comments", platform="tiktok", kind=COMMENT,
        need=("text", "videoWebUrl"), any=("cid", "uniqueId"), id=("cid", "id"), author=("uniqueId",
        "user"),
        created=("createTimeISO", "createTime"), url=("videoWebUrl",), kinds=((REPLY, "repliesToId",
        ()),),
    ),
    Shape(
        name="tiktok-comments", platform="tiktok", kind=COMMENT,
        need=("cid", "text", "create_time"), any=("aweme_id", "digg_count", "user.unique_id"),
        id=("cid",),
        author=("user.unique_id", "user.nickname"), created=("create_time",), url=("share_info.url",
        ), kinds=((REPLY, "reply_id", ()),),
        where=(("",), ("comments.item",)),
    ),
    Shape(
        name="tiktok-web", platform="tiktok",
        need=("desc", "createTime"), any=("author.uniqueId", "author", "stats.diggCount",
        "authorInfo.nickname", "author.nickname"),
        text=("desc",), id=("id", "awemeId"), author=("author.uniqueId", "authorInfo.nickname",
        "author.nickname", "author"),
        created=("createTime",), url=(), link="https://www.tiktok.com/@{author.uniqueId}/video/{id}",
        where=(("",), ("itemList.item",), ("item_list.item",)),
    ),
    Shape(
        name="tiktok-app", platform="tiktok",
        need=("aweme_id", "desc", "create_time"), text=("desc",), id=("aweme_id",),
        author=("author.unique_id", "author.nickname"),
        created=("create_time",), url=("share_url",), where=(("",), ("aweme_list.item",)),
    ),
    Shape(
        name="tiktok-research", platform="tiktok",
        need=("video_description", "create_time"), text=("video_description",), author=("username",
        ), created=("create_time",), url=(),
        id=("id", "video_id"), link="https://www.tiktok.com/@{username}/video/{id}",
        where=(("data.videos.item",), ("videos.item",), ("",)),
    ),
    Shape(
        name="pyktok", platform="tiktok",
        need=("video_description", "video_timestamp"), text=("video_description",), id=("video_id",
        ), author=("author_username",),
        created=("video_timestamp",), url=(),
    ),
    Shape(
        name="youtube-api-comments", platform="youtube", kind=COMMENT,
        need=("snippet.textDisplay",), any=("snippet.authorDisplayName", "snippet.publishedAt"),
        text=("snippet.textOriginal",
        "snippet.textDisplay"), words=comment_text, author=("snippet.authorDisplayName",),
        created=("snippet.publishedAt",), url=(),
        link="https://www.youtube.com/watch?v={snippet.videoId}&lc={id}", kinds=((REPLY,
        "snippet.parentId", ()),),
        where=(
            tuple(f"items.item.{path}" for path in _THREADS), ("items.item",), _THREADS, ("",),
            tuple(f"comments.item.{path}" for path in _THREADS), ("comments.item",),
        ),
    ),
    Shape(
        name="youtube-api", platform="youtube",
        need=("snippet.title", "snippet.publishedAt", "snippet.channelTitle"),
        title=("snippet.title",), text=("snippet.description",),
        clean=unescaped, id=("id.videoId", "contentDetails.videoId", "snippet.resourceId.videoId",
        "id"),
        author=("snippet.videoOwnerChannelTitle", "snippet.channelTitle"),
        created=("contentDetails.videoPublishedAt", "snippet.publishedAt"),
        url=(), link=video_link, skips=(("not a post", "id.kind", ("youtube#channel",
        "youtube#playlist")),),
        where=(("items.item",), ("",)),
    ),
    *(
        Shape(
            name="yt-dlp-comments", platform="youtube", kind=REPLY,
            need=("id", "text", "author", "parent"), any=further, author=("author",),
            created=("timestamp",), url=(),
            kinds=((COMMENT, "parent", ("root",)),), where=where,
        )
        # By themselves they look like those of any forum.
        for further, where in (
            ((), (("comments.item",), ("entries.item.comments.item",))),
            (("author_id", "author_thumbnail", "author_is_uploader", "like_count"), (("",),)),
        )
    ),
    Shape(
        name="yt-dlp", need=("title", "webpage_url", "extractor"), title=("title",),
        text=("description",),
        author=("uploader_id", "uploader", "channel"), created=("timestamp", "upload_date"),
        url=("webpage_url",), network=("extractor",),
        where=(("entries.item",), ("",)),
    ),
    Shape(
        name="youtube-comment-downloader", platform="youtube", kind=COMMENT,
        need=("cid", "text", "author", "votes"), id=("cid",), author=("author",),
        created=("time_parsed", "time"), url=(),
        kinds=((REPLY, "reply", ("true", "1")),),
    ),
    Shape(
        name="apify-youtube-comments", platform="youtube", kind=COMMENT,
        need=("cid", "comment", "author"), text=("comment",), id=("cid",), author=("author",),
        created=("publishedTime", "date"),
        url=("pageUrl",),
        kinds=((REPLY, "type", ("reply",)), (REPLY, "replyToCid", ())),
    ),
    Shape(
        name="apify-youtube", platform="youtube",
        need=("channelName", "viewCount", "title", "date"), title=("title",), text=("text",
        "description"), author=("channelUsername",
        "channelName"), created=("date",),
    ),
    Shape(
        name="youtube-data-tools-comments", platform="youtube", kind=COMMENT,
        need=("isReplyTo", "authorName", "text"), author=("authorName",), created=("publishedAt",),
        url=(),
        kinds=((REPLY, "isReplyTo", ()),),
    ),
    Shape(
        name="youtube-data-tools", platform="youtube",
        need=("videoId", "videoTitle", "videoDescription", "publishedAt"), title=("videoTitle",),
        text=("videoDescription",),
        id=("videoId",), author=("channelTitle",), created=("publishedAt",), url=(),
    ),
)  # fmt: skip
