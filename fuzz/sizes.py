"""Inputs that can be made of any size, one for each thing that there may be many of."""

import gzip
import io
import json
import random
import sqlite3
import tarfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet

from fuzz.artifacts import linear
from fuzz.columns import written
from fuzz.members import Car
from fuzz.seeds_platforms import DID, ME, PUBLIC
from fuzz.sized import SizedFile, zipped
from fuzz.sizes_more import CHATS, SCRAPED, SHEETS

POSTS = {
    "letters": "a", "emoji": "\U0001f389", "joined emoji": "\U0001f469\u200d",
    "combining": "\u0301", "digits": "1", "words": "buy now ",
    "DM me": "DM me. ",
    "links": "http://a.com/b ", "prices": "$20 ", "line breaks": "\n", "bangs": "!",
    "hashtags": "#aB ", "one hashtag": "aB",
    "questions": "does anyone know? ",
    "surrogates": "a\ud800 ", "link in bio": "link in bio ", "handles": "@jo ", "mail": "a@",
    "dots": "a.", "phones": "555-010-9999 ",
    "quotes": "\"'", "hyphens": "a-",
    "flags": "\U0001f1e6", "zero width": "\u200b", "brackets": "(", "thanks": "thank you so much ",
    "signs": "$",
    "different": "".join(f"w{i} " for i in range(20_000)),
}  # fmt: skip


@dataclass(frozen=True)
class SizedModel(SizedFile):
    """A model whose manifest has a size."""

    def write(self, folder: Path, size: int) -> Path:
        """Write its folder, and return where it is."""
        place = folder / self.name
        place.mkdir()
        whole = linear()
        manifest = {**whole.manifest, **json.loads(self.data(size))}
        for name, data in type(whole)(manifest, whole.tensors).files().items():
            (place / name).write_bytes(data)
        return place


def _js(items: list[Any]) -> bytes:
    return b"window.YTD.tweets.part0 = " + json.dumps(items).encode()


def _tweet(number: int, **more: Any) -> dict[str, Any]:
    return {
        "tweet": {
            "id_str": str(number),
            "full_text": f"buy now {number}",
            "created_at": "Wed Oct 19 20:07:25 +0000 2022",
            "entities": {},
            **more,
        }
    }


def _outbox(*contents: str) -> bytes:
    items = [
        {
            "type": "Create",
            "actor": ME,
            "to": [PUBLIC],
            "published": "2025-01-02T03:04:05Z",
            "object": {"type": "Note", "id": f"{ME}/{i}", "content": content},
        }
        for i, content in enumerate(contents)
    ]
    return json.dumps(
        {
            "@context": "https://www.w3.org/ns/activitystreams",
            "type": "OrderedCollection",
            "orderedItems": items,
        }
    ).encode()


def _tar(files: dict[str, bytes], headers: dict[str, str] | None = None) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size, info.pax_headers = len(data), headers or {}
            tar.addfile(info, io.BytesIO(data))
    return out.getvalue()


def _discord(n: int) -> bytes:
    files = {}
    for i in range(n):
        files[f"messages/c{i}/messages.json"] = (
            b'[{"ID":%d,"Timestamp":"2020-01-01 00:00:00","Contents":"buy now"}]' % i
        )
        files[f"messages/c{i}/channel.json"] = b"{}"
    return zipped(files)


def _sqlite(rows: int, columns: int = 1, text: str = "buy now") -> bytes:
    with closing(sqlite3.connect(":memory:")) as base:
        names = ", ".join(f"c{i}" for i in range(columns))
        base.execute(f"CREATE TABLE posts (text, {names})")
        base.executemany(
            "INSERT INTO posts (text) VALUES (?)", [(f"{text} {i}",) for i in range(rows)]
        )
        base.commit()
        return base.serialize()


def _table(rows: int, columns: int = 1) -> pa.Table:
    return pa.table(
        {
            "text": [f"buy now {i}" for i in range(rows)],
            **{f"c{i}": [i] * rows for i in range(columns)},
        }
    )


def _batches(n: int) -> bytes:
    out = io.BytesIO()
    table = _table(n)
    with pa.ipc.new_file(out, table.schema) as sink:
        sink.write_table(table, max_chunksize=1)
    return out.getvalue()


def _groups(n: int) -> bytes:
    out = io.BytesIO()
    pa.parquet.write_table(_table(n), out, row_group_size=1)
    return out.getvalue()


def _feed(n: int) -> bytes:
    record = {"$type": "app.bsky.feed.post", "createdAt": "2025-01-01T00:00:00Z", "text": "buy now"}
    return json.dumps(
        {
            "feed": [
                {"post": {"uri": f"at://d/app.bsky.feed.post/{i}", "author": {}, "record": record}}
                for i in range(n)
            ]
        }
    ).encode()


def _car(n: int) -> bytes:
    return Car(
        tuple(
            (f"app.bsky.feed.post/{i:06}", {"$type": "app.bsky.feed.post", "text": f"buy {i}"})
            for i in range(n)
        ),
        DID,
        (),
    ).write()


def _nested(n: int) -> bytes:
    return b"[" * n + b"]" * n


def _words(n: int) -> str:
    rng = random.Random(0)
    return "".join(f"{rng.choice(('buy', 'thanks', 'the', 'a', 'mug'))} " for _ in range(n))


def _notes(n: int) -> bytes:
    long = "this is the long story of how the kiln broke and how we fixed it "
    tweets = [_tweet(i, full_text=f"{long}… https://t.co/q") for i in range(n)]
    notes = [
        {
            "noteTweet": {
                "noteTweetId": str(i),
                "createdAt": "2022-10-19T20:07:25.000Z",
                "core": {"text": f"{long}and {i}"},
            }
        }
        for i in range(n)
    ]
    return zipped(
        {
            "data/tweets.js": _js(tweets),
            "data/note-tweet.js": b"window.YTD.note_tweet.part0 = " + json.dumps(notes).encode(),
        }
    )


def _links(n: int, **more: str) -> dict[str, Any]:
    return {
        "urls": [
            {"url": f"https://t.co/{i}", "expanded_url": f"https://a.example/{i}", **more}
            for i in range(n)
        ]
    }


def _facebook(n: int) -> bytes:
    return json.dumps([{"timestamp": 1, "data": [{"post": f"buy {i}"}]} for i in range(n)]).encode()


def _telegram(messages: list[Any]) -> bytes:
    rows = [
        {"id": i, "type": "message", "date": "2024-01-01T00:00:00", "text": text}
        for i, text in enumerate(messages)
    ]
    return json.dumps(
        {"name": "Mugs", "type": "public_channel", "id": 9, "messages": rows}
    ).encode()


_DUMP = b'{"id":"a%d","author":"ana","subreddit":"P","created_utc":1,"body":"buy now"}\n'
_YOUTUBE = (
    "Comment ID,Channel ID,Comment Create Timestamp,Price,Parent Comment ID,Post ID,Video"
    " ID,Comment Text\n"
)
_SHARES = b"Date,ShareLink,ShareCommentary,SharedUrl,MediaUrl,Visibility\n"

FILES: dict[str, SizedFile] = {
    "csv rows": SizedFile(
        "a.csv", lambda n: b"text,n\n" + b"".join(b"buy now,%d\n" % i for i in range(n))
    ),
    "csv columns": SizedFile(
        "a.csv",
        lambda n: (
            ",".join(["text", *(f"c{i}" for i in range(n))]).encode()
            + (b"\nbuy now" + b",1" * n) * 2
            + b"\n"
        ),
        1_000,
        20_000,
    ),
    "csv columns of one name": SizedFile(
        "a.csv", lambda n: b"text" + b",a" * n + b"\nbuy now" + b",1" * n + b"\n", 1_000, 20_000
    ),
    "csv stray quotes": SizedFile("a.csv", lambda n: b"text,n\n" + b'"a,b\nx\n' * n),
    "csv one stray quote": SizedFile(
        "a.csv", lambda n: b'text,n\n"buy now,1\n' + b"thanks,2\n" * n
    ),
    "csv all quotes": SizedFile("a.csv", lambda n: b"text\n" + b'"' * n, 100_000, 8_000_000),
    "csv lines of a quote": SizedFile("a.csv", lambda n: b"text,n\n" + b'"\n' * n),
    "csv lines in a field": SizedFile("a.csv", lambda n: b'text,n\n"' + b"x y z\n" * n + b'",1\n'),
    "csv bad bytes": SizedFile("a.csv", lambda n: b"text,n\n" + b"caf\xe9,1\n" * n),
    "csv wrong widths": SizedFile("a.csv", lambda n: b"text,n\n" + b"a,b,c\n" * n),
    "csv carriage returns": SizedFile("a.csv", lambda n: b"text,n\r" + b"buy,1\r" * n),
    "csv blank lines": SizedFile("a.csv", lambda n: b"text,n\n" + b"\n" * n, 10_000, 2_000_000),
    "text lines": SizedFile("a.txt", lambda n: b"buy now\n" * n),
    "text one line": SizedFile("a.txt", lambda n: _words(n).encode(), 10_000, 400_000),
    "jsonl rows": SizedFile(
        "a.jsonl", lambda n: b"".join(b'{"text":"buy","n":%d}\n' % i for i in range(n))
    ),
    "jsonl a key a line": SizedFile(
        "a.jsonl", lambda n: b"".join(b'{"text":"a","k%d":1}\n' % i for i in range(n)), 500, 40_000
    ),
    "jsonl keys in one line": SizedFile(
        "a.jsonl",
        lambda n: b'{"text":"a"' + b"".join(b',"k%d":1' % i for i in range(n)) + b"}\n",
        500,
        100_000,
    ),
    "jsonl one key again": SizedFile(
        "a.jsonl", lambda n: b'{"text":"a"' + b',"k":1' * n + b"}\n", 10_000, 1_000_000
    ),
    "jsonl digits": SizedFile(
        "a.jsonl", lambda n: b'{"text":"a","x":' + b"9" * n + b"}\n", 1_000, 2_000_000
    ),
    "jsonl depth": SizedFile(
        "a.jsonl", lambda n: b'{"text":"a","x":' + _nested(n) + b"}\n", 1_000, 2_000_000
    ),
    "jsonl string": SizedFile(
        "a.jsonl", lambda n: json.dumps({"text": _words(n)}).encode() + b"\n", 10_000, 400_000
    ),
    "jsonl bad lines": SizedFile("a.jsonl", lambda n: b'{"text":"a"}\n' + b"{bad\n" * n),
    "jsonl list": SizedFile(
        "a.jsonl", lambda n: b'{"text":"a","x":[' + b"0," * n + b"0]}\n", 10_000, 1_000_000
    ),
    "json rows": SizedFile(
        "a.json", lambda n: b"[" + b",".join(b'{"text":"buy","n":%d}' % i for i in range(n)) + b"]"
    ),
    "json a key a row": SizedFile(
        "a.json",
        lambda n: b"[" + b",".join(b'{"text":"buy","k%d":1}' % i for i in range(n)) + b"]",
        500,
        40_000,
    ),
    "json list in an item": SizedFile(
        "a.json", lambda n: b'[{"text":"a","x":[' + b"0," * n + b"0]}]", 10_000, 1_000_000
    ),
    "json depth": SizedFile(
        "a.json", lambda n: b'[{"text":"a","x":' + _nested(n) + b"}]", 1_000, 2_000_000
    ),
    "json string": SizedFile(
        "a.json", lambda n: json.dumps([{"text": _words(n)}]).encode(), 10_000, 400_000
    ),
    "json escapes": SizedFile(
        "a.json", lambda n: b'[{"text":"a","x":"' + b"\\\\" * n + b'"}]', 10_000, 4_000_000
    ),
    "json white space": SizedFile(
        "a.json", lambda n: b'[{"text":"a"}' + b" " * n + b"]", 10_000, 8_000_000
    ),
    "x tweets": SizedFile("tweets.js", lambda n: _js([_tweet(i) for i in range(n)]), 1_000, 40_000),
    "x links in a tweet": SizedFile(
        "tweets.js",
        lambda n: _js(
            [
                _tweet(
                    1, full_text=" ".join(f"https://t.co/{i}" for i in range(n)), entities=_links(n)
                )
            ]
        ),
    ),
    "x links of nothing": SizedFile(
        "tweets.js",
        lambda n: _js(
            [
                _tweet(
                    1, full_text="a" * n, entities={"urls": [{"url": "", "expanded_url": "b"}] * 8}
                )
            ]
        ),
    ),
    "x links that rewrite each other": SizedFile(
        "tweets.js",
        lambda n: _js(
            [
                _tweet(
                    1,
                    full_text="a",
                    entities={"urls": [{"url": "a", "expanded_url": "aa"}] * min(n, 40)},
                )
            ]
        ),
        4,
        40,
    ),
    "x media in a tweet": SizedFile(
        "tweets.js",
        lambda n: _js(
            [
                _tweet(
                    1,
                    full_text=" ".join(f"https://t.co/{i}" for i in range(n)),
                    entities={"media": _links(n)["urls"]},
                )
            ]
        ),
    ),
    "x entities of HTML": SizedFile("tweets.js", lambda n: _js([_tweet(1, full_text="&amp;" * n)])),
    "x notes of one second": SizedFile("x.zip", _notes, 250, 20_000),
    "mastodon posts": SizedFile(
        "outbox.json", lambda n: _outbox(*["<p>buy now</p>"] * n), 1_000, 40_000
    ),
    "mastodon nested tags": SizedFile("outbox.json", lambda n: _outbox("<b>" * n)),
    "mastodon nested closed tags": SizedFile(
        "outbox.json", lambda n: _outbox("<div>" * n + "</div>" * n)
    ),
    "mastodon attributes": SizedFile(
        "outbox.json",
        lambda n: _outbox("<a" + "".join(f" a{i}=1" for i in range(n)) + ">x</a>"),
        1_000,
        400_000,
    ),
    "mastodon one attribute": SizedFile(
        "outbox.json", lambda n: _outbox("<a href='" + "x" * n + "'>x</a>"), 10_000, 2_000_000
    ),
    "mastodon paragraphs": SizedFile("outbox.json", lambda n: _outbox("<p>buy</p>" * n)),
    "mastodon breaks": SizedFile("outbox.json", lambda n: _outbox("<br>" * n)),
    "mastodon hidden parts": SizedFile(
        "outbox.json",
        lambda n: _outbox('<a href="x"><span class="invisible">y</span></a>' * n),
        500,
        50_000,
    ),
    "mastodon open angles": SizedFile("outbox.json", lambda n: _outbox("<" * n)),
    "mastodon tables": SizedFile("outbox.json", lambda n: _outbox("<table><tr><td>" * n)),
    "mastodon formats": SizedFile("outbox.json", lambda n: _outbox("<a><b><p>" * n)),
    "mastodon entities": SizedFile("outbox.json", lambda n: _outbox("&amp;" * n)),
    "bluesky feed": SizedFile("feed.json", _feed, 1_000, 40_000),
    "bluesky repository": SizedFile("repo.car", _car, 500, 20_000),
    "reddit dump": SizedFile("RC_2023-11", lambda n: b"".join(_DUMP % i for i in range(n))),
    "reddit export": SizedFile(
        "posts.csv",
        lambda n: (
            b"id,permalink,date,ip,subreddit,gildings,title,url,body\n"
            + b"".join(b"%d,u,,,P,0,t,,buy\n" % i for i in range(n))
        ),
    ),
    "linkedin shares": SizedFile(
        "Shares.csv", lambda n: _SHARES + b"2025-07-01 14:33:22,l,buy now,,,M\n" * n
    ),
    "linkedin digits in a link": SizedFile(
        "Shares.csv",
        lambda n: _SHARES + b"2025-07-01 14:33:22," + b"1" * n + b"x" * n + b"1,buy,,,M\n",
        1_000,
        1_000_000,
    ),
    "linkedin digit runs": SizedFile(
        "Shares.csv",
        lambda n: _SHARES + b"2025-07-01 14:33:22," + b"1234567890-" * n + b"1,buy,,,M\n",
        1_000,
        400_000,
    ),
    "facebook posts": SizedFile("your_posts_1.json", _facebook, 1_000, 40_000),
    "facebook parts": SizedFile(
        "your_posts_1.json",
        lambda n: json.dumps([{"timestamp": 1, "data": [{"post": "buy"}] * n}]).encode(),
    ),
    "instagram media": SizedFile(
        "posts_1.json",
        lambda n: json.dumps(
            [{"media": [{"uri": "a", "title": "b", "creation_timestamp": 1}] * n}]
        ).encode(),
        1_000,
        40_000,
    ),
    "threads": SizedFile(
        "threads_and_replies.json",
        lambda n: json.dumps(
            {"text_post_app_text_posts": [{"media": [{"title": "a"}]}] * n}
        ).encode(),
        1_000,
        40_000,
    ),
    "tiktok comments": SizedFile(
        "user_data.json",
        lambda n: json.dumps(
            {"Comment": {"Comments": {"CommentsList": [{"comment": "buy"}] * n}}}
        ).encode(),
        1_000,
        40_000,
    ),
    "tiktok path": SizedFile(
        "user_data.json",
        lambda n: (
            b'{"CommentsList":1,'
            + b'"Comment.":{' * min(n, 400)
            + b'"a":1'
            + b"}" * min(n, 400)
            + b"}"
        ),
        25,
        400,
    ),
    "youtube fragments": SizedFile(
        "comments.csv",
        lambda n: (_YOUTUBE + 'c,U,,0,,,v,"' + ",".join(['{""text"":""a""}'] * n) + '"\n').encode(),
        1_000,
        100_000,
    ),
    "telegram messages": SizedFile("result.json", lambda n: _telegram(["buy"] * n), 1_000, 40_000),
    "telegram pieces": SizedFile(
        "result.json", lambda n: _telegram([["a", {"type": "b", "text": "c"}] * n])
    ),
    "discord channels": SizedFile("a.zip", _discord, 100, 4_000),
    "zip members": SizedFile(
        "a.zip",
        lambda n: zipped(
            {**{f"m/{i}.txt": b"x" for i in range(n)}, "data/tweets.js": _js([_tweet(1)])}
        ),
        500,
        40_000,
    ),
    "zip parts of tweets": SizedFile(
        "a.zip",
        lambda n: zipped({f"data/tweets-part{i}.js": _js([_tweet(i)]) for i in range(n)}),
        100,
        4_000,
    ),
    "zip spaces": SizedFile(
        "a.zip",
        lambda n: zipped({"data/tweets.js": _js([_tweet(1)])[:-1] + b" " * n + b"]"}),
        100_000,
        16_000_000,
    ),
    "tar members": SizedFile(
        "a.tar",
        lambda n: _tar(
            {**{f"m/{i}.txt": b"x" for i in range(n)}, "data/tweets.js": _js([_tweet(1)])}
        ),
        250,
        8_000,
    ),
    "tar parts of tweets": SizedFile(
        "a.tar",
        lambda n: _tar({f"data/tweets-part{i}.js": _js([_tweet(i)]) for i in range(n)}),
        100,
        4_000,
    ),
    "tar.gz parts of tweets": SizedFile(
        "a.tar.gz",
        lambda n: gzip.compress(
            _tar({f"data/tweets-part{i}.js": _js([_tweet(i)]) for i in range(n)}), 1
        ),
        50,
        2_000,
    ),
    "tar sparse map": SizedFile(
        "a.tar",
        lambda n: _tar(
            {"data/tweets.js": _js([_tweet(1)])}, {"GNU.sparse.map": ",".join(["0,0"] * n)}
        ),
        1_000,
        400_000,
    ),
    "tar sparse holes": SizedFile(
        "a.tar",
        lambda n: _tar(
            {"data/tweets.js": _js([_tweet(1)])},
            {"GNU.sparse.map": ",".join(f"{i},1" for i in range(n)), "GNU.sparse.size": str(n)},
        ),
        100,
        8_000,
    ),
    "gz members": SizedFile(
        "a.csv.gz",
        lambda n: gzip.compress(b"text\n", 1) + gzip.compress(b"buy now\n", 1) * n,
        1_000,
        100_000,
    ),
    "parquet rows": SizedFile(
        "a.parquet", lambda n: written(_table(n), "parquet") or b"", 1_000, 40_000
    ),
    "parquet groups": SizedFile("a.parquet", _groups, 100, 8_000),
    "parquet columns": SizedFile(
        "a.parquet", lambda n: written(_table(3, n), "parquet") or b"", 100, 4_000
    ),
    "arrow batches": SizedFile("a.arrow", _batches, 500, 40_000),
    "arrow columns": SizedFile(
        "a.arrow", lambda n: written(_table(3, n), "arrow") or b"", 100, 8_000
    ),
    "sqlite rows": SizedFile("a.sqlite", _sqlite),
    "sqlite columns": SizedFile("a.sqlite", lambda n: _sqlite(3, n), 50, 900),
    "sqlite text": SizedFile("a.sqlite", lambda n: _sqlite(1, 1, _words(n)), 10_000, 400_000),
    **CHATS,
    **SCRAPED,
    **SHEETS,
}
LOADED: dict[str, tuple[SizedFile, str]] = {
    "labelled csv": (SizedFile("l.csv",
    lambda n: b"text,label\n" + b"".join(b"buy %d,selling\nthanks %d,giving\n" % (i,
    i) for i in range(n))), "labelled"),
    "labelled jsonl": (SizedFile("l.jsonl",
    lambda n: b'{"text":"buy","label":"selling"}\n{"text":"thanks","label":"giving"}\n' * n),
    "labelled"),
    "labelled bad lines": (SizedFile("l.csv",
    lambda n: b"text,label\n" + b"buy,selling\nthanks,giving\n" * 20 + b"caf\xe9,giving\n" * n),
    "labelled"),
    "cues": (SizedFile("c.toml",
    lambda n: b"".join(
        b'[[cue]]\nname="c%d"\nleans="giving"\ntitle="t"\nphrases=["a b"]\n' % i for i in range(n)
    ), 50, 4_000), "cues"),
    "phrases of a cue": (SizedFile("c.toml",
    lambda n: b'[[cue]]\nname="c"\nleans="giving"\ntitle="t"\nphrases=[' + b'"a b",' * n + b"]\n",
    500, 20_000), "cues"),
    "golden posts": (SizedModel("m", lambda n: json.dumps({"golden": [["", 0.5]] * n}).encode()),
    "load"),
    "a long golden post": (SizedModel("m", lambda n: json.dumps({"golden": [["buy " * n,
    0.5]]}).encode(), 1_000, 400_000), "load"),
    "scored csv": (
        SizedFile("s.csv",
        lambda n: b"text,author,label,selling,sure,status\n"
        + b"".join(b"buy,jo%d,selling,0.9,true,ok\n" % i for i in range(n)), 5_000),
        "report",
    ),
}  # fmt: skip
