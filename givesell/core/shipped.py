"""Where the shipped models are, found without loading one, since shell completion needs their
names. A model is recognised as a shipped one by the digest of its weights: any model can be given a
name.
"""

import json
from functools import cache
from pathlib import Path

SHIPPED = "givesell-en"  # the default
SECOND = "givesell-en-encoder"  # reads again what deserves it
MANIFEST = "manifest.json"


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


def shipped_name(digest: str | None) -> str | None:
    """Return the name of the shipped model whose weights have a SHA-256; None if there is none.

    Examples
    --------
    >>> import givesell
    >>> shipped_name(givesell.load().digest)
    'givesell-en'
    """
    return None if digest is None else _names_by_digest().get(digest)


@cache
def _names_by_digest() -> dict[str, str]:
    names = {}
    for place in _places():
        for name in models_in(place):
            manifest = json.loads((place / name / MANIFEST).read_bytes())
            names[manifest["files"]["weights.safetensors"]["sha256"]] = name
    return names


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
