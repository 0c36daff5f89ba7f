"""The estimators that `train` fits: the library's own, or a caller's classifier behind its
features.
"""

from typing import Any

from sklearn.base import clone, is_classifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline

from givesell.errors import ArgumentTypeError
from givesell.estimators.calibrated import CalibratedScores
from givesell.estimators.vectorizer import PostVectorizer
from givesell.types import Classifier


def make_pipeline(
    features: PostVectorizer | None = None,
    *,
    C: float = 10.0,
    random_state: int = 0,
    classifier: Classifier | None = None,
    solver: str = "liblinear",
) -> Pipeline:
    """Return the unfitted pipeline that `train` fits.

    Parameters
    ----------
    features : PostVectorizer, optional
    C : float, default 10
        Inverse strength of regularisation.
    random_state : int
        Also for a classifier whose ``random_state`` is None.
    classifier : estimator, optional
        A classifier to use instead of logistic regression.
    solver : {"liblinear", "lbfgs"}
        Of logistic regression. The first copies all features; the second needs less than half the
        memory, for very many posts.

    Returns
    -------
    sklearn.pipeline.Pipeline
        Steps ``features`` and ``classifier``.

    Raises
    ------
    ArgumentTypeError
        E322 if `classifier` is not a classifier.

    Examples
    --------
    >>> [name for name, _ in make_pipeline().steps]
    ['features', 'classifier']
    """
    if classifier is None:
        estimator = LogisticRegression(
            C=C, class_weight="balanced", solver=solver, random_state=random_state
        )
        if solver == "lbfgs":
            estimator.set_params(max_iter=1000, tol=1e-6)  # of the mean gradient
    else:
        estimator = CalibratedScores(_seeded(classifier, random_state))
    return Pipeline(
        [
            ("features", PostVectorizer() if features is None else features),
            ("classifier", estimator),
        ]
    )


def _seeded(classifier: Any, random_state: int) -> Any:
    """Return a copy of a caller's classifier, with every unset ``random_state`` set."""
    if isinstance(classifier, type):
        raise ArgumentTypeError(
            "E322", given=f"the class {classifier.__name__}: write {classifier.__name__}()"
        )
    if (
        not hasattr(classifier, "fit")
        or not hasattr(classifier, "get_params")
        or not is_classifier(classifier)
    ):
        raise ArgumentTypeError("E322", given=type(classifier).__name__)
    if not any(hasattr(classifier, name) for name in ("decision_function", "predict_proba")):
        raise ArgumentTypeError(
            "E322",
            given=f"{type(classifier).__name__}, which as configured predicts only labels",
        )
    classifier = clone(classifier)
    parameters = classifier.get_params()
    open_seeds = [
        name
        for name, value in parameters.items()
        if name.rpartition("__")[2] == "random_state" and value is None
    ]
    return classifier.set_params(**dict.fromkeys(open_seeds, random_state))
