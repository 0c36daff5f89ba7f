"""Tests of `givesell.labelling.session`."""

import pytest

from givesell.labelling.session import Decision, Event, Session


def pressed(session, keys):
    """Press keys and return the last event."""
    events = [session.press(key) for key in keys]
    return events[-1]


def test_labels_go_on_to_the_next_post():
    """Keys g and s label the post and go on, in capitals too; other keys do nothing."""
    session = Session(3)
    assert pressed(session, "gzS") is Event.CHANGED
    assert session.decisions == {0: Decision("giving"), 1: Decision("selling")}
    assert (session.at, session.changed) == (2, 1)
    assert session.press("z") is Event.IGNORED


def test_borderline_holds_for_one_post():
    """Key b toggles borderline for the label that follows it, and for that alone."""
    session = Session(4)
    pressed(session, "bgsbbgbs")
    assert [session.decisions[at].certainty for at in range(4)] == [
        "borderline",
        "clear",
        "clear",
        "borderline",
    ]


def test_undo_goes_all_the_way_back():
    """Key u takes back labels, skips and posts left out, one by one, with the borderline mark as
    it was, and says which post to save.
    """
    session = Session(4)
    pressed(session, "bg x")
    assert (session.at, session.count(None), session.skipped) == (3, 1, {1})
    assert session.press("u") is Event.CHANGED
    assert (session.at, session.changed, session.count(None)) == (2, 2, 0)
    assert session.press("u") is Event.SHOWN
    assert (session.at, session.skipped) == (1, set())
    assert session.press("u") is Event.CHANGED
    assert (session.at, session.borderline, session.decisions) == (0, True, {})
    assert session.press("u") is Event.IGNORED


def test_undo_brings_an_earlier_label_back():
    """Undoing a label that replaced an earlier one restores that one."""
    before = {0: Decision("giving", "borderline")}
    assert Session(2, before).at == 1
    session = Session(2, before, again=True)
    assert (session.at, session.done) == (0, 0)
    session.press("s")
    assert (session.decisions[0].label, session.done) == ("selling", 1)
    session.press("u")
    assert (session.decisions, session.at, session.done) == (before, 0, 0)


def test_resumes_where_it_was():
    """Posts decided before are not shown, wherever they stand."""
    session = Session(4, {0: Decision("giving"), 2: Decision(None)})
    assert session.at == 1
    session.press("g")
    assert session.at == 3


def test_skipped_posts_come_again():
    """At the end a space goes through what was skipped; without any there is nothing more to do."""
    session = Session(3)
    pressed(session, " g ")
    assert session.at is None
    session.press(" ")
    assert session.at == 0
    pressed(session, "sg")
    assert (session.at, session.press(" ")) == (None, Event.IGNORED)
    assert session.count("giving") == 2


def test_facets_are_asked_for():
    """With facets a label waits for a digit; space means none, and undo takes the label back
    too.
    """
    session = Session(3, facets=True)
    assert session.press("s") is Event.CHANGED
    assert (session.at, session.asking) == (0, "selling")
    assert session.press("7") is Event.IGNORED
    assert session.press("g") is Event.IGNORED
    assert session.press("1") is Event.CHANGED
    assert session.decisions[0] == Decision("selling", facet="offer")
    pressed(session, "g ")
    assert (session.decisions[1].facet, session.at) == (None, 2)
    pressed(session, "gu")
    assert (session.at, session.asking, 2 in session.decisions) == (2, None, False)
    pressed(session, "x")
    assert session.decisions[2].label is None


@pytest.mark.parametrize(
    ("key", "event"),
    [
        ("?", Event.HELP),
        ("m", Event.GUESS),
        ("v", Event.WHOLE),
        ("q", Event.QUIT),
        ("\x03", Event.QUIT),
    ],
)
def test_other_keys_change_nothing(key, event):
    """Help, the guess, the whole post and quitting leave the decisions as they are."""
    session = Session(1)
    assert session.press(key) is event
    assert (session.at, session.decisions) == (0, {})


def test_nothing_to_label():
    """Where all is decided only undo, help and quit do something."""
    session = Session(0)
    assert (session.at, session.press("g"), session.press("q")) == (None, Event.IGNORED, Event.QUIT)
