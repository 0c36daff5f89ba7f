"""The model card: what a model is for, what it was trained on and how good it is, from its
manifest.

References
----------
Mitchell et al., "Model Cards for Model Reporting", FAT* 2019.
"""

import json
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from givesell.core.manifest import Manifest
from givesell.core.sections import Calibration, Check, FacetQuality, Metrics, Training
from givesell.metrics import CARD
from givesell.show.numbers import figure, figure_range, percent

# What a reader should know of a kind of model whose name does not say it.
_KINDS = {
    "encoder": (
        "A small transformer that reads the word pieces of a post in their order, run by ONNX"
        " Runtime on the processor (`pip install 'givesell[encoder]'`). Its weights are whole"
        " numbers of 8 bits; its sizes are under Settings. The n-grams under Features score"
        " nothing: a post that holds too few of them is unlike the training posts and never"
        " sure.\n"
    )
}
_LIMITS = Path(__file__).with_name("limits.json")  # written by benchmarks/behaviour.py


class Limit(NamedTuple):
    """A weak spot: a family of minimal pairs, what they are, and how many of them the model gets
    right.
    """

    family: str
    what: str
    passed: int
    pairs: int


def model_card(manifest: Manifest, *, digest: str | None = None, path: str | None = None) -> str:
    """Write the card of a model.

    Parameters
    ----------
    manifest : Manifest
        Sections without data are left out.
    digest : str, optional
        The SHA-256 of the model's weights, by which measured limits are found.
    path : str, optional
        What loads the model; by default its name, as of a shipped one.

    Returns
    -------
    str
        Markdown.
    """
    low, high = manifest.thresholds.sure_giving_up_to, manifest.thresholds.sure_selling_from
    name = json.dumps(manifest.name if path is None else path, ensure_ascii=False)
    parts = [
        f"# {_cell(manifest.name)}\n",
        (
            "Tells giving (helpful, relational) from selling (sales pitch) in English social posts."
            f" A givesell artifact of the kind `{manifest.kind}`: data only, nothing in it is"
            " executed.\n"
        ),
        (
            f'```python\nimport givesell\n\nmodel = givesell.load({name})\nmodel.classify("Thanks'
            ' so much, that fixed it!")\n```\n'
        ),
        *([_KINDS[manifest.kind]] if manifest.kind in _KINDS else []),
        "## Labels\n",
        (
            "- `giving`: the reader, the conversation or the community gains. A post that wants"
            " nothing from the reader is giving.\n- `selling`: the post pushes the reader to buy,"
            " book, sign up, follow or think highly of something the poster profits from.\n"
        ),
        (
            f"A verdict is *sure* where the probability of `selling` is at most {low:.3f} or at"
            f" least {high:.3f}.\n"
        ),
    ]
    parts += _calibration(manifest.calibration, based=manifest.training.base is not None)
    parts += _metrics(manifest.metrics)
    parts += _facets(manifest.facets)
    parts += _training(manifest.training)
    parts += _features(manifest)
    parts += _limits(digest)
    parts += _made_by(manifest)
    return "\n".join(parts)


def known_limits(digest: str | None) -> list[Limit]:
    """Return what a model is known to be weak on, measured on minimal pairs.

    Parameters
    ----------
    digest : str or None
        Of its weights; only the shipped model has been measured.

    Returns
    -------
    list of Limit

    Examples
    --------
    >>> known_limits(None)
    []
    """
    stored = json.loads(_LIMITS.read_text(encoding="utf-8"))
    if digest is None or stored["sha256"] != digest:
        return []
    return [Limit(**limit) for limit in stored["limits"]]


def _features(manifest: Manifest) -> list[str]:
    features = {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in msgspec.structs.asdict(manifest.features).items()
    }
    parts = [
        "## Features\n",
        "\n".join(f"- `{name}`: {features[name]}" for name in sorted(features)) + "\n",
    ]
    if manifest.settings:
        parts += [
            "## Settings\n",
            "\n".join(f"- `{name}`: {_cell(value)}" for name, value in manifest.settings.items())
            + "\n",
        ]
    network = manifest.training.network
    if network:
        parts += [
            "## Network\n",
            (
                "A small network over windows of three tokens, or the mean of several; its log-odds"
                " are added to those of the linear model.\n"
            ),
            "\n".join(f"- `{name}`: {value}" for name, value in network.items()) + "\n",
        ]
    return parts


def _limits(digest: str | None) -> list[str]:
    parts = [
        "## Limits\n",
        (
            "- English only. Posts that look otherwise get the status `not_english` and no label;"
            " short ones are judged all the same.\n- A post is judged by its words alone: not by"
            " its picture, its thread or its author.\n- Made to sort and to count, not to punish:"
            " have a person look before acting against anyone.\n- Sources unlike the training data"
            " are harder; the figures split by source above say how much.\n"
        ),
    ]
    limits = known_limits(digest)
    if limits:
        parts += [
            (
                "Weak spots, found with minimal pairs written for the purpose"
                " (benchmarks/behaviour.md):\n"
            ),
            "\n".join(f"- {limit.what} ({limit.passed} of {limit.pairs} pairs)" for limit in limits)
            + "\n",
        ]
    return parts


def _made_by(manifest: Manifest) -> list[str]:
    parts = []
    if manifest.command:
        parts.append(f"## Made by\n\n```\n{manifest.command}\n```\n")
    if manifest.versions:
        libraries = (f"{library} {version}" for library, version in manifest.versions.items())
        parts.append(f"Trained with {', '.join(libraries)}.\n")
    return parts


def _calibration(calibration: Calibration | None, *, based: bool) -> list[str]:
    if calibration is None:
        return []
    precision = calibration.sure_precision
    also = (
        ""
        if based or calibration.folds == "drawn at random"
        else "The factors were fitted to random folds and to these in equal parts. "
    )
    return [
        "## Calibration\n",
        f"{calibration.method.capitalize()}, fitted out of fold ({calibration.folds}). A post"
        " is `selling` from one half on, decided as for a stream in which"
        f" {percent(calibration.prior)} of the posts are selling; probabilities are calibrated"
        " for the mix of the posts measured, so that near one half they are a little high. "
        + also
        + (
            "The thresholds of *sure* were chosen by hand.\n"
            if precision is None
            else (
                "Slope, offset, factors and the thresholds of *sure* are drawn towards those of the"
                " base.\n"
                if based
                else (
                    f"The thresholds of *sure* were set for a precision of {percent(precision)} for"
                    " each label on the same folds.\n"
                )
            )
        ),
    ]


def _metrics(metrics: Metrics) -> list[str]:
    if not metrics:
        return []
    names = [name for name in CARD if any(row.get(name) is not None for row in metrics.values())]
    rows = [["cross-validation", *map(_cell, metrics)], ["---"] * (len(metrics) + 1)]
    rows += [[CARD[name], *(_show(row.get(name)) for row in metrics.values())] for name in names]
    table = "\n".join("| " + " | ".join(row) + " |" for row in rows)
    return [
        "## Quality\n",
        (
            "Out of fold, each post scored by a model that did not train on it, with the final"
            " calibration. Folds split by a column keep related posts together: they show how"
            " well the model does on kinds of posts it has not seen. Random folds flatter.\n"
        ),
        table + "\n",
    ]


def _facets(facets: FacetQuality | None) -> list[str]:
    if facets is not None and facets.of is not None:
        return [
            "## Facets\n",
            f"Recognised as by {_cell(facets.of)}; its card says how well.\n",
        ]
    if facets is None or facets.each is None:
        return []
    rows = ["| facet | posts | precision | recall |", "|---|---|---|---|"]
    rows += [
        f"| {_cell(name)} | {row.posts:,} | {row.precision:.3f} | {row.recall:.3f} |"
        for name, row in facets.each.items()
    ]
    return [
        "## Facets\n",
        (
            f"Which kind of its label a post is, the likeliest. Out of fold ({facets.folds}),"
            " under the label that the model gives: right for"
            f" {percent(facets.accuracy or 0, 1)} of the posts, for"
            f" {percent(facets.accuracy_label_right or 0, 1)} of those whose label is right;"
            f" macro-F1 {facets.macro_f1:.3f}. Take it as a hint.\n"
        ),
        "\n".join(rows) + "\n",
    ]


def _training(training: Training) -> list[str]:
    if training == Training():
        return []
    rows = [
        "| file | posts | selling | weight | measured on | SHA-256 |",
        "|---|---|---|---|---|---|",
    ]
    for source in training.files:
        cells = [
            _cell(source.name),
            f"{source.posts:,}",
            f"{source.selling:,}",
            f"{source.weight:g}",
            "yes" if source.measured else "no",
            source.sha256[:12],
        ]
        rows.append("| " + " | ".join(cells) + " |")
    return [
        "## Training data\n",
        f"{training.posts:,} posts, {training.selling:,} of them selling.\n",
        "\n".join(rows) + "\n",
        *_how(training),
        *_checks(training.checks),
    ]


def _how(training: Training) -> list[str]:
    parts = []
    if training.licence is not None:
        parts.append(f"Licence of the posts, as given: {_cell(training.licence)}.\n")
    if training.base is not None:
        parts.append(
            f"The model started from **{_cell(training.base.name)}**, itself trained on"
            f" {training.base.posts:,} posts: its weights were drawn towards that model's (strength"
            f" {training.strength:g}), and all else, its features above all, is that model's."
            " What its card says of training data and limits holds here too.\n"
        )
    if training.classifier is not None:
        parts.append(f"Classifier: `{training.classifier}`.\n")
    if training.tuned is not None:
        chosen = ", ".join(f"`{name}` {value}" for name, value in training.tuned.items())
        parts.append(
            "Settings chosen by search, on the folds that the figures are of, which flatters them"
            f" a little: {chosen}.\n"
        )
    if training.judged is not None:
        judged = training.judged
        parts.append(
            f"A slower model, the teacher, judged {judged.unlabelled:,} unlabelled posts and"
            f" {judged.made:,} posts made of pieces of others; this model learned from its"
            " probabilities too. In the table above each fold learned from a view of the teacher"
            " that had not seen what the fold is measured on. SHA-256 of the judgements:"
            f" {judged.sha256[:12]}.\n"
        )
    return parts


def _checks(checks: list[Check]) -> list[str]:
    if not checks:
        return []
    rows = ["| | found | done |", "|---|---|---|"]
    rows += [
        f"| {'⚠' if check.warning else '✓'} | {_cell(check.found)} | {_cell(check.done)} |"
        for check in checks
    ]
    return ["## Checks\n", "\n".join(rows) + "\n"]


def _cell(value: Any) -> str:
    """Return a value as text for a cell of a Markdown table."""
    escaped = str(value).replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")
    return " ".join(escaped.split())


def _show(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return figure_range(*value)
    return figure(value)
