"""Models in memory that are not ours: PyTorch, Keras, scikit-learn and what looks like them, one or several.

Nothing of these libraries is imported here: a model is known by what it can do.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from thalweg.answering import in_evaluation_mode
from thalweg.data.class_order import as_names, columns_of
from thalweg.data.given import Inputs
from thalweg.errors import EvaluationError
from thalweg.models.layout import LAYOUTS, Layout, layout_for, one_example
from thalweg.models.values import InputValues, channel_numbers, check_meaning, probabilities_of

BATCH = 1_000
"""Examples that a module of PyTorch is asked about at a time: what happens in it takes memory."""


@dataclass(frozen=True, eq=False, repr=False)
class InMemory:
    """A classifier of one member; make it with `in_memory`.

    `kind`: whose it looks like (`pytorch`, `keras`, `scikit-learn`). `class_names`: what its columns stand
    for, None where it does not say; `names_stated`: the caller said so.
    """

    model: Any
    kind: str
    values: InputValues
    layout: str | None
    outputs: str | None
    class_names: tuple[str, ...] | None = None
    names_stated: bool = False

    def probabilities(self, inputs: Any) -> np.ndarray:
        """Return probabilities [examples, classes] for network inputs, as a split has them."""
        given = np.asarray(inputs)
        if given.dtype == np.uint8:
            given = given.astype(np.float32) / np.float32(255.0)
        answers = np.asarray(plain(_ASK[self.kind](self.model, self.as_given(given))))
        if answers.ndim != 2 or self.kind == "scikit-learn":
            return answers  # what is wrong with their shape is said where probabilities are checked
        return probabilities_of(answers, self.outputs)

    @property
    def is_told(self) -> bool:
        """Whether somebody said what its inputs mean, rather than it being inferred."""
        return self.values.is_told

    def assumed(self, shape: tuple[int, ...]) -> str | None:
        """Return in words what it is given of examples of `shape`, where that is inferred; else None."""
        if self.is_told or len(shape) == 1:
            return None
        layout = self._layout(shape).name
        return (
            f"A {type(self.model).__name__} is given pixels in [0, 1], laid out as {layout}. If it learned "
            "from others, say so: inputs=tw.models.Inputs(mean=..., std=...)."
        )

    def as_given(self, given: np.ndarray) -> np.ndarray:
        """Return inputs of ours [examples, ...] as the model is given them, in its own layout."""
        layout = self._layout(given.shape[1:])
        given = given.reshape(len(given), *one_example(given.shape[1:]))
        return np.ascontiguousarray(layout.arrange(self._scaled(given)))

    def places(self, shape: tuple[int, ...]) -> np.ndarray:
        """Return which of our inputs, counted in their order, stands at each place of the model's input."""
        numbers = np.arange(int(np.prod(shape))).reshape(1, *one_example(shape))
        return self._layout(shape).arrange(numbers)[0]

    def scaled_by(self, shape: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray] | None:
        """Return what inputs of ours are multiplied by and what is added then, for each channel or feature.

        None where the model is given them as they are. Raises `EvaluationError` where that is not known.
        """
        one = one_example(shape)
        one = (1, 1, one[-1]) if len(one) == 3 else one  # the same at every pixel
        added, sum_of_both = (self._scaled(np.full((1, *one), value))[0] for value in (0.0, 1.0))
        factor = (sum_of_both - added).reshape(-1)
        added = added.reshape(-1)
        return None if (factor == 1).all() and (added == 0).all() else (factor, added)

    def _layout(self, shape: tuple[int, ...]) -> Layout:
        declared = getattr(self.model, "input_shape", None)
        if self.kind == "keras" and isinstance(declared, tuple) and None not in declared[1:]:
            return layout_for(declared, shape, self.layout)
        usual = {"pytorch": "nchw", "keras": "nhwc", "scikit-learn": "flat"}[self.kind]
        return LAYOUTS["flat" if len(shape) == 1 else self.layout or usual]

    def _scaled(self, given: np.ndarray) -> np.ndarray:
        try:
            return self.values(given, whole_numbers=False)
        except EvaluationError as error:
            if self.values.scaling is not None:
                raise
            raise EvaluationError(
                error.message,
                hint='say which: tw.models.in_memory(model, data=dataset, scaling="raw") for features in '
                'their own units, scaling="standard" as `split.inputs` has them (of evaluate: inputs=).',
            ) from None

    def __repr__(self) -> str:
        return f"InMemory({type(self.model).__name__}, {self.kind})"


def in_memory(
    model: Any,
    *,
    data: Any = None,
    layout: str | None = None,
    scaling: str | None = None,
    mean: float | Sequence[float] | None = None,
    std: float | Sequence[float] | None = None,
    outputs: str | None = None,
    class_names: Any = None,
) -> InMemory:
    """Return a model of PyTorch, Keras or scikit-learn as a classifier.

    Main arguments:
        model: a module of PyTorch (asked in evaluation mode, without gradients), a Keras model, or anything
            fitted with `predict_proba`.
        data: the data set that it will be asked about; needed for `scaling="raw"`. One that was read from
            PyTorch says how its models were given it, if nothing else is said here.
        class_names: what its columns stand for, in their order; by default its `classes_`, if it has them.

    Other arguments:
        layout: of images, by default `nchw` for PyTorch, what Keras declares or `nhwc`, `flat` for
            scikit-learn.
        scaling, mean, std, outputs: as for `load_onnx`.

    Raises `EvaluationError` for what is none of these, not fitted, or has no probabilities.
    """
    if layout is scaling is mean is std is None:
        said = getattr(getattr(getattr(data, "test", data), "scaling", None), "given", None) or Inputs()
        layout, scaling, mean, std = said.layout, said.scaling, said.mean, said.std
    kind = _kind(model)
    if kind is None:
        _refuse(model)
        raise EvaluationError(
            f"A {type(model).__name__} is no model of PyTorch, Keras or scikit-learn.",
            hint="pass a function from inputs to probabilities to evaluate() itself.",
        )
    if layout is not None and layout not in LAYOUTS:
        layout_for((), (1, 1), layout)  # says which there are
    named = class_names if class_names is not None else _classes_of(model)
    undo = getattr(getattr(data, "test", data), "scaling", None)
    return InMemory(
        model,
        kind,
        InputValues(
            scaling,
            channel_numbers(mean, "mean"),
            channel_numbers(std, "std"),
            None if undo is None else (undo.offset, undo.divisor),
        ),
        layout,
        check_meaning(outputs),
        None if named is None else as_names(named),
        class_names is not None,
    )


def told(model: InMemory, inputs: Inputs, data: Any) -> InMemory:
    """Return the same model, given `inputs` of the examples of `data`, a data set or a split."""
    again = in_memory(
        model.model, data=data, layout=inputs.layout, scaling=inputs.scaling, mean=inputs.mean, std=inputs.std
    )
    return replace(model, values=again.values, layout=again.layout)


@dataclass(frozen=True, eq=False, repr=False)
class Several:
    """Models that each answer for themselves, as the members of one population; their columns brought into
    the order of the first.
    """

    members: tuple[Any, ...]
    class_names: tuple[str, ...] | None

    def __len__(self) -> int:
        return len(self.members)

    def __getitem__(self, some: slice | np.ndarray) -> Several:
        chosen = np.arange(len(self.members))[some]
        return replace(self, members=tuple(self.members[member] for member in chosen))

    def probabilities(self, inputs: Any) -> np.ndarray:
        """Return probabilities [members, examples, classes]."""
        return np.stack([self._answers(member, inputs) for member in self.members])

    def _answers(self, member: Any, inputs: Any) -> np.ndarray:
        ask = getattr(member, "probabilities", member)
        answers = np.asarray(plain(ask(inputs)))
        if answers.ndim != 2:
            raise EvaluationError(
                f"A {type(member).__name__} in the list answers with shape {answers.shape}: expected "
                "(examples, classes), one member each.",
                hint="give one network for each entry; a population is evaluated by itself.",
            )
        names = getattr(member, "class_names", None)
        if names is None or self.class_names is None:
            return answers
        return answers[:, columns_of(names, self.class_names, who=f"A {type(member).__name__}")]


def adopted(classifier: object) -> Any:
    """Return a classifier as evaluations ask it: another's model or a list of models in our form.

    What already has `probabilities`, and a function, stays as it is. Raises `EvaluationError` for what is
    none of all that, by name.
    """
    if isinstance(classifier, list | tuple):
        if not classifier:
            raise EvaluationError("An empty list of models.", hint="give at least one.")
        members = tuple(adopted(member) for member in classifier)
        return Several(members, getattr(members[0], "class_names", None))
    if callable(getattr(classifier, "probabilities", None)):
        return classifier
    if not isinstance(classifier, type) and _kind(classifier) is not None:
        return in_memory(classifier)
    _refuse(classifier)
    return classifier


def plain(answer: Any) -> Any:
    """Return an array that any library gave as one that NumPy reads: off its device, without gradients."""
    for step in ("detach", "cpu", "numpy"):
        if callable(getattr(answer, step, None)):
            answer = getattr(answer, step)()
    return answer


def _kind(model: Any) -> str | None:
    if hasattr(model, "state_dict") and callable(getattr(model, "eval", None)) and callable(model):
        return "pytorch"
    if callable(getattr(model, "predict_proba", None)):
        return "scikit-learn"
    if callable(model) and callable(getattr(model, "predict", None)) and hasattr(model, "layers"):
        return "keras"
    return None


def _classes_of(model: Any) -> Any:
    classes = getattr(model, "classes_", None)
    return None if classes is None or np.ndim(classes) != 1 else classes


def _refuse(model: Any) -> None:
    """Raise `EvaluationError`, with what to do, for what cannot be asked."""
    name = model.__name__ if isinstance(model, type) else type(model).__name__
    if isinstance(model, type):
        text, hint = f"{name} is a class, not a model.", f"make one, train it, and pass that: {name}(...)."
    elif isinstance(model, str) or hasattr(model, "__fspath__"):
        text = f"{str(model)!r} is a path, not a classifier."
        hint = "read it first: tw.models.load_onnx(path), tw.models.load_probabilities(path); "
        hint += "a run is measured by tw.evaluate_run(tw.runs.open(path))."
    elif isinstance(model, dict):
        text, hint = (
            "A dict is not a classifier.",
            "pass one model, or list(models.values()) as a population.",
        )
    elif hasattr(model, "predict") and not callable(model):
        text = f"A {name} is not a classifier that gives probabilities: it has `predict` only."
        hint = "scikit-learn's CalibratedClassifierCV gives it probabilities; a regression is not measured."
    elif hasattr(model, "__array__"):
        text = f"A {name} of shape {np.asarray(model).shape} is not a classifier, but answers."
        hint = "save them with their labels and read them with tw.models.load_probabilities(path)."
    elif type(model).__name__ == "Run" and hasattr(model, "record"):
        text, hint = "A Run is not a classifier.", "use tw.evaluate_run(run)."
    elif callable(model):
        return
    else:
        text = f"A {name} is not a classifier."
        hint = "pass an object with `probabilities(inputs)`, or a function of inputs."
    raise EvaluationError(text, hint=hint)


def _ask_pytorch(model: Any, inputs: np.ndarray) -> Any:
    """Ask a module in evaluation mode, and leave it in the mode that it was in."""
    torch = sys.modules.get("torch")  # a module of PyTorch cannot exist without it
    with in_evaluation_mode(model):
        if torch is None or not isinstance(model, torch.nn.Module):
            return model(inputs.astype(np.float32))
        weights = next(iter(model.parameters()), None)
        batches = torch.from_numpy(inputs.astype(np.float32)).split(BATCH)
        where = {} if weights is None else {"device": weights.device, "dtype": weights.dtype}
        with torch.no_grad():
            answers = [model(batch.to(**where) if where else batch) for batch in batches]
        return answers[0] if len(answers) == 1 else torch.cat(answers)


def _ask_scikit_learn(model: Any, inputs: np.ndarray) -> Any:
    with warnings.catch_warnings():
        # fitted on a frame, asked with an array of the same columns
        warnings.filterwarnings("ignore", message=".*does not have valid feature names")
        return model.predict_proba(inputs)


def _ask_keras(model: Any, inputs: np.ndarray) -> Any:
    return model.predict(inputs.astype(np.float32), verbose=0)


_ASK: dict[str, Callable[[Any, np.ndarray], Any]] = {
    "pytorch": _ask_pytorch,
    "scikit-learn": _ask_scikit_learn,
    "keras": _ask_keras,
}
