"""Labels as people write them, read as ``giving`` and ``selling``."""

import numbers
import unicodedata
from collections.abc import Mapping, Sequence
from enum import IntEnum, auto
from typing import Any, NamedTuple, NoReturn

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from givesell.errors import ArgumentError, ArgumentTypeError, DataError
from givesell.labelled.finding import Finding, first_rows
from givesell.show.numbers import counted
from givesell.show.words import quoted, text_of
from givesell.text.posts import is_missing
from givesell.verdict import LABELS

UNUSED = "unused mapping"
_MOST_NAMED = 6


class Form(IntEnum):
    """How a value is written that means a label."""

    PLAIN = auto()  # giving or selling
    UNTIDY = auto()  # that with stray spaces or capitals
    MAPPED = auto()  # another value that the mapping names
    LEFT_OUT = auto()  # one that the mapping maps to None
    MISSING = auto()
    UNKNOWN = auto()


class Reading(NamedTuple):
    """How a value of a column of labels is read.

    Attributes
    ----------
    value : object
    form : Form
    label : str, optional
        None for posts to leave out.
    key : object
        The key of the mapping that names it.
    """

    value: Any
    form: Form
    label: str | None = None
    key: Any = None


def read_labels(
    values: pd.Series,
    mapping: Mapping[Any, str | None] | None = None,
    *,
    column: str = "label",
    where: str = "",
) -> tuple[NDArray[np.object_], list[Finding]]:
    """Turn a column into labels.

    Stray spaces and capitals are put right, and said; anything else that is unknown is refused.

    Parameters
    ----------
    values : pandas.Series, shape (n,)
    mapping : mapping, optional
        From values of the column to ``"giving"`` or ``"selling"``, or to None for posts to leave
        out.
    column, where : str
        For messages.

    Returns
    -------
    labels : ndarray of object, shape (n,)
        ``giving``, ``selling``, or None for posts to leave out.
    findings : list of Finding

    Raises
    ------
    ArgumentError
        If the mapping maps to something else.
    DataError
        If a label is unknown, or labels are numbers and there is no mapping.

    Examples
    --------
    >>> labels, findings = read_labels(pd.Series(["promo", " Giving", None]), {"promo": "selling"})
    >>> labels.tolist()
    ['selling', 'giving', None]
    >>> [finding.check for finding in findings]
    ['missing labels', 'mapped labels', 'untidy labels']
    """
    mapping = _checked(mapping)
    try:
        codes, distinct = pd.factorize(values.astype(object))
    except Exception as error:
        # That of a value which cannot be a key: a list, or an unhashable type of the caller.
        raise DataError(
            "E302", label=values.iloc[0], row=values.index[0], where=where, more="", key="..."
        ) from error
    readings = [reading_of(value, mapping) for value in distinct]
    unknown = [code for code, reading in enumerate(readings) if reading.form is Form.UNKNOWN]
    if unknown:
        _refuse(values.index, codes, readings, unknown, column, where)
    readings.append(Reading(None, Form.MISSING))  # of the code -1, that of missing values
    labels = np.array([reading.label for reading in readings], object)[codes]
    forms = np.array([reading.form for reading in readings])[codes]
    findings = _findings(readings, forms, values.index, where)
    used = {each.key for each in readings if each.form in (Form.MAPPED, Form.LEFT_OUT)}
    unused = [key for key in mapping if key not in used]
    if unused:
        named = ", ".join(map(repr, unused[:_MOST_NAMED]))
        sentence = f"No post{where} carries {named}, which label_mapping names."
        findings.append(Finding(UNUSED, len(unused), sentence, "Passed over.", (), True))
    return labels, findings


def reading_of(value: Any, mapping: Mapping[Any, str | None]) -> Reading:
    """Say how a value of a column of labels is read.

    Parameters
    ----------
    value : object
    mapping : mapping
        As for `read_labels`.

    Returns
    -------
    Reading

    Examples
    --------
    >>> reading_of(" SELLING", {}).label, reading_of(1.0, {1: "giving"}).label
    ('selling', 'giving')
    """
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # beside missing values, a table holds whole numbers as floats
    tidy = (
        unicodedata.normalize("NFKC", value).strip().casefold() if isinstance(value, str) else value
    )
    for key in (value, tidy, text_of(value)):
        if key in mapping:
            label = mapping[key]
            return Reading(value, Form.LEFT_OUT if label is None else Form.MAPPED, label, key)
    if tidy in LABELS:
        return Reading(value, Form.PLAIN if value == tidy else Form.UNTIDY, tidy)
    missing = is_missing(value) or tidy == ""
    return Reading(value, Form.MISSING if missing else Form.UNKNOWN)


def _checked(mapping: Any) -> dict[Any, str | None]:
    if mapping is None:
        return {}
    if not isinstance(mapping, Mapping):
        expected = "a mapping such as {'promo': 'selling'}"
        raise ArgumentTypeError(
            "E206", argument="label_mapping", expected=expected, given=type(mapping).__name__
        )
    for key, label in mapping.items():
        if label is not None and label not in LABELS:
            raise ArgumentError("E308", key=key, target=label)
    return dict(mapping)


def _findings(
    readings: Sequence[Reading], forms: NDArray[np.int64], index: pd.Index, where: str
) -> list[Finding]:
    """Return findings on labels that were not written plainly, one for each form."""

    def as_read(form: Form) -> str:
        named = [f"{each.value!r} as {each.label}" for each in readings if each.form is form]
        more = " ..." if len(named) > _MOST_NAMED else ""
        return ", ".join(named[:_MOST_NAMED]) + more

    sentences = {
        Form.MISSING: ("missing labels", "had no label", "Left out."),
        Form.LEFT_OUT: (
            "labels left out",
            "carry a label that label_mapping maps to None",
            "Left out.",
        ),
        Form.MAPPED: (
            "mapped labels",
            "carry other labels",
            f"Read as label_mapping says: {as_read(Form.MAPPED)}.",
        ),
        Form.UNTIDY: (
            "untidy labels",
            "carry labels with stray spaces or capitals",
            f"Read {as_read(Form.UNTIDY)}.",
        ),
    }
    findings = []
    for form, (check, what, done) in sentences.items():
        rows = index[forms == form]
        if len(rows):
            sentence = f"{counted(len(rows), 'post')}{where} {what}."
            warning = form in (Form.MISSING, Form.UNTIDY)
            findings.append(Finding(check, len(rows), sentence, done, first_rows(rows), warning))
    return findings


def _refuse(
    index: pd.Index,
    codes: NDArray[np.int64],
    readings: Sequence[Reading],
    unknown: Sequence[int],
    column: str,
    where: str,
) -> NoReturn:
    """Raise the error that helps most with unknown labels, the most frequent named first."""
    counts = np.bincount(codes[codes >= 0], minlength=len(readings))
    unknown = sorted(unknown, key=lambda code: -counts[code])
    values = [readings[code].value for code in unknown]
    if all(isinstance(value, (numbers.Number, np.bool_)) for value in values):
        figures: list[Any] = [value.item() if hasattr(value, "item") else value for value in values]
        named = ", ".join(
            f"{figure!r} ({counted(int(counts[code]), 'post')})"
            for figure, code in list(zip(figures, unknown, strict=True))[:_MOST_NAMED]
        )
        low, high = min(figures), max(figures)
        example = (
            f"{{{low!r}: 'giving', {high!r}: 'selling'}}"
            if low != high
            else f"{{{low!r}: 'selling'}}"
        )
        raise DataError("E309", column=column, where=where, values=named, example=example)
    first = min(unknown, key=lambda code: int(np.argmax(codes == code)))
    total = int(counts[list(unknown)].sum())
    rest = [quoted(readings[code].value) for code in unknown if code != first]
    others = ", ".join(rest[:_MOST_NAMED]) + (
        f" and {len(rest) - _MOST_NAMED} others" if len(rest) > _MOST_NAMED else ""
    )
    more = (
        f" ({counted(total, 'post')} in all{', also ' + others if others else ''})"
        if total > 1
        else ""
    )
    label = readings[first].value
    row = index[int(np.argmax(codes == first))]
    raise DataError("E302", label=label, row=row, where=where, more=more, key=label)
