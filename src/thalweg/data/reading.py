"""How a table is to be read, where it does not say so itself: one value that travels with the data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Self

from thalweg.errors import DataError

PLAIN = "label_column"
"""The option that records have always had under a name of its own."""


@dataclass(frozen=True)
class Reading:
    """What the user says of a table; whatever is left out is found in the table itself.

    Columns: `label_column` holds the classes, `id_column` names the rows, `columns` are the only features,
    `drop` is no feature. CSV: `separator` (`;`, or a word: tab, blank), `decimal` (a point or a comma) and
    `encoding`.
    `strict` refuses a table that would have to be repaired. Raises `DataError` for what cannot be meant.
    """

    label_column: str | None = None
    id_column: str | None = None
    columns: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    separator: str | None = None
    decimal: str | None = None
    encoding: str | None = None
    strict: bool = False

    def __post_init__(self) -> None:
        for name in ("columns", "drop"):
            object.__setattr__(self, name, _names(getattr(self, name)))
        words = {"tab": "\t", "\\t": "\t", "blank": " ", "space": " "}
        object.__setattr__(self, "separator", words.get(self.separator or "", self.separator))
        if self.separator is not None and (len(self.separator) != 1 or self.separator in '"\n\r'):
            raise DataError(
                f"separator={self.separator!r}: expected one character.", hint="such as ; or tab or blank."
            )
        if self.decimal not in (None, ".", ","):
            raise DataError(
                f"decimal={self.decimal!r}: expected . or a comma.", hint="leave it out to guess."
            )
        if self.encoding is not None:
            _check_encoding(self.encoding)
        both = sorted({*self.columns} & {*self.drop})
        if both:
            raise DataError(f"{both[0]!r} is to be used and to be dropped.", hint="say one of the two.")

    @property
    def given(self) -> dict[str, Any]:
        """Return what was said, by name; what was left out is not in it."""
        return {field.name: value for field in fields(self) if (value := getattr(self, field.name))}

    def to_json(self) -> dict[str, Any]:
        """Return what a record keeps: the label column always, the rest where it was said."""
        rest = {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in self.given.items()
            if name != PLAIN
        }
        return {PLAIN: self.label_column, **({"reading": rest} if rest else {})}

    @classmethod
    def from_json(cls, facts: Mapping[str, Any]) -> Self:
        """Return the reading that `to_json` wrote among the facts of a record; old records have less."""
        return cls(facts.get(PLAIN), **facts.get("reading", {}))

    def refuse_for(self, what: object) -> None:
        """Raise `DataError` if anything was said, since `what` is no table."""
        for name, value in self.given.items():
            raise DataError(
                f"{name}={value!r} is for tables, and {what} is none.",
                hint=f"leave {name} out, or give a .csv, .tsv or .parquet file, or a frame.",
            )


def _names(given: str | Sequence[str]) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(str(name) for name in given)


def _check_encoding(name: str) -> None:
    try:
        "".encode(name)
    except LookupError:
        raise DataError(
            f"encoding={name!r} is none that Python knows.", hint="such as utf-8, latin-1, cp1252 or utf-16."
        ) from None
