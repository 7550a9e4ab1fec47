"""Two or more runs side by side: their numbers, what differs in their training, what was found of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from thalweg.figures.finding import Finding
from thalweg.figures.overlaying import overlaid
from thalweg.questions import question_of
from thalweg.record import Record, told
from thalweg.report.headlines import headlines, shape_of
from thalweg.report.reading import Subject
from thalweg.runs.differences import differences


@dataclass(frozen=True)
class ComparedRow:
    """One line of a comparison: what it is about, and a cell a run; `note` explains the first."""

    label: str
    cells: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True)
class Verdict:
    """What a comparison of two runs found: who was compared, the verdict, questions and answers."""

    who: str
    verdict: str
    rows: tuple[tuple[str, str], ...]


def verdict_of(comparison: Record) -> Verdict:
    """Return what `thalweg compare` prints of two runs, in the same words."""
    (_, verdict), *rows = told(comparison)
    first, second = comparison.to_json()["names"]
    return Verdict(f"{first} against {second}", verdict, tuple(rows))


def overlaid_of(subjects: Sequence[Subject]) -> list[Finding]:
    """Return the curves of all runs in one figure each, named as briefly as tells them apart."""
    return overlaid({name: subject.run for name, subject in zip(_brief(subjects), subjects, strict=True)})


def _brief(subjects: Sequence[Subject]) -> list[str]:
    recipes = [str(subject.record["recipe"].get("name", "unnamed")) for subject in subjects]
    folders = [subject.run.path.name for subject in subjects]
    for names in (recipes, folders):
        if len(set(names)) == len(names):
            return names
    return [f"{name} {place}" for place, name in enumerate(recipes, start=1)]


def numbers_of(subjects: Sequence[Subject]) -> list[ComparedRow]:
    """Return the headline numbers of each run, `not measured` where it has none."""
    tables = [
        {each.label: each for each in headlines(subject.evaluations, subject.words)} for subject in subjects
    ]
    labels = list(dict.fromkeys(label for table in tables for label in table))
    rows = [
        ComparedRow("Networks", tuple(f"{subject.record['members']:,}" for subject in subjects)),
        ComparedRow("Layers", tuple(shape_of(subject.record) for subject in subjects)),
    ]
    for label in labels:
        cells = tuple(table[label].value if label in table else "not measured" for table in tables)
        note = next(table[label].note for table in tables if label in table)
        rows.append(ComparedRow(label, cells, note.partition(";")[0].partition(", n =")[0]))
    return rows


def differences_of(subjects: Sequence[Subject]) -> list[ComparedRow]:
    """Return every setting of recipe, data and seed in which the runs are not alike."""
    found = differences([subject.record for subject in subjects])
    return [ComparedRow(name, values) for name, values in found.items()]


def findings_of(subjects: Sequence[Subject]) -> list[ComparedRow]:
    """Return each finding as every run has it: its title, in which its number stands.

    The first finding of an evaluation is noted with the question that it answers.
    """
    tables = [{each.name: each for each in subject.findings} for subject in subjects]
    rows: list[ComparedRow] = []
    asked = ""
    for name in dict.fromkeys(name for table in tables for name in table):
        evaluation = next(table[name].evaluation for table in tables if name in table)
        question = question_of(evaluation, subjects[0].kind)
        cells = tuple(table[name].title if name in table else "not measured" for table in tables)
        label = name.replace("_", " ").replace("-", " ")
        rows.append(ComparedRow(label, cells, question if question != asked else ""))
        asked = question
    return rows


def commands_of(subjects: Sequence[Subject]) -> list[str]:
    """Return the commands that say whether a difference is more than luck, for runs of the same data."""
    return [
        f"thalweg compare {one.path} {other.path}"
        for one, other in combinations(subjects, 2)
        if one.record["data"].get("hash") == other.record["data"].get("hash")
    ]
