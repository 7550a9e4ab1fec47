"""Trackers of experiments, told of a training by `callbacks=`: a group is a population, its runs are members.

    tw.train_run(recipe, digits, members=32, callbacks=[tw.tracking.TensorBoard("board")])

What is written of the population are bands, quantiles over its members; and the curves of its first members,
each as a run of its own. The trackers' packages are imported when they are used (the extra `trackers`), and
nothing is sent anywhere unless an address is given.
"""

from typing import TYPE_CHECKING

from thalweg.lazily import lazily

if TYPE_CHECKING:
    from thalweg.callbacks import Begun as Begun, Callback as Callback
    from thalweg.tracking.ml_flow import MLflow as MLflow
    from thalweg.tracking.named import tracker as tracker
    from thalweg.tracking.tensor_board import TensorBoard as TensorBoard
    from thalweg.tracking.weights_and_biases import WeightsAndBiases as WeightsAndBiases

lazily(__name__)
