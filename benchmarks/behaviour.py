"""Pass rates of models on the minimal pairs of tests/behaviour, and the limits that the card of the
default model lists.

    python benchmarks/behaviour.py --write benchmarks/behaviour.md
    python benchmarks/behaviour.py --model givesell-en-deep

With ``--write`` it also writes, of the default model, the measured levels that the tests hold it to,
and givesell/core/limits.json. ``--model`` names another model, or several, side by side; of these
the page has the pass rates alone.
"""

import argparse
import json
import sys
from pathlib import Path

import givesell

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests" / "behaviour"))

from suite import FOLDER, Result, limits, run  # noqa: E402

KINDS = {
    "contrast": (
        "Contrasts",
        (
            "The first post of a pair gives, the second sells, in nearly the same words; both"
            " verdicts must be right."
        ),
    ),
    "same": (
        "What must not matter",
        (
            "The second post changes only this; the label must stay and the probability move by 0.1"
            " at most."
        ),
    ),
    "up": (
        "What must raise it",
        "The second post adds this; the probability of selling must rise.",
    ),
    "down": ("What must lower it", "The probability of selling must fall."),
}
EXAMPLES = 3
LEAST = 0.8  # families that pass less often are weak spots


def report(results: list[Result]) -> str:
    """Write the tables, and what fails."""
    passed, total = (
        sum(map(measure, (result.passed for result in results))) for measure in (sum, len)
    )
    lines = [
        "# Behaviour\n",
        (
            f"Made by `python benchmarks/behaviour.py --write benchmarks/behaviour.md`: {total}"
            " minimal pairs written for this project"
        ),
        (
            f"(`tests/behaviour`), in the manner of CheckList, against the shipped model. {passed}"
            f" pass ({passed / total:.0%}). Families under"
        ),
        "90% are known limits and stand in the model card.\n",
    ]
    for kind, (title, meaning) in KINDS.items():
        lines += [
            f"## {title}\n",
            f"{meaning}\n",
            "| family | what | pairs | pass |",
            "|---|---|---:|---:|",
        ]
        for result in (result for result in results if result.kind == kind):
            rate = f"{result.rate:.0%}"
            lines.append(
                f"| `{result.name}` | {result.what} | {len(result.pairs)} |"
                f" {rate if result.rate >= 0.9 else f'**{rate}**'} |"
            )
        lines.append("")
    lines += ["## Some that fail\n", "With the probability of selling of each post.\n"]
    for result in results:
        failed = [i for i, fine in enumerate(result.passed) if not fine][:EXAMPLES]
        if failed:
            lines.append(f"- `{result.name}`")
            lines += [
                "    - "
                + " · ".join(
                    f"{p:.2f} “{text.strip()}”"
                    for text, p in zip(result.pairs[i], result.selling[i], strict=True)
                )
                for i in failed
            ]
    return "\n".join([*lines, ""])


def side_by_side(found: dict[str, list[Result]]) -> str:
    """Write the pass rates of several models as one table, those under 80% in bold."""
    rows = [
        f"| family | what | pairs | {' | '.join(found)} |",
        "|---|---|---:|" + "---:|" * len(found),
    ]
    for results in zip(*found.values(), strict=True):
        rates = [
            f"**{one.rate:.0%}**" if one.rate < LEAST else f"{one.rate:.0%}" for one in results
        ]
        first = results[0]
        rows.append(f"| `{first.name}` | {first.what} | {len(first.pairs)} | {' | '.join(rates)} |")
    total = len(rows) - 2
    under = [sum(one.rate < LEAST for one in results) for results in found.values()]
    rows += ["", f"Families under {LEAST:.0%}, of {total}: " + ", ".join(
        f"{name} {count}" for name, count in zip(found, under, strict=True)) + "."]  # fmt: skip
    return "\n".join(["# Behaviour of several models\n", *rows, ""])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--write", type=Path, help="Write the report to this file; without it, print it."
    )
    parser.add_argument("--model", nargs="+", help="other models than the default one")
    options = parser.parse_args()
    if options.model:
        page = side_by_side({name: run(givesell.load(name)) for name in options.model})
        if options.write:
            options.write.write_text(page, encoding="utf-8")
        else:
            print(page)
        raise SystemExit
    model = givesell.load()
    found = run(model)
    if options.write:
        options.write.write_text(report(found), encoding="utf-8")
        levels = {result.name: sum(result.passed) for result in found}
        (FOLDER / "levels.json").write_text(json.dumps(levels, indent=1) + "\n", encoding="utf-8")
        known = {"sha256": model.digest, "limits": limits(found)}
        (ROOT / "givesell" / "core" / "limits.json").write_text(
            json.dumps(known, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
        )
    else:
        print(report(found))
