"""Specs: inert, frozen dataclasses that say what is wanted, check themselves, and go to and from TOML.

Each field states its own range once, in its metadata; the checks, the error texts and the answer to "may
this differ from member to member?" all come from there.
"""

from __future__ import annotations

import copy
import dataclasses
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal, TypeVar

import msgspec
from msgspec import Meta

from thalweg.errors import RecipeError, near_match, shown
from thalweg.imported import FORM

S = TypeVar("S")

FINITE = 3.4028234663852886e38
"""The largest number of float32, which is what everything is computed in."""
MOST = 1_000_000_000
"""No count is larger: what would be counted does not fit into any machine."""


PLAIN = "^[^\\x00-\\x1f\\x7f-\\x9f\\ud800-\\udfff]*$"
"""Text without control signs and halves of letters: it goes to terminals, pages and files in UTF-8."""


def number(
    default: float,
    *,
    low: float = -FINITE,
    high: float = FINITE,
    above: float | None = None,
    below: float | None = None,
    per_member: bool = True,
    help: str = "",
) -> Any:
    """Declare a real-valued field in [low, high], or strictly `above` / `below` a bound.

    With `per_member` a sequence is allowed as well: one value for each member of the population.
    """
    least = Meta(ge=low) if above is None else Meta(gt=above)
    most = Meta(le=high) if below is None else Meta(lt=below)
    one = Annotated[float, least, most]
    kind = one | Annotated[tuple[one, ...], Meta(min_length=1)] if per_member else one
    expected = "a finite number" + _bounds(low, high, above, below)
    expected += " (or a list with one number for each member)" * per_member
    return _field(default, help, "number", kind, expected, per_member=per_member)


def numbers(default: tuple[float, ...], *, low: float = -FINITE, high: float = FINITE, help: str) -> Any:
    """Declare a field that is a tuple of real numbers, each in [low, high]."""
    kind = Annotated[tuple[Annotated[float, Meta(ge=low, le=high)], ...], Meta(min_length=1)]
    return _field(default, help, "numbers", kind, f"a list of finite numbers{_bounds(low, high)}")


def whole(default: int, *, low: int = 0, also: tuple[str, ...] = (), help: str = "") -> Any:
    """Declare an integer field of at least `low`; `also` lists words that are allowed instead."""
    kind = Annotated[int, Meta(ge=low, le=MOST)]
    expected = f"a whole number of at least {low} and at most {MOST:,}"
    expected += "".join(f" or {word!r}" for word in also)
    return _field(default, help, "whole", kind | Literal[also] if also else kind, expected)  # type: ignore[valid-type]


def wholes(default: tuple[int, ...], *, low: int = 1, help: str = "") -> Any:
    """Declare a field that is a tuple of integers, each at least `low`."""
    kind = tuple[Annotated[int, Meta(ge=low, le=MOST)], ...]
    expected = f"a list of whole numbers of at least {low} and at most {MOST:,}, such as [16, 16]"
    return _field(default, help, "wholes", kind, expected)


def shares(default: tuple[float, ...]) -> Any:
    """Declare a field that is a tuple of shares, each between 0 and 1, rising."""
    kind = tuple[Annotated[float, Meta(gt=0, lt=1)], ...]
    expected = "a list of rising shares between 0 and 1, such as [0.5, 0.75]"
    return _field(default, "", "shares", kind, expected, rising=True)


def choice(default: str, options: Sequence[str], *, help: str = "") -> Any:
    """Declare a field that takes one of a few words."""
    expected = "one of " + ", ".join(map(repr, options))
    return _field(default, help, "choice", Literal[tuple(options)], expected, options=tuple(options))


def words(default: tuple[str, ...], options: Sequence[str], *, help: str) -> Any:
    """Declare a field that is a tuple of some of a few words."""
    kind = Annotated[tuple[Literal[tuple(options)], ...], Meta(min_length=1)]  # type: ignore[valid-type]
    expected = "a list of some of " + ", ".join(map(repr, options))
    return _field(default, help, "words", kind, expected, options=tuple(options))


def text(default: str, *, most: int = 200, help: str = "") -> Any:
    """Declare a field that is text of at most `most` letters, such as the name of a recipe."""
    kind = Annotated[str, Meta(pattern=PLAIN, max_length=most)]
    return _field(default, help, "text", kind, f"a text of at most {most:,} letters, without control signs")


def import_path(contract: str) -> Any:
    """Declare a field that names a function or a class of the user's by its import path.

    `contract`: what is to be found there, in words.
    """
    expected = f"'module:name', where Python finds {contract}"
    # no default would fit; "" is refused like everything else that is not a path
    return _field("", "", "text", Annotated[str, Meta(pattern=FORM)], expected, cure="such as 'optax:lion'.")


def flag(default: bool, *, help: str = "") -> Any:
    """Declare a field that is true or false."""
    return _field(default, help, "flag", bool, "true or false")


def _field(default: Any, help: str, rule: str, kind: Any, expected: str, **more: Any) -> Any:
    # `help`: what a command line says of the field; `kind`: what msgspec checks; `expected`: that in words
    metadata = {"help": help, "rule": rule, "kind": kind, "expected": expected, **more}
    return dataclasses.field(default=default, metadata=metadata)


def _bounds(low: float, high: float, above: float | None = None, below: float | None = None) -> str:
    parts = []
    if above is not None or low > -FINITE:
        parts.append(f"of at least {low:g}" if above is None else f"above {above:g}")
    if below is not None or high < FINITE:
        parts.append(f"at most {high:g}" if below is None else f"below {below:g}")
    return " " + " and ".join(parts) if parts else ""


def check(spec: Any) -> None:
    """Check every declared field of a frozen dataclass, turning lists into tuples.

    Raises `RecipeError` naming the field, the value found and what was expected.
    """
    for field in dataclasses.fields(spec):
        if "kind" not in field.metadata:
            continue
        value = getattr(spec, field.name)
        if isinstance(value, list):
            value = tuple(value)
            object.__setattr__(spec, field.name, value)
        if not _fits(value, field.metadata):
            expected = field.metadata["expected"]
            if isinstance(value, tuple) and field.metadata["rule"] in ("whole", "choice"):
                expected += ", the same for all members"
            if _beyond(value):
                expected += " that float32 can hold (up to 3.4e+38)"
            raise RecipeError(
                f"{type(spec).__name__}({field.name}={shown(value)}): expected {expected}.",
                hint=_cure(field, value),
            )


def _fits(value: Any, rule: Mapping[str, Any]) -> bool:
    try:
        msgspec.convert(_builtin(value), rule["kind"], strict=True)
    except msgspec.ValidationError:
        return False
    return not rule.get("rising") or list(value) == sorted(set(value))


def _beyond(value: Any) -> bool:
    return isinstance(value, float) and FINITE < abs(value) < math.inf


def _builtin(value: Any) -> Any:
    # NumPy's float64 is a float, which msgspec does not know
    if isinstance(value, tuple):
        return tuple(map(_builtin, value))
    return float(value) if isinstance(value, float) else value


def _cure(field: dataclasses.Field, value: Any) -> str:
    options = field.metadata.get("options")
    if "cure" in field.metadata:
        return field.metadata["cure"]
    if options is None:
        return f"the default is {field.name}={field.default!r}."
    wrong = next((word for word in value if word not in options), "") if isinstance(value, tuple) else value
    return f"choose one of them.{near_match(shown(wrong, quoted=False), options)}"


def to_table(spec: Any) -> dict[str, Any]:
    """Return the spec as a plain TOML-able table; `kind` names the class where there is a choice."""
    table: dict[str, Any] = {"kind": spec.kind} if hasattr(spec, "kind") else {}
    for field in dataclasses.fields(spec):
        value = getattr(spec, field.name)
        if dataclasses.is_dataclass(value):
            table[field.name] = to_table(value)
        else:
            table[field.name] = list(value) if isinstance(value, tuple) else value
    return table


def from_table(kinds: Mapping[str, type[S]], table: Mapping[str, Any], where: str) -> S:
    """Build the spec that `table` describes, choosing its class by `kind` (the first kind by default).

    Raises `RecipeError` for an unknown kind or key, with the near match.
    """
    if not isinstance(table, Mapping):
        raise RecipeError(
            f"{where} = {shown(table)}: expected a table.", hint=f"write [{where}] and its keys."
        )
    values = dict(table)
    kind = values.pop("kind", next(iter(kinds)))
    if not isinstance(kind, str) or kind not in kinds:
        raise RecipeError(
            f"{where}.kind = {shown(kind)}: expected one of {', '.join(map(repr, kinds))}.",
            hint=f"choose one of them.{near_match(shown(kind, quoted=False), list(kinds))}",
        )
    chosen = kinds[kind]
    refuse_unknown(values, [field.name for field in dataclasses.fields(chosen)], where)  # type: ignore[arg-type]
    return chosen(**values)


def refuse_unknown(
    table: Mapping[str, Any], known: Sequence[str], where: str, *, also: Sequence[str] = ()
) -> None:
    """Raise `RecipeError` for the first key of `table` that is not `known`.

    `also`: other words that may have been meant.
    """
    for key in table:
        if key not in known:
            place = f"{where}.{key}" if where else key
            raise RecipeError(
                f"{place} is not a field of {where or 'a recipe'}; the fields are {', '.join(known)}.",
                hint=f"correct the key or take it out.{near_match(key, [*known, *also])}",
            )


def numbers_per_member(spec: Any, prefix: str = "") -> Iterator[tuple[str, tuple[float, ...]]]:
    """Yield (dotted path, values) for every number that is given member by member."""
    for field in dataclasses.fields(spec):
        value = getattr(spec, field.name)
        if dataclasses.is_dataclass(value):
            yield from numbers_per_member(value, f"{prefix}{field.name}.")
        elif field.metadata.get("per_member") and isinstance(value, tuple):
            yield f"{prefix}{field.name}", value


def substitute(spec: S, values: Mapping[str, Any]) -> S:
    """Return a copy of `spec` with dotted paths replaced, unchecked: the values may be traced by JAX."""
    result = copy.copy(spec)
    for path, value in values.items():
        head, _, rest = path.partition(".")
        replacement = substitute(getattr(result, head), {rest: value}) if rest else value
        object.__setattr__(result, head, replacement)
    return result


def is_off(value: Any) -> bool:
    """Whether a number is a plain zero, so that the part it governs can be left out of the program."""
    return isinstance(value, int | float) and value == 0
