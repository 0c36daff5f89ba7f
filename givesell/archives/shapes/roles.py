"""Which column of a table holds which part of a post: as a scraper named them, or by the names
that people give.
"""

import difflib
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from givesell.archives.shapes.all_shapes import column_of, shape_of_table
from givesell.archives.shapes.shape import fold
from givesell.errors import ArgumentError, ArgumentTypeError, DataError

# The column with title and text together; see `givesell.archives.shapes.table_posts`.
COMPOSED = "post_text"
TEXT_NAMES = ("text", "post", "body", "content", "message", "tweet")
# What columns of posts are called, as `fold` writes them: a name of an earlier row is taken before
# all of a later one.
_TEXTS = (
    ("fulltext", "rawcontent", "textoriginal", "tweettext", "posttext", "commenttext",
    "messagetext", "tweetcontent", "postcontent"),
    ("text", "texto", "texte", "testo", "tekst", "metin", "текст", "文本", "正文", "本文",
    "テキスト", "텍스트", "본문", "نص", "النص"),
    (
        "post", "body", "content", "message", "tweet", "caption", "comment", "postmessage",
        "sharecommentary", "commentary",
        "textdisplay",
        "nachricht", "beitrag", "inhalt", "kommentar", "mensaje", "publicación", "publicacion",
        "contenido", "comentario",
        "contenu", "publication", "commentaire", "messaggio", "contenuto", "commento", "bericht",
        "inhoud", "reactie",
        "mensagem", "publicação", "conteúdo", "comentário", "legenda", "сообщение", "пост",
        "комментарий", "wiadomość", "treść",
        "komentarz",
        "内容", "微博正文", "评论", "投稿", "メッセージ", "コメント", "내용", "게시글", "댓글",
        "mesaj", "içerik", "yorum",
    ),
)  # fmt: skip
# What the other columns are called, in order of preference.
_NAMES: dict[str, tuple[str, ...]] = {
    "id": ("id", "postid", "tweetid", "idstr", "statusid", "messageid", "commentid", "ids", "uri"),
    "author": (
        "author", "user", "username", "screenname", "handle", "authorusername", "userusername",
        "userscreenname", "authorname",
        "authorhandle", "ownerusername", "authordisplayname", "account", "accountname", "profile",
        "profilename", "pagename", "sender",
        "senderscreenname", "from", "fromname", "userid", "authorid", "creator", "poster",
        "postedby", "channeltitle",
        "autor", "autora", "auteur", "autore", "verfasser", "benutzer", "benutzername", "nutzer",
        "nutzername", "absender", "konto",
        "usuario", "usuário", "utilisateur", "utente", "gebruiker", "gebruikersnaam", "автор",
        "пользователь", "użytkownik",
        "作者", "用户", "用户名", "昵称", "投稿者", "ユーザー", "ユーザー名", "작성자",
        "사용자", "yazar", "kullanıcı", "name",
        "nombre",
        "nom",
    ),
    "created": (
        "created", "createdat", "datetime", "date", "timestamp", "time", "createdutc", "published",
        "publishedat", "createdtime",
        "createtimeiso", "createtime", "createddate", "createdon", "creationdate", "datecreated",
        "publishdate", "publisheddate",
        "publishtime", "publicationdate", "pubdate", "postedat", "posteddate", "dateposted",
        "postdate", "posttime", "postcreated",
        "posted",
        "senton", "sentat", "takenat", "tweetcreatedat", "tweetdate", "tweettimestamp", "dateutc",
        "unixtimestamp", "when",
        "fecha", "fechahora", "fechadepublicación", "datum", "zeit", "zeitpunkt", "zeitstempel",
        "erstelltam", "veröffentlicht",
        "veröffentlichtam", "datedepublication", "horodatage", "dataora", "datahora",
        "datadepublicação", "дата", "время", "czas",
        "日期", "时间", "发布时间", "日付", "日時", "投稿日時", "날짜", "작성일", "작성시간",
        "tarih", "التاريخ",
    ),
    "clock": (
        "time", "hour", "clock", "timeofday", "hora", "uhrzeit", "zeit", "heure", "ora", "tijd",
        "время", "godzina", "时间", "時刻",
        "時間", "시간", "saat",
    ),
    "platform": (
        "platform", "network", "socialnetwork", "socialplatform", "plattform", "netzwerk",
        "plataforma", "plateforme", "réseau",
        "piattaforma", "платформа", "平台", "プラットフォーム", "플랫폼", "source",
    ),
    "url": (
        "url", "permalink", "link", "posturl", "postlink", "tweeturl", "tweetlink",
        "tweetpermalink", "postpermalink", "weburl", "enlace",
        "lien", "ссылка", "链接", "リンク",
    ),
    "kind": ("kind", "type", "posttype", "tweettype"),
}  # fmt: skip
# A day alone, beside which the hour may stand in a column of its own.
_DAYS = frozenset(
    {
        "date",
        "fecha",
        "datum",
        "data",
        "дата",
        "日期",
        "日付",
        "날짜",
        "tarih",
        "posteddate",
        "createddate",
        "postdate",
    }
)
# "data" is a date in these tables, and anything elsewhere.
_ROMANCE = frozenset(
    {
        "texto",
        "testo",
        "mensagem",
        "messaggio",
        "autor",
        "autore",
        "publicação",
        "conteúdo",
        "contenuto",
        "comentário",
        "commento",
    }
)


# What a header says of its times: "Date (GMT)".
_IN_UTC = re.compile(r"\s*[(\[](?:utc|gmt)[)\]]\s*$", re.IGNORECASE)
# What somebody may call a part instead.
_OTHERS = {
    "time": "created",
    "date": "created",
    "timestamp": "created",
    "user": "author",
    "link": "url",
    "network": "platform",
    "type": "kind",
}


def find_text_column(names: Sequence[str], wanted: str | None, path: Path) -> str:
    """Return the column that holds the posts.

    Parameters
    ----------
    names : sequence of str
        The columns there are.
    wanted : str or None
        The column asked for; None takes the one that a known scraper has its posts in, or that is
        named as posts are: ``full_text`` before ``text``, and that before any other name.
    path : Path
        The file, for the error.

    Returns
    -------
    str

    Raises
    ------
    DataError
        E301 if it is not there, with a near match; E508 if several could be meant.

    Examples
    --------
    >>> (
    ...     find_text_column(["Fecha", "Texto"], None, Path("posts.csv")),
    ...     find_text_column(["text", "body"], None, Path("posts.csv")),
    ... )
    ('Texto', 'text')
    """
    if wanted is not None:
        return _named(names, wanted, path)
    folded = _folded(names)
    shape = shape_of_table(names)
    if shape is not None:
        column = column_of(
            (*((COMPOSED,) if shape.title else ()), *shape.text, *shape.title), folded
        )
        if column is not None:
            return column
    for row in _TEXTS:
        found = [name for name in names if fold(name) in row]
        if len(found) == 1:
            return found[0]
        if found:
            raise DataError("E508", path=path, choice=", ".join(map(repr, found)))
    hint = " Name the column of posts with --text-column."
    likely = [
        name for name in names if any(part in fold(name) for row in _TEXTS[:2] for part in row[:2])
    ] or [
        name
        for name in names
        if fold(name) in ("title", "description", "headline", "titel", "título", "titre", "titolo")
    ]
    if likely:
        hint = f" Is it {likely[0]!r}? Then say --text-column {likely[0]!r}."
    raise DataError("E301", column="text", where=f" in {path}", columns=_shown(names), hint=hint)


def find_roles(names: Sequence[str], columns: Mapping[str, str] | None = None) -> dict[str, str]:
    """Tell which column holds which part of the posts.

    Parameters
    ----------
    names : sequence of str
    columns : mapping of str to str, optional
        What the caller has said, a column for a part.

    Returns
    -------
    dict of str to str
        The column of each part that has one: ``id``, ``author``, ``created``, ``clock`` (the hour,
        where it stands beside a date), ``zone`` (beside an hour), ``platform``, ``url`` and
        ``kind``.

    Examples
    --------
    >>> find_roles(["Date", "text", "username"])
    {'author': 'username', 'created': 'Date'}
    >>> find_roles(["fecha", "hora", "texto", "autor"])
    {'author': 'autor', 'created': 'fecha', 'clock': 'hora'}
    """
    folded = _folded(names)
    shape = shape_of_table(names)
    found: dict[str, str | None] = {}
    for role, wanted in _NAMES.items():
        if shape is not None and (
            role == "kind" or (role == "platform" and (shape.platform or not shape.network))
        ):
            continue
        told = shape.roles.get(role, ()) if shape is not None else ()
        found[role] = column_of(told, folded) or next(
            (folded[name] for name in wanted if name in folded), None
        )
    if found["created"] is None and _ROMANCE & folded.keys():
        found["created"] = folded.get("data")
    if shape is None or not shape.clock:
        found["clock"] = found["clock"] if fold(found["created"] or "") in _DAYS else None
    elif fold(found["created"] or "") in _DAYS:
        found["zone"] = column_of(shape.zone, folded)
    if found["clock"] == found["created"]:
        found["clock"] = None
    if columns:
        found |= columns
        if "created" in columns and "clock" not in columns:
            found["clock"] = None
    if found["clock"] is None:
        found.pop("zone", None)
    return {role: name for role, name in found.items() if name is not None}


def columns_of(columns: object) -> dict[str, str] | None:
    """Return the columns that a caller has named, a column for a part.

    Parameters
    ----------
    columns : object
        A mapping of str to str or None.

    Returns
    -------
    dict of str to str or None

    Raises
    ------
    ArgumentTypeError
        E206 if it is no mapping of str to str.
    ArgumentError
        E530 for a part that posts do not have.
    """
    if columns is None:
        return None
    if not isinstance(columns, Mapping) or not all(
        isinstance(word, str) for pair in columns.items() for word in pair
    ):
        raise ArgumentTypeError(
            "E206",
            argument="columns",
            expected="a mapping of parts to columns, such as {'created': 'When'}",
            type=type(columns).__name__,
        )
    for part in columns:
        if part not in _NAMES:
            near = difflib.get_close_matches(part.lower(), [*_NAMES, *_OTHERS], n=1)
            hint = f" Did you mean {_OTHERS.get(near[0], near[0])!r}?" if near else ""
            raise ArgumentError("E530", part=part, known=", ".join(map(repr, _NAMES)), hint=hint)
    return dict(columns)


def check_columns(names: Sequence[str], columns: Mapping[str, str] | None, path: Path) -> None:
    """See to it that the columns that the caller has named are there.

    Parameters
    ----------
    names : sequence of str
    columns : mapping of str to str or None
        See `find_roles`.
    path : Path
        The file, for the error.

    Raises
    ------
    DataError
        E301 if one is not there, with a near match.
    """
    for column in (columns or {}).values():
        _named(names, column, path)


def _folded(names: Sequence[str]) -> dict[str, str]:
    """Return the columns by their folded names, also without a zone in brackets; of two the
    first.
    """
    return {fold(_IN_UTC.sub("", name)): name for name in reversed(names)} | {
        fold(name): name for name in reversed(names)
    }


def _named(names: Sequence[str], wanted: str, path: Path) -> str:
    if wanted in names:
        return wanted
    folded = {name.strip().lower(): name for name in reversed(names)}
    near = difflib.get_close_matches(wanted.strip().lower(), folded, n=1)
    hint = f" Did you mean {folded[near[0]]!r}?" if near else ""
    raise DataError("E301", column=wanted, where=f" in {path}", columns=_shown(names), hint=hint)


def _shown(names: Sequence[str]) -> str:
    return ", ".join(map(repr, names[:40])) + (", …" if len(names) > 40 else "")
