"""`thalweg completion`: what a shell needs to complete verbs and flags."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from click.shell_completion import ShellComplete

VARIABLE = "_THALWEG_COMPLETE"
"""By this variable a shell asks what a word may become (click's protocol)."""

SHELLS = ("bash", "zsh", "fish")


@click.command("completion", short_help="Print what a shell needs to complete verbs and flags.")
@click.argument("shell", type=click.Choice(SHELLS), metavar="bash|zsh|fish")
def command(shell: str) -> None:
    """Print what a shell needs to complete verbs and flags: a script, to be read when a shell starts.

    bash needs version 4.4 or newer, and reads it from ~/.bashrc; zsh from ~/.zshrc, below compinit; fish from
    a file in ~/.config/fish/completions.

    \b
    Examples:
      eval "$(thalweg completion bash)"
      thalweg completion zsh >> ~/.zshrc
      thalweg completion fish > ~/.config/fish/completions/thalweg.fish
    """
    from click.shell_completion import get_completion_class

    verbs = click.get_current_context().find_root().command
    # not .source(), which starts a bash to look at its version: another one may read this
    kind = get_completion_class(shell)
    assert kind is not None, "click knows all three"
    made = kind(verbs, {}, "thalweg", VARIABLE)
    click.echo(made.source_template % made.source_vars())


def with_files() -> None:
    """Let a word of which no command knows what it may become be a file: data, recipes and runs are."""
    from click.shell_completion import (
        BashComplete,
        CompletionItem,
        FishComplete,
        ZshComplete,
        add_completion_class,
    )

    def or_a_file(kind: type[ShellComplete]) -> type[ShellComplete]:
        class OrAFile(kind):
            def get_completions(self, args: list[str], incomplete: str) -> list[CompletionItem]:
                found = super().get_completions(args, incomplete)
                is_flag = incomplete.startswith("-")
                return found if found or is_flag else [CompletionItem(incomplete, type="file")]

        return OrAFile

    for name, kind in zip(SHELLS, (BashComplete, ZshComplete, FishComplete), strict=True):
        add_completion_class(or_a_file(kind), name)
