"""`givesell label`: label posts by hand, a key a post."""

import shlex
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from givesell.cli import loading, options, printing, running
from givesell.cli.labelling_screen import converse, describe_guess, keys
from givesell.errors import ArgumentError, FileError
from givesell.files.endings import without_compression
from givesell.show.words import shown

if TYPE_CHECKING:
    from rich.console import Console

    from givesell.archives.read import Archive
    from givesell.labelling.queue import Queue
    from givesell.labelling.session import Session
    from givesell.labelling.store import LabelFile
    from givesell.model.model import Model


def label(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE",
            help="What to label: files, exports, patterns; also a file made by givesell suggest.",
            show_default=False,
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            metavar="OUT",
            help=(
                "Where labels go: .csv, .tsv or .jsonl. Default: beside FILE, such as"
                " posts.labelled.csv."
            ),
            show_default=False,
        ),
    ] = None,
    suggest: Annotated[
        int,
        typer.Option(
            "--suggest",
            min=0,
            metavar="N",
            help="Label the N posts of FILE that a model learns most from.",
            show_default=False,
        ),
    ] = 0,
    model: options.Model = None,
    show_guess: Annotated[
        bool,
        typer.Option(
            "--show-guess", help="Show what the model thinks of each post; it may sway you."
        ),
    ] = False,
    facets: Annotated[
        bool,
        typer.Option("--facets", help="Ask for the facet (help, offer, ...) after each label."),
    ] = False,
    again: Annotated[
        bool, typer.Option("--again", help="Go through posts that already have labels, too.")
    ] = False,
    text_column: options.TextColumn = None,
    encoding: options.Encoding = None,
) -> None:
    """Label posts with single keys: g giving, s selling, b borderline, space skip, u undo, ? help,
    q quit.

    Each label is saved at once. Run the same command again to go on where you were. givesell train
    reads the file of labels.
    """
    from givesell.labelling.queue import read_queue
    from givesell.labelling.session import Session
    from givesell.labelling.store import LabelFile

    out = out or labels_beside(files)
    pool = Pool(files, _inputs(files, out), text_column, encoding)
    _check_written(out, pool, suggests=bool(suggest))
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise ArgumentError("E353")
    load = cache(lambda: loading.load_model(model))
    with LabelFile(out) as store:
        if suggest:
            chosen = suggested(pool, out, store, suggest, load)
            pool = Pool([chosen], [chosen])
        queue = read_queue(pool.archives())
        if not queue.rows:
            raise FileError("E354", path=pool.named[0])
        store.take_over(queue.rows)
        decided = {
            at: decision
            for at, row in enumerate(queue.rows)
            if (decision := store.decision(row["text"]))
        }
        session = Session(len(queue.rows), decided, facets=facets, again=again)
        output = printing.console()
        if session.at is not None:
            with output.screen(hide_cursor=True):
                converse(
                    session,
                    queue.rows,
                    store,
                    keys(),
                    output,
                    guess=lambda text: describe_guess(load(), text),
                    always=show_guess,
                )
        _farewell(output, session, queue, store)
    if queue.rejected:
        raise typer.Exit(running.REJECTED)


@dataclass(frozen=True, slots=True)
class Pool:
    """The files with the posts to label, and how they are read.

    Attributes
    ----------
    named : sequence of Path
        What the user named.
    paths : sequence of Path
        The files that were meant.
    text_column, encoding : str or None
    """

    named: Sequence[Path]
    paths: Sequence[Path]
    text_column: str | None = None
    encoding: str | None = None

    def archives(self) -> "list[Archive]":
        """Open the files; what a folder holds besides posts is left out."""
        from givesell.archives.read import read_archive
        from givesell.batch.inputs import opened

        return opened(
            self.named,
            self.paths,
            lambda path: read_archive(path, text_column=self.text_column, encoding=self.encoding),
        )


def suggested(
    pool: Pool, out: Path, store: "LabelFile", n: int, load: "Callable[[], Model]"
) -> Path:
    """Return the file of suggested posts: the one there is as long as it has posts to label, else a
    new one.

    Parameters
    ----------
    pool : Pool
    out : Path
        Where labels go; the file of suggested posts is beside it.
    store : LabelFile
        What it holds is not suggested.
    n : int
    load : callable
        Returns the model; not called where the file is there.

    Returns
    -------
    Path
    """
    from givesell import suggest
    from givesell.cli.suggest import posts_read
    from givesell.cli.tables import write_table
    from givesell.labelling.queue import is_queue, read_queue

    chosen = _queue_of(out)
    if chosen.exists():
        before = Pool([chosen], [chosen])
        if not is_queue(before.archives()[0]):
            raise FileError("E409", path=chosen)
        rows = read_queue(before.archives()).rows
        if any(store.decision(row["text"]) is None for row in rows):
            return chosen
    model = load()
    with printing.status("reading posts") as update:
        posts = suggest(
            model, pool.archives(), n, labelled=store.texts(), progress=posts_read(update)
        )
    write_table(posts.assign(selling=posts["selling"].round(4)), chosen, overwrite=True)
    return chosen


def labels_beside(files: Sequence[Path]) -> Path:
    """Return where labels go if nothing is said: beside the one file, else here.

    Examples
    --------
    >>> labels_beside([Path("a.csv"), Path("b.csv")]).name
    'posts.labelled.csv'
    """
    if len(files) > 1 or not files[0].exists():
        return Path("posts.labelled.csv")
    place = files[0] if files[0].name else files[0].resolve()
    name = without_compression(place.name)
    return place.with_name(f"{name if place.is_dir() else Path(name).stem}.labelled.csv")


def _inputs(files: list[Path], out: Path) -> list[Path]:
    from givesell.batch.inputs import STDIN, expand

    if any(str(file) == STDIN for file in files):
        raise ArgumentError("E353")
    return expand(files, out)


def _queue_of(out: Path) -> Path:
    """Return where the suggested posts of a file of labels are."""
    return out.with_name(f"{out.stem}.queue.csv")


def _check_written(out: Path, pool: Pool, *, suggests: bool) -> None:
    """Refuse to write over what is read; suggested posts may be labelled where they are."""
    from givesell.files.writing import is_same
    from givesell.labelling.store import left_out

    for written in (out, left_out(out), _queue_of(out)):
        may_be_read = suggests and written == _queue_of(out)
        if not may_be_read and any(is_same(written, path) for path in pool.paths):
            raise FileError("E408", path=written)


def _farewell(output: "Console", session: "Session", queue: "Queue", store: "LabelFile") -> None:
    left = session.size - session.done
    output.print(
        f"{session.count('giving')} giving, {session.count('selling')} selling,"
        f" {session.count(None)} left out; " + (f"{left} to go." if left else "all done."),
        soft_wrap=True,
    )
    if queue.repeated:
        printing.say(f"{queue.repeated} posts with the same text as another were left out.")
    if queue.rejected:
        printing.say(f"{queue.rejected} rows could not be read and were left out.")
    if len(store):
        output.print(f"Labels: {shown(store.path)}", soft_wrap=True)
        again = shown(shlex.quote(str(store.path)))
        output.print(
            f"Next: givesell train {again} --base givesell-en -o models/mine",
            style="dim",
            soft_wrap=True,
        )
