"""Every option of every verb, given what no option should be given: a named error, or taken for what it says.

The work itself is replaced by a sentinel: what is tried is everything before it. A quick part of all pairs is
made here, each by its own draw; `pytest -m slow tests/cli/test_rough_arguments.py` makes all of them.
"""

import importlib
import os
import random

import click
import pytest
from click.testing import CliRunner

from thalweg.cli.main import cli

QUICK = 3
"""Values that each option is given when not all are."""

WILD = (
    *("", " ", "-1", "0", "2000000000", "1e12", "1e30", "1e400", "nan", "inf", "-inf", "9" * 400, "9" * 5000),
    *("0x10", "true", "[]", "[1e30]", "[" * 3000, "a=b", "'", '"', ",", ",,", "%", "-5%", "é", "\x1b[31m"),
    *(
        "\n",
        "\t",
        "a" * 300,
        "a" * 5000,
        "a/" * 3000,
        "pipe",
        "binary.toml",
        "empty",
        "folder",
        "run",
        "my.csv",
    ),
    *("/dev/zero", "/dev/full", "~nobody-of-that-name", "/nonexistent/x", "caf\udce9", "{}", "None"),
)
FIELDS = ("hidden", "network", "epochs", "batch_size", "learning_rate", "name", "optimiser", "l2", "nonsense")

WORK = (
    *("recording.train_run", "recording.evaluate_run", "recording.resume_run", "evaluation.evaluate"),
    *(
        "comparing.compare_runs",
        "comparing.rank_runs",
        "comparing.compare_pairs",
        "claims.measure",
        "data.get",
    ),
    *(
        "studies.recorded.make_study",
        "studies.recorded.resume_study",
        "report.write",
        "report.write_described",
    ),
    *("studies.label_audit.kept.make_audit", "studies.label_audit.kept.resume_audit"),
    *("lab.server.serving.serve", "lab.making.make", "lab.making.measure", "lab.making.found"),
    *("planning.run.plan_run", "planning.run.train_pilot"),
)
NEEDED = {
    "evaluate": ["run"],
    "compare": ["run", "run"],
    "report": ["run"],
    "recipe show": ["classic"],
    "data info": ["digits"],
    "data get": ["digits"],
    "audit": ["digits"],
    "plan": ["run"],
    "lab": ["--no-browser"],
}


class Reached(BaseException):
    """The work would begin here."""


def commands(group=cli, words=()):
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from commands(command, (*words, name))
        else:
            yield (*words, name), command


def lines_of(words, command):
    """Yield the command lines that give this command's options and arguments every value."""
    name = " ".join(words)
    needed = NEEDED.get(name, [])
    learns = any("--data" in each.opts for each in command.params) and name not in ("evaluate", "plan")
    for each in command.params:
        if isinstance(each, click.Argument):
            yield [[*words, value] for value in WILD]
        elif not each.is_flag:
            flag = each.opts[-1]
            given = [*words, *needed, *(["--data", "digits"] if learns and flag != "--data" else [])]
            yield [[*given, flag, value] for value in WILD]
            if flag == "--set":
                yield [[*given, flag, f"{field}={value}"] for field in FIELDS for value in WILD]


@pytest.fixture
def workplace(copied_digits, monkeypatch, tmp_path):
    """A folder with a run and with what is no run, and no work that is really done."""
    from thalweg import data

    def reached(*_, **__):
        raise Reached

    for name in WORK:
        module, _, function = name.rpartition(".")
        monkeypatch.setattr(importlib.import_module(f"thalweg.{module}"), function, reached)
    load, kept = data.load, data.load("digits")

    def load_once(source, **more):
        return kept if source == "digits" else load(source, **more)

    monkeypatch.setattr(data, "load", load_once)
    place = tmp_path / "place"
    place.mkdir()
    monkeypatch.chdir(place)
    copied_digits.path.rename(place / "run")
    (place / "binary.toml").write_bytes(bytes(range(256)))
    (place / "empty").touch()
    (place / "folder").mkdir()
    (place / "my.csv").write_text(
        "x,y,label\n" + "\n".join(f"{n % 7},{n % 5},{'ab'[n % 2]}" for n in range(60))
    )
    if hasattr(os, "mkfifo"):
        os.mkfifo(place / "pipe")


def complaint(words):
    """Return what is wrong with how a command line ends; an empty text where nothing is."""
    ended = CliRunner().invoke(cli, words, prog_name="thalweg")
    failure = ended.exception
    if failure is not None and not isinstance(failure, SystemExit):
        return f"{type(failure).__name__}: {str(failure)[:200]}"
    if ended.exit_code not in (0, 1, 2):
        return f"status {ended.exit_code}"
    if ended.exit_code and "Error: " not in ended.stderr:
        return "no error is named"
    return "no hint" if ended.exit_code == 1 and "\n\nhint: " not in ended.stderr else ""


def tried(words, command, chosen):
    wrong = {}
    for lines in lines_of(words, command):
        for line in chosen(lines):
            try:
                found = complaint(line)
            except Reached:
                continue
            if found:
                wrong[" ".join(word[:40] for word in line)] = found
    return wrong


COMMANDS = list(commands())
NAMES = [" ".join(words) for words, _ in COMMANDS]


@pytest.mark.parametrize(("words", "command"), COMMANDS, ids=NAMES)
def test_some_of_what_no_option_should_be_given(workplace, words, command):
    draw = random.Random(" ".join(words))
    assert tried(words, command, lambda lines: draw.sample(lines, QUICK)) == {}


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize(("words", "command"), COMMANDS, ids=NAMES)
def test_all_of_what_no_option_should_be_given(workplace, words, command):
    assert tried(words, command, lambda lines: lines) == {}


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("train", "--data", "digits", "--members", "2000000000"), 1, "would fit"),
        (("train", "--data", "digits", "--epochs", "1e12"), 2, "'1e12' is not a valid integer"),
        (("train", "--data", "digits", "--epochs", "1000000000000"), 1, "at most 1,000,000,000"),
        (("train", "--data", "digits", "--epochs", "1000000000"), 1, "for the history of every epoch"),
        (("train", "--data", "digits", "--set", "hidden=[1e30]"), 1, "hidden=(1e+30,)"),
        (("train", "--data", "digits", "--set", "hidden=[1000000000]"), 1, "for weights"),
        (("train", "--data", "digits", "--set", "batch_size=1e30"), 1, "batch_size=1e+30"),
        (("train", "--data", "digits", "--set", "name=3"), 1, "name=3"),
        (("train", "--data", "digits", "--set", 'name=["a"]'), 1, "expected a text"),
        (("train", "--data", "digits", "--set", "learning_rate=1e300"), 1, "float32 can hold"),
        (("train", "--data", ""), 1, "The path of data is empty"),
        (("train", "--data", "pipe"), 1, "a named pipe"),
        (("train", "--recipe", "pipe"), 1, "a named pipe"),
        (("train", "--recipe", "binary.toml"), 1, "hint: give a TOML file in UTF-8"),
        (("train", "--data", "caf\udce9.csv"), 2, "is not UTF-8"),
        (("train", "--data", "~nobody-of-that-name"), 1, "no user is called so"),
        (("evaluate", "n" * 300), 1, "too long for a path of a run"),
        (("audit", "n" * 300), 1, "too long for a path of data"),
    ],
)
def test_the_cases_that_were_found(words, status, said, workplace, monkeypatch):
    from thalweg import recording

    def train_run(recipe, dataset, *, members, seed, **_):
        recording.check_trainable(recipe, dataset.train, members=members, seed=seed)
        raise Reached

    monkeypatch.setattr(recording, "train_run", train_run)
    ended = CliRunner().invoke(cli, list(words), prog_name="thalweg")
    assert (ended.exit_code, ended.stdout) == (status, "")
    assert said in ended.stderr


def test_no_hidden_layer_is_said_for_what_it_is(thalweg, tmp_path, quarters_file):
    words = ("--members", 2, "--epochs", 1, "--set", "hidden=[]", "--out", tmp_path / "run")
    ended = thalweg("train", "--data", quarters_file, *words)
    assert ended.exit_code == 0
    assert "without a hidden layer" in ended.stderr


@pytest.mark.parametrize("call", ["iterdir", "read_text"])
def test_what_may_not_be_read_says_so(thalweg, tmp_path, monkeypatch, call):
    from pathlib import Path

    from PIL import Image

    for name in ("cat", "dog"):
        (tmp_path / "pictures" / name).mkdir(parents=True)
        for number in range(3):
            Image.new("L", (4, 4), 40 * number).save(tmp_path / "pictures" / name / f"{number}.png")

    open_to_us = getattr(Path, call)

    def closed(path, *given, **more):
        if not path.is_relative_to(tmp_path):
            return open_to_us(path, *given, **more)
        raise PermissionError(13, "Permission denied", str(path))

    (tmp_path / "mine.toml").write_text("epochs = 1")
    monkeypatch.setattr(Path, call, closed)
    words = ("--data", tmp_path / "pictures") if call == "iterdir" else ("--recipe", tmp_path / "mine.toml")
    ended = thalweg("train", *words)
    assert (ended.exit_code, ended.stdout) == (1, "")
    assert "Permission denied" in ended.stderr
    assert "\n\nhint: " in ended.stderr


def test_a_folder_of_a_class_that_may_not_be_looked_into_says_so(thalweg, tmp_path, monkeypatch):
    (tmp_path / "pictures" / "cat").mkdir(parents=True)
    walk = os.walk

    def closed(top, onerror=None, **more):
        if os.path.basename(top) == "cat" and onerror is not None:
            onerror(PermissionError(13, "Permission denied", str(top)))
        yield from walk(top, onerror=onerror, **more)

    monkeypatch.setattr(os, "walk", closed)
    ended = thalweg("train", "--data", tmp_path / "pictures")
    assert ended.exit_code == 1
    assert "cat: cannot be read: Permission denied." in ended.stderr
