"""What tables call the columns that hold posts and their parts, in many languages."""

TEXT_NAMES = ("text", "post", "body", "content", "message", "tweet")
# What columns of posts are called, as `fold` writes them: a name of an earlier row is taken before
# all of a later one.
TEXT_COLUMNS = (
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
PART_COLUMNS: dict[str, tuple[str, ...]] = {
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
# A day alone, beside which the hour may be in another column.
DAY_COLUMNS = frozenset(
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
ROMANCE_COLUMNS = frozenset(
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
