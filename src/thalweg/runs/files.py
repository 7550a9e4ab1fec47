"""Files that are whole or absent: written beside their place, then moved into it in one step."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from thalweg.errors import RunError
from thalweg.runs.temporary import not_written, temporary_beside
from thalweg.unfolding import DAMAGED, refuse_archive

if TYPE_CHECKING:
    import numpy as np
    import polars

    Tensors = dict[str, np.ndarray]

DEEPEST = 32
"""Levels of lists and tables in a file that is read; nothing of ours nests half as deep."""
AGAIN = "restore this file from a copy, or make the run, study or audit again."


def write_atomically(path: Path, write: Callable[[Path], object]) -> None:
    """Let `write` fill a temporary file in the folder of `path`, then put it in the place of `path`.

    A process that is killed at any moment leaves the old file or the new one, never a part. Raises
    `RunError` when the disk refuses.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary_beside(path) as temporary:
            temporary.touch()
            readers = temporary.stat().st_mode
            write(temporary)
            temporary.chmod(readers)  # safetensors makes files that only their owner may read
            with temporary.open("rb") as file:
                os.fsync(file.fileno())
            os.replace(temporary, path)
    except OSError as error:
        raise not_written(path, error) from None


def write_json(path: Path, content: Any) -> None:
    """Write `content` as indented JSON. NaN and infinity are refused: they are not JSON."""
    text = json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    write_atomically(path, lambda temporary: temporary.write_text(text, "utf-8"))


def read_json(path: Path) -> Any:
    """Read a JSON file. Raises `RunError` naming the file and the line where it is broken."""
    with reading(path, ValueError, RecursionError):
        return _decoded(path.read_bytes())


def _decoded(text: bytes) -> Any:
    import msgspec

    try:
        content = msgspec.json.decode(text)
    except msgspec.DecodeError as error:
        byte = re.search(r"\(byte (\d+)\)", str(error))
        line = text.count(b"\n", 0, int(byte[1]) if byte else len(text)) + 1
        raise ValueError(f"{error}, line {line}") from None
    level = [content]
    for _ in range(DEEPEST):
        level = [child for each in level for child in _children(each)]
    if level:
        raise ValueError(f"lists and tables nested more than {DEEPEST} deep")
    return content


def _children(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def write_tensors(path: Path, tensors: Mapping[str, np.ndarray], facts: Mapping[str, Any]) -> None:
    """Write named arrays as safetensors, with `facts` as JSON in the header, and the hash of both."""
    import numpy as np
    from safetensors import SafetensorError
    from safetensors.numpy import save_file

    whole = {name: np.asarray(tensor, order="C") for name, tensor in tensors.items()}
    said = json.dumps(dict(facts), allow_nan=False)
    header = {"facts": _with_hash(said, _hash_of(whole, said))}

    def save(temporary: Path) -> None:
        try:
            save_file(whole, temporary, metadata=header)
        except SafetensorError as error:  # how its writer says that the disk is full
            raise OSError(_why(error)) from None

    write_atomically(path, save)


def _hash_of(tensors: Mapping[str, np.ndarray], facts: str) -> str:
    """Return the SHA-256 of facts and of arrays with their names, types and shapes: of all that was meant."""
    found = hashlib.sha256(facts.encode())
    for name in sorted(tensors):
        tensor = tensors[name]
        found.update(f"{name} {tensor.dtype.str} {tensor.shape}".encode())
        found.update(tensor.reshape(-1).view("u1").data if tensor.size else b"")
    return found.hexdigest()


def _with_hash(facts: str, found: str) -> str:
    """Put the hash last among the facts: a second entry of the header would come first or last by chance."""
    return f'{facts[:-1]}{", " if facts != "{}" else ""}"sha256": "{found}"}}'


def _without_hash(facts: str) -> tuple[str, str | None]:
    """Return the facts as they were hashed, and the hash; None for a file from before there was one."""
    found = re.search(r'(, )?"[^"]{6}": "([0-9a-f]{64})"\}$', facts)
    if found is None and '"sha256"' in facts:
        raise ValueError("its hash is damaged")
    return (facts, None) if found is None else (facts[: found.start()] + "}", found[2])


def write_arrays(path: Path, arrays: Mapping[str, np.ndarray]) -> None:
    """Write named arrays as a compressed `.npz`. Raises `RunError` for Python objects: nothing is pickled."""
    import numpy as np

    plain = {name: _without_objects(path, name, array) for name, array in arrays.items()}
    write_atomically(
        path,
        lambda temporary: np.savez_compressed(temporary, allow_pickle=False, **plain),  # type: ignore[arg-type]
    )


def _without_objects(path: Path, name: str, value: Any) -> np.ndarray:
    import numpy as np

    array = np.asarray(value)
    if array.dtype.hasobject:
        raise RunError(
            f"{path}: array {name!r} holds Python objects (dtype {array.dtype}).",
            hint="give numbers, booleans or fixed-width strings: nothing in a run is pickled.",
        )
    return array


def read_arrays(path: Path) -> Tensors:
    """Read the named arrays of a `.npz`. Raises `RunError` when it is missing or damaged."""

    import numpy as np

    with reading(path, *(kind for kind in DAMAGED if kind is not OSError)):
        # opened here, so that it is closed when NumPy finds it damaged
        with path.open("rb") as file:
            refuse_archive(path, file, RunError)
            with np.load(file, allow_pickle=False) as arrays:
                return {name: arrays[name] for name in arrays.files}


def read_table(path: Path) -> polars.DataFrame:
    """Read a Parquet table. Raises `RunError` when it is missing or damaged."""
    import polars

    # a panic of its reader is no Exception: nothing of a damaged file may end a command
    with reading(path, polars.exceptions.PolarsError, polars.exceptions.PanicException):
        return polars.read_parquet(path)


def _why(error: Exception) -> str:
    return str(error).rsplit("I/O error: ", 1)[-1].split(" (os error")[0]


def read_tensors(path: Path) -> tuple[Tensors, dict[str, Any]]:
    """Read the named arrays and the facts that `write_tensors` wrote.

    Raises `RunError` where the file is missing or damaged: also by a single bit, unless it was written before
    hashes were kept in it.
    """
    from safetensors import SafetensorError, safe_open

    from thalweg.runs.described import checked
    from thalweg.runs.envelopes import Facts

    broken = (SafetensorError, ValueError, RecursionError)
    with reading(path, *broken), safe_open(path, framework="numpy") as file:
        header = file.metadata() or {}
        if header and "facts" not in header:
            raise ValueError("its header holds no facts")
        said, before = _without_hash(header.get("facts", "{}"))
        facts = _decoded(said.encode())
        tensors = {name: file.get_tensor(name) for name in file.keys()}
        if before is not None and before != _hash_of(tensors, said):
            raise ValueError("its content is not what was written (the hash differs)")
    return tensors, checked(facts, Facts, path, hint=AGAIN)


@contextmanager
def reading(path: Path, *broken: type[BaseException]) -> Iterator[None]:
    """Turn what goes wrong while reading `path` into a `RunError` that names it.

    `broken`: the exceptions with which the format's reader says that the content is damaged.
    """
    try:
        yield
    except FileNotFoundError:
        raise RunError(
            f"{path}: this file of the run is missing.",
            hint="the run was not finished (continue it with thalweg train --resume) or a file was deleted.",
        ) from None
    except broken as error:
        raise RunError(
            f"{path}: damaged: {str(error).splitlines()[0] if str(error) else type(error).__name__}.",
            hint=AGAIN,
        ) from None
    except OSError as error:
        raise RunError(
            f"{path}: cannot be read: {error.strerror or error}.", hint="check the file's permissions."
        ) from None
