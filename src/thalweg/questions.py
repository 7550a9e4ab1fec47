"""Every question that Thalweg answers, once: who measures, who draws and who reports take it from here."""

EVALUATIONS = {
    "accuracy": "How often is it right, on examples seen and new?",
    "calibration": "Is it right as often as it is sure?",
    "noise": "How sure is it of images that show nothing?",
    "outliers": "Does it notice what belongs to no class it knows?",
    "shift": "Does it still work when pictures are moved, turned or damaged, and does it notice?",
    "abstention": "What is it worth when it may say that it does not know?",
    "diversity": "Do the networks agree, and what is their vote worth?",
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
    "nielsen": "Do many starts reach the accuracies that Michael Nielsen's book prints?",
}
"""The question that each study answers, by its name."""

AUDIT = "Which labels are wrong, and how many?"

HISTORY = "How did the training go?"


def question_of(name: str) -> str:
    """Return the question that an evaluation (or the history, `audit`, or `study:NAME`) answers."""
    if name == "history":
        return HISTORY
    if name == "audit":
        return AUDIT
    kind, colon, study = name.partition(":")
    if colon:
        return STUDIES.get(study, f"{kind.capitalize()}: {_in_words(study)}")
    return EVALUATIONS.get(name, _in_words(name).capitalize())


def _in_words(name: str) -> str:
    return name.replace("_", " ").replace("-", " ")
