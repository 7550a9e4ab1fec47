"""What an audit found besides wrong labels, in the few lines of a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from thalweg.studies.label_audit.issues.contradictions import Contradictions
    from thalweg.studies.label_audit.issues.copies import Copies
    from thalweg.studies.label_audit.issues.outliers import Outliers
    from thalweg.studies.label_audit.issues.overlap import Pair

Rows = list[tuple[str, str]]


def of_leaks(copies: Copies | None) -> Rows:
    """Return how many test examples the training part has too; nothing where luck makes them alike."""
    if copies is None or not copies.is_leak:
        return []
    return [("Test examples that the training part has too", leaked(copies))]


def leaked(copies: Copies) -> str:
    """Return how many test examples were in the training part, and what that does, in words."""
    count, exactly = int(copies.leaked.sum()), int(copies.leaked_exactly.sum())
    return (
        f"{count:,} of {copies.tested:,}{_how(count, exactly)}; accuracy on them is memory"
        f"{_luck(copies.leaked_by_luck)}"
    )


def of_issues(
    copies: Copies | None,
    outliers: Outliers | None,
    contradictions: Contradictions | None,
    overlaps: Sequence[Pair] | None,
) -> Rows:
    """Return a row for each kind of which there is something, and one for the others."""
    rows: Rows = []
    none = []
    for kind, row in (
        ("copies", _of_copies(copies)),
        ("outliers", _of_outliers(outliers)),
        ("contradicting labels", _of_contradictions(contradictions)),
        ("classes that overlap", _of_overlaps(overlaps)),
    ):
        if row is None:
            continue
        if row[1]:
            rows.append(row)
        else:
            none.append(kind)
    return [*rows, ("Looked for and not found", ", ".join(none))] if none else rows


def _of_copies(copies: Copies | None) -> tuple[str, str] | None:
    if copies is None:
        return None
    count = copies.count
    said = f"{count:,} examples in {_counted(copies.groups, 'group')}{_how(count, copies.exactly)}"
    if copies.is_luck:
        return (
            "Rows of the same values",
            f"{count:,} examples in {_counted(copies.groups, 'group')}, as by luck",
        )
    torn = f"; labels differ in {copies.torn:,}" if copies.torn else ""
    return "Copies", f"{said}{torn}{_luck(copies.by_luck)}" if count else ""


def _of_outliers(outliers: Outliers | None) -> tuple[str, str] | None:
    if outliers is None:
        return None
    count = outliers.count
    stand = f"{_counted(count, 'example')} {'stands' if count == 1 else 'stand'} apart"
    return "Unlike all others", f"{stand if count else 'none stands apart for sure'}; the list has more"


def _of_contradictions(found: Contradictions | None) -> tuple[str, str] | None:
    if found is None:
        return None
    least = _counted(found.least_wrong, "label")
    where = f"{found.count:,} examples in {_counted(found.groups, 'group')}"
    said = f"{where}: {least} at least wrong, or not settled by the inputs"
    return "The very same inputs with other labels", said if found.count else ""


def _of_overlaps(overlaps: Sequence[Pair] | None) -> tuple[str, str] | None:
    if overlaps is None or any(pair.others is None for pair in overlaps):  # two classes alone
        return None
    found = [pair for pair in overlaps if pair.overlaps]
    if not found:
        return "Classes that overlap", ""
    more = f", and {_counted(len(found) - 1, 'more pair')}" if len(found) > 1 else ""
    return "Classes that overlap", f"{pair_in_words(found[0])}{more}"


def pair_in_words(pair: Pair) -> str:
    """Return the two classes and how often judges take one for the other, as it stands on a terminal."""
    share = f"{pair.share.percent()} of their examples are taken for the other"
    return f"\u201c{pair.one}\u201d and \u201c{pair.other}\u201d: {share}"


def _how(count: int, exactly: int) -> str:
    if exactly == count:
        return ", the very same"
    return f": {exactly:,} the very same, {count - exactly:,} nearly" if exactly else ", nearly the same"


def _luck(by_luck: float | None) -> str:
    if by_luck is None or by_luck < 0.5:
        return ""
    return f" (about {by_luck:,.0f} would be by luck: columns of few values)"


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
