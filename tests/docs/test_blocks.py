"""Code on pages runs, prints what the page says, and commands have the flags that the page gives them."""

from __future__ import annotations

import re
import shlex

import click
import pytest

from tests.docs.reading import ROOT, blocks, differences, pages, run
from thalweg.cli.main import VERBS, cli

PLACEHOLDERS = ("...", "…")
WITH_PYTHON = [
    page for page in pages() if any(block.language == "python" for block in blocks(page.read_text()))
]
INLINE = re.compile(r"`(thalweg [^`]+)`")


def _name(page):
    return page.relative_to(ROOT).as_posix()


def _slow_but_for_the_first(page):
    first = _name(page) in ("README.md", "docs/index.md")
    return pytest.param(page, id=_name(page), marks=[] if first else pytest.mark.slow)


@pytest.mark.parametrize("page", [_slow_but_for_the_first(page) for page in WITH_PYTHON])
def test_python_blocks_run_and_print_what_the_page_says(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)  # a page that writes a module imports it, as a notebook does
    namespace = {"__name__": "page"}
    for block in blocks(page.read_text()):
        if block.language != "python" or block.skipped:
            continue
        output, _ = run(block.code, namespace, name=f"{_name(page)}:{block.line}")
        if block.output is not None:
            found = differences(block.output.code, output, block.output.tolerance)
            assert not found, f"{_name(page)}:{block.line} prints\n{output}\n" + "\n".join(found)


def test_skipped_blocks_say_why():
    for page in pages():
        for block in blocks(page.read_text()):
            if block.skipped:
                assert len(block.said) > len("not run:") + 10, f"{_name(page)}:{block.line}"


def _commands(text):
    """Yield the command lines of a page that begin with `thalweg`, in blocks and in sentences."""
    without_blocks = re.sub(r"^```.*?^```$", "", text, flags=re.M | re.S)
    lines = [" ".join(found.split()) for found in INLINE.findall(without_blocks)]
    for block in blocks(text):
        if block.language == "sh":
            lines += block.code.replace("\\\n", " ").splitlines()
    for line in lines:
        yield from (part.strip() for part in re.split(r"&&|;", line.split("  #")[0]))


def _words(command):
    words = shlex.split(command, comments=True)
    return words[1:] if words and words[0] == "thalweg" else None


COMMANDS = sorted(
    {
        (_name(page), command)
        for page in pages()
        for command in _commands(page.read_text())
        if _words(command) is not None and not any(mark in command for mark in PLACEHOLDERS)
    }
)


def parse(words: list[str]) -> None:
    """Parse a command line as the program would, without running it; raises what a wrong usage raises."""
    command: click.Command = cli
    name, parent = "thalweg", None
    while True:
        if isinstance(command, click.Group):
            context = click.Context(command, info_name=name, parent=parent)
            _, rest, _ = command.make_parser(context).parse_args(list(words))
            if not rest:
                return
            parent = context
            name, below, words = command.resolve_command(context, rest)
            assert below is not None
            command = below
        else:
            try:
                command.make_context(name, list(words), parent=parent)
            except click.exceptions.Exit:  # --help
                pass
            return


@pytest.mark.parametrize(("page", "command"), COMMANDS)
def test_commands_on_pages_are_commands(page, command):
    words = _words(command)
    assert words is not None
    if words not in [[verb] for verb in VERBS]:  # a sentence may name a verb without its arguments
        parse(words)


def test_a_wrong_flag_is_seen():
    with pytest.raises(click.NoSuchOption):
        parse(["train", "--member", "3"])
    with pytest.raises(click.UsageError):
        parse(["trian"])
    with pytest.raises(click.BadParameter):
        parse(["train", "--members", "many"])
