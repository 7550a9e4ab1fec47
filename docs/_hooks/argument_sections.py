"""Docstrings and fields as they are written here, made ready for Griffe and Markdown.

Docstrings tell main arguments from other ones, which Griffe knows as parameters and other parameters; a shape
after an interval, `[0, 1] [examples, inputs]`, is no link. Fields of specs, `whole(32, low=1, help="...")`,
are shown as their default, and described by their help.
"""

from __future__ import annotations

import ast
import re
from typing import Any

import griffe

SECTIONS = {
    "Main arguments:\n": "Args:\n",
    "Other arguments:\n": "Other Parameters:\n",
}
BRACKETS = re.compile(r"\] \[")
FIELDS = {"number", "numbers", "whole", "wholes", "shares", "choice", "words", "text", "flag"}
"""What `thalweg.spec` declares fields with: the first argument is the default."""


class ArgumentSections(griffe.Extension):
    """Mend docstrings before they are parsed, and fields before a signature is made of them."""

    def on_instance(self, *, obj: griffe.Object, **_: Any) -> None:
        """Mend one object's docstring."""
        if obj.docstring is None:
            return
        text = obj.docstring.value
        for ours, theirs in SECTIONS.items():
            text = text.replace(ours, theirs)
        obj.docstring.value = BRACKETS.sub(r"] \\[", text)

    def on_attribute_instance(self, *, node: Any, attr: griffe.Attribute, **_: Any) -> None:
        """Show a declared field as its default, and its help as what it is."""
        call = getattr(node, "value", None)
        if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in FIELDS):
            return
        if isinstance(attr.value, griffe.ExprCall) and call.args:
            attr.value = attr.value.arguments[0]
        said = next((word.value for word in call.keywords if word.arg == "help"), None)
        if isinstance(said, ast.Constant) and attr.docstring is None:
            attr.docstring = griffe.Docstring(str(said.value), parent=attr)
