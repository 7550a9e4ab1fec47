"""The headline: what was found, in the two or three sentences that are printed last."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from thalweg.measured import Measured, as_percent
from thalweg.statistics.chance import ADVICE
from thalweg.wording import EVEN_ERRORS, words_for

if TYPE_CHECKING:
    from thalweg.evaluation.accuracy.record import AccuracyAndGap
    from thalweg.evaluation.calibration.record import Calibration
    from thalweg.record import Record
    from thalweg.statistics.chance import OverChance
    from thalweg.studies.label_audit.checks.checked import Checked
    from thalweg.studies.label_audit.record import LabelAudit

NOTHING = ("uniform", "gaussian", "shuffled", "low_frequency", "blank")
"""Kinds of noise that show nothing; a picture in negative still shows what it showed."""


@dataclass(frozen=True)
class Surprise:
    """Something that is not as it should be. `by`: how far at least, as a share, by its interval."""

    by: float
    text: str


def headline(records: Mapping[str, Record], *, who: str = "network", data: str = "") -> list[str]:
    """Return how often it is right, and what is most surprising about it: a sentence each.

    `records`: of the evaluations, by name; what was not measured is not said. `who`: what is measured, a
    `network of classic` or a `model`; `data`: what the new examples are of.
    """
    lines = []
    if (guessed := _only_guesses(records)) is not None:  # nothing else is worth saying of guesses
        return [f"Nothing was learned that can be told from guessing: {guessed.compared}.", ADVICE]
    if (accuracy := _accurate(records)) is not None:
        over = accuracy.test.over_chance
        lines.append(_accuracy(accuracy, who, f" of {data}" if data else ""))
        lines += [f"Learned {over.verdict}."] if not over.more_often_right else []
        if excluded := len(accuracy.test.excluded):
            lines.append(f"Left out: {excluded:,} that diverged.")
    return lines + _surprises(records)


def headline_of_audit(found: LabelAudit) -> list[str]:
    """Return how many labels are wrong, and which is the most suspicious: a sentence each.

    Test examples that the training part has too come first, if there are any.
    """
    leaks = [] if found.issues is None else [f"{said}." for said in found.issues.said_first()]
    if not found.is_counted:
        return [*leaks, f"How many labels are wrong? {found.verdict.capitalize()}."]
    lines = [
        *leaks,
        f"{found.verdict.capitalize()} labels are wrong under even errors (95 % interval): {EVEN_ERRORS}.",
    ]
    if found.caveat:
        lines.append(f"The judges are {found.caveat}.")
    if found.suspicious == 0:
        return [*lines, "No single label is more likely wrong than right."]
    first = found.table().row(0, named=True)
    place = ", ".join(f"{name} {first[name]}" for name in found.called or ("split", "example"))
    count = f"{found.suspicious:,} {'is' if found.suspicious == 1 else 'are'} more likely wrong than right"
    return [
        *lines,
        f"{count}, first of all {place}: labelled {first['label']}, more likely {first['suggested_label']}.",
    ]


def _only_guesses(records: Mapping[str, Record]) -> OverChance | None:
    """Return what was asked of networks that learned nothing; None where they did, or it was not asked."""
    accuracy, calibration = _accurate(records), _calibrated(records)
    over = accuracy.test.over_chance if accuracy is not None else None
    over = calibration.over_chance if over is None and calibration is not None else over
    return None if over is None or over.learned else over


def headline_of_checked(found: Checked) -> list[str]:
    """Return how many labels are wrong by those that people checked: a sentence."""
    return [
        f"{found.verdict.capitalize()} labels are wrong (95 % interval), by {found.used:,} that were "
        "checked; it holds whichever labels are wrong."
    ]


def _accurate(records: Mapping[str, Record]) -> AccuracyAndGap | None:
    from thalweg.evaluation.accuracy.record import AccuracyAndGap

    found = records.get("accuracy")
    return found if isinstance(found, AccuracyAndGap) else None


def _accuracy(found: AccuracyAndGap, who: str, of_data: str) -> str:
    test = found.test
    new = f"{test.examples:,} new examples{of_data}"
    scope = f"{test.mean.scope}; {test.mean.caveat}" if test.mean.caveat else test.mean.scope
    if test.members == 1:
        return f"The {who} is right on {test.measured.percent()} of {new} (95 % interval {scope})."
    return (
        f"One {who} is right on {test.measured.percent()} of {new}, the vote of all {test.members:,} on "
        f"{test.ensemble.percent()} (95 % intervals, the first {scope})."
    )


def _surprises(records: Mapping[str, Record]) -> list[str]:
    made = [make(records) for make in (_noise, _calibration, _gap)]
    found = [surprise for surprise in made if surprise is not None and surprise.by > 0]
    if found:
        return [f"Most surprising: {max(found, key=lambda surprise: surprise.by).text}"]
    calibration = _calibrated(records)
    if calibration is None:
        return []
    sure, right = map(as_percent, (calibration.members.confidence, calibration.members.accuracy))
    return [f"Its confidence fits: {sure} sure on average, and right {right} of the time."]


def _noise(records: Mapping[str, Record]) -> Surprise | None:
    """How much surer than chance it is of what shows nothing, where it is surest."""
    from thalweg.evaluation.noise.record import Noise

    found = records.get("noise")
    if not isinstance(found, Noise):
        return None
    sure = {name: found[name].members.mean_confidence for name in NOTHING if name in found.kinds}
    if not sure:
        return None
    chance = 1 / len(found.class_names)
    worst = max(sure, key=lambda name: _low(sure[name]))
    text = (
        f"shown {words_for(found.kind_of_data).noise[worst]}, it is {sure[worst].percent()} sure of its "
        f"answer on average, where {as_percent(chance)} would be right."
    )
    return Surprise(_low(sure[worst]) - chance, text)


def _calibrated(records: Mapping[str, Record]) -> Calibration | None:
    from thalweg.evaluation.calibration.record import Calibration

    found = records.get("calibration")
    return found if isinstance(found, Calibration) else None


def _calibration(records: Mapping[str, Record]) -> Surprise | None:
    """How far its confidence is from how often it is right."""
    found = _calibrated(records)
    if found is None:
        return None
    scores = found.members
    low, high = scores.signed.interval or (0.0, 0.0)
    if low <= 0 <= high:
        return None
    sure, right = as_percent(scores.confidence), as_percent(scores.accuracy)
    gap = scores.signed if low > 0 else -scores.signed
    word = "too sure" if low > 0 else "not sure enough"
    text = f"it is {sure} sure on average and right {right} of the time: {word}, by {gap.points()}."
    return Surprise(max(low, -high), text)


def _gap(records: Mapping[str, Record]) -> Surprise | None:
    """How much it loses on new examples."""
    found = _accurate(records)
    gap = None if found is None else found.generalisation_gap
    if gap is None or gap.low is None:
        return None
    text = f"it is right less often on new examples than on those it learned from, by {gap.points()}."
    return Surprise(gap.low, text)


def _low(number: Measured) -> float:
    return number.value if number.low is None else number.low
