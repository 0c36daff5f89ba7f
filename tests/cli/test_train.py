"""The command line of training: labels people bring, weights, a base, tuning."""

import pytest
from typer.testing import CliRunner

import givesell
from givesell.cli import app
from givesell.datasets import load_posts


@pytest.fixture(scope="module")
def posts(tmp_path_factory):
    """A file of posts with labels and weights of someone else's making."""
    frame = load_posts().head(240)
    frame = frame.assign(
        label=frame["label"].map({"giving": "chat", "selling": " Promo"}), heft=1.5
    )
    frame.loc[[5, 8], "label"] = "unclear"
    path = tmp_path_factory.mktemp("posts") / "posts.csv"
    frame.to_csv(path, index=False)
    return path


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    """The folder of a small model."""
    folder = tmp_path_factory.mktemp("models") / "base"
    givesell.train(
        load_posts().tail(600), features=givesell.PostVectorizer(n_features=2**12), name="base"
    ).save(folder)
    return folder


def call(*arguments):
    """Run a command line."""
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


MAP = ("--label-map", "chat=giving", "--label-map", "promo=selling", "--label-map", "unclear=")


def test_labels_are_mapped_and_the_checks_shown(posts, tmp_path):
    """Mapped labels train, those mapped to nothing are left out, and what was found is printed
    and kept.
    """
    result = call(
        "train",
        posts,
        "-o",
        tmp_path / "mine",
        "--buckets",
        2**12,
        "--weight-column",
        "heft",
        "--licence",
        "CC0",
        *MAP,
    )
    assert result.exit_code == 0, result.output
    assert "label_mapping" in result.stdout
    info = givesell.load(tmp_path / "mine").info
    assert info["training"]["posts"] == 238
    assert info["training"]["licence"] == "CC0"
    assert "labels left out" in [check["check"] for check in info["training"]["checks"]]


def test_a_base_is_adapted_and_tuned(posts, base, tmp_path):
    """A base and a search of its strength work from the command line, and the artifact names the
    base.
    """
    result = call("train", posts, "-o", tmp_path / "mine", "--base", base, "--tune", *MAP)
    assert result.exit_code == 0, result.output
    assert "tuning, fit " in result.stderr
    info = givesell.load(tmp_path / "mine").info
    assert info["training"]["base"]["name"] == "base"
    assert "classifier__strength" in info["training"]["tuned"]


def test_a_deep_model_of_two_networks(posts, tmp_path):
    """A network is trained beside the linear model, as often and as many times as asked, and
    scores with it.
    """
    size = ("--buckets", 2**12, "--epochs", 1, "--members", 2)
    result = call("train", posts, "-o", tmp_path / "mine", "--deep", *size, *MAP)
    assert result.exit_code == 0, result.output
    model = givesell.load(tmp_path / "mine")
    assert [model.info["training"]["network"][name] for name in ("epochs", "members")] == [1, 2]
    assert abs(model.network_log_odds(["Shop now, 20% off with code MAY"])[0]) > 0


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        ((), 1, "label_mapping={'chat': None}. On the command line: --label-map VALUE=LABEL"),
        (("--label-map", "promo"), 2, "VALUE=LABEL"),
        (("--label-map", "promo=sell"), 1, "maps 'promo' to 'sell'"),
        ((*MAP, "--base", "nowhere"), 1, "no such model"),
        ((*MAP, "--weight-column", "hft"), 1, "Did you mean 'heft'"),
        ((*MAP, "--base", "givesell-en", "--words", "3"), 2, "--words: a model keeps"),
        ((*MAP, "--strength", "1"), 2, "name one"),
        ((*MAP, "--epochs", "2"), 2, "add --deep"),
    ],
)
def test_what_cannot_be_used_is_named(posts, tmp_path, arguments, code, message):
    """Unknown labels, mappings, bases and columns, and options that would change nothing, end
    with a message that says what to do.
    """
    result = call("train", posts, "-o", tmp_path / "mine", "--quiet", *arguments)
    assert result.exit_code == code
    assert message in " ".join(result.stderr.split())
    assert not (tmp_path / "mine").exists()


def test_numbers_are_mapped_from_the_command_line(tmp_path):
    """Labels 0 and 1, one missing, are refused with the option that says what they mean, and
    that option is enough.
    """
    path = tmp_path / "numbers.csv"
    frame = load_posts().head(240)
    numbers = (frame["label"] == "selling").astype(int).astype(object)
    numbers.iloc[7] = None  # pandas reads the others as 0.0 and 1.0
    frame.assign(label=numbers).to_csv(path, index=False)
    refused = call("train", path, "-o", tmp_path / "mine", "--quiet")
    assert refused.exit_code == 1
    assert "are numbers" in refused.stderr
    assert "{0: 'giving', 1: 'selling'}" in refused.stderr
    assert "--label-map" in refused.stderr
    told = ("--label-map", "0=giving", "--label-map", "1=selling")
    result = call("train", path, "-o", tmp_path / "mine", "--buckets", 2**12, "--quiet", *told)
    assert result.exit_code == 0, result.output


def test_lines_that_cannot_be_read_end_with_exit_code_3(posts, tmp_path):
    """Training goes on without a broken line, is saved, and says so even when told to be quiet."""
    (tmp_path / "posts.csv").write_bytes(posts.read_bytes() + b"\xff\n")
    result = call(
        "train",
        tmp_path / "posts.csv",
        "-o",
        tmp_path / "mine",
        "--buckets",
        2**12,
        "--quiet",
        *MAP,
    )
    assert result.exit_code == 3
    assert result.stderr.startswith("warning: 1 line of posts.csv cannot be read (line ")
    assert givesell.load(tmp_path / "mine").info["training"]["posts"] == 238


def test_several_files_and_groups_up_to_a_mark(tmp_path):
    """Two files train as one, and accounts of one source count as one group."""
    frame = load_posts().head(240)
    frame["source"] = [f"source{row % 12}#{row % 5}" for row in range(240)]
    frame.head(120).to_csv(tmp_path / "a.csv", index=False)
    frame.tail(120).to_json(tmp_path / "b.jsonl", orient="records", lines=True)
    result = call(
        *("train", tmp_path / "a.csv", tmp_path / "b.jsonl", "-o", tmp_path / "model"),
        *("--groups", "source", "--group-until", "#", "--buckets", 2**12, "--quiet"),
    )
    assert result.exit_code == 0, result.output
    info = givesell.load(tmp_path / "model").info
    assert [entry["name"] for entry in info["training"]["files"]] == ["a.csv", "b.jsonl"]
    assert info["metrics"]["split by source"]["groups"] == 12
