"""The kernel's library: whether it was built, is what was built, and what of it this processor runs.

It is made when thalweg is installed, where there is a C++ compiler (`hatch_build.py`), and stands beside this
file with a stamp that says what was built, or why nothing was. A file that does not match its stamp is never
loaded: half a library can end the process.
"""

from __future__ import annotations

import ctypes
import hashlib
import json
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import jax

FOLDER = Path(__file__).parent
FILE, STAMP = "_kernel.so", "_kernel.json"
TARGET, DISTORTION, ORDER = "thalweg_epoch", "thalweg_distortion", "thalweg_order"
"""What XLA knows the kernel's calls by."""

LAYOUT = 3
"""Version of what is passed; the kernel refuses another (`LAYOUT_VERSION` in kernel/job.h)."""


CURE = "install a C++ compiler, then thalweg again (pip install --force-reinstall --no-deps)"
"""What brings a kernel where there is none."""


@dataclass(frozen=True)
class Library:
    """A kernel that can be called. `variants`: instruction sets that this processor has, best first."""

    variants: tuple[str, ...]
    lanes: tuple[int, ...]
    built_with: str
    handlers: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    def lanes_of(self, variant: str) -> int:
        """Return how many members a vector register of `variant` holds."""
        return self.lanes[self.variants.index(variant)]


@dataclass(frozen=True)
class Missing:
    """No kernel: `why`, and whether a file that should be one is `broken`."""

    why: str
    broken: bool = False


@lru_cache(maxsize=1)
def found() -> Library | Missing:
    """Return the kernel, loaded and known to XLA, or why there is none; it is looked for once."""
    kernel = look(FOLDER)
    if isinstance(kernel, Missing):
        return kernel
    try:
        for name, handler in kernel.handlers.items():
            jax.ffi.register_ffi_target(name, jax.ffi.pycapsule(handler), platform="cpu")
    except Exception as error:  # whatever XLA says of a library made for another release of its own
        return Missing(f"this jax does not take it: {error}", broken=True)
    return kernel


def described() -> dict[str, Any]:
    """Return `variant`, `members_at_once` and `why` there is none; `said`: all of it in a line."""
    kernel = found()
    if isinstance(kernel, Missing):
        said = f"none: {kernel.why}; {CURE}"
        return {"variant": None, "members_at_once": None, "why": kernel.why, "said": said}
    variant, lanes = kernel.variants[0], kernel.lanes[0]
    said = f"native, {variant}: {lanes} members to a register; built with {kernel.built_with}"
    return {"variant": variant, "members_at_once": lanes, "why": None, "said": said}


def look(folder: Path) -> Library | Missing:
    """Load the kernel in `folder`, checking the file before and the library after."""
    stamp = _stamp(folder / STAMP)
    if "why" in stamp:
        return Missing(str(stamp["why"]))
    try:
        content = (folder / FILE).read_bytes()
    except OSError:
        return Missing(f"{FILE} is missing", broken=True)
    if hashlib.sha256(content).hexdigest() != stamp.get("sha256"):
        return Missing(f"{FILE} is damaged, or not the one that was built", broken=True)
    try:
        return _loaded(folder / FILE, str(stamp.get("built_with", "an unnamed compiler")))
    except (OSError, AttributeError) as error:
        return Missing(f"{FILE} cannot be loaded: {error}", broken=True)


def _stamp(path: Path) -> dict[str, Any]:
    try:
        stamp = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {"why": "it was not built"}
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def _loaded(path: Path, built_with: str) -> Library | Missing:
    library = ctypes.CDLL(str(path))
    library.thalweg_variant.restype = ctypes.c_char_p
    layout = library.thalweg_layout()
    if layout != LAYOUT:
        return Missing(f"{FILE} is of layout {layout}, and this thalweg of layout {LAYOUT}", broken=True)
    names = []
    while (name := library.thalweg_variant(len(names))) is not None:
        names.append(name)
    lanes = tuple(int(library.thalweg_lanes(name)) for name in names)
    handlers = {name: getattr(library, name) for name in (TARGET, DISTORTION, ORDER)}
    return Library(tuple(name.decode() for name in names), lanes, built_with, handlers)
