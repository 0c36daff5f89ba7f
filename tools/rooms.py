"""The rooms of the package as `docs/rooms.toml` declares them, what their modules import, and the
rules that `tests/test_layers.py` holds them to.

A room is a folder of the package, or a module that lies loose in it. Modules are named without the
package: ``"core.model"``; the package's own file is ``"__init__"``. A module's source is all that
its files hold: of one in Cython the kernel, what others may take from it, and the stub.
"""

import ast
import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tools.cython_source import as_python

ROOT = Path(__file__).parents[1]
PACKAGE = "givesell"
DECLARATION = ROOT / "docs" / "rooms.toml"
LARGEST_SHARE = 0.15  # of the lines of the package, in one room


@dataclass(frozen=True, slots=True)
class Floor:
    """Rooms that belong together, the lowest first, each with a sentence on what it holds."""

    title: str
    rooms: dict[str, str]


@dataclass(frozen=True, slots=True, order=True)
class Import:
    """What one module takes from another; ``names`` are those that it takes out of it."""

    source: str
    target: str
    names: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.source} imports {self.target}"


def declared(path: Path = DECLARATION) -> list[Floor]:
    """Return the declared floors, the lowest first."""
    floors = tomllib.loads(path.read_text(encoding="utf-8"))["floor"]
    return [Floor(floor["title"], floor["rooms"]) for floor in floors]


def sources_of(folder: Path, *endings: str) -> dict[str, str]:
    """Return the sources of the modules below a folder, by their names."""
    sources: dict[str, str] = {}
    for path in sorted(path for ending in endings for path in folder.rglob(f"*{ending}")):
        parts = path.relative_to(folder).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)
        sources[name] = sources.get(name, "") + path.read_text(encoding="utf-8")
    return sources


class House:
    """The modules of a package and what they import from each other.

    Parameters
    ----------
    sources : mapping of str to str
        Sources by the names of their modules.
    packages : set of str
        The modules that are folders.
    package : str
        The name of the package.
    kernels : mapping of str to str, optional
        What is written in Cython, by the names of the modules.
    headers : mapping of str to str, optional
        What is written in C, which imports nothing.
    """

    def __init__(
        self,
        sources: Mapping[str, str],
        packages: set[str],
        package: str = PACKAGE,
        kernels: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.sources, self.packages, self.package = dict(sources), packages, package
        self.kernels, self.headers = dict(kernels or {}), dict(headers or {})

    @classmethod
    def of_folder(cls, folder: Path) -> "House":
        """Read the package in a folder."""
        inits = (path.parent.relative_to(folder).parts for path in folder.rglob("__init__.py"))
        packages = {".".join(parts) for parts in inits} - {""}
        python, kernels = sources_of(folder, ".py", ".pyi"), sources_of(folder, ".pyx", ".pxd")
        return cls(python, packages, folder.name, kernels, sources_of(folder, ".h"))

    def with_line(self, module: str, line: str) -> "House":
        """Return the house with a line added to one of its modules, in Cython if it is."""
        python, kernels = dict(self.sources), dict(self.kernels)
        written = kernels if module in kernels else python
        written[module] = f"{written[module]}\n{line}\n"
        return House(python, self.packages, self.package, kernels, self.headers)

    def room(self, module: str) -> str:
        """Return the room of a module."""
        return module if module in self.packages else module.rpartition(".")[0] or module

    @cached_property
    def lines(self) -> dict[str, int]:
        """The number of lines in each room."""
        counts: dict[str, int] = {}
        for written in (self.sources, self.kernels, self.headers):
            for module, source in written.items():
                room = self.room(module)
                counts[room] = counts.get(room, 0) + source.count("\n")
        return counts

    @cached_property
    def imports(self) -> list[Import]:
        """What modules import from each other: at the top, inside functions, for types alone, from
        kernel to kernel, and by a module's full name in a string, which is how names are loaded
        when first used.
        """
        found = {
            (module, target, name)
            for module, tree in self._trees()
            for target, name in self._imports_of(module, tree)
            if target != module
        }
        names: dict[tuple[str, str], list[str]] = {}
        for source, target, name in sorted(found):
            names.setdefault((source, target), []).extend([name] if name else [])
        return [Import(source, target, tuple(taken)) for (source, target), taken in names.items()]

    def _trees(self) -> Iterator[tuple[str, ast.Module]]:
        for module, source in self.sources.items():
            yield module, ast.parse(source)
        for module, source in self.kernels.items():
            yield module, ast.parse(as_python(source))

    def _imports_of(self, module: str, tree: ast.Module) -> Iterator[tuple[str, str]]:
        """Yield what a module imports, and which name out of it, if it is one."""
        bound: dict[str, str] = {}  # names in the module that are other modules
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    if (target := self._module(alias.name)) is not None:
                        yield target, ""
                        if alias.asname:
                            bound[alias.asname] = target
            elif isinstance(node, ast.ImportFrom):
                origin = self._origin(module, node)
                for alias in node.names:
                    target = self._module(f"{origin}.{alias.name}")
                    if target is not None:
                        yield target, ""
                        bound[alias.asname or alias.name] = target
                    elif (target := self._module(origin)) is not None:
                        yield target, alias.name
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                target = self._module(node.value) if "." in node.value else None
                if target is not None and target not in self.packages:  # those name data too
                    yield target, ""
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Attribute)
                and isinstance(node.value, ast.Name)
                and node.value.id in bound
            ):
                yield bound[node.value.id], node.attr

    def _origin(self, module: str, node: ast.ImportFrom) -> str:
        """Return the full name of the module that an import is from."""
        if not node.level:
            return node.module or ""
        parts = [self.package, *(module.split(".") if module != "__init__" else [])]
        keep = len(parts) - node.level + (module in self.packages or module == "__init__")
        return ".".join([*parts[:keep], *([node.module] if node.module else [])])

    def _module(self, full: str) -> str | None:
        """Return the module of a full name, None where it is none of the package."""
        package, _, name = full.partition(".")
        if package != self.package:
            return None
        name = name or "__init__"
        return name if name in self.sources or name in self.kernels else None


def undeclared(house: House, floors: list[Floor]) -> set[str]:
    """Return the rooms that are not declared, and those that are but do not exist."""
    return {room for floor in floors for room in floor.rooms} ^ set(house.lines)


def upward(house: House, floors: list[Floor]) -> set[Import]:
    """Return the imports from rooms that are not declared before the importing one."""
    order = {room: at for at, room in enumerate(room for floor in floors for room in floor.rooms)}
    wrong = set()
    for taken in house.imports:
        source, target = house.room(taken.source), house.room(taken.target)
        if source != target and order.get(target, len(order)) >= order.get(source, -1):
            wrong.add(taken)
    return wrong


def room_cycles(house: House, without: Collection[Import] = ()) -> list[tuple[str, ...]]:
    """Return the cycles between rooms, each as its rooms in order of the alphabet."""
    graph: dict[str, set[str]] = {}
    for taken in house.imports:
        if taken not in without:
            graph.setdefault(house.room(taken.source), set()).add(house.room(taken.target))
    return _cycles(graph)


def module_cycles(house: House, without: Collection[Import] = ()) -> list[tuple[str, ...]]:
    """Return the cycles between modules, inside a room or across rooms."""
    graph: dict[str, set[str]] = {}
    for taken in house.imports:
        if taken not in without:
            graph.setdefault(taken.source, set()).add(taken.target)
    return _cycles(graph)


def private(house: House) -> set[str]:
    """Return the imports of private names, and of private modules from outside their folder."""
    wrong = set()
    for taken in house.imports:
        folder, _, own = taken.target.rpartition(".")
        outside = folder and not f"{taken.source}.".startswith(f"{folder}.")
        if _is_private(own) and outside:
            wrong.add(str(taken))
        wrong |= {f"{taken}.{name}" for name in taken.names if _is_private(name)}
    return wrong


def too_big(house: House) -> set[str]:
    """Return the rooms that hold too large a share of the lines."""
    total = sum(house.lines.values())
    return {room for room, lines in house.lines.items() if lines > LARGEST_SHARE * total}


def _is_private(name: str) -> bool:
    return name.startswith("_") and not name.endswith("__")


def _cycles(graph: Mapping[str, set[str]]) -> list[tuple[str, ...]]:
    """Return the strongly connected components of more than one node (Tarjan 1972)."""
    number: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[tuple[str, ...]] = []

    def visit(node: str) -> None:
        number[node] = low[node] = len(number)
        stack.append(node)
        for other in sorted(graph.get(node, set()) - {node}):
            if other not in number:
                visit(other)
                low[node] = min(low[node], low[other])
            elif other in stack:
                low[node] = min(low[node], number[other])
        if low[node] == number[node]:
            at = stack.index(node)
            if len(stack) - at > 1:
                found.append(tuple(sorted(stack[at:])))
            del stack[at:]

    for node in sorted(graph):
        if node not in number:
            visit(node)
    return sorted(found)
