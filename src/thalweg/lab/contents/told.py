"""What a figure of a run, a study or an audit says, for a panel that draws the same in its own way."""

from __future__ import annotations

from collections.abc import Iterable

from thalweg.figures.finding import Finding
from thalweg.lab.opened import Missing


def told(findings: Iterable[Finding], name: str) -> dict[str, str]:
    """Return the words of the finding of that name: `title`, `sentence` and `how` it was measured.

    They say it where nothing may be concluded, and how far the intervals can be trusted. Raises `Missing`
    where there is no such finding.
    """
    for finding in findings:
        if finding.name == name:
            return {"title": finding.title, "sentence": finding.sentence, "how": finding.how}
    raise Missing("missing.not_told", name=name)
