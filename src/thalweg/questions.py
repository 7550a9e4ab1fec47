"""Every question that Thalweg answers, once: who measures, who draws and who reports take it from here."""

from __future__ import annotations

from collections.abc import Iterable

from thalweg.wording import PICTURES, words_for

EVALUATIONS = {
    "accuracy": "How often is it right, on examples seen and new?",
    "calibration": "Is it right as often as it is sure?",
    "noise": "How sure is it of images that show nothing?",
    "outliers": "Does it notice what belongs to no class it knows?",
    "shift": "Does it still work when pictures are moved, turned or damaged, and does it notice?",
    "abstention": "What is it worth when it may say that it does not know?",
    "diversity": "Do the networks agree, and what is their vote worth?",
    "arbitrariness": "For how many examples is the answer luck of the start?",
    "adversarial": "How small a nudge of the picture defeats it?",
    "features": "Do the first weights show more than chance?",
    "dreams": "Can it draw what it reads?",
    "alignment": "Are two networks the same but for the order of their neurons?",
    "connectivity": "Is there a hill between two trained networks?",
    "descent": "How does it roll down the hill, and which weights does the slope nudge?",
    "landscape": "What does the hill look like around it?",
    "curvature": "How steeply does the valley curve where it stopped?",
    "minimum": "Is the place it leads to a minimum?",
}
"""The question that each evaluation answers, by its name."""

STUDIES = {
    "starts": "Are all starts equal, and does width make them so?",
    "random-labels": "Can it remember labels that mean nothing?",
    "structure": "Are structured data learned faster than noise, and in a sensible order?",
    "memorisation": "Which examples were learned, and which only remembered?",
    "optimisers": "Which optimiser does better, when each has its best learning rate?",
    "luck": "When does the luck of the start vanish?",
    "double-descent": "Is there a peak where a network is just large enough to learn by heart?",
    "grokking": "How often does a network understand long after it has learned by heart?",
    "lottery": "Is there a small network inside that learns as well, and is it so because of its start?",
    "barrier-width": "How does the hill between two minima shrink with the width?",
    "census": "What kinds of places do starts lead to, and how many different ones are there?",
    "nielsen": "Do many starts reach the accuracies that Michael Nielsen's book prints?",
}
"""The question that each study answers, by its name."""

AUDIT = "Which labels are wrong, and how many?"

HISTORY = "How did the training go?"

ALSO_CALLED = {
    "accuracy": ("generalisation", "generalisation gap", "error rate"),
    "calibration": ("expected calibration error", "ece", "reliability"),
    "noise": ("fooling images", "overconfidence"),
    "outliers": ("out-of-distribution detection", "out-of-distribution", "ood", "anomaly detection"),
    "shift": ("distribution shift", "robustness", "corruption", "corruptions"),
    "abstention": ("selective prediction", "selective classification", "conformal", "conformal prediction"),
    "diversity": ("ensembles", "ensemble", "deep ensembles", "disagreement"),
    "arbitrariness": (
        "predictive multiplicity",
        "multiplicity",
        "model multiplicity",
        "self-consistency",
        "ambiguity",
        "churn",
    ),
    "adversarial": ("adversarial robustness", "adversarial examples", "attack", "pgd", "fgsm"),
    "features": ("first-layer filters", "filters"),
    "dreams": ("feature visualisation", "activation maximisation", "deep dream"),
    "alignment": ("re-basin", "rebasin", "git re-basin", "weight matching", "permutation symmetry"),
    "connectivity": ("mode connectivity", "linear mode connectivity", "loss barrier"),
    "descent": ("gradient descent", "training trajectory"),
    "landscape": ("loss landscape", "loss surface"),
    "curvature": ("Hessian spectrum", "hessian", "sharpness", "spectrum"),
    "minimum": ("critical point", "local minimum", "second-order test"),
    "starts": ("random seeds", "seeds", "seed variance", "initialisations"),
    "luck": ("variance between runs", "run-to-run variance", "calibrated chaos"),
    "double-descent": ("interpolation threshold", "interpolation peak"),
    "grokking": ("delayed generalisation",),
    "random-labels": ("randomisation test",),
    "memorisation": ("label memorisation", "influence"),
    "optimisers": ("optimiser comparison", "optimiser benchmark"),
    "lottery": ("lottery ticket hypothesis", "lottery tickets", "winning tickets", "pruning"),
    "barrier-width": ("linear mode connectivity over the width", "loss barrier over the width"),
    "census": ("bad local minima", "spurious minima", "count of minima"),
    "train": ("fit",),
    "evaluate": ("eval",),
    "plan": ("power analysis", "sample size", "power"),
    "audit": ("label errors", "label issues", "confident learning"),
}
"""What the field calls an evaluation, a study or a verb; the first name is the one that is said."""


def question_of(name: str, kind: str = PICTURES) -> str:
    """Return the question that an evaluation (or the history, `audit`, or `study:NAME`) answers.

    `kind`: of the data that it is asked about (`wording`).
    """
    if name == "history":
        return HISTORY
    if name == "audit":
        return AUDIT
    group, colon, study = name.partition(":")
    if colon:
        return STUDIES.get(study, f"{group.capitalize()}: {_in_words(study)}")
    said = words_for(kind).questions.get(name) or EVALUATIONS.get(name)
    return said or _in_words(name).capitalize()


def our_name(asked: str, among: Iterable[str]) -> str | None:
    """Return which of the names `among` is meant: itself, in American spelling, or as the field calls it."""
    meant = _spelt(asked)
    return next((name for name in among if meant in map(_spelt, (name, *ALSO_CALLED.get(name, ())))), None)


def introduced(asked: str, name: str) -> str:
    """Return `outliers (also called out-of-distribution detection)`, or nothing where `asked` is our name."""
    return "" if _spelt(asked) == _spelt(name) else f"{name} (also called {ALSO_CALLED[name][0]})"


def _spelt(name: str) -> str:
    return _in_words(name.strip().lower()).replace("iz", "is")


def _in_words(name: str) -> str:
    return name.replace("_", " ").replace("-", " ")
