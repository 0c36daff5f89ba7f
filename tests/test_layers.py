"""Which room may import which: a module imports from its own room or from rooms that are declared
before it in `docs/rooms.toml`, never up, never in a circle, and nothing private.
"""

import pytest

from tools.rooms import (
    PACKAGE,
    ROOT,
    House,
    declared,
    module_cycles,
    private,
    room_cycles,
    too_big,
    undeclared,
    upward,
)

HOUSE = House.of_folder(ROOT / PACKAGE)
FLOORS = declared()

# Imports that point up, each with its reason. Nothing else may, and each of these must still be
# there: what no longer occurs is taken off the list.
UPWARD: dict[tuple[str, str], str] = {}


def test_every_room_is_declared():
    """A new room says what it holds and where it belongs; a room that is gone is taken off."""
    assert undeclared(HOUSE, FLOORS) == set()


def test_every_room_is_described():
    """The declaration says of each room in one sentence what it holds."""
    for floor in FLOORS:
        for room, sentence in floor.rooms.items():
            assert sentence.endswith("."), room


def test_no_import_points_up():
    """No module imports from a room that is declared after its own, whether at the top, inside a
    function, for types alone or by name; exceptions are named above.
    """
    found = {(taken.source, HOUSE.room(taken.target)) for taken in upward(HOUSE, FLOORS)}
    assert found == set(UPWARD)


def test_rooms_import_each_other_in_no_circle():
    """But for the exceptions above, no room imports another one that imports it in turn, on
    whatever way.
    """
    assert room_cycles(HOUSE, upward(HOUSE, FLOORS)) == []


def test_modules_import_each_other_in_no_circle():
    """No two modules import each other, on whatever way, inside a room or across rooms."""
    assert module_cycles(HOUSE, upward(HOUSE, FLOORS)) == []


def test_private_names_stay_in_their_module():
    """No module takes a name with an underscore out of another one, nor a module with an
    underscore out of another folder.
    """
    assert private(HOUSE) == set()


def test_no_room_is_too_big():
    """A room that holds more than 15 % of the lines is several rooms."""
    assert too_big(HOUSE) == set()


@pytest.mark.parametrize(
    "line",
    [
        "from givesell.report.build import make_report",
        "from givesell.report import build",
        "from givesell import api",
        "from givesell import score_archive",
        "import givesell.report.build",
        "import givesell.report.build as build",
        "from ..report import build",
        "from .. import api",
        "def late():\n    from givesell.report.build import make_report",
        "if TYPE_CHECKING:\n    from givesell.report.build import Report",
        "HOMES = {'make_report': 'givesell.report.build'}",
    ],
)
def test_an_import_that_points_up_is_seen(line):
    """Whatever form an import takes, one from batch up to report or to the public names is seen,
    although both are packages.
    """
    before = upward(HOUSE, FLOORS)
    (seen,) = upward(HOUSE.with_line("batch.inputs", line), FLOORS) - before
    assert seen.source == "batch.inputs"
    assert HOUSE.room(seen.target) in ("report", "api", "__init__")


@pytest.mark.parametrize(
    "line",
    [
        "from givesell.report.build cimport Chart",
        "from givesell.report cimport build",
        "cimport givesell.report.build",
        "cimport givesell.report.build as build",
        "from ..report cimport build",
        "from .. import api",
        "from givesell.report.build import (\n    make_report,\n)",
        "cdef void late() nogil:\n    with gil:\n        from givesell import api",
        "HOMES = {'make_report': 'givesell.report.build'}",
    ],
)
def test_a_kernel_that_imports_upward_is_seen(line):
    """What a kernel imports, or takes from another kernel, obeys the same order."""
    before = upward(HOUSE, FLOORS)
    (seen,) = upward(HOUSE.with_line("text.scanner", line), FLOORS) - before
    assert seen.source == "text.scanner"
    assert HOUSE.room(seen.target) in ("report", "api")


def test_a_circle_of_kernels_is_seen():
    """Kernels of one room that take from each other are seen, by way of a module in Python too."""
    kernels = {"a.one": "from house.a.two cimport x", "a.two": "from house.a.three import y"}
    house = House({"a": "", "a.three": "from house.a.one import z"}, {"a"}, "house", kernels)
    assert module_cycles(house) == [("a.one", "a.three", "a.two")]


def test_a_circle_between_rooms_is_seen():
    """Batch imports report, and report imports batch: two packages, no module twice."""
    planted = HOUSE.with_line("batch.inputs", "from givesell.report.charts import chart")
    assert any({"batch", "report"} <= set(circle) for circle in room_cycles(planted))
    assert not any({"batch", "report"} <= set(circle) for circle in room_cycles(HOUSE))


def test_a_circle_of_three_rooms_is_seen():
    """A cycle over three rooms is reported, though no two of them import each other."""
    lines = {"a.m": "from house.b.m import x", "b.m": "from house.c.m import x"}
    sources = {"a": "", "b": "", "c": "", **lines, "c.m": "from house.a.n import x", "a.n": "x = 1"}
    house = House(sources, {"a", "b", "c"}, "house")
    assert room_cycles(house) == [("a", "b", "c")]
    assert module_cycles(house) == []


def test_a_circle_inside_a_room_is_seen():
    """Two modules of one room that import each other are seen, also inside functions and through
    the package.
    """
    sources = {
        "a": "from house.a.one import x",
        "a.one": "def f():\n    from house.a.two import y",
        "a.two": "from house.a import x",
    }
    house = House(sources, {"a"}, "house")
    assert module_cycles(house) == [("a", "a.one", "a.two")]
    assert room_cycles(house) == []


@pytest.mark.parametrize(
    "line",
    [
        "from house.b.m import _hidden",
        "from house.b import m\nm._hidden()",
        "import house.b.m as other\nother._hidden()",
        "from house.b._m import x",
        "from house.b import _m",
    ],
)
def test_a_private_import_is_seen(line):
    """A private name is seen whether it is imported or asked of its module, and a private module
    outside its folder.
    """
    sources = {"a.n": line, "b": "", "b.m": "def _hidden(): ...", "b._m": "x = 1"}
    assert private(House(sources, {"b"}, "house"))


def test_private_modules_serve_their_folder():
    """A private module may be imported beside it; so may what the package keeps to itself."""
    sources = {"b": "from house.b._m import x", "b._m": "x = 1", "_version": "x = 1"}
    sources["c.n"] = "from house._version import x, __doc__"
    assert private(House(sources, {"b"}, "house")) == set()


def test_a_room_that_grows_too_big_is_seen():
    """A room is measured with all its modules, but without the rooms inside it."""
    sources = {"a": "x\n" * 10, "a.one": "x\n" * 10, "a.b.m": "x\n" * 80, "c.m": "x\n" * 900}
    house = House(sources, {"a", "a.b"}, "house")
    assert house.lines == {"a": 20, "a.b": 80, "c": 900}
    assert too_big(house) == {"c"}


@pytest.mark.parametrize(
    "line",
    [
        "from house.b.m cimport _hidden",
        "from house.b cimport m\ncdef int x = m._hidden(1)",
        "cimport house.b.m as other\ncdef other._hidden* x",
        "from house.b._m cimport x",
        "from house.b cimport _m",
    ],
)
def test_a_private_name_of_a_kernel_is_seen(line):
    """A kernel takes nothing private from another one."""
    kernels = {"a.n": line, "b.m": "cdef int _hidden(int x)", "b._m": "cdef int x"}
    assert private(House({"b": ""}, {"b"}, "house", kernels))


def test_kernels_count():
    """The lines of a kernel, of what others may take from it, of its stub and of its headers are
    lines of its room.
    """
    folder = ROOT / PACKAGE / "text"
    endings = (".py", ".pyi", ".pyx", ".pxd", ".h")
    paths = [path for path in folder.iterdir() if path.suffix in endings]
    assert {path.suffix for path in paths} == set(endings)
    lines = sum(path.read_text(encoding="utf-8").count("\n") for path in paths)
    assert HOUSE.lines["text"] == lines
