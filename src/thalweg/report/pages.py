"""From what was read of runs to HTML. Templates escape every text that comes from data."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import tomli_w
from jinja2 import Environment
from markupsafe import Markup

from thalweg.figures.finding import Finding
from thalweg.page import assets
from thalweg.page.bundle import bundle
from thalweg.page.checks import checks_of
from thalweg.page.document import environment
from thalweg.page.networks import Packed
from thalweg.page.suspects import suspects_of
from thalweg.questions import question_of
from thalweg.record import Record
from thalweg.report import card, comparing
from thalweg.report.claimed import claims_of, measured_with
from thalweg.report.headlines import headlines, trained
from thalweg.report.ranges import accuracies_of
from thalweg.report.reading import Subject
from thalweg.report.studied import Studied
from thalweg.report.unanswered import unanswered
from thalweg.runs.audit import AuditRun
from thalweg.runs.described import as_expected
from thalweg.wording import PICTURES

CLAIMS_COMMAND = "thalweg claims --into {path}"


def report_page(subject: Subject, pad: Packed, *, plots_library: bool) -> str:
    """Return the page of one run."""
    return _page(
        "report.html",
        plots_library=plots_library and any(each.figure is not None for each in subject.findings),
        subject=subject,
        record=subject.record,
        title=_title(subject),
        trained=trained(subject),
        headlines=headlines(subject.evaluations, subject.words),
        claims=claims_of(subject.run),
        claims_measured_with=measured_with(subject.run),
        claims_command=CLAIMS_COMMAND.format(path=_quoted(subject.path)),
        groups=grouped(subject.findings, subject.kind),
        unanswered=unanswered(subject.path, subject.evaluations, subject.kind) if subject.kept else [],
        pad=pad,
        networks=None if pad.content is None else assets.as_json(pad.content),
        card=card.card_of(subject),
        recipe=recipe_text(subject),
        command=" ".join(map(_quoted, subject.record.get("command") or [])),
    )


def study_page(study: Studied, *, plots_library: bool) -> str:
    """Return the page of one study or label audit."""
    return _page(
        "study.html",
        plots_library=plots_library and any(each.figure is not None for each in study.findings),
        study=study,
        suspects=suspects_of(study.kept) if isinstance(study.kept, AuditRun) else None,
        checks=checks_of(study.kept) if isinstance(study.kept, AuditRun) else None,
        title=study.title,
        recipe="" if study.recipe is None else _toml(study.recipe, str(study.kept.path)),
        command=" ".join(map(_quoted, study.record.get("command") or [])),
    )


def comparison_page(
    subjects: Sequence[Subject],
    comparisons: Sequence[Record] = (),
    *,
    not_compared: Sequence[str] = (),
    plots_library: bool = False,
) -> str:
    """Return the page that compares several runs; `comparisons` of them have their verdicts first."""
    overlaid = comparing.overlaid_of(subjects)
    return _page(
        "comparison.html",
        plots_library=plots_library and any(each.figure is not None for each in overlaid),
        verdicts=[comparing.verdict_of(each) for each in comparisons],
        not_compared=not_compared,
        overlaid=overlaid,
        title=f"{len(subjects)} runs compared",
        subjects=subjects,
        trained=[trained(subject) for subject in subjects],
        ranges=accuracies_of(subjects),
        numbers=comparing.numbers_of(subjects),
        differences=comparing.differences_of(subjects),
        findings=comparing.findings_of(subjects),
        commands=[] if comparisons else comparing.commands_of(subjects),
    )


def grouped(findings: Sequence[Finding], kind: str = PICTURES) -> list[tuple[str, str, list[Finding]]]:
    """Return (identifier, question, findings) for each evaluation, in the order of the findings."""
    groups: dict[str, list[Finding]] = {}
    for finding in findings:
        groups.setdefault(finding.evaluation, []).append(finding)
    return [(identifier(name), question_of(name, kind), group) for name, group in groups.items()]


def identifier(name: str) -> str:
    """Return a name as it can stand in an address: letters, digits and hyphens."""
    return "".join(sign if sign.isascii() and sign.isalnum() else "-" for sign in name)


def figure_json(finding: Finding) -> Markup:
    """Return the chart of a finding, without its title, as JSON for a script element."""
    figure = finding.figure_alone
    assert figure is not None, "only asked for findings with a figure"
    return assets.json_text(str(figure.to_json()))


def recipe_text(subject: Subject) -> str:
    """Return the resolved recipe as TOML, as `--recipe FILE` reads it; empty for records in memory."""
    return _toml(subject.record["recipe"], str(subject.run.path)) if subject.kept else ""


def _toml(recipe: Any, whose: str) -> str:
    with as_expected(whose, hint="restore its record from a copy, or make it again."):
        return tomli_w.dumps(_without_none(recipe))


def script() -> str:
    """Return what the page does, as one script."""
    return bundle(assets.STATIC / "report.js")


def _page(template: str, *, plots_library: bool, **content: Any) -> str:
    scripts, code = [assets.plots_library()] if plots_library else [], script()
    return (
        _environment()
        .get_template(template)
        .render(
            policy=assets.policy(*scripts, code),
            style=Markup(assets.style()),
            plots=Markup(scripts[0]) if scripts else None,
            script=Markup(code),
            **content,
        )
    )


@cache
def _environment() -> Environment:
    own = environment(Path(__file__).parent / "templates")
    own.filters |= {"identifier": identifier, "figure_json": figure_json}
    return own


def _title(subject: Subject) -> str:
    if not subject.kept:
        return "Measurements"
    recipe, data = subject.record["recipe"].get("name", "unnamed"), subject.record["data"].get("name", "")
    return f"{recipe} on {data}" if data else str(recipe)


def _quoted(word: Any) -> str:
    import shlex

    return shlex.quote(str(word))


def _without_none(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_none(entry) for key, entry in value.items() if entry is not None}
    return [_without_none(entry) for entry in value] if isinstance(value, list) else value
