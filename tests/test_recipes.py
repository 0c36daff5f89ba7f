"""The code of docs/recipes.md runs as it stands there."""

import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[1] / "docs" / "recipes.md"
BLOCKS = re.findall(
    r"^```python\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
)


@pytest.mark.parametrize(
    "code",
    BLOCKS,
    ids=lambda code: re.search(r"dask|mapInArrow|pyspark|polars|Pool|sklearn|Scorer", code)[0],
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
