"""Files that are whole or absent: written beside their place, then moved into it in one step."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from thalweg.errors import RunError
from thalweg.limits import refuse_beyond
from thalweg.parquet import read_parquet
from thalweg.remote import RemotePath, remote_folder
from thalweg.runs.lease import refuse_taken
from thalweg.temporary import not_written, temporary_beside
from thalweg.unfolding import DAMAGED, refuse_archive
from thalweg.written import system_errors, write_whole

if TYPE_CHECKING:
    import numpy as np
    import polars

    Tensors = dict[str, np.ndarray]

AGAIN = "restore this file from a copy, or make the run, study or audit again."


def write_atomically(path: Path, write: Callable[[Path], object]) -> None:
    """Let `write` fill a temporary file in the folder of `path`, then put it in the place of `path`.

    A process that is killed at any moment leaves the old file or the new one, never a part. Raises
    `RunError` when the disk refuses. A URL is given the whole file in one write.
    """
    try:
        if isinstance(path, RemotePath):
            refuse_taken(path)
            with _for_a_while(path) as local:
                local.touch()
                with system_errors():
                    write(local)
                path.put(local)
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, write)
    except OSError as error:
        raise not_written(path, error) from None


@contextmanager
def _for_a_while(path: RemotePath) -> Iterator[Path]:
    """Yield a name of this machine for what is at a URL, and delete what is there in the end."""
    folder = remote_folder() / "passing"
    folder.mkdir(parents=True, exist_ok=True)
    with temporary_beside(folder / path.name) as local:
        yield local


@contextmanager
def on_this_machine(path: Path) -> Iterator[Path]:
    """Yield the path of a file as it is; of a file at a URL, that of a copy that is deleted afterwards."""
    if not isinstance(path, RemotePath):
        yield path
        return
    with _for_a_while(path) as local:
        path.get(local)
        yield local


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
    return refuse_beyond(content)


def write_tensors(path: Path, tensors: Mapping[str, np.ndarray], facts: Mapping[str, Any]) -> None:
    """Write named arrays as safetensors, with `facts` as JSON in the header, and the hash of both."""
    import numpy as np
    from safetensors.numpy import save_file

    whole = {name: np.asarray(tensor, order="C") for name, tensor in tensors.items()}
    said = json.dumps(dict(facts), allow_nan=False)
    header = {"facts": _with_hash(said, _hash_of(whole, said))}
    write_atomically(path, lambda temporary: save_file(whole, temporary, metadata=header))


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
    with reading(path, ValueError):
        return read_parquet(path, RunError)


def read_tensors(path: Path) -> tuple[Tensors, dict[str, Any]]:
    """Read the named arrays and the facts that `write_tensors` wrote.

    Raises `RunError` where the file is missing or damaged: also by a single bit, unless it was written before
    hashes were kept in it.
    """
    from safetensors import safe_open

    from thalweg.runs.described import checked
    from thalweg.runs.envelopes import Facts

    with (
        reading(path, *broken_tensors()),
        on_this_machine(path) as local,
        safe_open(local, framework="numpy") as file,
    ):
        header = file.metadata() or {}
        if header and "facts" not in header:
            raise ValueError("its header holds no facts")
        said, before = _without_hash(header.get("facts", "{}"))
        facts = _decoded(said.encode())
        tensors = {name: file.get_tensor(name) for name in file.keys()}
        if before is not None and before != _hash_of(tensors, said):
            raise ValueError("its content is not what was written (the hash differs)")
    return tensors, checked(facts, Facts, path, hint=AGAIN)


def broken_tensors() -> tuple[type[Exception], ...]:
    """Return what reading safetensors raises of a file that is damaged."""
    from safetensors import SafetensorError

    # NumPy has no type of some names that the format knows, such as F8_E4M3
    return SafetensorError, ValueError, RecursionError, AttributeError, TypeError


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
            f"{path}: cannot be read: {error.strerror or error}.",
            hint=path.hint(error) if isinstance(path, RemotePath) else "check the file's permissions.",
        ) from None
