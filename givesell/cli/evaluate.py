"""`givesell evaluate`: a model against labelled files."""

import json

import typer

from givesell.cli import common
from givesell.cli.common import Certainty, Files, Groups, JsonOption, LabelColumn, ModelOption, TextColumn
from givesell.cli.train import show_figures


def evaluate(
    files: Files,
    model: ModelOption = None,
    text: TextColumn = "text",
    label: LabelColumn = "label",
    groups: Groups = None,
    certainty: Certainty = "certainty",
    as_json: JsonOption = False,
) -> None:
    """Measure a model on labelled posts that it was not trained on."""
    from givesell.training.evaluate import evaluate as measure

    loaded = common.load_model(model)
    figures = measure(loaded, [str(file) for file in files], text=text, label=label, groups=groups, certainty=certainty)
    if as_json:
        typer.echo(json.dumps(figures, ensure_ascii=False))
    else:
        show_figures({f"{figures['posts']:,} posts": figures})
        if figures["unjudged"]:
            common.say(f"{figures['unjudged']} posts got no label and count as undecided")
