"""Facebook, Instagram and Threads, whose exports are alike."""

import pytest

import givesell
from givesell.errors import GivesellError


def broken(text):
    """Encode text as these exports do: each byte of its UTF-8 as a character."""
    return text.encode().decode("latin-1")


def test_facebook_posts_and_comments(read):
    """Text stands in the data or with a picture; mis-encoded text is repaired; a check-in has
    none.
    """
    posts = [
        {"timestamp": 1700000000, "data": [{"post": broken("Café offen 🎉")}], "title": "Ana"},
        {"timestamp": 1700000001, "data": [], "title": "Ana recommends Bo."},
        {"timestamp": 1700000002, "attachments": [{"data": [{"media": {"description": "a mug"}},
        {"external_context": {"url": "https://m.example"}}]}]},
        "odd",
    ]  # fmt: skip
    comment = {
        "timestamp": 1700000003,
        "data": [{"comment": {"comment": broken("schön"), "author": "Ana E", "timestamp": 1}}],
    }
    person = {"profile_v2": {"name": {"full_name": broken("Zoë E")}}}
    found = read(
        "facebook.zip",
        {
            "your_facebook_activity/posts/your_posts__check_ins__photos_and_videos_1.json": posts,
            "your_facebook_activity/comments_and_reactions/comments.json": {
                "comments_v2": [comment]
            },
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
    """A picture holds its caption, of several it stands beside them; a post without one has an
    empty text.
    """
    posts = [
        {
            "media": [
                {"uri": "media/1.jpg", "creation_timestamp": 1700000000, "title": broken("mug 🍵")}
            ]
        },
        {
            "media": [{"uri": "a", "title": ""}, {"uri": "b"}],
            "title": "two mugs",
            "creation_timestamp": 1700000001,
        },
        {"media": [{"uri": "c", "creation_timestamp": 1700000002, "title": ""}]},
    ]
    comment = {
        "string_map_data": {
            "Comment": {"value": broken("très beau")},
            "Time": {"timestamp": 1700000003},
        }
    }
    reel = {"media": [{"uri": "r", "creation_timestamp": 5, "title": "reel"}]}
    files = {
        "your_instagram_activity/media/posts_1.json": posts,
        "your_instagram_activity/comments/post_comments_1.json": [comment],
        "your_instagram_activity/media/reels.json": {"ig_reels_media": [reel]},
        "personal_information/personal_information.json": {
            "profile_user": [{"string_map_data": {"Username": {"value": "ana.mugs"}}}]
        },
    }
    found = read("instagram.zip", files)
    assert found.format == "instagram"
    assert sorted((post.text, post.kind) for post in found) == [
        ("", "post"), ("mug 🍵", "post"), ("reel", "post"), ("très beau", "comment"), ("two mugs",
        "post"),
    ]  # fmt: skip
    assert {post.author for post in found} == {"ana.mugs"}
    assert next(post for post in found if post.text == "two mugs").created.timestamp() == 1700000001


def test_threads(read):
    """The text of a post stands as the title of its medium."""
    item = {"media": [{"uri": "", "creation_timestamp": 1700000000, "title": broken("hé")}]}
    found = read("threads_and_replies.json", {"text_post_app_text_posts": [item]})
    assert (found.format, found.texts, found[0].created.timestamp()) == (
        "threads",
        ["hé"],
        1700000000,
    )


@pytest.mark.parametrize(
    "marked",
    [
        {"media": [{"title": "yes", "text_app_post": {"is_reply": True}}]},
        {"title": "yes", "text_app_post": {"is_reply": True}},
    ],
)
def test_threads_replies_are_marked(read, marked):
    """The mark stands with a medium, or with the post."""
    other = {
        "media": [
            {"title": "no", "text_app_post": {"is_reply": False, "reply_control": "everyone"}}
        ]
    }
    found = read("threads_and_replies.json", {"text_post_app_text_posts": [marked, other]})
    assert [(post.text, post.kind) for post in found] == [("yes", "reply"), ("no", "post")]


def status(text, **more):
    """Return an entry of Facebook."""
    return {"timestamp": 1700000000, "data": [{"post": text}], **more}


def remark(text):
    """Return a comment of Facebook."""
    return {"timestamp": 1700000000, "data": [{"comment": {"comment": text, "author": "Ana"}}]}


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("your_posts_1.json", [status("hello")], "post"),
        (
            "this_profile's_activity_across_facebook/posts/profile_posts_1.json",
            [status("hello")],
            "post",
        ),
        ("your_posts_1.json", {"status_updates": [status("hello")]}, "post"),
        ("groups/group_posts_and_comments.json", {"group_posts_v2": [status("hello")]}, "post"),
        (
            "groups/your_posts_in_groups.json",
            {"group_posts": {"activity_log_data": [status("hello")]}},
            "post",
        ),
        (
            "groups/your_comments_in_groups.json",
            {"group_comments_v2": [remark("hello")]},
            "comment",
        ),
        ("comments/comments.json", {"comments": [remark("hello")]}, "comment"),
    ],
)
def test_facebook_lists_of_all_years(read, name, content, kind):
    """What a list is called and what stands around it has changed; its entries have not."""
    for file, data in (
        (name.rpartition("/")[2], content),
        ("facebook.zip", {name: content, "index.html": "<html>"}),
    ):
        found = read(file, data)
        assert (found.format, [(post.text, post.kind) for post in found]) == (
            "facebook",
            [("hello", kind)],
        )


def test_facebook_entries_without_words(read, write):
    """Are posts without text in a list of posts; reactions are none, and a file of them is not
    read.
    """
    reaction = {
        "timestamp": 1700000000,
        "data": [{"reaction": {"reaction": "LIKE", "actor": "Ana"}}],
        "title": "Ana likes a post.",
    }
    files = {
        "groups/your_posts_in_groups.json": {
            "group_posts_v2": [{"timestamp": 1294509294, "title": "x"}, reaction]
        },
        "comments_and_reactions/likes_and_reactions_1.json": [reaction],
        "comments_and_reactions/posts_and_comments.json": {"reactions_v2": [reaction]},
    }
    found = read("facebook.zip", files)
    assert [(post.text, post.kind) for post in found] == [(None, "post")]
    assert found.skipped == {"not a post": 1}
    with pytest.raises(GivesellError):
        list(givesell.read_archive(write("likes_and_reactions_1.json", [reaction])))


def test_facebook_names_of_older_exports(read):
    """Older Facebook exports name their owner in another file, which is read too."""
    files = {
        "posts/your_posts_1.json": [status("hello")],
        "profile_information/profile_information.json": {"profile": {"name": "Ana E"}},
    }
    assert [post.author for post in read("facebook.zip", files)] == ["Ana E"]


@pytest.mark.parametrize(
    ("text", "owner", "time"),
    [
        ("Opmerking", "Media-eigenaar", "Tijd"),
        ("Comentario", "Propietario del contenido", "Hora"),
        ("コメント", "所有者", "時間"),
    ],
)
def test_instagram_comments_in_any_language(read, text, owner, time):
    """What was written stands first, whose picture it is second; a comment without words has the
    second alone.
    """
    when = {"timestamp": 1709283900}

    def comment(words):
        parts = {text: {"value": broken(words)}} if words else {}
        return {
            "media_list_data": [{"uri": ""}],
            "string_map_data": {**parts, owner: {"value": "jo"}, time: when},
        }

    comments = [
        comment("how kind 🙌"),
        comment(""),
        {"string_map_data": {text: {"value": "yes"}, time: when}},
    ]
    found = read("post_comments_1.json", comments)
    assert (found.format, found.texts) == ("instagram", ["how kind 🙌", "", "yes"])
    assert {post.created.timestamp() for post in found} == {1709283900}
    wrapped = read(
        "instagram.zip",
        {"comments/reels_comments.json": {"comments_reels_comments": comments}, "x": ""},
    )
    assert wrapped.texts == found.texts


def test_instagram_media_of_all_kinds(read):
    """Reels, videos and stories are read; a story without words is counted, and so is what other
    lists hold not.
    """
    picture = {"uri": "a.jpg", "creation_timestamp": 1700000000}
    files = {
        "content/posts_1.json": [{"media": [{**picture, "title": "post"}]}],
        "content/igtv_videos.json": {"ig_igtv_media": [{"media": [{**picture, "title": "video"}]}]},
        "content/stories.json": {
            "ig_stories": [{**picture, "title": "story"}, {**picture, "title": ""}]
        },
        "content/profile_photos.json": {"ig_profile_picture": [{**picture, "title": "me"}]},
        "comments/hype.json": {
            "comments_story_comments": [
                {"string_map_data": {"Comment": {"value": "wow"}, "Time": {"timestamp": 1}}}
            ]
        },
    }
    found = read("instagram.zip", files)
    assert sorted(found.texts) == ["post", "story", "video", "wow"]
    assert found.skipped == {"a story without words": 1}


def test_instagram_before_2021(read):
    """Each picture of a post stood by itself with its caption; comments were lists."""
    photo = {"caption": "two mugs", "taken_at": "2018-06-10T16:36:38+00:00", "path": "photos/1.jpg"}
    files = {
        "media.json": {
            "photos": [photo, {**photo, "path": "photos/2.jpg"}],
            "videos": [{**photo, "caption": "a film"}],
            "direct": [photo],
        },
        "comments.json": {"media_comments": [["2019-01-02T03:04:05+00:00", "so good", "jo"], 7]},
        "profile.json": {"username": "ana.mugs", "private_account": False},
    }
    found = read("instagram.zip", files)
    assert sorted((post.text, post.kind, post.author) for post in found) == [
        ("a film", "post", "ana.mugs"), ("so good", "comment", "ana.mugs"), ("two mugs", "post",
        "ana.mugs"),
    ]  # fmt: skip
    assert {post.created.year for post in found} == {2018, 2019}
    assert found.skipped == {"another picture of the same post": 1}
    assert found.rejects == [(2, "not a post")]


def test_instagram_comments_of_2021(read):
    """They stood in lists, with whose picture it is as their title."""
    one = {
        "title": "jo",
        "media_list_data": [],
        "string_list_data": [{"href": "", "value": "so good", "timestamp": 1550618520}],
    }
    found = read("post_comments.json", {"comments_media_comments": [one]})
    assert [(post.text, post.kind, post.created.timestamp()) for post in found] == [
        ("so good", "comment", 1550618520)
    ]


def test_whose_export_of_instagram_it_is_in_any_language(read):
    """The first part that a user can be called; not an address, a number or a name."""
    told = {
        "E-mail": "ana@m.example",
        "Telefoonnummer": "0612345678",
        "Gebruikersnaam": "ana.mugs_1",
        "Naam": "Ana",
        "Geslacht": "female",
    }
    person = {
        "profile_user": [
            {"string_map_data": {label: {"value": value} for label, value in told.items()}}
        ]
    }
    files = {
        "posts_1.json": [
            {"media": [{"uri": "a.jpg", "creation_timestamp": 1700000000, "title": "mug"}]}
        ],
        "personal_information.json": person,
    }
    assert [post.author for post in read("instagram.zip", files)] == ["ana.mugs_1"]


def _attached(**what):
    return {"timestamp": 2, "data": [{}], "attachments": [{"data": [what]}]}


def test_facebook_posts_say_what_stands_in_them(read):
    """Notes, polls, sales and life events are the text of a post without one; people have their
    names, not their numbers.
    """
    posts = [
        {"timestamp": 1, "data": [{"post": "Thanks @[100:2048:Ana E] and @[7:2048:Bo]!"}]},
        _attached(note={"title": "Bread", "text": broken("Für alle")}),
        _attached(poll={"question": "Soup?", "options": [{"option": "Yes"}, {"option": "No"}]}),
        _attached(for_sale_item={"title": "Desk", "price": broken("€40"), "description": "oak"}),
        _attached(life_event={"title": "Opened a shop"}),
    ]  # fmt: skip
    found = read("your_posts_1.json", posts)
    assert [post.text for post in found] == [
        "Thanks Ana E and Bo!", "Bread\n\nFür alle", "Soup?\n\nYes\n\nNo", "Desk\n\n€40\n\noak",
        "Opened a shop"
    ]  # fmt: skip


def test_facebook_posts_on_pages_of_others(write):
    """Newer exports have the words of such a post in a list of labels; a list of reactions in
    the same shape is no post.
    """
    labels = [
        {"label": "Message", "value": broken("schön")},
        {"label": "Feeling", "value": "happy"},
    ]
    posts = list(
        givesell.read_archive(
            write(
                "posts_on_other_pages_and_profiles.json", [{"timestamp": 1, "label_values": labels}]
            )
        )
    )
    assert [(post.text, post.kind) for post in posts] == [("schön", "post")]
    with pytest.raises(GivesellError):
        givesell.read_archive(
            write(
                "reactions.json",
                [{"timestamp": 1, "label_values": [{"label": "Reaction", "value": "Like"}]}],
            )
        )


def test_facebook_leaves_out_what_is_not_the_accounts(read):
    """What others wrote, earlier versions and what lies in the trash or the archive are counted,
    and not read.
    """
    entry = {"timestamp": 1, "attachments": [], "data": [{"post": "words"}]}
    found = read(
        "facebook.zip",
        {
            "posts/your_posts_1.json": [entry],
            "posts/other_people's_posts_to_your_timeline.json": {
                "wall_posts_sent_to_you": {"activity_log_data": [entry]}
            },
            "posts/edits_you_made_to_posts.json": {"edits_v2": [entry]},
            "posts/archive.json": {"archive_v2": [entry]},
            "posts/trash.json": {"trash_v2": [entry]},
        },
    )
    assert len(found) == 1
    assert found.skipped == {
        "written by others": 1,
        "an earlier version": 1,
        "deleted": 1,
        "not public": 1,
    }


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("your_posts_1.json", {"timestamp": 1700000000, "data": [{"post": "only one"}]}),
        (
            "posts_1.json",
            {"media": [{"uri": "a.jpg", "creation_timestamp": 1700000000, "title": "only one"}]},
        ),
    ],
)
def test_one_post_stands_without_a_list(write, name, content):
    """An export of one post has it as an object."""
    posts = list(givesell.read_archive(write(name, content)))
    assert [(post.text, post.created.year) for post in posts] == [("only one", 2023)]
