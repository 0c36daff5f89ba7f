"""JSON and JavaScript that platforms and programs write and that hold no posts, told by their
names of values.
"""

import re

from givesell.archives.base.head import Head
from givesell.archives.recognition import remedies
from givesell.archives.recognition.lookalike import Lookalike

_MESSAGES = "private messages"

# The other parts of an X archive, as their first line names them.
_PARTS = {
    "tweet_headers": "headers of posts, without their text",
    "tweetdeck": "settings of TweetDeck",
    "deleted_tweets": "posts that were deleted",
    "deleted_tweet_headers": "headers of deleted posts",
    "deleted_note_tweet": "long posts that were deleted",
    "like": "liked posts of others",
    "direct_messages": _MESSAGES,
    "direct_messages_group": _MESSAGES,
    "direct_message_headers": "headers of private messages",
    "direct_message_group_headers": "headers of private messages",
    "follower": "followers",
    "following": "followed accounts",
    "block": "blocked accounts",
    "mute": "muted accounts",
    "account": "details of the account",
    "profile": "the profile",
}
_SCRIPT = re.compile(
    rb"\s*(?:window\.\w[\w.]*|[Gg]railbird\.\w[\w.]*|var\s+(?:tweet_index|payload_details|user_details))\s*="
)

# All of some paths or names of values, what they are told by; the first that fits counts.
_PATHS: tuple[tuple[tuple[str, ...], str, str], ...] = (
    (("item.data.item.reaction",), "reactions of Facebook", remedies.META_FILE),
    (("item.data.item.reaction.reaction",), "reactions of Facebook", remedies.META_FILE),
    (
        ("participants", "messages.item.sender_name"),
        f"{_MESSAGES} of Facebook or Instagram",
        remedies.META_FILE,
    ),
    (("participants", "messages.item.senderName"), f"{_MESSAGES} of Messenger", remedies.META_FILE),
    (
        ("messages.item.creator", "messages.item.created_date"),
        f"{_MESSAGES} of Google Chat",
        remedies.NONE,
    ),
    (("conversations.item.MessageList",), f"{_MESSAGES} of Skype", remedies.NONE),
    (("item.conversationId", "item.sent_at"), f"{_MESSAGES} of Signal", remedies.NONE),
    (
        ("item.participants", "item.conversation.item.sender"),
        f"{_MESSAGES} of Instagram",
        remedies.META_FILE,
    ),
    (("item.string_list_data.item.href",), "followers or likes of Instagram", remedies.META_FILE),
    (
        ("item.media_list_data", "item.string_list_data"),
        "followers or likes of Instagram",
        remedies.META_FILE,
    ),
    (("item.trackName",), "what was heard on Spotify", remedies.NONE),
    (("item.master_metadata_track_name",), "what was heard on Spotify", remedies.NONE),
    (("item.titleUrl", "item.products"), "what Google has seen of an account", remedies.TAKEOUT),
    (("item.header", "item.products"), "what Google has seen of an account", remedies.TAKEOUT),
    (
        ("item.snippet.resourceId", "item.contentDetails"),
        "subscriptions of YouTube",
        remedies.TAKEOUT,
    ),
    (("locations.item.latitudeE7",), "where an account was, as Google saw it", remedies.NONE),
    (("timelineObjects",), "where an account was, as Google saw it", remedies.NONE),
    (("semanticSegments",), "where an account was, as Google saw it", remedies.NONE),
    (("type", "features.item.geometry"), "a map (GeoJSON)", remedies.NONE),
    (("cells.item.cell_type", "nbformat"), "a notebook of Jupyter", remedies.NONE),
    (("log.entries.item.request",), "what a browser has loaded (HAR)", remedies.NONE),
    (("name", "version", "dependencies"), "settings of a program", remedies.NONE),
    (("lockfileVersion",), "settings of a program", remedies.NONE),
    (("compilerOptions",), "settings of a program", remedies.NONE),
    (("openapi", "paths"), "the description of an API", remedies.NONE),
    (("publicKey", "preferredUsername"), "an account of Mastodon", remedies.MASTODON),
    (("item.commit.author", "item.sha"), "changes of code on GitHub", remedies.NONE),
)
# Names of values that chats have wherever they stand, below what a chat or somebody is called.
_CHATS = (
    ({"Media Type", "IsSender", "Content"}, "Snapchat"),
    ({"chat_message", "sender_id", "conversation_id"}, "Google Hangouts"),
    ({"match_id", "sent_date"}, "Tinder"),
)
# What begins the name of the one list of such a file of Meta's.
_LISTS = re.compile(
    r"(relationships|likes|saved|searches|search_history|ads|friends|following|followers|reactions|page_likes|pages_followed|off_facebook"
    r"|off_meta|event_responses|notifications|installed_apps|apps_and_websites|account_activity|login|logins|impressions_history"
    r"|text_post_app(?!_text_posts)|story_activities|profile_business|inferred_data|topics|received_friend|rejected_friend|deleted_friends)(_\w+)?(_v2)?"
)
_META_LIST = re.compile(
    r"item\.(timestamp|title|data|string_list_data|string_map_data|name|uri|attachments|action)(\.|$)"
)
_PLACES = ("likes.json", "bookmarks.json", "following.json", "followers.json")


def json_shape_of(head: Head) -> Lookalike | None:
    """Return what a file of JSON or JavaScript is that is known to hold no posts, or None.

    Parameters
    ----------
    head : Head

    Returns
    -------
    Lookalike or None

    Examples
    --------
    >>> json_shape_of(Head(b'window.YTD.like.part0 = [{"like": {"tweetId": "1"}}]')).what
    "the part 'like' of an X archive (liked posts of others)"
    """
    if head.ytd is not None:
        told = _PARTS.get(head.ytd, "")
        return Lookalike(
            f"the part {head.ytd!r} of an X archive{f' ({told})' if told else ''}", remedies.X
        )
    if not head.is_json:
        return (
            Lookalike("JavaScript of an X archive", remedies.X)
            if _SCRIPT.match(head.data)
            else None
        )
    for paths, what, advice in _PATHS:
        if head.has(*paths):
            return Lookalike(what, advice)
    for names, whose in _CHATS:
        if head.names >= names:
            return Lookalike(f"{_MESSAGES} of {whose}", remedies.NONE)
    if "orderedItems" in head.paths and _is_place(head):
        return Lookalike(
            "what an account of Mastodon likes, has saved or follows", remedies.MASTODON
        )
    tops = {path for path in head.paths if "." not in path}
    by_rows, by_columns = (
        all(map(str.isdecimal, tops)) and len(tops) < len(head.paths),
        head.has(*(f"{top}.0" for top in tops)),
    )
    if tops and (by_rows or by_columns) and not head.data.lstrip().startswith(b"["):
        return Lookalike(
            f"a table that pandas wrote by its {'rows' if by_rows else 'columns'}", remedies.PANDAS
        )
    if len(tops) == 1:
        top = next(iter(tops))
        found = _LISTS.fullmatch(top)
        if found and any(_META_LIST.match(path.removeprefix(f"{top}.")) for path in head.paths):
            return Lookalike(f"the list {top!r} of Facebook or Instagram", remedies.META_FILE)
    return None


def _is_place(head: Head) -> bool:
    """Whether the entries of an outbox are no objects, or it says that it is none."""
    return not any(path.startswith("orderedItems.item.") for path in head.paths) and any(
        name.encode() in head.data for name in _PLACES
    )
