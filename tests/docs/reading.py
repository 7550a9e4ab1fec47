"""Reads the code blocks of a page, and runs code as a notebook would: the last expression is the output."""

from __future__ import annotations

import ast
import contextlib
import io
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
FENCE = re.compile(
    r"(?P<comment><!--(?P<said>[^>]*)-->\n+)?^```(?P<language>\w+)\n(?P<code>.*?)^```$", re.M | re.S
)
NUMBER = re.compile(r"(?<![\w.])-?\d[\d,]*(?:\.\d+)?(?:e-?\d+)?")


@dataclass(frozen=True)
class Block:
    """A fenced block of a page: its line, language and code, and what the comment before it says."""

    line: int
    language: str
    code: str
    said: str
    output: Block | None = None

    @property
    def skipped(self) -> bool:
        """Whether the page says that it is not run."""
        return self.said.startswith("not run:")

    @property
    def tolerance(self) -> float:
        """How far numbers in an output may be from those printed, in their own unit: `about: 2`."""
        return float(self.said.removeprefix("about:")) if self.said.startswith("about:") else 0.0


def pages() -> list[Path]:
    """Every page with code in it: the README and all of docs/."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def blocks(text: str) -> list[Block]:
    """Return the blocks of a page in order; a `text` block right after a Python block is its output."""
    found: list[Block] = []
    previous_end = 0
    for match in FENCE.finditer(text):
        line = text.count("\n", 0, match.start("language")) + 1
        block = Block(line, match["language"], match["code"], (match["said"] or "").strip())
        follows = found and found[-1].language == "python" and not text[previous_end : match.start()].strip()
        if block.language == "text" and follows:
            last = found[-1]
            found[-1] = Block(last.line, last.language, last.code, last.said, block)
        else:
            found.append(block)
        previous_end = match.end()
    return found


def run(code: str, namespace: dict[str, Any], *, name: str) -> tuple[str, Any]:
    """Run `code` and return what it printed, with the repr of its last expression, and that expression."""
    tree = ast.parse(code, name)
    last = None
    if tree.body and isinstance(tree.body[-1], ast.Expr):
        last = ast.Expression(tree.body.pop().value)  # type: ignore[attr-defined]
    printed, value = io.StringIO(), None
    with contextlib.redirect_stdout(printed):
        exec(compile(tree, name, "exec"), namespace)
        if last is not None:
            value = eval(compile(last, name, "eval"), namespace)
    shown = "" if value is None else f"{value!r}\n"
    return printed.getvalue() + shown, value


def differences(expected: str, found: str, tolerance: float) -> list[str]:
    """Return what differs between two outputs: words by any letter, numbers by more than `tolerance`."""
    words, numbers = _apart(expected)
    their_words, their_numbers = _apart(found)
    if words != their_words:
        return [f"words: {words!r}, now {their_words!r}"]
    pairs = zip(numbers, their_numbers, strict=True)
    return [f"{ours:g}, now {theirs:g}" for ours, theirs in pairs if abs(ours - theirs) > tolerance + 1e-12]


def _apart(text: str) -> tuple[list[str], list[float]]:
    numbers = [float(number.replace(",", "")) for number in NUMBER.findall(text)]
    return NUMBER.sub("#", text).split(), numbers
