"""Exports of which some bytes are others: read, rejected or refused, and never anything else."""

import csv
import io
import json
import random

import pytest

import givesell
from tests.archives.platforms.test_bluesky_car import bsky, repository
from tests.archives.platforms.test_structure import told
from tests.archives.samples import DUMPS, SAMPLES, TABLES

PIECES = [
    b'"',
    b"\\",
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b"\n",
    b"\r",
    b"\0",
    b"\xff",
    b"\xef\xbb\xbf",
    b"1e999",
    b"NaN",
    b"-",
    b"null",
]
PIECES += [
    b"true",
    b"9" * 400,
    b"\\ud800",
    b"\\u0000",
    b"<p>",
    b"&#",
    b"https://t.co/a",
    b"[" * 600,
    b"\x81" * 40,
    b"\xd8\x2a",
]


def exports():
    """Return a small export of each kind: the name of its file, its bytes and its format."""
    for name, sample in SAMPLES.items():
        data = sample.write([json.dumps(sample.record(number)) for number in range(5)])
        yield pytest.param(sample.name.rpartition("/")[2], data.encode(), sample.format, id=name)
    for name, record in DUMPS.items():
        yield pytest.param(
            "RC_2023-11",
            "\n".join(json.dumps(record(number)) for number in range(5)).encode(),
            "reddit-dump",
            id=name,
        )
    for name, (file, header, row) in TABLES.items():
        text = io.StringIO()
        csv.writer(text).writerows(
            [header, *([cell.format(n=number) for cell in row] for number in range(5))]
        )
        yield pytest.param(file, text.getvalue().encode(), name, id=f"{name} in CSV")
    yield pytest.param(
        "repo.car",
        repository([bsky(number) for number in range(5)]),
        "bluesky-car",
        id="bluesky-car",
    )


def changed(draw, data):
    """Return bytes with some changed, left out, doubled or put in."""
    for _ in range(draw.choice((1, 1, 1, 2, 4))):
        at = draw.randrange(len(data) + 1)
        end = at + draw.choice((0, 1, 1, 5, 50))
        piece = draw.choice(
            (
                b"",
                draw.choice(PIECES),
                draw.choice(PIECES),
                data[at : at + 40] * 2,
                draw.randbytes(1),
            )
        )
        data = data[:at] + piece + data[end:]
    return data[: draw.randrange(len(data))] if draw.random() < 0.05 else data


@pytest.mark.parametrize(("file", "data", "form"), list(exports()))
def test_bytes_may_be_any(write, file, data, form):
    """Readers raise nothing but errors of the library on files with random changes."""
    draw = random.Random(file)
    for _ in range(60):
        path = write(file, changed(draw, data))
        for wanted in (None, form):
            with told():
                list(givesell.read_archive(path, format=wanted, visibility="all"))
