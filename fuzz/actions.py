"""What is done with a case, and what must hold afterwards.

An action returns what it found; it raises `WrongError` where something holds that must not.
Everything else that it raises is judged by who called it: errors of the library are refusals,
others are failures.
"""

import contextlib
import io
import json
import math
import re
import sys
import warnings
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import spacy

import givesell
from fuzz.cases import Case
from givesell.archives.read import read_archive
from givesell.cli import main
from givesell.labelled.read import read_labelled
from givesell.labelled.request import Request
from givesell.model.model import Model
from givesell.nlp.cues import Cues
from givesell.report.build import make_report
from givesell.verdict import FACETS

CANARY = b"canary-of-this-process"
POSTS = (
    "Orders open! 20% off all mugs until Friday, DM me", "\U0001f389" * 40,
    "a b c d e f g h " * 400,
    "WOW SOOOOO #BlackFriday #aBcDeF " * 100, "x" * 5000, "", "ok \ud800",
)  # fmt: skip
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


class WrongError(Exception):
    """Something holds that must not.

    Parameters
    ----------
    verdict : str
        What kind of failure it is.
    what : str
    """

    def __init__(self, verdict: str, what: str) -> None:
        super().__init__(what)
        self.verdict = verdict


def act(case: Case, source: Path, out: Path) -> str:
    """Do with a case what it says.

    Parameters
    ----------
    case : Case
    source : Path
        Where its files are.
    out : Path
        A folder for outputs.

    Returns
    -------
    str
        What was found, for people.

    Raises
    ------
    WrongError
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return _ACTIONS[case.action](case, source / case.target if case.target else source, out)


def _score(case: Case, path: Path, out: Path) -> str:
    options = dict(case.options)
    ending = options.pop("out")
    target, other = out / f"o.{ending}", out / f"o.again.{ending}"
    report = out / "r.html" if options.pop("report", False) else None
    again = options.pop("again", False)
    found = givesell.score_archive(path, target, report=report, **options)
    skipped = sum(found.skipped.values())
    _accounted(
        case,
        found.rows + found.rejected + skipped,
        f"{found.rows} read, {found.rejected} rejected, {skipped} skipped",
    )
    _no_leak(out)
    if case.markers and target.suffix in (".csv", ".tsv", ".jsonl"):
        _all_there(case, target.read_bytes().decode("utf-8", "replace"))
    if again:
        givesell.score_archive(path, other, **options)
        _same_bytes(target, other)
    judged = found.giving + found.selling + sum(found.unlabelled.values())
    if judged != found.rows:
        raise WrongError("LOST", f"{found.rows} rows, {judged} of them judged or not")
    return f"{found.rows} read, {found.rejected} rejected, {skipped} skipped"


def _read(case: Case, path: Path, out: Path) -> str:
    archive = read_archive(path)
    texts = [post.text for post in archive]
    frame = archive.frame()
    if len(frame) != len(texts):
        raise WrongError("LOST", f"{len(texts)} posts one by one, {len(frame)} in a frame")
    skipped = sum(archive.skipped.values())
    _accounted(
        case,
        len(texts) + archive.n_rejected + skipped,
        f"{len(texts)} read, {archive.n_rejected} rejected, {skipped} skipped",
    )
    _all_there(case, "\n".join(text or "" for text in texts))
    return f"{len(texts)} read, {archive.n_rejected} rejected"


def _cli(case: Case, path: Path, out: Path) -> str:
    target = out / f"o.{case.options['out']}"
    return _command(["score", str(path), "-o", str(target), "--posts", "--why", "1"], str(path))


def _show(case: Case, path: Path, out: Path) -> str:
    return _command(["model", "show", str(path)], str(path))


def _command(arguments: list[str], path: str) -> str:
    """Run the command; what it prints must hold no control characters."""
    said = io.StringIO()
    before, code = sys.argv, 0
    sys.argv = ["givesell", *arguments]
    try:
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            main()
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1
    finally:
        sys.argv = before
    text = said.getvalue()
    if "Traceback" in text:
        raise WrongError("RAW", text[-300:])
    control = _CONTROL.search(text.replace(path, ""))
    if control:
        raise WrongError(
            "TERMINAL",
            f"prints {control[0]!a}: {text[max(0, control.start() - 60) : control.end() + 20]!a}",
        )
    return f"exit {code}"


def _load(case: Case, path: Path, out: Path) -> str:
    check_model(givesell.load(path))
    return "loaded"


def check_model(model: Model) -> None:
    """Judge a few posts in every way, and look whether the answers make sense."""
    verdicts = [model.classify(post) for post in POSTS]
    scores = model.score(list(POSTS) * 20)
    for number, verdict in enumerate(verdicts):
        judged = verdict.label is not None
        if judged and not (0 <= verdict.selling <= 1 and math.isfinite(verdict.selling)):
            raise WrongError(
                "WRONG", f"labels {verdict.label!r} at a probability of {verdict.selling}"
            )
        if judged and verdict.label != ("selling" if verdict.selling >= 0.5 else "giving"):
            raise WrongError(
                "WRONG", f"labels {verdict.label!r} at a probability of {verdict.selling}"
            )
        if verdict.facet is not None and verdict.facet not in FACETS[str(verdict.label)]:
            raise WrongError("WRONG", f"facet {verdict.facet!r} of {verdict.label!r}")
        many = scores[number :: len(POSTS)]
        if judged and not (np.abs(many - verdict.selling) < 1e-6).all():
            raise WrongError("WRONG", f"one post gives {verdict.selling}, many give {many[0]}")
    why = givesell.explain(POSTS[0], model=model)
    total = sum(part.weight for part in why.contributions) + why.intercept + why.network
    if why.label is not None and not abs(total - why.log_odds) <= 1e-4 * max(
        1.0, abs(why.log_odds)
    ):
        raise WrongError("WRONG", f"parts sum to {total}, log-odds are {why.log_odds}")
    json.dumps(model.info)
    repr(model)


def _spacy(case: Case, path: Path, out: Path) -> str:
    nlp = _blank()
    component = nlp.get_pipe("givesell").__class__(nlp.vocab)
    if path.is_dir():
        component.from_disk(path)
    else:
        component.from_bytes(path.read_bytes())
    for post in (*POSTS[:1], "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "buy now"):
        doc = component(nlp.make_doc(post))
        cats = doc.cats["giving"] + doc.cats["selling"]
        if not (abs(cats - 1) < 1e-6 or cats == 0):
            raise WrongError("WRONG", f"categories sum to {cats}")
    return "loaded"


@cache
def _blank() -> Any:
    nlp = spacy.blank("en")
    nlp.add_pipe("givesell")
    return nlp


def _cues(case: Case, path: Path, out: Path) -> str:
    cues = Cues.read(path)
    posts = (*POSTS, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa! click here now")
    for post, matches in zip(posts, cues.pipe(posts), strict=True):
        for match in matches:
            if (
                not 0 <= match.start < match.end <= len(post)
                or post[match.start : match.end] != match.text
            ):
                raise WrongError(
                    "WRONG",
                    f"cue {match.name!r} at {match.start} to {match.end} of a post of {len(post)}",
                )
    return f"{len(cues)} cues"


def _labelled(case: Case, path: Path, out: Path) -> str:
    found = read_labelled(Request(path, groups="author"))
    if (
        not all(isinstance(post, str) for post in found.posts)
        or not np.isfinite(found.weight).all()
    ):
        raise WrongError("WRONG", "a post that is no text, or a weight that is no number")
    return f"{len(found.posts)} posts"


def _report(case: Case, path: Path, out: Path) -> str:
    page = make_report(path, model=givesell.load()).html
    if CANARY.decode() in page:
        raise WrongError("LEAK", "memory of the process is in the report")
    return f"{len(page)} characters"


def _accounted(case: Case, total: int, told: str) -> None:
    if case.rows is not None and not case.rows <= total <= case.rows + case.more:
        raise WrongError("LOST", f"{case.rows} posts, but {told}")


def _all_there(case: Case, text: str) -> None:
    missing = [mark for mark in case.markers if mark not in text]
    if missing:
        raise WrongError(
            "LOST", f"posts left untouched are not in the output: {', '.join(missing[:3])}"
        )


def _same_bytes(target: Path, other: Path) -> None:
    """Look whether the same input gave the same bytes; memory that got into the output is other
    memory each time.
    """
    for ending in ("", ".rejects.jsonl"):
        one, two = (path.with_name(path.name + ending) for path in (target, other))
        if one.exists() != two.exists() or (one.exists() and one.read_bytes() != two.read_bytes()):
            raise WrongError(
                "LEAK",
                f"the same file gives other bytes in {one.name} a second time: is memory of the"
                " process among them?",
            )


def _no_leak(out: Path) -> None:
    for path in out.iterdir():
        if CANARY in path.read_bytes():
            raise WrongError("LEAK", f"memory of the process is in {path.name}")


_ACTIONS: dict[str, Callable[[Case, Path, Path], str]] = {
    "score": _score,
    "read": _read,
    "cli": _cli,
    "load": _load,
    "show": _show,
    "spacy": _spacy,
    "cues": _cues,
    "labelled": _labelled,
    "report": _report,
}
