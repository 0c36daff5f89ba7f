"""The model that a command works with."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from givesell.model.model import Model


def load_model(name: str | None) -> "Model":
    """Return a model.

    Parameters
    ----------
    name : str or None
        A folder or the name of a shipped model; None for the default.

    Returns
    -------
    Model
    """
    import givesell

    return givesell.load() if name is None else givesell.load(name)
