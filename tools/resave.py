"""Write artifacts anew in the format of today: manifest and card; the weights stay as they are.

    python tools/resave.py models/givesell-en models/givesell-en-deep

An artifact is left alone where its weights, its golden predictions or its thresholds would change.
"""

import argparse
import json
import tempfile
from pathlib import Path

import givesell
from givesell.core.artifact import CARD, MANIFEST, WEIGHTS


def resave(folder: Path) -> None:
    """Write one artifact anew."""
    model = givesell.load(folder, mmap=False)
    with tempfile.TemporaryDirectory() as place:
        fresh = Path(place) / folder.name
        model.save(fresh)
        if (fresh / WEIGHTS).read_bytes() != (folder / WEIGHTS).read_bytes():
            raise SystemExit(f"{folder}: the weights would change")
        before, after = (json.loads((at / MANIFEST).read_bytes()) for at in (folder, fresh))
        if before["golden"] != after["golden"]:
            raise SystemExit(f"{folder}: the golden predictions would change")
        if givesell.load(fresh).thresholds != model.thresholds:
            raise SystemExit(f"{folder}: the thresholds would change")
        (folder / MANIFEST).write_bytes((fresh / MANIFEST).read_bytes())
    card = givesell.load(folder).card(folder.name)
    (folder / CARD).write_text(card, encoding="utf-8")
    print(
        f"{folder}: format {before['format']} to {after['format']}; the weights are what they were"
    )


def main() -> None:
    """Write the given artifacts anew."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("models", type=Path, nargs="+")
    for folder in parser.parse_args().models:
        resave(folder)


if __name__ == "__main__":
    main()
