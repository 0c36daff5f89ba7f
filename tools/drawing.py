"""Draw the rooms of the package in `docs/how-it-works.md`, from `docs/rooms.toml` and the imports.

    python -m tools.drawing               # or: make drawing

Only what lies between the two marks is written; the rest of the page is by hand.
"""

from collections.abc import Sequence
from pathlib import Path

from tools.rooms import PACKAGE, ROOT, Floor, House, declared

PAGE = ROOT / "docs" / "how-it-works.md"
BEGIN, END = "<!-- drawn: by make drawing -->", "<!-- drawn: end -->"
WIDTH = 96


def drawing(house: House, floors: Sequence[Floor]) -> str:
    """Return the drawn part of the page, the highest floor first.

    Parameters
    ----------
    house : House
    floors : sequence of Floor
        The lowest first.

    Returns
    -------
    str
        Markdown: the floors as boxes, then the rooms of each.
    """
    from_above = list(reversed(floors))
    boxes = ["```text", *(line for floor in from_above for line in _box(house, floor)), "```"]
    rooms = ["", *(line for floor in from_above for line in _rooms(house, floor, floors))]
    return "\n".join([*boxes, *rooms]).rstrip() + "\n"


def page_with(drawn: str, page: str) -> str:
    """Return the page with the drawn part replaced."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{drawn}\n{END}{after}"


def lines_of(house: House, room: str) -> str:
    """Return the lines of a room, rounded, so that not every change makes the page stale."""
    lines = house.lines.get(room, 0)
    return f"{max(round(lines, -2), 100):,}" if lines >= 50 else "few"


def _box(house: House, floor: Floor) -> list[str]:
    """Return a floor as a box, its highest room first."""
    names = [f"{room} {lines_of(house, room)}" for room in reversed(floor.rooms)]
    rows, row = [], ""
    for name in names:
        if row and len(row) + len(name) + 3 > WIDTH - 4:
            rows.append(row)
            row = ""
        row = f"{row}   {name}" if row else name
    rows.append(row)
    head = f"┌─ {floor.title} "
    return [
        head + "─" * (WIDTH - len(head) - 1) + "┐",
        *(f"│ {row:<{WIDTH - 4}} │" for row in rows),
        f"└{'─' * (WIDTH - 2)}┘",
    ]


def _rooms(house: House, floor: Floor, floors: Sequence[Floor]) -> list[str]:
    """Return the rooms of a floor in words, the highest first, and what each imports; what all may
    import, the lowest floor, is named in that alone.
    """
    imports: dict[str, set[str]] = {}
    for taken in house.imports:
        source, target = house.room(taken.source), house.room(taken.target)
        if source != target:
            imports.setdefault(source, set()).add(target)
    order = [room for each in floors for room in each.rooms]
    lowest = floors[0].rooms
    lines = [f"### {floor.title}", ""]
    for room, sentence in reversed(floor.rooms.items()):
        below = sorted(imports.get(room, set()), key=order.index)
        if floor.rooms is not lowest:
            below = [name for name in below if name not in lowest]
        names = ", ".join(f"`{name}`" for name in below) if below else "nothing else"
        path = room.replace(".", "/")
        ending = ".pyx" if room in house.kernels else "/" if room in house.packages else ".py"
        link = f"../{PACKAGE}/{path}{ending}"
        lines += [
            f"- **[`{room}`]({link})**, {lines_of(house, room)} lines. {sentence}",
            f"  Imports {names}.",
        ]
    return [*lines, ""]


def main() -> None:
    """Write the drawn part of the page."""
    drawn = drawing(House.of_folder(ROOT / PACKAGE), declared())
    PAGE.write_text(page_with(drawn, _read(PAGE)), encoding="utf-8")


def _read(page: Path) -> str:
    return page.read_text(encoding="utf-8") if page.exists() else f"{BEGIN}\n{END}\n"


if __name__ == "__main__":
    main()
