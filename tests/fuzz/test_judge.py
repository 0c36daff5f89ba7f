"""The judge of the fuzz target: each kind of failure is seen for what it is."""

import threading
import warnings
from dataclasses import replace
from types import SimpleNamespace

import pytest

from fuzz import actions
from fuzz.actions import CANARY
from fuzz.cases import Case
from fuzz.files import Failure
from fuzz.growth import Grown, _measured
from fuzz.judge import judge
from givesell.errors import FileError

CASE = Case(
    "csv",
    "score",
    {"a.csv": b"text\nmark one\nmark two\n"},
    "a.csv",
    (),
    {"out": "csv"},
    2,
    0,
    ("mark one", "mark two"),
)


@pytest.fixture
def tried(tmp_path, monkeypatch):
    """Judge a case while the library does something else."""
    (tmp_path / "cwd").mkdir()

    def run(does, case=CASE):
        monkeypatch.setattr(actions.givesell, "score_archive", does)
        return judge(case, tmp_path)

    return run


def counts(rows, rejected=0, **skipped):
    """Return what a run would tell."""
    return SimpleNamespace(
        rows=rows, rejected=rejected, skipped=skipped, giving=rows, selling=0, unlabelled={}
    )


def writes(data=b"mark one mark two", rows=2, **more):
    """Return a run that writes something."""

    def run(path, target, **options):
        target.write_bytes(data)
        return counts(rows, **more)

    return run


def raises(error):
    """Return a run that raises something."""

    def run(path, target, **options):
        raise error

    return run


def test_what_is_well_is_ok(tried):
    """All posts are read, and none of the rest is touched."""
    assert tried(writes())["verdict"] == "OK"


def test_one_of_our_errors_is_a_refusal_and_another_is_not(tried):
    """Only a file of which nothing is known may be refused."""
    ours = FileError("E403", path="a.csv")
    assert tried(raises(ours), replace(CASE, rows=None))["verdict"] == "REFUSED"
    assert tried(raises(ours))["verdict"] == "LOST"
    found = tried(raises(KeyError("x")))
    assert (found["verdict"], found["error"]) == ("RAW", "KeyError: 'x'")
    assert tried(raises(MemoryError()))["verdict"] == "MEMORY"


@pytest.mark.parametrize(
    "does",
    [writes(rows=1), writes(rows=3), writes(b"mark one")],
    ids=["too few", "too many", "another is not there"],
)
def test_posts_that_are_not_accounted_for_are_lost(tried, does):
    """Read, rejected and skipped must be all there are, and what was left untouched must be in
    the output.
    """
    assert tried(does)["verdict"] == "LOST"


def test_rejected_and_skipped_posts_count(tried):
    """Rejected and skipped posts count as accounted for."""
    assert tried(writes(rows=0, rejected=1, gone=1))["verdict"] == "OK"


@pytest.mark.parametrize(
    "place", ["in/a.csv", "in/new", "tmp/left", "cwd/left", "out/other", "stray"]
)
def test_a_changed_disk_is_seen(tried, tmp_path, place):
    """The input and its folder stay as they are, and nothing is left elsewhere."""

    def run(path, target, **options):
        (tmp_path / place).write_bytes(b"changed")
        return writes()(path, target)

    assert tried(run)["verdict"] == "CHANGED"


def test_memory_in_an_output_is_seen(tried):
    """By what was planted in it, or by bytes that differ from run to run."""
    assert tried(writes(b"mark one mark two " + CANARY))["verdict"] == "LEAK"
    numbers = iter(range(9))
    again = replace(CASE, options={"out": "csv", "again": True})
    assert (
        tried(
            lambda path, target, **options: writes(b"mark one mark two %d" % next(numbers))(
                path, target
            ),
            again,
        )["verdict"]
        == "LEAK"
    )


def test_open_files_and_threads_are_seen(tried):
    """Whoever reads a million files runs out of them."""
    held, stop = [], threading.Event()

    def opens(path, target, **options):
        held.append(path.open("rb"))
        return writes()(path, target)

    def starts(path, target, **options):
        threading.Thread(target=stop.wait).start()
        return writes()(path, target)

    try:
        assert tried(opens)["verdict"] == "LEAK"
        assert tried(starts)["verdict"] == "LEAK"
    finally:
        stop.set()
        held[0].close()


def test_a_warning_is_no_failure(tried):
    """A run that only warns is not a failure."""

    def run(path, target, **options):
        warnings.warn("odd", stacklevel=1)
        return writes()(path, target)

    assert tried(run)["verdict"] == "OK"


def test_failures_are_grouped_by_what_and_where():
    """The text of an error names the file and is another each time."""
    one = Failure(1, "csv", "RAW", "KeyError: 'a'", "archives/x.py:7", ())
    assert one.key == replace(one, number=2, error="KeyError: 'b'", kind="x").key
    assert one.key != replace(one, error="TypeError: a").key
    assert (
        replace(one, verdict="LOST", at="score").key
        != replace(one, verdict="LOST", at="score", kind="x").key
    )


@pytest.mark.parametrize(
    ("seconds", "fails"),
    [
        ((0.1, 0.2, 0.4), False),
        ((0.1, 0.21, 0.45), False),
        ((0.1, 0.23, 0.4), True),
        ((0.1, 0.2, 0.8), True),
        ((0.001, 0.01, 0.05), False),
    ],
)
def test_growth_beyond_twice_fails_where_it_can_be_measured(seconds, fails):
    """Times too short to tell from noise do not count."""
    assert bool(Grown("x", 1, seconds).failure) == fails


def test_memory_beyond_the_promise_fails():
    """A run that takes more memory than promised fails, however fast it is."""
    assert Grown("x", 1, (0.1, 0.2, 0.4), 700 << 20).failure == "700 MB"


@pytest.mark.parametrize(("power", "fails"), [(1, False), (2, True)])
def test_what_grows_with_the_square_is_found(tmp_path, monkeypatch, power, fails):
    """Time itself is simulated, so that the machine has no say."""
    clock = [0.0]
    monkeypatch.setattr("fuzz.growth.time", SimpleNamespace(process_time=lambda: clock[0]))

    def make(folder, size):
        def act():
            clock[0] += 0.001 + 0.05 * (size / 2_000) ** power

        return act

    assert bool(_measured("post x", make, tmp_path / "size").failure) == fails
