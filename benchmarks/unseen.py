"""How the models do on the second round of labelled posts, whose sources none of version 0.2.0 was
trained on, and where the decision lies best.

    python benchmarks/unseen.py --write benchmarks/truth.md

Needs the corpus beside the checkout. ``benchmarks/kinds.json`` holds the kind of each source (such
as people, firms or communities), by the digest of its ``group``; ``--kinds`` names another file.
With ``--write`` the tables replace those between the marks in the page.
"""

import argparse
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

import givesell
from givesell.labelled.files import read_frame
from givesell.learn.teacher import digest
from givesell.metrics import Predictions, figures, macro_f1

ROOT = Path(__file__).parents[1]
KINDS = ROOT / "benchmarks" / "kinds.json"
POSTS = ROOT.parent / "shared" / "corpus" / "labelled_2.jsonl.gz"
MODELS = {"default": "givesell-en", "deep": "givesell-en-deep"}
FEWEST = 30  # posts of a row
LENGTHS = ((0, 50), (50, 100), (100, 200), (200, 400), (400, 10**9))
PRIORS = (0.24, 0.28, 0.30, 0.32, 0.34, 0.36, 0.38, 0.40, 0.44, 0.48)
THRESHOLDS = np.arange(0.10, 0.91, 0.02)
ROUNDS = 200


class Unseen:
    """The posts of the second round that can be judged, and what each model says of them."""

    def __init__(self, kinds: dict[str, str]) -> None:
        frame = read_frame(POSTS)
        texts = frame["text"].tolist()
        self.models = {title: givesell.load(name) for title, name in MODELS.items()}
        scores = {
            title: model.verdicts(texts, facets=False) for title, model in self.models.items()
        }
        judged = scores["default"].status == "ok"
        self.frame = frame[judged].reset_index(drop=True)
        self.selling = (self.frame["label"] == "selling").to_numpy()
        self.groups = self.frame["group"].to_numpy(str)
        self.p = {title: found.selling[judged].astype(float) for title, found in scores.items()}
        self.sure = {title: found.sure[judged] for title, found in scores.items()}
        self.frame["kind"] = [kinds.get(digest(group), "") for group in self.groups]
        characters = self.frame["text"].str.len().to_numpy()
        self.frame["length"] = [
            next(f"{low} to {high - 1}" if high < 10**9 else f"{low} or more"
                 for low, high in LENGTHS if low <= length < high)
            for length in characters
        ]  # fmt: skip

    def posts(self, title: str, at: NDArray[Any] | slice = slice(None)) -> Predictions:
        """Return labels, probabilities and sure verdicts of a model, of some posts."""
        return Predictions(self.selling[at], self.p[title][at], self.sure[title][at])

    def overall(self) -> list[str]:
        """Return the table of all posts, with intervals and the models' difference."""
        drawn = list(self._draws())
        rows = [
            "| | macro-F1 | clear posts | AUC | calibration error | share sure | right among sure |",
            "|---|---:|---:|---:|---:|---:|---:|",
        ]
        clear = (self.frame["certainty"] == "clear").to_numpy()
        for title in self.models:
            all_, some = figures(self.posts(title)), figures(self.posts(title, clear))
            rows.append(
                f"| {title} | {all_['macro_f1']:.3f} ({_interval([self._f1(title, at) for at in drawn])})"
                f" | {some['macro_f1']:.3f} | {all_['auc']:.3f} | {all_['calibration_error']:.3f}"
                f" | {all_['share_sure']:.3f} | {all_['accuracy_sure']:.3f} |"
            )
        gain = [self._f1("deep", at) - self._f1("default", at) for at in drawn]
        ranked = [
            figures(self.posts("deep", at))["auc"] - figures(self.posts("default", at))["auc"]
            for at in drawn
        ]
        return [
            *rows,
            "",
            f"Deep above default, {ROUNDS} draws of whole sources: macro-F1 {np.mean(gain):+.3f}"
            f" ({_interval(gain, '+')}), AUC {np.mean(ranked):+.3f} ({_interval(ranked, '+')}).",
        ]

    def by(self, column: str, order: Sequence[str] | None = None) -> list[str]:
        """Return a table with a row for each value of a column that enough posts have."""
        values = self.frame[column].to_numpy(str)
        found, counts = np.unique(values, return_counts=True)
        names = order or [str(name) for name in found[np.argsort(-counts, kind="stable")]]
        cells = ("macro-F1", "AUC", "sure", "right of them")
        head = " | ".join(f"{title}, {cell}" for title in self.models for cell in cells)
        rows = [
            f"| {column} | posts | sources | selling | {head} |",
            "|---|---:|---:|---:|" + "---:|" * (len(cells) * len(self.models)),
        ]
        for name in names:
            at = np.flatnonzero(values == name)
            if len(at) < FEWEST:
                continue
            row = [
                name,
                f"{len(at):,}",
                str(len(np.unique(self.groups[at]))),
                f"{self.selling[at].mean():.2f}",
            ]
            for title in self.models:
                one = figures(self.posts(title, at))
                row += [
                    _figure(one[key])
                    for key in ("macro_f1", "auc", "share_sure", "accuracy_sure")
                ]  # fmt: skip
            rows.append("| " + " | ".join(row) + " |")
        return rows

    def by_facet(self) -> list[str]:
        """Return the table of facets, each of which has one label."""
        rows = [
            "| facet | posts | default, right | sure | right of them | deep, right | sure | right of them |",
            "|---|---:|---:|---:|---:|---:|---:|---:|",
        ]
        labels = [f"{a} {b}" for a, b in zip(self.frame["label"], self.frame["facet"], strict=True)]
        values = np.array(labels)
        for name in np.unique(values):
            at = np.flatnonzero(values == name)
            if len(at) < FEWEST:
                continue
            cells = []
            for title in self.models:
                right = (self.p[title][at] >= 0.5) == self.selling[at]
                sure = self.sure[title][at]
                cells += [_figure(v) for v in (right.mean(), sure.mean(), right[sure].mean())]
            rows.append(f"| {name} | {len(at):,} | {' | '.join(cells)} |")
        return rows

    def priors(self) -> list[str]:
        """Return the table of macro-F1 if labels were decided for another share of selling posts.

        Another prior adds a constant to the log-odds before the slopes; the sigmoid's own slopes
        stay, which fitting anew changes little.
        """
        rows = [
            f"| decided for | {' | '.join(f'{prior:.0%}' for prior in PRIORS)} |",
            "|---|" + "---:|" * len(PRIORS),
        ]
        for title in self.models:
            p = self.p[title]
            cells = [
                f"{macro_f1(self.selling, p >= self.moved(title, prior)):.3f}" for prior in PRIORS
            ]
            rows.append(f"| {title} | {' | '.join(cells)} |")
            called = [f"{(p >= self.moved(title, prior)).mean():.3f}" for prior in PRIORS]
            rows.append(f"| {title}, share called selling | {' | '.join(called)} |")
        return rows

    def moved(self, title: str, prior: float) -> float:
        """Return the probability that would be one half, were the model decided for a prior."""
        info = self.models[title].info
        by = logit(info["calibration"]["prior"]) - logit(prior)
        slopes = info["slopes"]
        return float(expit(by * slopes["giving" if by < 0 else "selling"]))

    def best(self) -> list[str]:
        """Return the table of the best threshold of each platform, and what choosing it on other
        sources is worth.
        """
        rows = [
            "| platform | posts | default, at 0.5 | best | at | deep, at 0.5 | best | at |",
            "|---|---:|---:|---:|---:|---:|---:|---:|",
        ]
        platforms = self.frame["platform"].to_numpy(str)
        for name in ("all", *np.unique(platforms)):
            at = np.flatnonzero(platforms == name) if name != "all" else np.arange(len(platforms))
            selling = self.selling[at]
            if len(at) < FEWEST or selling.all():
                continue
            cells = []
            for title in self.models:
                by = {t: macro_f1(selling, self.p[title][at] >= t) for t in THRESHOLDS}
                best = max(by, key=by.__getitem__)
                cells += [
                    f"{macro_f1(selling, self.p[title][at] >= 0.5):.3f}",
                    f"{by[best]:.3f}",
                    f"{best:.2f}",
                ]
            rows.append(f"| {name} | {len(at):,} | {' | '.join(cells)} |")
        gains = {title: self._chosen_elsewhere(title) for title in self.models}
        told = ", ".join(
            f"{title} {np.mean(found):+.3f} ({_interval(found, '+')})"
            for title, found in gains.items()
        )
        return [
            *rows,
            "",
            f"Chosen on one half of the sources, measured on the other (100 halves): {told}.",
        ]

    def where_the_ranking_differs(self) -> list[str]:
        """Return what the deep model's better ranking consists of."""
        first, second = self.p["default"], self.p["deep"]
        called = {title: p >= 0.5 for title, p in self.p.items()}
        selling, giving = np.flatnonzero(self.selling), np.flatnonzero(~self.selling)
        won = (second[selling][:, None] > second[giving]).astype(np.int8)
        won -= first[selling][:, None] > first[giving]
        same = called["default"] == called["deep"]
        apart = called["default"][selling][:, None] != called["default"][giving]
        kept = same[selling][:, None] & same[giving]
        total = won.sum(dtype=np.int64)
        up, down = ~called["default"] & called["deep"], called["default"] & ~called["deep"]
        return [
            f"Of the pairs of a selling and a giving post that the deep model puts in order and the"
            f" default does not, less those the other way round ({total / won.size:+.4f} AUC),"
            f" {won[kept].sum(dtype=np.int64) / total:.0%} are between posts whose labels are the"
            f" same in both models: {won[kept & ~apart].sum(dtype=np.int64) / total:.0%} within one"
            f" label, {won[kept & apart].sum(dtype=np.int64) / total:.0%} across. The label changes"
            f" of {(~same).sum()} posts ({(~same).mean():.1%}): {up.sum()} to selling, of which"
            f" {self.selling[up].mean():.0%} are right, and {down.sum()} to giving, of which"
            f" {(~self.selling[down]).mean():.0%} are right."
        ]

    def _chosen_elsewhere(self, title: str) -> list[float]:
        draw, found = np.random.default_rng(0), []
        names, p = np.unique(self.groups), self.p[title]
        for _ in range(100):
            at = np.isin(self.groups, draw.permutation(names)[: len(names) // 2])
            best = max(THRESHOLDS, key=lambda t, at=at: macro_f1(self.selling[at], p[at] >= t))
            rest, own = self.selling[~at], p[~at]
            found.append(macro_f1(rest, own >= best) - macro_f1(rest, own >= 0.5))
        return found

    def _f1(self, title: str, at: Any) -> float:
        return macro_f1(self.selling[at], self.p[title][at] >= 0.5)

    def _draws(self) -> Any:
        """Yield the posts of as many sources as there are, drawn with replacement."""
        draw = np.random.default_rng(0)
        _, group = np.unique(self.groups, return_inverse=True)
        of = np.split(np.argsort(group, kind="stable"), np.cumsum(np.bincount(group))[:-1])
        for _ in range(ROUNDS):
            yield np.concatenate([of[one] for one in draw.integers(len(of), size=len(of))])


def _interval(values: Sequence[float], sign: str = "") -> str:
    low, high = np.percentile(values, [2.5, 97.5])
    return f"{low:{sign}.3f} to {high:{sign}.3f}"


def _figure(value: Any) -> str:
    return "" if value is None or np.isnan(value) else f"{value:.3f}"


def tables(unseen: Unseen) -> dict[str, list[str]]:
    """Return the tables by the names of their marks."""
    lengths = [
        f"{low} to {high - 1}" if high < 10**9 else f"{low} or more" for low, high in LENGTHS
    ]
    return {
        "overall": unseen.overall(),
        "platforms": unseen.by("platform"),
        "kinds": unseen.by("kind"),
        "facets": unseen.by_facet(),
        "lengths": unseen.by("length", lengths),
        "certainty": unseen.by("certainty"),
        "priors": unseen.priors(),
        "best": unseen.best(),
        "ranking": unseen.where_the_ranking_differs(),
    }


def fill(page: str, found: dict[str, list[str]]) -> str:
    """Replace what stands between the marks of a page."""
    for name, lines in found.items():
        mark = f"<!-- unseen: {name} -->"
        if mark not in page:
            raise SystemExit(f"the page has no mark {mark}")
        block = re.compile(re.escape(mark) + r".*?<!-- unseen: end -->", re.DOTALL)
        text = "\n".join([mark, "", *lines, "", "<!-- unseen: end -->"])
        page = block.sub(lambda _, text=text: text, page)
    return page


def main() -> None:
    """Measure, and print the tables or write them into the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kinds", type=Path, default=KINDS, help="the kind of each source")
    parser.add_argument("--write", type=Path, help="the page with the marks")
    options = parser.parse_args()
    kinds = json.loads(options.kinds.read_text(encoding="utf-8"))
    found = tables(Unseen(kinds))
    if options.write:
        page = options.write.read_text(encoding="utf-8")
        options.write.write_text(fill(page, found), encoding="utf-8")
    else:
        print("\n\n".join("\n".join([f"## {name}", *lines]) for name, lines in found.items()))


if __name__ == "__main__":
    main()
