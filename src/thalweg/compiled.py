"""Compiled programs, kept on disk from one process to the next: compiling is most of a short training.

JAX does the keeping (its persistent compilation cache); here is where, how much, and for which processor. The
command line keeps them always; in a program of one's own `keep` does, since a library that is imported
changes nothing of a program's JAX.
"""

from __future__ import annotations

import hashlib
import os
import platform
import sys
import time
import warnings
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from thalweg.sizes import size

VARIABLE = "THALWEG_COMPILED"
"""Names a folder to keep compiled programs in, or says `off`."""

OFF = ("off", "no", "false", "0")
OF_JAX = ("JAX_COMPILATION_CACHE_DIR", "JAX_ENABLE_COMPILATION_CACHE")
"""Variables of JAX's own: whoever sets one of them has decided."""

BYTES = 256 * 1000**2
"""What kept programs may take on disk; beyond it, those that were not used for the longest time go."""

SETTINGS = {
    # small programs too: there are dozens of them before a first epoch, each 20 to 60 ms to compile
    "jax_persistent_cache_min_compile_time_secs": 0.0,
    "jax_persistent_cache_min_entry_size_bytes": 0,
}
BEING_WRITTEN = 60.0
"""Seconds after which a program that is not whole is no longer being written by anybody."""

DESCRIBING = (
    *("vendor_id", "cpu family", "model", "model name", "stepping", "flags"),
    *("CPU implementer", "CPU architecture", "CPU variant", "CPU part", "Features"),
)
"""Lines of /proc/cpuinfo that say for which processor a program is compiled."""


def folder() -> Path | None:
    """Return where programs are kept by `THALWEG_COMPILED` or in the user's cache; None where that is off."""
    said = os.environ.get(VARIABLE, "").strip()
    if said.casefold() in OFF:
        return None
    if said:
        root = _at_home(said)
    else:
        import platformdirs

        root = platformdirs.user_cache_path("thalweg") / "compiled"
    return root / processor()


def _at_home(said: str) -> Path:
    try:
        return Path(said).expanduser()
    except RuntimeError:  # ~name of a user who is not known: a folder that cannot be made, as is said then
        return Path(said).absolute()


def processor() -> str:
    """Return a name for this kind of processor, such as `x86_64-1f0c9a55d1e2`.

    A program may use every instruction of the processor that it was compiled on, and a home directory may be
    shared between machines: JAX's key holds versions and flags, but is not known to hold the processor.
    """
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8", errors="replace").partition("\n\n")[0].splitlines()
    except OSError:
        lines = []
    said = [line for line in lines if line.partition(":")[0].strip() in DESCRIBING]
    # where nothing is said of the processor, a machine shares with no other
    said = said or [platform.processor(), platform.node()]
    digest = hashlib.sha256("\n".join(said).encode()).hexdigest()
    return f"{platform.machine() or 'unknown'}-{digest[:12]}"


def keep() -> Path | None:
    """Keep what JAX compiles from here on, and take what is kept, in this process and those it starts.

    Nothing happens, and None is returned, where `THALWEG_COMPILED=off`, where JAX's own cache is set or
    turned off already, and where the folder cannot be written. Returns the folder. Best called before
    anything is compiled; call `tidy` at the end to hold the folder to `BYTES`.

    Examples:
        >>> from thalweg import compiled
        >>> folder = compiled.keep()
    """
    where, why = _where()
    if where is None or why:
        return None
    # a program that cannot be read or written is compiled: slower, and nothing that a user must know
    warnings.filterwarnings("ignore", message="Error (reading|writing) persistent compilation cache")
    settings: dict[str, Any] = {"jax_compilation_cache_dir": str(where)}
    settings |= {name: value for name, value in SETTINGS.items() if name.upper() not in os.environ}
    for name, value in settings.items():
        os.environ[name.upper()] = str(value)  # read by JAX when it is imported, here or in a child
        if "jax" in sys.modules:
            sys.modules["jax"].config.update(name, value)
    return where


def tidy(where: Path, *, most: int = BYTES) -> None:
    """Take out programs that are not whole, and the longest unused ones beyond `most` bytes.

    JAX writes in place: who is stopped while writing leaves half a program, which it would neither take nor
    write again. Where something cannot be read or taken out, it is left.
    """
    with suppress(OSError):
        _tidy(where, most)


def _tidy(where: Path, most: int) -> None:
    looked = where / ".looked-through"
    since = looked.stat().st_mtime if looked.exists() else 0.0
    now, kept = time.time(), []
    for file, about in _programs(where):
        if since <= about.st_mtime + BEING_WRITTEN and about.st_mtime < now - BEING_WRITTEN:
            if not _is_whole(file):
                file.unlink(missing_ok=True)
                continue
        kept.append((max(about.st_atime, about.st_mtime), about.st_size, file))
    over = sum(size for _, size, _ in kept) - most
    for _, taken, file in sorted(kept):
        if over <= 0:
            break
        file.unlink(missing_ok=True)
        over -= taken
    looked.touch()


def described() -> dict[str, Any]:
    """Return `folder`, `programs`, `bytes`, and `why` nothing is kept; `said`: all of it in a line."""
    where, why = _where()
    found = [] if where is None else [about.st_size for _, about in _programs(where)]
    facts = {"folder": None if where is None else str(where), "programs": len(found), "bytes": sum(found)}
    said = f"none kept: {why}" if why else f"{len(found):,} kept, {size(sum(found))} in {where}"
    return {**facts, "why": why or None, "said": said}


def _where() -> tuple[Path | None, str]:
    """Return the folder, and why nothing is kept in it."""
    for variable in OF_JAX:
        if variable in os.environ and not _is_ours(variable):
            return None, f"{variable} is set, and JAX does as it says"
    chosen = getattr(getattr(sys.modules.get("jax"), "config", None), "jax_compilation_cache_dir", None)
    where = folder()
    if chosen is not None and chosen != str(where):
        return None, f"jax_compilation_cache_dir is {chosen} already, and JAX keeps them there"
    if where is None:
        return None, f"{VARIABLE} says {os.environ[VARIABLE].strip()}"
    try:
        where.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        return where, f"{where} cannot be made ({error.strerror or error})"
    # who can write there can have this process run anything
    if hasattr(os, "getuid") and where.stat().st_uid not in (os.getuid(), 0):
        return where, f"{where} is somebody else's"
    return where, "" if os.access(where, os.W_OK | os.X_OK) else f"{where} cannot be written"


def _is_ours(variable: str) -> bool:
    where = folder() if variable == OF_JAX[0] else None
    return where is not None and os.environ[variable] == str(where)


def _programs(where: Path) -> Iterator[tuple[Path, os.stat_result]]:
    try:
        files = sorted(where.glob("*-cache"))
    except OSError:
        return
    for file in files:
        try:
            yield file, file.stat()
        except OSError:  # another process has just taken it out
            continue


def _is_whole(file: Path) -> bool:
    content = file.read_bytes()
    if content[:1] != b"\x78":  # not zlib's: JAX packs with zstandard where that is installed
        return bool(content)
    try:
        zlib.decompress(content)
    except zlib.error:
        return False
    return True
