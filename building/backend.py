"""The PEP 517 backend: setuptools, and a C compiler from PyPI where the machine has none."""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from setuptools import build_meta
from setuptools.build_meta import (
    build_editable,
    build_sdist,
    get_requires_for_build_sdist,
    prepare_metadata_for_build_editable,
    prepare_metadata_for_build_wheel,
)

from building.compiler import requirements
from building.settings import ROOT

__all__ = [
    "build_editable",
    "build_sdist",
    "build_wheel",
    "get_requires_for_build_editable",
    "get_requires_for_build_sdist",
    "get_requires_for_build_wheel",
    "prepare_metadata_for_build_editable",
    "prepare_metadata_for_build_wheel",
]


def get_requires_for_build_wheel(config_settings: Any = None) -> list[str]:
    """Return what building a wheel needs on this machine."""
    return requirements()


def get_requires_for_build_editable(config_settings: Any = None) -> list[str]:
    """Return what an editable installation needs on this machine."""
    return requirements()


def build_wheel(
    wheel_directory: str, config_settings: Any = None, metadata_directory: str | None = None
) -> str:
    """Build a wheel and return its name, from a checkout that cannot be written to as well."""
    with _writable_checkout():
        return build_meta.build_wheel(wheel_directory, config_settings, metadata_directory)


@contextlib.contextmanager
def _writable_checkout() -> Iterator[None]:
    """Work in a copy where the checkout cannot be written to, as setuptools does beside it."""
    if os.access(ROOT, os.W_OK):
        yield
        return
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, ROOT.name or "checkout")
        shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(".*", "build", "dist"))
        copy.chmod(0o755)
        with contextlib.chdir(copy):
            yield
