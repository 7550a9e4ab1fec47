"""The result of a label audit: a table of every label, and how many of them are wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.stats import t as student

from thalweg.data.identity import Cells, Identity
from thalweg.data.labels import listing
from thalweg.record import Record, led_by
from thalweg.statistics.chance import OverChance
from thalweg.studies.label_audit.checks.checked import Checked
from thalweg.studies.label_audit.checks.in_memory import checked_of, drawn_of
from thalweg.studies.label_audit.checks.to_check import ToCheck
from thalweg.studies.label_audit.error_count import WEAK, ErrorCount
from thalweg.studies.label_audit.evidence import Evidence
from thalweg.studies.label_audit.issues.record import Issues
from thalweg.studies.label_audit.judges.panel import Judge
from thalweg.studies.label_audit.suspects import suspects_of
from thalweg.studies.label_audit.suspicion import agreement, suggested
from thalweg.wording import EVEN_ERRORS

if TYPE_CHECKING:
    import polars

LIKELY = 0.5
"""A suspicion above this says that the label is more likely wrong than right."""

BY_PEOPLE = "thalweg audit RUN --to-check 100 -o check.csv"
"""How to get a count that takes no errors for granted."""


@dataclass(frozen=True, eq=False)
class LabelAudit(Record, answers="audit", caption="Labels of {0.name}"):
    """Every label with how suspicious it is, and an estimate of how many are wrong.

    `part` [examples]: "train" or "test"; `example` int [examples]: its number there, from 0; `identity`:
    what it is called in what was given, None where that is all. `labels` int [examples] as given.
    `evidence`: what members that did not train on the example say. `suspicion` float64 [examples]: how
    likely the label is wrong, by which the table is ordered, NaN where nobody can say. `errors`: how many
    are wrong. `recognised` bool [classes]: which classes the judges can see at all; labels of the others
    are not judged. `over_chance`: whether the judges are better than guessing. `twins` int [examples]: a
    copy or near copy with another label, -1 for none; None without inputs. `gallery` int: the most
    suspicious examples, `gallery_images` their pictures, `gallery_cells` their rows as they were written.
    `unsettled`: how many labels differ whatever is answered to the inputs, since examples with the very
    same inputs have different ones. `issues`: what else is the matter: copies, outliers, contradictions,
    classes that overlap; None where nobody looked. `settings`: what was trained. `panel`: who judged, and
    how much each is worth; empty where probabilities were given.
    """

    name: str
    class_names: tuple[str, ...]
    part: np.ndarray
    example: np.ndarray
    identity: Identity | None
    labels: np.ndarray
    evidence: Evidence
    suspicion: np.ndarray
    errors: ErrorCount
    recognised: np.ndarray
    over_chance: OverChance
    twins: np.ndarray | None
    gallery: np.ndarray
    gallery_images: np.ndarray | None
    gallery_cells: Cells | None = None
    unsettled: int = 0
    issues: Issues | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    panel: tuple[Judge, ...] = ()

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def called(self) -> dict[str, np.ndarray]:
        """What the examples are called in what was given: `file`, `row`, `index`, `id`, what applies."""
        return {} if self.identity is None else self.identity.columns

    @property
    def suspicious(self) -> int:
        """Labels that are more likely wrong than right."""
        return int((self.suspicion > LIKELY).sum())

    @property
    def not_judged(self) -> int:
        """Labels of classes that the judges do not recognise: nothing is said of them."""
        return int(np.isnan(self.suspicion).sum())

    @property
    def suggested(self) -> np.ndarray:
        """The class [examples] that the members find likeliest."""
        return suggested(self.evidence)

    def table(self) -> polars.DataFrame:
        """Return a table with a row for each label, the most suspicious first.

        Columns: `split`, `example` (0-based in its split), of `file`, `row`, `index` and `id` what applies
        (`data.identity.Identity`: the first row of data is row 1), `label`, `suggested_label`, `suspicion`
        (0..1, larger is worse), `agreement` (share of members that choose the suggested label), `confidence`
        (their mean probability of it) with `confidence_low` and `confidence_high` (95 % interval over
        members), `label_probability`, `memorisation` with `memorisation_low`, `memorisation_high` (95 % over
        members) and `memorisation_error`, `judges` (members that did not train on the example), and where
        inputs are known `duplicate_split`, `duplicate_example`, `duplicate_label` and what else it is called:
        a near-duplicate with another label. Labels are numbers where all class names are, else the names.
        """
        import polars

        columns = {
            "split": self.part,
            "example": self.example,
            **self.called,
            "label": self._named(self.labels),
            "suggested_label": self._named(self.suggested),
            "suspicion": self.suspicion,
            "agreement": agreement(self.evidence),
            **self._confidence(),
            "label_probability": self.evidence.of_labels(self.labels),
            **self._memorised(),
            "judges": self.evidence.times,
            **self._duplicates(),
        }
        order = np.argsort(-self.suspicion, kind="stable")
        return polars.DataFrame(columns)[order].fill_nan(None)

    def _frame(self) -> polars.DataFrame:
        return self.table()

    def _named(self, numbers: np.ndarray) -> np.ndarray:
        return _values_of(self.class_names)[numbers]

    def _confidence(self) -> dict[str, np.ndarray]:
        place, chosen = np.arange(len(self)), self.suggested
        mean, times = self.evidence.probabilities[place, chosen], self.evidence.times
        with np.errstate(invalid="ignore", divide="ignore"):
            reach = student.ppf(0.975, np.maximum(times - 1, 1)) * self.evidence.error[place, chosen]
        return {
            "confidence": mean,
            "confidence_low": np.clip(mean - reach, 0.0, 1.0),
            "confidence_high": np.clip(mean + reach, 0.0, 1.0),
        }

    def _memorised(self) -> dict[str, np.ndarray]:
        unknown = np.full(len(self), np.nan)
        names = ("memorisation", "memorisation_low", "memorisation_high", "memorisation_error")
        found = {name: getattr(self.evidence, name) for name in names}
        return {name: unknown if values is None else values for name, values in found.items()}

    def _duplicates(self) -> dict[str, Any]:
        if self.twins is None:
            return {}
        import polars

        twin = self.twins
        absent = polars.Series(twin < 0)
        wanted = {
            "duplicate_split": self.part[twin],
            "duplicate_example": self.example[twin],
            **{f"duplicate_{name}": values[twin] for name, values in self.called.items()},
            "duplicate_label": self._named(self.labels[twin]),
        }
        return {name: polars.Series(values).set(absent, None) for name, values in wanted.items()}

    def to_check(self, count: int, *, seed: int = 0) -> ToCheck:
        """Draw `count` labels for people to check, stratified by suspicion; `write_csv` makes a file of them.

        Raises `StudyError` for a count below 1 or above the number of labels. See `to_check.ToCheck`.
        """
        return drawn_of(self, count, seed=seed)

    def checked(self, answers: str | Path | Sequence[str | None], *, drawn: ToCheck | None = None) -> Checked:
        """Count wrong labels by what people said of those drawn: an interval that takes no error for granted.

        `answers`: the file that `to_check(...).write_csv` wrote, filled in; or right, wrong, unsure or None
        for each label of `drawn`, in order. Raises `StudyError` for answers that cannot be meant.
        """
        return checked_of(self, answers, drawn)

    def content(self) -> Mapping[str, Any]:
        """Return the counts, the estimate, the ten most suspicious labels in full, and the `suspects`."""
        parts, sizes = np.unique(self.part, return_counts=True)
        return {
            "examples": len(self),
            "splits": dict(zip(parts, sizes, strict=True)),
            "classes": self.class_names,
            "verdict": self.verdict,
            "estimated_errors": self.errors.wrong,
            "estimated_even_errors": self.errors.even,
            "disputed": self.errors.disputed,
            "disputed_share_of_errors": self.errors.detected,
            "suspicious": self.suspicious if self.is_counted else None,
            "not_counted": None if self.is_counted else self.verdict,
            "not_judged": self.not_judged,
            "not_recognised": [self.class_names[place] for place in np.flatnonzero(~self.recognised)],
            "judges": self.over_chance,
            "panel": self.panel,
            "near_duplicates": None if self.twins is None else int((self.twins >= 0).sum()),
            "unsettled": self.unsettled,
            "caveat": self.caveat,
            **({} if self.issues is None else {"issues": self.issues}),
            **self.settings,
            "most_suspicious": self.table().head(10).to_dicts(),
            **self._suspects(),
        }

    def in_short(self) -> dict[str, Any]:
        """Return `to_json()` with one list of labels, the ten most suspicious, and little of every other."""
        short = self.to_json()
        for key in ("suspects", "features"):
            del short[key]
        return short if self.issues is None else {**short, "issues": self.issues.in_short()}

    def _suspects(self) -> dict[str, Any]:
        names = np.array(self.class_names)
        columns = {
            "split": self.part,
            "example": self.example,
            "label": names[self.labels],
            "suggested_label": names[self.suggested],
            "suspicion": self.suspicion,
        }
        return suspects_of(self.gallery, columns, identity=self.identity, cells=self.gallery_cells)

    def arrays(self) -> dict[str, np.ndarray]:
        """Return the answers of the population, and the most suspicious examples, by all their names."""
        arrays = {
            "probabilities": self.evidence.probabilities.astype(np.float32),
            "gallery": self.gallery,
            "gallery_split": self.part[self.gallery],
            "gallery_example": self.example[self.gallery],
            "gallery_label": self.labels[self.gallery],
            "gallery_suggested": self.suggested[self.gallery],
            "gallery_suspicion": self.suspicion[self.gallery],
            "class_names": np.array(self.class_names),
        }
        if self.identity is not None:
            named = [self.identity.name(example) for example in self.gallery.tolist()]
            columns = self.identity.take(self.gallery).columns
            arrays |= led_by("gallery_", {**columns, "called": np.array(named, dtype=str)})
        if self.issues is not None:
            arrays |= led_by("issues_", self.issues.arrays())
        return arrays if self.gallery_images is None else {**arrays, "gallery_images": self.gallery_images}

    def rows(self) -> list[tuple[str, str]]:
        """Return (question, answer) pairs: what flatters every accuracy first, then labels, then the rest."""
        if self.issues is None:
            return self._rows_of_labels()
        return [*self.issues.leaks(), *self._rows_of_labels(), *self.issues.rows()]

    def _rows_of_labels(self) -> list[tuple[str, str]]:
        count, wrong = self.errors, self.errors.wrong
        under = ", under even errors" if self.is_counted else ""
        rows = [
            *self.over_chance.rows(),
            *self._panel_rows(),
            (f"How many labels are wrong{under}?", self.verdict),
        ]
        if self.not_judged == len(self):
            return rows
        hard = max(0, round((wrong.high or 0) - (count.even.high or 0)) - self.not_judged)
        if self.not_judged:
            said = f"{self.not_judged:,}, of {self._unseen}: the judges do not recognise that"
            rows.append(("Labels that cannot be judged", f"{said}; any of them may be wrong"))
        if not self.is_counted:
            return rows
        rows.append(
            ("... what that means", f"{EVEN_ERRORS}; people count it whatever they strike: {BY_PEOPLE}")
        )
        if self.caveat:
            rows.append(("What the count rests on", self.caveat))
        rows += [
            (
                "... what the high end holds",
                f"{hard:,} hard examples more whose label the judges reject: "
                "only a person can tell who is wrong",
            ),
            ("Labels more likely wrong than right", f"{self.suspicious:,}"),
            ("Labels that the judges give less than 1 %", f"{count.disputed:,}"),
        ]
        return rows

    def _panel_rows(self) -> list[tuple[str, str]]:
        if len(self.panel) < 2:
            return []
        said = (
            f"{each.name} {each.agrees.percent()}, {100 * each.weight:.0f} % of the say"
            for each in self.panel
        )
        return [("Who judged, and how often each gives the label as it is", "; ".join(said))]

    @property
    def is_counted(self) -> bool:
        """Whether the judges can say how many labels are wrong."""
        return self.not_judged < len(self) and not self.is_vague and not self.is_unsettled

    @property
    def sureness(self) -> float:
        """How sure the judges are of the half of the answers that they are surest of, 0..1, on average."""
        sure = np.sort(self.evidence.probabilities.max(axis=1))
        return float(sure[len(sure) // 2 :].mean())

    @property
    def is_vague(self) -> bool:
        """Whether the judges are too weak to tell any number of wrong labels from none."""
        even, judged = self.errors.even, len(self) - self.not_judged
        nothing_shown = not (even.low or 0.0) > 0 and (even.high or 0.0) > WEAK * judged
        return nothing_shown and self.sureness < 1 - WEAK

    @property
    def is_unsettled(self) -> bool:
        """Whether the inputs do not settle the class: more labels differ among the very same inputs than the
        judges count as wrong at the most, so that what they count is chance as well.
        """
        return self.not_judged < len(self) and self.unsettled > (self.errors.wrong.high or 0.0)

    @property
    def caveat(self) -> str:
        """What a count of weak judges rests on, a sentence; empty where they are right nearly always."""
        if not self.is_counted or self.over_chance.accuracy.value >= 1 - WEAK:
            return ""
        right = self.over_chance.accuracy.percent()
        return f"right on {right}: where the inputs do not settle the class, chance counts as a wrong label"

    @property
    def verdict(self) -> str:
        """How many labels are wrong, in words, or that it cannot be told."""
        wrong, of = self.errors.wrong, f"of {len(self):,}"
        if self.not_judged == len(self):
            return "nobody can say: the judges tell no class from the others"
        if self.is_vague:
            right = self.over_chance.accuracy.percent()
            return f"cannot be told from none: 0 to {wrong.high:,.0f} {of}; the judges are right on {right}"
        if self.is_unsettled:
            differ = f"{self.unsettled:,} {of} labels differ whatever is answered to the very same inputs"
            return f"cannot be told: the inputs do not settle the class ({differ})"
        return f"about {wrong.plain(0)} {of}"

    @property
    def _unseen(self) -> str:
        return listing([self.class_names[place] for place in np.flatnonzero(~self.recognised)])

    def __repr__(self) -> str:
        if not self.is_counted:
            return f"LabelAudit({self.name!r}: {self.verdict})"
        count = self.errors.wrong.plain(0)
        return f"LabelAudit({self.name!r}: {len(self):,} labels, about {count} wrong under even errors)"


def _values_of(names: tuple[str, ...]) -> np.ndarray:
    """Return class names as whole numbers where all of them are, else as text."""
    whole = all(name.lstrip("-").isdigit() and name.isascii() for name in names)
    return np.array([int(name) for name in names]) if whole else np.array(names)
