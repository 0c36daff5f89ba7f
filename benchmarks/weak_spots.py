"""How models do on invented posts of the families that models were weak on, and on everyday posts.

    python benchmarks/weak_spots.py givesell-en givesell-en-deep --posts POSTS.jsonl --everyday EVERYDAY.jsonl

The posts are objects of JSON, one a line, with a ``text``, a ``label``, a ``family``, a ``half``
(``train`` or ``measure``; only those without it or with ``measure`` are measured) and a ``pair``:
posts with the same one differ in few words. Posts without a family are a family by themselves.
With ``--write`` the tables go to a file.
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

import givesell
from givesell.show.numbers import percent

ROOT = Path(__file__).parents[1]
SHIPPED = ("givesell-en", "givesell-en-deep")
LABELS = ("giving", "selling")
EVERYDAY = "everyday posts"
HEAD = """# Weak spots

Made by `python benchmarks/weak_spots.py --posts POSTS --everyday EVERYDAY --write benchmarks/weak_spots.md`: invented posts, the half that no model is trained on,
by family.
"""


@dataclass(frozen=True)
class Figures:
    """How a model does on some posts.

    Attributes
    ----------
    posts : int
    right : float
        The share whose label is right.
    sure : float
        The share that is sure.
    wrong_sure : float
        The share of the sure whose label is wrong; NaN where none is sure.
    pairs : float
        The share of pairs of which both posts are right; NaN where there is none.
    """

    posts: int
    right: float
    sure: float
    wrong_sure: float
    pairs: float


def read_posts(path: Path) -> list[dict[str, Any]]:
    """Return the posts of a file that are to be measured.

    Raises
    ------
    ValueError
        If a line has no text or no known label.
    """
    posts = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        row = json.loads(line)
        if not row.get("text") or row.get("label") not in LABELS:
            raise ValueError(f"{path}:{number}: a post needs a text, and a label of {LABELS}")
        if row.get("half", "measure") == "measure":
            posts.append(row)
    return posts


def figures(posts: Sequence[dict[str, Any]], scores: Any) -> Figures:
    """Return how well scores fit the labels of posts.

    Parameters
    ----------
    posts : sequence of dict
        With ``label`` and, where they have one, ``pair``.
    scores : Scores
        Of the same posts.

    Returns
    -------
    Figures
    """
    right = scores.label == np.array([post["label"] for post in posts], dtype=object)
    sure = np.asarray(scores.sure, bool)
    pairs: dict[str, list[bool]] = {}
    for post, fine in zip(posts, right, strict=True):
        if post.get("pair"):
            pairs.setdefault(post["pair"], []).append(bool(fine))
    whole = [all(found) for found in pairs.values() if len(found) > 1]
    return Figures(
        len(posts),
        float(right.mean()),
        float(sure.mean()),
        float((~right[sure]).mean()) if sure.any() else float("nan"),
        sum(whole) / len(whole) if whole else float("nan"),
    )


def by_family(model: Any, posts: Sequence[dict[str, Any]]) -> dict[str, Figures]:
    """Return how a model does on the posts of each family, in order of their names, and on all of
    them, under ``all``.
    """
    scores = model.verdicts([post["text"] for post in posts], facets=False)
    families = np.array([post.get("family") or EVERYDAY for post in posts])
    found = {}
    for family in sorted(set(families)):
        at = np.flatnonzero(families == family)
        found[str(family)] = figures([posts[i] for i in at], _part(scores, at))
    return {**found, "all": figures(posts, scores)}


@dataclass(frozen=True)
class _Part:
    label: Any
    sure: Any


def _part(scores: Any, at: Any) -> _Part:
    return _Part(scores.label[at], scores.sure[at])


def table(found: dict[str, dict[str, Figures]]) -> list[str]:
    """Return a table with a row a family and columns for each model."""
    families = list(next(iter(found.values())))
    head = " | ".join(
        f"{name}, {what}" for name in found for what in ("right", "pairs", "sure", "wrong of them")
    )
    lines = [f"| family | posts | {head} |", "|---|---:|" + "---:|" * (4 * len(found))]
    for family in families:
        rows = [by[family] for by in found.values()]
        cells = [
            _percent(value)
            for row in rows
            for value in (row.right, row.pairs, row.sure, row.wrong_sure)
        ]
        title = f"**{family}**" if family == "all" else f"`{family}`"
        lines.append(f"| {title} | {rows[0].posts} | {' | '.join(cells)} |")
    return lines


def _percent(share: float) -> str:
    return "" if np.isnan(share) else percent(share)


def main() -> None:
    """Measure, and print or write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", nargs="*", default=SHIPPED, help="names or folders of models")
    parser.add_argument("--posts", type=Path, required=True, help="invented posts with families")
    parser.add_argument("--everyday", type=Path, help="everyday posts")
    parser.add_argument("--write", type=Path, help="write the page to this file")
    options = parser.parse_args()
    models = {str(name): givesell.load(name) for name in options.models}
    parts = [HEAD]
    for title, path in (("Families", options.posts), ("Everyday posts", options.everyday)):
        if path is not None:
            posts = read_posts(path)
            found = {name: by_family(model, posts) for name, model in models.items()}
            parts += [f"## {title}\n", *table(found), ""]
    page = "\n".join(parts)
    if options.write:
        options.write.write_text(page, encoding="utf-8")
    else:
        print(page)


if __name__ == "__main__":
    main()
