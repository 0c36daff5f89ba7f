"""Facebook, Instagram and Threads, whose exports are alike."""


def broken(text):
    """Encode text as these exports do: each byte of its UTF-8 as a character."""
    return text.encode().decode("latin-1")


def test_facebook_posts_and_comments(read):
    """Text stands in the data or with a picture; mis-encoded text is repaired; a check-in has none."""
    posts = [
        {"timestamp": 1700000000, "data": [{"post": broken("Café offen 🎉")}], "title": "Ana"},
        {"timestamp": 1700000001, "data": [], "title": "Ana recommends Bo."},
        {"timestamp": 1700000002, "attachments": [{"data": [{"media": {"description": "a mug"}}, {"external_context": {"url": "https://m.example"}}]}]},
        "odd",
    ]  # fmt: skip
    comment = {"timestamp": 1700000003, "data": [{"comment": {"comment": broken("schön"), "author": "Ana E", "timestamp": 1}}]}
    person = {"profile_v2": {"name": {"full_name": broken("Zoë E")}}}
    found = read(
        "facebook.zip",
        {
            "your_facebook_activity/posts/your_posts__check_ins__photos_and_videos_1.json": posts,
            "your_facebook_activity/comments_and_reactions/comments.json": {"comments_v2": [comment]},
            "personal_information/profile_information/profile_information.json": person,
        },
    )
    assert found.format == "facebook"
    assert [(post.text, post.kind, post.author) for post in found] == [
        ("schön", "comment", "Ana E"),
        ("Café offen 🎉", "post", "Zoë E"),
        (None, "post", "Zoë E"),
        ("a mug", "post", "Zoë E"),
    ]
    assert found[3].url == "https://m.example"
    assert found.rejects == [(4, "not a post")]


def test_instagram_captions_wherever_they_stand(read):
    """A picture holds its caption, of several it stands beside them; a post without one has an empty text."""
    posts = [
        {"media": [{"uri": "media/1.jpg", "creation_timestamp": 1700000000, "title": broken("mug 🍵")}]},
        {"media": [{"uri": "a", "title": ""}, {"uri": "b"}], "title": "two mugs", "creation_timestamp": 1700000001},
        {"media": [{"uri": "c", "creation_timestamp": 1700000002, "title": ""}]},
    ]
    comment = {"string_map_data": {"Comment": {"value": broken("très beau")}, "Time": {"timestamp": 1700000003}}}
    reel = {"media": [{"uri": "r", "creation_timestamp": 5, "title": "reel"}]}
    files = {
        "your_instagram_activity/media/posts_1.json": posts,
        "your_instagram_activity/comments/post_comments_1.json": [comment],
        "your_instagram_activity/media/reels.json": {"ig_reels_media": [reel]},
        "personal_information/personal_information.json": {"profile_user": [{"string_map_data": {"Username": {"value": "ana.mugs"}}}]},
    }
    found = read("instagram.zip", files)
    assert found.format == "instagram"
    assert sorted((post.text, post.kind) for post in found) == [
        ("", "post"), ("mug 🍵", "post"), ("reel", "post"), ("très beau", "comment"), ("two mugs", "post"),
    ]  # fmt: skip
    assert {post.author for post in found} == {"ana.mugs"}
    assert next(post for post in found if post.text == "two mugs").created.timestamp() == 1700000001


def test_threads(read):
    """The text of a post stands as the title of its medium."""
    item = {"media": [{"uri": "", "creation_timestamp": 1700000000, "title": broken("hé")}]}
    found = read("threads_and_replies.json", {"text_post_app_text_posts": [item]})
    assert (found.format, found.texts, found[0].created.timestamp()) == ("threads", ["hé"], 1700000000)
