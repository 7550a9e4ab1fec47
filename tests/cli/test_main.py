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


def test_ctrl_c_is_exit_code_130(thalweg, monkeypatch):
    from thalweg import runs

    def stop(path):
        raise KeyboardInterrupt

    monkeypatch.setattr(runs, "open", stop)
    result = thalweg("evaluate", "anything")
    assert (result.exit_code, result.stdout, result.stderr) == (130, "", "\nStopped.\n")
