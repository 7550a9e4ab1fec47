"""Everything a caller may catch: a message that names the value, and a hint that says what to do."""

from __future__ import annotations

from collections.abc import Iterable


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


class RunError(ThalwegError):
    """A run directory that is missing, unfinished, foreign, newer or damaged."""


class FigureError(ThalwegError):
    """A figure that cannot be made or written."""


def one_of(known: Iterable[str], name: str, what: str, *, error: type[ThalwegError] = EvaluationError) -> str:
    """Return `name`; raises `error` with the near match where it is none of those that are `known`."""
    names = tuple(known)
    if name in names:
        return name
    raise error(f"Unknown {what} {name!r}.{near_match(name, names)}", hint=f"choose from {', '.join(names)}.")


def near_match(found: str, known: list[str] | tuple[str, ...]) -> str:
    """Return ` Did you mean 'x'?` for the known word closest to `found`, or an empty string."""
    import difflib

    close = difflib.get_close_matches(found, known, n=1, cutoff=0.6)
    return f" Did you mean {close[0]!r}?" if close else ""


def shown(value: object, *, quoted: bool = True) -> str:
    """Return a value that was found as a message shows it, cut if very long; text without quotes if asked."""
    try:
        text = value if isinstance(value, str) and not quoted else repr(value)
    except (ValueError, RecursionError):  # a number of thousands of digits, lists nested without end
        return f"a {type(value).__name__} too long to show"
    return text if len(text) <= 200 else f"{text[:200]}..."
