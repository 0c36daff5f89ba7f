"""The code of docs/recipes.md runs as it stands there."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.util import find_spec
from pathlib import Path

import pytest

import givesell
from givesell.core import model_packages

PAGE = Path(__file__).parents[1] / "docs" / "recipes.md"
TEXT = PAGE.read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```python\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize(
    "code",
    BLOCKS,
    ids=lambda code: re.search(r"dask|mapInArrow|pyspark|polars|Pool|sklearn|Scorer|save", code)[0],
)
def test_recipe(code, tmp_path):
    """A recipe gives what it says that it gives, where the engine that it is for is installed."""
    for name in re.findall(r"^(?:import|from) (\w+)", code, re.MULTILINE):
        if find_spec(name) is None:
            pytest.skip(f"{name} is not installed")
    # A file, so that engines and pools find its functions in their processes.
    (tmp_path / "recipe.py").write_text(
        "if __name__ == '__main__':\n" + "".join(f"    {line}\n" for line in code.splitlines())
    )
    environment = os.environ | {"PYSPARK_PYTHON": sys.executable}
    command = [sys.executable, "recipe.py"]
    done = subprocess.run(
        command,
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_the_recipe_of_a_package(saved, tmp_path, monkeypatch):
    """A package with the settings of the page brings the whole model, by the name that it says."""
    (settings,) = re.findall(r"^```toml\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
    read = tomllib.loads(settings)
    ((name, module),) = read["project"]["entry-points"][model_packages.GROUP].items()
    copy, site = tmp_path / "copy", tmp_path / "site"
    givesell.load(saved["linear"]).save(copy / module)
    (copy / "pyproject.toml").write_text(settings)
    (copy / module / "__init__.py").touch()
    code = "from setuptools import build_meta as b; b.build_wheel('.')"
    subprocess.run([sys.executable, "-c", code], cwd=copy, capture_output=True, check=True)
    (wheel,) = copy.glob("*.whl")
    shutil.unpack_archive(wheel, site, "zip")
    monkeypatch.syspath_prepend(site)
    monkeypatch.setattr(model_packages, "_found", {})
    assert givesell.load(name).digest == givesell.load(saved["linear"]).digest
