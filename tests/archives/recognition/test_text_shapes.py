"""Plain text is what looks like plain text: code, logs, mail and the like are refused, posts
never are.
"""

import inspect
import json
import time

import pytest

from givesell.archives import open_reader
from givesell.archives.recognition import text_shapes
from givesell.archives.recognition.markup_shapes import markup_of
from givesell.archives.recognition.text_shapes import shape_of
from givesell.errors import FileError

SHAPES = {
    "source code": [
        inspect.getsource(text_shapes),
        "import os\n\ndef main():\n    return os.getcwd()\n\nmain()\n",
        ".body { margin: 0 }\n.a { color: red; }\n#b { padding: 1px }\n",
        "#include <stdio.h>\n/* says hello,\n   and ends */\n"
        'int main(void) {\n  printf("hi");\n  return 0;\n}\n',
        "#!/bin/sh\nset -e\necho hi\n",
        ".a{margin:0}.b{padding:1px;color:red}.c{display:none!important}" * 9,
    ],
    "JavaScript": ["(function(){var a=1;return a})();", 'var posts = [\n {"text": "hi"}\n];\n',
    "module.exports = {\n  a: 1,\n};\n"],
    "a dump of a database": [
        "-- MySQL dump 10.13\nCREATE TABLE `p` (\n `id` int\n);\nINSERT INTO `p` VALUES (1);\n"
    ],
    "objects as Python prints them": ["{'text': 'Thanks', 'id': 1}\n{'text': 'Buy', 'id': 2}\n"],
    "JSON that is damaged": ['x{\n "text": "hi",\n "id": 1,\n "more": {\n  "a": 2\n }\n}\n'],
    "subtitles": [
        "1\n00:00:01,000 --> 00:00:04,000\nHello\n\n2\n00:00:05,000 --> 00:00:07,000\nBye\n",
        "WEBVTT\n\n00:01.000 --> 00:04.000\nHi\n",
    ],
    "mail": [
        "From a@b.example Mon Mar  1 09:00:00 2024\nSubject: hi\nDate: x\n\nHello\n",
        "Received: from x\n by y\nFrom: a@b.example\nTo: c@d.example\nSubject: hi\n"
        "Date: Mon, 1 Mar 2024\n\nHello\n",
    ],
    "a log": [
        "2024-03-01 09:00:00,123 INFO started\n2024-03-01 09:00:01,000 ERROR failed\n" * 5,
        "Mar  1 09:00:00 host sshd[12]: accepted\n" * 4,
        '1.2.3.4 - - [01/Mar/2024:09:00:00 +0000] "GET / HTTP/1.1" 200 12\n' * 4,
    ],
    "settings": [
        "---\nname: x\non:\n  push:\n    branches:\n      - main\n",
        "[core]\nbare = false\n[user]\nname = x\n",
        "A_KEY=x\nDEBUG=1\nHOST=y\n",
    ],
    "contacts or a calendar": ["BEGIN:VCARD\nVERSION:3.0\nFN:A\nEND:VCARD\n"],
    "a list of TikTok": [
        "Date: 2024-03-01 09:00:00 UTC\nComment: so proud\n\n"
        "Date: 2024-03-02 09:00:00 UTC\nComment: nice\n"
    ],
}  # fmt: skip

POSTS = [
    "<b>Sale!</b> today only\nThanks <3 all\n<p>New mugs</p>\n", "<3 to all of you\nthanks\n",
    "<p>Thanks to you</p>\n" * 20,
    "{name} thanks!\n{hi}\n", "[Friday] sale\n[2] mugs\n", "[1] first\n[2] second\n",
    "[ ] bake\n[x] sell\n[] thanks\n",
    "window shopping today?\nwindow.open was a joke\n", "var glad idag = tack\nThanks\n",
    "<html> is not a language\nThanks\n",
    "I wrote `x = 1;` today and it works\nfunction over form; always\n"
    "import duties are up; sorry\nThanks all of you\n",
    "Look what I wrote today, it finally works and I am so proud of it:\n\n"
    "def run():\n    return 1\n\nThanks to all of you who helped me with it!\n",
    "Sale: 20% off\nNew: mugs\nToday: thanks all\nReminder: closed\nUpdate: open\n",
    "Anna: hi there\nBen: hello\nAnna: thanks\n",
    "[12:30] <anna> hi\n[12:31] <ben> hello\n", "#sale #mugs\n#thanks all\n# new day\n",
    "- thanks all\n- buy now\n- hello\n* star\n",
    "From Monday to Friday 10:00 we bake\nFrom all of us: thanks\n",
    "Date: tonight\nComment: below\n", "---\nThanks all\n---\nBuy now\n",
    "INFO: we are open 09:00 today\nThanks all\nERROR 404 mugs not found, order now\n",
    "love = giving\nsale=fun\nyou = best\n",
    '"Thanks to all of you"\n"Buy now"\n', "We bake; you eat;\nThanks;\n",
    "SELECT mugs FROM our shop\nThanks\n", "Thanks!",
    "class starts at 9:\nimport is hard\nreturn by 5;\n", "/giveaway two mugs\n//// new ////\n",
]  # fmt: skip


@pytest.mark.parametrize(
    ("what", "text"), [(what, text) for what, texts in SHAPES.items() for text in texts]
)
def test_what_is_no_plain_text_is_told(write, what, text):
    """A file without a telling name is refused in one sentence, and read all the same where its
    format is named.
    """
    for name in ("a.txt", "a", "a.dat"):
        with pytest.raises(FileError, match=f"E512.*looks like {what}.*, not posts"):
            open_reader(write(name, text))
    assert open_reader(write("a.txt", text), format="lines").name == "lines"


@pytest.mark.parametrize("text", POSTS)
def test_posts_may_look_like_anything(write, text):
    """Posts that begin with a bracket, a tag or a word of code, hold code, or stand in lists and
    chats, are read a post a line.
    """
    reader = open_reader(write("a.txt", text))
    assert reader.name == "lines"
    assert sum(len(batch) for batch in reader.batches(None)) == len(
        [line for line in text.split("\n") if line.strip()]
    )


@pytest.mark.parametrize(
    "name", ["style.css", "app.js", "page.html", "feed.xml", "a.yaml", "run.py", "a.srt", "a.log"]
)
def test_the_name_decides_where_nothing_else_does(write, name):
    """Text that could be anything under a name that posts do not have is refused."""
    with pytest.raises(FileError, match=r"E512.*by its name, not posts"):
        open_reader(write(name, "Thanks to all of you\n"))


def test_text_called_json_is_told(write):
    """What is called JSON and is none is no list of posts."""
    with pytest.raises(FileError, match=r"E502.*is not json"):
        open_reader(write("a.json", "Thanks to all of you\n"))


@pytest.mark.parametrize(
    "piece",
    [
        " ",
        "[ ",
        "{;",
        '"" ',
        "a=",
        "a(",
        "-- ",
        "/*",
        '"""',
        "From: ",
        "x: ",
        "' ",
        "\\",
        "a b ",
        "<a ",
        "}; ",
        "window.",
        "/* a\n",
        "var x ",
    ],
)
def test_hostile_text_takes_no_time(piece):
    """No pattern takes the square of a line, whatever is repeated in it: that would be minutes."""
    began = time.process_time()
    for text in (
        piece * 40_000,
        "\n".join([piece * 300] * 200),
        "x" + piece * 40_000 + "\n" + piece * 5,
    ):
        shape_of(text.encode())
        markup_of(b"<a>" + text.encode())
    assert time.process_time() - began < 4


def test_a_cut_line_does_not_count():
    """A line that goes on behind the beginning that is looked at is not judged by its first
    half.
    """
    text = "Thanks to all of you\n" * 2 + json.dumps({"a": "b" * 100_000}) + "\n"
    assert shape_of(text.encode()) is None
