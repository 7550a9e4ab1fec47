"""Specs: inert, frozen dataclasses that say what is wanted, check themselves, and go to and from TOML.

Each field states its own range once, in its metadata; the checks, the error texts and the answer to "may
this differ from member to member?" all come from there.
"""

from __future__ import annotations

import copy
import dataclasses
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

from thalweg.errors import RecipeError, near_match

S = TypeVar("S")


def number(
    default: float,
    *,
    low: float = -math.inf,
    high: float = math.inf,
    above: float | None = None,
    below: float | None = None,
    per_member: bool = True,
    help: str = "",
) -> Any:
    """Declare a real-valued field in [low, high], or strictly `above` / `below` a bound.

    With `per_member` a sequence is allowed as well: one value for each member of the population.
    """
    rule = {"rule": "number", "low": low, "high": high, "above": above, "below": below}
    return _field(default, help, per_member=per_member, **rule)


def numbers(default: tuple[float, ...], *, low: float = -math.inf, high: float = math.inf, help: str) -> Any:
    """Declare a field that is a tuple of real numbers, each in [low, high]."""
    return _field(default, help, rule="numbers", low=low, high=high)


def whole(default: int, *, low: int = 0, also: tuple[str, ...] = (), help: str = "") -> Any:
    """Declare an integer field of at least `low`; `also` lists words that are allowed instead."""
    return _field(default, help, rule="whole", low=low, also=also)


def wholes(default: tuple[int, ...], *, low: int = 1, help: str = "") -> Any:
    """Declare a field that is a tuple of integers, each at least `low`."""
    return _field(default, help, rule="wholes", low=low)


def shares(default: tuple[float, ...]) -> Any:
    """Declare a field that is a tuple of shares, each between 0 and 1, rising."""
    return _field(default, "", rule="shares")


def choice(default: str, options: Sequence[str], *, help: str = "") -> Any:
    """Declare a field that takes one of a few words."""
    return _field(default, help, rule="choice", options=tuple(options))


def words(default: tuple[str, ...], options: Sequence[str], *, help: str) -> Any:
    """Declare a field that is a tuple of some of a few words."""
    return _field(default, help, rule="words", options=tuple(options))


def text(default: str, *, help: str) -> Any:
    """Declare a field that is any text, such as the name of a recipe."""
    return _field(default, help, rule="text")


def flag(default: bool, *, help: str = "") -> Any:
    """Declare a field that is true or false."""
    return _field(default, help, rule="flag")


def _field(default: Any, help: str, **rule: Any) -> Any:
    # `help` is what a command line says of the field
    return dataclasses.field(default=default, metadata={**rule, "help": help})


def check(spec: Any) -> None:
    """Check every declared field of a frozen dataclass, turning lists into tuples.

    Raises `RecipeError` naming the field, the value found and what was expected.
    """
    for field in dataclasses.fields(spec):
        rule = field.metadata.get("rule")
        if rule is None:
            continue
        value = getattr(spec, field.name)
        if isinstance(value, list):
            value = tuple(value)
            object.__setattr__(spec, field.name, value)
        problem = _CHECKS[rule](value, field.metadata)
        if problem:
            raise RecipeError(
                f"{type(spec).__name__}({field.name}={value!r}): expected {problem}.",
                hint=_cure(field, value),
            )


def _cure(field: dataclasses.Field, value: Any) -> str:
    if field.metadata["rule"] in ("choice", "words"):
        options = field.metadata["options"]
        wrong = (
            next((word for word in value if word not in options), "") if isinstance(value, tuple) else value
        )
        return f"choose one of them.{near_match(str(wrong), options)}"
    return f"the default is {field.name}={field.default!r}."


def _check_number(value: Any, rule: Mapping[str, Any]) -> str:
    if isinstance(value, tuple) and rule["per_member"] and value:
        return next((problem for item in value if (problem := _check_number(item, rule))), "")
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "a number" + (" (or a list with one number for each member)" if rule["per_member"] else "")
    bounds = _bounds(rule)
    inside = math.isfinite(value) and rule["low"] <= value <= rule["high"]
    inside = inside and (rule["above"] is None or value > rule["above"])
    inside = inside and (rule["below"] is None or value < rule["below"])
    return "" if inside else f"a finite number{bounds}"


def _bounds(rule: Mapping[str, Any]) -> str:
    parts = []
    if rule["above"] is not None:
        parts.append(f"above {rule['above']:g}")
    elif rule["low"] > -math.inf:
        parts.append(f"of at least {rule['low']:g}")
    if rule["below"] is not None:
        parts.append(f"below {rule['below']:g}")
    elif rule["high"] < math.inf:
        parts.append(f"at most {rule['high']:g}")
    return " " + " and ".join(parts) if parts else ""


def _check_whole(value: Any, rule: Mapping[str, Any]) -> str:
    if value in rule["also"]:
        return ""
    words = "".join(f" or {word!r}" for word in rule["also"])
    wrong = isinstance(value, bool) or not isinstance(value, int) or value < rule["low"]
    alike = ", the same for all members" if isinstance(value, tuple) else ""
    return f"a whole number of at least {rule['low']}{words}{alike}" if wrong else ""


def _check_wholes(value: Any, rule: Mapping[str, Any]) -> str:
    if isinstance(value, tuple) and not any(_check_whole(item, {**rule, "also": ()}) for item in value):
        return ""
    return f"a list of whole numbers of at least {rule['low']}, such as [16, 16]"


def _check_shares(value: Any, rule: Mapping[str, Any]) -> str:
    if isinstance(value, tuple) and all(isinstance(item, int | float) for item in value):
        if all(0 < item < 1 for item in value) and list(value) == sorted(set(value)):
            return ""
    return "a list of rising shares between 0 and 1, such as [0.5, 0.75]"


def _check_choice(value: Any, rule: Mapping[str, Any]) -> str:
    alike = ", the same for all members" if isinstance(value, tuple) else ""
    return "" if value in rule["options"] else "one of " + ", ".join(map(repr, rule["options"])) + alike


def _check_numbers(value: Any, rule: Mapping[str, Any]) -> str:
    one = {**rule, "above": None, "below": None, "per_member": False}
    if isinstance(value, tuple) and value and not any(_check_number(item, one) for item in value):
        return ""
    return f"a list of finite numbers{_bounds(one)}"


def _check_words(value: Any, rule: Mapping[str, Any]) -> str:
    if isinstance(value, tuple) and value and all(item in rule["options"] for item in value):
        return ""
    return "a list of some of " + ", ".join(map(repr, rule["options"]))


def _check_text(value: Any, rule: Mapping[str, Any]) -> str:
    return "" if isinstance(value, str) else "a text"


def _check_flag(value: Any, rule: Mapping[str, Any]) -> str:
    return "" if isinstance(value, bool) else "true or false"


_CHECKS = {
    "number": _check_number,
    "numbers": _check_numbers,
    "whole": _check_whole,
    "wholes": _check_wholes,
    "shares": _check_shares,
    "choice": _check_choice,
    "words": _check_words,
    "text": _check_text,
    "flag": _check_flag,
}


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
        raise RecipeError(f"{where} = {table!r}: expected a table.", hint=f"write [{where}] and its keys.")
    values = dict(table)
    kind = values.pop("kind", next(iter(kinds)))
    if kind not in kinds:
        raise RecipeError(
            f"{where}.kind = {kind!r}: expected one of {', '.join(map(repr, kinds))}.",
            hint=f"choose one of them.{near_match(str(kind), list(kinds))}",
        )
    chosen = kinds[kind]
    refuse_unknown(values, [field.name for field in dataclasses.fields(chosen)], where)  # type: ignore[arg-type]
    return chosen(**values)


def refuse_unknown(table: Mapping[str, Any], known: Sequence[str], where: str) -> None:
    """Raise `RecipeError` for the first key of `table` that is not `known`."""
    for key in table:
        if key not in known:
            place = f"{where}.{key}" if where else key
            raise RecipeError(
                f"{place} is not a field of {where or 'a recipe'}; the fields are {', '.join(known)}.",
                hint=f"correct the key or take it out.{near_match(key, list(known))}",
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
