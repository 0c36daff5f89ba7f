"""A scorer that looks for one word, and shorthands for writing, scoring and reading small files."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from givesell.batch import ReadOptions, Scoring, Summary, WriteOptions, score_files
from givesell.verdict import Scores, Status


def words(texts: list[str | None]) -> Scores:
    """Sell where a post says "buy", give where it says "thanks", be unsure elsewhere."""
    status = [
        Status.MISSING if text is None else Status.OK if text.strip() else Status.EMPTY
        for text in texts
    ]
    selling = [
        (
            np.nan
            if kind
            else 0.9123456789
            if "buy" in (text or "")
            else 0.1
            if "thanks" in (text or "")
            else 0.5
        )
        for text, kind in zip(texts, status, strict=True)
    ]
    label = [
        None if number != number else "selling" if number > 0.5 else "giving" for number in selling
    ]
    sure = [number == number and number != 0.5 for number in selling]
    names = [kind.text for kind in status]
    return Scores(
        np.array(label, object),
        np.array(selling, np.float32),
        np.array(sure, bool),
        np.array(names, object),
    )


@pytest.fixture
def scorer() -> Callable[[list[str | None]], Scores]:
    """A scorer that needs no model."""
    return words


@pytest.fixture
def score(tmp_path: Path) -> Callable[..., Summary]:
    """`score_files` within the test's folder: names in, names out."""

    def run(names: str | list[str], out: str = "out.jsonl", **options: Any) -> Summary:
        paths = [tmp_path / name for name in ([names] if isinstance(names, str) else names)]
        read, write, scoring = (
            {field: options.pop(field) for field in kind.__dataclass_fields__ if field in options}
            for kind in (ReadOptions, WriteOptions, Scoring)
        )
        return score_files(
            paths,
            tmp_path / out,
            Scoring(**{"scorer": words, **scoring}),
            read=ReadOptions(**read),
            write=WriteOptions(**write),
            **options,
        )

    return run


@pytest.fixture
def rows(tmp_path: Path) -> Callable[..., list[dict[str, Any]]]:
    """The objects of a JSON lines file in the test's folder."""

    def read(name: str = "out.jsonl") -> list[dict[str, Any]]:
        return [
            json.loads(line)
            for line in (tmp_path / name).read_text(encoding="utf-8").split("\n")
            if line
        ]

    return read


@pytest.fixture
def rejects(rows: Callable[..., list[dict[str, Any]]]) -> Callable[..., list[tuple[int, str]]]:
    """Line and reason of each reject."""

    def read(name: str = "out.jsonl") -> list[tuple[int, str]]:
        return [(row["line"], row["reason"]) for row in rows(name + ".rejects.jsonl")]

    return read
