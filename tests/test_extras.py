"""What a plain installation does, and what it says of the rest."""

import ast
import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import givesell
from givesell import extras
from tests.core.tiny_encoder import tiny_model

ROOT = Path(givesell.__file__).parent.parent
PROJECT = ROOT / "pyproject.toml"
# Modules that are not called as their packages are.
PACKAGES = {
    **extras.PACKAGES,
    "backports": "backports.zstd",
    "markupsafe": "jinja2",
    "python_calamine": "python-calamine",
}
# What typer brings along, and the standard library of Python 3.14.
BROUGHT = {"click", "compression"}
HIDE = """
import sys
hidden, finders = set({hidden!r}), list(sys.meta_path)

class Without:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in hidden:
            return None
        specs = (finder.find_spec(name, path, target) for finder in finders)
        return next(filter(None, specs), None)

sys.meta_path[:] = [Without()]
"""


def declared(extra=None):
    """Return the names of the packages that an installation brings."""
    project = tomllib.loads(PROJECT.read_text())["project"]
    wanted = project["dependencies"] if extra is None else project["optional-dependencies"][extra]
    names = set()
    for line in wanted:
        name = line.split(";")[0].split(">")[0].strip()
        names |= (
            set().union(*map(declared, name[9:-1].split(",")))
            if name.startswith("givesell[")
            else {name}
        )
    return names


def without(hidden, code):
    """Run some code where some packages are not installed; return what it prints."""
    done = subprocess.run(
        [sys.executable, "-c", HIDE.format(hidden=sorted(hidden)) + code],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


ALL = sorted(
    {name for names in extras.EXTRAS.values() for name in names} | {"backports", "polars", "skops"}
)


def test_a_script_needs_the_base_alone():
    """Verdicts, probabilities and reasons need none of the extras, for one post or many, in
    Python and on the command line.
    """
    code = """
import givesell
posts = ["Thanks so much!", None, "Orders open! 20% off all mugs, DM me"]
print([verdict.label for verdict in givesell.classify(posts)])
print(givesell.score(posts * 5_000).shape)
print(str(givesell.explain(posts[2]).label))
print(givesell.load("givesell-en-deep").classify(posts[0]).label)
from givesell.cli import main
for arguments in (["classify", posts[0]], ["explain", posts[2]]):
    sys.argv[1:] = arguments
    try:
        main()
    except SystemExit as end:
        print(end.code)
"""
    lines = without(ALL, code).splitlines()
    assert lines[:4] == ["['giving', None, 'selling']", "(15000,)", "selling", "giving"]
    assert lines[-1] == "0"
    assert [line for line in lines if line.startswith("giving ")]


@pytest.mark.parametrize(
    ("call", "extra"),
    [
        ("givesell.read_archive('posts.csv')", "archives"),
        ("givesell.score_archive('posts.csv', 'scored.csv')", "archives"),
        ("__import__('givesell.report')", "report"),
        ("givesell.train([])", "train"),
        ("givesell.evaluate([])", "train"),
        ("givesell.PostVectorizer", "train"),
        ("givesell.load().pipeline", "train"),
        ("givesell.load().save('saved')", "train"),
        ("givesell.load('mine.joblib', trusted=True)", "train"),
        ("__import__('givesell.estimators.network.classifier')", "train"),
        ("givesell.drift('givesell-en', [])", "archives"),
        ("__import__('givesell.nlp.component')", "nlp"),
        ("givesell.load().verdicts(['Thanks!']).frame()", "archives"),
        ("givesell.load().verdicts(['Thanks!']).table()", "archives"),
        ("__import__('givesell.nlp.tokenizer')", "nlp"),
        ("givesell.explain('DM me').cues", "nlp"),
        ("__import__('givesell.datasets').datasets.load_posts()", "archives"),
    ],
)
def test_what_is_missing_is_said(call, extra):
    """What needs an extra says in one sentence which, and is an ImportError that is one of ours."""
    code = f"""
import givesell
try:
    {call}
except givesell.GivesellError as error:
    print(isinstance(error, ImportError), error)
"""
    said = without(ALL, code)
    assert said.startswith("True [E701] ")
    assert f"pip install 'givesell[{extra}]'" in said


@pytest.mark.parametrize(
    ("extra", "code"),
    [
        (
            "archives",
            (
                "print(givesell.score_archive(demo_archive(), 'out.csv').rows,"
                " givesell.read_archive(demo_archive()).frame().shape)"
            ),
        ),
        (
            "report",
            (
                "print(bool(givesell.score_archive(demo_archive(), 'scored.csv',"
                " report='page.html').findings))"
            ),
        ),
        (
            "train",
            (
                "print(givesell.train(load_posts().head(200), groups='topic').report is not None,"
                " givesell.evaluate)"
            ),
        ),
        ("nlp", "print(len(givesell.explain('Orders open! 20% off, DM me').cues))"),
    ],
)
def test_an_extra_is_enough(extra, code, tmp_path, monkeypatch):
    """What an extra is for works with its own packages alone."""
    monkeypatch.chdir(tmp_path)
    brought = {"archives": set(), "report": {"archives"}, "train": {"archives"}, "nlp": set()}[
        extra
    ] | {extra}
    # Packages of packages: spaCy takes jinja2 along.
    along = {"archives": {"backports"}, "nlp": {"jinja2"}}
    enough = {name for one in brought for name in (*extras.EXTRAS[one], *along.get(one, ()))}
    code = "import givesell\nfrom givesell.datasets import demo_archive, load_posts\n" + code
    assert without(set(ALL) - enough, code).strip()


def test_an_encoder_needs_its_runtime_alone(tmp_path):
    """A model of the kind encoder scores with the packages of its extra; where one is missing, a
    sentence says what to install, in Python and on the command line.
    """
    tiny_model().save(tmp_path / "tiny")
    load = f"givesell.load({str(tmp_path / 'tiny')!r})"
    code = f"import givesell\nprint({load}.classify('Thanks so much!').status)"
    others = set(ALL) - set(extras.EXTRAS["encoder"])
    assert without(others, code) == "ok\n"
    for package in extras.EXTRAS["encoder"]:
        code = f"""
import givesell
try:
    {load}
except ImportError as error:
    print(error)
from givesell.cli import main
sys.stderr = sys.stdout
sys.argv[1:] = ["classify", "-m", {str(tmp_path / "tiny")!r}, "Thanks!"]
try:
    main()
except SystemExit as end:
    print(end.code)
"""
        in_python, on_the_line, exit_code = without({package}, code).splitlines()
        for said in (in_python, on_the_line):
            assert "[E701]" in said
            assert said.endswith(
                f"needs {package}, which is not installed. Install it: pip install"
                " 'givesell[encoder]'."
            )
        assert exit_code == "1"


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_a_library_of_tables_is_enough_for_its_columns(library):
    """Who has pandas or Polars alone gets verdicts on a column as a table of it; no Arrow is
    asked for.
    """
    code = f"""
import givesell, {library}
posts = {library}.Series(["Thanks so much!", None])
for verdicts in (givesell.classify(posts), givesell.Scorer()(posts)):
    print(type(verdicts).__module__.partition(".")[0], verdicts["status"].to_list())
"""
    assert without(set(ALL) - {library}, code) == f"{library} ['ok', 'missing']\n" * 2


COMMANDS = {
    "score posts.csv -o scored.csv": "archives",
    "drift posts.csv": "archives",
    "formats": "archives",
    "report scored.csv": "report",
    "train posts.csv -o mine": "train",
    "tune posts.csv": "train",
    "evaluate posts.csv": "train",
    "compare givesell-en givesell-en-deep posts.csv": "train",
    "review posts.csv": "train",
    "suggest posts.csv -o picked.csv": "train",
    "export givesell-en mine.joblib": "train",
}


@pytest.mark.parametrize("installed", ["", "archives"])
def test_the_command_line_says_it(installed, tmp_path):
    """A command that needs an extra names the one that brings all it needs, and ends with exit
    code 1.
    """
    missing = {line: extra for line, extra in COMMANDS.items() if extra != installed}
    code = f"""
import os
from givesell.cli import main
os.chdir({str(tmp_path)!r})
sys.stderr = sys.stdout
for line in {list(missing)!r}:
    sys.argv[1:] = line.split()
    try:
        main()
    except SystemExit as end:
        print(end.code)
"""
    hidden = set(ALL) - {"backports", *extras.EXTRAS[installed]} if installed else set(ALL)
    said = without(hidden, code).splitlines()
    assert said[1::2] == ["1"] * len(missing)
    for line, sentence in zip(missing, said[::2], strict=True):
        assert "[E701]" in sentence, line
        assert f"pip install 'givesell[{missing[line]}]'" in sentence, line


@pytest.mark.parametrize("extra", extras.EXTRAS)
def test_extras_are_declared(extra):
    """Each package that an extra is told by is installed by it."""
    assert {PACKAGES.get(name, name) for name in extras.EXTRAS[extra]} <= declared(extra)


@pytest.mark.parametrize(
    ("extra", "needed"),
    [("excel", "archives"), ("skops", "train"), ("report", "archives"), ("train", "archives")],
)
def test_an_extra_brings_what_it_stands_on(extra, needed):
    """Who installs an extra is not asked for another one before it can be used."""
    assert declared(needed) <= declared(extra)


def test_all_installs_everywhere():
    """`all` has what every extra for users has, but for the runtime of encoders, which does not
    install on every system.
    """
    assert not declared("encoder") & declared("all")
    for extra in {*extras.EXTRAS, "excel", "polars", "skops"} - {"encoder"}:
        assert declared(extra) <= declared("all")


def test_every_import_is_declared():
    """Whatever the library imports is installed by it or by one of its extras."""
    known = (
        declared()
        | declared("all")
        | declared("encoder")
        | set(sys.stdlib_module_names)
        | BROUGHT
        | {"givesell"}
    )
    for path in (ROOT / "givesell").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names = [node.module]
            for name in {name.partition(".")[0] for name in names}:
                assert PACKAGES.get(name, name) in known, f"{path.relative_to(ROOT)} imports {name}"


def test_the_figures_are_json():
    """The table of extras is plain data: names of modules, none of them twice in an extra."""
    assert json.loads(json.dumps(extras.EXTRAS)) == {
        extra: list(names) for extra, names in extras.EXTRAS.items()
    }
    assert all(len(set(names)) == len(names) for names in extras.EXTRAS.values())
