"""How members are shared out: one group of members is one compiled program on one thread.

XLA spreads the small matrix products of a population badly over cores (measured: 64 members of the
classic network, batch 32, four cores: one program with XLA's own threads 1,264 us a step, four programs of
16 members on a thread each 459 us). So on a processor each core works through its own groups, and inside a
group XLA uses one thread. Of several GPUs each has a group.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

import jax

from thalweg.cores import core_count

T = TypeVar("T")
R = TypeVar("R")

LOOKS_UP = 0.5
"""Seconds after which who waits for a group looks whether there was a signal."""

MEMORY_BYTES = 2 * 1024**3
"""What all groups at work together may take for weights, gradients and intermediate values."""


@dataclass(frozen=True)
class Groups:
    """Consecutive members [first, last) that run together, and how many groups run at once."""

    bounds: tuple[tuple[int, int], ...]
    threads: int

    @property
    def one_thread_each(self) -> bool:
        """Whether XLA is to use one thread inside a group, because the groups share the cores."""
        return self.threads > 1

    @contextmanager
    def map(self) -> Iterator[Callable[[Callable[[T], R], Iterable[T]], list[R]]]:
        """Yield a `map` that runs up to `threads` calls at once and returns their results in order.

        Ctrl-C is raised at once; calls that have begun then come to their end, and their results are dropped.
        """
        # one group as well: the thread that waits can be stopped with Ctrl-C, one that computes cannot
        # and what a thread was told with `jax.default_device` is its own
        # unless nobody was told and there are several: then groups are dealt over them
        device = jax.config.jax_default_device  # type: ignore[attr-defined]
        devices = jax.local_devices() if device is None else [device]
        pool = ThreadPoolExecutor(self.threads, thread_name_prefix="thalweg-group")

        def on_device(function: Callable[[T], R], item: T, number: int) -> R:
            place = devices[number % len(devices)] if len(devices) > 1 else device
            with jax.default_device(place):
                return function(item)

        join = True
        try:
            yield lambda function, items: _waited_for(
                [pool.submit(on_device, function, item, number) for number, item in enumerate(items)]
            )
        except KeyboardInterrupt:
            join = False  # the epochs that go on are for nobody, and may take minutes
            raise
        finally:
            pool.shutdown(wait=join, cancel_futures=True)


def _waited_for(futures: list[Future[R]]) -> list[R]:
    """Return the results in order, looking up now and then.

    A signal that arrives just before a thread goes to sleep does not wake it: without a limit, Ctrl-C would
    then be heard when the epoch is over.
    """
    for future in futures:
        while not wait([future], timeout=LOOKS_UP).done:
            pass
    return [future.result() for future in futures]


def share_out(
    members: int,
    bytes_per_member: int,
    group_size: int | None = None,
    *,
    alone: bool = False,
    together: int = 1,
    cores: int | None = None,
) -> Groups:
    """Decide the groups for `members` of `bytes_per_member` each (weights, gradients, intermediate values).

    The answer depends only on the arguments and the number of cores, never on what else the machine is
    doing, so that the same command gives the same bits. A `group_size` given is kept (a resumed run).
    Members whose cache is full with one of them are trained `alone`, one to a group, except on a GPU. Where
    so many are trained `together` at the price of one, groups hold that many, or a multiple. `cores`: of the
    workers, where others train than this process.
    """
    on_cpu = jax.default_backend() == "cpu"
    if cores is None:
        cores = core_count() if on_cpu else len(jax.local_devices())
    if group_size is None:
        within_memory = max(1, MEMORY_BYTES // (max(1, bytes_per_member) * cores))
        group_size = min(-(-members // cores), within_memory)
        if on_cpu and alone:
            group_size = 1
    blocks = -(-members // together)
    count = -(-blocks // -(-group_size // together))
    # of equal sizes as far as may be: at most two sizes, so at most two programs to compile
    edges = [min(members, together * round(blocks * part / count)) for part in range(count + 1)]
    return Groups(tuple(itertools.pairwise(edges)), min(cores, count))
