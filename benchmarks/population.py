"""Time per network-epoch of the same population, four ways, in one run.

64 networks of the classic shape (784-16-16-10 sigmoid, quadratic cost, plain SGD 3.0, batch 32, N(0, 1)
start) on the same images:

    thalweg       tw.train, as a user calls it
    torch.func    PyTorch, one vmapped gradient for all members and one update of the stacked weights
    torch loop    PyTorch, one nn.Module and one SGD optimiser after another
    scikit-learn  MLPClassifier(solver="sgd", activation="logistic"), one after another; its cost is the
                  log loss, the work is the same

Each way warms up first and is timed over whole epochs, the ways taking turns for `--rounds` rounds, since
machines are noisy; a loop over networks is timed on a few of them, for each costs the same. Printed: median
milliseconds per network-epoch, smallest and largest, and the ratio to Thalweg.

    pip install '.[peers]' && python benchmarks/population.py
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import time
import warnings
from collections.abc import Callable

import numpy as np

HIDDEN, CLASSES, LEARNING_RATE = 16, 10, 3.0


def thalweg_rounds(split, members: int, batch_size: int, rounds: int) -> Callable[[], float]:
    """Return a function that gives the next epoch's seconds per network."""
    import thalweg as tw

    recipe = tw.Recipe(
        network=tw.networks.Mlp((HIDDEN, HIDDEN), "sigmoid", "normal"),
        cost="quadratic",
        optimiser=tw.training.Sgd(LEARNING_RATE),
        batch_size=batch_size,
        epochs=2,
    )

    def one_round() -> float:
        seconds = []
        tw.train(recipe, split, members=members, progress=lambda state: seconds.append(state.seconds))
        return (seconds[1] - seconds[0]) / members

    return one_round


def torch_vmap_rounds(inputs, labels, members: int, batch_size: int) -> Callable[[], float]:
    """Return a function that trains all members for one epoch with torch.func."""
    import torch
    from torch.func import functional_call, grad, stack_module_state, vmap

    x, targets = _torch_data(inputs, labels)
    networks = [_torch_network() for _ in range(members)]
    parameters, _ = stack_module_state(networks)  # type: ignore[arg-type]
    parameters = {name: value.detach() for name, value in parameters.items()}
    skeleton = _torch_network().to("meta")

    def cost(one, batch, target):
        return 0.5 * ((functional_call(skeleton, one, (batch,)) - target) ** 2).sum(-1).mean()

    slope = vmap(grad(cost), in_dims=(0, None, None))

    def epoch() -> float:
        began = time.perf_counter()
        with torch.no_grad():
            for chosen in torch.randperm(len(x)).split(batch_size):
                gradient = slope(parameters, x[chosen], targets[chosen])
                for name, value in parameters.items():
                    value.sub_(gradient[name], alpha=LEARNING_RATE)
        return (time.perf_counter() - began) / members

    return epoch


def torch_loop_rounds(inputs, labels, members: int, batch_size: int) -> Callable[[], float]:
    """Return a function that trains `members` networks one after another for one epoch."""
    import torch

    x, targets = _torch_data(inputs, labels)
    networks = [_torch_network() for _ in range(members)]

    def epoch() -> float:
        began = time.perf_counter()
        for network in networks:
            optimiser = torch.optim.SGD(network.parameters(), lr=LEARNING_RATE)
            for chosen in torch.randperm(len(x)).split(batch_size):
                optimiser.zero_grad(set_to_none=True)
                cost = 0.5 * ((network(x[chosen]) - targets[chosen]) ** 2).sum(-1).mean()
                cost.backward()
                optimiser.step()
        return (time.perf_counter() - began) / members

    return epoch


def sklearn_rounds(inputs, labels, members: int, batch_size: int) -> Callable[[], float]:
    """Return a function that fits `members` scikit-learn networks for one epoch."""
    from sklearn.neural_network import MLPClassifier

    def epoch() -> float:
        began = time.perf_counter()
        for seed in range(members):
            network = MLPClassifier(
                (HIDDEN, HIDDEN),
                activation="logistic",
                solver="sgd",
                batch_size=batch_size,
                learning_rate_init=0.1,
                momentum=0.0,
                alpha=0.0,
                max_iter=1,
                random_state=seed,
            )
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # it warns that one epoch is not convergence
                network.fit(inputs, labels)
        return (time.perf_counter() - began) / members

    return epoch


def _torch_data(inputs, labels):
    import torch

    return torch.from_numpy(inputs), torch.nn.functional.one_hot(
        torch.from_numpy(labels).long(), CLASSES
    ).float()


def _torch_network():
    from torch import nn

    network = nn.Sequential(
        nn.Linear(784, HIDDEN), nn.Sigmoid(), nn.Linear(HIDDEN, HIDDEN), nn.Sigmoid(),
        nn.Linear(HIDDEN, CLASSES), nn.Sigmoid(),
    )  # fmt: skip
    for parameter in network.parameters():
        nn.init.normal_(parameter)
    return network


def main() -> None:
    """Time the four ways and print one table, or JSON."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", default="mnist")
    parser.add_argument("--members", type=int, default=64)
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--loop-members", type=int, default=1, help="networks timed in the two loops")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()

    import thalweg as tw

    split = tw.data.load(options.data).train
    inputs = np.ascontiguousarray(split.inputs.reshape(len(split), -1))
    size = options.batch_size
    ways = {
        "thalweg": thalweg_rounds(split, options.members, size, options.rounds),
        "torch.func vmap": torch_vmap_rounds(inputs, split.labels, options.members, size),
        "torch loop": torch_loop_rounds(inputs, split.labels, options.loop_members, size),
        "scikit-learn": sklearn_rounds(inputs, split.labels, options.loop_members, size),
    }
    for way in ways.values():
        way()
    seconds = {name: [] for name in ways}
    for _ in range(options.rounds):
        for name, way in ways.items():
            seconds[name].append(way())
    _report(seconds, options, len(split))


def _report(seconds: dict[str, list[float]], options: argparse.Namespace, examples: int) -> None:
    base = seconds["thalweg"]
    rows = {
        name: {
            "milliseconds": [round(1000 * value, 2) for value in times],
            "median": 1000 * statistics.median(times),
            "ratio": statistics.median(other / ours for other, ours in zip(times, base, strict=True)),
        }
        for name, times in seconds.items()
    }
    if options.json:
        print(json.dumps({"members": options.members, "batch_size": options.batch_size, "ways": rows}))
        return
    print(
        f"{options.members} networks 784-16-16-10, batch {options.batch_size}, {examples:,} examples, "
        f"{options.rounds} rounds; {_processor()}, {len(os.sched_getaffinity(0))} cores; {_versions()}"
    )
    print(f"{'':16} {'ms per network-epoch':>22} {'smallest':>10} {'largest':>10} {'x Thalweg':>10}")
    for name, row in rows.items():
        times = row["milliseconds"]
        print(f"{name:16} {row['median']:22.1f} {min(times):10.1f} {max(times):10.1f} {row['ratio']:10.2f}")


def _processor() -> str:
    try:
        with open("/proc/cpuinfo") as lines:
            return next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def _versions() -> str:
    from importlib.metadata import version

    return ", ".join(f"{name} {version(name)}" for name in ("thalweg", "jax", "torch", "scikit-learn"))


if __name__ == "__main__":
    main()
