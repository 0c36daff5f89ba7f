"""Small valid chats and letters: WhatsApp, Slack, DiscordChatExporter and Substack."""

from collections.abc import Callable
from typing import Any

from fuzz.chat import Chat
from fuzz.members import Blob, Json, Member, Rows
from fuzz.seed import ITEMS, Seed, marks, said


def _ios() -> Seed:
    def row(number: int) -> tuple[str, str, str]:
        return f"{13 + number:02}/03/2024, 09:05:{number:02}", "Jo", said("ios", number)

    noted = ("18/03/2024, 10:00:00", "Mugs", "\u200eMessages and calls are end-to-end encrypted.")
    picture = ("19/03/2024, 10:00:00", "Al", "\u200eimage omitted")
    more = ("20/03/2024, 10:00:00", "~\u202fAl", f"{said('ios', 9)}\n\nand a bowl")
    rows = (*(row(i) for i in range(ITEMS)), noted, picture, more)
    chat = Chat(rows, (*marks("ios"), None, None, *marks("ios", 9, 1)), "[{0}] {1}: {2}", "\r\n")
    return Seed("whatsapp", {"_chat.txt": chat, "1.jpg": Blob(b"\xff\xd8\xff")}, ("_chat.txt",))


def _android() -> Seed:
    def row(number: int) -> tuple[str, str, str]:
        return (
            f"3/{13 + number}/24, 9:0{number} PM",
            f"Member {number % 2}",
            said("android", number),
        )

    rows = (
        *(row(i) for i in range(ITEMS)),
        ("3/20/24, 9:00 PM", "Jo", "<Media omitted>"),
        ("3/21/24, 9:00 PM", "Jo", "null"),
    )
    chat = Chat(rows, (*marks("android"), None, None), "{0} - {1}: {2}")
    return Seed("whatsapp", {"WhatsApp Chat with Mugs.txt": chat}, ("WhatsApp Chat with Mugs.txt",))


def _slack() -> Seed:
    def message(number: int, **more: Any) -> dict[str, Any]:
        text = f"{said('slack', number)} <@U1> <https://mugs.example|here> &amp; <#C1|general>"
        return {
            "type": "message",
            "user": "U1",
            "text": text,
            "ts": f"170928390{number}.0001",
            **more,
        }

    people = [
        {"id": "U1", "name": "ana", "profile": {"display_name": "Ana", "real_name": "Ana E"}},
        {"id": "U9", "name": "bot", "is_bot": True},
    ]
    channels = [{"id": "C1", "name": "general"}, {"id": "C2", "name": "mugs"}]
    joined = {
        "type": "message",
        "subtype": "channel_join",
        "user": "U1",
        "text": "joined",
        "ts": "1.0",
    }
    robot = {"type": "message", "user": "U9", "bot_id": "B1", "text": "hello", "ts": "2.0"}
    day = [*(message(i) for i in range(ITEMS)), joined, robot]
    asked = [
        message(6, thread_ts="1709283905.0001"),
        message(7, files=[{"id": "F1"}], reactions=[{"name": "eyes", "users": ["U1"]}]),
    ]
    members: dict[str, Member] = {
        "users.json": Json(people),
        "channels.json": Json(channels),
        "groups.json": Json([{"id": "G1", "name": "board"}]),
        "dms.json": Json([{"id": "D1", "members": ["U1", "U9"]}]),
        "general/2024-03-01.json": Json(day, ((),), (*marks("slack"), None, None)),
        "mugs/2024-03-02.json": Json(asked, ((),), marks("slack", 6, 2)),
        "board/2024-03-02.json": Json([message(8), message(9)], ((),), (None, None)),
    }
    return Seed("slack", members, ("mugs/2024-03-02.json",))


def _exporter() -> Seed:
    author = {"id": "7", "name": "ana", "nickname": "Ana", "isBot": False}

    def message(number: int, **more: Any) -> dict[str, Any]:
        return {
            "id": str(100 + number), "type": "Default", "timestamp": "2024-03-01T11:05:00+02:00",
            "content": said("exporter", number),
            "author": author, "attachments": [], "mentions": [], **more,
        }  # fmt: skip

    call = message(6, type="Call")
    rows = [
        *(message(i) for i in range(ITEMS)),
        message(5, type="Reply", reference={"messageId": "100"}),
        call,
    ]
    value = {
        "guild": {"id": "9", "name": "Mugs"}, "channel": {"id": "1", "type": "GuildTextChat",
        "name": "general"},
        "dateRange": {"after": None, "before": None}, "exportedAt": "2024-04-01T00:00:00Z",
        "messages": rows, "messageCount": len(rows),
    }  # fmt: skip
    name = "Mugs - general [123456789012345678].json"
    member = Json(value, (("messages",),), (*marks("exporter", 0, ITEMS + 1), None))
    return Seed("discord-chat-exporter", {name: member}, (name,))


def _substack() -> Seed:
    head = ("post_id", "post_date", "is_published", "audience", "title", "subtitle")

    def row(number: int) -> tuple[str, ...]:
        return (
            f"{number}.mugs",
            "2024-03-01T09:05:00.000Z",
            "true",
            "everyone",
            said("substack", number),
            "To give, away",
        )

    rows = (*(row(i) for i in range(ITEMS)), ("8.draft", "", "false", "everyone", "Draft", ""))
    pages = {
        f"posts/{i}.mugs.html": Blob(f"<h1>Mugs</h1><p>{i} of them &amp; <b>more</b></p>".encode())
        for i in range(3)
    }
    return Seed(
        "substack",
        {"posts.csv": Rows(head, rows, (*marks("substack"), None)), **pages},
        ("posts.csv",),
    )


CHATS: tuple[Callable[[], Seed], ...] = (_ios, _android, _slack, _exporter, _substack)
