"""`givesell explain`: why posts give or sell."""

import sys
from typing import Annotated

import typer

from givesell.cli import loading, options, printing
from givesell.cli.classify import decodable, line_groups
from givesell.cli.posts import unmarked
from givesell.extras import has


def explain(
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
    top: Annotated[
        int, typer.Option("--top", min=1, metavar="N", help="Maximum number of reasons per post.")
    ] = 5,
    as_json: options.AsJson = False,
) -> None:
    """Explain why posts give or sell: the words that decide, known cues in them, and what would
    flip the verdict.

    ▲ marks what speaks for selling, ▼ what speaks for giving; the numbers are log-odds. A model
    without weights, such as an encoder, is explained by occlusion: the post is scored again without
    each phrase, and what that does to the probability is shown.
    """
    if posts is None and sys.stdin.isatty():
        printing.say("Type posts, one per line; Ctrl-D ends.")
    from givesell.api import warn_of_path
    from givesell.reasons.explain import explain_posts

    for post in posts or ():
        warn_of_path(post)
    loaded = loading.load_model(model)

    output = printing.console()
    first = True
    if not has("nlp"):
        printing.say("Cues are not shown, as they need spaCy: pip install 'givesell[nlp]'.")
    for group in [posts] if posts else line_groups(sys.stdin.buffer):
        for explanation in explain_posts(loaded, [decodable(post) for post in group], top):
            if as_json:
                printing.print_json(explanation.to_dict())
                continue
            if not first:
                output.print()
            output.print(explanation)
            first = False
