"""The command line: what it prints, where, and its exit codes."""

import io
import json
import os
import re
import shutil
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest
from rich.cells import cell_len
from rich.console import Console
from typer.testing import CliRunner

import givesell
from givesell import __version__
from givesell.batch import Summary
from givesell.cli import app
from givesell.cli.classify import line_groups, show_verdict
from givesell.cli.options import complete_model
from givesell.cli.progress import progress_bar
from givesell.cli.summary import print_summary
from givesell.core import model_packages
from givesell.datasets import load_posts
from givesell.errors import ArtifactError
from givesell.verdict import Scores, Verdict


class FakeModel(givesell.Model):
    """Sells where a post says "buy"; judges no empty post."""

    info = property(
        lambda self: {
            "name": "fake",
            "thresholds": {"sure_giving_up_to": 0.25},
            "golden": [{"text": "a", "selling": 0.5}],
        }
    )
    name = "fake"
    has_facets = False
    known = property(lambda self: givesell.load().known)

    def __init__(self):
        self.jobs = []

    def verdicts(self, posts, *, n_jobs=None, facets=True):
        """Return the scores of posts."""
        self.jobs.append(n_jobs)
        selling = np.array(
            [np.nan if not post else 0.97 if "buy" in post else 0.4 for post in posts], np.float32
        )
        label = np.array(
            [None if not post else "selling" if "buy" in post else "giving" for post in posts],
            object,
        )
        status = np.array(["ok" if post else "empty" for post in posts], object)
        return Scores(label, selling, selling > 0.9, status)


@pytest.fixture
def fake(monkeypatch):
    """The model that every command gets."""
    model = FakeModel()
    monkeypatch.setattr("givesell.cli.loading.load_model", lambda name: model)
    monkeypatch.setattr("givesell.scorer.as_model", lambda name: model)
    return model


@pytest.fixture
def run(fake):
    """Run a command line and return its result."""

    def run(*arguments, **options):
        return CliRunner().invoke(app, [str(argument) for argument in arguments], **options)

    return run


@pytest.fixture
def posts(tmp_path):
    """A CSV file with one broken row."""
    path = tmp_path / "posts.csv"
    path.write_text("id,text\n1,buy now\n2\n3,hello\n4,\n")
    return path


def test_classify_prints_a_line_a_post(run):
    """Arguments come out in order, one line each, without control characters, undecodable bytes
    replaced.
    """
    result = run("classify", "buy now", "hello\n\x1b[31mthere", "", "caf\udce9")
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "selling  0.97  sure             buy now",
        "giving   0.40  unsure           hello [31mthere",
        "-           -  empty",
        "giving   0.40  unsure           caf\ufffd",
    ]


def test_classify_reads_lines(run):
    """Each input line is a post, blank ones and a last one without an end included."""
    result = run("classify", "--json", input=b"buy\r\n\nlast \xff")
    assert [json.loads(line) for line in result.stdout.splitlines()] == [
        {"text": "buy", "label": "selling", "selling": 0.97, "sure": True, "status": "ok"},
        {"text": "", "label": None, "selling": None, "sure": False, "status": "empty"},
        {"text": "last \ufffd", "label": "giving", "selling": 0.4, "sure": False, "status": "ok"},
    ]


def test_classify_answers_each_chunk_as_it_comes():
    """Lines are passed on when they are whole, however the pipe cuts them."""
    chunks = iter([b"one\ntw", b"o", b"\n", b"three", b""])
    stream = SimpleNamespace(read1=lambda size: next(chunks))
    assert list(line_groups(stream)) == [["one"], ["two"], ["three"]]


def test_score_says_what_it_found_and_exits_3_with_rejects(run, posts, tmp_path):
    """The summary goes to stdout, the number and place of rejected rows to stderr, and the code
    is 3.
    """
    result = run("score", posts, "-o", tmp_path / "out.csv", "--jobs", 2)
    assert result.exit_code == 3
    assert "give : sell 1 : 1" in " ".join(result.stdout.split())
    assert f"Scored file: {tmp_path / 'out.csv'}\n" in result.stdout
    assert (
        result.stderr
        == f"1 row was rejected: {tmp_path / 'out.csv.rejects.jsonl'} says which and why.\n"
    )
    assert (tmp_path / "out.csv").read_text().splitlines()[1] == "1,buy now,selling,0.97,true,ok"


def test_score_without_rejects_exits_0(run, fake, posts, tmp_path):
    """--quiet prints nothing; the batches are scored in --jobs threads, each of which takes one
    of the model's.
    """
    posts.write_text("id,text\n1,buy\n")
    result = run("score", posts, "-o", tmp_path / "out.parquet", "-q", "-j", "2")
    assert (result.exit_code, result.output) == (0, "")
    assert fake.jobs == [1]


def test_score_as_json(run, posts, tmp_path):
    """--json prints the summary as one object, also with --quiet."""
    result = run(
        "score",
        posts,
        "-o",
        tmp_path / "out.csv",
        "--json",
        "--quiet",
        "--prefix",
        "g_",
        "-t",
        "text",
    )
    summary = json.loads(result.stdout)
    assert (summary["rows"], summary["rejected"], summary["unlabelled"]) == (3, 1, {"empty": 1})
    assert result.exit_code == 3


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nope.csv", "-o", "out.csv"], "error: [E401] nope.csv: no such file.\n"),
        (
            ["posts.csv", "-o", "posts.csv"],
            "error: [E408] posts.csv: is an input too. Choose another output.\n",
        ),
        (["posts.csv", "-o", "out.csv", "-t", "tekst"], "Did you mean 'text'?\n"),
    ],
)
def test_errors_are_one_line_and_exit_1(run, posts, tmp_path, monkeypatch, arguments, words):
    """An error of this library is one line on stderr, and stdout stays empty."""
    monkeypatch.chdir(tmp_path)
    result = run("score", *arguments)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.endswith(words)
    assert result.stderr.count("\n") == 1


def test_a_wrong_file_name_shows_before_the_model_is_loaded(run, monkeypatch, tmp_path):
    """Paths are checked before the model is loaded, so that a wrong one shows at once."""
    monkeypatch.setattr("givesell.scorer.as_model", lambda name: pytest.fail("loaded"))
    assert run("score", tmp_path / "nope.csv", "-o", tmp_path / "out.csv").exit_code == 1


def test_a_model_that_is_not_there(run, monkeypatch):
    """The model's error is told like any other."""

    def missing(name):
        raise ArtifactError("E201", path=name, names="givesell-en")

    monkeypatch.setattr("givesell.cli.loading.load_model", missing)
    result = run("classify", "x", "--model", "mine")
    assert (result.exit_code, result.stderr.split(":")[1].strip()) == (1, "[E201] mine")


@pytest.mark.parametrize(
    "arguments",
    [
        ["score"],
        ["score", "a.csv"],
        ["classify", "--nope"],
        ["score", "a", "-o", "b", "-j", "0"],
        ["nope"],
    ],
)
def test_wrong_usage_exits_2(run, arguments):
    """What the command line does not know is usage, not an error of the library."""
    assert run(*arguments).exit_code == 2


@pytest.mark.parametrize(
    ("raised", "code", "said"),
    [(KeyboardInterrupt, 130, "interrupted\n"), (BrokenPipeError, 141, "")],
)
def test_being_stopped_is_quiet(run, fake, raised, code, said):
    """An interrupt and a closed pipe end without a traceback."""

    def stopped(posts, n_jobs=None):
        raise raised

    fake.verdicts = stopped
    result = run("classify", "x")
    assert (result.exit_code, result.stderr) == (code, said)


def test_model_show(saved):
    """A model's card is shown, with what was typed in its example, and all that its manifest
    records as JSON for scripts.
    """
    shown = call("model", "show", saved["linear"]).stdout
    assert shown.rstrip() == givesell.load(saved["linear"]).card(str(saved["linear"])).rstrip()
    assert f'givesell.load("{saved["linear"]}")' in shown
    assert call("model", "show").stdout.startswith("# givesell-en\n")
    recorded = json.loads(call("model", "show", saved["linear"], "--json").stdout)
    assert recorded == json.loads(json.dumps(givesell.load(saved["linear"]).info))


def test_model_show_steers_no_terminal(forge, tmp_path):
    """What a manifest holds may be anything; the card shows it without control characters."""
    forgery = forge("linear")
    forgery.manifest["name"] = "a\x1b[31mb\x07"
    assert "\x1b" not in call("model", "show", forgery.write(tmp_path / "odd")).stdout


def test_model_list(saved, tmp_path):
    """The shipped models are listed, the default among them, and those of a folder, with their
    kind, size and pace; one that cannot be loaded is, with the reason.
    """
    lines = call("model", "list").stdout.splitlines()
    assert [line.split()[0] for line in lines][:2] == ["givesell-en", "givesell-en-deep"]
    assert ["(the default)" in line for line in lines][:2] == [True, False]
    assert re.search(r"linear, with facets; \d\.\d MB; about a million posts a second", lines[0])
    for name in ("linear", "deep"):
        shutil.copytree(saved[name], tmp_path / name)
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "manifest.json").write_text("{}")
    rows = {
        row["model"]: row for row in json.loads(call("model", "list", tmp_path, "--json").stdout)
    }
    assert [rows[str(tmp_path / name)].get("kind") for name in ("linear", "deep", "broken")] == [
        "linear",
        "deep",
        None,
    ]
    assert rows["givesell-en"]["installed"]
    assert rows["givesell-en"]["bytes"] > 1e6
    assert "E202" in rows[str(tmp_path / "broken")]["error"]
    assert "E202" in call("model", "list", tmp_path).stdout
    assert call("model", "list", tmp_path / "nowhere").exit_code == 1


def test_a_model_that_is_a_package_of_its_own(tmp_path, monkeypatch):
    """One that is not installed is listed as such, and every command that is given its name says
    how it is; completion offers what is there.
    """
    monkeypatch.setattr(model_packages, "__file__", str(tmp_path / "givesell" / "core" / "x.py"))
    monkeypatch.setattr(model_packages, "_found", {})
    rows = {row["model"]: row for row in json.loads(call("model", "list", "--json").stdout)}
    assert not rows["givesell-en-encoder"]["installed"]
    assert "pip install ./models/givesell-en-encoder" in call("model", "list").stdout
    assert complete_model("givesell-") == ["givesell-en", "givesell-en-deep"]
    for words in (["classify", "Thanks!", "-m"], ["explain", "Thanks!", "-m"], ["model", "show"]):
        result = call(*words, "givesell-en-encoder")
        assert (result.exit_code, result.stdout) == (1, "")
        assert "[E234] The model 'givesell-en-encoder'" in result.stderr


@pytest.mark.parametrize("command", ["classify", "explain"])
@pytest.mark.parametrize(
    "post", ["-20% today", "-20%", "- a list", "--- buy now ---", "-shop now", "—20%"]
)
def test_a_post_that_begins_with_a_dash(command, post):
    """Such a post is a post, wherever it stands among the options."""
    for arguments in (
        ["--json", post, "hello"],
        [post, "hello", "--json"],
        ["--json", "-m", "givesell-en", "--", post, "hello"],
    ):
        result = call(command, *arguments)
        assert result.exit_code == 0, result.output
        assert [json.loads(line)["text"] for line in result.stdout.splitlines()] == [post, "hello"]


@pytest.mark.parametrize("command", ["classify", "explain"])
def test_what_looks_like_an_option(command):
    """An option that does not exist is wrong usage, which says how such a post is passed."""
    result = call(command, "--nope")
    assert result.exit_code == 2
    assert f"givesell {command} -- '--nope'" in " ".join(result.stderr.replace("│", " ").split())
    assert call(command, "--json", "--", "--nope").exit_code == 0


def test_the_name_of_a_file_as_a_post(tmp_path, monkeypatch):
    """A file's name is judged, and one line says how the posts in the file are; that is no row
    that could not be read.
    """
    monkeypatch.chdir(tmp_path)
    (tmp_path / "posts.csv").write_text("text\nThanks!\n")
    for command in ("classify", "explain"):
        result = call(command, "posts.csv", "hello")
        assert result.exit_code == 0
        assert result.stderr.startswith(
            "warning: posts.csv is a file: its name was judged. For the posts in it: givesell score"
        )


def test_warm_up():
    """Scripts that warm up still run: it says that nothing needs to be compiled. Help does not
    offer it.
    """
    result = call("warm-up")
    assert result.exit_code == 0
    assert "nothing to compile" in result.stderr
    assert "warm-up" not in call("--help").stdout


GIVESELL = [
    sys.executable,
    "-c",
    "import sys; sys.argv[0] = 'givesell'; from givesell.cli import main; main()",
]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("givesell cl", ["classify"]),
        ("givesell score --rep", ["--report"]),
        ("givesell classify -m gives", ["givesell-en", "givesell-en-deep", "givesell-folder/"]),
        ("givesell model show mod", ["models/"]),
        ("givesell model show models/mi", ["models/mine/"]),
        ("givesell score po", [""]),  # then the shell completes names of files
    ],
)
def test_completion(words, expected, tmp_path):
    """Commands, options, names of models and folders are completed by the shell; elsewhere its
    own names of files are.
    """
    for folder in ("givesell-folder", "models/mine", ".hidden"):
        (tmp_path / folder).mkdir(parents=True)
    variables = {
        "_GIVESELL_COMPLETE": "complete_bash",
        "COMP_WORDS": words,
        "COMP_CWORD": str(len(words.split()) - 1),
    }
    done = subprocess.run(
        GIVESELL,
        env=os.environ | variables,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout.split("\n")[: len(expected)] == expected
    assert len(done.stdout.split()) == len([word for word in expected if word])


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_installed(shell, tmp_path):
    """`--show-completion` prints the shell's script, and `--install-completion` puts it where
    the shell looks.
    """
    variables = {"_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1", "HOME": str(tmp_path)}

    def run(option):
        return subprocess.run(
            [*GIVESELL, option, shell],
            env=os.environ | variables,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )

    assert "_GIVESELL_COMPLETE" in run("--show-completion").stdout
    run("--install-completion")
    assert any(
        "_GIVESELL_COMPLETE" in path.read_text() for path in tmp_path.rglob("*") if path.is_file()
    )


def test_classify_tells_the_facet():
    """A model that tells facets has them in the line and in the JSON; a post without a label has
    none.
    """
    plain, as_json = (
        CliRunner().invoke(app, ["classify", *options, "Thanks a lot!", "😀"])
        for options in ([], ["--json"])
    )
    first, second = map(json.loads, as_json.stdout.splitlines())
    assert plain.stdout.splitlines()[0].split()[:5] == [
        "giving",
        f"{first['selling']:.2f}",
        "sure",
        first["facet"],
        "Thanks",
    ]
    assert "facet" not in second


def test_lines_are_cut_to_the_terminal():
    """On a terminal a verdict takes one line, however long the post and wide its characters."""
    output = Console(file=io.StringIO(), width=40, force_terminal=False)
    for post in ("word " * 50, "宽" * 50, "[bold]not markup[/bold] :smile:"):
        show_verdict(output, post, Verdict("giving", 0.1, True))
    lines = output.file.getvalue().splitlines()
    assert len(lines) == 3
    assert all(cell_len(line) <= 40 for line in lines)
    assert lines[2].startswith("giving   0.10  sure             [bold]n")


def test_summary_with_posts(capsys, tmp_path):
    """The posts that stand out are shown with their probability, each on one line."""
    post = ((0.97, "buy\nnow " + "x" * 200),)
    print_summary(
        Summary(9, 0, 6, 2, 5, {"not_english": 1}, 0.5, tmp_path / "o.csv", None, post, (), ()),
        posts=True,
    )
    lines = capsys.readouterr().out.splitlines()
    assert "Most selling" in lines
    assert "Most giving" not in lines
    assert lines[lines.index("Most selling") + 1].startswith("  0.97  buy now xxx")
    assert max(map(len, lines[:-1])) <= 80
    assert "no label" in lines[4]
    assert "not english" in lines[4]


def test_the_progress_bar_stays_off_stdout(capsys):
    """A bar may be fed from nothing done to all done, and prints only on stderr."""
    with progress_bar() as show:
        for numbers in ((0, 0, 0), (10, 100, 0), (50, 100, 20), (100, 100, 40)):
            show(*numbers)
    assert capsys.readouterr().out == ""


def test_help_tells_the_exit_codes(run):
    """Each command's help ends with them, and asking for the version prints it."""
    for command in ([], ["score"], ["classify"], ["model", "show"]):
        text = " ".join(run(*command, "--help").stdout.split())
        assert "3 done, but some rows could not be read" in text
    assert run("--version").stdout == __version__ + "\n"


def test_help_fills_the_lines(run):
    """Paragraphs of a help break where the terminal ends, not where the source does."""
    lines = [line.strip() for line in run("score", "--help").stdout.splitlines()]
    begin = next(i for i, line in enumerate(lines) if line.startswith("Exports of X"))
    assert min(map(len, lines[begin : lines.index("", begin) - 1])) > 60


def test_a_wrong_choice_is_named_with_the_right_ones(run, tmp_path):
    """An option with another value than its choices says which there are, and nothing of the
    parser.
    """
    said = " ".join(
        run("score", "posts.csv", "-o", str(tmp_path / "s.csv"), "--only", "buying").stderr.split()
    )
    assert "Invalid value for '--only': 'buying' is not one of 'giving', 'selling'." in said


def test_help_loads_nothing_heavy():
    """`givesell --help` and `import givesell.cli` do not pay for numpy, Arrow or a model."""
    code = (
        "import sys, givesell.cli; print(sorted({'numpy', 'pyarrow', 'sklearn', 'pandas',"
        " 'spacy'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout == "[]\n"


@pytest.fixture(scope="module")
def labelled(tmp_path_factory):
    """A file of labelled posts."""
    path = tmp_path_factory.mktemp("labelled") / "posts.jsonl"
    load_posts().to_json(path, orient="records", lines=True)
    return path


def call(*arguments):
    """Run a command line with the real models."""
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def trained(labelled, tmp_path_factory):
    """A model that the command line trained."""
    folder = tmp_path_factory.mktemp("models") / "mine"
    result = call(
        "train",
        labelled,
        "--out",
        folder,
        "--groups",
        "topic",
        "--buckets",
        2**14,
        "--also",
        f"{labelled}=0.5",
    )
    assert result.exit_code == 0, result.output
    return folder, result


def test_train_saves_a_model_and_shows_its_quality(trained):
    """Training writes an artifact under its folder's name, and prints the honest and the random
    quality side by side.
    """
    folder, result = trained
    model = givesell.load(folder)
    assert model.info["name"] == "mine"
    assert model.info["training"]["posts"] == 3200
    assert [entry["measured"] for entry in model.info["training"]["files"]] == [True, False]
    assert "split by topic" in result.stdout
    assert "drawn at random" in result.stdout
    assert "saved in" in result.stderr


def test_a_card_holds_no_folders_of_the_machine(trained, labelled):
    """Neither the manifest nor the card names the folders that the files lay in."""
    folder, _ = trained
    for name in ("manifest.json", "README.md"):
        assert str(labelled.parent) not in (folder / name).read_text()


def test_evaluate_prints_figures(trained, labelled):
    """Evaluating gives the figures as a table, or as one JSON object."""
    assert "macro-F1" in call("evaluate", labelled, "--model", trained[0]).stdout
    figures = json.loads(call("evaluate", labelled, "--model", trained[0], "--json").stdout)
    assert figures["posts"] == 1600
    assert 0.5 < figures["macro_f1"] <= 1


def test_score_with_a_trained_model(trained, labelled, tmp_path):
    """The trained model scores files under a prefix where the input has a label already."""
    clash = call("score", labelled, "-o", tmp_path / "out.csv", "--model", trained[0])
    assert (clash.exit_code, "--prefix" in clash.stderr) == (1, True)
    result = call(
        "score",
        labelled,
        "-o",
        tmp_path / "out.csv",
        "--model",
        trained[0],
        "--prefix",
        "givesell_",
        "--json",
    )
    assert result.exit_code == 0
    assert json.loads(result.stdout)["rows"] == 1600


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--text-column", "txt"], "No column 'txt'"),
        (["--label-column", "topic"], "neither 'giving' nor 'selling'"),
        (["--groups", "tpoic"], "Did you mean 'topic'"),
        (["--buckets", "1000"], "n_features must be a power of two"),
    ],
)
def test_train_refuses_in_one_line(labelled, tmp_path, arguments, message):
    """What training cannot use is named on one line, with exit code 1, and nothing is saved."""
    result = call("train", labelled, "--out", tmp_path / "mine", "--quiet", *arguments)
    assert result.exit_code == 1
    assert message in result.stderr
    assert result.stderr.count("\n") == 1
    assert not (tmp_path / "mine").exists()


def test_train_refuses_a_foreign_folder_first(labelled, tmp_path):
    """A folder with other files in it is refused before the time for training is spent."""
    (tmp_path / "notes.txt").write_text("mine")
    result = call("train", labelled, "--out", tmp_path)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "not a givesell artifact" in result.stderr
