"""Readers of models that are not ours: what comes back is a classifier that every black-box evaluation takes.

    classifier = tw.models.load_onnx("model.onnx", data=digits)
    tw.evaluate(classifier, digits)

    classifier, dataset = tw.models.load_probabilities("answers.npz")
    tw.evaluate(classifier, dataset)

A model in memory needs no reader: `tw.evaluate(model, digits)` takes a module of PyTorch, a Keras model, a
fitted classifier of scikit-learn, a list of such, and any function from inputs to probabilities. What cannot
be inferred about one is said with `in_memory(model, ...)`, or `evaluate(..., inputs=Inputs(...))`.
"""

from typing import TYPE_CHECKING

from thalweg.lazily import lazily

if TYPE_CHECKING:
    from thalweg.data.given import Inputs as Inputs
    from thalweg.models.in_memory import InMemory as InMemory, in_memory as in_memory
    from thalweg.models.onnx_model import (
        OnnxModel as OnnxModel,
        check_onnx as check_onnx,
        load_onnx as load_onnx,
    )
    from thalweg.models.probabilities import (
        GivenProbabilities as GivenProbabilities,
        load_probabilities as load_probabilities,
    )

lazily(__name__)
