"""`givesell classify`: verdicts on posts given as arguments or as lines."""

import sys
from collections.abc import Iterator
from typing import IO, TYPE_CHECKING, Annotated

import typer

from givesell.cli import loading, options, printing
from givesell.cli.posts import unmarked
from givesell.show.colours import label_style
from givesell.show.words import as_json, one_line

if TYPE_CHECKING:
    from rich.console import Console

    from givesell.verdict import Verdict

CHUNK = 1 << 20


def classify(
    posts: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="POST",
            help="Posts. Without any, each line of the standard input is one.",
            show_default=False,
            parser=unmarked,
        ),
    ] = None,
    model: options.Model = None,
    careful: options.Careful = False,
    as_json: options.AsJson = False,
) -> None:
    """Label posts: one verdict per line, with the probability of selling.

    Each argument is a post. Without arguments, each line of the standard input is one.
    """
    if posts is None and sys.stdin.isatty():
        printing.say("Type posts, one per line; Ctrl-D ends.")
    from givesell.api import warn_of_path

    for post in posts or ():
        warn_of_path(post)
    loaded = loading.load_model(model, careful=careful)
    output = printing.console() if not as_json and sys.stdout.isatty() else None
    for group in [posts] if posts else line_groups(sys.stdin.buffer):
        texts = [decodable(post) for post in group]
        lines = []
        for text, verdict in zip(texts, loaded.verdicts(texts), strict=True):
            if output is not None:
                show_verdict(output, text, verdict)
            else:
                lines.append((_json_line if as_json else _plain_line)(text, verdict) + "\n")
        sys.stdout.write("".join(lines))
        sys.stdout.flush()


def line_groups(stream: IO[bytes]) -> Iterator[list[str]]:
    """Yield the lines of a stream in groups, each as soon as it is there.

    Parameters
    ----------
    stream : file
        With `read1`.

    Yields
    ------
    list of str
        Without line ends; undecodable bytes as U+FFFD.
    """
    held: list[bytes] = []
    while chunk := stream.read1(CHUNK):  # type: ignore[attr-defined]
        first, *others = chunk.split(b"\n")
        held.append(first)
        if others:
            lines = [b"".join(held), *others[:-1]]
            held = [others[-1]]
            yield [_decoded(line) for line in lines]
    if any(held):
        yield [_decoded(b"".join(held))]


def _decoded(line: bytes) -> str:
    return line.removesuffix(b"\r").decode("utf-8", "replace")


def decodable(post: str) -> str:
    """Return a post with U+FFFD for undecodable bytes, which an argument holds as lone
    surrogates.
    """
    return (
        post
        if post.isascii()
        else post.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    )


def _json_line(text: str, verdict: "Verdict") -> str:
    values = {"text": text, **verdict.to_dict()}
    if verdict.label is not None:
        values["selling"] = round(verdict.selling, 6)
    if verdict.facet is None:
        del values["facet"]
    return as_json(values)


def _cells(verdict: "Verdict") -> tuple[str, str, str]:
    if verdict.label is None:
        return f"{'-':<7}", "   -", f"{verdict.status:<15}"
    return (
        f"{verdict.label:<7}",
        f"{verdict.selling:4.2f}",
        f"{'sure' if verdict.sure else 'unsure':<8}{verdict.facet or '':<7}",
    )


def _plain_line(text: str, verdict: "Verdict") -> str:
    return "  ".join((*_cells(verdict), one_line(text))).rstrip()


def show_verdict(output: "Console", text: str, verdict: "Verdict") -> None:
    """Print a verdict on one line of a terminal.

    Parameters
    ----------
    output : rich.console.Console
    text : str
        The post, cut to the terminal.
    verdict : Verdict
    """
    from rich.text import Text

    label, number, sure = _cells(verdict)
    line = Text.assemble(
        (label, label_style(verdict.label)),
        "  ",
        number,
        "  ",
        (sure, "" if verdict.sure else "dim"),
        "  ",
        one_line(text),
    )
    line.truncate(output.width, overflow="ellipsis")
    output.print(line, no_wrap=True, crop=True)
