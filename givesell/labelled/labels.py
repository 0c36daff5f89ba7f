"""Labels as people bring them, made ``giving`` and ``selling``."""

import numbers
import unicodedata
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from givesell.errors import ArgumentError, ArgumentTypeError, DataError
from givesell.labelled.finding import Finding, posts, some
from givesell.show.words import quoted, text_of
from givesell.text.posts import is_missing
from givesell.verdict import GIVING, SELLING

LABELS = (GIVING, SELLING)
UNUSED = "unused mapping"
_MOST_NAMED = 6


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
    names = _checked(mapping)
    try:
        codes, found = pd.factorize(values.astype(object))
    except (
        Exception
    ) as error:  # that of a value which is no key: a list, or one of the caller's own types
        raise DataError(
            "E302", label=values.iloc[0], row=values.index[0], where=where, more="", key="..."
        ) from error
    uniques = [_whole(value) for value in found]
    counts = np.bincount(codes[codes >= 0], minlength=len(uniques))
    targets = np.full(len(uniques) + 1, None, object)  # the last stands for missing ones
    missing, unknown = [len(uniques)], list[int]()
    dropped, mapped, untidy, used = list[int](), list[int](), list[int](), set[Any]()
    for code, value in enumerate(uniques):
        tidy = (
            unicodedata.normalize("NFKC", value).strip().casefold()
            if isinstance(value, str)
            else value
        )
        key: Any = next((key for key in (value, tidy, text_of(value)) if key in names), None)
        if key is not None:
            targets[code] = names[key]
            used.add(key)
            (dropped if names[key] is None else mapped).append(code)
        elif tidy in LABELS:
            targets[code] = tidy
            if value != tidy:
                untidy.append(code)
        elif is_missing(value) or tidy == "":
            missing.append(code)
        else:
            unknown.append(code)
    if unknown:
        _refuse(values, codes, uniques, counts, unknown, column, where)
    codes = np.where(codes < 0, len(uniques), codes)

    def finding(
        check: str, chosen: list[int], found: str, done: str, warning: bool = False
    ) -> list[Finding]:
        rows = values.index[np.isin(codes, chosen)]
        return (
            [
                Finding(
                    check,
                    len(rows),
                    f"{posts(len(rows))}{where} {found}.",
                    done,
                    some(rows),
                    warning,
                )
            ]
            if len(rows)
            else []
        )

    def told(chosen: list[int]) -> str:
        more = "" if len(chosen) <= _MOST_NAMED else " ..."
        return (
            ", ".join(f"{uniques[code]!r} as {targets[code]}" for code in chosen[:_MOST_NAMED])
            + more
        )

    findings = [
        *finding("missing labels", missing, "had no label", "Left out.", True),
        *finding(
            "labels left out", dropped, "carry a label that label_mapping maps to None", "Left out."
        ),
        *finding(
            "mapped labels",
            mapped,
            "carry other labels",
            f"Read as label_mapping says: {told(mapped)}.",
        ),
        *finding(
            "untidy labels",
            untidy,
            "carry labels with stray spaces or capitals",
            f"Read {told(untidy)}.",
            True,
        ),
    ]
    unused = [key for key in names if key not in used]
    if unused:
        said = (
            f"No post{where} carries {', '.join(map(repr, unused[:_MOST_NAMED]))}, which"
            " label_mapping names."
        )
        findings.append(Finding(UNUSED, len(unused), said, "Passed over.", (), True))
    return targets[codes], findings


def _whole(value: Any) -> Any:
    """Return 1 for 1.0: where a label is missing, a table of integers is read as one of floats."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _checked(mapping: Any) -> dict[Any, str | None]:
    if mapping is None:
        return {}
    if not isinstance(mapping, Mapping):
        expected = "a mapping such as {'promo': 'selling'}"
        raise ArgumentTypeError(
            "E206", argument="label_mapping", expected=expected, type=type(mapping).__name__
        )
    for key, target in mapping.items():
        if target is not None and target not in LABELS:
            raise ArgumentError("E308", key=key, target=target)
    return dict(mapping)


def _refuse(
    values: pd.Series,
    codes: Any,
    uniques: Any,
    counts: Any,
    unknown: list[int],
    column: str,
    where: str,
) -> None:
    """Raise the error that helps most with unknown labels."""
    unknown = sorted(unknown, key=lambda code: -counts[code])
    if all(isinstance(uniques[code], (numbers.Number, np.bool_)) for code in unknown):
        kinds = [
            uniques[code].item() if hasattr(uniques[code], "item") else uniques[code]
            for code in unknown
        ]
        told = ", ".join(
            f"{kind!r} ({posts(int(counts[code]))})"
            for kind, code in list(zip(kinds, unknown, strict=True))[:_MOST_NAMED]
        )
        low, high = min(kinds), max(kinds)
        example = (
            f"{{{low!r}: 'giving', {high!r}: 'selling'}}"
            if low != high
            else f"{{{low!r}: 'selling'}}"
        )
        raise DataError("E309", column=column, where=where, told=told, example=example)
    first = min(unknown, key=lambda code: int(np.argmax(codes == code)))
    total = int(counts[unknown].sum())
    rest = [quoted(uniques[code]) for code in unknown if code != first]
    others = ", ".join(rest[:_MOST_NAMED]) + (
        f" and {len(rest) - _MOST_NAMED} others" if len(rest) > _MOST_NAMED else ""
    )
    more = f" ({posts(total)} in all{', also ' + others if others else ''})" if total > 1 else ""
    row = values.index[int(np.argmax(codes == first))]
    raise DataError(
        "E302", label=uniques[first], row=row, where=where, more=more, key=uniques[first]
    )
