"""Pages, parts of exports and documents without posts: one sentence says what they are and what
to ask for.
"""

import gzip
import json
import re

import pytest

from givesell.archives import open_reader
from givesell.archives.recognition.markup_shapes import markup_of
from givesell.errors import FileError

PAGE = "<!DOCTYPE html>\n<html><head><title>{title}</title></head><body>{body}</body></html>"
PAGES = {
    "of Telegram Desktop.*Machine-readable JSON.*result.json": PAGE.format(
        title="Exported Data", body='<div class="page_wrap">'
    ),
    "of Facebook or Instagram.*Download your information.*format JSON": PAGE.format(
        title="Posts", body='<div class="uiBoxWhite noborder">'
    ),
    "of DiscordChatExporter.*format JSON": PAGE.format(
        title="x", body='<div class="chatlog__message">'
    ),
    "of an X archive.*data/tweets.js": PAGE.format(
        title="Your archive", body="<script>window.__THAR_CONFIG</script>"
    ),
    "of Google Takeout.*comments": PAGE.format(
        title="My Activity History", body='<div class="content-cell mdl-cell">'
    ),
    "of LinkedIn.*Get a copy of your data": PAGE.format(title="Feed | LinkedIn", body=""),
    "Ask the platform": PAGE.format(title="Shop", body="<p>Hi</p>"),
}


@pytest.mark.parametrize(("words", "page"), PAGES.items())
def test_a_page_says_how_to_get_more(write, words, page):
    """HTML is refused under any name, in any encoding, packed or alone in a zip, with what to
    ask its platform for.
    """
    paths = [write(name, page) for name in ("a.html", "a.txt", "a.csv", "a.json", "a.jsonl", "a")]
    paths += [
        write("b.html", page.encode("utf-16")),
        write("a.html.gz", gzip.compress(page.encode())),
        write("a.zip", {"a.html": page}),
    ]
    for path in paths:
        with pytest.raises(FileError, match=rf"E512.*looks like a web page \(HTML\).*{words}"):
            open_reader(path)


@pytest.mark.parametrize(
    ("members", "words"),
    [
        (
            {
                "export/messages.html": PAGES[next(iter(PAGES))],
                "export/css/style.css": "a {}",
                "export/js/script.js": "x",
            },
            "of Telegram",
        ),
        (
            {
                "start_here.html": "<html></html>",
                "your_instagram_activity/media/posts_1.html": "<html></html>",
            },
            "of Facebook or Instagram",
        ),
        (
            {
                "Takeout/YouTube/history/watch-history.html": "<html></html>",
                "Takeout/archive_browser.html": "<html></html>",
            },
            "of Google Takeout",
        ),
    ],
)
def test_an_export_in_pages_is_told(write, tmp_path, members, words):
    """A zip or folder of pages is told by what stands in them, or by the names of its files."""
    with pytest.raises(FileError, match=f"E512.*{words}.*"):
        open_reader(write("a.zip", members))
    for name, page in members.items():
        (tmp_path / "folder" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "folder" / name).write_text(page)
    with pytest.raises(FileError, match=f"E512.*{words}.*"):
        open_reader(tmp_path / "folder")


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (
            "<!-- saved from url=(0014)about:internet -->\n<HTML lang=en>\n<HEAD></HEAD>",
            "a web page (HTML)",
        ),
        (
            "<div>\n" + "<div class=message>\n<span>12:00</span>\n<p>Hi</p>\n</div>\n" * 20,
            "a web page (HTML)",
        ),
        (
            '<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "a" "b">\n<html xmlns="x"><head/></html>',
            "a web page (HTML)",
        ),
        ('<?xml version="1.0"?><rss version="2.0"><channel/></rss>', "XML"),
        ('<svg width="1">\n<path d="M0"/></svg>', "XML"),
        ("<p>Thanks to you</p>\n" * 200, None),
        ("<b>Sale</b> today <a href='x'>here</a>\n" * 20, None),
        ("<html> is a language of pages\nthanks", None),
        ("<3 <3 <3\n<- that\n<body building> tips\n", None),
    ],
)
def test_markup_is_told_by_its_structure(text, what):
    """A page has a head or lines of tags alone; posts with tags in them are text."""
    assert getattr(markup_of(text.encode()), "what", None) == what


OTHERS = [
    (
        "like.js",
        'window.YTD.like.part0 = [\n {"like": {"tweetId": "1", "fullText": "x"}}\n]',
        "the part 'like'.*liked posts of others",
    ),
    ("direct-messages.js", "window.YTD.direct_messages.part0 = [ ]", "private messages"),
    (
        "ad-engagements.js",
        "window.YTD.ad_engagements.part12 = [ ]",
        "the part 'ad_engagements' of an X archive, not posts",
    ),
    ("manifest.js", 'window.__THAR_CONFIG = {\n "userInfo": {}\n}', "JavaScript of an X archive"),
    (
        "a.json",
        [{"timestamp": 1, "data": [{"reaction": {"reaction": "LIKE", "actor": "a"}}]}],
        "reactions of Facebook",
    ),
    (
        "a.json",
        [{"title": "", "media_list_data": [], "string_list_data": [{"href": "x", "value": "a"}]}],
        "followers or likes of Instagram",
    ),
    (
        "a.json",
        {"relationships_following": [{"title": "", "string_list_data": []}]},
        "the list 'relationships_following'",
    ),
    (
        "a.json",
        {"participants": [{"name": "a"}], "messages": [{"sender_name": "a", "content": "secret"}]},
        "private messages",
    ),
    ("a.json", [{"endTime": "x", "artistName": "a", "trackName": "b", "msPlayed": 1}], "Spotify"),
    (
        "a.json",
        [{"header": "YouTube", "title": "Watched x", "titleUrl": "x", "products": ["YouTube"]}],
        "what Google has seen",
    ),
    (
        "a.json",
        {"cells": [{"cell_type": "code", "source": ["x"]}], "nbformat": 4},
        "a notebook of Jupyter",
    ),
    (
        "a.json",
        {"@context": "x", "id": "likes.json", "orderedItems": ["https://a.example/1"]},
        "Mastodon",
    ),
    ("a.json", {"settings": {"text": "x"}, "more": 1}, "one JSON object without a list of posts"),
]


@pytest.mark.parametrize(("name", "content", "words"), OTHERS)
def test_what_holds_no_posts_is_told(write, name, content, words):
    """Likes, followers, messages and histories are no posts: one sentence says what they are, in
    a zip too.
    """
    text = content if isinstance(content, str) else json.dumps(content, indent=1)
    for path in (write(name, text), write("a.zip", {name: text})):
        with pytest.raises(FileError, match=f"E512.*looks like .*{words}"):
            open_reader(path).use_text("text")


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ({"[Content_Types].xml": "", "word/document.xml": ""}, "a document of Word"),
        ({"[Content_Types].xml": "", "ppt/presentation.xml": ""}, "slides of PowerPoint"),
        (
            {"mimetype": "", "content.xml": "", "META-INF/manifest.xml": ""},
            "a document of LibreOffice",
        ),
        ({"mimetype": "", "META-INF/container.xml": "", "a.xhtml": "<html>"}, "a book"),
        ({"META-INF/MANIFEST.MF": "", "a/B.class": ""}, "a program"),
        ({"AndroidManifest.xml": "", "classes.dex": ""}, "a program"),
    ],
)
def test_a_document_that_is_a_zip_is_told(write, members, words):
    """Office files, books and programs are zips: their members tell, whatever the name."""
    zipped = write("a.zip", members)
    for name in ("a.docx", "a.csv"):
        path = zipped.with_name(name)
        path.write_bytes(zipped.read_bytes())
        with pytest.raises(FileError, match=f"E512.*looks like {words}.*not posts"):
            open_reader(path)


def test_an_encrypted_zip_is_told(write):
    """A zip with a password says so, although no name in it is of an export."""
    path = write("x.zip", {"a/one.bin": "x", "a/two.bin": "y"})
    path.write_bytes(
        re.sub(
            rb"(PK\x03\x04..|PK\x01\x02....)\0\0",
            lambda found: found[1] + b"\1\0",
            path.read_bytes(),
            flags=re.DOTALL,
        )
    )
    with pytest.raises(FileError, match="it is encrypted; unpack it with its password first"):
        open_reader(path)
