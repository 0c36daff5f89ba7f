"""Tell giving from selling in social posts.

>>> import givesell
>>> givesell.classify("Thanks so much, that fixed it!").label
'giving'
"""

from typing import TYPE_CHECKING, Any

from givesell._version import __version__

if TYPE_CHECKING:
    from givesell.api import classify, explain, score, score_archive
    from givesell.archives.read import read_archive
    from givesell.core.load import load
    from givesell.core.model import Model
    from givesell.curate.review import review
    from givesell.curate.suggest import suggest
    from givesell.errors import GivesellError
    from givesell.estimators.vectorizer import PostVectorizer
    from givesell.learn.train import train
    from givesell.measure.compare import Comparison, compare
    from givesell.measure.drift import drift
    from givesell.measure.drift_measures import Drift
    from givesell.measure.evaluate import evaluate
    from givesell.measure.evaluation import Evaluation
    from givesell.reasons.explanation import Explanation
    from givesell.scorer import Scorer
    from givesell.verdict import Scores, Verdict

__all__ = [
    "Comparison",
    "Drift",
    "Evaluation",
    "Explanation",
    "GivesellError",
    "Model",
    "PostVectorizer",
    "Scorer",
    "Scores",
    "Verdict",
    "__version__",
    "classify",
    "compare",
    "drift",
    "evaluate",
    "explain",
    "load",
    "read_archive",
    "review",
    "score",
    "score_archive",
    "suggest",
    "train",
]

_HOMES = {
    "Comparison": "givesell.measure.compare",
    "Drift": "givesell.measure.drift_measures",
    "Evaluation": "givesell.measure.evaluation",
    "Explanation": "givesell.reasons.explanation",
    "GivesellError": "givesell.errors",
    "Model": "givesell.core.model",
    "PostVectorizer": "givesell.estimators.vectorizer",
    "Scorer": "givesell.scorer",
    "Scores": "givesell.verdict",
    "Verdict": "givesell.verdict",
    "classify": "givesell.api",
    "compare": "givesell.measure.compare",
    "drift": "givesell.measure.drift",
    "evaluate": "givesell.measure.evaluate",
    "explain": "givesell.api",
    "load": "givesell.core.load",
    "read_archive": "givesell.archives.read",
    "review": "givesell.curate.review",
    "score": "givesell.api",
    "score_archive": "givesell.api",
    "suggest": "givesell.curate.suggest",
    "train": "givesell.learn.train",
}

_EXTRAS = dict.fromkeys(("curate", "learn", "measure"), ("train", "Training and measuring models"))


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used (PEP 562), so that ``import givesell`` loads
    nothing heavy.
    """
    if name not in _HOMES:
        raise AttributeError(f"module 'givesell' has no attribute {name!r}")
    import importlib

    room = _HOMES[name].split(".")[1]
    if room in _EXTRAS:
        from givesell.extras import require

        # Drift is also part of `givesell score` and of the report, which need no scikit-learn.
        require(*(("archives", "Drift") if name in ("Drift", "drift") else _EXTRAS[room]))
    value = getattr(importlib.import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
