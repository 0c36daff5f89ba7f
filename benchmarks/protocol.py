r"""The protocol: models side by side on posts of sources that they have not seen.

    python benchmarks/protocol.py --scores today/givesell-en.npz student-work/givesell-en.npz \
        --models today/givesell-en models/givesell-en --write benchmarks/protocol.md

Each of ``--scores`` holds the out-of-fold verdicts of a model on the posts of both rounds, as
`tools.students`, `tools.encoder` and `tools.out_of_fold` keep them; each of ``--models`` is a model
to run on posts that were written to measure on. Needs the corpus beside the checkout; minutes.
"""

import argparse
import json
import sys
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

import givesell
from givesell.measure.training_figures import macro_f1_interval
from givesell.metrics import Predictions, figures, macro_f1
from givesell.model.model import Model
from givesell.verdict import SELLING
from tools.out_of_fold import OutOfFold
from tools.rounds import ROOT, TEXTS, accounts_of, both_rounds, first_round

sys.path.insert(0, str(ROOT / "tests" / "behaviour"))

from suite import run

FEWEST = 100  # posts of a slice
SHARES = (0.1, 0.5)  # selling posts of a source that mostly gives, and of one that mostly sells
LENGTHS = (50, 140, 280)


class Posts(NamedTuple):
    """The measured posts of both rounds."""

    selling: NDArray[np.bool_]
    clear: NDArray[np.bool_]
    accounts: NDArray[np.str_]
    slices: dict[str, dict[str, NDArray[np.bool_]]]

    @classmethod
    def read(cls) -> "Posts":
        """Read them, and cut them into slices."""
        data = both_rounds()
        measured = data.measured
        selling, accounts = data.selling[measured], accounts_of(data)[measured]
        _, at = np.unique(accounts, return_inverse=True)
        share = (np.bincount(at, selling) / np.bincount(at))[at]
        low, high = SHARES
        second = np.arange(len(selling)) >= first_round(data)
        sizes = np.array([len(post) for post in data.posts[measured]])
        platforms = np.array([name or "" for name in data.extra["platform"]])[measured]
        names, counts = np.unique(platforms, return_counts=True)
        by_size = [str(names[at]) for at in np.argsort(-counts) if counts[at] >= FEWEST]
        bounds = [0, *LENGTHS, max(sizes.max(), LENGTHS[-1] + 1)]
        slices = {
            "round": {"first": ~second, "second": second},
            "platform": {name: platforms == name for name in by_size},
            "kind of source": {
                f"under {low:.0%} selling": share < low,
                f"{low:.0%} to {high:.0%}": (share >= low) & (share <= high),
                f"over {high:.0%}": share > high,
            },
            "characters": {
                f"{first + 1:,} to {last:,}": (sizes > first) & (sizes <= last)
                for first, last in pairwise(bounds)
            },
        }
        return cls(selling, data.clear[measured], accounts, slices)


def overall(posts: Posts, found: OutOfFold) -> list[str]:
    """Return the cells of one model's row on all posts."""
    rows = ~np.isnan(found.p)
    selling, p, sure = posts.selling[rows], found.p[rows], found.sure[rows]
    predictions = Predictions(selling, p, sure)
    values, clear = figures(predictions), posts.clear[rows]
    low, high = macro_f1_interval(selling, p, posts.accounts[rows], 0)
    known = ~np.isnan(found.known)
    of_known = figures(Predictions(posts.selling[known], found.known[known])) if known.any() else {}
    return [
        f"{len(p):,}",
        _figure(values["macro_f1"]),
        f"{low:.3f} to {high:.3f}",
        _figure(macro_f1(selling[clear], predictions.predicted[clear])),
        _figure(macro_f1(selling[~clear], predictions.predicted[~clear])),
        _figure(values["auc"]),
        _figure(values["average_precision"]),
        _figure(values["share_sure"]),
        _figure(values["accuracy_sure"]),
        _figure(values["calibration_error"]),
        _figure(of_known.get("calibration_error")),
        _figure(of_known.get("macro_f1")),
    ]


OVERALL = (
    "posts",
    "macro-F1",
    "95% interval",
    "clear",
    "borderline",
    "AUC",
    "average precision",
    "sure",
    "right among sure",
    "calibration error",
    "the same, known sources",
    "macro-F1, known sources",
)


def of_slice(posts: Posts, found: OutOfFold, at: NDArray[np.bool_]) -> str:
    """Return one model's figures on a slice: macro-F1, AUC, and of the sure how many, how right."""
    rows = at & ~np.isnan(found.p)
    if rows.sum() < FEWEST:
        return ""
    values = figures(Predictions(posts.selling[rows], found.p[rows], found.sure[rows]))
    sure = f"{_figure(values['accuracy_sure'], 2)} of {_figure(values['share_sure'], 2)}"
    return f"{_figure(values['macro_f1'], 3)} ({_figure(values['auc'], 3)}; {sure})"


def slice_rows(posts: Posts, found: dict[str, OutOfFold]) -> Iterable[list[str]]:
    """Yield a row for each slice."""
    for name, parts in posts.slices.items():
        for value, at in parts.items():
            at = at & ~np.all([np.isnan(each.p) for each in found.values()], axis=0)
            if at.sum() < FEWEST:
                continue
            sources = len(np.unique(posts.accounts[at]))
            cells = [of_slice(posts, each, at) for each in found.values()]
            yield [f"{name}: {value}", f"{at.sum():,}", str(sources), *cells]


class Written(NamedTuple):
    """Posts that were written to measure on."""

    texts: list[str]
    selling: NDArray[np.bool_]
    family: NDArray[np.str_]

    @classmethod
    def read(cls, name: str) -> "Written":
        """Read one of the files of `TEXTS`."""
        lines = (TEXTS / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
        rows = [json.loads(line) for line in lines]
        return cls(
            [row["text"] for row in rows],
            np.array([row["label"] == SELLING for row in rows]),
            np.array([row.get("family", "") for row in rows]),
        )


def written_cells(written: Written, model: Model) -> dict[str, str]:
    """Return how a model does on each family, and on all: right, and wrong among the sure."""
    verdicts = model.verdicts(written.texts, facets=False)
    p = np.nan_to_num(np.asarray(verdicts.selling, np.float64), nan=0.0)
    right = (p >= 0.5) == written.selling
    sure = np.asarray(verdicts.sure)
    cells = {}
    for family in ("", *np.unique(written.family)):
        at = written.family == family if family else np.ones(len(right), bool)
        wrong = f"{(~right[at & sure]).sum()} of {(at & sure).sum()}"
        cells[family or "all"] = f"{right[at].mean():.0%} ({wrong})"
    return cells


def written_rows(name: str, models: dict[str, Model]) -> list[list[str]]:
    """Return a row for each family of a file."""
    written = Written.read(name)
    found = {each: written_cells(written, model) for each, model in models.items()}
    families = ["all", *(family for family in np.unique(written.family) if family)]
    return [
        [
            family,
            str(len(written.texts) if family == "all" else (written.family == family).sum()),
            *(cells[family] for cells in found.values()),
        ]
        for family in families
    ]


def behaviour_rows(models: dict[str, Model]) -> list[list[str]]:
    """Return a row for each family of the behaviour suite."""
    found = [run(model) for model in models.values()]
    rows = [
        [results[0].name, str(len(results[0].pairs)), *(f"{each.rate:.0%}" for each in results)]
        for results in zip(*found, strict=True)
    ]
    passed = [sum(sum(result.passed) for result in results) for results in found]
    total = sum(len(result.pairs) for result in found[0])
    return [["all", str(total), *(f"{count / total:.0%}" for count in passed)], *rows]


def table(head: Iterable[str], rows: Iterable[list[str]]) -> str:
    """Return a table of Markdown; the first column is of words."""
    head = list(head)
    lines = [head, ["---", *("---:" for _ in head[1:])], *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def _figure(value: Any, digits: int = 4) -> str:
    return "" if value is None or np.isnan(value) else f"{value:.{digits}f}"


INTRODUCTION = """# The protocol

Made by `python benchmarks/protocol.py` with the corpus beside the checkout. Ten folds over both rounds
of labelled posts, by repository (accounts of one repository share a fold), seed 0: no model, and no
teacher of one, has seen a post of the sources that it is measured on. The interval draws whole
sources, accounts. Where a model was not trained on the second round, it is measured there as it is.
*Known sources*: from a random fold. A second look is measured here by a rule that was learned on the same
posts, which flatters a little; its figures out of fold are in the encoder's manifest (`second_look`).
"""
SLICES = """## By round, platform, kind of source and length

Macro-F1 (AUC; right among the sure, of the share that is sure).
"""
WRITTEN = {
    "everyday": "## Everyday posts\n\nWritten as people write every day, trained on by nobody.\n",
    "weak_spots": (
        "## Weak spots\n\nThe measured half of the invented posts, by family; the models of this"
        " version trained on the other half, of other voices.\n"
    ),
}
RIGHT = "How many are right, and in parentheses how many of the sure ones are wrong.\n"
BEHAVIOUR = "## Behaviour suite\n\nMinimal pairs that pass, by family.\n"


def report(found: dict[str, OutOfFold], models: dict[str, Model]) -> str:
    """Measure and write the tables."""
    parts = [INTRODUCTION]
    if found:
        posts = Posts.read()
        rows = [[name, *overall(posts, each)] for name, each in found.items()]
        parts += ["## All posts\n", table(("model", *OVERALL), rows), SLICES]
        parts.append(table(("posts", "posts", "sources", *found), slice_rows(posts, found)))
    if models:
        for name, title in WRITTEN.items():
            parts += [title, RIGHT, table(("family", "posts", *models), written_rows(name, models))]
        parts += [BEHAVIOUR, table(("family", "pairs", *models), behaviour_rows(models))]
    return "\n".join(parts)


def _named(paths: list[Path]) -> dict[str, Path]:
    """Name files and folders by their last part, with as many parts before it as tell them apart."""
    for count in range(1, max((len(path.parts) for path in paths), default=1) + 1):
        names = ["/".join(path.with_suffix("").parts[-count:]) for path in paths]
        if len(set(names)) == len(names):
            return dict(zip(names, paths, strict=True))
    raise SystemExit("one file was given twice")


def _model(path: Path) -> Model:
    """Return a model, or two of which the second one reads again: ``first+second``."""
    first, *second = map(givesell.load, str(path).split("+"))
    return first.with_second_look(*second) if second else first


def main() -> None:
    """Print, and write where asked to."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--scores", type=Path, nargs="*", default=[])
    parser.add_argument("--models", type=Path, nargs="*", default=[])
    parser.add_argument("--write", type=Path, help="the Markdown file to write")
    options = parser.parse_args()
    found = {name: OutOfFold.read(path) for name, path in _named(options.scores).items()}
    models = {name: _model(path) for name, path in _named(options.models).items()}
    text = report(found, models)
    print(text)
    if options.write:
        options.write.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
