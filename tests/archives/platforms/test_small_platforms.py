"""TikTok, YouTube, Telegram and Discord."""

import csv
import io

import pytest

import givesell
from givesell.errors import FileError


@pytest.mark.parametrize("nested", [False, True])
def test_tiktok_posts_and_comments(read, nested):
    """Both are found wherever the export of a year puts them; videos merely watched are no
    posts.
    """
    data = {
        "Activity": {
            "Video Browsing History": {
                "VideoList": [{"Date": "2024-01-01 00:00:00", "Link": "https://t.example/w"}]
            }
        },
        "Comment": {
            "Comments": {
                "CommentsList": [
                    {"date": "2024-01-02 00:00:00", "comment": "so good", "url": "N/A"}
                ]
            }
        },
        "Profile": {"Profile Information": {"ProfileMap": {"userName": "ana"}}},
        "Video": {
            "Videos": {
                "VideoList": [
                    {"Date": "2024-01-03 00:00:00", "Link": "https://t.example/1", "Title": "mugs"}
                ]
            }
        },
    }
    if nested:
        data["Post"] = {"Posts": data.pop("Video")["Videos"]}
        data = {"Your Activity": data}
    found = read("user_data_tiktok.json", data)
    assert found.format == "tiktok"
    assert sorted((post.text, post.kind, post.author) for post in found) == [
        ("mugs", "post", "ana"),
        ("so good", "comment", "ana"),
    ]
    assert found[0].created.year == 2024


def test_youtube_comments_are_json_fragments(read):
    """The pieces of a text are put together; an answer to a comment is a reply."""
    header = (
        "Comment ID,Channel ID,Comment Create Timestamp,Price,Parent Comment ID,Post ID,Video"
        " ID,Comment Text"
    )
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(header.split(","))
    writer.writerow(
        [
            "c1",
            "UC1",
            "2024-05-06T07:08:09.1+00:00",
            "0",
            "",
            "",
            "v1",
            '{"text":"so \\"good\\""},{"text":"!"}',
        ]
    )
    writer.writerow(["c2", "UC1", "2024-05-06T07:08:10+00:00", "0", "c1", "", "v1", "plain"])
    found = read("comments.csv", text.getvalue())
    assert found.format == "youtube"
    assert [(post.text, post.kind) for post in found] == [
        ('so "good"!', "comment"),
        ("plain", "reply"),
    ]
    assert found[0].url == "https://www.youtube.com/watch?v=v1&lc=c1"


def test_youtube_text_that_is_no_json(read):
    """A text that only looks like fragments stays as it is."""
    header = "Live Chat ID,Channel ID,Live Chat Create Timestamp,Price,Video ID,Live Chat Text\n"
    assert read(
        "live chats.csv", header + "l1,UC1,2024-05-06T07:08:10+00:00,0,v1,{no json\n"
    ).texts == ["{no json"]


def test_tiktok_leaves_what_is_no_post_of_its_own(read):
    """Deleted posts, messages and comments to somebody live are none; of several pictures the
    first address is given.
    """
    data = {
        "Direct Message": {
            "Direct Messages": {
                "ChatHistory": {"Chat History with jo:": [{"Date": "x", "Content": "private"}]}
            }
        },
        "Post": {
            "Posts": {
                "VideoList": [
                    {
                        "Date": "2024-01-03 00:00:00",
                        "Link": "https://t.example/1\nhttps://t.example/2",
                        "Title": "N/A",
                    }
                ]
            },
            "Recently Deleted Posts": {
                "PostList": [{"Date": "2024-01-03 00:00:00", "Title": "gone"}]
            },
        },
        "Tiktok Live": {
            "Watch Live History": {
                "WatchLiveMap": {"7": {"Comments": [{"CommentContent": "hello"}]}}
            }
        },
        "Video": {
            "Videos": {
                "VideoList": [{"Date": "2020-01-03 00:00:00", "VideoLink": "https://t.example/3"}]
            }
        },
    }
    found = read("user_data.json", data)
    assert [(post.text, post.url) for post in found] == [
        (None, "https://t.example/1"),
        (None, "https://t.example/3"),
    ]
    assert found.skipped == {}


@pytest.mark.parametrize(
    "header",
    [
        "Comment ID,Channel ID,Comment create timestamp,Video ID,Comment text",
        "COMMENT ID,CHANNEL ID,COMMENT CREATE TIMESTAMP,VIDEO ID,COMMENT TEXT",
    ],
)
def test_youtube_headers_have_any_capitals(read, header):
    """YouTube comments are recognised whatever the capitals of the headers, which have changed."""
    found = read(
        "comments.csv", f'{header}\nc1,UC1,2024-05-06T07:08:09+00:00,v1,"{{""text"":""hi""}}"\n'
    )
    assert (found.format, found.texts, found[0].author, found[0].created.hour) == (
        "youtube",
        ["hi"],
        "UC1",
        7,
    )


def test_youtube_older_pieces_stand_in_a_list(read):
    """The pieces of a text were held together by an object of their own."""
    pieces = (
        '"{""takeoutSegments"": [{""text"": ""New shop: ""}, {""text"": ""https://s.example"",'
        ' ""link"": {}}]}"'
    )
    assert read("comments.csv", f"Comment ID,Channel ID,Comment Text\nc1,UC1,{pieces}\n").texts == [
        "New shop: https://s.example"
    ]


def test_youtube_live_chats_and_posts_of_a_channel(read):
    """Lie in files of their own in the same export."""
    chats = (
        "Live chat ID,Channel ID,Live chat create timestamp,Video ID,Live chat"
        " text\nl1,UC1,2024-06-02T15:03:52+00:00,v3,hello\n"
    )
    posts = (
        "Post ID,Channel ID,Post create timestamp,Post"
        " text\np1,UC1,2024-06-03T15:03:52+00:00,news\n"
    )
    folder = "Takeout/YouTube and YouTube Music"
    files = {
        f"{folder}/live chats/live chats.csv": chats,
        f"{folder}/posts/posts.csv": posts,
        f"{folder}/subscriptions/subscriptions.csv": "Channel Id,Channel Url,Channel Title\n",
    }
    found = read("takeout.zip", files)
    assert [(post.text, post.kind, post.url) for post in found] == [
        ("hello", "comment", "https://www.youtube.com/watch?v=v3&lc=l1"), ("news", "post", "https://www.youtube.com/post/p1"),
    ]  # fmt: skip


def test_youtube_in_another_language_is_named_as_such(write):
    """Whatever the file is called, by itself or in a zip; files in English beside it are read."""
    row = 'Ugx,UCinvented00000000000001,2024-08-17T20:04:52+00:00,0,v1,"{""text"":""hoi""}"\n'
    dutch = "Reactie-ID,Kanaal-ID,Tijdstempel,Prijs,Video-ID,Reactietekst\n" + row
    for name, content in (
        ("reacties.csv", dutch),
        ("takeout.zip", {"Takeout/YouTube en YouTube Music/reacties/reacties.csv": dutch, "b": ""}),
    ):
        with pytest.raises(FileError, match=r"E520.*another language \('Reactie-ID', .*English"):
            list(givesell.read_archive(write(name, content)))
    english = "Comment ID,Channel ID,Comment text\nc1,UC1,hi\n"
    archive = givesell.read_archive(
        write("both.zip", {"youtube/comments.csv": english, "youtube/reacties.csv": dutch})
    )
    assert [post.text for post in archive] == ["hi"]
    assert [reason for _, _, reason, _ in archive.rejected] == [archive.rejected[0][2]]
    assert archive.rejected[0][2].startswith(
        "holds YouTube comments under a header in another language"
    )


def test_telegram_forwards_of_somebody_hidden(read):
    """Who wrote what was forwarded may be null: it was forwarded all the same."""
    messages = [
        {
            "id": 1,
            "type": "message",
            "date": "2024-01-01T00:00:00",
            "text": "see",
            "forwarded_from": None,
            "reply_to_message_id": 3,
        }
    ]
    found = read(
        "result.json", {"name": "Mugs", "type": "public_channel", "id": 9, "messages": messages}
    )
    assert [post.kind for post in found] == ["repost"]


def test_telegram_text_is_a_string_or_pieces(read):
    """Marked pieces are put together; service messages are skipped; forwards and replies are
    marked.
    """
    messages = [
        {"id": 1, "type": "service", "date": "2024-01-01T00:00:00", "action": "create_channel"},
        {
            "id": 2,
            "type": "message",
            "date": "2024-01-01T00:00:00",
            "date_unixtime": "1704067200",
            "from": "Mugs",
            "text": "plain",
        },
        {
            "id": 3,
            "type": "message",
            "date": "2024-01-01T00:00:00",
            "text": ["see ", {"type": "link", "text": "m.example"}, "!"],
        },
        {
            "id": 4,
            "type": "message",
            "date": "2024-01-01T00:00:00",
            "text": "",
            "forwarded_from": "Bo",
        },
        {
            "id": 5,
            "type": "message",
            "date": "2024-01-01T00:00:00",
            "text": "yes",
            "reply_to_message_id": 2,
        },
    ]
    one = {"name": "Mugs", "type": "public_channel", "id": 9, "messages": messages}
    for content in (
        one,
        {"about": "x", "personal_information": {}, "chats": {"about": "y", "list": [one]}},
    ):
        found = read("result.json", content)
        assert found.format == "telegram"
        assert found.texts == ["plain", "see m.example!", "", "yes"]
        assert [post.kind for post in found] == ["post", "post", "repost", "reply"]
        assert found.skipped == {"not a message": 1}


def test_discord_channels_of_both_kinds(read):
    """A package has a file a channel, JSON now and CSV before."""
    rows = [
        {"ID": 11, "Timestamp": "2024-01-01 10:00:00", "Contents": "hello", "Attachments": ""},
        5,
    ]
    found = read(
        "package.zip",
        {
            "Messages/c1/messages.json": rows,
            "Messages/c1/channel.json": {"id": "1"},
            "Messages/c2/messages.csv": (
                "ID,Timestamp,Contents,Attachments\n12,2021-01-01 10:00:00.000000+00:00,thanks,\n"
            ),
            "Messages/index.json": {"1": "general"},
            "Account/user.json": {"username": "ana"},
        },
    )
    assert found.format == "discord"
    assert [(post.id, post.text, post.author) for post in found] == [
        ("11", "hello", "ana"),
        ("12", "thanks", "ana"),
    ]
    assert found.rejects == [(2, "not a message")]


def test_telegram_polls_are_their_questions(read):
    """A poll says its question and answers; a chat without messages has no posts."""
    poll = {"question": "Soup?", "answers": [{"text": "Yes", "voters": 1}, {"text": "No"}]}
    message = {"id": 1, "type": "message", "date": "2024-03-01T09:05:00", "text": "", "poll": poll}
    chat = {"name": "Pots", "type": "public_channel", "id": 7}
    assert [post.text for post in read("result.json", {**chat, "messages": [message]})] == [
        "Soup?\n\nYes\nNo"
    ]
    assert read("result.json", {**chat, "messages": []}) == []
