"""Who works at a URL: stores have no locks that end with a process, so a lease is renewed while it lives.

The lease is an object `.lock`, made by a conditional write where the store has one: of two that want it at
the same moment one gets it. It says who holds it, and is renewed from a thread. It is nobody's when its
process is known to be dead (on this computer), or when it was not renewed for `LOST` seconds. Who finds that
the lease is another's by now writes nothing any more.

What this cannot do: clocks of computers must agree to a minute; a process that was asleep for longer than
`LOST` may come to the end of the one write that it had begun; and two that find a dead lease within the same
second are told apart by reading it once more, not by the store.
"""

from __future__ import annotations

import json
import os
import platform
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from thalweg.errors import RunError
from thalweg.remote import RemotePath
from thalweg.temporary import HERE, LOCK, lives, not_written

RENEWED_AFTER, LOST, SETTLED_AFTER = 20.0, 90.0, 1.0
"""Seconds between renewals; after which a lease that was not renewed is nobody's; and after which it is read
once more, where it was another's."""

_held: dict[str, Lease] = {}


class Lease:
    """A lease of this process: the folder, what marks it as ours, and whether another has it by now."""

    def __init__(self, folder: RemotePath):
        self.path = folder / LOCK
        self.token, self.taken_by = secrets.token_hex(8), ""
        self._since, self._end = time.time(), threading.Event()

    def take(self) -> None:
        """Make the lease ours. Raises `RunError` where another process works there."""
        dead = False
        while True:
            try:
                self.path.create(self._content())
                break
            except FileExistsError:
                said = _read(self.path)
                if said is not None and _is_alive(said):
                    raise RunError(
                        f"{self.path.parent}: {_holder(said)}.",
                        hint="wait until it is done, or stop it first; after one that was killed on another "
                        f"computer, wait {LOST:.0f} seconds.",
                    ) from None
                self.path.unlink(missing_ok=True)
                dead = True
        if dead:  # another may have found it dead at the same moment
            time.sleep(SETTLED_AFTER)
            self._look()
            self.refuse_taken()
        threading.Thread(target=self._renew, daemon=True, name="thalweg-lease").start()

    def give_back(self) -> None:
        """Delete the lease, if it is still ours."""
        self._end.set()
        with suppress(OSError):
            self._look()
            if not self.taken_by:
                self.path.unlink(missing_ok=True)

    def refuse_taken(self) -> None:
        """Raise `RunError` where another process has taken the lease meanwhile."""
        if self.taken_by:
            raise RunError(
                f"{self.path.parent}: {self.taken_by}, since this one was not heard of for too long.",
                hint="leave it to that process, or stop it and go on with --resume.",
            )

    def _look(self) -> None:
        said = _read(self.path)
        if said is not None and said.get("token") != self.token:
            self.taken_by = _holder(said)

    def _renew(self) -> None:
        while not self._end.wait(RENEWED_AFTER):
            with suppress(OSError):  # a store that is away for a moment: writes say so
                self._look()
                if self.taken_by:
                    return
                self.path.replace_with(self._content())

    def _content(self) -> bytes:
        said = {
            **{"process": os.getpid(), "computer": platform.node(), "here": HERE, "token": self.token},
            **{"since": self._since, "heard": time.time()},
        }
        return json.dumps(said).encode()


@contextmanager
def leased(folder: RemotePath) -> Iterator[None]:
    """Let no other process work in `folder` meanwhile.

    Raises `RunError` naming the process that works there, and where nothing can be written.
    """
    lease = Lease(folder)
    try:
        lease.take()
    except OSError as error:
        raise not_written(folder, error) from None
    before = _held.get(str(folder))
    _held[str(folder)] = lease
    try:
        yield
    finally:
        lease.give_back()
        _held.pop(str(folder))
        if before is not None:
            _held[str(folder)] = before


def refuse_taken(path: RemotePath) -> None:
    """Raise `RunError` where `path` is in a folder whose lease was ours and is another process's by now."""
    for folder, lease in list(_held.items()):
        if str(path).startswith(f"{folder}/"):
            lease.refuse_taken()


def _read(path: RemotePath) -> dict[str, Any] | None:
    try:
        said = json.loads(path.read_bytes())
    except (FileNotFoundError, ValueError):
        return None
    return said if isinstance(said, dict) else None


def _is_alive(said: dict[str, Any]) -> bool:
    """Whether the holder of a lease lives, as far as can be known."""
    heard = said.get("heard")
    if not isinstance(heard, int | float) or time.time() - heard > LOST:
        return False
    process = said.get("process")
    if said.get("here") != HERE or not isinstance(process, int):
        return True
    if process == os.getpid():
        return any(lease.token == said.get("token") for lease in _held.values())
    return os.name == "nt" or lives(process)


def _holder(said: dict[str, Any]) -> str:
    since = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(said.get("since") or 0))
    return f"process {said.get('process')} on {said.get('computer')} works here since {since}"
