"""Fetch the files of a named data set from the first mirror that has true copies of them."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import threading
import time
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from thalweg.data.registry import NamedFile, NamedSet
from thalweg.data.transfer import CONNECT_SECONDS, reason_of, retrieve
from thalweg.data.verification import check_compressed, read_verified
from thalweg.errors import DataError, SourceUnreachable

ANSWER_SECONDS = 5.0


def download(named: NamedSet, files: list[NamedFile], folder: Path) -> None:
    """Put `files` of `named` into `folder`, each moved into place only once it is known to be true.

    Mirrors are tried in turn; those that give no answer within `ANSWER_SECONDS` are passed over, all
    together and not one after the other. Raises `SourceUnreachable` with every mirror's reason; an
    interruption leaves no unfinished file.
    """
    reasons: dict[str, str] = {}
    wanted = list(files)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for mirror in _answering(named.mirrors, files[0], reasons):
            # A workplace for each mirror: what one of them got wrong must not pass for another's.
            with tempfile.TemporaryDirectory(prefix=".download-", dir=folder) as workplace:
                places = (Path(workplace), folder)
                wanted = _take(mirror, named, wanted, places=places, reasons=reasons)
            if not wanted:
                return
    except OSError as error:
        raise DataError(
            f"Cannot write {named.name} into {folder}: {error.strerror or error}.",
            hint="free some space or correct the folder's rights.",
        ) from None
    finally:
        with contextlib.suppress(OSError):  # an empty folder would look as if something had been fetched
            folder.rmdir()
    raise unreachable(named, reasons, folder)


def unreachable(named: NamedSet, reasons: dict[str, str], folder: Path) -> SourceUnreachable:
    """Return the error that says which mirrors failed, why, and which folder to fill with which files."""
    tried = "".join(f"\n  {mirror}: {reason}" for mirror, reason in reasons.items())
    return SourceUnreachable(
        f"{named.name} is not on this machine and could not be fetched:{tried}",
        hint=f"put {', '.join(file.published for file in named.files)} into {folder}, or into the subfolder "
        f"{named.name} of a folder given as --data-dir or THALWEG_DATA; `digits` needs no download.",
    )


def _answering(mirrors: tuple[str, ...], file: NamedFile, reasons: dict[str, str]) -> Iterator[str]:
    """Yield the mirrors that answer at all, in order; all are asked at once.

    A name server that is out of reach can take half a minute a host, and no time-out of a request covers
    that, so each mirror is asked in a thread that is left behind if it does not come back.
    """
    failures: dict[str, str] = {}
    threads = {
        mirror: threading.Thread(target=_ask, args=(mirror, _address(mirror, file), failures), daemon=True)
        for mirror in mirrors
    }
    for thread in threads.values():
        thread.start()
    deadline = time.monotonic() + ANSWER_SECONDS
    for mirror, thread in threads.items():
        thread.join(max(0.0, deadline - time.monotonic()))
        if thread.is_alive():
            reasons[mirror] = f"no answer within {ANSWER_SECONDS:g} seconds"
        elif mirror in failures:
            reasons[mirror] = failures[mirror]
        else:
            yield mirror


def _ask(mirror: str, address: str, failures: dict[str, str]) -> None:
    """Note in `failures` why `mirror` does not answer; any answer will do, a refusal is dealt with later."""
    import requests

    try:
        requests.head(address, timeout=(CONNECT_SECONDS, CONNECT_SECONDS)).close()
    except (requests.RequestException, ValueError) as error:
        failures[mirror] = reason_of(error)


def _address(mirror: str, file: NamedFile) -> str:
    return mirror if mirror.endswith(".zip") else mirror + file.published


def _take(
    mirror: str,
    named: NamedSet,
    files: list[NamedFile],
    *,
    places: tuple[Path, Path],
    reasons: dict[str, str],
) -> list[NamedFile]:
    """Move what `mirror` truly has of `files` from the workplace to the folder, `places`.

    Returns the rest, with the reason noted.
    """
    import requests

    workplace, folder = places
    rest = list(files)
    for file in files:
        try:
            path = _fetch(mirror, file, workplace)
            read_verified(path, file, named)
            check_compressed(path, file)
        except requests.RequestException as error:
            reasons[mirror] = f"{file.published}: {reason_of(error)}"
            return rest
        except DataError as error:
            reasons[mirror] = error.message.replace(f"{workplace}{os.sep}", "")
            return rest
        os.replace(path, folder / file.published)
        rest.remove(file)
    return rest


def _fetch(mirror: str, file: NamedFile, workplace: Path) -> Path:
    """Return where in `workplace` the mirror's copy of `file` was written."""
    if not mirror.endswith(".zip"):
        return retrieve(mirror + file.published, workplace, file.published)
    archive = workplace / "archive.zip"
    if not archive.exists():
        retrieve(mirror, workplace, archive.name)
    return _unpack(archive, file, workplace)


def _unpack(archive: Path, file: NamedFile, workplace: Path) -> Path:
    """Return the member of `archive` that is `file`, written into `workplace`."""
    try:
        with zipfile.ZipFile(archive) as members:
            found = [name for name in members.namelist() if name.rpartition("/")[2] == file.published]
            if not found:
                raise DataError(f"the archive has no {file.published}")
            path = workplace / file.published
            with members.open(found[0]) as source, path.open("wb") as target:
                shutil.copyfileobj(source, target)
            return path
    except (zipfile.BadZipFile, zlib.error) as error:
        raise DataError(f"the archive is damaged ({error})") from None
