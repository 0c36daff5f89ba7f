"""The model that ``careful=True`` asks for: a second one reads again what deserves it."""

from functools import lru_cache

from givesell.core.shipped import SECOND
from givesell.model.load import MOST_CACHED, ModelLike, as_model
from givesell.model.model import Model


def careful_model(model: ModelLike | None = None) -> Model:
    """Return the model that an argument names, with a second look by the shipped encoder.

    Parameters
    ----------
    model : Model, str, path or None
        The one that reads every post; see `givesell.model.load.as_model`.

    Returns
    -------
    Model

    Raises
    ------
    ArtifactError
        If the encoder is not installed.
    ArgumentError
        As `Model.with_second_look`.
    """
    return _combined(as_model(model), as_model(SECOND))


@lru_cache(MOST_CACHED)
def _combined(first: Model, second: Model) -> Model:
    return first.with_second_look(second)
