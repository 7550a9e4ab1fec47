"""What is read from disk is checked here against its description, before anybody else sees it.

A description is a table of keys and what each holds. Keys that it does not name are kept, unchecked: a newer
version may write more.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, NotRequired, TypedDict

import msgspec
from msgspec import Meta

from thalweg.errors import RunError, ThalwegError, shown


def table(kinds: Mapping[Any, str], *, base: Any = None, partial: bool = False, optional: str = "") -> Any:
    """Describe a table: `{kind: "keys that hold it"}`, and the keys of `base`.

    All keys must be there, but for those in `optional`, and for any where `partial`.
    """
    fields = {} if base is None else dict(base.__annotations__)
    for kind, keys in kinds.items():
        for key in keys.split():
            fields[key] = NotRequired[kind] if partial or key in optional.split() else kind
    return TypedDict("Table", fields)  # type: ignore[operator]


Count = Annotated[int, Meta(ge=0, le=1_000_000_000)]
"""How many there are, or which it is, from 0."""
Real = Annotated[float, Meta(ge=-1e100, le=1e100)]
"""A number that a figure can calculate with: its square is finite."""
Number = Real | None
"""A measured number; None where it is undefined."""
Counts, Numbers, Pair = list[Count], list[Number], tuple[Number, Number]

Measured = table({Number: "value", Pair | None: "interval", str: "caveat"}, optional="caveat")
Maybe = Measured | None
"""A number with its interval and what is to be said of that, or None where there is none."""

_WORDS = {
    "int": "a whole number",
    "float": "a number",
    "str": "a text",
    "bool": "true or false",
    "array": "a list",
    "object": "a table",
    "null": "nothing",
}


@contextmanager
def as_expected(said: str, *, hint: str) -> Iterator[None]:
    """Turn what goes wrong with content of another form than expected into a `RunError`; `said`: whose it is.

    For arrays and tables, whose types are checked and whose values and sizes whoever shows them relies on.
    """
    try:
        yield
    except ThalwegError:
        raise
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, StopIteration) as error:
        what = f"lacks {error}" if isinstance(error, KeyError) else f"is not as expected: {error}"
        raise RunError(f"{said}: what it holds cannot be shown; it {what}.", hint=hint) from error


def checked(content: Any, kind: Any, file: Path, *, hint: str) -> Any:
    """Return `content` as it is, if it is of the `kind` described.

    Raises `RunError` that names `file`, the place in it, the value found and what was expected.
    """
    try:
        msgspec.convert(content, kind, strict=True)
    except (msgspec.ValidationError, RecursionError) as error:
        raise RunError(f"{file}: damaged: {_said(str(error), content)}.", hint=hint) from None
    return content


def _said(problem: str, content: Any) -> str:
    """Put msgspec's words, such as "Expected `int`, got `str` - at `$.members[2]`", into ours."""
    expected, _, place = problem.rstrip("`").partition(" - at `$")
    place = place.lstrip(".")
    if lacking := re.fullmatch(r"Object missing required field `(.*)", expected.rstrip("`")):
        return f"{f'{place}.' if place else ''}{lacking[1]} is missing"
    expected, _, got = re.sub(r"`([^`]*)`?", _in_words, expected).partition(", got ")
    expected = expected.replace(" >= ", " of at least ").replace(" <= ", " of at most ")
    found = f"{place} is" if place else "it is"
    if "[...]" in place:  # one of a table's entries: which one is not told
        return f"{found} {got or 'out of range'}: {expected[0].lower()}{expected[1:]}"
    return f"{found} {shown(_value_at(content, place))}: {expected[0].lower()}{expected[1:]}"


def _in_words(kinds: re.Match[str]) -> str:
    return " or ".join(_WORDS.get(kind, kind) for kind in kinds[1].split(" | "))


def _value_at(content: Any, place: str) -> Any:
    for key, index in re.findall(r"([^.\[\]]+)|\[(\d+)\]", place):
        content = content[int(index)] if index else content[key]
    return content
