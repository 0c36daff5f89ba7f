"""Tests of `givesell.verdict` and `givesell.errors`."""

import dataclasses
import json
import pickle

import pytest

import givesell
from givesell import errors
from givesell.verdict import Verdict


def test_repr():
    """A verdict shows its label, probability and sureness, or why there is no label."""
    assert (
        repr(Verdict("selling", 0.97123, True))
        == "Verdict(label='selling', selling=0.971, sure=True)"
    )
    assert (
        repr(Verdict(None, float("nan"), False, "empty")) == "Verdict(label=None, status='empty')"
    )


def test_verdict_is_frozen():
    """A verdict is immutable: setting a field is an error."""
    with pytest.raises(dataclasses.FrozenInstanceError):
        Verdict("selling", 0.97, True).label = "giving"


def test_verdict_travels():
    """A verdict can be pickled and compared."""
    verdict = Verdict("selling", 0.97, True)
    assert pickle.loads(pickle.dumps(verdict)) == verdict


def test_verdicts_as_json():
    """Verdicts and scores have a plain form with the same fields always, in which a probability
    that is not there is null.
    """
    posts = ["Thanks!", None]
    verdicts, scores = givesell.classify(posts), givesell.load().verdicts(posts)
    plain = [json.loads(verdict.to_json(), parse_constant=pytest.fail) for verdict in verdicts]
    assert plain == [verdict.to_dict() for verdict in verdicts]
    assert [set(row) for row in plain] == [{"label", "selling", "sure", "status", "facet"}] * 2
    assert plain[1] == {
        "label": None,
        "selling": None,
        "sure": False,
        "status": "missing",
        "facet": None,
    }
    columns = json.loads(scores.to_json(), parse_constant=pytest.fail)
    assert columns == scores.to_dict() == {name: [row[name] for row in plain] for name in plain[0]}


@pytest.mark.parametrize(
    ("kind", "builtin"),
    [
        (errors.PostTypeError, TypeError), (errors.ArgumentError, ValueError),
        (errors.ArgumentTypeError, TypeError),
        (errors.ArtifactError, ValueError), (errors.DataError, ValueError), (errors.FileError,
        OSError),
    ],
)  # fmt: skip
def test_errors_carry_their_code(kind, builtin):
    """Every error is a GivesellError and a built-in one, shows its code, and survives pickling."""
    error = kind("E401", path="x.csv")
    assert isinstance(error, errors.GivesellError)
    assert isinstance(error, builtin)
    assert str(error) == "[E401] x.csv: no such file."
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), again.code, str(again)) == (kind, "E401", str(error))
