"""The model that a command works with."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from givesell.model.model import Model


def load_model(name: str | None, *, careful: bool = False) -> "Model":
    """Return a model.

    Parameters
    ----------
    name : str or None
        A folder or the name of a shipped model; None for the default.
    careful : bool, default False
        Whether the shipped encoder reads again the posts that deserve it.

    Returns
    -------
    Model
    """
    import givesell

    if careful:
        from givesell.model.careful import careful_model

        return careful_model(name)
    return givesell.load() if name is None else givesell.load(name)
