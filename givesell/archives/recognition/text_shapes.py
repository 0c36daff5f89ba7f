"""Text that is not written to be read as posts: code, settings, logs, mail, subtitles, and other
forms that have a structure.

Each is told by what most of its lines are, never by how it begins alone: a post may begin with
anything.
"""

import itertools
import re
from collections.abc import Sequence

from givesell.archives.recognition import remedies
from givesell.archives.recognition.lookalike import Lookalike

_LOOKED, _MOST_LINES = 1 << 16, 2_000
_CODE, _SQL = "source code", "a dump of a database (SQL)"

# Endings of names that files of posts do not have.
_ENDINGS = {
    "a web page": "html htm xhtml mhtml mht",
    "XML": "xml rss atom xsl xsd plist kml gpx svg",
    "JavaScript": "js mjs cjs ts tsx jsx",
    _CODE: (
        "css scss less py ipynb rb php java kt swift go rs c h cc cpp hpp cs sh bash zsh ps1 bat"
        " cmd sql r jl lua pl"
    ),
    "settings": "yaml yml toml ini cfg conf env properties lock",
    "mail": "eml mbox",
    "subtitles": "srt vtt ass ssa sub lrc",
    "a log": "log",
    "contacts or a calendar": "vcf ics",
}
_BY_ENDING = {ending: what for what, endings in _ENDINGS.items() for ending in endings.split()}

_STARTS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"#!\s*/\S+|<\?php\b"), _CODE),
    (
        re.compile(
            r"[\"']use strict[\"'];|\(function\s*\(|!function\s*\("
            r"|(?:module\.)?exports\.?\w*\s*=\s*[\w{\[(]"
        ),
        "JavaScript",
    ),
    (
        re.compile(
            r"(?:export\s+default|(?:(?:var|let|const)\b\s*+[\w$]*+|(?=\w++\.)[\w.$]++)\s*+=)"
            r"\s*[\[{(]\s*(?:[\"'{\[\]}\w]|$)"
        ),
        "JavaScript",
    ),
    (re.compile(r"WEBVTT\b|\[Script Info\]|\d+\s*\n\d\d:\d\d:\d\d[,.]\d{1,3} --> "), "subtitles"),
    (re.compile(r"BEGIN:V(?:CARD|CALENDAR)\b"), "contacts or a calendar"),
    (re.compile(r"-----BEGIN [A-Z ]+-----\s*\n"), "a key or certificate"),
    (re.compile(r"version https://git-lfs\.github\.com/spec/"),
    "a pointer of Git LFS to a file that is not here"),
    (re.compile(r"diff --git |--- \S.*\n\+\+\+ \S.*\n@@ "), "a change of code (diff)"),
    (re.compile(r"\\documentclass\b|%.*\n\\documentclass\b"), "LaTeX"),
    (re.compile(r"#EXTM3U\b"), "a playlist"),
    (re.compile(r"WARC/\d"), "a web archive (WARC)"),
    (re.compile(r"d8:announce\d"), "a torrent"),
    (re.compile(r"From \S+ .*\d\d:\d\d(?::\d\d)?.*\n[\w-]+: "), "mail"),
    (
        re.compile(
            r"-- (?:MySQL dump|PostgreSQL database dump|phpMyAdmin)"
            r"|--\s*\n-- PostgreSQL database dump"
        ),
        _SQL,
    ),
)  # fmt: skip
_LISTS: tuple[tuple[re.Pattern[str], Lookalike], ...] = (
    (
        re.compile(r"\s*Date: \d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?: UTC)?\r?\n[A-Z][\w ]*: "),
        Lookalike("a list of TikTok in the format TXT", remedies.TIKTOK),
    ),
    (
        re.compile(r"\s*>>> Chat History with "),
        Lookalike("private messages of TikTok", remedies.TIKTOK),
    ),
    (
        re.compile(r"[^\n]{0,200}\n(?:Saved on|保存日時)\s?[:：] ?\d{4}/"),
        Lookalike("a chat of LINE", remedies.NONE),
    ),
    (
        re.compile(r"[^\n]{0,80}\r?\n(?:Date Saved|저장한 날짜) ?: "),
        Lookalike("a chat of KakaoTalk", remedies.NONE),
    ),
    (
        re.compile(r"\s*={20,}\r?\nGuild: .*\r?\nChannel: "),
        Lookalike("a chat of Discord in the format TXT", remedies.DISCORD),
    ),
)

_LINES: tuple[tuple[re.Pattern[str], float, int, str], ...] = (
    # Of the lines that are not blank such a share, and at least so many, are of this form.
    (re.compile(r'\S+ \S+ \S+ \[\d\d/\w{3}/\d{4}[: ][^\]]*\] "'), 0.6, 3, "a log of a web server"),
    (
        re.compile(
            r".{0,60}\d\d:\d\d.{0,60}"
            r"\b(?:TRACE|DEBUG|INFO|NOTICE|WARN(?:ING)?|ERROR|FATAL|CRITICAL)\b"
        ),
        0.6, 3, "a log",
    ),
    (re.compile(r"(?:<\d+>)?[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \S+ [\w./-]+(?:\[\d+\])?: "), 0.6,
    3, "a log"),
    (re.compile(r"\[\d\d:\d\d[.:]\d\d+\]|\[(?:ti|ar|al|by|offset):"), 0.8, 3, "subtitles"),
    (re.compile(r"\{\d+\}\{\d+\}"), 0.8, 3, "subtitles"),
    (re.compile(r"[A-Za-z0-9+/]{60,76}={0,2}$"), 0.9, 4, "encoded data (base64)"),
    (re.compile(r"\s*(?:[\[{(]\s*)?u?'\w+':\s|\s*[\[(]?\{'\w+':"), 0.5, 1,
    "objects as Python prints them"),
    (re.compile(r'\s*(?:[\[{,]\s*)*"[\w $.@-]+"\s*:\s|\s*[\[\]{}]+,?\s*$'), 0.6, 2,
    "JSON that is damaged"),
    (
        re.compile(
            r"(?:INSERT INTO|CREATE (?:TABLE|INDEX|UNIQUE)|(?:ALTER|DROP|LOCK) TABLE)\b"
            r"|\s*\(.*\)[,;]$"
        ),
        0.6, 3, _SQL,
    ),
)  # fmt: skip

# Lines that only code has, and lines that are frequent in it.
_HARD = re.compile(
    r"\s*(?:import [\w.*{]+(?:;|,.*| as \w+| from .*|.*;)?|from [\w.]+ import .+|(?:async )?def"
    r" \w+\(.*"
    r"|class \w+(?:\(.*\)|[ :<]+(?:extends|implements|public)\b.*)?\s*[:{]|@\w[\w.]*(?:\(.*\))?"
    r"|(?:export |async |public |private |protected |static"
    r" )+\w.*|function\b.*\(.*|(?:const|let|var) [\w{\[].*[=;].*"
    r"|#(?:include\s*[<\"]|define \w|ifn?def \w|endif\b|pragma \w).*|package [\w.]+;?|using"
    r" [\w.:]+;|func \w*\(?.*\{|fn \w+.*\{"
    r"|@(?:media|import|charset|font-face)\b.*"
    r"|SELECT .* FROM .*|[.#]?[\w-]+(?:["
    r" ,>:.#\[][^{};]*)?\{[^{}]*\}?|return\b.*;|\w[\w.$\[\]]*\s*(?::=|[+*/|-]?=)\s*.+;"
    r"|\}\s*(?:else|catch|while)\b.*|\};?,?|\);?|\*/)\s*$"
)
_SOFT = re.compile(
    r".*[;{}]\s*$|\s*(?://|/\*|\*(?: |/|$)|#\s|<!--|--\s).*"
    r"|\s*(?:return|raise|yield|await|throw|assert|del|if|elif|for|while|with|try|except|else|switch|case)\b.*[:({;]\s*$"
    r"|\s*(?:return|raise|yield|pass|break|continue)\b[^.!?]*$|\s*[\w.\[\]\"']+\s*[+*/|-]?=\s*\S.*|\s*[\w.]+\(.*\)?[,:]?\s*$"
    r"|\s*[\w-]+\s*:\s*[^;]+;|\s*[)\]}]+[,;:]*\s*$|\s*[\"'].*[\"'],?\s*$"
)
# Closed or not, so that none is looked for again from each of many beginnings.
_REMARK = re.compile(
    r'/\*[^*]*+(?:\*(?!/)[^*]*+)*+(?:(?P<end>\*/)|\Z)|"""[^"\\]*+(?:(?:\\.|"(?!""))[^"\\]*+)*+(?:(?P<close>""")|\\?\Z)',
    re.DOTALL,
)
_SIGN = re.compile(r"[{};=()!&|]")
_PROSE, _REMARKED = (
    re.compile(r"(?:[^\s{}\[\];=<>|]+\s+){7,}"),
    re.compile(r"\s*(?:#\s|//|\*|--|<!--|[\"'])"),
)

_HEADER = re.compile(
    r"(From|To|Cc|Subject|Date|Received|Message-ID|MIME-Version|Return-Path|Delivered-To"
    r"|Content-Type|X-[\w-]+): ",
    re.IGNORECASE,
)
_SETTING = re.compile(
    r"\s*(?:-\s+)?[\"']?[A-Za-z_][\w./-]*[\"']?\s*(?:=|:(?=\s|$)).*$|\s*-\s.*|\s*[#;].*|\s*\[\[?[\w.\""
    r" :-]+\]\]?\s*$|---\s*$"
)
_OPENS, _SECTION, _SET = (
    re.compile(r"\s*(?:-\s+)?[\w./-]+:\s*$"),
    re.compile(r"\[\[?[\w.\" :-]+\]\]?\s*$"),
    re.compile(r"[\w.-]+\s*="),
)
_VARIABLE = re.compile(r"(?:export )?[A-Z][A-Z0-9_]*=\S*")


def shape_of(data: bytes, name: str = "") -> Lookalike | None:
    r"""Return what a text is that is no plain text, or None.

    Parameters
    ----------
    data : bytes
        The beginning of a file, in UTF-8.
    name : str, optional
        The file's, in small letters.

    Returns
    -------
    Lookalike or None

    Examples
    --------
    >>> shape_of(b"import os\n\ndef run():\n    return os.getcwd()\n").what
    'source code'
    >>> shape_of(b"import duties are up again; order today\nThanks to all of you!\n")
    """
    text = data[:_LOOKED].decode("utf-8", "replace").lstrip("\ufeff \t\r\n")
    lines = [line for line in text.split("\n")[:_MOST_LINES] if line.strip()]
    # The last line may be cut.
    lines = [
        line.rstrip("\r")
        for line in (lines[:-1] if len(data) > _LOOKED and len(lines) > 1 else lines)
    ]
    listed = list_of(text)
    if listed is not None:
        return listed
    what = (
        next((what for start, what in _STARTS if start.match(text)), None)
        or _mostly(lines)
        or _code(text)
        or _settings(lines)
    )
    if what is None and _is_mail(lines):
        what = "mail"
    if what is None:
        what = _BY_ENDING.get(name.rpartition(".")[2]) if "." in name else None
        what = what and f"{what}, by its name"
    return what and Lookalike(what, remedies.NONE)  # type: ignore[return-value]


def list_of(text: str) -> Lookalike | None:
    r"""Return what list or chat of a platform a text is, or None.

    Parameters
    ----------
    text : str
        Its beginning.

    Returns
    -------
    Lookalike or None

    Examples
    --------
    >>> list_of("Date: 2024-03-01 09:05:00 UTC\nComment: so proud\n").what
    'a list of TikTok in the format TXT'
    """
    return next((look for start, look in _LISTS if start.match(text)), None)


def _mostly(lines: Sequence[str]) -> str | None:
    for pattern, share, fewest, what in _LINES:
        count = sum(pattern.match(line) is not None for line in lines)
        if count >= max(fewest, share * len(lines)):
            return what
    return None


def _code(text: str) -> str | None:
    # What is said about code is prose.
    bare = _REMARK.sub(lambda found: "" if found["end"] or found["close"] else found[0], text)
    lines = [line for line in bare.split("\n")[:_MOST_LINES] if line.strip()]
    hard = sum(_HARD.match(line) is not None for line in lines)
    if hard < 2:
        # Code whose spaces and breaks are taken out is a line or two of signs.
        long, spaces = len(lines) < 5 and len(text) > 400, len(text) - len("".join(text.split()))
        return (
            _CODE
            if long and spaces * 10 < len(text) and len(_SIGN.findall(text)) > 0.08 * len(text)
            else None
        )
    soft = sum(_HARD.match(line) is not None or _SOFT.match(line) is not None for line in lines)
    # A post that quotes code is a post all the same.
    prose = sum(_PROSE.match(line) is not None and not _REMARKED.match(line) for line in lines)
    return (
        _CODE
        if soft >= 0.5 * len(lines) and hard >= 0.08 * len(lines) and prose <= 0.1 * len(lines)
        else None
    )


def _settings(lines: Sequence[str]) -> str | None:
    if len(lines) < 3 or sum(_SETTING.match(line) is not None for line in lines) < 0.9 * len(lines):
        return None
    nested = any(
        _OPENS.match(line) and after.startswith((" ", "-"))
        for line, after in itertools.pairwise(lines)
    )
    sections = any(map(_SECTION.match, lines)) and any(map(_SET.match, lines))
    return "settings" if nested or sections or all(map(_VARIABLE.match, lines)) else None


def _is_mail(lines: Sequence[str]) -> bool:
    """Whether a file begins with four headers of mail, some of which may go on in a second line."""
    names: set[str] = set()
    for line in lines[:20]:
        found = _HEADER.match(line)
        if found:
            names.add(found[1].lower())
        elif not line.startswith((" ", "\t")):
            break
    return len(names) >= 4 and "from" in names
