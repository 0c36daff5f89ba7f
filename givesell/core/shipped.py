"""Where the models are that have a name, found without loading one, since shell completion needs
their names: those that come with the library, and those of other packages
(`givesell.core.model_packages`). A model is recognised as one of them by the digest of its weights:
any model can be given a name.
"""

import json
from functools import cache
from pathlib import Path

from givesell.core.model_packages import MANIFEST as MANIFEST
from givesell.core.model_packages import ours_at, packaged_folder, packaged_models
from givesell.errors import ArtifactError

SHIPPED = "givesell-en"  # the default
SECOND = "givesell-en-encoder"  # reads again what deserves it


def shipped_models() -> list[str]:
    """Return the names of the models that come with the library.

    Examples
    --------
    >>> shipped_models()
    ['givesell-en', 'givesell-en-deep']
    """
    return sorted({name for place in _places() for name in models_in(place)})


def shipped_folder(name: str) -> Path | None:
    """Return the folder of a shipped model; None if there is none of that name."""
    return next((place / name for place in _places() if name in models_in(place)), None)


def named_models() -> list[str]:
    """Return the names of all models that load by their name: the shipped ones, then those of
    installed packages.

    Examples
    --------
    >>> named_models()[:2]
    ['givesell-en', 'givesell-en-deep']
    """
    shipped = shipped_models()
    return shipped + [name for name in packaged_models() if name not in shipped]


def named_folder(name: str) -> Path | None:
    """Return the folder of a model with a name; None if there is none of that name.

    Other packages are looked for only where the library has none of that name, so that no package
    can take the place of a shipped model.

    Raises
    ------
    ArtifactError
        See `givesell.core.model_packages.packaged_folder`.
    """
    return shipped_folder(name) or packaged_folder(name)


def name_at(folder: Path) -> str | None:
    """Return the name that loads what lies in a folder of the library or of its checkout; None for
    any other folder.
    """
    return folder.name if shipped_folder(folder.name) == folder else ours_at(folder)


def shipped_name(digest: str | None) -> str | None:
    """Return the name of the shipped or installed model whose weights have a SHA-256; None if
    there is none.

    Examples
    --------
    >>> import givesell
    >>> shipped_name(givesell.load().digest)
    'givesell-en'
    """
    if digest is None:
        return None
    name = _names_by_digest().get(digest)
    return _packaged_name(digest) if name is None else name


@cache
def _names_by_digest() -> dict[str, str]:
    return {_digest_of(place / name): name for place in _places() for name in models_in(place)}


def _packaged_name(digest: str) -> str | None:
    for name in packaged_models():
        try:
            folder = packaged_folder(name)
            if folder is not None and _digest_of(folder) == digest:
                return name
        except (ArtifactError, OSError, ValueError, LookupError, TypeError):
            continue  # loading it says what is wrong
    return None


def _digest_of(folder: Path) -> str:
    manifest = json.loads((folder / MANIFEST).read_bytes())
    return str(manifest["files"]["weights.safetensors"]["sha256"])


def models_in(place: Path) -> list[str]:
    """Return the names of the models in a folder."""
    try:
        return sorted(folder.name for folder in place.iterdir() if (folder / MANIFEST).exists())
    except OSError:
        return []


def _places() -> list[Path]:
    """Inside an installed package, beside it in a checkout."""
    package = Path(__file__).parents[1]
    return [package / "models", package.parent / "models"]
