"""Chats and letters: Slack, WhatsApp, DiscordChatExporter and Substack."""

import json
import time
from datetime import UTC, datetime

import pytest

import givesell
from givesell.archives.base.head import Head
from givesell.archives.platforms.whatsapp import WhatsappReader

ENCRYPTED = "Messages and calls are end-to-end encrypted."


def slack(**days):
    """Return the files of a workspace with a day a channel."""
    people = [
        {"id": "U1", "name": "member_a", "profile": {"display_name": "Member A"}},
        {"id": "U2", "name": "helper", "is_bot": True},
    ]
    channels = {
        "channels.json": [{"id": "C1", "name": "general"}],
        "dms.json": [{"id": "D1"}],
        "groups.json": [{"id": "G1", "name": "board"}],
    }
    return {
        "users.json": people,
        **channels,
        **{f"{name}/2024-03-01.json": rows for name, rows in days.items()},
    }


def said(text, **more):
    """Return a message of Slack."""
    return {"type": "message", "user": "U1", "text": text, "ts": "1709283900.0001", **more}


def test_slack_shows_what_people_saw(read):
    """Mentions have names, links their address, and entities are resolved."""
    text = (
        "&lt;3 <https://mugs.example|here> <@U1> <@U9|jo> <#C1|general> <!here>"
        " <!subteam^S1|@bakers> <mailto:a@b.example|a@b.example>"
    )
    (post,) = read("slack.zip", slack(general=[said(text)]))
    assert post.text == "<3 https://mugs.example @member_a @jo #general @here @bakers a@b.example"
    assert (post.author, post.kind, post.created) == (
        "member_a",
        "post",
        datetime(2024, 3, 1, 9, 5, tzinfo=UTC),
    )


def test_slack_leaves_out_what_nobody_wrote(read):
    """Notes of Slack and what bots wrote are counted; an answer in a thread is a reply, also
    where the channel sees it.
    """
    notes = [
        said("a", subtype=kind)
        for kind in ("channel_join", "channel_topic", "tombstone", "pinned_item")
    ]
    bots = [said("b", subtype="bot_message"), said("b", bot_id="B1"), said("b", user="U2")]
    replies = [
        said("c", thread_ts="1"),
        said("d", thread_ts="1", subtype="thread_broadcast"),
        said("e", thread_ts="1709283900.0001"),
    ]
    found = read(
        "slack.zip", slack(general=[*notes, *bots, *replies, said("f", subtype="me_message")])
    )
    assert [(post.text, post.kind) for post in found] == [
        ("c", "reply"),
        ("d", "reply"),
        ("e", "post"),
        ("f", "post"),
    ]
    assert found.skipped == {"not a message": 4, "from a bot": 3}


def test_slack_keeps_private_channels_private(read):
    """Private channels and direct messages are read where all is asked for."""
    files = slack(general=[said("a")], D1=[said("b")], board=[said("c")])
    found = read("slack.zip", files)
    assert (found.texts, found.skipped) == (["a"], {"not public": 2})
    assert sorted(read("slack.zip", files, visibility="all").texts) == ["a", "b", "c"]


def test_a_day_of_slack_by_itself(read):
    """A day's file without the rest is read, with the names that it holds."""
    found = read(
        "2024-03-01.json", [said("hi", user_profile={"name": "member_a"}), said("<@U7>", user="U7")]
    )
    assert [(post.text, post.author) for post in found] == [("hi", "member_a"), ("@U7", "U7")]
    assert found.format == "slack"


LINES = [
    ("[01/03/2024, 09:05:00] Jo: hi", (2024, 3, 1, 9, 5, 0)),
    ("[01.03.24, 21:05:09] Jo: hi", (2024, 3, 1, 21, 5, 9)),
    ("\u200e[25/12/2023, 3:34:09\u202fPM] Jo: hi", (2023, 12, 25, 15, 34, 9)),
    ("[12/25/23, 12:05:00 AM] Jo: hi", (2023, 12, 25, 0, 5, 0)),
    ("12/25/23, 9:05 AM - Jo: hi", (2023, 12, 25, 9, 5, 0)),
    ("25/12/2023, 9:29 p. m. - Jo: hi", (2023, 12, 25, 21, 29, 0)),
    ("2023-12-20, 5:46 p.m. - Jo: hi", (2023, 12, 20, 17, 46, 0)),
    ("2023/12/20, 5:46 pm - Jo: hi", (2023, 12, 20, 17, 46, 0)),
    ("30/08/25 18.00 - Jo: hi", (2025, 8, 30, 18, 0, 0)),
    ("25.12.23, 09:05 - Jo: hi", (2023, 12, 25, 9, 5, 0)),
    ("25-12-2023 09:05 - Jo: hi", (2023, 12, 25, 9, 5, 0)),
    ("2023/12/25 下午3:04 - Jo: hi", (2023, 12, 25, 15, 4, 0)),
    ("2023. 12. 25. 오전 9:05 - Jo: hi", (2023, 12, 25, 9, 5, 0)),
    ("24/3/14, 13:59:59: Jo: hi", (2014, 3, 24, 13, 59, 59)),
]


@pytest.mark.parametrize(("line", "when"), LINES)
def test_whatsapp_writes_times_in_many_ways(read, line, when):
    """The forms of iPhones and Android, of 12 and 24 hours and of many countries are read."""
    post, _ = found = read("chat.txt", f"{line}\n{line}\n")
    assert found.format == "whatsapp"
    assert (post.text, post.author, post.created) == ("hi", "Jo", datetime(*when, tzinfo=UTC))


def test_whatsapp_tells_days_from_months_by_the_whole_chat(read):
    """A day above the twelfth anywhere tells; else that time goes forward; else how American
    phones write.
    """

    def dates(*days):
        return [
            post.created.strftime("%m-%d")
            for post in read("chat.txt", "".join(f"{day}, 09:05 - Jo: hi\n" for day in days))
        ]

    assert dates("01/03/2024", "02/03/2024", "13/03/2024") == ["03-01", "03-02", "03-13"]
    assert dates("3/1/24", "3/2/24", "3/13/24") == ["03-01", "03-02", "03-13"]
    assert dates("01/03/2024", "01/04/2024", "02/01/2024") == ["01-03", "01-04", "02-01"]
    assert dates("01/03/2024", "04/03/2024", "01/04/2024") == ["03-01", "03-04", "04-01"]
    assert dates("3/1/24", "3/1/24") == ["03-01", "03-01"]
    assert dates("01/03/2024", "01/03/2024") == ["03-01", "03-01"]


def test_whatsapp_messages_span_lines(read):
    """What follows belongs to the message before, blank lines too."""
    found = read("chat.txt", "1/3/24, 09:05 - Jo: mugs:\nred\n\nblue: 3\n1/3/24, 09:06 - Al: ok\n")
    assert found.texts == ["mugs:\nred\n\nblue: 3", "ok"]
    assert [post.author for post in found] == ["Jo", "Al"]


def test_whatsapp_leaves_out_what_nobody_said(read):
    """What WhatsApp noted, pictures and deleted messages are counted; captions and edited words
    are kept.
    """
    lines = [
        f"1/3/24, 09:05 - {ENCRYPTED}",
        '1/3/24, 09:05 - Jo changed the subject from "a: b" to "c"',
        f"1/3/24, 09:05 - Mugs: \u200e{ENCRYPTED}",
        "1/3/24, 09:05 - Jo: <Media omitted>",
        "1/3/24, 09:05 - Jo: <Medien ausgeschlossen>",
        "1/3/24, 09:05 - Jo: \u200eimage omitted",
        "1/3/24, 09:05 - Jo: price.pdf • \u200e3 pages \u200edocument omitted",
        "1/3/24, 09:05 - Jo: IMG-1.jpg (file attached)",
        "1/3/24, 09:05 - Jo: This message was deleted",
        "1/3/24, 09:05 - Jo: Eliminaste este mensaje.",
        "1/3/24, 09:05 - Jo: IMG-2.jpg (archivo adjunto)",
        "two mugs",
        "1/3/24, 09:05 - Jo: a cup \u200e<attached: 1.jpg>",
        "1/3/24, 09:05 - ~\u202fAl: a bowl <This message was edited>",
    ]
    found = read("chat.txt", "\n".join(lines))
    assert [(post.text, post.author) for post in found] == [
        ("two mugs", "Jo"),
        ("a cup", "Jo"),
        ("a bowl", "Al"),
    ]
    assert found.skipped == {
        "not a message": 2,
        "no words but a picture or file": 6,
        "removed or deleted": 2,
    }


def test_whatsapp_in_a_zip_and_with_odd_bytes(read):
    """The zip that phones make is read, and so is a chat of one message; bytes that are no UTF-8
    cost no message.
    """
    assert read(
        "chat.zip",
        {
            "_chat.txt": "[1/3/24, 09:05:00] Jo: hi\r\n[1/3/24, 09:06:00] Al: ok\r\n",
            "1.jpg": b"\xff",
        },
    ).texts == [
        "hi",
        "ok",
    ]
    found = read("chat.txt", "[1/3/24, 09:05:00] Jo: hi\n")
    assert (found.texts, found.rejects) == (["hi"], [])
    assert read(
        "chat.txt", b"[1/3/24, 09:05:00] Jo: caf\xe9\n[1/3/24, 09:06:00] Al: ok\n"
    ).texts == ["caf\ufffd", "ok"]


@pytest.mark.parametrize(
    "content",
    [
        "[Giveaway] two mugs, ask me\nFresh bread\n",
        "1/2/2024 is when we open: come\nbye\n",
        "2024-03-01 09:05:00 bread\n2024-03-01 09:06:00 milk\n",
        "At 9:05 - Jo: hi\n",
    ],
)
def test_posts_with_dates_are_no_chat(content):
    """Plain text that only looks a little like a chat is plain text."""
    assert not WhatsappReader.recognises(Head(content.encode(), "posts.txt"))


def test_a_chat_grows_linearly(write):
    """A message of many lines, and many messages, take time in proportion."""

    def seconds(count):
        path = write(
            "chat.txt",
            "1/3/24, 09:05 - Jo: hi\n" + "more\n" * count + "1/3/24, 09:05 - Jo: hi\n" * count,
        )
        began = time.process_time()
        assert sum(1 for _ in givesell.read_archive(path, format="whatsapp")) >= count
        return time.process_time() - began

    seconds(100)
    assert seconds(40_000) < 12 * max(0.02, seconds(10_000))


def exported(**channel):
    """Return a channel as DiscordChatExporter writes it."""
    author = {"id": "7", "name": "member_a", "nickname": "A", "isBot": False}
    rows = [
        {"id": "1", "type": "Default", "timestamp": "2024-03-01T11:05:00+02:00", "content": "hi",
        "author": author},
        {"id": "2", "type": "Reply", "timestamp": "2024-03-01T09:06:00Z", "content": "me",
        "author": author,
         "reference": {"messageId": "1"}},
        {"id": "3", "type": "Call", "timestamp": "2024-03-01T09:06:00Z",
        "content": "Started a call", "author": author},
        {"id": "4", "type": "Default", "timestamp": "2024-03-01T09:07:00Z", "content": "",
        "author": author,
         "reference": {"type": "Forward"}, "forwardedMessage": {"content": "passed on"}},
    ]  # fmt: skip
    return {
        "guild": {"id": "9", "name": "Mugs"},
        "channel": {"id": "1", "type": "GuildTextChat", **channel},
        "messages": rows,
    }


def test_channels_of_discord_chat_exporter(read):
    """Messages, replies and forwards are told; what Discord noted is counted."""
    found = read("Mugs - general [123456789012345678].json", exported())
    told = [(post.text, post.kind, post.author) for post in found]
    assert told == [
        ("hi", "post", "member_a"),
        ("me", "reply", "member_a"),
        ("passed on", "repost", "member_a"),
    ]
    assert found[0].created == datetime(2024, 3, 1, 9, 5, tzinfo=UTC)
    assert found[0].url == "https://discord.com/channels/9/1/1"
    assert found.skipped == {"not a message": 1}


@pytest.mark.parametrize("kind", ["DirectTextChat", "DirectGroupTextChat", "GuildPrivateThread"])
def test_direct_messages_of_discord_stay_private(read, kind):
    """They are read only where all is asked for."""
    assert read("dm.json", exported(type=kind)).skipped == {"not public": 3, "not a message": 1}
    assert len(read("dm.json", exported(type=kind), visibility="all")) == 3


TABLE = "post_id,post_date,is_published,audience,title,subtitle\n"
ROWS = (
    '1.mugs,2024-03-01T09:05:00.000Z,true,everyone,Two mugs,"To give,'
    ' away"\n2.draft,,false,everyone,Draft,\n3.paid,,true,only_paid,Paid,\n'
)


def test_letters_of_substack(read):
    """A letter is its title, what stands below it and its page; drafts and letters for those who
    pay are not public.
    """
    files = {
        "x/posts.csv": TABLE + ROWS,
        "x/posts/1.mugs.html": "<p>Ask &amp; take</p><p>Bye</p>",
        "x/posts/3.paid.html": "<p>more</p>",
    }
    (post,) = found = read("substack.zip", files)
    assert (post.text, post.id, post.created) == (
        "Two mugs\n\nTo give, away\n\nAsk & take\n\nBye",
        "1",
        datetime(2024, 3, 1, 9, 5, tzinfo=UTC),
    )
    assert found.skipped == {"not public": 2}
    assert read("substack.zip", files, visibility="all").texts[1:] == ["Draft", "Paid\n\nmore"]
    assert read("posts.csv", TABLE + ROWS).texts == ["Two mugs\n\nTo give, away"]


def test_chats_are_json_to_no_other_reader(write):
    """A list that has times like Slack's but no messages is a table."""
    path = write("a.json", json.dumps([{"ts": 1, "text": "hi", "user": "jo"}]))
    assert givesell.read_archive(path).format == "json"


def test_a_page_of_substack_is_read_once(read):
    """Rows of one letter again and again do not read its page again, which may be long."""
    files = {
        "posts.csv": TABLE + "1.mugs,,true,everyone,Two mugs,\n2.mugs,,true,everyone,More,\n",
        "posts/1.mugs.html": "<p>Ask</p>",
    }
    assert read("substack.zip", files).texts == ["Two mugs\n\nAsk", "More"]
    pages = {
        "posts.csv": TABLE + "1.mugs,,true,everyone,Two mugs,\n" * 2_000,
        "posts/1.mugs.html": "<p>Ask</p>" * 20_000,
    }
    began = time.process_time()
    assert len(read("substack.zip", pages)) == 1
    assert time.process_time() - began < 5


@pytest.mark.parametrize("folder", ["D0123ABCD", "mpdm-jo--al-1"])
def test_slack_tells_direct_messages_by_their_folder(read, folder):
    """Where no list says that a folder is private its name does."""
    message = [{"type": "message", "ts": "1709283900.1", "user": "U1", "text": "words"}]
    found = read(
        "slack.zip", {f"{folder}/2024-03-01.json": message, "general/2024-03-01.json": message}
    )
    assert (len(found), found.skipped) == (1, {"not public": 1})


def test_a_name_that_is_a_number_is_no_table_by_columns(read):
    """A list is never a table that pandas wrote by its columns, whatever stands in one of its
    items.
    """
    found = read(
        "2024-03-01.json",
        [{"0": {"text": "a"}, "text": "x"}, said("hi"), said("ho", ts="1709283901.0001")],
    )
    assert (found.format, found.texts[-2:]) == ("slack", ["hi", "ho"])
