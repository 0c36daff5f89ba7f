"""Which room may import which: a module imports from its own layer's room or from lower layers,
never up.
"""

import ast
from pathlib import Path

import pytest

import givesell

PACKAGE = Path(givesell.__file__).parent
# Rooms by layer, lowest first; the public names in __init__ and __main__ stand above all.
LAYERS = [
    [
        "_version",
        "shipped",
        "verdict",
        "words",
        "errors",
        "extras",
        "open_folder",
        "writing",
        "locking",
        "report_options",
    ],
    ["text", "calibrated", "archives", "tensors", "delimited"],
    ["network"],
    ["features", "feature_names", "nlp", "datasets"],
    [
        "fingerprints",
        "golden",
        "card",
        "manifest",
        "artifact",
        "scoring",
        "weights",
        "model",
        "exporting",
        "pipelined",
        "loading",
    ],
    ["training", "reasons"],
    ["api", "scorer", "batch", "doc_verdict", "component", "labelling", "report"],
    ["cli"],
    ["__init__", "__main__"],
]
LAYER = {room: number for number, rooms in enumerate(LAYERS) for room in rooms}
MODULES = sorted(path for path in PACKAGE.rglob("*.py"))


def room_of(path):
    """Return the room that a module lies in."""
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


def imports(path):
    """Return the rooms that a module imports, at its top or inside functions."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = (
                [f"{node.module}.{alias.name}" for alias in node.names]
                if node.module == "givesell"
                else [node.module]
            )
        found |= {name.split(".")[1] for name in names if name.startswith("givesell.")}
    return found & set(LAYER)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_import_points_up(path):
    """No module imports from a room above its own, nor from a neighbour room of the same layer
    that imports it.
    """
    room = room_of(path)
    for other in imports(path) - {room}:
        assert LAYER[other] <= LAYER[room], f"{room} imports {other}"
        if LAYER[other] == LAYER[room] and (PACKAGE / f"{other}.py").exists():
            assert room not in imports(PACKAGE / f"{other}.py"), (
                f"{room} and {other} import each other"
            )


def test_every_room_has_a_layer():
    """A new room must say where it stands."""
    assert {room_of(path) for path in MODULES} <= set(LAYER)
