"""How many cores this process may use."""

import os


def core_count() -> int:
    """Return the number of cores this process may use: those it is bound to, where the system says so.

    Examples:
        >>> from thalweg.cores import core_count
        >>> core_count() >= 1
        True
    """
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
