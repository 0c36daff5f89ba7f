"""Models that come as packages of their own.

A package names its models as entry points of the group ``givesell.models``: the name is the
model's, the value the module whose folder holds the artifact. The module is found and never
imported, so that a model stays data. Those of this project lie in ``models/`` of a checkout, where
they are found without being installed.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from givesell.errors import ArtifactError

GROUP = "givesell.models"
MANIFEST = "manifest.json"
# The packages of this project, by the names of their models: what is not installed can be named.
OURS = {"givesell-en-encoder": "givesell_en_encoder"}

_found: dict[str, Path] = {}  # the folders by name, so that a loop looks for packages once


class Named(NamedTuple):
    """An entry point: the name of a model, the package that names it, and the module."""

    model: str
    package: str
    module: str


def packaged_models() -> list[str]:
    """Return the names of the models that installed packages bring, and a checkout.

    A package that is broken is named too: loading its model says what is wrong.

    Examples
    --------
    >>> "givesell-en" in packaged_models()  # comes with the library
    False
    """
    here = {name for name, module in OURS.items() if _in_checkout(name, module)}
    return sorted(here | {named.model for named in _entry_points()})


def packaged_folder(model: str) -> Path | None:
    """Return the folder of a model that comes as a package; None if no package has it.

    Parameters
    ----------
    model : str
        Its name. What a checkout has comes before what is installed.

    Raises
    ------
    ArtifactError
        E234 for a package of this project that is not installed, E235 for one whose model is gone,
        E236 for two that have a model of the same name.

    Examples
    --------
    >>> packaged_folder("no-such-model") is None
    True
    """
    known = _found.get(model)
    if known is not None and (known / MANIFEST).is_file():
        return known
    folder = _in_checkout(model, OURS[model]) if model in OURS else None
    folder = _installed(model) if folder is None else folder
    if folder is not None:
        _found[model] = folder
    elif model in OURS:
        raise ArtifactError("E234", model=model, module=OURS[model])
    return folder


def ours_at(folder: Path) -> str | None:
    """Return the name of the model whose place in a checkout a folder is; None for any other
    folder.

    Parameters
    ----------
    folder : Path
        Need not exist.

    Examples
    --------
    >>> ours_at(Path("models/mine")) is None
    True
    """
    return next((name for name, module in OURS.items() if folder == _place(name, module)), None)


def _place(model: str, module: str) -> Path:
    return Path(__file__).parents[2] / "models" / model / module


def _in_checkout(model: str, module: str) -> Path | None:
    place = _place(model, module)
    return place if (place / MANIFEST).is_file() else None


def _installed(model: str) -> Path | None:
    named = [each for each in _entry_points() if each.model == model]
    if not named:
        return None
    first = named[0]
    if len({each.module for each in named}) > 1:
        raise ArtifactError(
            "E236", model=model, packages=" and ".join(sorted({each.package for each in named}))
        )
    folder = _folder_of(first.module)
    if folder is None:
        raise ArtifactError(
            "E235", model=model, package=first.package, module=first.module, manifest=MANIFEST
        )
    return folder


def _folder_of(module: str) -> Path | None:
    """Return the folder of a module that holds an artifact; no code of it is run, not even that of
    the packages it lies in.
    """
    from importlib.util import find_spec

    top, *inner = module.split(".")
    try:
        spec = find_spec(top)
    except (ImportError, ValueError):  # an odd name, or a module that was made by hand
        return None
    places = (spec and spec.submodule_search_locations) or ()
    folders = (Path(place, *inner) for place in places)
    return next((folder for folder in folders if (folder / MANIFEST).is_file()), None)


def _entry_points() -> Iterator[Named]:
    """Yield what installed packages name. One whose metadata cannot be read must not hide the
    others, as it would from `importlib.metadata.entry_points`.
    """
    from importlib.metadata import distributions

    seen = set()
    for distribution in distributions():
        try:
            if GROUP not in (distribution.read_text("entry_points.txt") or ""):
                continue
            package = (distribution.metadata.get_all("Name") or ["without a name"])[0]
            entries = distribution.entry_points.select(group=GROUP)
        except (OSError, TypeError, ValueError):
            continue
        if package in seen:  # of two versions Python imports the first
            continue
        seen.add(package)
        for entry in entries:
            yield Named(entry.name, package, entry.value.partition(":")[0].strip())
