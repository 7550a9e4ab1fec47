from importlib import import_module

import click
import pytest

import thalweg as package
from thalweg.cli.main import VERBS, cli


def commands(group: click.Group = cli, words=()):
    """Yield the words of every command there is."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        yield (*words, name)
        if isinstance(command, click.Group):
            yield from commands(command, (*words, name))


@pytest.mark.parametrize("name", VERBS)
def test_the_list_of_verbs_says_what_the_verbs_say(name):
    command = import_module(f"thalweg.cli.{name}").command
    assert (command.name, command.short_help) == (name, VERBS[name])


@pytest.mark.parametrize("words", list(commands()), ids=" ".join)
def test_every_command_explains_itself_with_an_example(thalweg, words):
    result = thalweg(*words, "--help")
    assert result.exit_code == 0
    assert "Example" in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 80


def test_help_lists_every_verb(thalweg):
    shown = thalweg("--help").stdout
    assert all(f"\n  {name} " in shown for name in VERBS)


def test_version(thalweg):
    assert thalweg("--version").stdout == f"thalweg {package.__version__}\n"


def test_an_unknown_verb_suggests_the_near_match(thalweg):
    result = thalweg("trian", "--members", "3")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "No such command 'trian'. Did you mean 'train'?" in result.stderr


@pytest.mark.parametrize(
    ("asked", "ours"),
    [("fit", "train (also called fit)"), ("label-errors", "audit (also called label errors)")],
)
def test_a_verb_of_the_field_is_understood_and_ours_is_said(thalweg, asked, ours):
    result = thalweg(asked, "--help")
    assert result.exit_code == 0
    assert result.stderr == f"{ours}\n"
    assert result.stdout == thalweg(ours.split()[0], "--help").stdout


def test_a_study_of_the_field_is_understood_and_ours_is_said(thalweg):
    result = thalweg("study", "seeds", "--help")
    assert result.stderr == "starts (also called random seeds)\n"
    assert result.stdout == thalweg("study", "starts", "--help").stdout
    assert thalweg("study", "memorization", "--help").stderr == ""


def test_an_unknown_flag_suggests_the_near_match(thalweg):
    result = thalweg("train", "--membrs", "3")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "--membrs" in result.stderr
    assert "--members" in result.stderr


def test_a_mistake_is_a_message_a_blank_line_and_a_hint(thalweg, tmp_path):
    (tmp_path / "one").mkdir()
    result = thalweg("evaluate", tmp_path / "one")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == (
        f"Error: {tmp_path / 'one'}: not a run: it has no run.json.\n\n"
        "hint: give a directory that thalweg train or thalweg run wrote.\n"
    )


def test_a_mistake_of_ours_is_not_dressed_up(thalweg, monkeypatch):
    from thalweg import runs

    monkeypatch.setattr(runs, "open", lambda path: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        thalweg("evaluate", "anything")


@pytest.mark.parametrize("verb", ["run", "train"])
@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--members", "2", "--set", "learning_rate=[0.1, 0.2, 0.3]"), "3 values for 2 members"),
        (("--members", "2", "--keep-path", "3"), "2 are trained"),
        (("--set", "hiden=[16]"), "Did you mean 'hidden'?"),
        (("--out", "."), "not empty"),
        (("--out", "thesis.txt/run"), "thesis.txt is a file"),
        (("--seed", "5000000000"), "too large"),
    ],
)
def test_what_can_be_refused_is_refused_before_the_data_are_read(
    thalweg, tmp_path, monkeypatch, verb, words, message
):
    from thalweg import data

    monkeypatch.setattr(data, "load", lambda *given, **more: pytest.fail("the data were read"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "thesis.txt").write_text("")
    result = thalweg(verb, "--data", "mnist", *words)
    assert (result.exit_code, result.stdout) == (1, "")
    assert message in result.stderr
    assert "\n\nhint: " in result.stderr
    assert [entry.name for entry in tmp_path.iterdir()] == ["thesis.txt"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--set", "network=convnet", "--set", "channels=[4, 4, 4, 4]"), "convnet"),
    ],
)
def test_a_recipe_that_does_not_fit_the_data_is_not_announced(
    thalweg, quarters_file, tmp_path, words, message
):
    result = thalweg("train", "--data", quarters_file, *words, "--out", tmp_path / "run")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "training" not in result.stderr.split("Error:")[0]
    assert not (tmp_path / "run").exists()


def test_moved_pixels_of_a_table_are_not_announced(thalweg, tmp_path):
    rows = [f"{n % 7},{n % 5},{'ab'[n % 2]}" for n in range(60)]
    (tmp_path / "my.csv").write_text("x,y,label\n" + "\n".join(rows) + "\n")
    words = ("--data", tmp_path / "my.csv", "--recipe", "classic", "--set", "shift=2.0")
    result = thalweg("train", *words, "--out", tmp_path / "run")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "augmentation moves pixels" in result.stderr
    assert "kept in" not in result.stderr
    assert not (tmp_path / "run").exists()


def test_ctrl_c_is_exit_code_130(thalweg, monkeypatch):
    from thalweg import runs

    def stop(path):
        raise KeyboardInterrupt

    monkeypatch.setattr(runs, "open", stop)
    result = thalweg("evaluate", "anything")
    assert (result.exit_code, result.stdout, result.stderr) == (130, "", "\nStopped.\n")
