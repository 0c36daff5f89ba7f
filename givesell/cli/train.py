"""`givesell train`: labelled files to a model."""

import shlex
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from givesell.cli import options, printing
from givesell.show.words import shown

_STRENGTH, _C, _BUCKETS, _WORDS, _MIN_DF, _EPOCHS = 10.0, 10.0, 2**24, 2, 2, 3
_SILENT = ("--quiet", "-q", "--json", "--overwrite")  # change what is printed, not the model


def train(
    files: options.LabelledFiles,
    out: Annotated[
        Path, typer.Option("--out", "-o", metavar="FOLDER", help="Where to save the model.")
    ],
    text: options.TextColumn = None,
    label: options.LabelColumn = "label",
    groups: options.Groups = None,
    group_until: options.GroupUntil = None,
    certainty: options.Certainty = "certainty",
    also: Annotated[
        list[str] | None,
        typer.Option(
            "--also",
            metavar="FILE[=WEIGHT]",
            help="A file to train on but not to measure on; its posts weigh 1 or WEIGHT.",
        ),
    ] = None,
    unlabelled: Annotated[
        Path | None,
        typer.Option(
            "--unlabelled", metavar="FILE", help="Posts without labels that a teacher has scored."
        ),
    ] = None,
    teacher: Annotated[
        Path | None,
        typer.Option(
            "--teacher", metavar="FILE", help="The probabilities that the teacher gave them."
        ),
    ] = None,
    facet: Annotated[
        str | None,
        typer.Option(
            "--facet-column",
            help="Column of facets (help, offer, ...), so that verdicts have facets.",
            show_default=False,
        ),
    ] = None,
    deep: Annotated[
        bool,
        typer.Option("--deep", help="Train a small network too, and add it to the linear model."),
    ] = False,
    vectors: Annotated[
        Path | None,
        typer.Option(
            "--vectors",
            metavar="FILE",
            help="Token vectors that the network starts from, or a deep model's folder.",
        ),
    ] = None,
    epochs: Annotated[
        int, typer.Option("--epochs", min=1, help="How often the network sees each post.")
    ] = _EPOCHS,
    members: Annotated[
        int,
        typer.Option(
            "--members", min=1, help="Size of the ensemble of networks, each with another seed."
        ),
    ] = 1,
    label_map: options.LabelMap = None,
    format: options.Format = None,  # noqa: A002
    query: options.Query = None,
    encoding: options.Encoding = None,
    weight: Annotated[
        str | None,
        typer.Option(
            "--weight-column",
            help="Column that says how much each post counts.",
            show_default=False,
        ),
    ] = None,
    base: options.Base = None,
    tune: Annotated[
        bool, typer.Option("--tune", help="Search a small grid of settings first.")
    ] = False,
    strength: Annotated[
        float,
        typer.Option(
            "--strength",
            min=1e-6,
            help="With --base: how far weights may move from those of the base.",
        ),
    ] = _STRENGTH,
    calibrate: Annotated[
        bool,
        typer.Option("--calibrate/--no-calibrate", help="Calibrate probabilities out of fold."),
    ] = True,
    licence: Annotated[
        str | None,
        typer.Option(
            "--licence", help="Licence of the posts, for the model card.", show_default=False
        ),
    ] = None,
    inverse: Annotated[
        float, typer.Option("--C", min=1e-6, help="Inverse strength of regularisation.")
    ] = _C,
    buckets: Annotated[
        int, typer.Option("--buckets", help="Hash buckets, a power of two.")
    ] = _BUCKETS,
    words: Annotated[
        int, typer.Option("--words", min=1, max=3, help="Maximum number of words in an n-gram.")
    ] = _WORDS,
    min_df: Annotated[
        int, typer.Option("--min-df", min=1, help="Minimum number of posts that contain an n-gram.")
    ] = _MIN_DF,
    prior: Annotated[
        float | None,
        typer.Option(
            "--prior",
            min=0.01,
            max=0.99,
            help="Share of selling in the stream. Default: 0.3, or that of --base.",
            show_default=False,
        ),
    ] = None,
    precision: Annotated[
        float,
        typer.Option(
            "--precision",
            min=0.5,
            max=1,
            help="Wanted precision of sure verdicts.",
        ),
    ] = 0.92,
    fingerprints: Annotated[
        bool,
        typer.Option(
            "--fingerprints/--no-fingerprints",
            help="Store hashes of the training posts, to warn if the model is measured on them.",
        ),
    ] = True,
    seed: options.Seed = 0,
    overwrite: options.Overwrite = False,
    quiet: options.Quiet = False,
    as_json: options.AsJson = False,
) -> None:
    """Train a model on labelled posts, measure it out of fold, and save it."""
    from givesell import train as fit
    from givesell.core.artifact import check_target
    from givesell.estimators.vectorizer import PostVectorizer
    from givesell.labelled.files import warn

    if base:
        reason = (
            "a model keeps the n-grams of its --base; --strength says how far it may move from it"
        )
        changed = {"--C": inverse != _C, "--buckets": buckets != _BUCKETS}
        changed |= {"--words": words != _WORDS, "--min-df": min_df != _MIN_DF}
        _refuse(changed, reason)
    else:
        reason = "it says how far a model may move from its --base: name one"
        _refuse({"--strength": strength != _STRENGTH}, reason)
    if not (deep or vectors):
        changed = {"--epochs": epochs != _EPOCHS, "--members": members != 1}
        _refuse(changed, "it is an option of the network: add --deep")
    check_target(
        out,
        overwrite=overwrite,
        inputs=[*files, *(path for path in (unlabelled, teacher, vectors) if path)],
    )
    model = fit(
        options.labelled_files(files, text, format=format, query=query, encoding=encoding),
        text=text,
        label=label,
        groups=groups,
        group_until=group_until,
        certainty=certainty,
        facet=facet,
        also=[_weighted(entry) for entry in also or []],
        unlabelled=unlabelled,
        teacher=teacher,
        weight=weight,
        label_mapping=options.label_mapping(label_map),
        base=base,
        tune=tune,
        calibrate=calibrate,
        licence=licence,
        features=None
        if base
        else PostVectorizer(ngram_range=(1, words), n_features=buckets, min_df=min_df),
        network=_network(vectors, epochs=epochs, members=members) if deep or vectors else None,
        C=inverse,
        strength=strength,
        fingerprints=fingerprints,
        prior=prior,
        precision=precision,
        name=out.resolve().name,
        command=_command(sys.argv[1:]),
        random_state=seed,
        progress=None if quiet else printing.say_stage,
    )
    model.save(out, overwrite=overwrite)
    if as_json:
        printing.print_json(model.info["metrics"])
    elif not quiet:
        printing.console().print(model.report)
        printing.say(f"saved in {shown(out)}")
    if model.report is not None:
        warn(model.report.findings)


def _refuse(given: dict[str, bool], reason: str) -> None:
    """Refuse options that would change nothing."""
    for option, changed in given.items():
        if changed:
            raise typer.BadParameter(reason, param_hint=option)


def _network(vectors: Path | None, **settings: int) -> Any:
    from givesell.estimators.network.classifier import NetworkClassifier
    from givesell.estimators.network.vectors import read_vectors

    return NetworkClassifier(vectors=None if vectors is None else read_vectors(vectors), **settings)


def _weighted(entry: str) -> tuple[str, float]:
    """Read ``FILE=WEIGHT``."""
    path, equals, weight = entry.rpartition("=")
    if not equals:
        return entry, 1.0
    try:
        return path, float(weight)
    except ValueError:
        return entry, 1.0


def _command(arguments: list[str]) -> str:
    """Return the command that a model records: without what changes no model."""
    recorded = [_short(argument) for argument in arguments if argument not in _SILENT]
    return shlex.join(["givesell", *recorded])


def _short(argument: str) -> str:
    """Leave the folders of absolute paths out of what a model records."""
    path = Path(argument)
    return path.name if path.is_absolute() else argument
