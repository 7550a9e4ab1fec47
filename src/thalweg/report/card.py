"""The model card: the sections of Mitchell et al., "Model Cards for Model Reporting" (FAT* 2019)."""

from __future__ import annotations

from dataclasses import dataclass

from thalweg.report.failures import known_failures
from thalweg.report.headlines import headlines, shape_of
from thalweg.report.reading import Subject

_TRIED = ("noise", "shift", "outliers", "adversarial")


@dataclass(frozen=True)
class Section:
    """One section of a model card: paragraphs, then a list."""

    title: str
    paragraphs: tuple[str, ...] = ()
    items: tuple[str, ...] = ()


def card_of(subject: Subject) -> list[Section]:
    """Return the card of a run. Every number in it was measured; what was not measured is said."""
    return [
        _details(subject),
        _use(subject),
        _factors(subject),
        _metrics(subject),
        _data(subject),
        _analyses(subject),
        _ethics(),
        _failures(subject),
    ]


def _details(subject: Subject) -> Section:
    record, recipe = subject.record, subject.record["recipe"]
    network = recipe.get("network", {})
    items = [
        f"Recipe {recipe.get('name', 'unnamed')}: {shape_of(record)}, {network.get('activation', '?')} "
        f"neurons, {record.get('parameters', 0):,} parameters in each of {record['members']:,} members.",
        f"Minimised {recipe.get('cost', '?')} cost by {recipe.get('optimiser', {}).get('kind', '?')}, "
        f"batches of {recipe.get('batch_size', '?')}, {recipe.get('epochs', '?')} epochs; seed "
        f"{record['seed']}.",
    ]
    if record.get("finished"):
        version = record.get("versions", {}).get("thalweg", "?")
        items.append(f"Trained {record['finished']} with Thalweg {version}.")
    return Section("Model details", (), tuple(items) if subject.kept else ("Not known: records in memory.",))


def _use(subject: Subject) -> Section:
    names = [str(name) for name in subject.record["class_names"]]
    listed = ", ".join(names[:12]) + (f" and {len(names) - 12:,} more" if len(names) > 12 else "")
    data = subject.record["data"].get("name") or "the same"
    return Section(
        "Intended use",
        (
            f"To study how such networks learn and fail, and to tell apart {len(names)} classes ({listed}) "
            f"of inputs that come from where {data} comes from. Not for decisions about people, and not for "
            "inputs of another source without measuring them first: a network always answers with one of "
            "its classes.",
        ),
    )


def _factors(subject: Subject) -> Section:
    made = [name for name in _TRIED if name in subject.evaluations]
    measured = f"Measured here: {', '.join(made)}." if made else "None of them is measured in this run."
    return Section(
        "Factors",
        (
            f"What changes the answers: the random start, {subject.words.factors}, and inputs that belong to "
            f"no class. {measured}",
        ),
    )


def _metrics(subject: Subject) -> Section:
    several = subject.record["members"] > 1
    over = "new starts and new examples" if several else "new examples only, since one network was trained"
    return Section(
        "Metrics",
        (
            "Shares of right answers, confidence, and what is said of each beside its number. [low, high] "
            f"is a 95 % interval over {over}, unless it says otherwise.",
        ),
    )


def _data(subject: Subject) -> Section:
    data = subject.record["data"]
    items = []
    if "train" in data:
        held = f", {data['held_out']:,} held out to select on" if data.get("held_out") else ""
        items.append(f"Training: {data['train']:,} examples of {data.get('name', 'unnamed data')}{held}.")
    if data.get("test") is not None:
        items.append(f"Evaluation: {data['test']:,} other examples, neither trained on nor selected on.")
    if data.get("hash"):
        items.append(f"SHA-256 of the values and labels: {data['hash']}")
    return Section("Training and evaluation data", (), tuple(items))


def _analyses(subject: Subject) -> Section:
    items = tuple(
        f"{each.label}: {each.value}; {each.note}." for each in headlines(subject.evaluations, subject.words)
    )
    return Section("Quantitative analyses", () if items else ("Nothing was measured.",), items)


def _ethics() -> Section:
    return Section(
        "Ethical considerations",
        (
            "The data decide what is learned, their mistakes and gaps included; whose hands or whose cases "
            "they hold is not recorded here. A population can recite what it was trained on: do not publish "
            "networks trained on private data without looking into that.",
        ),
    )


def _failures(subject: Subject) -> Section:
    failures = tuple(known_failures(subject.evaluations, subject.words))
    untried = [
        name for name in _TRIED if name not in subject.evaluations and name not in subject.words.applies_not
    ]
    paragraphs = () if failures else ("No failure was measured, which is not the same as none.",)
    if untried:
        paragraphs += (f"Not tried, so not known: {', '.join(untried)}.",)
    return Section("Known failures and caveats", paragraphs, failures)
