"""How much memory there still is: of the machine, within the limits of its groups, and of this process."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from thalweg.errors import ThalwegError, shown

VARIABLE = "THALWEG_MEMORY"
"""Says how much may be used, such as 8GB, in the place of what is found; `off`: nothing is refused."""

OFF = ("off", "no", "false", "0")
UNITS = {"": 1, "b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "tb": 10**12}
UNITS |= {
    "kib": 2**10,
    "mib": 2**20,
    "gib": 2**30,
    "tib": 2**40,
    "k": 10**3,
    "m": 10**6,
    "g": 10**9,
    "t": 10**12,
}

PROC, GROUPS = Path("/proc"), Path("/sys/fs/cgroup")


def available() -> int | None:
    """Return the bytes that this process may still take; None where that is not known, or not to be judged.

    The least of what the machine has free (files that are only kept in memory count as free), of what is left
    of the limits of control groups (containers, batch systems), and of what is left of the process's own
    limit (`ulimit -v`). `THALWEG_MEMORY` in its place says how much: 8GB, 500MiB, or off.

    Examples:
        >>> from thalweg import memory
        >>> found = memory.available()
        >>> found is None or found > 0
        True
    """
    said = os.environ.get(VARIABLE, "").strip()
    if said.casefold() in OFF:
        return None
    if said:
        return read_size(said)
    found = [left for left in (_of_machine(), _of_process(), *_of_groups()) if left is not None]
    return max(0, min(found)) if found else None


def read_size(said: str, variable: str = VARIABLE) -> int:
    """Return the bytes that `variable` says, such as 8GB. Raises `ThalwegError` for what is no size."""
    parts = re.fullmatch(r"(\d{1,15}(?:\.\d{1,9})?)\s*([A-Za-z]*)", said)
    unit = None if parts is None else UNITS.get(parts[2].casefold())
    if parts is None or unit is None:
        raise ThalwegError(
            f"{variable}={shown(said)}: expected how much memory may be used.",
            hint=f"for example {variable}=8GB" + (f", or {variable}=off." if variable == VARIABLE else "."),
        )
    return int(float(parts[1]) * unit)


def _of_machine() -> int | None:
    with suppress(OSError):
        found = re.search(
            r"^MemAvailable:\s+(\d+) kB", (PROC / "meminfo").read_text("ascii", "replace"), re.M
        )
        if found is not None:
            return 1024 * int(found[1])
    with suppress(AttributeError, OSError, ValueError):  # macOS says only how much is built in
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return None


def _of_process() -> int | None:
    with suppress(ImportError, OSError, ValueError):
        import resource  # not on Windows

        limit = resource.getrlimit(resource.RLIMIT_AS)[0]
        if limit != resource.RLIM_INFINITY:
            pages = int((PROC / "self" / "statm").read_text("ascii").split()[0])
            return limit - pages * os.sysconf("SC_PAGE_SIZE")
    return None


def _of_groups() -> Iterator[int]:
    """Yield what is left of the limit of each control group that this process is in, and of those above."""
    try:
        lines = (PROC / "self" / "cgroup").read_text("utf-8", "replace").splitlines()
    except OSError:
        return
    for line in lines:
        number, _, rest = line.partition(":")
        controllers, _, path = rest.partition(":")
        if number == "0":
            yield from _left_up_to(GROUPS, path, "memory.max", "memory.current", "inactive_file")
        elif "memory" in controllers.split(","):
            names = ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")
            yield from _left_up_to(GROUPS / "memory", path, *names)


def _left_up_to(root: Path, path: str, limit: str, usage: str, inactive: str) -> Iterator[int]:
    # inside a container the path is the one outside of it, and only the root is there
    folder = root / path.lstrip("/")
    for each in (folder, *folder.parents):
        if not each.is_relative_to(root):
            return
        with suppress(OSError, ValueError):  # no such file, or `max`
            most, used = (int((each / name).read_text("ascii")) for name in (limit, usage))
            kept = re.search(rf"^{inactive} (\d+)", (each / "memory.stat").read_text("ascii"), re.M)
            yield most - used + (int(kept[1]) if kept else 0)
