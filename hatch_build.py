"""Build the kernel with the package, where there is a C++ compiler; without one the package is pure Python.

Nothing here can make an installation fail: whatever goes wrong is written into the stamp beside the kernel,
which `thalweg doctor` reads. An environment variable THALWEG_NO_KERNEL leaves the kernel out on purpose.
"""

from __future__ import annotations

import ctypes
import hashlib
import json
import os
import platform
import shlex
import shutil
import subprocess
import sysconfig
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

HOME = Path("src", "thalweg", "training", "native")
FILE, STAMP = "_kernel.so", "_kernel.json"
SECONDS = 600
"""Longest that one compilation may take."""

COMPILERS = ("c++", "g++", "clang++")
FLAGS = (
    *("-std=c++17", "-O3", "-fPIC", "-fvisibility=hidden", "-fno-exceptions", "-fno-rtti"),
    # nobody asks for errno or traps; infinities and NaN stay what they are: a member that diverged shows it
    *("-fno-math-errno", "-fno-trapping-math", "-ffp-contract=fast", "-Wno-psabi"),
)
VARIANTS = {
    "avx512": ("-mavx512f", "-mavx512vl", "-mavx512bw", "-mavx512dq", "-mavx2", "-mfma"),
    "avx2": ("-mavx2", "-mfma"),
    "baseline": (),
}
"""Instruction sets beyond the architecture's own; which one runs is chosen when the library is loaded."""

FOR_EACH_VARIANT = {
    "epoch": "THALWEG_EPOCH=thalweg_epoch",
    "distortion": "THALWEG_DISTORTION=thalweg_distortion",
}
"""Sources that are compiled for each variant, and what their function is called before the variant's name."""

ONCE = ("variants", "epoch_call", "distortion_call", "order_call")


class NotBuilt(Exception):
    """Why there is no kernel, in words."""


class KernelHook(BuildHookInterface):
    """Called by hatchling before it makes a wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build into the source tree for an editable installation, else into the wheel alone."""
        home = Path(self.root) / HOME
        if version == "editable":
            self._built(home, home)
            return
        self._folder = tempfile.TemporaryDirectory(prefix="thalweg-kernel-")
        target = Path(self._folder.name)
        if self._built(home, target):
            place = sysconfig.get_platform().replace("-", "_").replace(".", "_")
            build_data["pure_python"] = False
            build_data["tag"] = f"py3-none-{place}"  # it is C without Python's own interface
        for path in target.iterdir():
            build_data["force_include"][str(path)] = f"thalweg/training/native/{path.name}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Clear away what was built for the wheel."""
        if version != "editable":
            self._folder.cleanup()

    def _built(self, home: Path, target: Path) -> bool:
        for name in (FILE, STAMP):
            (target / name).unlink(missing_ok=True)
        try:
            stamp = build(home / "kernel", target / FILE)
        except NotBuilt as problem:
            stamp = {"why": str(problem)}
            self.app.display_warning(f"thalweg is installed without its native kernel: {problem}.")
        (target / STAMP).write_text(json.dumps(stamp, indent=2) + "\n", "utf-8")
        return "why" not in stamp


def build(sources: Path, library: Path) -> dict[str, str]:
    """Compile the kernel; return what its stamp says. Raises `NotBuilt`."""
    if os.environ.get("THALWEG_NO_KERNEL"):
        raise NotBuilt("it was left out by THALWEG_NO_KERNEL")
    if os.name != "posix":
        raise NotBuilt("it is built on Linux and macOS only")
    compiler = find_compiler()
    wide = platform.machine().lower() in ("x86_64", "amd64")
    with tempfile.TemporaryDirectory(prefix="thalweg-compile-") as folder:
        wanted = ("-DTHALWEG_WIDE",) if wide else ()
        jobs = [
            (sources / f"{name}.cpp", Path(folder, f"{name}_{variant}.o"), (*flags, f"-D{macro}_{variant}"))
            for name, macro in FOR_EACH_VARIANT.items()
            for variant, flags in VARIANTS.items()
            if wide or variant == "baseline"
        ]
        jobs += [(sources / f"{name}.cpp", Path(folder, f"{name}.o"), wanted) for name in ONCE]
        run([[*compiler, *FLAGS, *flags, "-c", str(source), "-o", str(to)] for source, to, flags in jobs])
        made = Path(folder, FILE)
        run([[*compiler, "-shared", "-o", str(made), *(str(to) for _, to, _ in jobs)]])
        try:
            ctypes.CDLL(str(made)).thalweg_layout()
        except (OSError, AttributeError) as error:
            raise NotBuilt(f"what {compiler[0]} made cannot be loaded here: {error}") from None
        # put there in one step: a process that uses the one before keeps it
        beside = library.with_suffix(".part")
        shutil.copyfile(made, beside)
        os.replace(beside, library)
    digest = hashlib.sha256(library.read_bytes()).hexdigest()
    return {"sha256": digest, "built_with": version_of(compiler)}


def find_compiler() -> list[str]:
    """Return the command of the C++ compiler: CXX, or the first that is found."""
    named = shlex.split(os.environ.get("CXX", ""))
    for words in [named] if named else [[name] for name in COMPILERS]:
        if shutil.which(words[0]):
            return words
    raise NotBuilt(f"no C++ compiler was found ({named[0] if named else ', '.join(COMPILERS)})")


def run(commands: list[list[str]]) -> None:
    """Run commands side by side. Raises `NotBuilt` with the first line of what the first to fail says."""
    try:
        running = [
            subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
            for command in commands
        ]
    except OSError as error:
        raise NotBuilt(f"{commands[0][0]} cannot be run: {error}") from None
    try:
        said = [process.communicate(timeout=SECONDS)[1] for process in running]
    except subprocess.TimeoutExpired:
        for process in running:
            process.kill()
        raise NotBuilt(f"{commands[0][0]} took longer than {SECONDS} s") from None
    for process, text in zip(running, said, strict=True):
        if process.returncode:
            error = next((line for line in text.splitlines() if "error" in line), text.strip() or "no word")
            raise NotBuilt(f"{commands[0][0]} failed: {error}")


def version_of(compiler: list[str]) -> str:
    """Return the first line of what the compiler says of itself."""
    try:
        said = subprocess.run([*compiler, "--version"], capture_output=True, text=True, timeout=30).stdout
    except (OSError, subprocess.TimeoutExpired):
        said = ""
    return next(iter(said.splitlines()), compiler[0])
