"""X archives: today's and older files, long posts, the zip."""

import json

START = "window.YTD.{}.part0 = "


def js(kind, items):
    """Write a JavaScript file as the archive does."""
    return START.format(kind) + json.dumps(items)


def tweet(number, text, **more):
    """Return a record of tweets.js."""
    return {
        "tweet": {
            "id_str": str(number),
            "full_text": text,
            "created_at": "Wed Oct 19 20:07:25 +0000 2022",
            "entities": {},
            **more,
        }
    }


def test_a_tweet_is_read_as_people_saw_it(read):
    """Entities are resolved, links lead where they led, the post's own picture is no link, times
    are UTC.
    """
    entities = {
        "urls": [{"url": "https://t.co/aaa", "expanded_url": "https://shop.example/mugs"}],
        "media": [{"url": "https://t.co/bbb", "media_url": "http://pbs.example/x.jpg"}],
    }
    found = read(
        "tweets.js",
        js(
            "tweets",
            [
                tweet(
                    1, "Cups &amp; mugs &lt;3 https://t.co/aaa https://t.co/bbb", entities=entities
                )
            ],
        ),
    )
    assert found.format == "x"
    post = found[0]
    assert post.text == "Cups & mugs <3 https://shop.example/mugs"
    assert (post.id, post.url, post.kind, post.platform) == (
        "1",
        "https://x.com/i/status/1",
        "post",
        "x",
    )
    assert post.created.isoformat() == "2022-10-19T20:07:25+00:00"


def test_replies_and_retweets_are_marked(read):
    """A reply answers a post or a person; a retweet says RT or holds the original."""
    items = [
        tweet(1, "@jo thanks", in_reply_to_status_id="9"),
        tweet(2, "@jo hi", in_reply_to_user_id="7"),
        tweet(3, "RT @jo: mugs"),
        tweet(4, "mugs", retweeted_status={}),
        tweet(5, "mugs"),
    ]
    assert [post.kind for post in read("tweets.js", js("tweets", items))] == [
        "reply",
        "reply",
        "repost",
        "repost",
        "post",
    ]


def test_older_files(read):
    """tweet.js of 2019 has flat records, and an old time."""
    flat = {"id": 5, "text": "old", "created_at": "2012-03-04 05:06:07 +0000"}
    found = read("tweet.js", js("tweet", [flat]))
    assert (found.texts, found[0].id, found[0].created.year) == (["old"], "5", 2012)


def test_the_zip_gives_all_parts_and_the_author(read):
    """Parts are read in order, the account says whose they are, other files are left alone."""
    found = read(
        "twitter-2025.zip",
        {
            "data/account.js": js("account", [{"account": {"username": "jo"}}]),
            "data/tweets.js": js("tweets", [tweet(1, "one")]),
            "data/tweets-part1.js": (
                "window.YTD.tweets.part1 = " + json.dumps([tweet(2, "two"), tweet(1, "one")])
            ),
            "data/deleted-tweets.js": js("deleted_tweets", [tweet(3, "gone")]),
            "data/like.js": js("like", [{"like": {"fullText": "liked"}}]),
            "data/tweets_media/1-x.jpg": b"\xff\xd8",
        },
    )
    assert sorted(found.texts) == ["one", "two"]
    assert {post.author for post in found} == {"jo"}
    assert found.skipped == {"the same id twice": 1}


def test_a_long_post_is_given_once_and_whole(read):
    """The text that tweets.js cuts off comes from note-tweet.js; a note without its tweet is a
    post of its own.
    """
    text = (
        "This is the long story of how the kiln broke, how we fixed it, and what I would do"
        " otherwise. " * 4
    )
    notes = [
        {"noteTweet": {"noteTweetId": "77", "createdAt": "2022-10-19T20:07:24.000Z",
        "core": {"text": text + "see https://t.co/z",
            "urls": [{"shortUrl": "https://t.co/z", "expandedUrl": "https://kiln.example"}]}}},
        {"noteTweet": {"noteTweetId": "78", "createdAt": "2023-01-01T00:00:00.000Z",
        "core": {"text": "alone"}}},
    ]  # fmt: skip
    cut = text[:250] + "… https://t.co/q"
    files = {
        "data/tweets.js": js("tweets", [tweet(1, cut), tweet(2, "short")]),
        "data/note-tweet.js": js("note_tweet", notes),
    }
    assert read("x.zip", files).texts == [text + "see https://kiln.example", "short", "alone"]


def test_what_is_no_tweet_is_rejected(read):
    """A record that is not a tweet is rejected, and those around it are read."""
    found = read("tweets.js", js("tweets", [tweet(1, "one"), 7, {"tweet": None}, tweet(2, "two")]))
    assert found.texts == ["one", "two"]
    assert found.rejects == [(2, "not a tweet"), (3, "not a tweet")]


def test_links_that_lead_to_each_other(read):
    """Each link is put in once, in order, and nothing is looked for in what was put in."""
    urls = [{"url": "https://t.co/a", "expanded_url": "https://t.co/b https://t.co/a"}] * 2
    urls.append({"url": "https://t.co/b", "expanded_url": "https://t.co/a" * 100})
    found = read(
        "tweets.js",
        js(
            "tweets",
            [tweet(1, "https://t.co/a, (https://t.co/a) https://t.co/a", entities={"urls": urls})],
        ),
    )
    assert found.texts == [
        "https://t.co/b https://t.co/a, (https://t.co/b https://t.co/a) https://t.co/a"
    ]
    urls = [
        {"url": f"https://t.co/{letter}", "expanded_url": " ".join([f"https://t.co/{letter}x"] * 9)}
        for letter in "abcdefghij"
    ]
    twice = [{"url": url["url"] + "x", "expanded_url": url["url"]} for url in urls]
    assert (
        len(
            read(
                "tweets.js",
                js("tweets", [tweet(1, "https://t.co/a", entities={"urls": (urls + twice) * 50})]),
            ).texts[0]
        )
        == 143
    )


def test_where_a_link_leads_is_left_as_it_is(read):
    """Only the text of the post has entities; links are found before punctuation, and other
    hosts' too.
    """
    urls = [
        {"url": "https://t.co/a", "expanded_url": "https://a.example?x=1&copy=2"},
        {"url": "http://short.example/1", "expanded_url": "https://b.example"},
    ]
    found = read(
        "tweets.js",
        js(
            "tweets",
            [tweet(1, "1 &lt; 2 https://t.co/a… http://short.example/1.", entities={"urls": urls})],
        ),
    )
    assert found.texts == ["1 < 2 https://a.example?x=1&copy=2… https://b.example."]


def test_many_long_posts_of_one_second(read):
    """Cut-off posts are looked up among a few of the same second; the others stand as posts of
    their own.
    """
    start = "The same beginning of a long story, told again and again. "
    notes = [
        {
            "noteTweet": {
                "noteTweetId": str(n),
                "createdAt": "2022-10-19T20:07:25.000Z",
                "core": {"text": start + str(n)},
            }
        }
        for n in range(50)
    ]
    files = {
        "data/tweets.js": js("tweets", [tweet(100 + n, start + "…") for n in range(50)]),
        "data/note-tweet.js": js("note_tweet", notes),
    }
    found = read("x.zip", files)
    assert len(found) == 84
    assert sum(post.text == start + "…" for post in found) == 34
    assert sorted(
        int(post.text.removeprefix(start)) for post in found if "…" not in post.text
    ) == list(range(50))


def test_two_files_of_long_posts(read):
    """Each gives its own; one that is damaged costs nothing of the other files."""
    notes = [
        json.dumps(
            [{"noteTweet": {"noteTweetId": n, "createdAt": "", "core": {"text": f"note {n}"}}}]
        )
        for n in "12"
    ]
    files = {
        "data/tweets.js": js("tweets", [tweet(9, "one")]),
        "data/note-tweet.js": "window.YTD.note_tweet.part0 = " + notes[0],
        "data/note-tweet-part1.js": "window.YTD.note_tweet.part1 = " + notes[1][:-1],
    }
    found = read("x.zip", files)
    assert sorted(found.texts) == ["note 1", "note 2", "one"]
    assert [reason for _, reason in found.rejects] == ["the file breaks off here"]


def note(number, when, text, **more):
    """Return a record of note-tweet.js."""
    return {
        "noteTweet": {"noteTweetId": str(number), "createdAt": when, "core": {"text": text, **more}}
    }


def test_a_long_reply_is_given_once(read):
    """A long reply is given once, though only tweets.js has the names at its beginning; two long
    posts that begin alike keep their texts apart.
    """
    text = (
        "We bake every morning before the street wakes up, and what is left at noon goes to whoever"
        " asks. " * 3
    )
    notes = [
        note(71, "2022-10-19T20:07:25.000Z", text + "First."),
        note(72, "2022-10-20T20:07:25.000Z", text + "Second."),
        note(73, "2022-10-20T20:07:27.000Z", text[:60] + "Third."),
    ]
    tweets = [
        tweet(1, f"@jo @bo {text[:250]}…", in_reply_to_status_id="9"),
        tweet(2, f"{text[:276]}…", created_at="Thu Oct 20 20:07:25 +0000 2022"),
        tweet(3, f"{text[:60]}Th…", created_at="Thu Oct 20 20:07:25 +0000 2022"),
    ]
    found = read(
        "x.zip",
        {"data/tweets.js": js("tweets", tweets), "data/note-tweet.js": js("note_tweet", notes)},
    )
    assert [(post.id, post.kind, post.text) for post in found] == [
        ("1", "reply", text + "First."), ("2", "post", text + "Second."), ("3", "post",
        text[:60] + "Third."),
    ]  # fmt: skip
    assert found[0].created.isoformat() == "2022-10-19T20:07:25+00:00"


def test_a_short_post_is_not_taken_for_the_beginning_of_a_long_one(read):
    """Only what is cut off is made whole; the long post that was written a second later stands
    by itself.
    """
    notes = [note(77, "2022-10-19T20:07:26.000Z", "Thanks! " + "It was a long way." * 20)]
    files = {
        "data/tweets.js": js("tweets", [tweet(1, "Thanks!")]),
        "data/note-tweet.js": js("note_tweet", notes),
    }
    assert [len(post.text) for post in read("x.zip", files)] == [7, 368]


def test_replies_told_by_text_ids_alone(read):
    """Some archives hold the ids of what is answered only as text."""
    items = [
        tweet(1, "@jo yes", in_reply_to_status_id_str="9"),
        tweet(2, "@jo hi", in_reply_to_user_id_str="9"),
    ]
    assert [post.kind for post in read("tweets.js", js("tweets", items))] == ["reply", "reply"]


def test_only_closed_entities_are_resolved(read):
    """X closes each; what else begins with an ampersand is what people wrote, or a part of an
    address.
    """
    urls = [{"url": "https://t.co/a", "expanded_url": "https://b.example/?page=2&copy=1&reg=uk"}]
    text = "R&amp;D &times 3 &lt;3 https://t.co/a https://c.example/?a=1&copy=2"
    found = read("tweets.js", js("tweets", [tweet(1, text, entities={"urls": urls})]))
    assert found.texts == [
        "R&D &times 3 <3 https://b.example/?page=2&copy=1&reg=uk https://c.example/?a=1&copy=2"
    ]


def test_posts_in_communities_are_read_and_deleted_ones_are_not(read):
    """The first are public; what was deleted is counted where it stands among the others."""
    files = {
        "data/community-tweet.js": js("community_tweet", [tweet(1, "hello all")]),
        "data/tweets.js": js(
            "tweets", [tweet(2, "gone", deleted_at="2024-02-24T00:00:00.000Z"), tweet(3, "here")]
        ),
    }
    found = read("x.zip", files)
    assert (found.texts, found.skipped) == (["hello all", "here"], {"deleted": 1})
