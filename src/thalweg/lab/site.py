"""The page of the lab: one HTML file, with or without a server behind it."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from markupsafe import Markup

from thalweg.lab import contents
from thalweg.lab.freshness import damages, lacks, stamp
from thalweg.lab.language import Language, ours as languages, spoken, translated
from thalweg.lab.lesson import Lesson, ours
from thalweg.lab.measurements import measurements
from thalweg.lab.opened import Opened
from thalweg.lab.panels import PANELS
from thalweg.lab.words import say
from thalweg.page import assets
from thalweg.page.bundle import bundle
from thalweg.page.document import environment
from thalweg.wording import PICTURES, kind_of_run

_HERE = Path(__file__).parent
OURS = ("about", "lessons")
"""Parts that the site makes itself, beside those of `contents`."""


@dataclass(frozen=True, eq=False)
class Site:
    """What was opened, with the lessons to show. A part of the page is made when it is asked for, and kept.

    A part that lacks something is made again once there is more on disk: commands add to a run that is shown.
    """

    opened: Opened
    own_lessons: tuple[Lesson, ...] = ()
    own_languages: tuple[Language, ...] = ()
    _made: dict[str, Any] = field(default_factory=dict)
    _stamps: dict[str, Any] = field(default_factory=dict)
    _locks: dict[str, threading.Lock] = field(default_factory=dict)

    @property
    def lessons(self) -> tuple[Lesson, ...]:
        """A teacher's own lessons, or those that come with Thalweg."""
        return self.own_lessons or ours()

    @property
    def languages(self) -> tuple[Language, ...]:
        """The languages of the page, English first."""
        own = {each.language for each in self.own_languages}
        return (*(each for each in languages() if each.language not in own), *self.own_languages)

    @property
    def parts(self) -> Sequence[str]:
        """The names of all parts."""
        return (*OURS, *contents.PARTS)

    def part(self, name: str) -> dict[str, Any]:
        """Return a part of the page as JSON; raises KeyError for a name that is none."""
        if name not in self.parts:
            raise KeyError(name)
        with self._locks.setdefault(name, threading.Lock()):
            now = stamp(self.opened)
            if name not in self._made or (self._stamps[name] != now and lacks(self._made[name])):
                self._stamps[name] = now
                own = {"about": self._about, "lessons": self._lessons}.get(name)
                self._made[name] = own() if own else contents.part(name, self.opened)
        return self._made[name]

    @property
    def damages(self) -> list[str]:
        """What could not be read, in the words of the errors, each once."""
        return list(dict.fromkeys(said for name in self.parts for said in damages(self.part(name))))

    def served(self) -> str:
        """Return the page for a server: it asks for its parts when it needs them."""
        return self._page({"about": self.part("about")}, asks="'self'")

    def whole(self) -> str:
        """Return the page as one file with every part in it, for whoever has no server."""
        return self._page({name: self.part(name) for name in self.parts}, asks="'none'")

    def _page(self, parts: dict[str, Any], *, asks: str) -> str:
        script = bundle(_HERE / "static" / "lab.js")
        return (
            environment(_HERE / "templates")
            .get_template("lab.html")
            .render(
                policy=assets.policy(script, asks=asks),
                style=Markup(assets.style(assets.STATIC / "page.css", _HERE / "static" / "lab.css")),
                script=Markup(script),
                title=self.part("about")["title"],
                spoken=spoken(self.languages),
                parts={name: assets.as_json(part) for name, part in parts.items()},
            )
        )

    def _about(self) -> dict[str, Any]:
        """Return what the page says of what was opened, and its panels."""
        run = self.opened.given_run
        record = {} if run is None else run.record
        kind = PICTURES if run is None else kind_of_run(record)
        recipe, data = record.get("recipe", {}), record.get("data", {})
        return {
            "title": _title(recipe, data) if run else say("shell.studies", {}),
            "run": None if run is None else str(run.path),
            "recipe": recipe,
            "data": {key: data.get(key) for key in ("name", "source", "train", "test")},
            "members": record.get("members", 0),
            "parameters": record.get("parameters", 0),
            "seed": record.get("seed"),
            "class_names": [str(name) for name in record.get("class_names", ())],
            "input_shape": list(record.get("input_shape", ())),
            "kind": kind,
            "panels": [_told(asdict(panel), run, kind) for panel in PANELS if kind in panel.kinds],
        }

    def _lessons(self) -> dict[str, Any]:
        return {
            "lessons": translated(self.lessons, self.own_languages),
            "measurements": measurements(self.opened, self.lessons),
        }


def _title(recipe: Mapping[str, Any], data: Mapping[str, Any]) -> str:
    return say("shell.title", {"recipe": recipe.get("name", "unnamed"), "data": data.get("name")})


def _told(panel: dict[str, Any], run: Any, kind: str) -> dict[str, Any]:
    """Return what the page is told of a panel: its words have other names where data are features."""
    path = "RUN" if run is None else str(run.path)
    has_others = panel.pop("of_features") and kind != PICTURES
    suffix = "_of_features" if has_others else ""
    words = {word: f"{panel['name']}.{word}{suffix}" for word in ("title", "notice")}
    return {**panel, **words, "command": panel["command"].format(run=path)}
