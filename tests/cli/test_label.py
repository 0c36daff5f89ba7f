"""`givesell label` and its screen, without a terminal: keys from a list, the screen into a
string.
"""

import io

import pytest
from rich.console import Console
from typer.testing import CliRunner

import givesell
from givesell.cli import app, label
from givesell.cli import labelling_screen as on_screen
from givesell.datasets import load_posts
from givesell.labelling.queue import Queue, read_queue
from givesell.labelling.session import Decision, Session
from givesell.labelling.store import LabelFile

ROWS = [
    {"id": "1", "text": "Thanks for the help!", "author": "jo", "platform": "x"},
    {"id": "2", "text": "Buy now\x1b[31m and\nsave 20%"},
    {"id": "3", "text": "\n".join(f"line {i}" for i in range(60))},
]


@pytest.fixture
def converse(tmp_path):
    """Run a session over the rows with some keys; return what was shown and the file of labels."""

    def run(keys, **options):
        output = Console(
            file=io.StringIO(),
            force_terminal=True,
            width=80,
            height=24,
            color_system=None,
            markup=False,
            emoji=False,
        )
        session = Session(len(ROWS), facets=options.pop("facets", False))
        with LabelFile(tmp_path / "labels.csv") as store:
            on_screen.converse(
                session,
                ROWS,
                store,
                iter(keys),
                output,
                guess=lambda text: f"guess of {text[:6]}",
                **options,
            )
        path = tmp_path / "labels.csv"
        return output.file.getvalue(), path.read_text() if path.exists() else ""

    return run


def test_each_key_is_saved(converse):
    """What was decided stands in the file, with the columns that training reads and the post's
    own.
    """
    _, written = converse("gbsx")
    assert (
        written == "id,text,label,certainty,author,platform\n"
        "1,Thanks for the help!,giving,clear,jo,x\n"
        '2,"Buy now\x1b[31m and\nsave 20%",selling,borderline,,\n'
    )


def test_undo_is_saved_too(converse):
    """A label taken back is gone from the file."""
    assert converse("gsu")[1].count("\n") == 2


def test_screen_is_safe_and_shows_who_wrote(converse):
    """Control characters of a post do not reach the terminal, its lines stay lines, and author
    and platform stand above it.
    """
    shown, _ = converse("g")
    assert "jo · x" in shown
    assert "Buy now [31m and" in shown
    assert "Buy now\x1b[31m" not in shown


def test_screen_fits(converse):
    """No screen is wider or higher than the terminal; a long post is cut, and v shows the rest
    in pages.
    """
    shown, _ = converse("gs")
    screens = shown.split("\x1b[2J")[1:]
    assert len(screens) == 3
    assert all(len(screen.splitlines()) <= 24 for screen in screens)
    assert (
        max(len(line) for screen in screens for line in screen.replace("\x1b[H", "").splitlines())
        <= 80
    )
    assert "more lines: press v" in screens[-1]
    pages, _ = converse("gsv    ")
    assert "line 59" in pages


def test_an_endless_post_is_cut():
    """Of a post without end the beginning is shown, in no time."""
    output = Console(file=io.StringIO(), force_terminal=True, width=80, height=24, markup=False)
    for text in ("word " * 600_000, "x" * 3_000_000):
        row = {"id": "1", "text": text, "author": "a" * 3_000_000}
        output.print(on_screen.screen(Session(1), [row], output))
        output.print(on_screen.post_text(text))
    assert output.file.getvalue().count("2,960,000 more characters") == 2


def test_the_guess_is_shown_only_when_asked(converse):
    """Neither a label nor a skip shows what the model thinks; m does, for the post at hand, and
    --show-guess for each.
    """
    assert "guess of" not in converse("g u")[0]
    shown, _ = converse("mg")
    assert shown.count("guess of") == 1
    assert converse("g", always=True)[0].count("guess of") == 2


def test_help_turns_pages(converse):
    """The question mark shows keys and codebook, any key turns the page, q goes back, and no key
    of these labels anything.
    """
    shown, written = converse("?ggqg")
    assert "Codebook: giving or selling?" in shown
    assert written.count("\n") == 2


def test_facets(converse):
    """With facets the kinds are offered by number and kept."""
    shown, written = converse("s2g ", facets=True)
    assert "1 offer   2 brand" in shown
    assert ",selling,clear,brand," in written


def test_two_lines_of_keys_fit(converse):
    """The keys of facets fit into a line of 80 columns, and all of them show."""
    shown, _ = converse("s", facets=True)
    assert "selling:  1 offer   2 brand   3 lead   4 self   5 sponsor   6 spam" in shown


def test_labels_that_are_there_are_taken_over(tmp_path):
    """Labels of the file to label go to the output at once, unless it has another of the post."""
    queue = Queue(
        [
            {"id": "1", "text": "a", "label": "giving", "certainty": "borderline"},
            {"id": "2", "text": "b", "label": "giving"},
        ]
    )
    with LabelFile(tmp_path / "out.csv") as store:
        store.put({"id": "2", "text": "b"}, Decision("selling"))
        store.take_over(queue.rows)
        assert store.decision("a") == Decision("giving", "borderline")
        assert store.decision("b") == Decision("selling")
    assert queue.rows[0] == {"id": "1", "text": "a"}


def test_keys_typed_in_haste(monkeypatch):
    """Several keys that come at once count each, a special key counts as none, and Ctrl-C quits."""
    read = iter(["gs", "\x1b[A", KeyboardInterrupt])

    def getchar():
        value = next(read)
        if value is KeyboardInterrupt:
            raise value
        return value

    monkeypatch.setattr("click.getchar", getchar)
    keys = on_screen.keys()
    assert [next(keys) for _ in range(4)] == ["g", "s", "\x1b[A", "q"]


def test_no_terminal(tmp_path):
    """Without a terminal there is an error that says so, and nothing is written."""
    (tmp_path / "posts.csv").write_text("id,text\n1,a\n")
    result = CliRunner().invoke(app, ["label", str(tmp_path / "posts.csv")])
    assert result.exit_code == 1
    assert "[E353] Labelling needs a terminal" in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["posts.csv"]


def test_suggested_posts_are_a_queue_that_lasts(tmp_path):
    """--suggest keeps its posts beside the labels until each is decided, and then picks others."""
    pool, out = tmp_path / "pool.csv", tmp_path / "mine.csv"
    load_posts()[["id", "text"]].head(60).to_csv(pool, index=False)
    asked = []

    def loaded():
        asked.append(1)
        return givesell.load()

    def texts(path):
        return [row["text"] for row in read_queue([givesell.read_archive(path)]).rows]

    with LabelFile(out) as store:
        first = label.suggested(label.Pool([pool], [pool]), out, store, 4, loaded)
        assert first == tmp_path / "mine.queue.csv"
        one = texts(first)
        assert len(one) == 4
        store.put({"id": "1", "text": one[0]}, Decision("giving"))
        assert texts(label.suggested(label.Pool([pool], [pool]), out, store, 4, loaded)) == one
        assert len(asked) == 1
        for text in one[1:]:
            store.put({"id": "1", "text": text}, Decision(None))
        two = texts(label.suggested(label.Pool([pool], [pool]), out, store, 4, loaded))
        assert len(two) == 4
        assert not set(one) & set(two)
