"""Tests of `givesell.labelling.store`."""

import os
import signal
import subprocess
import sys
import time

import pytest

from givesell.errors import FileError
from givesell.labelled.files import read_frame
from givesell.labelled.read import read_labelled
from givesell.labelled.request import Request
from givesell.labelling.session import Decision
from givesell.labelling.store import LabelFile

POSTS = [
    "Thanks, that helped!",
    'Line one\r\nline "two", and a comma',
    "NA",
    "=1+1; buy now\t20% off",
    "🎉 naïve",
]


@pytest.mark.parametrize("name", ["labels.csv", "labels.tsv", "labels.jsonl"])
def test_what_is_kept_is_read_again(tmp_path, name):
    """Posts come back as they were, with their columns, and open again as decided."""
    path = tmp_path / name
    with LabelFile(path) as labels:
        for number, post in enumerate(POSTS):
            labels.put(
                {"id": str(number), "text": post, "author": "jo"},
                Decision("selling" if number % 2 else "giving", "borderline"),
            )
    with LabelFile(path) as labels:
        assert labels.texts() == POSTS
        assert [labels.decision(post).label for post in POSTS] == [
            "giving",
            "selling",
            "giving",
            "selling",
            "giving",
        ]
        assert labels.decision(POSTS[0]) == Decision("giving", "borderline")
        assert labels.decision("another") is None
    assert sorted(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("name", ["labels.csv", "labels.tsv", "labels.jsonl"])
def test_training_reads_it(tmp_path, name):
    """The file is one that `givesell.train` reads as it is, certainty and groups included."""
    path = tmp_path / name
    with LabelFile(path) as labels:
        rows = [
            (
                {"id": str(i), "text": f"post {i}", "author": f"a{i}"},
                Decision("selling" if i % 2 else "giving"),
            )
            for i in range(20)
        ]
        labels.put_all(rows)
        labels.put({"id": "20", "text": "unreadable"}, Decision(None))
    found = read_labelled(Request(path, groups="author"))
    assert (len(found.posts), found.selling.sum(), found.clear.all()) == (20, 10, True)
    assert list(read_frame(path).columns) == ["id", "text", "label", "certainty", "author"]


def test_taking_back_and_leaving_out(tmp_path):
    """A decision taken back is gone from the file; a post left out stands beside it, and moves
    back when labelled after all.
    """
    path, beside = tmp_path / "mine.csv", tmp_path / "mine.left-out.csv"
    with LabelFile(path) as labels:
        labels.put({"id": "1", "text": "a"}, Decision("giving"))
        labels.put({"id": "2", "text": "b"}, Decision(None))
        assert "2,b" not in path.read_text()
        assert beside.read_text() == "id,text\n2,b\n"
        labels.put({"id": "1", "text": "a"}, None)
        labels.put({"id": "2", "text": "b"}, Decision("selling", facet="offer"))
    assert path.read_text() == "id,text,label,certainty,facet\n2,b,selling,clear,offer\n"
    assert not beside.exists()
    with LabelFile(path) as labels:
        assert labels.texts() == ["b"]
        assert labels.decision("b").facet == "offer"


def test_rows_of_others_stay(tmp_path):
    """Rows and columns that are in the file already are kept, also of a post that gets another
    label.
    """
    path = tmp_path / "mine.csv"
    path.write_text(
        "id,text,label,certainty,note\n1,a,giving,clear,see rule 3\n2,b,selling,clear,\n"
    )
    with LabelFile(path) as labels:
        labels.put({"id": "1", "text": "a", "author": "jo"}, Decision("selling"))
    assert (
        path.read_text() == "id,text,label,certainty,author,note\n1,a,selling,clear,jo,see rule"
        " 3\n2,b,selling,clear,,\n"
    )


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.txt", None, "E350"),
        ("a.csv", "id,post\n1,a\n", "E351"),
        ("a.csv", "id,text\n1,a\n", "E351"),
        ("a.csv", 'id,text,label\n1,"a,giving\n', "E406"),
        ("a.jsonl", '{"text": "a", "label"\n', "E406"),
        ("a.jsonl", '["a"]\n', "E351"),
        ("missing/a.csv", None, "E405"),
    ],
)
def test_files_that_cannot_keep_labels(tmp_path, name, content, code):
    """Another extension, a file of something else, and a damaged one are refused and left as
    they are.
    """
    path = tmp_path / name
    if content is not None:
        path.write_text(content)
    with pytest.raises(FileError) as caught:
        LabelFile(path)
    assert caught.value.code == code
    assert content is None or path.read_text() == content


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such locks")
def test_two_at_a_time(tmp_path):
    """A file that somebody labels into is not opened by another, who could overwrite the labels;
    a closed one is.
    """
    with LabelFile(tmp_path / "a.csv"), pytest.raises(FileError, match="another labelling session"):
        LabelFile(tmp_path / "a.csv")
    LabelFile(tmp_path / "a.csv").close()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_a_kill_at_any_time_loses_nothing(tmp_path):
    """A process that is killed while it labels leaves a whole file with all it had said was
    kept, and no lock.
    """
    path = tmp_path / "a.csv"
    code = (
        "import sys; from pathlib import Path; from givesell.labelling.store import LabelFile\n"
        "from givesell.labelling.session import Decision\n"
        "labels = LabelFile(Path(sys.argv[1]))\n"
        "for i in range(100000):\n"
        "    labels.put({'id': str(i), 'text': f'post {i}' * 50}, Decision('giving'))\n"
        "    print(i, flush=True)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE, text=True
    )
    for line in process.stdout:
        if int(line) >= 20:
            break
    time.sleep(0.01)
    os.kill(process.pid, signal.SIGKILL)
    told = [line for line in process.stdout.read().splitlines() if line]
    process.stdout.close()
    process.wait()
    least = int(told[-1]) if told else 20
    with LabelFile(path) as labels:
        assert least + 1 <= len(labels) <= least + 2
        assert all(labels.decision(post) == Decision("giving") for post in labels.texts())


def test_a_disk_that_is_full(tmp_path, monkeypatch):
    """Where the file cannot be written the old one stays, and the error names it."""
    path = tmp_path / "a.csv"
    with LabelFile(path) as labels:
        labels.put({"id": "1", "text": "a"}, Decision("giving"))
        before = path.read_text()

        def fail(_):
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("os.fsync", fail)
        with pytest.raises(FileError, match="No space left"):
            labels.put({"id": "2", "text": "b"}, Decision("giving"))
    assert path.read_text() == before
    assert sorted(tmp_path.iterdir()) == [path]
