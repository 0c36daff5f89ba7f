"""TikTok, YouTube, Telegram and Discord."""

import csv
import io

import pytest


@pytest.mark.parametrize("nested", [False, True])
def test_tiktok_posts_and_comments(read, nested):
    """Both are found wherever the export of a year puts them; videos merely watched are no posts."""
    data = {
        "Activity": {"Video Browsing History": {"VideoList": [{"Date": "2024-01-01 00:00:00", "Link": "https://t.example/w"}]}},
        "Comment": {"Comments": {"CommentsList": [{"date": "2024-01-02 00:00:00", "comment": "so good", "url": "N/A"}]}},
        "Profile": {"Profile Information": {"ProfileMap": {"userName": "ana"}}},
        "Video": {"Videos": {"VideoList": [{"Date": "2024-01-03 00:00:00", "Link": "https://t.example/1", "Title": "mugs"}]}},
    }
    if nested:
        data["Post"] = {"Posts": data.pop("Video")["Videos"]}
        data = {"Your Activity": data}
    found = read("user_data_tiktok.json", data)
    assert found.format == "tiktok"
    assert sorted((post.text, post.kind, post.author) for post in found) == [("mugs", "post", "ana"), ("so good", "comment", "ana")]
    assert found[0].created.year == 2024


def test_youtube_comments_are_json_fragments(read):
    """The pieces of a text are put together; an answer to a comment is a reply."""
    header = "Comment ID,Channel ID,Comment Create Timestamp,Price,Parent Comment ID,Post ID,Video ID,Comment Text"
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(header.split(","))
    writer.writerow(["c1", "UC1", "2024-05-06T07:08:09.1+00:00", "0", "", "", "v1", '{"text":"so \\"good\\""},{"text":"!"}'])
    writer.writerow(["c2", "UC1", "2024-05-06T07:08:10+00:00", "0", "c1", "", "v1", "plain"])
    found = read("comments.csv", text.getvalue())
    assert found.format == "youtube"
    assert [(post.text, post.kind) for post in found] == [('so "good"!', "comment"), ("plain", "reply")]
    assert found[0].url == "https://www.youtube.com/watch?v=v1&lc=c1"


def test_youtube_text_that_is_no_json(read):
    """A text that only looks like fragments stays as it is."""
    header = "Live Chat ID,Channel ID,Live Chat Create Timestamp,Price,Video ID,Live Chat Text\n"
    assert read("live chats.csv", header + "l1,UC1,2024-05-06T07:08:10+00:00,0,v1,{no json\n").texts == ["{no json"]


def test_telegram_text_is_a_string_or_pieces(read):
    """Marked pieces are put together; service messages are skipped; forwards and replies are marked."""
    messages = [
        {"id": 1, "type": "service", "date": "2024-01-01T00:00:00", "action": "create_channel"},
        {"id": 2, "type": "message", "date": "2024-01-01T00:00:00", "date_unixtime": "1704067200", "from": "Mugs", "text": "plain"},
        {"id": 3, "type": "message", "date": "2024-01-01T00:00:00", "text": ["see ", {"type": "link", "text": "m.example"}, "!"]},
        {"id": 4, "type": "message", "date": "2024-01-01T00:00:00", "text": "", "forwarded_from": "Bo"},
        {"id": 5, "type": "message", "date": "2024-01-01T00:00:00", "text": "yes", "reply_to_message_id": 2},
    ]
    one = {"name": "Mugs", "type": "public_channel", "id": 9, "messages": messages}
    for content in (one, {"about": "x", "personal_information": {}, "chats": {"about": "y", "list": [one]}}):
        found = read("result.json", content)
        assert found.format == "telegram"
        assert found.texts == ["plain", "see m.example!", "", "yes"]
        assert [post.kind for post in found] == ["post", "post", "repost", "reply"]
        assert found.skipped == {"not a message": 1}


def test_discord_channels_of_both_kinds(read):
    """A package has a file a channel, JSON now and CSV before."""
    rows = [{"ID": 11, "Timestamp": "2024-01-01 10:00:00", "Contents": "hello", "Attachments": ""}, 5]
    found = read(
        "package.zip",
        {
            "Messages/c1/messages.json": rows,
            "Messages/c1/channel.json": {"id": "1"},
            "Messages/c2/messages.csv": "ID,Timestamp,Contents,Attachments\n12,2021-01-01 10:00:00.000000+00:00,thanks,\n",
            "Messages/index.json": {"1": "general"},
            "Account/user.json": {"username": "ana"},
        },
    )
    assert found.format == "discord"
    assert [(post.id, post.text, post.author) for post in found] == [("11", "hello", "ana"), ("12", "thanks", "ana")]
    assert found.rejects == [(2, "not a message")]
