"""Reach a Ray cluster, or start one on this machine, and see that its workers are of this version."""

from __future__ import annotations

import importlib.util
import logging
import os
import platform
import signal
import socket
import sys
import threading
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import jax

from thalweg.cores import core_count
from thalweg.errors import TrainingError
from thalweg.training.cluster.blocks import RayWorkers
from thalweg.training.where import working_on

LOCAL, FOUND = "local", "auto"
REACHED_WITHIN, ANSWERED_WITHIN = 5.0, 30.0
"""Seconds that an address is tried, and that its answer is waited for."""

ALIKE = ("thalweg", "jax", "jaxlib", "numpy", "equinox", "optax")


@contextmanager
def on_ray(address: str = LOCAL) -> Iterator[RayWorkers]:
    """Have every training inside done by the workers of a Ray cluster; also studies and audits.

    `address`: "local" starts Ray on this machine, with a worker for each core, until the end of the block;
    "HOST:PORT", "ray://HOST:PORT" or "auto" (the cluster that this machine is part of) is a running one. The
    members are the same as without Ray, bit for bit on processors alike: groups, starts and order do not
    depend on who trains. A worker or a machine that is lost costs what it had of one epoch.

    Raises `TrainingError` where Ray is not installed, nobody answers at the address, or workers are of
    another version of Python, thalweg or what it computes with.
    """
    refuse_without_ray()
    if jax.default_backend() != "cpu":
        raise TrainingError(
            f"Ray trains on processors, and this process on a {jax.default_backend()}.",
            hint="set JAX_PLATFORMS=cpu, or leave Ray out: one machine's GPUs are used without it.",
        )
    with _connected(address) as ray:
        cores = int(ray.cluster_resources().get("CPU", 0))
        if cores < 1:
            raise TrainingError(
                f"the Ray cluster at {address} has no processors to train on.",
                hint="add workers to it: ray start --address HOST:PORT on another machine.",
            )
        if address != LOCAL:  # workers of this machine are this very installation
            for node, theirs in _versions_of_nodes(ray).items():
                refuse_other_versions(node, own_versions(), theirs)
        workers = RayWorkers(ray, cores, address)
        with working_on(workers):
            yield workers


def refuse_without_ray() -> None:
    """Raise `TrainingError` where Ray is not installed."""
    if importlib.util.find_spec("ray") is None:
        raise TrainingError(
            "Ray was asked for, and is not installed.",
            hint="install it with: pip install 'thalweg[ray]'",
        )


def refuse_other_versions(
    node: str, ours: Mapping[str, str | None], theirs: Mapping[str, str | None]
) -> None:
    """Raise `TrainingError` where a machine called `node` has other versions than this one."""
    other = [
        f"{name} {theirs.get(name) or 'none'} (here {ours[name]})"
        for name in ours
        if theirs.get(name) != ours[name]
    ]
    if other:
        raise TrainingError(
            f"the workers on {node} are of another version: {', '.join(other)}.",
            hint="install the same versions on all machines: members would not be the same.",
        )


def own_versions() -> dict[str, str | None]:
    """Return the versions that members depend on, here."""
    return _versions(ALIKE)


def _versions(names: tuple[str, ...]) -> dict[str, str | None]:
    found: dict[str, str | None] = {"python": platform.python_version()}
    for name in names:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = None
    with suppress(ImportError):  # a source tree says it itself, whatever is installed beside it
        from thalweg.version import __version__

        found["thalweg"] = __version__
    return found


def refuse_unreachable(address: str) -> None:
    """Raise `TrainingError` for an address that is none, or where nobody listens."""
    host, colon, port = address.removeprefix("ray://").rpartition(":")
    if not colon or not host or not port.isdecimal() or not 0 < int(port) < 2**16:
        raise TrainingError(
            f"{address!r} is no address of a Ray cluster.",
            hint="give local, auto, HOST:PORT (such as 10.0.0.1:6379) or ray://HOST:10001.",
        )
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout=REACHED_WITHIN).close()
    except OSError as error:
        raise TrainingError(
            f"nobody answers at {address}: {error.strerror or error}.",
            hint="start Ray there (ray start --head --port=6379), or train on this machine with --ray local.",
        ) from None


@contextmanager
def _connected(address: str) -> Iterator[Any]:
    if address not in (LOCAL, FOUND):
        refuse_unreachable(address)
    with warnings.catch_warnings(), _with_variables(_inherited() if address == LOCAL else {}):
        warnings.simplefilter("ignore")  # of Ray's own about what is to come
        import ray  # type: ignore[import-not-found]

        before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
        _in_time(lambda: _begin(ray, address), address)
    if threading.current_thread() is threading.main_thread():
        for number, handler in before.items():
            signal.signal(number, handler)
    try:
        yield ray
    finally:
        ray.shutdown()


def _inherited() -> dict[str, str]:
    """Return the variables that Ray's processes on this machine, and workers, are started with."""
    # nobody looks at these figures, which every worker sends every few seconds
    figures = ("RAY_task_events_report_interval_ms", "RAY_enable_metrics_collection", "RAY_event_stats")
    unsaid = {name: "0" for name in figures if name not in os.environ}
    return {"JAX_PLATFORMS": "cpu", "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), **unsaid}


@contextmanager
def _with_variables(variables: Mapping[str, str]) -> Iterator[None]:
    """Have environment variables set inside, and as they were after it."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _begin(ray: Any, address: str) -> None:
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
    how: dict[str, Any] = {"num_cpus": core_count(), "include_dashboard": False}
    if address != LOCAL:
        # here what is inherited does as well: for an environment of a job's own, Ray starts workers beside
        # those that it has started, and an agent to make it
        how = {"address": address, "runtime_env": {"env_vars": {"JAX_PLATFORMS": "cpu"}}}
    ray.init(**how, log_to_driver=False, logging_level=logging.ERROR)


def _in_time(begin: Callable[[], None], address: str) -> None:
    """Begin in a thread, since Ray waits for minutes for somebody who is no Ray."""
    raised: list[Exception] = []

    def attempt() -> None:
        try:
            begin()
        except Exception as error:
            raised.append(error)

    if address == LOCAL:
        attempt()
    else:
        thread = threading.Thread(target=attempt, daemon=True)
        thread.start()
        thread.join(ANSWERED_WITHIN)
        if thread.is_alive():
            raised.append(TimeoutError(f"no answer in {ANSWERED_WITHIN:.0f} seconds"))
    if raised:
        said = str(raised[0]).strip().splitlines() or [type(raised[0]).__name__]
        raise TrainingError(
            f"Ray does not begin at {address}: {said[0]}",
            hint="start it with ray start --head, with the same versions of Ray and Python everywhere.",
        ) from None


def _versions_of_nodes(ray: Any) -> dict[str, dict[str, str | None]]:
    """Ask every machine of the cluster for its versions."""
    from ray.util.scheduling_strategies import (  # type: ignore[import-not-found]
        NodeAffinitySchedulingStrategy,
    )

    def probe(names: tuple[str, ...]) -> dict[str, str | None]:  # sent as it is: thalweg may not be there
        import platform
        from importlib.metadata import PackageNotFoundError, version

        found: dict[str, str | None] = {"python": platform.python_version()}
        for name in names:
            try:
                found[name] = version(name)
            except PackageNotFoundError:
                found[name] = None
        try:
            from thalweg.version import __version__

            found["thalweg"] = __version__
        except ImportError:
            found["thalweg"] = None
        return found

    nodes = [node for node in ray.nodes() if node["Alive"] and node["Resources"].get("CPU")]
    asked = {
        f"{node['NodeManagerHostname']} ({node['NodeManagerAddress']})": ray.remote(probe)
        .options(num_cpus=0, scheduling_strategy=NodeAffinitySchedulingStrategy(node["NodeID"], soft=False))
        .remote(ALIKE)
        for node in nodes
    }
    return {name: ray.get(found, timeout=120) for name, found in asked.items()}
