"""A case: the files that are tried, what is done with them, and what must be so afterwards. Case
i of a seed is always the same.
"""

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from fuzz import artifacts, packing
from fuzz.columns import QUERIES, Columns, table
from fuzz.damage import damaged
from fuzz.members import Change, Lines, Member, Rows
from fuzz.seed import Seed, marker
from fuzz.seeds import seeds

OUTS = ("csv", "csv", "jsonl", "jsonl", "parquet", "arrow", "tsv", "csv.gz", "jsonl.zst")
_LABELLED = 24
_WHOLE = ("parquet", "arrow", "feather", "sqlite", "excel")  # these need a file of their own


@dataclass(frozen=True)
class Case:
    """What is tried.

    Attributes
    ----------
    kind : str
        The format.
    action : str
        What is done with it; see `fuzz.actions`.
    files : dict of str to bytes
    target : str
        The file or folder of them that is passed.
    trail : tuple of str
        What was changed.
    options : dict
        More for the action.
    rows : int or None
        How many posts must be accounted for, if that is known.
    more : int
        How many more there may be.
    markers : tuple of str
        What must be in the output.
    """

    kind: str
    action: str
    files: dict[str, bytes]
    target: str
    trail: tuple[str, ...] = ()
    options: dict[str, Any] = field(default_factory=dict)
    rows: int | None = None
    more: int = 0
    markers: tuple[str, ...] = ()

    def save(self, folder: Path) -> None:
        """Write the case to a folder, from which `read_case` reads it."""
        write_files(folder / "in", self.files)
        names = sorted(self.files)
        for number, name in enumerate(
            names
        ):  # names that no file can have are kept by their number
            (folder / "bytes").mkdir(exist_ok=True)
            (folder / "bytes" / str(number)).write_bytes(self.files[name])
        (folder / "case.json").write_text(
            json.dumps({**asdict(self), "files": names}, indent=1), encoding="utf-8"
        )


def read_case(folder: Path) -> Case:
    """Read what `Case.save` wrote."""
    told = json.loads((folder / "case.json").read_text(encoding="utf-8"))
    files = {
        name: (folder / "bytes" / str(number)).read_bytes()
        for number, name in enumerate(told["files"])
    }
    return Case(
        **{**told, "files": files, "trail": tuple(told["trail"]), "markers": tuple(told["markers"])}
    )


def write_files(folder: Path, files: dict[str, bytes]) -> None:
    """Write files below a folder; one that cannot have its name is left out."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def make_case(seed: int, number: int) -> Case:
    """Return a case.

    Parameters
    ----------
    seed : int
    number : int
        From 0. The formats take turns.
    """
    rng = random.Random(f"{seed}/{number}")
    makers = _makers()
    return makers[number % len(makers)](rng, seed)


def kinds() -> list[str]:
    """Return the formats, in the order in which they take turns."""
    return [*(each.kind for each in _seeds()), *_OTHERS]


def valid_cases() -> Iterator[Case]:
    """Yield each seed as it is, in each form: what must be read to the last post."""
    yield from valid_files()
    yield from (make(random.Random(0), 0, as_it_is=True) for make in _OTHERS.values())


def valid_files() -> Iterator[Case]:
    """Yield those of `valid_cases` that are inputs to score."""
    rng = random.Random(0)
    for each in _seeds():
        files = {name: member.write() for name, member in each.members.items()}
        known = {name: member.markers for name, member in each.members.items()}
        marks = [mark for name in known for mark in known[name]]
        whole = Case(
            each.kind,
            "score",
            files,
            "",
            (),
            {"out": "csv"},
            len(marks) or None,
            0,
            tuple(filter(None, marks)),
        )
        for form in packing.MANY if each.folder else ():
            packed: dict[str, Any] = (
                {}
                if form == "folder"
                else {
                    "files": {f"a.{form}": packing.pack_many(files, form, rng)},
                    "target": f"a.{form}",
                }
            )
            yield replace(whole, **packed)
        for name in each.lone:
            yield replace(
                whole,
                files={name: files[name]},
                target=name,
                rows=len(known[name]) or None,
                markers=tuple(filter(None, known[name])),
            )


@cache
def _seeds() -> tuple[Seed, ...]:
    return tuple(seeds())


@cache
def _makers() -> tuple[Callable[[random.Random, int], Case], ...]:
    def of(each: Seed) -> Callable[[random.Random, int], Case]:
        return lambda rng, seed: _file_case(each, rng, seed)

    return (*map(of, _seeds()), *_OTHERS.values())


def _file_case(each: Seed, rng: random.Random, seed: int) -> Case:
    """Return a case of an input to score: a place made odd, bytes damaged, or a container's
    headers.
    """
    lone = rng.choice(each.lone) if each.lone and (not each.folder or rng.random() < 0.5) else None
    members = {lone: each.members[lone]} if lone is not None else dict(each.members)
    trail: list[str] = []
    changes: dict[str, Change] = {}
    way = rng.random()
    structural = way < 0.55
    for _ in range(rng.choice((1, 1, 1, 1, 2)) if structural else 0):
        name = rng.choice(list(members))
        if name not in changes:
            members[name], changes[name] = members[name].changed(rng, seed)
            trail.append(f"{name}: {changes[name].what}")
    files = {name: member.write() for name, member in members.items()}
    before = not structural and rng.random() < 0.6
    if before:
        name = rng.choice(list(files))
        files[name], names = damaged(rng, files[name], _other(rng.randrange(len(_seeds()))))
        trail.append(f"{name}: {', '.join(names)}")
    options: dict[str, Any] = {"out": rng.choice(OUTS)}
    files, target, safe = _packed(
        each, lone, files, rng, trail, touch=not structural and not before
    )
    action = rng.choices(("score", "read", "cli"), (0.8, 0.14, 0.06))[0]
    if action == "score":
        options |= {
            "report": rng.random() < 0.03,
            "visibility": "all" if rng.random() < 0.1 else "public",
            "n_jobs": rng.choice((1, 2)),
        }
        options["again"] = each.kind in ("arrow", "feather", "parquet") or rng.random() < 0.1
        if each.kind == "sqlite" and rng.random() < 0.4:
            options["query"] = rng.choice(QUERIES)
            trail.append(options["query"][:60])
            safe = False
    known = structural and safe and all(change.spared for change in changes.values())
    rows, more, marks = _expected(members, each, changes) if known else (None, 0, ())
    return Case(each.kind, action, files, target, tuple(trail), options, rows, more, marks)


@cache
def _other(number: int) -> bytes:
    """Return the bytes of a seed's first file, for splices."""
    return next(iter(_seeds()[number].members.values())).write()


def _expected(
    members: dict[str, Member], each: Seed, changes: dict[str, Change]
) -> tuple[int | None, int, tuple[str, ...]]:
    marks: list[str] = []
    total = 0
    for name in members:
        known = each.members[name].markers
        total += len(known)
        spared = None if name not in changes else changes[name].item
        aside = name in changes and changes[name].counted
        marks += [
            mark for number, mark in enumerate(known) if mark and number != spared and not aside
        ]
    added = sum(change.more for change in changes.values())
    # A note that no longer finds its tweet, or a blank line: one more or fewer is no loss.
    return (total + min(0, added) or None), max(0, added) + len(changes), tuple(marks)


def _packed(
    each: Seed,
    lone: str | None,
    files: dict[str, bytes],
    rng: random.Random,
    trail: list[str],
    *,
    touch: bool,
) -> tuple[dict[str, bytes], str, bool]:
    """Pack files, and damage what they are packed in where asked to."""
    safe = not touch
    if lone is None:
        form = rng.choice(packing.MANY)
        if form == "folder":
            if touch:
                name = rng.choice(list(files))
                files[name], names = damaged(rng, files[name])
                trail.append(f"{name}: {', '.join(names)}")
            return files, "", safe
        if touch and rng.random() < 0.2:
            files, what = packing.odd_members(files, rng)
            trail.append(what)
            files = {
                name: data
                for name, data in files.items()
                if form != "zip" or (name.isprintable() and name)
            }
        if touch and form == "tar" and rng.random() < 0.3:
            data, what = packing.odd_pax(files, rng)
        else:
            data, what = packing.pack_many(files, form, rng), ""
            if touch and form in ("zip", "tar") and rng.random() < 0.7:
                data, what = (packing.odd_zip if form == "zip" else packing.odd_tar)(data, rng)
            elif touch:
                data, names = damaged(rng, data)
                what = f"{form}: {', '.join(names)}"
        trail += [what] if what else [form]
        return {f"a.{form}": data}, f"a.{form}", safe
    name = lone.rpartition("/")[2]
    ending = rng.choice(packing.SINGLE) if each.kind not in _WHOLE or rng.random() < 0.05 else ""
    data = packing.pack_single(files[lone], ending)
    if touch and each.kind == "excel" and rng.random() < 0.5:
        data, what = packing.odd_zip(data, rng)
        trail.append(what)
    elif touch:
        data, names = damaged(rng, data, files[lone])
        trail.append(f"{ending or 'bytes'}: {', '.join(names)}")
    # What must be unpacked first is refused with a word.
    safe = safe and not (ending and each.kind in _WHOLE)
    return {name + ending: data}, name + ending, safe


def _touched(
    member: Member, rng: random.Random, seed: int, as_it_is: bool
) -> tuple[bytes, tuple[str, ...]]:
    """Return the bytes of a member with a place made odd or bytes damaged, and what was done."""
    if as_it_is:
        return member.write(), ()
    if rng.random() < 0.75:
        changed, change = member.changed(rng, seed)
        return changed.write(), (change.what,)
    return damaged(rng, member.write(), member.write())


def _artifact_case(kind: str, whole: Callable[[], artifacts.Artifact]) -> Callable[..., Case]:
    def make(rng: random.Random, seed: int, *, as_it_is: bool = False) -> Case:
        files, trail = _artifact_files(whole(), rng, seed, as_it_is)
        action = "load" if rng.random() < 0.95 or as_it_is else "show"
        return Case(kind, action, {f"m/{name}": data for name, data in files.items()}, "m", trail)

    return make


def _artifact_files(
    found: artifacts.Artifact, rng: random.Random, seed: int, as_it_is: bool
) -> tuple[dict[str, bytes], tuple[str, ...]]:
    if as_it_is:
        return found.files(), ()
    trail = []
    if rng.random() < 0.85:
        for _ in range(rng.choice((1, 1, 1, 2))):
            found, what = found.changed(rng, seed)
            trail.append(what)
        return found.files(), tuple(trail)
    files = found.files()
    name = rng.choice((artifacts.MANIFEST, artifacts.WEIGHTS))
    files[name], names = damaged(rng, files[name], files[name])
    return files, (f"{name}: {', '.join(names)}",)


def _spacy_case(rng: random.Random, seed: int, *, as_it_is: bool = False) -> Case:
    found, written, trail = artifacts.linear(), artifacts.cues("json"), list[str]()
    way = 1.0 if as_it_is else rng.random()
    files, words = _artifact_files(found, rng, seed, way >= 0.3)
    trail += words
    if 0.3 <= way < 0.75:
        written, change = written.changed(rng, seed)
        trail.append(change.what)
    packed = {
        **{f"model/{name}": data for name, data in files.items()},
        "cues.json": written.write(),
    }
    if 0.75 <= way < 1:
        name = rng.choice(list(packed))
        if rng.random() < 0.3:
            del packed[name]
            trail.append(f"without {name}")
        else:
            packed[name], names = damaged(rng, packed[name])
            trail.append(f"{name}: {', '.join(names)}")
    if not as_it_is and rng.random() < 0.5:
        return Case("spacy", "spacy", packed, "", tuple(trail))
    data = packing.pack_many(packed, "zip", rng, stored=as_it_is or rng.random() < 0.9)
    if not as_it_is and rng.random() < 0.3:
        data, what = (
            packing.odd_zip(data, rng) if rng.random() < 0.6 else (damaged(rng, data)[0], "bytes")
        )
        trail.append(what)
    return Case("spacy", "spacy", {"p.zip": data}, "p.zip", tuple(trail))


def _cues_case(rng: random.Random, seed: int, *, as_it_is: bool = False) -> Case:
    data, trail = _touched(artifacts.cues("toml"), rng, seed, as_it_is)
    return Case("cues", "cues", {"c.toml": data}, "c.toml", trail)


def _labelled_members() -> dict[str, Member]:
    marks = tuple(marker("labelled", number) for number in range(_LABELLED))
    names = ("text", "label", "author", "certainty", "weight", "facet")
    rows = [
        (f"{mark} buy one get one free", "selling", f"jo{i % 5}", "clear", "1", "offer") if i % 2
        else (f"{mark} thanks, that fixed it", "giving", f"jo{i % 5}", "unsure", "1", "thanks")
        for i, mark in enumerate(marks)
    ]  # fmt: skip
    columns = table(list(marks)).append_column(
        "label", [["selling" if i % 2 else "giving" for i in range(_LABELLED)]]
    )
    return {
        "l.csv": Rows(names, tuple(rows), marks, ",", True),
        "l.tsv": Rows(names, tuple(rows), marks, "\t", True),
        "l.jsonl": Lines(tuple(dict(zip(names, row, strict=True)) for row in rows), marks),
        "l.parquet": Columns(columns, "parquet", marks),
    }


def _labelled_case(rng: random.Random, seed: int, *, as_it_is: bool = False) -> Case:
    name, member = rng.choice(list(_labelled_members().items()))
    data, trail = _touched(member, rng, seed, as_it_is)
    ending = rng.choice(packing.SINGLE) if name != "l.parquet" and rng.random() < 0.3 else ""
    return Case(
        "labelled",
        "labelled",
        {name + ending: packing.pack_single(data, ending)},
        name + ending,
        trail,
    )


def _scored_members() -> dict[str, Member]:
    marks = tuple(marker("scored", number) for number in range(8))
    names = ("text", "author", "created", "label", "selling", "sure", "status")
    rows = [
        (
            f"{mark} buy now",
            f"jo{i % 3}",
            f"2024-01-{1 + i:02}T10:00:00Z",
            "selling",
            "0.9",
            "true",
            "ok",
        )
        for i, mark in enumerate(marks)
    ]
    columns = table(list(marks))
    for name, values in (
        ("label", ["selling"] * 8),
        ("selling", [0.9] * 8),
        ("sure", [True] * 8),
        ("status", ["ok"] * 8),
    ):
        columns = columns.append_column(name, [values])
    return {
        "s.csv": Rows(names, tuple(rows), marks, ",", True),
        "s.jsonl": Lines(
            tuple(
                {**dict(zip(names, row, strict=True)), "selling": 0.9, "sure": True} for row in rows
            ),
            marks,
        ),
        **{f"s.{form}": Columns(columns, form, marks) for form in ("parquet", "arrow")},
    }


def _scored_case(rng: random.Random, seed: int, *, as_it_is: bool = False) -> Case:
    name, member = rng.choice(list(_scored_members().items()))
    data, trail = _touched(member, rng, seed, as_it_is)
    return Case("scored", "report", {name: data}, name, trail)


_OTHERS: dict[str, Callable[..., Case]] = {
    "artifact": _artifact_case("artifact", artifacts.linear),
    "artifact-deep": _artifact_case("artifact-deep", artifacts.deep),
    "spacy": _spacy_case,
    "cues": _cues_case,
    "labelled": _labelled_case,
    "scored": _scored_case,
}
