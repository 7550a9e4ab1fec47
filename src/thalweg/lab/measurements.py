"""The measured answers to what a learner guesses, each with its interval and how it was measured."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

from thalweg.errors import ThalwegError
from thalweg.lab.contents.partly import damaged
from thalweg.lab.lesson import Lesson
from thalweg.lab.opened import Missing, Opened
from thalweg.lab.words import say

OF_RUN = "run"
OF_STUDY = "study"


def measurements(opened: Opened, lessons: Iterable[Lesson]) -> dict[str, dict[str, Any]]:
    """Return what each guess of the lessons is measured against, by its key; see `measurement`."""
    wanted = {step.guess.measure for lesson in lessons for step in lesson.steps if step.guess is not None}
    return {key: _or_missing(opened, key) for key in sorted(wanted)}


def measurement(opened: Opened, key: str) -> dict[str, Any]:
    """Return a number: `value`, `interval` or None, `caveat`, and `how` it was measured.

    `key`: where it is, as evaluation/key/key; `run/...` is the run's own record, `study/NAME/...` a study's
    result. Raises `Missing` where it was not measured or is no number.
    """
    source, *places = key.split("/")
    if source == OF_RUN:
        found, how = _follow(_facts(opened), places, key), _how("run", name=opened.run.path.name)
    elif source == OF_STUDY and places:
        study = opened.study(places[0])
        found, how = _follow(study.result, places[1:], key), _how("study", name=study.path.name)
    else:
        record = opened.evaluation(source)
        found = _follow(record, places, key)
        how = _how("evaluation", command=f"thalweg evaluate {opened.run.path} --only {source}")
    return {**_number(found, key), **how}


def _how(word: str, **values: str) -> dict[str, Any]:
    """Return how it was measured: in English, and the word of the languages that says it."""
    return {"how": say(f"how.{word}", values), "how_word": f"how.{word}", "how_values": values}


def _facts(opened: Opened) -> dict[str, Any]:
    """Return the run's own record, with what follows from it: `inputs` of an example, and `classes`."""
    record = opened.run.record
    derived = {"inputs": math.prod(record["input_shape"]), "classes": len(record["class_names"])}
    return {**record, **derived}


def _or_missing(opened: Opened, key: str) -> dict[str, Any]:
    try:
        return measurement(opened, key)
    except Missing as missing:
        return missing.told()
    except ThalwegError as error:
        return damaged(error)


def _follow(record: Any, places: list[str], key: str) -> Any:
    """Return what is found in a record by key after key; a number counts along a list, from 0."""
    found, above = record, record
    for place in places:
        above = found
        if isinstance(found, list) and place.isdigit() and int(place) < len(found):
            found = found[int(place)]
        elif isinstance(found, Mapping) and place in found:
            found = found[place]
        else:
            if isinstance(found, Mapping):
                raise Missing("missing.place", key=key, place=place, known=", ".join(map(str, found)))
            raise Missing("missing.place_nothing", key=key, place=place)
    beside = above.get(f"{places[-1]}_interval") if places and isinstance(above, Mapping) else None
    # some numbers have their interval beside them, not with them
    return found if beside is None or isinstance(found, Mapping) else {"value": found, "interval": beside}


def _number(found: Any, key: str) -> dict[str, Any]:
    if isinstance(found, bool) or not isinstance(found, int | float | Mapping):
        raise Missing("missing.no_number", key=key)
    if isinstance(found, Mapping):
        if not isinstance(found.get("value"), int | float):
            raise Missing("missing.no_number_but", key=key, known=", ".join(map(str, found)))
        return {
            "value": found["value"],
            "interval": found.get("interval"),
            "caveat": found.get("caveat", ""),
        }
    return {"value": found, "interval": None, "caveat": ""}
