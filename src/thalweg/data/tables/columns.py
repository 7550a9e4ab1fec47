"""What each column of a table is: the class, a feature, or what is none, an index, a count or an id."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from thalweg.data.identity import Written
from thalweg.data.reading import Reading
from thalweg.data.tables.findings import Findings, listing
from thalweg.errors import DataError, near_match

if TYPE_CHECKING:
    import polars

LABEL_COLUMNS = ("label", "labels", "class", "target", "y")
UNNAMED = re.compile(r"|unnamed: ?\d+(_level_\d+)?|__index_level_\d+__", re.IGNORECASE)
ROW_NAMES = re.compile(
    r"index|level_\d+|row|rows|rownames?|row[._ ]?(names?|id|num|number|nr|no)|"
    r"(\w*[._ ])?(id|ids|uid|uuid|guid|key|nr|no)|[a-z]+Id|[A-Z]\w*ID|#",
)
WHOSE = re.compile(
    r"(.*[._ ])?(ids?|individual|subject|patient|person|participant|user|customer|client)"
    r"([._ ]?(id|no|nr|num|number|code))?",
    re.IGNORECASE,
)
"""Names of columns that say whose a row is ..."""

SEVERAL = 1.5
"""... where so many rows in the mean, or more, are one's."""

FEWEST = 10
"""Rows from which whole numbers that count can be told from measurements."""

CHANCE = 0.1
"""A column whose n values all differ counts rows when they lie within CHANCE * n * n of each other: values
that are drawn from so short a range would repeat, but for one time in a hundred (the birthday problem)."""


@dataclass(frozen=True)
class Sheet:
    """A table that was read: `frame` with distinct names, `called` what its file calls each column, and the
    class names that the file declares. `headed`: whether it has names at all. `what` it is, for messages.
    `written`: what shows the cells of the columns that it is called with, as they were written.
    """

    frame: polars.DataFrame
    called: dict[str, str]
    what: str
    class_names: tuple[str, ...] = ()
    headed: bool = True
    written: Callable[[tuple[str, ...]], Written] | None = None

    @staticmethod
    def of(frame: polars.DataFrame, names: list[str], what: str, **more: object) -> Sheet:
        """Name the columns of `frame` by `names`, the second `a` as `a (2)`."""
        distinct = distinct_names(names)
        renamed = frame.rename(dict(zip(frame.columns, distinct, strict=True)))
        return Sheet(renamed, dict(zip(distinct, names, strict=True)), what, **more)  # type: ignore[arg-type]


def distinct_names(names: list[str]) -> list[str]:
    """Return the names, the second `a` as `a (2)`."""
    # in order, and looked up at once: a damaged file may have a hundred thousand alike
    distinct: dict[str, None] = {}
    tried: dict[str, int] = {}
    for name in names:
        times = tried.get(name, 1)
        while (new := name if times == 1 else f"{name} ({times})") in distinct:
            times += 1
        tried[name] = times
        distinct[new] = None
    return list(distinct)


@dataclass(frozen=True)
class Roles:
    """Which column holds the classes, which are features, and which names the rows."""

    label: str
    features: tuple[str, ...]
    id_column: str | None


def roles_of(sheet: Sheet, reading: Reading, found: Findings) -> Roles:
    """Return what the columns are; what is left out becomes a note, and a second label a problem.

    Raises `DataError` for a table without a label column, and for a name that no column has.
    """
    columns = list(sheet.frame.columns)
    for name in (reading.id_column, *reading.columns, *reading.drop):
        if name is not None:
            _known(name, columns, sheet.what)
    label = label_column(sheet, reading, found)
    if label in reading.drop or label == reading.id_column:
        raise DataError(
            f"{sheet.what}: {label!r} is the class, and cannot be left out.",
            hint="name another label column.",
        )
    rest = [name for name in columns if name not in (label, reading.id_column, *reading.drop)]
    if reading.columns:
        rest = [name for name in rest if name in reading.columns]
    rest = _without_second_labels(sheet, label, rest, found)
    _note_whose(sheet.frame, rest, found)
    features = rest if reading.columns else _without_indices(sheet.frame, rest, found)
    if not features:
        raise DataError(
            f"{sheet.what} has no column besides {label!r}: expected at least one feature.",
            hint="is the separator right (--separator)?",
        )
    said = f"{len(features):,} features" if len(features) > 1 else "the feature"
    found.note(f"The class is in {label!r}, and {said} in {listing(features, 6)}.")
    return Roles(label, tuple(features), reading.id_column)


def label_column(sheet: Sheet, reading: Reading, found: Findings) -> str:
    """Return the name of the column that holds the classes."""
    columns, wanted = list(sheet.frame.columns), reading.label_column
    if wanted is not None:
        return _known(wanted, columns, sheet.what)
    for name in LABEL_COLUMNS:
        same = [column for column in columns if column.strip().lower() == name]
        if same:
            return same[0]
    if sheet.class_names:
        return columns[-1]
    if not sheet.headed:
        found.note(
            f"The last column, {columns[-1]!r}, is taken for the class (--label-column says otherwise)."
        )
        return columns[-1]
    near = next((match for name in LABEL_COLUMNS if (match := near_match(name, columns))), "")
    raise DataError(
        f"{sheet.what} has no label column: expected one called {', '.join(LABEL_COLUMNS)}.{near}",
        hint=f"name it with --label-column (label_column= in Python); the columns are {listing(columns)}.",
    )


def _known(name: str, columns: list[str], what: str) -> str:
    """Return the column that is called `name`, but for blanks around it."""
    if name in columns:
        return name
    stripped = [column for column in columns if column.strip() == name.strip()]
    if stripped:
        return stripped[0]
    raise DataError(
        f"{what} has no column {name!r}.{near_match(name, columns)}",
        hint=f"its columns are {listing(columns)}.",
    )


def _without_second_labels(sheet: Sheet, label: str, rest: list[str], found: Findings) -> list[str]:
    """Return the columns but those that are the class once more; a second opinion of it is a problem."""
    again = [name for name in rest if _repeats(sheet.frame, label, name)]
    hint = "leave the second out: --drop NAME (drop= in Python), or take it out of the file."
    found.repair(
        [f"column {name!r} says the same as {label!r}" for name in again],
        "Left out, since it is the class once more",
        hint=hint,
    )
    twice = re.compile(re.escape(label) + r"( \(\d+\)|\.\d+|_duplicated_\d+)")
    for name in rest:
        if name not in again and twice.fullmatch(name):
            found.problem(f"the class is in the table twice, and {label!r} and {name!r} do not agree", hint)
    return [name for name in rest if name not in again]


def _repeats(frame: polars.DataFrame, label: str, name: str) -> bool:
    """Return whether the column holds the classes, the very same or a word for each under a kindred name."""
    import polars as pl

    try:
        pair = frame.select(a=pl.col(label).cast(pl.String), b=pl.col(name).cast(pl.String)).drop_nulls()
    except pl.exceptions.PolarsError:
        return False
    if pair.height < 2 or pair["a"].n_unique() < 2:
        return False
    whole = lambda column: column.str.strip_chars().str.strip_suffix(".0")  # noqa: E731
    if (whole(pair["a"]) == whole(pair["b"])).all():
        return True
    kindred = label.lower() in name.lower() or name.strip().lower() in LABEL_COLUMNS[:-1]
    classes = pair["a"].n_unique()
    return kindred and pair["b"].n_unique() == classes == pair.unique().height


def _without_indices(frame: polars.DataFrame, names: list[str], found: Findings) -> list[str]:
    """Return the columns but those that only say which row it is."""
    empty = [name for name in names if frame.height and frame[name].null_count() == frame.height]
    indices = {name: why for name in names if name not in empty and (why := _index(frame[name]))}
    kept = [name for name in names if name not in indices and name not in empty]
    if not kept:
        return names
    hint = "take these columns away (--drop), or name the features (--columns)."
    nameless = [name for name in empty if not name or UNNAMED.fullmatch(name)]
    found.repair(
        [f"column {name!r} has no value in any row" for name in empty if name not in nameless],
        "Left out, since there is nothing in it",
        hint=hint,
    )
    found.repair(
        [f"column {name!r} {why}" for name, why in indices.items()],
        "Left out, since it says which row it is and not what (--columns keeps it)",
        hint=hint,
    )
    for name in kept:
        if _is_whole(frame[name]) and frame.height >= FEWEST and frame[name].n_unique() == frame.height:
            found.note(f"Column {name!r} is another whole number in every row: if it is an id, --drop it.")
    return kept


def _note_whose(frame: polars.DataFrame, names: list[str], found: Findings) -> None:
    """Note a column that names whose a row is, since what is learned of one helps with its rows alone."""
    import polars as pl

    for name in names:
        column = frame[name]
        if not WHOSE.fullmatch(name.strip()):
            continue
        if not (column.dtype.is_integer() or column.dtype in (pl.String, pl.Categorical)):
            continue
        different = column.drop_nulls().n_unique()
        if FEWEST <= different <= len(column) / SEVERAL:
            found.note(
                f"Column {name!r} holds {different:,} values in {len(column):,} rows: if it says whose a row "
                "is, rows of one may be in both parts, and accuracy for new ones is lower. A test file of "
                "others measures that (test= in Python)."
            )


def _is_whole(column: polars.Series) -> bool:
    return column.dtype.is_integer() and not column.null_count()


def _index(column: polars.Series) -> str:
    """Return why a column is an index and no feature, or an empty string."""
    import polars as pl

    name, rows = column.name.strip(), len(column)
    if UNNAMED.fullmatch(name):
        return "is a row index without a name"
    try:
        distinct = rows >= 2 and column.n_unique() == rows
    except pl.exceptions.PolarsError:
        return ""  # lists and objects count nothing
    if not distinct:
        return ""
    if ROW_NAMES.fullmatch(name) and (_is_whole(column) or column.dtype in (pl.String, pl.Categorical)):
        return "names every row"
    if not _is_whole(column) or rows < FEWEST:
        return ""
    reach = int(column.max()) - int(column.min()) + 1  # type: ignore[arg-type]
    return "counts the rows" if reach == rows or reach <= CHANCE * rows * rows else ""
