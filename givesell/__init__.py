"""Tell giving from selling in social posts.

>>> import givesell
>>> givesell.classify("Thanks so much, that fixed it!").label
'giving'
"""

from givesell import _moved
from givesell._version import __version__ as __version__

_moved.install()

# The public names by the module that each is defined in.
_NAMES = {
    "givesell.api": ("classify", "explain", "score", "score_archive"),
    "givesell.archives.read": ("read_archive",),
    "givesell.model.load": ("load",),
    "givesell.model.model": ("Model",),
    "givesell.curate.review": ("review",),
    "givesell.curate.suggest": ("suggest",),
    "givesell.errors": ("GivesellError",),
    "givesell.estimators.vectorizer": ("PostVectorizer",),
    "givesell.learn.train": ("train",),
    "givesell.measure.compare": ("Comparison", "compare"),
    "givesell.measure.drift": ("drift",),
    "givesell.measure.drift_measures": ("Drift",),
    "givesell.measure.evaluate": ("evaluate",),
    "givesell.measure.evaluation": ("Evaluation",),
    "givesell.reasons.explanation": ("Explanation",),
    "givesell.scorer": ("Scorer",),
    "givesell.verdict": ("Scores", "Verdict"),
}
_HOMES = {name: module for module, names in _NAMES.items() for name in names}
__all__ = sorted(["__version__", *_HOMES])

# The same for type checkers, which read no tables; a test compares the two. They know the name,
# and importing it from `typing` would take as long as all else here.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from givesell.api import classify as classify
    from givesell.api import explain as explain
    from givesell.api import score as score
    from givesell.api import score_archive as score_archive
    from givesell.archives.read import read_archive as read_archive
    from givesell.curate.review import review as review
    from givesell.curate.suggest import suggest as suggest
    from givesell.errors import GivesellError as GivesellError
    from givesell.estimators.vectorizer import PostVectorizer as PostVectorizer
    from givesell.learn.train import train as train
    from givesell.measure.compare import Comparison as Comparison
    from givesell.measure.compare import compare as compare
    from givesell.measure.drift import drift as drift
    from givesell.measure.drift_measures import Drift as Drift
    from givesell.measure.evaluate import evaluate as evaluate
    from givesell.measure.evaluation import Evaluation as Evaluation
    from givesell.model.load import load as load
    from givesell.model.model import Model as Model
    from givesell.reasons.explanation import Explanation as Explanation
    from givesell.scorer import Scorer as Scorer
    from givesell.verdict import Scores as Scores
    from givesell.verdict import Verdict as Verdict

_EXTRAS = dict.fromkeys(("curate", "learn", "measure"), ("train", "Training and measuring models"))


def _load(name: str) -> object:
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


if not TYPE_CHECKING:  # for checkers an unknown name is an error
    __getattr__ = _load


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
