"""Where the models lie that come with the library, without loading one: completion in a shell
asks for their names.
"""

from pathlib import Path

SHIPPED = "givesell-en"  # the default
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
    """Return where a shipped model lies; None if there is none of that name."""
    return next((place / name for place in _places() if name in models_in(place)), None)


def models_in(place: Path) -> list[str]:
    """Return the names of the models that lie in a folder."""
    try:
        return sorted(folder.name for folder in place.iterdir() if (folder / MANIFEST).exists())
    except OSError:
        return []


def _places() -> list[Path]:
    """Inside an installed package, beside it in a checkout."""
    package = Path(__file__).parents[1]
    return [package / "models", package.parent / "models"]
