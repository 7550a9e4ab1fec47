"""Files that are whole or absent, whoever writes them: Python, or a library that opens the file itself."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from thalweg.temporary import temporary_beside

NUMBER = re.compile(r"\(os error (\d{1,6})\)|\[Errno (\d{1,6})\]")
"""How libraries in Rust (polars, safetensors) say what the system said, and Python's shutil of many files."""


def write_whole(path: Path, write: Callable[[Path], object]) -> None:
    """Let `write` fill a temporary file in the folder of `path`, then put it in the place of `path`.

    A process that is killed at any moment, or a disk that is full, leaves the old file or the new one,
    never a part. Raises `OSError` with its number and words where the disk refuses, also where the library
    that writes has an exception of its own for it.

    Examples:
        >>> from pathlib import Path
        >>> from thalweg.written import write_whole
        >>> write_whole(Path("words.txt"), lambda temporary: temporary.write_text("whole", "utf-8"))
        >>> Path("words.txt").read_text("utf-8")
        'whole'
    """
    with temporary_beside(path) as temporary:
        temporary.touch()
        readers = temporary.stat().st_mode
        with system_errors():
            write(temporary)
        temporary.chmod(readers)  # safetensors makes files that only their owner may read
        with temporary.open("rb") as file:
            os.fsync(file.fileno())
        os.replace(temporary, path)


@contextmanager
def system_errors() -> Iterator[None]:
    """Raise as `OSError`, with its number, what a library says of the system in an exception of its own."""
    try:
        yield
    except Exception as error:
        found = NUMBER.search(str(error))
        if found is None or (isinstance(error, OSError) and error.errno is not None):
            raise
        number = int(found[1] or found[2])
        raise OSError(number, os.strerror(number)) from None
