"""Runs the minimal pairs against a model; see families.toml for what must hold."""

import json
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
MOVES = 0.1  # how far the probability may move where nothing must change
WEAK = 0.9  # families that pass less often are known limits of the model


@dataclass(frozen=True)
class Result:
    """How a model does on one family."""

    name: str
    kind: str
    what: str
    passed: tuple[bool, ...]
    pairs: tuple[tuple[str, str], ...]
    selling: tuple[tuple[float, float], ...]

    @property
    def rate(self) -> float:
        """The share of pairs that pass."""
        return sum(self.passed) / len(self.passed)


def families() -> dict[str, dict[str, str]]:
    """Return kind and description of each family."""
    return tomllib.loads((FOLDER / "families.toml").read_text(encoding="utf-8"))


def pairs() -> dict[str, list[tuple[str, str]]]:
    """Return the pairs of each family."""
    found: dict[str, list[tuple[str, str]]] = {}
    for line in (FOLDER / "pairs.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        found.setdefault(row["family"], []).append((row["first"], row["second"]))
    return found


def passes(kind: str, first: Any, second: Any) -> bool:
    """Whether the verdicts on a pair are what its family asks for."""
    if kind == "contrast":
        return (first.label, second.label) == ("giving", "selling")
    if kind == "same":
        return (
            first.label is not None
            and first.label == second.label
            and abs(first.selling - second.selling) <= MOVES
        )
    return bool(second.selling > first.selling if kind == "up" else second.selling < first.selling)


def run(model: Any) -> list[Result]:
    """Run all families against a model."""
    results, texts = [], pairs()
    for name, family in families().items():
        rows = texts[name]
        verdicts = [model.classify([row[side] for row in rows]) for side in (0, 1)]
        passed = tuple(passes(family["kind"], *both) for both in zip(*verdicts, strict=True))
        selling = tuple(
            (first.selling, second.selling) for first, second in zip(*verdicts, strict=True)
        )
        results.append(Result(name, family["kind"], family["what"], passed, tuple(rows), selling))
    return results


def limits(results: list[Result]) -> list[dict[str, Any]]:
    """Return the families that a model is weak on, as the model card lists them."""
    return [
        {
            "family": result.name,
            "what": result.what,
            "passed": sum(result.passed),
            "pairs": len(result.passed),
        }
        for result in results
        if result.rate < WEAK
    ]
