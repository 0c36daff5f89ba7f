"""Writing some of the scored rows, in an order, to a file or to a stream."""

import gzip
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.feather as feather
import pyarrow.parquet as pq
import pytest

from givesell.batch import Selection, Summary
from givesell.batch import selection as selecting
from givesell.errors import ArgumentError, FileError

POSTS = ["buy one", "thanks a lot", "who knows", "", "buy two", "thanks again"]


@pytest.fixture
def posts(tmp_path: Path) -> str:
    """Six posts: two of each label, one unsure, one empty."""
    (tmp_path / "posts.csv").write_text(
        "text,n\n" + "".join(f"{text},{n}\n" for n, text in enumerate(POSTS))
    )
    return "posts.csv"


@pytest.mark.parametrize(
    ("selection", "kept"),
    [
        (Selection(), [0, 1, 2, 3, 4, 5]),
        (Selection(only="selling"), [0, 4]),
        (Selection(sure=True), [0, 1, 4, 5]),
        (Selection(sure=False), [2, 3]),
        (Selection(least=0.5), [0, 2, 4]),
        (Selection(most=0.5), [1, 2, 5]),
        (Selection(least=0.4, most=0.6), [2]),
        (Selection(sort="selling"), [0, 4, 2, 1, 5, 3]),
        (Selection(sort="giving"), [1, 5, 2, 0, 4, 3]),
        (Selection(sort="unsure"), [2, 1, 5, 0, 4, 3]),
        (Selection(only="giving", sort="selling", limit=2), [2, 1]),
        (Selection(only="selling", most=0.1), []),
    ],
    ids=repr,
)
@pytest.mark.parametrize("out", ["out.jsonl", "out.csv.gz", "out.parquet", "out.arrow"])
def test_rows_are_chosen_and_sorted(
    score: Callable[..., Summary],
    posts: str,
    tmp_path: Path,
    selection: Selection,
    kept: list[int],
    out: str,
) -> None:
    """Whatever the format, the output holds the rows asked for in the order asked for; all are
    scored and counted.
    """
    summary = score(posts, out, selection=selection)
    path = tmp_path / out
    if out.endswith("jsonl"):
        found = [int(json.loads(line)["n"]) for line in path.read_text().splitlines()]
    elif out.endswith("gz"):
        found = [
            int(line.split(",")[1])
            for line in gzip.decompress(path.read_bytes()).decode().splitlines()[1:]
        ]
    else:
        table = pq.read_table(path) if out.endswith("parquet") else feather.read_table(path)
        found = [int(number) for number in table.column("n").to_pylist()]
    assert found == kept
    assert (summary.rows, summary.giving, summary.selling, summary.written) == (6, 3, 2, len(kept))


def test_few_batches_are_held_while_the_first_rows_are_sought(
    score: Callable[..., Summary],
    rows: Callable[..., list[dict[str, Any]]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With a limit the rows beyond it are let go while the file is sorted, and the first are
    right all the same.
    """
    monkeypatch.setattr(selecting, "_SPARE", 0)
    (tmp_path / "posts.csv").write_text(
        "text,n\n"
        + "".join(f"{'buy' if n % 1000 == 7 else 'who'} {n},{n}\n" for n in range(40_000))
    )
    score("posts.csv", selection=Selection(sort="selling", limit=5))
    assert [int(row["n"]) for row in rows()] == [7, 1007, 2007, 3007, 4007]


def test_too_much_to_sort_is_one_sentence(
    score: Callable[..., Summary], posts: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows that would not fit into memory are refused with what to pass, and no output is left."""
    monkeypatch.setattr(selecting, "MOST_BYTES", 10)
    with pytest.raises(FileError, match=r"E416.*--limit"):
        score(posts, selection=Selection(sort="selling"))
    assert not (tmp_path / "out.jsonl").exists()


@pytest.mark.parametrize(
    "values",
    [
        {"only": "spam"},
        {"sure": "yes"},
        {"least": 2},
        {"most": True},
        {"sort": "label"},
        {"sort": "selling", "limit": 0},
        {"limit": 3},
    ],
    ids=repr,
)
def test_selections_are_checked(values: dict[str, Any]) -> None:
    """What selects no rows that anybody could mean is refused by the name of its argument."""
    with pytest.raises(ArgumentError, match=f"E206.*{list(values)[-1]}"):
        Selection(**values)


@pytest.mark.parametrize("kind", ["csv", "jsonl", "parquet"])
def test_rows_go_to_a_stream(
    score: Callable[..., Summary], posts: str, tmp_path: Path, kind: str
) -> None:
    """A sink gets the bytes that the file would hold, and no file is left or named."""
    score(posts, f"whole.{kind}")
    sink = io.BytesIO()
    summary = score(posts, f"out.{kind}", sink=sink)
    assert sink.getvalue() == (tmp_path / f"whole.{kind}").read_bytes()
    assert (summary.out, summary.written) == (None, 6)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["posts.csv", f"whole.{kind}"]


def test_rejects_of_a_stream_are_told(score: Callable[..., Summary], tmp_path: Path) -> None:
    """Where no file keeps the rejected rows, the summary names the first of them."""
    (tmp_path / "posts.jsonl").write_text('{"text": "thanks"}\n{broken\n')
    summary = score("posts.jsonl", sink=io.BytesIO())
    assert (summary.rejected, summary.rejects) == (1, None)
    assert "posts.jsonl: line 2: " in summary.rejected_first[0]


def test_another_selection_starts_anew(
    score: Callable[..., Summary],
    rows: Callable[..., list[dict[str, Any]]],
    posts: str,
    tmp_path: Path,
) -> None:
    """An interrupted run is not gone on with for other rows."""

    def stop(_done: int, _all: int, _rows: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        score(posts, progress=stop)
    score(posts, selection=Selection(only="selling"))
    assert [row["n"] for row in rows()] == ["0", "4"]
