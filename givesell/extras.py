"""The packages that only a part of the library needs: which extra installs them, and the one
error where they are missing.
"""

from functools import cache

from givesell.errors import MissingPackageError

# The modules that show whether an extra is installed. Each is declared in pyproject.toml under
# the same name.
EXTRAS = {
    "archives": ("pyarrow", "pandas", "selectolax", "libipld"),
    "report": ("pyarrow", "pandas", "scipy", "jinja2", "matplotlib"),
    "train": (
        "scipy",
        "sklearn",
        "pandas",
        "pyarrow",
        "joblib",
        "safetensors",
        "threadpoolctl",
        "matplotlib",
    ),
    "nlp": ("spacy",),
    "encoder": ("onnxruntime", "onnx"),
}
PACKAGES = {"sklearn": "scikit-learn"}  # modules that are not called as their packages are


@cache
def has(extra: str) -> bool:
    """Tell whether the packages of an extra are installed.

    Parameters
    ----------
    extra : str
        One of `EXTRAS`.

    Returns
    -------
    bool

    Examples
    --------
    >>> has("nlp")
    True
    """
    return not _missing(extra)


def require(extra: str, what: str, *, package: str | None = None) -> None:
    """Refuse to go on where a package of an extra is missing; nothing is imported to find out.

    Parameters
    ----------
    extra : str
        One of `EXTRAS`.
    what : str
        What needs it, as the error begins: ``"Training"``.
    package : str, optional
        The only one of them that is needed here.

    Raises
    ------
    MissingPackageError
        E701, which says what to install.
    """
    missing = [name for name in _missing(extra) if package in (None, name)]
    if missing:
        raise MissingPackageError(
            "E701", what=what, package=PACKAGES.get(missing[0], missing[0]), extra=extra
        )


def _missing(extra: str) -> list[str]:
    from importlib.util import find_spec

    return [name for name in EXTRAS[extra] if find_spec(name) is None]
