"""The summary of `givesell score`, on the terminal."""

from typing import TYPE_CHECKING

from givesell.cli import printing
from givesell.show.numbers import counted, percent, ratio
from givesell.show.words import one_line, shown

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from givesell.batch import Summary


def print_summary(summary: "Summary", *, posts: bool = False, stderr: bool = False) -> None:
    """Print counts as a table, and what else a reader should know.

    Parameters
    ----------
    summary : givesell.batch.Summary
    posts : bool, default False
        Whether to show the most selling, giving and unsure posts too.
    stderr : bool, default False
        Whether the standard output holds the rows themselves.
    """
    from rich.text import Text

    output = printing.console(stderr=stderr)
    # A report says the same first.
    has_report = bool(summary.findings)
    if (
        summary.drift
        and not has_report
        and (summary.drift["doubts"] or summary.drift["level"] in ("strong", "unknown"))
    ):
        output.print(Text(summary.drift["sentence"], style="bold"))
    output.print(_table(summary))
    if not has_report:
        for sentence in summary.times_told:
            output.print(one_line(sentence))
    if posts:
        _print_posts(summary, output)
    if summary.out is not None:
        output.print(f"Scored file: {shown(summary.out)}", soft_wrap=True)


def say_rejects(summary: "Summary") -> None:
    """Say on stderr how many rows could not be read, and where to find which.

    Parameters
    ----------
    summary : givesell.batch.Summary
    """
    were = counted(summary.rejected, "row was", "rows were")
    if summary.rejects:
        printing.say(
            f"{were} rejected: {shown(summary.rejects)} says which and why.{summary.reject_hint}"
        )
        return
    for line in summary.rejected_first:
        printing.say(line)
    printing.say(f"{were} rejected. With a file as -o all of them are kept beside it.")


def _table(summary: "Summary") -> "Table":
    from rich.table import Table

    from givesell.archives.base.post_reader import NOT_PUBLIC
    from givesell.archives.streams.unread import in_words

    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="bold")
    table.add_column(justify="right")
    table.add_column(style="dim")
    labelled = summary.giving + summary.selling

    def share(count: int) -> str:
        return percent(count / labelled) if labelled else ""

    table.add_row("giving", f"{summary.giving:,}", share(summary.giving))
    table.add_row("selling", f"{summary.selling:,}", share(summary.selling))
    table.add_row("give : sell", ratio(summary.giving, summary.selling), "")
    of_labelled = f"{share(summary.sure)} of the labelled" if labelled else ""
    table.add_row("sure", f"{summary.sure:,}", of_labelled)
    if summary.read_again is not None:
        changed = f"{counted(summary.relabelled or 0, 'label')} changed"
        of_read = f"{share(summary.read_again)} of the labelled; {changed}" if labelled else ""
        table.add_row("read again", f"{summary.read_again:,}", of_read)
    for status, count in summary.unlabelled.items():
        table.add_row("no label", f"{count:,}", status.replace("_", " "))
    for reason, count in summary.skipped.items():
        hint = " (--visibility all reads them)" if reason == NOT_PUBLIC else ""
        table.add_row("skipped", f"{count:,}", reason + hint)
    if summary.n_unread:
        names = one_line(in_words(summary.unread, summary.n_unread))
        table.add_row("not read", counted(summary.n_unread, "file"), names)
    if summary.rejected:
        table.add_row("rejected", f"{summary.rejected:,}", "could not be read", style="yellow")
    fresh = summary.rows - summary.resumed
    rate = (
        f", {fresh / summary.seconds:,.0f} a second" if fresh >= 1_000 and summary.seconds else ""
    )
    table.add_row("scored", f"{summary.rows:,}", f"in {summary.seconds:,.1f} s{rate}")
    if summary.written != summary.rows:
        table.add_row("written", f"{summary.written:,}", "as asked for")
    if summary.resumed:
        table.add_row("before", f"{summary.resumed:,}", "scored by the interrupted run")
    return table


def _print_posts(summary: "Summary", output: "Console") -> None:
    from rich.text import Text

    for title, chosen in (
        ("Most selling", summary.most_selling),
        ("Most giving", summary.most_giving),
        ("Most unsure", summary.most_unsure),
    ):
        if chosen:
            output.print(Text(f"\n{title}", style="bold"))
        for probability, text in chosen:
            line = Text(f"  {probability:4.2f}  {one_line(text)}")
            line.truncate(output.width, overflow="ellipsis")
            output.print(line, no_wrap=True)
    output.print()
