"""Everything a caller may catch: a message that names the value, and a hint that says what to do."""

from __future__ import annotations

from collections.abc import Iterable

LONGEST_MESSAGE = 4_000
"""Letters of a message, and of a hint: what was found may be a text without end."""


class ThalwegError(Exception):
    """A mistake that the caller can mend.

    `message` names the value that was found and what was expected; `hint` says what to do about it.

    Examples:
        >>> import thalweg as tw
        >>> try:
        ...     tw.load(digits.train.raw)
        ... except tw.ThalwegError as error:
        ...     print(error.message)
        load() was given a ndarray: expected a name, a path or (inputs, labels), or a frame.
    """

    def __init__(self, message: str, *, hint: str = ""):
        message, hint = (
            text if len(text) <= LONGEST_MESSAGE else f"{text[:LONGEST_MESSAGE]}..."
            for text in (message, hint)
        )
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\n\nhint: {self.hint}" if self.hint else self.message


class DataError(ThalwegError):
    """Data that cannot be read or that is not what it should be."""


class SourceUnreachable(DataError):
    """A named data set that is neither on this machine nor to be fetched."""


class RecipeError(ThalwegError):
    """A recipe that cannot be trained: an unknown key, a value out of range, parts that do not fit."""


class TrainingError(ThalwegError):
    """A training that cannot start or go on."""


class EvaluationError(ThalwegError):
    """A measurement that cannot be made of this classifier or on these data."""


class NotApplicable(EvaluationError):
    """A measurement that this kind of classifier or data does not allow: it needs weights, or pictures."""


class StudyError(ThalwegError):
    """A study cannot be made with these settings, or of these data."""


class TooLarge(TrainingError, EvaluationError):
    """Work that does not fit into the memory there is; the hint says what would."""


class RunError(ThalwegError):
    """A run directory that is missing, unfinished, foreign, newer or damaged."""


class HubError(ThalwegError):
    """A folder or a repository in the Hub's layout that is missing, foreign or refused."""


class TrackerError(ThalwegError):
    """A tracker of experiments that is not installed, not known, or cannot be written to."""


class FigureError(ThalwegError):
    """A figure that cannot be made or written."""


class EstimatorError(ThalwegError, ValueError):
    """A parameter, data or weights that an estimator cannot take: a `ValueError`, as scikit-learn expects."""


class NotMeasured(ThalwegError, AttributeError):
    """A number of a fitted estimator that nothing was kept back to measure on: `hasattr` says so too."""


def one_of(known: Iterable[str], name: str, what: str, *, error: type[ThalwegError] = EvaluationError) -> str:
    """Return `name`; raises `error` with the near match where it is none of those that are `known`."""
    names = tuple(known)
    if name in names:
        return name
    raise error(f"Unknown {what} {name!r}.{near_match(name, names)}", hint=f"choose from {', '.join(names)}.")


def near_match(found: str, known: list[str] | tuple[str, ...]) -> str:
    """Return ` Did you mean 'x'?` for the known word closest to `found`, or an empty string.

    Near is what two slips of the finger in five letters cannot reach: edits are fewer than `NEAR` of the
    longer word. Capitals and small letters are alike.

    Examples:
        >>> from thalweg.errors import near_match
        >>> near_match("lable", ["age", "label"])
        " Did you mean 'label'?"
        >>> near_match("target", ["age", "stage"])
        ''
    """
    # as many letters as two words differ in length by are inserted: most need no closer look
    like = [word for word in known if abs(len(word) - len(found)) < NEAR * max(len(found), len(word))]
    edits = {word: _edits(found.casefold(), word.casefold()) for word in like if len(word) <= LONGEST_WORD}
    near = [word for word, count in edits.items() if count < NEAR * max(len(found), len(word))]
    return f" Did you mean {min(near, key=edits.__getitem__)!r}?" if near else ""


LONGEST_WORD = 200
"""Letters of a word that others are compared with: nobody mistypes a longer one."""

NEAR = 0.4
"""Edits, as a share of the longer word's letters, from which on two words are others."""


def _edits(one: str, other: str) -> int:
    """Return the letters to insert, delete, replace, or swap with the next: optimal string alignment."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, start=1):
        here = [row]
        for column, against in enumerate(other, start=1):
            least = min(last[column] + 1, here[-1] + 1, last[column - 1] + (letter != against))
            swapped = row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == against
            here.append(min(least, before[column - 2] + 1) if swapped else least)
        before, last = last, here
    return last[-1]


def shown(value: object, *, quoted: bool = True) -> str:
    """Return a value that was found as a message shows it, cut if very long; text without quotes if asked."""
    try:
        text = value if isinstance(value, str) and not quoted else repr(value)
    except (ValueError, RecursionError):  # a number of thousands of digits, lists nested without end
        return f"a {type(value).__name__} too long to show"
    return text if len(text) <= 200 else f"{text[:200]}..."
