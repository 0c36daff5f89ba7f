"""Files of chats, scrapers and spreadsheets that can be made of any size."""

import io
import json
from typing import Any

import xlsxwriter

from fuzz.seeds_scraped import ISO
from fuzz.sheet import Sheet
from fuzz.sized import SizedFile, zipped

_STARTS = "1/3/24, 09:05 - "


def _chat(*said: str) -> bytes:
    return "".join(f"{_STARTS}Jo: {text}\n" for text in ("hi", *said, "bye")).encode()


def _message(number: int, text: str = "buy now", **more: Any) -> dict[str, Any]:
    return {
        "type": "message",
        "user": "U1",
        "text": text,
        "ts": f"{1_700_000_000 + number}.0001",
        **more,
    }


def _slack(days: int, people: int = 1, channels: int = 1) -> bytes:
    files: dict[str, Any] = {
        "users.json": [{"id": f"U{i}", "name": f"jo{i}"} for i in range(people)],
        "groups.json": [{"id": f"G{i}", "name": f"board{i}"} for i in range(channels)],
    }
    files |= {
        f"general/{2000 + i // 336}-{1 + i // 28 % 12:02}-{1 + i % 28:02}.json": [_message(i)]
        for i in range(days)
    }
    return zipped({name: json.dumps(value).encode() for name, value in files.items()})


def _day(texts: list[str]) -> bytes:
    return json.dumps([_message(number, text) for number, text in enumerate(texts)]).encode()


def _channel(n: int) -> bytes:
    rows = [
        {
            "id": str(i),
            "type": "Default",
            "timestamp": ISO,
            "content": "buy now",
            "author": {"name": "ana"},
        }
        for i in range(n)
    ]
    return json.dumps(
        {
            "guild": {"id": "9"},
            "channel": {"id": "1", "type": "GuildTextChat"},
            "exportedAt": ISO,
            "messages": rows,
        }
    ).encode()


def _letters(n: int) -> bytes:
    rows = "".join(f"{i}.mugs,{ISO},true,everyone,Two mugs,\n" for i in range(n))
    pages = {f"posts/{i}.mugs.html": b"<p>Ask &amp; take</p>" for i in range(n)}
    return zipped(
        {
            "posts.csv": f"post_id,post_date,is_published,audience,title,subtitle\n{rows}".encode(),
            **pages,
        }
    )


def _api(n: int, users: int = 1, **more: Any) -> dict[str, Any]:
    rows = [
        {
            "id": str(i),
            "text": f"buy now {i}",
            "author_id": str(i % users),
            "created_at": ISO,
            "lang": "en",
            **more,
        }
        for i in range(n)
    ]
    return {
        "data": rows,
        "includes": {"users": [{"id": str(i), "username": f"jo{i}"} for i in range(users)]},
    }


def _linked(n: int) -> dict[str, Any]:
    urls = [
        {"url": f"https://t.co/{i}", "expanded_url": f"https://a.example/{i}"} for i in range(n)
    ]
    return _api(1, text=" ".join(one["url"] for one in urls), entities={"urls": urls})


def _caption(n: int) -> dict[str, Any]:
    edges = {"edges": [{"node": {"text": ""}}] * n + [{"node": {"text": "buy"}}]}
    return {
        "node": {
            "shortcode": "C",
            "id": "1",
            "taken_at_timestamp": 1,
            "edge_media_to_caption": edges,
            "owner": {"username": "ana"},
        }
    }


def _of_one_page(n: int) -> bytes:
    rows = "".join(f"1.mugs,{ISO},true,everyone,Two mugs {i},\n" for i in range(n))
    page = b"<p>Ask &amp; take</p>" * n
    return zipped(
        {
            "posts.csv": f"post_id,post_date,is_published,audience,title,subtitle\n{rows}".encode(),
            "posts/1.mugs.html": page,
        }
    )


def _pictures(n: int) -> dict[str, Any]:
    links = [
        {"url": f"https://t.co/{i}", "expanded_url": f"https://a.example/{i}"} for i in range(n)
    ]
    pictures = [{"url": f"https://t.co/p{i}", "media_url": "https://a.example"} for i in range(n)]
    return _api(1, text="buy", entities={"urls": links, "media": pictures})


def _listed(n: int) -> bytes:
    """Channels of Discord within others, so that those of the folder with the long list of
    channels take turns with others.
    """
    places = [f"m/{i // 2}/{'x/' * (i % 2)}messages.json" for i in range(n)]
    files = dict.fromkeys(places, b'[{"ID":1,"Timestamp":"2020-01-01 00:00:00","Contents":"buy"}]')
    return zipped(
        {**files, "m/index.json": json.dumps({str(i): "general" for i in range(10 * n)}).encode()}
    )


def _lines(rows: list[Any]) -> bytes:
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def _capture(number: int) -> dict[str, Any]:
    video = {"id": str(number), "desc": "buy now", "createTime": 1, "author": {"uniqueId": "ana"}}
    return {"source_platform": "tiktok.com", "item_id": str(number), "data": video}


def _book(rows: int, columns: int = 1, text: str = "buy now") -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("posts")
        sheet.write_row(0, 0, ["text", *(f"c{i}" for i in range(columns))])
        for number in range(rows):
            sheet.write_row(number + 1, 0, [f"{text} {number}", *([number] * columns)])
    return out.getvalue()


def _sheets(n: int) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        for number in range(n):
            book.add_worksheet(f"s{number}").write_column(
                0, 0, ["text" if number == 0 else "note", "buy now"]
            )
    return out.getvalue()


CHATS: dict[str, SizedFile] = {
    "whatsapp messages": SizedFile("chat.txt", lambda n: _chat(*["buy now"] * n)),
    "whatsapp lines of a message": SizedFile("chat.txt", lambda n: _chat("a" + "\nb c" * n)),
    "whatsapp no message": SizedFile(
        "chat.txt", lambda n: _chat() + f"{_STARTS}Jo joined\n".encode() * n
    ),
    "whatsapp marks": SizedFile("chat.txt", lambda n: _chat("\u200e" * n), 10_000, 800_000),
    "whatsapp marks before times": SizedFile(
        "chat.txt", lambda n: _chat() + ("\u200e" * 150 + "1/\n").encode() * n
    ),
    "whatsapp brackets": SizedFile(
        "chat.txt", lambda n: _chat("<" * n + "\u200e<"), 10_000, 800_000
    ),
    "whatsapp spaces": SizedFile("chat.txt", lambda n: _chat("a" + " " * n + "b"), 10_000, 800_000),
    "whatsapp files": SizedFile("chat.txt", lambda n: _chat(*["a" * 190 + ".jpg (file"] * n)),
    "slack days": SizedFile("a.zip", _slack, 100, 8_000),
    "slack people": SizedFile("a.zip", lambda n: _slack(1, n), 1_000, 40_000),
    "slack private channels": SizedFile("a.zip", lambda n: _slack(1, 1, n), 1_000, 40_000),
    "slack messages": SizedFile("2024-03-01.json", lambda n: _day(["buy now"] * n), 1_000, 40_000),
    "slack mentions": SizedFile("2024-03-01.json", lambda n: _day(["<@U1> " * n]), 1_000, 100_000),
    "slack open angles": SizedFile("2024-03-01.json", lambda n: _day(["<" * n]), 1_000, 800_000),
    "slack open marks": SizedFile("2024-03-01.json", lambda n: _day(["<@a|" * n]), 1_000, 200_000),
    "discord exporter": SizedFile("a [123456789012345678].json", _channel, 1_000, 40_000),
    "discord lists of channels": SizedFile("a.zip", _listed, 100, 4_000),
    "substack letters of one page": SizedFile("a.zip", _of_one_page, 1_000, 40_000),
    "substack letters": SizedFile("a.zip", _letters, 100, 8_000),
}
SCRAPED: dict[str, SizedFile] = {
    "scraped page": SizedFile(
        "page.json", lambda n: json.dumps(_api(n), indent=0).encode(), 1_000, 40_000
    ),
    "scraped page in a line": SizedFile(
        "page.json", lambda n: json.dumps(_api(n)).encode(), 1_000, 40_000
    ),
    "scraped pages": SizedFile("pages.jsonl", lambda n: _lines([_api(2)] * n), 500, 20_000),
    "scraped authors": SizedFile(
        "page.json", lambda n: json.dumps(_api(2, n), indent=0).encode(), 1_000, 80_000
    ),
    "scraped links": SizedFile(
        "page.json", lambda n: json.dumps(_linked(n), indent=0).encode(), 1_000, 80_000
    ),
    "scraped links and pictures": SizedFile(
        "page.json", lambda n: json.dumps(_pictures(n), indent=0).encode(), 1_000, 40_000
    ),
    "scraped captions": SizedFile(
        "a.json", lambda n: json.dumps([_caption(n)], indent=0).encode(), 1_000, 80_000
    ),
    "scraped lists in lists": SizedFile(
        "a.json",
        lambda n: (
            json.dumps([_caption(1)]).encode()[:-1]
            + b',{"node":{"edge_media_to_caption":'
            + b"[" * n
            + b"]" * n
            + b"}}]"
        ),
        100,
        400_000,
    ),
    "captures": SizedFile(
        "export.ndjson", lambda n: _lines([_capture(i) for i in range(n)]), 1_000, 40_000
    ),
    "captures of nothing": SizedFile(
        "export.ndjson",
        lambda n: _lines([{"source_platform": "a", "data": {"x": 1}}] * n),
        1_000,
        40_000,
    ),
}
SHEETS: dict[str, SizedFile] = {
    "excel rows": SizedFile("a.xlsx", _book, 16_000, 100_000),
    "excel columns": SizedFile("a.xlsx", lambda n: _book(3, n), 2_000, 8_000),
    "excel text": SizedFile("a.xlsx", lambda n: _book(n // 100, 1, "buy " * 2_500), 20_000, 80_000),
    "excel sheets": SizedFile("a.xlsx", _sheets, 100, 800),
    "ods rows": SizedFile(
        "a.ods",
        lambda n: Sheet(("text", "n"), tuple((f"buy {i}", i) for i in range(n)), (), "ods").write(),
        16_000,
        100_000,
    ),
    "csv in UTF-16": SizedFile(
        "a.csv", lambda n: ("text,n\n" + "buy now,1\n" * n).encode("utf-16")
    ),
}
