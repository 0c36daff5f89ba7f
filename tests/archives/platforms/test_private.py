"""What is not public stays out of what is read, and is counted, on every platform; all of it is
read on demand.
"""

import json
import time

import pytest

import givesell

PUBLIC, PRIVATE = "for everybody", "between us"
MESSAGE = {"id": 1, "type": "message", "date": "2024-03-01T12:05:00", "from": "Jo"}
TWEETS = [
    {"tweet": {"id_str": str(number), "full_text": text}}
    for number, text in enumerate((PUBLIC, PRIVATE))
]


def _js(kind, items):
    return f"window.YTD.{kind}.part0 = " + json.dumps(items)


def _chat(kind, text):
    chat = {"name": "x", "id": 1, "messages": [{**MESSAGE, "text": text}]}
    return chat if kind is None else {**chat, "type": kind}


def _account(*chats, left=()):
    return {
        "about": "x",
        "chats": {"about": "y", "list": list(chats)},
        "left_chats": {"about": "z", "list": list(left)},
    }


def _channel(number, about, text):
    rows = [{"ID": number, "Timestamp": "2024-03-01 10:00:00", "Contents": text, "Attachments": ""}]
    beside = {} if about is None else {f"Messages/c{number}/channel.json": about}
    return {f"Messages/c{number}/messages.json": rows, **beside}


def _tiktok(*audiences, **more):
    videos = [
        {
            "Date": "2024-01-01 00:00:00",
            "Link": "https://t.example",
            "WhoCanView": who,
            "Title": text,
        }
        for who, text in audiences
    ]
    return {"Post": {"Posts": {"VideoList": videos}}, **more}


SHARES = "Date,ShareLink,ShareCommentary,SharedUrl,MediaUrl,Visibility\n"
SERVER = {"type": "GUILD_TEXT", "guild": {"id": "9", "name": "Pots"}}
PICTURE = {"uri": "a.jpg", "creation_timestamp": 1700000000}
ARTICLE = (
    '<h1>{}</h1><p class="created">Created on 2024-01-01 10:00</p><p class="published">Published on'
    " {}</p><div></div>"
)

CASES = {
    "x: a circle": (
        "x.zip",
        {
            "data/tweets.js": _js("tweets", TWEETS),
            "data/twitter-circle-tweet.js": _js("tweet", TWEETS[1:]),
        },
        2,
    ),
    "discord: one person": (
        "d.zip",
        _channel(1, SERVER, PUBLIC)
        | _channel(2, {"type": "DM", "recipients": ["1", "2"]}, PRIVATE),
        1,
    ),
    "discord: a group of people": (
        "d.zip",
        _channel(1, SERVER, PUBLIC) | _channel(2, {"type": 3, "recipients": ["1"]}, PRIVATE),
        1,
    ),
    "discord: a private thread": (
        "d.zip",
        _channel(1, {"type": 0}, PUBLIC) | _channel(2, {"type": "PRIVATE_THREAD"}, PRIVATE),
        1,
    ),
    "discord: a kind not known": (
        "d.zip",
        _channel(1, {"type": 11}, PUBLIC) | _channel(2, {"type": "SOMETHING"}, PRIVATE),
        1,
    ),
    "discord: told by the index": (
        "d.zip",
        _channel(1, None, PUBLIC)
        | _channel(2, None, PRIVATE)
        | {"Messages/index.json": {"1": "general", "2": "Direct Message with jo#0"}},
        1,
    ),
    "telegram: chats": (
        "result.json",
        _account(
            _chat("public_channel", PUBLIC),
            *(
                _chat(kind, PRIVATE)
                for kind in (
                    "personal_chat",
                    "bot_chat",
                    "saved_messages",
                    "private_group",
                    "private_channel",
                    None,
                    7,
                )
            ),
            left=[_chat("private_supergroup", PRIVATE)],
        ),
        8,
    ),
    "tiktok: some audiences": (
        "user_data_tiktok.json",
        _tiktok(
            ("Everyone", PUBLIC),
            *((who, PRIVATE) for who in ("Only You", "Only me", "Friends", "Followers", "Private")),
        ),
        5,
    ),
    "linkedin: connections": (
        "Shares.csv",
        f"{SHARES}2024,l,{PUBLIC},,,MEMBER_NETWORK\n2024,m,{PRIVATE},,,CONNECTIONS\n",
        1,
    ),
    "linkedin: a group": (
        "Shares.csv",
        f"{SHARES}2024,l,{PUBLIC},,,Public\n2024,m,{PRIVATE},,,CONTAINER\n",
        1,
    ),
    "linkedin: a draft": (
        "l.zip",
        {
            "Articles/a.html": ARTICLE.format(PUBLIC, "2024-01-02 10:00"),
            "Articles/b.html": ARTICLE.format(PRIVATE, "---"),
        },
        1,
    ),
    "instagram: archived": (
        "i.zip",
        {
            "media/posts_1.json": [{"media": [{**PICTURE, "title": PUBLIC}]}],
            "media/archived_posts.json": {
                "ig_archived_post_media": [{"media": [{**PICTURE, "title": PRIVATE}]}]
            },
        },
        1,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_what_is_not_public_is_left_out_and_counted(write, name):
    """Only the public post is read, and the count of the others is told; with visibility="all"
    all are read.
    """
    file, content, hidden = CASES[name]
    path = write(file, content)
    archive = givesell.read_archive(path)
    assert [post.text for post in archive] == [PUBLIC]
    assert archive.skipped["not public"] == hidden
    everything = givesell.read_archive(path, visibility="all")
    assert sorted({post.text for post in everything}) == [PRIVATE, PUBLIC]
    assert "not public" not in everything.skipped


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("result.json", _chat("personal_chat", PRIVATE)),
        (
            "result.json",
            {
                "name": "x",
                "id": 1,
                "messages": [{**MESSAGE, "text": PRIVATE}],
                "type": "private_group",
            },
        ),
        (
            "user_data.json",
            _tiktok(
                ("Everyone", PRIVATE),
                **{"App Settings": {"Settings": {"SettingsMap": {"Private Account": "Enabled"}}}},
            ),
        ),
        (
            "x.zip",
            {
                "data/tweets.js": _js("tweets", TWEETS[:1]),
                "data/protected-history.js": _js(
                    "protected_history",
                    [
                        {
                            "protectedHistory": {
                                "protectedAt": "2024-02-01T00:00:00.000Z",
                                "action": "Protect",
                            }
                        },
                        {
                            "protectedHistory": {
                                "protectedAt": "2024-01-01T00:00:00.000Z",
                                "action": "Unprotect",
                            }
                        },
                    ],
                ),
            },
        ),
        (
            "i.zip",
            {
                "media/posts_1.json": [{"media": [{**PICTURE, "title": PRIVATE}]}],
                "personal_information.json": {
                    "profile_user": [{"string_map_data": {"Private Account": {"value": "True"}}}]
                },
            },
        ),
        (
            "i.zip",
            {
                "media.json": {
                    "photos": [
                        {"caption": PRIVATE, "taken_at": "2018-06-10T16:36:38", "path": "a.jpg"}
                    ]
                },
                "profile.json": {"private_account": True},
            },
        ),
    ],
)
def test_an_account_or_chat_may_be_private_as_a_whole(write, file, content):
    """Nothing of it is read, whatever its posts say of themselves, and each is counted."""
    path = write(file, content)
    archive = givesell.read_archive(path)
    assert (list(archive), archive.skipped) == ([], {"not public": 1})
    assert len(list(givesell.read_archive(path, visibility="all"))) == 1


def test_a_private_chat_is_told_wherever_its_kind_stands(write):
    """The kind of a chat may stand after its messages, and a chat without one does not take that
    of the chat before.
    """
    late = {"id": 2, "messages": [{**MESSAGE, "text": PUBLIC}], "type": "public_supergroup"}
    archive = givesell.read_archive(
        write("result.json", _account(_chat(None, PRIVATE), late, _chat(None, PRIVATE)))
    )
    assert [post.text for post in archive] == [PUBLIC]
    assert archive.skipped == {"not public": 2}


def test_folders_of_a_package_may_be_in_any_language(write):
    """What a channel is called stands in the folder above its own, wherever that is."""
    rows = [{"ID": 1, "Timestamp": "2024-03-01 10:00:00", "Contents": PUBLIC}]
    index = {"1": "general in Pots", "2": "Direct Message with jo#0"}
    for above in ("Nachrichten/", "package/Messages/", ""):
        folder = {
            f"{above}c{number}/messages.json": [{**rows[0], "ID": number}] for number in (1, 2)
        }
        archive = givesell.read_archive(
            write(
                "d.zip", folder | {f"{above}index.json": index, "Servers/index.json": {"2": "Pots"}}
            )
        )
        assert [post.id for post in archive] == ["1"]
        assert archive.skipped == {"not public": 1}


def test_a_list_of_channels_is_read_once(write):
    """Channels within channels, which stand between those of the list, do not let it be read
    again: it may be long.
    """
    rows = [{"ID": 1, "Timestamp": "2024-03-01 10:00:00", "Contents": PUBLIC}]
    index = {str(number): "general" for number in range(20_000)} | {"7": "Direct Message with jo#0"}
    files = {
        f"m/{number}/{inner}messages.json": rows for number in range(400) for inner in ("", "x/")
    }
    began = time.process_time()
    archive = givesell.read_archive(write("d.zip", files | {"m/index.json": index}))
    assert len(list(archive)) == 1
    assert archive.skipped["not public"] == 1
    assert time.process_time() - began < 3


def test_messages_by_themselves_are_told_by_what_lies_beside_them(tmp_path):
    """A file out of an unpacked package is as private as its channel; without anything beside
    it, it is read.
    """
    rows = json.dumps([{"ID": 1, "Timestamp": "2024-03-01 10:00:00", "Contents": "hello"}])
    (tmp_path / "messages.json").write_text(rows)
    assert len(list(givesell.read_archive(tmp_path / "messages.json"))) == 1
    for about, count in (({"type": "DM"}, 0), (SERVER, 1)):
        (tmp_path / "channel.json").write_text(json.dumps(about))
        assert len(list(givesell.read_archive(tmp_path / "messages.json"))) == count
    (tmp_path / "channel.json").write_text("{")
    assert givesell.read_archive(tmp_path / "messages.json").frame().empty
