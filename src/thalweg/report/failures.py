"""Known failures: what the measured evaluations say must not be expected of these networks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from thalweg.measured import Measured, as_percent
from thalweg.report.headlines import Evaluations, dig, only_guesses
from thalweg.runs.results.confused import confused
from thalweg.wording import OF_PICTURES, Words, on_detection

NAMED = 5
"""Examples that a sentence names."""


def known_failures(evaluations: Evaluations, words: Words = OF_PICTURES) -> list[str]:
    """Return sentences with their numbers and intervals, from whichever evaluations were made.

    `words`: those that fit the data.
    """
    guesses = only_guesses(evaluations)
    if guesses is not None:  # which mistakes guesses make is no failure to know of
        return [f"Was anything learned? {guesses.capitalize()}.", *_noise(evaluations, words)]
    return [sentence for make in _MAKERS for sentence in make(evaluations, words)]


def failures_of(name: str, evaluations: Evaluations, words: Words = OF_PICTURES) -> list[str] | None:
    """Return what the evaluation called `name` says, as `known_failures`; None where it was not made."""
    if dig(evaluations, name) is None or dig(evaluations, name, "not_measured") is not None:
        return None
    guesses = only_guesses(evaluations)
    if guesses is not None and name != "noise":
        return [f"Was anything learned? {guesses.capitalize()}."]
    return [sentence for make in _OF[name] for sentence in make(evaluations, words)]


def _noise(evaluations: Evaluations, words: Words) -> list[str]:
    found = dig(evaluations, "noise", "uniform")
    if not found:
        return []
    above = dig(found, "share_above", "0.9")
    often = (
        f" and is more than 90 % sure of {Measured.read(above).percent()} of {words.such}" if above else ""
    )
    together = dig(found, "ensemble", "mean_confidence")
    vote = f" All networks together: {Measured.read(together).percent()}." if together else ""
    return [
        f"Pure noise gets a name: a network is {Measured.read(found['mean_confidence']).percent()} sure on "
        f"average of what it says of {words.static}{often}.{vote}"
    ]


def _shift(evaluations: Evaluations, _: Words) -> list[str]:
    curves = dig(evaluations, "shift", "curves") or {}
    sentences = []
    for name, curve in curves.items():
        lost = _first_loss(curve)
        if lost is not None:
            level, accuracy, confidence = lost
            sentences.append(
                f"{name.replace('_', ' ').capitalize()} by {level:g} ({curve.get('unit', '')}) leaves it "
                f"right on {accuracy.percent()}, while it is {confidence.percent(bracket=False)} sure."
            )
    return sentences


def _first_loss(curve: Mapping[str, Any]) -> tuple[float, Measured, Measured] | None:
    """Return the change nearest to none that costs 10 points of accuracy or more."""
    levels, accuracy = curve.get("levels", []), curve.get("accuracy", [])
    if curve.get("identity") not in levels or len(accuracy) != len(levels):
        return None
    start = levels.index(curve["identity"])
    clean = Measured.read(accuracy[start]).value
    for place in sorted(range(len(levels)), key=lambda place: (abs(place - start), place)):
        found = Measured.read(accuracy[place])
        if clean - found.value >= 0.1:
            return levels[place], found, Measured.read(dig(curve, "confidence", place))
    return None


def _corruptions(evaluations: Evaluations, _: Words) -> list[str]:
    corruptions = dig(evaluations, "shift", "corruptions") or {}
    errors = {
        name: Measured.read(dig(found, "error")) for name, found in corruptions.items() if dig(found, "error")
    }
    if not errors:
        return []
    worst = max(errors, key=lambda name: errors[name].value)
    return [
        f"Of the {len(errors)} kinds of damage tried, {worst.replace('_', ' ')} is the worst: wrong on "
        f"{errors[worst].percent()}."
    ]


def _adversarial(evaluations: Evaluations, words: Words) -> list[str]:
    found = dig(evaluations, "adversarial", "linf", "smallest")
    if not found:
        return []
    size = Measured.read(found)
    change = (
        f"{size.plain()} standard deviations" if words.span is None else f"{size.percent()} of {words.span}"
    )
    return [
        f"Half of its right answers fall to a change of at most {change} in every {words.one_input}, if the "
        "change is chosen for that."
    ]


def _outliers(evaluations: Evaluations, words: Words) -> list[str]:
    sentences = []
    for group, outside in (("near", words.near), ("far", words.far)):
        found = dig(evaluations, "outliers", group, "maximum_probability", "auroc")
        if found:
            sentences.append(
                f"Its confidence tells {outside} from real ones in {Measured.read(found).percent()} of pairs "
                "(area under the ROC curve; 50 % is guessing)."
            )
    examples = dict(dig(evaluations, "outliers", "examples") or {})
    known = examples.pop("test examples", 0)
    if sentences and examples:
        sentences += [f"Of that: {caution}." for caution in on_detection(known, min(examples.values()))]
    return sentences


def _calibration(evaluations: Evaluations, _: Words) -> list[str]:
    signed = Measured.read(dig(evaluations, "calibration", "signed"))
    if not signed.value > 0:  # also where it is not known
        return []
    return [f"It is too sure of itself: confidence exceeds accuracy by {signed.points()} on new examples."]


def _hardest(evaluations: Evaluations, _: Words) -> list[str]:
    never = dig(evaluations, "diversity", "never_right")
    if not never or not never.get("count"):
        return []
    called = never.get("called", [])[:NAMED]
    listed = ", ".join(called)
    such = f"{', such as' if never['count'] > len(called) else ':'} {listed}" if called else ""
    return [
        f"{never['count']:,} new examples ({Measured.read(never).percent()}) are got wrong by every one of "
        f"the networks{such}."
    ]


def _confused(evaluations: Evaluations, _: Words) -> list[str]:
    table, names = dig(evaluations, "accuracy", "confusion"), dig(evaluations, "accuracy", "class_names")
    if not table or not names:
        return []
    found = confused(table)
    cells = [
        (float(share), label, said)
        for share, label, said in zip(found.shares, found.labels, found.answers, strict=True)
        if said != label
    ]
    if not cells or max(cells)[0] == 0:
        return []
    share, label, said = max(cells)
    return [
        f"Its commonest mistake: {as_percent(share)} of class “{names[label]}” are taken for “{names[said]}”."
    ]


_OF: dict[str, tuple[Callable[[Evaluations, Words], list[str]], ...]] = {
    "noise": (_noise,),
    "outliers": (_outliers,),
    "calibration": (_calibration,),
    "shift": (_shift, _corruptions),
    "adversarial": (_adversarial,),
}
_MAKERS: tuple[Callable[[Evaluations, Words], list[str]], ...] = (
    _noise,
    _outliers,
    _calibration,
    _shift,
    _corruptions,
    _adversarial,
    _confused,
    _hardest,
)
