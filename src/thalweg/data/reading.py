"""How a table or a folder of pictures is to be read: what the user says, which travels with the data."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Self

from thalweg.errors import DataError

PLAIN = "label_column"
"""The option that records have always had under a name of its own."""

OF_TABLES = ("label_column", "id_column", "columns", "drop", "separator", "decimal", "encoding", "strict")
OF_FOLDERS = ("resize", "strict")
"""What can be said of a table, and of a folder of pictures."""

_ELSEWHERE = {
    "tables": "give a .csv, .tsv or .parquet file, or a frame",
    "folders of pictures": "give a folder with one folder of images a class",
}


@dataclass(frozen=True)
class Reading:
    """What the user says of a table or a folder; whatever is left out is found in the data themselves.

    Columns: `label_column` holds the classes, `id_column` names the rows, `columns` are the only features,
    `drop` is no feature. CSV: `separator` (`;`, or a word: tab, blank), `decimal` (a point or a comma) and
    `encoding`. Folders of pictures: `resize` (height, width) in pixels, or one number for both, is what all
    are stretched to. `strict` refuses what would have to be repaired. Raises `DataError` for what cannot be
    meant.
    """

    label_column: str | None = None
    id_column: str | None = None
    columns: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    separator: str | None = None
    decimal: str | None = None
    encoding: str | None = None
    strict: bool = False
    resize: tuple[int, int] | None = None

    def __post_init__(self) -> None:
        for name in ("columns", "drop"):
            object.__setattr__(self, name, _names(getattr(self, name)))
        object.__setattr__(self, "resize", _size(self.resize))
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

    def refuse_for(self, what: object, *, takes: Collection[str] = ()) -> None:
        """Raise `DataError` if anything was said that `what` cannot be told; it `takes` these options."""
        for name, value in self.given.items():
            if name in takes:
                continue
            kinds = {"tables": name in OF_TABLES, "folders of pictures": name in OF_FOLDERS}
            fitting = [kind for kind, fits in kinds.items() if fits]
            raise DataError(
                f"{name}={value!r} is for {' and '.join(fitting)}, and {what} is none.",
                hint=f"leave {name} out, or {', or '.join(_ELSEWHERE[kind] for kind in fitting)}.",
            )


def _names(given: str | Sequence[str]) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(str(name) for name in given)


def _size(given: Any) -> tuple[int, int] | None:
    """Return (height, width), given as such or as one number for both."""
    if given is None:
        return None
    sizes: tuple[Any, ...] = (
        tuple(given) if isinstance(given, Sequence) and not isinstance(given, str) else (given, given)
    )
    whole = all(isinstance(size, int) and not isinstance(size, bool) and size > 0 for size in sizes)
    if len(sizes) != 2 or not whole:
        raise DataError(
            f"resize={given!r}: expected a number of pixels above 0, or (height, width).",
            hint="such as 32 or (24, 32).",
        )
    return sizes[0], sizes[1]


def _check_encoding(name: str) -> None:
    try:
        "".encode(name)
    except LookupError:
        raise DataError(
            f"encoding={name!r} is none that Python knows.", hint="such as utf-8, latin-1, cp1252 or utf-16."
        ) from None
