"""Pages and other markup, told by their structure, and the platform that wrote them."""

import re
from collections.abc import Sequence

from givesell.archives.recognition import remedies
from givesell.archives.recognition.lookalike import Lookalike

_BEFORE = re.compile(rb"(?:\s|<!--.*?-->)*+", re.DOTALL)
_PAGE = re.compile(rb"<!doctype\s+html|<(?:html|head|body)(?:\s[^<>]*)?>\s*(?:<|$)", re.IGNORECASE)
_XML = re.compile(
    rb"<\?xml\s|<!doctype\s+\w|<(?:rss|feed|svg|plist|kml|gpx|smses|opml|urlset|mediawiki)(?:\s[^<>]*)?>\s*(?:<|$)",
    re.IGNORECASE,
)
_PROLOGUE = re.compile(rb"<\?xml[^>]*\?>(?:\s|<!--.*?-->)*+", re.DOTALL)
_TAG = re.compile(rb"</?[A-Za-z][\w:.-]*(?:\s[^<>]*)?/?>")
_ELEMENT = re.compile(rb"<[A-Za-z][\w:.-]*(?:\s[^<>]*)?/?>")
# How many tags make a piece of a page, and which share of its lines hold nothing else.
_FEWEST, _BARE = 10, 0.25
_HTML = "a web page (HTML)"

# What stands in the pages of a platform alone.
_WRITTEN_BY: tuple[tuple[str, str, re.Pattern[bytes]], ...] = (
    (
        "of Telegram Desktop",
        remedies.TELEGRAM,
        re.compile(
            rb'class="page_wrap|class="message (default|service)|<title>Exported Data</title>'
        ),
    ),
    (
        "of Facebook or Instagram",
        remedies.META,
        re.compile(rb'uiBoxWhite noborder|class="[^"]*\b_a6-[ghop]\b|cdninstagram\.com|fbcdn\.net'),
    ),
    ("of DiscordChatExporter", remedies.DISCORD, re.compile(rb"chatlog__message")),
    (
        "of an X archive or of x.com",
        remedies.X,
        re.compile(rb"__THAR_CONFIG|abs(-0)?\.twimg\.com|window\.YTD\."),
    ),
    (
        "of Google Takeout",
        remedies.TAKEOUT,
        re.compile(rb"mdl-typography|content-cell mdl-cell|<title>(My Activity|YouTube)"),
    ),
    ("of YouTube", remedies.TAKEOUT, re.compile(rb"ytInitialData|i\.ytimg\.com")),
    ("of LinkedIn", remedies.LINKEDIN, re.compile(rb"licdn\.com|<title>[^<]*LinkedIn")),
    ("of TikTok", remedies.TIKTOK, re.compile(rb"tiktokcdn|<title>[^<]*TikTok")),
    (
        "of Reddit",
        remedies.REDDIT,
        re.compile(rb"redditstatic\.com|<title>[^<]*Reddit", re.IGNORECASE),
    ),
    (
        "of Mastodon",
        remedies.MASTODON,
        re.compile(rb"<div id=.mastodon.|property=.og:site_name. content=.[^'\"]*Mastodon"),
    ),
    ("of Bluesky", remedies.BLUESKY, re.compile(rb"<title>[^<]*Bluesky|cdn\.bsky\.app")),
)
_NAMED = (
    (
        re.compile(r"(^|/)your_(instagram|facebook)_activity/|(^|/)(start_here|index)\.html$"),
        "of Facebook or Instagram",
        remedies.META,
    ),
    (re.compile(r"(^|/)messages\d*\.html$"), "of Telegram Desktop", remedies.TELEGRAM),
    (re.compile(r"takeout|youtube", re.IGNORECASE), "of Google Takeout", remedies.TAKEOUT),
)


def markup_of(data: bytes) -> Lookalike | None:
    r"""Return what a page, a piece of one or XML is, or None for anything else.

    Posts with tags in them are text: a page has a head that no post has, or lines of tags alone.

    Parameters
    ----------
    data : bytes
        The beginning of a file.

    Returns
    -------
    Lookalike or None

    Examples
    --------
    >>> markup_of(b"<!DOCTYPE html><title>Exported Data</title>").what
    'a web page (HTML) of Telegram Desktop'
    >>> markup_of(b"<3 to all of you\n<b>Sale</b> today")
    """
    data = data[_BEFORE.match(data).end() :]  # type: ignore[union-attr]
    if not data.startswith(b"<"):
        return None
    inner = data[_PROLOGUE.match(data).end() :] if data.startswith(b"<?xml") else data  # type: ignore[union-attr]
    if _PAGE.match(inner):
        return page_by(data)
    if _XML.match(data):
        return Lookalike("XML", remedies.ANY)
    return page_by(data) if _ELEMENT.match(data) and _is_piece(data) else None


def page_by(data: bytes, names: Sequence[str] | None = None) -> Lookalike:
    """Return a page, with the platform that wrote it.

    Parameters
    ----------
    data : bytes
        Its beginning, or that of one of several.
    names : sequence of str, optional
        Those of all of them.

    Returns
    -------
    Lookalike
    """
    for by, advice, mark in _WRITTEN_BY:
        if mark.search(data):
            return Lookalike(f"{_HTML} {by}", advice)
    for pattern, by, advice in _NAMED:
        if any(map(pattern.search, names or ())):
            return Lookalike(f"{_HTML} {by}", advice)
    return Lookalike(_HTML, remedies.ANY)


def _is_piece(data: bytes) -> bool:
    tags = _TAG.findall(data)
    if len(tags) < _FEWEST:
        return False
    lines = [line for line in data.split(b"\n") if line.strip()]
    bare = sum(not _TAG.sub(b"", line).strip() for line in lines)
    return bare >= _BARE * len(lines) or (len(lines) < 4 and sum(map(len, tags)) * 3 > len(data))
