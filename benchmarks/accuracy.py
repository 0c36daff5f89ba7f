"""Accuracy of the candidates on sources that the fold's model, and its teacher, have never seen.

    python benchmarks/accuracy.py --write benchmarks/accuracy.md

Needs the corpus beside the checkout. Every row goes through the same folds and the same
calibration; an hour on two cores.
"""

import argparse
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from joblib import Parallel, delayed
from scipy.special import expit
from sklearn.base import clone
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from sklearn.pipeline import Pipeline

from givesell.core.calibration import calibrate
from givesell.estimators.deep import DeepClassifier
from givesell.estimators.network.classifier import NetworkClassifier
from givesell.estimators.network.vectors import read_vectors
from givesell.estimators.pipelines import make_pipeline
from givesell.estimators.vectorizer import PostVectorizer
from givesell.labelled.groups import group_keys
from givesell.labelled.posts import Labelled
from givesell.labelled.read import read_labelled
from givesell.labelled.request import Request
from givesell.learn.calibrate import fit_sigmoid, fit_slopes
from givesell.learn.crossval import out_of_fold, splits
from givesell.learn.fit import fit_network, fit_pipeline
from givesell.learn.teacher import TeacherViews
from givesell.measure.thresholds import sure_thresholds
from givesell.measure.training_figures import measure
from givesell.model.model import Model
from tools.rounds import CORPUS, GROUP, MARK, ROOT, ROUNDS, UNLABELLED

TEACHER, VECTORS = ROOT / "models" / "teacher.safetensors", ROOT / "models" / "vectors.safetensors"
INVENTED, HARD, WEAK = (
    (ROOT / "givesell" / "datasets" / "posts.jsonl", 1.0),
    (CORPUS / "labelled_hard.jsonl.gz", 0.5),
    (ROOT / "models" / "weak_spots.jsonl", 1.0),
)
PLAIN: dict[str, Any] = {
    "also": (INVENTED, HARD, WEAK),
    "borderline_weight": 0.4,
    "features": {},
    "C": 10.0,
    "judged": None,
    "network": None,
}
TAUGHT: dict[str, Any] = {**PLAIN, "features": {"min_df": 2}, "C": 10.0, "judged": {}}
PRIOR, PRECISION = 0.36, 0.92
REPEATS = 2


def reference() -> Pipeline:
    """Return the reference of the corpus: TF-IDF over words and single symbols."""
    words = TfidfVectorizer(
        ngram_range=(1, 2), token_pattern=r"\w+|[^\w\s]", sublinear_tf=True, min_df=2
    )
    return Pipeline(
        [
            ("features", words),
            ("classifier", LogisticRegression(C=5, class_weight="balanced", max_iter=1000)),
        ]
    )


WITHOUT: dict[str, dict[str, Any]] = {
    "TF-IDF (1-2) of words and symbols + LogisticRegression, labelled posts only": {
        "pipeline": reference(),
        "also": (),
        "borderline_weight": 1.0,
    },
    "**without a teacher**": {},
    "labelled posts only, all weights 1": {"also": (), "borderline_weight": 1.0},
    "without the bundled posts": {"also": (HARD, WEAK)},
    "without the hard posts": {"also": (INVENTED, WEAK)},
    "without the weak spots": {"also": (INVENTED, HARD)},
    "borderline posts at weight 1": {"borderline_weight": 1.0},
    "each source weighs as the root of its size": {"source_power": 0.5},
    "each source weighs alike": {"source_power": 1.0},
    "words alone": {"features": {"ngram_range": (1, 1)}},
    "words to triples": {"features": {"ngram_range": (1, 3)}},
    "with character 4-grams inside words": {"features": {"char_ngram_range": (4, 4)}},
    "no idf": {"features": {"use_idf": False}},
    "no sublinear counts": {"features": {"sublinear_tf": False}},
    "min_df 1": {"features": {"min_df": 1}},
    "min_df 4": {"features": {"min_df": 4}},
    "2^18 buckets": {"features": {"n_features": 2**18}},
    "2^20 buckets": {"features": {"n_features": 2**20}},
    "2^22 buckets": {"features": {"n_features": 2**22}},
    "C 3": {"C": 3.0},
    "C 30": {"C": 30.0},
}
WITH: dict[str, dict[str, Any]] = {
    "**chosen**": {},
    "**deep**": {"network": {"members": 2}},
    "deep, without vectors to start from": {"network": {"members": 2, "vectors": None}},
    "deep, one network": {"network": {}},
    "unlabelled posts alone, none made": {"judged": {"made_weight": 0.0}},
    "made posts alone": {"judged": {"unlabelled_weight": 0.0}},
    "words to triples": {"features": {"ngram_range": (1, 3)}},
    "min_df 4": {"features": {"min_df": 4}},
    "C 3": {"C": 3.0},
    "C 20": {"C": 20.0},
}


def fit_of(estimator: Any) -> Any:
    """Return how an estimator is fitted."""
    return fit_network if isinstance(estimator, NetworkClassifier) else fit_pipeline


class Bench:
    """The posts, the teacher, and a table row for each candidate."""

    def __init__(self) -> None:
        self.chosen = self.data(**{key: PLAIN[key] for key in ("also", "borderline_weight")})
        self.judged = TeacherViews.read(TEACHER, CORPUS / UNLABELLED, self.chosen, group_until=MARK)
        self.vectors, self.kept = read_vectors(VECTORS), dict[Any, Any]()
        self.platforms = self.chosen.extra["platform"][self.chosen.measured].astype(str)

    def data(self, also: Any, borderline_weight: float, source_power: float = 0.0) -> Labelled:
        """Return the labelled posts, weighted."""
        data = read_labelled(
            Request(
                [CORPUS / name for name in ROUNDS],
                groups=GROUP,
                group_until=MARK,
                also=also,
                borderline_weight=borderline_weight,
                extra=["platform"],
            )
        )
        _, group, sizes = np.unique(
            data.groups["group"].astype(str), return_inverse=True, return_counts=True
        )
        factor = sizes[group] ** -source_power
        return replace(data, weight=data.weight * factor / factor.mean())

    def figures(self, scores: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """Calibrate on unseen sources and measure on them and, where there are scores, on known
        ones.
        """
        data, scores = (
            self.chosen,
            {scheme: found[: len(self.platforms)] for scheme, found in scores.items()},
        )
        kept = np.arange(len(self.platforms))
        selling, clear, keys = (
            data.selling[kept],
            data.clear[kept],
            group_keys(data.groups["group"])[kept],
        )
        slopes, offset = fit_sigmoid(scores["group"], selling, PRIOR)
        odds = {
            scheme: found.reshape(len(kept), -1) @ slopes + offset
            for scheme, found in scores.items()
        }
        sides = fit_slopes(
            *[(found[~np.isnan(found)], selling[~np.isnan(found)]) for found in odds.values()]
        )
        p = {scheme: expit(calibrate(found, sides)) for scheme, found in odds.items()}
        thresholds = sure_thresholds(p["group"], selling, PRECISION)
        unseen = measure(selling, p["group"], clear=clear, groups=keys, thresholds=thresholds)
        unseen["p"], unseen["thresholds"] = p["group"], thresholds
        if None not in p:
            return unseen, {}
        known = ~np.isnan(p[None])
        return unseen, measure(
            selling[known],
            p[None][known],
            clear=clear[known],
            groups=np.flatnonzero(known),
            thresholds=thresholds,
        )

    def row(
        self, name: str, options: dict[str, Any], *, known: bool = True
    ) -> tuple[str, dict[str, Any], dict[str, Any]]:
        """Measure one candidate and write it as a row of the table."""
        data = self.data(
            options["also"], options["borderline_weight"], options.get("source_power", 0.0)
        )
        estimators = self.estimators(options)
        judged = None if options["judged"] is None else replace(self.judged, **options["judged"])
        scores = {
            scheme: np.column_stack(
                [self.scores(estimator, data, scheme, judged) for estimator in estimators]
            )
            for scheme in ("group", None)[: 1 + known]
        }
        unseen, random = self.figures(scores)
        start = time.perf_counter()
        fitted = [
            fit_of(estimator)(clone(estimator), data, np.arange(len(data.posts)), judged)
            for estimator in estimators
        ]
        seconds = time.perf_counter() - start
        whole = fitted[0] if len(fitted) == 1 else DeepClassifier(*estimators).with_fitted(*fitted)
        size, rate = "", self.rate(whole.predict_proba, data.posts[: len(self.platforms)])
        if isinstance(whole, DeepClassifier) or isinstance(whole.steps[0][1], PostVectorizer):
            model = Model.from_pipeline(whole)
            with tempfile.TemporaryDirectory() as folder:
                model.save(Path(folder) / "model")
                size = f"{sum(file.stat().st_size for file in (Path(folder) / 'model').iterdir()) / 2**20:.1f}"
            rate = self.rate(
                lambda posts: model.score(posts, n_jobs=1), data.posts[: len(self.platforms)]
            )
        cells = [
            name,
            *_cells(unseen),
            _figure(random.get("macro_f1")),
            f"{seconds:.0f}",
            f"{rate / 1000:,.0f}",
            size,
        ]
        print(cells, file=sys.stderr, flush=True)
        return "| " + " | ".join(cells) + " |", unseen, random

    def estimators(self, options: dict[str, Any]) -> list[Any]:
        """Return the unfitted parts of a candidate, whose log-odds are added."""
        if "pipeline" in options:
            return [options["pipeline"]]
        linear = make_pipeline(PostVectorizer(**options["features"]), C=options["C"])
        return (
            [linear]
            if options["network"] is None
            else [linear, NetworkClassifier(**{"vectors": self.vectors, **options["network"]})]
        )

    def scores(
        self, estimator: Any, data: Labelled, scheme: str | None, judged: TeacherViews | None
    ) -> Any:
        """Return out-of-fold log-odds, once for all rows that share an estimator."""
        key = (
            repr(estimator.get_params()),
            data.weight.tobytes(),
            scheme,
            judged and (judged.unlabelled_weight, judged.made_weight),
        )
        if key not in self.kept:
            self.kept[key] = out_of_fold(
                estimator,
                data,
                scheme,
                seed=0,
                n_jobs=-1,
                teacher=judged,
                fit=fit_of(estimator),
            )
        return self.kept[key]

    @staticmethod
    def rate(score: Any, posts: Any) -> float:
        """Return how many posts a second are scored on one core, the best of three rounds."""
        score(posts[:100])
        times = []
        for _ in range(3):
            start = time.perf_counter()
            score(list(posts))
            times.append(time.perf_counter() - start)
        return len(posts) / min(times)

    def teacher_rows(self, student: Any) -> list[str]:
        """Return the rows of the teacher alone, and of the mean of teacher and student."""
        teacher = self.judged.labelled[: len(self.platforms)]
        student = np.log(student["p"] / (1 - student["p"]))
        rows = {
            "the teacher itself (two transformers, no product)": teacher,
            "the mean of teacher and student": teacher / teacher.std() + student / student.std(),
        }
        found = {name: _cells(self.figures({"group": scores})[0]) for name, scores in rows.items()}
        return [
            "| " + " | ".join([name, *cells, "", "", "", ""]) + " |"
            for name, cells in found.items()
        ]

    def platform_rows(self, unseen: dict[str, Any]) -> list[str]:
        """Return a row a platform."""
        rows, data = [], self.chosen
        for platform in sorted(
            set(self.platforms), key=lambda name: -int((self.platforms == name).sum())
        ):
            at = np.flatnonzero(self.platforms == platform)
            keys = group_keys(data.groups["group"])[at]
            found = measure(
                data.selling[at],
                unseen["p"][at],
                clear=data.clear[at],
                groups=keys,
                thresholds=unseen["thresholds"],
            )
            cells = [
                platform,
                f"{found['posts']:,}",
                str(found["groups"]),
                f"{found['share_selling']:.2f}",
                *_cells(found),
            ]
            rows.append("| " + " | ".join([*cells, f"{found['accuracy_sure']:.3f}"]) + " |")
        return rows

    def repeats(self, options: dict[str, Any]) -> list[float]:
        """Return macro-F1 over other splits: the teacher's views stay, the two folds of each are
        drawn anew.
        """
        data, found = self.chosen, []
        judged = None if options["judged"] is None else replace(self.judged, **options["judged"])
        pipeline = make_pipeline(PostVectorizer(**options["features"]), C=options["C"])
        tests = [test for _, test in splits(data, "group", 0)]
        pairs = [np.concatenate(tests[at : at + 2]) for at in range(0, len(tests), 2)]
        groups, scores = data.groups["group"], np.full(len(data.posts), np.nan)

        def fold(test: Any) -> Any:
            train = np.flatnonzero(~np.isin(groups.astype(str), groups[test].astype(str)))
            view = judged.view_without(set(groups[test])) if judged else -1
            assert view is not None  # a half of what a view has not seen
            return fit_pipeline(clone(pipeline), data, train, judged, view).decision_function(
                data.posts[test]
            )

        for seed in range(1, REPEATS + 1):
            halves = [
                pair[half]
                for pair in pairs
                for _, half in GroupKFold(2, shuffle=True, random_state=seed).split(
                    pair, groups=groups[pair]
                )
            ]
            for test, found_odds in zip(
                halves,
                Parallel(n_jobs=-1, require="sharedmem")(map(delayed(fold), halves)),
                strict=True,
            ):
                scores[test] = found_odds
            found.append(self.figures({"group": scores})[0]["macro_f1"])
        return found


def _cells(found: dict[str, Any]) -> list[str]:
    low, high = found["macro_f1_interval"]
    names = ("macro_f1_clear", "macro_f1_borderline", "auc", "average_precision", "share_sure")
    return [
        f"{found['macro_f1']:.4f}",
        f"{low:.3f} to {high:.3f}",
        *(_figure(found[name]) for name in names),
    ]


def _figure(value: float | None) -> str:
    return "" if value is None else f"{value:.4f}"


HEAD = [
    "candidate",
    "macro-F1",
    "95% interval",
    "clear posts",
    "borderline",
    "AUC",
    "average precision",
    "share sure",
]
COSTS = ["macro-F1, known sources", "seconds to fit", "1,000 posts/s", "MB"]
INTRODUCTION = f"""# Accuracy: what was tried

Made by `python benchmarks/accuracy.py --write benchmarks/accuracy.md` with the corpus beside the checkout.

Measured on the posts of both rounds, `labelled.jsonl.gz` and `labelled_2.jsonl.gz`. The headline is *unseen sources*: 10 folds split by `group`, accounts
of one repository in one fold, so that the fold's model
has seen no post of the sources it is measured on; nor has the view of the teacher that it learned from. The interval draws whole sources.
*Known sources* are random folds, stratified: five, or with a teacher the one of 3,721 posts that a view of it has
not seen, where the model without a teacher has 0.848.

Each row is calibrated on its own unseen-source scores: a sigmoid for a share of {PRIOR:.0%} selling says where 0.5 is, then a factor for
each side of it makes the probabilities true; *share sure* is
the share of posts beyond the thresholds at which {PRECISION:.0%} of each label are right. Seconds to fit are for one final fit without
cross-validation; posts a second are posts of the corpus (274 characters in the mean) on one core, to be read as ratios; MB is the artifact.
"""
CHOSEN = """*Chosen*: words and pairs, 2^24 buckets, sublinear counts, idf, min_df 2, C 10, balanced classes; borderline posts at
weight 0.4, the bundled invented posts at weight 1 and `labelled_hard.jsonl.gz` at 0.5 as training posts only; and, with the teacher's
probabilities as soft targets, at most 3,000 unlabelled posts of a source and 240,000 posts made of pieces of others, each of the two
kinds with three times the weight of the labelled posts. The other rows change what they name. The teacher is the mean of two encoders
(`tools/teacher`); where only one was asked of a post, what the mean is likely to be. Made
posts take strange words from a list of those that at least three sources use, the measured ones included; nothing else of a measured
source reaches its fold. *Deep*: two small networks over windows of three tokens beside it (`givesell.network`), taught the same.
"""
ONE_OFF = (Path(__file__).parent / "one_off.md").read_text(encoding="utf-8")


def table(head: list[str], rows: list[str]) -> list[str]:
    """Return the lines of a Markdown table."""
    return ["| " + " | ".join(head) + " |", "|---|" + "---:|" * (len(head) - 1), *rows, ""]


def report() -> str:
    """Measure all candidates and write them as Markdown."""
    bench = Bench()
    with_teacher = {
        name: bench.row(name, {**TAUGHT, **change}, known=name.startswith("**"))
        for name, change in WITH.items()
    }
    chosen = with_teacher["**chosen**"][1]
    without = {name: bench.row(name, {**PLAIN, **change}) for name, change in WITHOUT.items()}
    repeated = {"chosen": bench.repeats(TAUGHT), "without a teacher": bench.repeats(PLAIN)}
    sure = [
        [
            name,
            f"{found['posts']:,}",
            f"{found['calibration_error']:.3f}",
            f"{found['share_sure']:.3f}",
            f"{found['accuracy_sure']:.3f}",
        ]
        for model in ("chosen", "deep")
        for name, found in zip(
            (f"{model}, unseen sources", f"{model}, known sources"),
            with_teacher[f"**{model}**"][1:],
            strict=True,
        )
    ]
    return "\n".join(
        [
            INTRODUCTION,
            "## With a teacher\n",
            CHOSEN,
            *table(
                HEAD + COSTS,
                [row for row, _, _ in with_teacher.values()] + bench.teacher_rows(chosen),
            ),
            "## Without a teacher\n",
            *table(HEAD + COSTS, [row for row, _, _ in without.values()]),
            "## Other splits\n",
            "Macro-F1 on unseen sources where the two folds of each of the teacher's views are"
            " drawn anew: "
            + "; ".join(
                f"{name} {', '.join(f'{score:.4f}' for score in scores)}"
                for name, scores in repeated.items()
            )
            + ".\n",
            "## The chosen model by platform, unseen sources\n",
            *table(
                ["platform", "posts", "sources", "selling", *HEAD[1:], "right among sure"],
                bench.platform_rows(chosen),
            ),
            "## Calibration\n",
            *table(
                ["", "posts", "calibration error", "share sure", "right among sure"],
                ["| " + " | ".join(cells) + " |" for cells in sure],
            ),
            ONE_OFF,
        ]
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", type=Path, help="the Markdown file to write")
    parser.add_argument(
        "--only",
        nargs="+",
        metavar="ROW",
        help="print only these rows with a teacher, by the beginning of their names",
    )
    arguments = parser.parse_args()
    if arguments.only:
        some = Bench()
        for name, change in WITH.items():
            if name.strip("*").startswith(tuple(arguments.only)):
                row, unseen, known = some.row(
                    name, {**TAUGHT, **change}, known=name.startswith("**")
                )
                print(
                    row,
                    {
                        figure: (unseen[figure], known.get(figure))
                        for figure in ("calibration_error", "share_sure", "accuracy_sure")
                    },
                )
        raise SystemExit
    text = report()
    print(text)
    if arguments.write:
        arguments.write.write_text(text, encoding="utf-8")
