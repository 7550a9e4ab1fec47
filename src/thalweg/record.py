"""What every evaluation, study and audit returns: a record, and the entries that its JSON is made of."""

from __future__ import annotations

import html
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, ClassVar, Literal, overload

import numpy as np

from thalweg.frames import framed, numbers_frame
from thalweg.measured import Measured, to_plain

if TYPE_CHECKING:
    import pandas
    import polars


class Entry:
    """What stands in JSON as an object of its own: a frozen dataclass, by default with every field.

    `class Escape(Entry, aside=("direction",))` leaves a field out; what says anything else has a `content()`.
    """

    aside: ClassVar[Sequence[str]] = ()

    def __init_subclass__(cls, *, aside: Sequence[str] = (), **more: Any) -> None:
        super().__init_subclass__(**more)
        cls.aside = aside or cls.aside

    def content(self) -> Mapping[str, Any]:
        """Return what is said by name, as numbers, arrays, entries, and mappings and sequences of them."""
        every = (field.name for field in fields(self))  # type: ignore[arg-type]
        return named(self, *(name for name in every if name not in self.aside))

    def to_json(self) -> dict[str, Any]:
        """Return the content in pure JSON types: no NaN, None for what is undefined."""
        return to_plain(self.content())


class Record(Entry, ABC):
    """The contract of a result (a frozen dataclass). Anything with `to_json`, `arrays` and `rows` keeps it.

    A run stores `to_json` and `arrays`; a terminal shows `rows`; nothing else of a record is needed to draw
    it again. `answers`: the name of the evaluation or study, as in `thalweg.questions`. `caption`: what
    stands above the rows in a notebook, with places for the record itself as `str.format` has them.
    """

    answers: ClassVar[str] = ""
    caption: ClassVar[str] = ""

    def __init_subclass__(cls, *, answers: str = "", caption: str = "", **more: Any) -> None:
        super().__init_subclass__(**more)
        cls.answers, cls.caption = answers or cls.answers, caption or answers or cls.caption

    @classmethod
    def __subclasshook__(cls, other: type) -> bool:
        if cls is not Record:
            return NotImplemented
        return all(hasattr(other, name) for name in ("to_json", "arrays", "rows")) or NotImplemented

    def arrays(self) -> dict[str, np.ndarray]:
        """Return what is too large for JSON, by name."""
        return {}

    def as_drawn(self) -> Record:
        """Return the record that figures are drawn of in the place of this one: the same, for most."""
        return self

    @abstractmethod
    def rows(self) -> list[tuple[str, str]]:
        """Return (question, answer) pairs that a newcomer understands."""

    @overload
    def to_frame(self, library: Literal["polars"] = "polars") -> polars.DataFrame: ...

    @overload
    def to_frame(self, library: Literal["pandas"]) -> pandas.DataFrame: ...

    def to_frame(self, library: str = "polars") -> polars.DataFrame | pandas.DataFrame:
        """Return it as a frame: a row for each number, or, of what speaks of examples, for each of these.

        A row of a number has its `name` in the JSON, its `value`, the ends `low` and `high` of its interval
        and the `caveat` of that (`thalweg.frames.numbers_frame`).

        Args:
            library: "polars" or "pandas": whose frame.

        Raises `DataError` for another library, and where pandas is not installed.

        Examples:
            >>> import thalweg as tw
            >>> found = tw.evaluation.accuracy(population, digits.test)
            >>> found.to_frame().columns
            ['name', 'value', 'low', 'high', 'caveat']
            >>> found.to_frame("pandas").name[0]
            'mean'
        """
        return framed(self._frame(), library)

    def _frame(self) -> polars.DataFrame:
        return numbers_frame(self.to_json())

    def __repr__(self) -> str:
        return "\n".join(f"{question}: {answer}" for question, answer in told(self))

    def _repr_html_(self) -> str:
        return html_table(self.caption.format(self), told(self))


@dataclass(frozen=True, repr=False)
class NotMeasured(Record):
    """Stands in the suite's results where a measurement does not apply: `reason`, and what to do (`hint`)."""

    reason: str
    hint: str

    def content(self) -> Mapping[str, Any]:
        """Return `{"not_measured": reason, "hint": hint}`."""
        return {"not_measured": self.reason, "hint": self.hint}

    def rows(self) -> list[tuple[str, str]]:
        """Return why, as one row."""
        return [("not measured", f"{self.reason} {self.hint}".strip())]

    def _repr_html_(self) -> str:
        return html_table("not measured", [(self.reason, self.hint)])


def named(thing: Any, *names: str) -> dict[str, Any]:
    """Return the attributes `names` of `thing` by name."""
    return {name: getattr(thing, name) for name in names}


def led_by(prefix: str, arrays: Mapping[str, Any]) -> dict[str, Any]:
    """Return the same with `prefix` before every name."""
    return {f"{prefix}{name}": array for name, array in arrays.items()}


def those_left_out(diverged: int) -> list[tuple[str, str]]:
    """Return the row that says how many members are not in a record, if there are any."""
    return [("Were any networks left out?", f"{diverged} diverged in training")] if diverged else []


def told(record: Record) -> list[tuple[str, str]]:
    """Return what is shown of a record: its rows and, where they do not say it, how far to trust its numbers.

    Examples:
        >>> import thalweg as tw
        >>> from thalweg.record import told
        >>> told(tw.evaluation.noise(population[:2], digits.test, kinds=["uniform"]))[-1]
        ('How far can these intervals be trusted?', 'of 2 starts, 95 % intervals cover 90 to 100 % ...')
    """
    rows = record.rows()
    content = record.to_json()
    if not _concludes(content):
        return rows
    said = " ".join(answer for _, answer in rows)
    caveats, intervals = caveats_of(content)
    left = {caveat: count for caveat, count in caveats.items() if caveat not in said}
    return [*rows, ("How far can these intervals be trusted?", trust(left, intervals))] if left else rows


def _concludes(content: Mapping[str, Any]) -> bool:
    """Return whether rows conclude anything from these numbers; most records have grounds for that."""
    over_chance, grounds = (content.get(asked) or {} for asked in ("over_chance", "grounds"))
    return bool(over_chance.get("learned", True) and grounds.get("hold", True))


def trust(caveats: Mapping[str, int], intervals: int) -> str:
    """Return caveats in words; of a part of the `intervals` alone, of how many."""
    return "; ".join(
        caveat if count == intervals else f"{caveat} ({count:,} of the {intervals:,} here)"
        for caveat, count in caveats.items()
    )


def caveats_of(content: Any) -> tuple[dict[str, int], int]:
    """Return how many numbers of a record's JSON have each caveat, and how many intervals it has."""
    found: dict[str, int] = {}
    intervals = 0
    for number in _measured(content):
        intervals += number.interval is not None
        if number.caveat:
            found[number.caveat] = found.get(number.caveat, 0) + 1
    return found, intervals


def _measured(content: Any) -> Iterator[Measured]:
    """Yield every number with an interval in a JSON, at any depth."""
    if isinstance(content, Mapping):
        if "value" in content and "interval" in content:
            yield Measured.read(content)
        for each in content.values():
            yield from _measured(each)
    elif isinstance(content, list | tuple):
        for each in content:
            yield from _measured(each)


def html_table(title: str, rows: Iterable[tuple[str, str]]) -> str:
    """Return a small HTML table of `rows` for notebooks; every text is escaped."""
    body = "".join(
        f"<tr><td>{html.escape(question)}</td><td>{html.escape(answer)}</td></tr>"
        for question, answer in rows
    )
    return f"<table><caption>{html.escape(title)}</caption><tbody>{body}</tbody></table>"
