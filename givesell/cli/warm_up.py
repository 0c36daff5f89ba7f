"""`givesell warm-up`: compile now what would be compiled at first use."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from givesell.cli import printing
from givesell.show.words import shown


def warm_up() -> None:
    """Compile ahead of the first use on a machine, such as while a container image is built.

    Compiled code is stored in the folder that GIVESELL_CACHE_DIR names, if it is set, else beside
    the package or in the user's cache folder. A folder that others can write to is not used.
    """
    from givesell.errors import FileError
    from givesell.extras import has
    from givesell.text.compiled import VARIABLE, compiling

    began = time.perf_counter()
    for what, (extra, step) in _STEPS.items():
        if extra and not has(extra):
            continue
        with printing.status(f"{what} ..."):
            step()
    if compiling.uncached:
        raise FileError("E119", variable=VARIABLE)
    place = shown(os.path.commonpath(compiling.folders))
    if not compiling.count:
        printing.say(f"nothing to compile: everything is stored in {place}")
        return
    printing.say(
        f"{compiling.count} functions compiled in {time.perf_counter() - began:.0f} s, stored in"
        f" {place}"
    )


def _score() -> None:
    from givesell.model.load import load, shipped_models

    for name in shipped_models():
        for facets in (True, False):
            load(name).verdicts(["Thanks!"], facets=facets)


def _explain() -> None:
    from givesell.model.load import load, shipped_models
    from givesell.reasons.explain import explain_posts

    for name in shipped_models():
        explain_posts(load(name), "Thanks!").to_dict()


def _read() -> None:
    from givesell.archives.read import read_archive

    with TemporaryDirectory() as folder:
        path = Path(folder, "posts.json")
        path.write_text('[{"text": "Thanks!"}]')
        read_archive(path).frame()


def _train() -> None:
    from givesell.datasets import load_posts
    from givesell.estimators.network.classifier import NetworkClassifier
    from givesell.learn.train import train
    from givesell.measure.drift import drift
    from givesell.measure.evaluate import evaluate

    posts = load_posts().head(200)
    model = train(posts, network=NetworkClassifier(size=8, channels=8, hidden=4, epochs=1))
    evaluate(model, posts, rounds=100)
    drift(model, posts["text"])
    train(posts, base="givesell-en")


# Each with the extra that it takes: what is not installed needs no warming up.
_STEPS: dict[str, tuple[str | None, Callable[[], None]]] = {
    "scoring": (None, _score),
    "explaining": (None, _explain),
    "reading": ("archives", _read),
    "training": ("train", _train),
}
