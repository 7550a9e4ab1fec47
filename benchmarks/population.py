"""Time per network-epoch of the same population, five ways, in one run.

Networks of the classic shape (784-16-16-10 sigmoid, quadratic cost, plain SGD 3.0, N(0, 1) start) on the same
images, for each of `--members` and each of `--batch-size`:

    native        tw.train(engine="native"), the kernel, as a user calls it
    xla           tw.train(engine="xla"), the program that XLA compiles
    torch.func    PyTorch, one vmapped gradient for all members and one update of the stacked weights
    torch loop    PyTorch, one nn.Module and one SGD optimiser after another
    scikit-learn  MLPClassifier(solver="sgd", activation="logistic"), one after another; its cost is the
                  log loss, the work is the same

Each way warms up first and is timed over whole epochs, the ways taking turns for `--rounds` rounds, since
machines are noisy; a loop over networks is timed on a few of them, for each costs the same. Printed: median
milliseconds per network-epoch, smallest and largest of the rounds, and the median over rounds of the ratio to
the native kernel in the same round.

    pip install '.[peers]' && python benchmarks/population.py --members 64 256 --batch-size 10 32 128
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
import warnings
from collections.abc import Callable

import numpy as np

from machine import about, load

HIDDEN, CLASSES, LEARNING_RATE = 16, 10, 3.0


def thalweg_rounds(split, members: int, batch_size: int, engine: str) -> Callable[[], float]:
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
        # the first epoch compiles: the second is timed
        seconds = []
        tw.train(
            recipe,
            split,
            members=members,
            engine=engine,
            progress=lambda state: seconds.append(state.seconds),
        )
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
    """Time the ways and print a table for each number of members and size of batch, or JSON."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", default="mnist")
    parser.add_argument("--members", type=int, nargs="+", default=[64])
    parser.add_argument("--batch-size", type=int, nargs="+", default=[32])
    parser.add_argument("--examples", type=int, help="the first so many training examples; all by default")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--loop-members", type=int, default=1, help="networks timed in the two loops")
    parser.add_argument("--only", nargs="+", metavar="WAY", help="these of the ways, native among them")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()

    import thalweg as tw

    split = tw.data.load(options.data).train.take(slice(0, options.examples))
    inputs = np.ascontiguousarray(split.inputs.reshape(len(split), -1))
    found = []
    if not options.json:
        print(f"{len(split):,} examples, {options.rounds} rounds; {described()}")
    for members in options.members:
        for size in options.batch_size:
            ways = ways_of(split, inputs, members, size, options.loop_members)
            chosen = {name: make for name, make in ways.items() if not options.only or name in options.only}
            rows = timed(chosen, options.rounds)
            found.append({"members": members, "batch_size": size, "ways": rows})
            if not options.json:
                _print(rows, members, size)
    if options.json:
        print(json.dumps({"about": described(), "rounds": options.rounds, "timed": found}))


def described() -> str:
    """Describe the machine and what ran on it."""
    return about("torch", "scikit-learn")


def ways_of(split, inputs, members: int, size: int, loop_members: int) -> dict[str, Callable]:
    """Return what makes the rounds of each way."""
    labels = split.labels
    return {
        "native": lambda: thalweg_rounds(split, members, size, "native"),
        "xla": lambda: thalweg_rounds(split, members, size, "xla"),
        "torch.func": lambda: torch_vmap_rounds(inputs, labels, members, size),
        "torch loop": lambda: torch_loop_rounds(inputs, labels, loop_members, size),
        "scikit-learn": lambda: sklearn_rounds(inputs, labels, loop_members, size),
    }


def timed(ways: dict[str, Callable], rounds: int) -> dict[str, dict]:
    """Time the ways in turn; return every round, their median, and the median ratio to the kernel."""
    made = {name: make() for name, make in ways.items()}
    for way in made.values():
        way()
    seconds = {name: [] for name in made}
    for _ in range(rounds):
        for name, way in made.items():
            seconds[name].append(way())
    base = seconds["native"]
    return {
        name: {
            "milliseconds": [round(1000 * value, 2) for value in times],
            "median": 1000 * statistics.median(times),
            "ratio": statistics.median(other / ours for other, ours in zip(times, base, strict=True)),
        }
        for name, times in seconds.items()
    }


def _print(rows: dict[str, dict], members: int, size: int) -> None:
    print(f"\n{members} networks 784-16-16-10, batch {size}, load {load()}")
    print(f"{'':16} {'ms per network-epoch':>22} {'smallest':>10} {'largest':>10} {'x native':>10}")
    for name, row in rows.items():
        times = row["milliseconds"]
        print(
            f"{name:16} {row['median']:22.2f} {min(times):10.2f} {max(times):10.2f} {row['ratio']:10.2f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
