"""A learning curve over sources: what the next round of labelled sources would pay, and which kinds.

    python benchmarks/curve.py --work curve-work --write benchmarks/curve.md

A source is an account. Each fold of the ten trains on so many sources, drawn at random from those
that it may see, and is measured on all of its own; hard posts train with their source, invented ones
always. The student is the linear one, without a teacher. What is done is kept in the work folder.
"""

import argparse
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit
from sklearn.base import clone
from sklearn.metrics import f1_score, roc_auc_score

from givesell.estimators.pipelines import make_pipeline
from givesell.estimators.vectorizer import PostVectorizer
from givesell.labelled.posts import Labelled
from givesell.learn.calibrate import fit_sigmoid
from givesell.learn.crossval import splits
from givesell.learn.fit import fit_pipeline
from tools.rounds import GROUP, PRIOR, accounts_of, both_rounds, first_round, groups_of
from tools.teacher.kept import View

SIZES, DRAWS, ALL = (50, 100, 200), 3, 10_000
BLOCKS = 5  # views of the teacher, of two folds each
FEWEST = 100  # posts of a platform that gets a row


class Run(NamedTuple):
    """One pass over the ten folds: how many sources each draws, and which are left out."""

    size: int
    draw: int = 0
    without: str = ""  # a platform, "first round" or "second round"

    @property
    def name(self) -> str:
        """The name of its file."""
        return f"linear-{self.size}-{self.draw}-{self.without.replace(' ', '_') or 'none'}"


class Posts(NamedTuple):
    """The posts, and what is known of each."""

    data: Labelled
    accounts: NDArray[np.str_]
    groups: NDArray[np.str_]
    platforms: NDArray[np.str_]
    second: NDArray[np.bool_]

    @classmethod
    def read(cls) -> "Posts":
        """Read the corpus."""
        data = both_rounds()
        second = np.arange(len(data.posts)) >= first_round(data)
        platforms = np.array([name or "" for name in data.extra["platform"]])
        return cls(data, accounts_of(data), groups_of(data), platforms, second)

    def of_kind(self, kind: str) -> NDArray[np.bool_]:
        """Return which posts are of a platform or round."""
        measured = self.data.measured
        if kind.endswith(" round"):
            return measured & (self.second == (kind == "second round"))
        return (self.accounts != "") & (self.platforms == kind)

    def kept(self, train: NDArray[np.intp], run: Run, fold: int) -> NDArray[np.intp]:
        """Return the posts of a fold that a run trains on."""
        of_source = self.accounts[train] != ""
        out = self.of_kind(run.without)[train] if run.without else np.zeros(len(train), bool)
        names = np.unique(self.accounts[train][of_source & self.data.measured[train] & ~out])
        order = np.random.default_rng([run.draw, fold]).permutation(len(names))
        drawn = names[order[: run.size]]  # fifty are among the hundred of the same draw
        return train[(~of_source | np.isin(self.accounts[train], drawn)) & ~out]


def scores_of(posts: Posts, run: Run, work: Path) -> NDArray[np.float64]:
    """Return the log-odds of each measured post from the fold that did not train on its source."""
    path = work / f"{run.name}.npy"
    if path.exists():
        found: NDArray[np.float64] = np.load(path)
        return found
    scores = np.full(len(posts.data.posts), np.nan)
    pipeline = make_pipeline(PostVectorizer(min_df=2), C=10.0)
    for fold, (train, test) in enumerate(splits(posts.data, GROUP, 0)):
        fitted = fit_pipeline(clone(pipeline), posts.data, posts.kept(train, run, fold))
        scores[test] = fitted.decision_function(posts.data.posts[test])
    np.save(path, scores)
    print(run.name, flush=True)
    return scores


def figures(
    selling: NDArray[np.bool_], scores: NDArray[np.float64], slices: dict[str, NDArray[np.bool_]]
) -> dict[str, tuple[float, float]]:
    """Return macro-F1, decided as the models are, and AUC, of all posts and of each slice."""
    slopes, offset = fit_sigmoid(scores, selling, PRIOR)
    called = expit(scores * slopes[0] + offset) >= 0.5
    return {
        name: (
            float(f1_score(selling[at], called[at], average="macro")),
            float(roc_auc_score(selling[at], scores[at])),
        )
        for name, at in {"all": np.ones(len(selling), bool), **slices}.items()
    }


def runs_of(platforms: list[str]) -> list[Run]:
    """Return the passes in the order in which they are made."""
    sizes = [Run(size, draw) for draw in range(DRAWS) for size in SIZES]
    kinds = [Run(ALL, 0, kind) for kind in ("second round", "first round", *platforms)]
    return [Run(ALL), *sizes, *kinds]


def report(posts: Posts, work: Path) -> str:
    """Measure and write the tables."""
    measured = posts.data.measured
    selling, platforms = posts.data.selling[measured], posts.platforms[measured]
    names, counts = np.unique(platforms, return_counts=True)
    listed = [str(names[at]) for at in np.argsort(-counts) if counts[at] >= FEWEST]
    slices: dict[str, Any] = {name: platforms == name for name in listed}
    second = posts.second[measured]
    slices |= {"first round": ~second, "second round": second}
    found = {
        run: figures(selling, scores_of(posts, run, work)[measured], slices)
        for run in runs_of(listed)
    }

    def mean(size: int, name: str, at: int) -> str:
        values = [values[name][at] for run, values in found.items() if run[::2] == (size, "")]
        return f"{np.mean(values):.4f}"

    sources = {name: len(np.unique(posts.accounts[measured][slices[name]])) for name in slices}
    sizes = [*SIZES, ALL]
    head = [*(f"{size} sources" for size in SIZES), "all"]
    lines = ["| posts of | sources | posts |" + "".join(f" {name} |" for name in head)]
    lines.append("|---|---:|---:|" + 4 * "---:|")
    sources["all"] = len(np.unique(posts.accounts[measured]))
    slices["all"] = np.ones(len(selling), bool)
    for name in ("all", *list(slices)[:-1]):
        cells = [f"{mean(size, name, 0)} ({mean(size, name, 1)})" for size in sizes]
        count = int(slices[name].sum())
        lines.append(f"| {name} | {sources[name]} | {count:,} | " + " | ".join(cells) + " |")
    kinds = ["| without sources of | sources | all posts | posts of that kind | others |"]
    kinds.append("|---|---:|---:|---:|---:|")
    for run in (run for run in found if run.without):
        scores = [np.load(work / f"{each.name}.npy")[measured] for each in (Run(ALL), run)]
        of_kind = slices[run.without]
        pairs = [figures(selling, each, {"kind": of_kind, "rest": ~of_kind}) for each in scores]
        cells = [
            f"{pairs[1][name][0] - pairs[0][name][0]:+.4f}"
            f" ({pairs[1][name][1] - pairs[0][name][1]:+.4f})"
            for name in ("all", "kind", "rest")
        ]
        kinds.append(f"| {run.without} | {sources[run.without]} | " + " | ".join(cells) + " |")
    return "\n".join([INTRODUCTION, *lines, KINDS, *kinds, ""])


def teacher_table(posts: Posts, work: Path, name: str) -> str:
    """Return the AUC of views that learned from so many sources, ``--sources`` of `tools.teacher`."""
    lines = ["| sources | views | posts | AUC | second round | first round |"]
    lines.append("|---:|---:|---:|---:|---:|---:|")
    selling = posts.data.selling[posts.data.measured]
    second = posts.second[posts.data.measured]
    files = {size: View(work, name, 0, f"-s{size}") for size in SIZES} | {ALL: View(work, name, 0)}
    done = {
        size: {at for at in range(BLOCKS) if view._replace(view=at).own.exists()}
        for size, view in files.items()
    }
    shared = set.intersection(*filter(None, done.values())) if any(done.values()) else set()
    for size, view in files.items():
        if not shared or not shared <= done[size]:
            continue
        values = np.stack([np.load(view._replace(view=at).own)[:, 0] for at in sorted(shared)])
        rows = [~np.isnan(each) for each in values]
        cells = []
        for kind in (np.ones(len(selling), bool), second, ~second):
            scores = [
                roc_auc_score(selling[at & kind], each[at & kind])
                for each, at in zip(values, rows, strict=True)
            ]
            cells.append(f"{np.mean(scores):.4f}")
        count = int(sum(at.sum() for at in rows))
        sources = "all" if size == ALL else str(size)
        lines.append(f"| {sources} | {len(shared)} | {count:,} | " + " | ".join(cells) + " |")
    return "\n".join([TEACHER, *lines, ""])


INTRODUCTION = f"""# Learning curve over sources

Made by `python benchmarks/curve.py --work curve-work --write benchmarks/curve.md` with the corpus
beside the checkout. A source is an account. Each of the ten folds trains on so many sources, drawn
at random from those that it may see ({DRAWS} draws, their mean), and is measured on all of its own.
Hard posts train with their source, the invented ones always. The linear model without a teacher.
Macro-F1, and AUC in parentheses.
"""
KINDS = """
## Which kinds pay

What all other sources give without those of a kind in training: the change of macro-F1, and of AUC
in parentheses, on all posts, on posts of that kind, and on the others.
"""
TEACHER = """
## The teacher

`python -m tools.teacher --sources 100 --views 0 1`: the encoder alone, on the folds of the views that
are done for all of these sizes; the mean of their AUC.
"""


def main() -> None:
    """Measure, print, and write where asked to."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--work", type=Path, required=True, help="folder for what is done")
    parser.add_argument("--teacher", type=Path, help="the work folder of tools.teacher")
    parser.add_argument("--encoder", default="mpnet")
    parser.add_argument("--write", type=Path, help="the Markdown file to write")
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    posts = Posts.read()
    text = report(posts, options.work)
    if options.teacher:
        text += teacher_table(posts, options.teacher, options.encoder)
    print(text)
    if options.write:
        options.write.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
