"""The scanner's token rules, offsets, folding and linear work."""

import re
from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from givesell.text import scanner
from givesell.text.domains import domain_table
from givesell.text.fold import fold_table
from givesell.text.scan import rule_tables, scan
from givesell.text.scanner import TokenRoom, hash_text, scan_text
from givesell.text.token_kinds import Kind, Mark
from tests.text.counted import counted
from tests.text.reference import HOST_SEED, finish, kind_hash, step

UNITS = [
    *"a b 1 A Z é ß ﬁ а 가 中 ש ع \x00 \ud800 \udfff \ufffd \u200b \u200d \ufe0f \u20e3 \u0301"
    " \u0336 \u202e \u2066 \u00ad".split(" "),
    *"😀 👩 🏽 🇬 ❤ ½ ① . , … — - _ ' ’ @ # $ € % + ( ) [ ] < \" / : ; * ! ? ‼ | com http :// www."
    " am pm k 99 555-010-9999".split(" "),
    *(" ", "  ", "\t", "\n", "\r\n", "\x85", "\u2028", "\xa0"),
]
hostile = st.lists(st.sampled_from(UNITS), max_size=30).map("".join)
any_text = st.text(st.integers(0, 0x10FFFF).map(chr), max_size=30) | hostile


def kinds(text: str) -> list[tuple[str, str]]:
    """Return the words and kinds of a text's tokens."""
    return [(token.text, token.kind.name) for token in scan(text)]


def hashes(text: str) -> list[int]:
    """Return the hashes of a text's tokens."""
    return scan_text(rule_tables(), text)[4]


def extras(text: str) -> list[tuple[int, int]]:
    """Return the further hashes of a text and the token each belongs to."""
    *_, found, owners = scan_text(rule_tables(), text)
    return list(zip(found, owners, strict=True))


EXAMPLES = {
    "WORD": (
        "word don't don’t rock’n’roll 2nd mp3 iPhone15 I Café Cafe\u0301 a\u200bb don'\u200bt שלום"
        " ñandú 🅱️uy 10k 2x4 ⒝⒰⒴"
    ),
    "NUMBER": (
        "5 1,200 24/7 3.14 2023-10-11 10:30:15 1/2 ½ 1½ ❶ ⑩ ٣ 05-01-2023 0.1234567890"
        " 2\u03360\u0336"
    ),
    "PRICE": (
        "$20 £1.5k $5M 20€ $1,200.50 $.99 ₹500 ¥100 50¢ ＄20 $5-10 $\u03364\u03360\u0336 $\u200b20"
    ),
    "PERCENT": "20% 0.5% 20-30% 20％ 2\u03360\u0336%",
    "TIME": "7pm 7PM 10am 7.30pm 7-9pm 19:30 9:05 10:00-16:00 7p.m. 5a.m.",
    "PHONE": (
        "555-010-9999 (555)010-9999 +15550109999 555.010.9999 1-800-555-0199 01632960123"
        " 01-63-29-60-12"
    ),
    "EMAIL": (
        "jo@example.com jane.smith@doe.co.uk a-b_c+d.e@mail.example.org 99@example.com"
        " JO@EXAMPLE.COM"
    ),
    "URL": (
        "https://x.io HTTP://X.IO/a?b=c#d x.com x.co.uk my-shop.com 1-800-flowers.com"
        " www.example.local www.x.com/a youtu.be/a1 wa.me/44 ftp://a/b https://x.io/a_(b)"
        " exam\u200bple.com ｗｗｗ．ｘ．ｃｏｍ http://пример.рф"
    ),
    "HANDLE": "@jo @jo_1 @_ @50cent @123456 @jo@example.com @jo.bsky.social ＠jo @J",
    "HASHTAG": "#a #BlackFriday #50off #1st #a_b ＃tag #été #日本",
    "CASHTAG": "$ACME $a $BRK $GOOGLE $btc",
    "EMOJI": ("😀 ❤️ ❤ 👩🏽‍🚒 👨‍👩‍👧‍👦 🇬🇧 🇬 1️⃣ 1⃣ #️⃣ *️⃣ 👍🏽 🏴󠁧󠁢󠁥󠁮󠁧󠁿 🏽 → ★ ℹ️ 🆓 \U0001fa77 \U0001fadf"),
    "BANG": "! ? !!! ?! ‼️ ‼️‼️ ⁉️ ！",
    "BREAK": "\r",
    "SPACE": "\t\t",
    "PUNCT": "... … - -- . , ; ' \" ( (( * _ / # @ $ % + | ™ © ━━━ • — ° \ud800 \ufffd \ue000",
}
PHRASES = {  # single tokens that hold a blank
    "PRICE": ["20 €", "$ 20"],
    "PERCENT": ["20 %"],
    "TIME": ["8 am", "9 a.m.", "7-9 pm", "8\u202fPM"],
    "PHONE": [
        *(
            "+1 555-010-9999",
            "+44 1632 960123",
            "+1 (555) 010-9999",
            "(555) 010-9999",
            "555 010 9999",
        ),
        *("01 63 29 60 12", "\u202a+1 555-010-9999\u202c"),
    ],
    "BREAK": ["\n", "\r\n", "\n\n", "\n \t\n  ", "\u2028", "\x85", "\n\u200b"],
    "SPACE": [" ", "  ", "\t", "\xa0", "\u3000", "\u200b", "\x00\x01"],
}
SINGLES = [
    (text, kind)
    for kind, texts in EXAMPLES.items()
    for text in [*texts.split(" "), *PHRASES.get(kind, [])]
]

NEAR_MISSES = [
    ("'tis y'all' 80's", "'|PUNCT tis|WORD y'all|WORD '|PUNCT 80|NUMBER '|PUNCT s|WORD"),
    ("rock 'n' roll", "rock|WORD '|PUNCT n|WORD '|PUNCT roll|WORD"),
    (
        "e-book C++ C# U.S.",
        "e|WORD -|PUNCT book|WORD C|WORD ++|PUNCT C|WORD #|PUNCT U|WORD .|PUNCT S|WORD .|PUNCT",
    ),
    ("snake_case", "snake|WORD _|PUNCT case|WORD"),
    ("wow…and em—dash", "wow|WORD …|PUNCT and|WORD em|WORD —|PUNCT dash|WORD"),
    ("1,200, 5. 1..2", "1,200|NUMBER ,|PUNCT 5|NUMBER .|PUNCT 1|NUMBER ..|PUNCT 2|NUMBER"),
    ("1.5kg 5'10", "1.5|NUMBER kg|WORD 5|NUMBER '|PUNCT 10|NUMBER"),
    ("£5-£10", "£5|PRICE -|PUNCT £10|PRICE"),
    ("$1,200.50/mo", "$1,200.50|PRICE /|PUNCT mo|WORD"),
    ("$5kg $5mo $20k+", "$5|PRICE kg|WORD $5|PRICE mo|WORD $20k|PRICE +|PUNCT"),
    ("2 $5", "2|NUMBER $5|PRICE"),
    ("$ € $$$", "$|PUNCT €|PUNCT $$$|PUNCT"),
    ("5 percent %5", "5|NUMBER percent|WORD %|PUNCT 5|NUMBER"),
    ("10am-4pm", "10am|TIME -|PUNCT 4pm|TIME"),
    ("7pms 7 ample 1:5 1:234", "7pms|WORD 7|NUMBER ample|WORD 1:5|NUMBER 1:234|NUMBER"),
    ("555-010-99999 12345678", "555-010-99999|NUMBER 12345678|NUMBER"),
    ("((555) 010-9999", "((|PUNCT 555|NUMBER )|PUNCT 010-9999|NUMBER"),
    ("(1-800-555-0199 now", "(|PUNCT 1-800-555-0199|PHONE now|WORD"),
    ("05-01-2023 16:40", "05-01-2023|NUMBER 16:40|TIME"),
    ("+1 -1", "+|PUNCT 1|NUMBER -|PUNCT 1|NUMBER"),
    ("jo@x hi@x.1 @x.com", "jo|WORD @x|HANDLE hi|WORD @x.1|HANDLE @x.com|HANDLE"),
    ("-jo@x.org... jo@x.com--", "-|PUNCT jo@x.org|EMAIL ...|PUNCT jo@x.com|EMAIL --|PUNCT"),
    ("mail:jo@x.com,", "mail|WORD :|PUNCT jo@x.com|EMAIL ,|PUNCT"),
    ("4.5@1.375v elm@0.19", "4.5|NUMBER @|PUNCT 1.375|NUMBER v|WORD elm|WORD @|PUNCT 0.19|NUMBER"),
    ("www.example.com.", "www.example.com|URL .|PUNCT"),
    ("(https://x.io)", "(|PUNCT https://x.io|URL )|PUNCT"),
    ("<https://x.io>", "<|PUNCT https://x.io|URL >|PUNCT"),
    ("[a](https://x.io/(b))", "[|PUNCT a|WORD ]|PUNCT (|PUNCT https://x.io/(b)|URL )|PUNCT"),
    ("“https://x.io…”", "“|PUNCT https://x.io|URL …|PUNCT ”|PUNCT"),
    ("https://x.io/a?!🙂", "https://x.io/a|URL ?!|BANG 🙂|EMOJI"),
    ("x.com—great x.com-", "x.com|URL —|PUNCT great|WORD x.com|URL -|PUNCT"),
    ("-x.com a--x.com", "-|PUNCT x.com|URL a|WORD --|PUNCT x.com|URL"),
    ("Thanks.it works", "Thanks|WORD .|PUNCT it|WORD works|WORD"),
    (
        "so…com 5.com e.g.",
        "so|WORD …|PUNCT com|WORD 5|NUMBER .|PUNCT com|WORD e|WORD .|PUNCT g|WORD .|PUNCT",
    ),
    ("http:// http:/x", "http|WORD :|PUNCT //|PUNCT http|WORD :|PUNCT /|PUNCT x|WORD"),
    ("@jo's @jo. @", "@jo|HANDLE '|PUNCT s|WORD @jo|HANDLE .|PUNCT @|PUNCT"),
    ("@7pm @5 @@jo", "@|PUNCT 7pm|TIME @|PUNCT 5|NUMBER @@|PUNCT jo|WORD"),
    (
        "#1 #tag. #a#b # a",
        "#|PUNCT 1|NUMBER #tag|HASHTAG .|PUNCT #a|HASHTAG #b|HASHTAG #|PUNCT a|WORD",
    ),
    ("$ACME/$BTC", "$ACME|CASHTAG /|PUNCT $BTC|CASHTAG"),
    ("bull$hit $ABCDEFG $A1", "bull|WORD $|PUNCT hit|WORD $|PUNCT ABCDEFG|WORD $|PUNCT A1|WORD"),
    ("1️⃣2️⃣🇬🇧🇺🇸😀😀", "1️⃣|EMOJI 2️⃣|EMOJI 🇬🇧|EMOJI 🇺🇸|EMOJI 😀|EMOJI 😀|EMOJI"),
    ("\u20e31", "\u20e31|NUMBER"),
    ("hi!ok ;)", "hi|WORD !|BANG ok|WORD ;|PUNCT )|PUNCT"),
    ("Acme™ 25°C", "Acme|WORD ™|PUNCT 25|NUMBER °|PUNCT C|WORD"),
]


@pytest.mark.parametrize(
    ("text", "kind"), SINGLES, ids=[f"{kind}-{text!a}" for text, kind in SINGLES]
)
def test_kind(text: str, kind: str) -> None:
    """Each kind takes its examples as one token, alone and between words."""
    assert kinds(text) == [(text, kind)]
    if kind not in ("SPACE", "BREAK"):
        assert kinds(f"so {text} so") == [("so", "WORD"), (text, kind), ("so", "WORD")]


@pytest.mark.parametrize(
    ("text", "tokens"), NEAR_MISSES, ids=[ascii(text) for text, _ in NEAR_MISSES]
)
def test_near_miss(text: str, tokens: str) -> None:
    """A text that only resembles a rule's example is not taken by that rule."""
    assert [f"{word}|{kind}" for word, kind in kinds(text)] == tokens.split(" ")


def test_long_local_part() -> None:
    """An e-mail address reaches back over no more than a local part's 64 characters."""
    *_, last = scan("so-" * 40 + "jo@example.com")
    assert last.kind == Kind.EMAIL
    assert 60 < last.text.index("@") <= 64


def test_docstring_table() -> None:
    """Each example in the documented table is one token of its row's kind, and every kind has a
    row.
    """
    rows = re.findall(
        r"^([A-Z]+) +(``.*?``|two blanks, a tab)  ", scanner.__doc__ or "", re.MULTILINE
    )
    rows += re.findall(r"^(TIME|WORD|PRICE) +(``.*``) ", scanner.__doc__ or "", re.MULTILINE)
    assert {kind for kind, _ in rows} == set(Kind.__members__)
    for kind, cell in rows:
        for text in re.findall("``(.+?)``", cell.replace(r"\n", "\n")):
            assert kinds(text) == [(text, kind)]


def test_space_between() -> None:
    """One blank after a token is no token; any other white space is one."""
    assert kinds(" a b  c \t d\xa0e\n f ") == [
        (" ", "SPACE"), ("a", "WORD"), ("b", "WORD"), (" ", "SPACE"), ("c", "WORD"), ("\t ",
        "SPACE"), ("d", "WORD"),
        ("\xa0", "SPACE"), ("e", "WORD"), ("\n ", "BREAK"), ("f", "WORD"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("BUY", Mark.CAPS), ("𝗕𝗨𝗬", Mark.CAPS), ("ＢＵＹ", Mark.CAPS), ("A", Mark.NONE), ("Buy",
        Mark.NONE), ("I", Mark.NONE),
        ("soooo", Mark.ELONGATED), ("soo", Mark.NONE), ("FREEEE", Mark.CAPS | Mark.ELONGATED),
        ("ﬀf", Mark.ELONGATED), ("1000", Mark.NONE),
        ("שלום", Mark.FOREIGN), ("日本", Mark.FOREIGN), ("sаle", Mark.NONE), ("naïve", Mark.NONE),
        ("Łódź", Mark.NONE),
    ],
)  # fmt: skip
def test_mark(text: str, mark: Mark) -> None:
    """Capitals, stretched letters and foreign scripts are marked, look-alikes are not."""
    assert [token.mark for token in scan(text)] == [mark]


SAME = {
    "buy": [
        "𝗕𝗨𝗬",
        "ＢＵＹ",
        "ⓑⓤⓨ",
        "🅱️uy",
        "ᴮᵘʸ",
        "ʙᴜʏ",
        "b\u200bu\u200by",
        "b\u0336u\u0336y\u0336",
        "buу",
        "\u2066buy\u2069",
        "⒝⒰⒴",
    ],
    "sale": ["sаle", "ѕаlе", "SALE", "ꜱᴀʟᴇ", "s\u00adale", "ｓａｌｅ"],
    "cafe": ["café", "cafe\u0301", "CAFÉ"],
    "don't": ["don’t", "don‘t", "donʼt", "don`t", "DON'T", "don'\u200bt"],
    "soo": ["soooo", "SOOOOOOO", "soo\u200boo", "ꜱᴏᴏᴏ"],
    "strasse": ["straße", "STRASSE", "STRAẞE"],
    "find": ["ﬁnd"],
    "mp3": ["mp4", "MP９"],
    "12": ["34", "１２", "٣٤", "1\u200b2"],
    "123456": ["12345", "99999999"],
    "$5": ["£1,200.50", "20€", "20 €"],
    "5%": ["20 %", "１％"],
    "7pm": ["19:30", "8 a.m."],
    "@jo": ["@ann@example.com", "@50cent"],
    "x.com": ["https://y.org/z"],
    "#Sale": ["#sale", "#SALE", "＃ѕale", "#sa\u200ble"],
    "$acme": ["$ACME", "$ａｃｍｅ"],
    "👍": ["👍🏽", "👍\ufe0f"],
    "❤": ["❤️"],
    "!!": ["!!!!", "‼️"],
    "?!": ["!?", "⁉️", "?!?!?"],
    "...": ["…", "....."],
    "-": ["–", "‑"],
    "'": ["’"],
    "\n\n": ["\n \n\n", "\r\n\r\n"],
    "\n": ["\r\n", "\r", "\n  "],
}


@pytest.mark.parametrize(
    ("text", "other"), [(a, b) for a, others in SAME.items() for b in others], ids=ascii
)
def test_same_hash(text: str, other: str) -> None:
    """Ways of writing the same thing match: letter styles, look-alikes, accents, apostrophes,
    stretched letters, amounts.
    """
    assert len(hashes(text)) == 1
    assert hashes(text) == hashes(other)


def test_different_hash() -> None:
    """Things that say different things do not match."""
    texts = (
        "so soo sale sales don't dont 1 12 1,2 24/7 $5 5% 7pm @a #a $a a x.com 👍 👩 👩‍🚒 🇬🇧 🇬 1️⃣"
        " 2️⃣ #️⃣".split(" ")
    )
    texts += [*"# ! !! ? ?? ?! . .. ... - -- — /".split(" "), "\n", "\n\n"]
    found = [hashes(text) for text in texts]
    assert all(len(values) == 1 for values in found)
    assert len({values[0] for values in found}) == len(found)


@given(
    st.sampled_from(
        "word café 20% $20 24/7 @name #Tag x.com 👩🏽‍🚒 ... 7pm !! jo@x.com".split(" ")
    ),
    st.data(),
)
def test_zero_width(text: str, data: st.DataObject) -> None:
    """A zero-width character inside a token changes neither its match nor its kind."""
    at = data.draw(st.integers(1, len(text)))
    if text[at - 1] in "@#./\u200d" or text == "...":
        at = len(text)
    hidden = text[:at] + data.draw(st.sampled_from("\u200b\u2060\ufeff\u00ad")) + text[at:]
    if text != "👩🏽‍🚒":
        assert (hashes(hidden), [kind for _, kind in kinds(hidden)]) == (
            hashes(text),
            [kind for _, kind in kinds(text)],
        )


def test_extras() -> None:
    """A hashtag's words and a URL's registered name match by themselves and know their token."""
    words = [
        (hash_text("black"), 1),
        (hash_text("friday"), 1),
        (hash_text("off"), 2),
        (hash_text("a"), 3),
        (hash_text("b"), 3),
    ]
    assert extras("see #BlackFriday #50off #a_b") == words
    assert extras("#straße #strasse")[0][0] == extras("#straße #strasse")[1][0]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("https://www.etsy.com/shop", "etsy"), ("etsy.com", "etsy"), ("https://amzn.to/x", "amzn"),
        ("amzn.to/x", "amzn"),
        ("www.shop.co.uk", "shop"), ("http://a.b.my-shop.com:80", "my-shop"), ("my-shop.com",
        "my-shop"), ("zzzz.com", "zzzz"),
        ("http://localhost", None),
    ],
)  # fmt: skip
def test_host_name(text: str, name: str | None) -> None:
    """A URL gives its registered name, the same with and without a scheme."""
    expected = [] if name is None else [(finish(step(HOST_SEED, hash_text(name))), 0)]
    assert extras(text) == expected


def test_kind_hash() -> None:
    """All prices share the hash of their kind."""
    assert hashes("$20") == [kind_hash(int(Kind.PRICE))]


@given(any_text)
@example("")
@example("\u20e31")
@example("\u200b")
@example("1\ufe0f")
@example("a@b.cc@")
def test_tokens_cover(text: str) -> None:
    """For any text, tokens lie in order, none is empty, and only a blank right after a token is
    left out.
    """
    at = 0
    for token in scan(text):
        assert token.start < token.end <= len(text)
        assert token.text == text[token.start : token.end]
        assert token.start == at or (token.start == at + 1 and at > 0 and text[at] == " ")
        at = token.end
    assert text[at:] in ("", " ")
    assert at > 0 or not text


@given(st.lists(any_text, min_size=1, max_size=5))
def test_batch(texts: list[str]) -> None:
    """A post scans alike alone and among others, whatever the arrays held before."""
    room = TokenRoom()
    for text in texts:
        assert scan_text(rule_tables(), text, room) == scan_text(rule_tables(), text)


@given(any_text)
def test_surrogates(text: str) -> None:
    """Replacing unpaired surrogates by U+FFFD moves no token and changes no match."""
    clean = re.sub("[\ud800-\udfff]", "\ufffd", text)
    assert [token[1:] for token in scan(text)] == [token[1:] for token in scan(clean)]
    assert hashes(text) == hashes(clean)


@pytest.mark.parametrize(
    ("unit", "length", "count"),
    [
        ("😀", 100_000, 100_000), ("👩🏽‍🚒", 100_000, 25_000), ("🇬🇧", 100_000, 50_000), ("@",
        1_000_000, 1), ("a", 1_000_000, 1),
        ("1", 1_000_000, 1), ("a.", 1_000_000, 1_000_000), ("a@", 1_000_000, None), ("\ud800",
        100_000, 1), ("\ud83d\ud83d", 100_000, 1),
        ("\x00", 100_000, 1), ("a\x00", 100_000, 1), (" ", 1_000_000, 1), ("\n", 1_000_000, 1),
        ("#Ab", 999_999, 333_333),
        ("https://x.io/", 1_000_000, 1), ("(", 1_000_000, 1), ("([", 100_000, 100_000), ("9 ",
        100_000, None), ("!?", 1_000_000, 1),
    ],
)  # fmt: skip
def test_wall(unit: str, length: int, count: int | None) -> None:
    """A wall of one thing goes through the compiled code whole, with as many tokens as it holds."""
    text = (unit * length)[:length]
    _, ends, *_ = scan_text(rule_tables(), text)
    assert count is None or len(ends) == count
    assert ends[-1] in (length, length - 1)


SHAPES = [
    *"😀 👩‍ 🇬 @ x a. a@ 1- +1 ( ([ (1 http:// a:// :// #A #_1 a.b.c/d : \u200b $a @1. !\u200b a-"
    " a.com@ a.c- https://a( a://a,b".split(" "),
    *"a' a\u200b' 1\u200b,\u200b \ufe0f1 $\u200b 0. (0 +( a.it/ www. @a- _a@ a.com a.com- p.m ﬁ ½/"
    " ‼️ … a— @a.b@ +1a ) 9)".split(" "),
    *("..", "-a.", "y.\u200b", "http://a...", "9 ", "5 a", "a ", "\n\r ", "$ ", "1 %", "8 a."),
]
# Blocks of instructions for a character: most where a phone number may begin, for LONGEST_PHONE
# characters are looked at there. Plain English takes 44.
MOST_BLOCKS = 900


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], int]:
    """Return what counts the blocks of instructions that the scanner runs for a text."""
    counting, blocks = counted(scanner.__name__, tmp_path_factory.mktemp("counted"))
    tables = counting.RuleTables(fold_table(), domain_table())

    def count(text: str) -> int:
        blocks()
        counting.scan_text(tables, text)
        return blocks()

    return count


@pytest.mark.parametrize("unit", SHAPES, ids=ascii)
def test_linear(unit: str, work: Callable[[str], int]) -> None:
    """Work on a hostile shape is bounded by a constant times its length, and doubles with it."""
    short = unit * (1600 // len(unit))
    assert work(short + short) <= MOST_BLOCKS * 2 * len(short)
    assert work(short + short) <= 2.1 * work(short) + 300


@given(
    before=hostile,
    unit=st.lists(st.sampled_from(UNITS), min_size=1, max_size=6).map("".join),
    after=hostile,
)
def test_linear_mixtures(before: str, unit: str, after: str, work: Callable[[str], int]) -> None:
    """Work on any repeated mixture is bounded by a constant times its length."""
    text = before + (unit * 300)[:300] + after
    assert work(text) <= MOST_BLOCKS * (len(text) + 8)


def test_work_is_counted(work: Callable[[str], int]) -> None:
    """The count is of what is done: the same text takes the same, twice the text twice as much."""
    once, twice = work("plain words " * 100), work("plain words " * 200)
    assert once == work("plain words " * 100)
    assert once > 10 * 1200
    assert once < twice < 2.1 * once
