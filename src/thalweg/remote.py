"""Places that are no folder of this machine: URLs of object stores and other file systems, through fsspec.

`RemotePath` has what is used here of `pathlib.Path`, so that whoever reads and writes a run need not know
where it is. An object store has no folders, no renaming and no locks, but an object is whole or absent: a
file is written by one call of `put`, and a folder is there as long as anything is in it.
"""

from __future__ import annotations

import errno
import fnmatch
import importlib.util
import io
import os
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any, TypeVar

from thalweg.errors import ThalwegError, near_match, shown

T = TypeVar("T")

WHOLE = ("memory", "s3", "s3a", "gs", "gcs", "az", "abfs", "abfss", "adl", "oss", "oci", "r2")
"""Stores of objects, which are whole or absent, and have no folders to be made."""

HERE = ("file", "local")
"""What a URL begins with that is a path of this machine."""

ANSWERED_WITHIN = 30.0
"""Seconds in which a store must have said whether something is there, when it is first asked."""

URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+)://(.*)", re.DOTALL)


def is_url(given: object) -> bool:
    """Whether `given` is a URL, or a place that was made of one.

    Examples:
        >>> from thalweg.remote import is_url
        >>> is_url("s3://bucket/run"), is_url("runs/first")
        (True, False)
    """
    return isinstance(given, RemotePath) or (isinstance(given, str) and URL.match(given) is not None)


@dataclass(frozen=True)
class Status:
    """What is known of a file: its size in bytes, and when it was last changed, 0 where nobody says."""

    st_size: int
    st_mtime: float


class RemotePath:
    """A file or a folder of a store that fsspec knows. `str` of it is its URL.

    Its methods are those of `pathlib.Path` of the same name. All raise `OSError` where the store refuses or
    cannot be reached, whatever its own library raises.
    """

    def __init__(self, store: Any, scheme: str, place: PurePosixPath):
        self._store, self._scheme, self._place = store, scheme, place

    name = property(lambda self: self._place.name)
    stem = property(lambda self: self._place.stem)
    suffix = property(lambda self: self._place.suffix)
    parts = property(lambda self: self._place.parts)

    @property
    def parent(self) -> RemotePath:
        """The folder that it is in; of a bucket, the bucket."""
        return self if len(self._place.parts) < 2 else self._at(self._place.parent)

    @property
    def is_whole(self) -> bool:
        """Whether what is written here is whole or absent by itself."""
        return self._scheme in WHOLE

    def with_name(self, name: str) -> RemotePath:
        """Return the place of that name in the same folder."""
        return self._at(self._place.with_name(name))

    def with_suffix(self, suffix: str) -> RemotePath:
        """Return the place of the same name but for its ending."""
        return self._at(self._place.with_suffix(suffix))

    def absolute(self) -> RemotePath:
        """Return the place itself: a URL does not depend on where one stands."""
        return self

    resolve = absolute

    def exists(self) -> bool:
        """Whether a file is here, or anything in it as in a folder."""
        return self._asked(lambda: self._store.exists(str(self)))

    def is_file(self) -> bool:
        """Whether a file is here."""
        return self._asked(lambda: self._store.isfile(str(self)))

    def is_dir(self) -> bool:
        """Whether anything is in it, as in a folder."""
        return self._asked(lambda: self._store.isdir(str(self)))

    def iterdir(self) -> Iterator[RemotePath]:
        """Yield what is in it, as in a folder."""
        found = self._asked(lambda: self._store.ls(str(self), detail=False))
        own = PurePosixPath(self._store._strip_protocol(str(self)))
        names = sorted({PurePosixPath(each).name for each in found if PurePosixPath(each) != own})
        return iter([self / name for name in names])

    def glob(self, pattern: str) -> Iterator[RemotePath]:
        """Yield what is in it with a name of that pattern, nothing where it is not there."""
        try:
            inside = list(self.iterdir())
        except FileNotFoundError:
            return iter(())
        return iter([each for each in inside if fnmatch.fnmatchcase(each.name, pattern)])

    def stat(self) -> Status:
        """Return its size and age."""
        said = self._asked(lambda: self._store.info(str(self)))
        changed = said.get("LastModified") or said.get("mtime") or said.get("created")
        seconds = changed.timestamp() if hasattr(changed, "timestamp") else changed
        return Status(int(said.get("size") or 0), float(seconds or 0.0))

    def content_key(self) -> str:
        """Return what changes where its content does."""
        if not self.is_dir():
            return str(self._asked(lambda: self._store.ukey(str(self))))
        inside = self._asked(lambda: self._store.find(str(self), detail=True))
        return str(sorted((name, str(said)) for name, said in inside.items()))

    def read_bytes(self) -> bytes:
        """Return all of a file."""
        return self._asked(lambda: self._store.cat_file(str(self)))

    def read_text(self, encoding: str = "utf-8") -> str:
        """Return all of a text."""
        return self.read_bytes().decode(encoding)

    def open(self, mode: str = "rb") -> IO[Any]:
        """Open a file to be read: all of it is fetched."""
        if mode not in ("r", "rb"):
            raise OSError(errno.EINVAL, "a file of a store is written whole, with put", str(self))
        content = io.BytesIO(self.read_bytes())
        return content if mode == "rb" else io.TextIOWrapper(content, "utf-8")

    def get(self, local: Path) -> None:
        """Fetch a file, or a folder with all that is in it, to a place of this machine."""
        self._asked(lambda: self._store.get(str(self), str(local), recursive=self.is_dir()))

    def put(self, local: Path) -> None:
        """Write the content of a local file here, whole or not at all."""
        if self._scheme == "memory":
            self._asked(lambda: self._store.pipe_file(str(self), local.read_bytes()))
        elif self.is_whole:
            self._asked(lambda: self._store.put_file(str(local), str(self)))
        else:
            beside = self.with_name(f".{self.name}.{os.getpid()}")
            self._asked(lambda: self._store.makedirs(str(self.parent), exist_ok=True))
            self._asked(lambda: self._store.put_file(str(local), str(beside)))
            self._asked(lambda: self._store.mv(str(beside), str(self)))

    def create(self, content: bytes) -> None:
        """Write `content` where nothing is; raises `FileExistsError` where something is.

        Of several at one moment one succeeds, where the store has a conditional write: S3, Google's, Azure's,
        memory. Others are asked first, and two may then both believe so.
        """
        if not self.is_whole:
            self._asked(lambda: self._store.makedirs(str(self.parent), exist_ok=True))
        try:
            self._asked(lambda: self._store.pipe_file(str(self), content, mode="create"))
        except OSError as error:
            if "PreconditionFailed" in str(error) or "ConditionalRequestConflict" in str(error):
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(self)) from None
            raise

    def replace_with(self, content: bytes) -> None:
        """Write `content` here, whatever is."""
        self._asked(lambda: self._store.pipe_file(str(self), content))

    def unlink(self, missing_ok: bool = False) -> None:
        """Delete a file."""
        if missing_ok and not self.exists():
            return
        with suppress(FileNotFoundError) if missing_ok else _nothing():
            self._asked(lambda: self._store.rm_file(str(self)))

    def remove_all(self) -> None:
        """Delete all that is in it, file by file."""
        if self.exists():
            self._asked(lambda: self._store.rm(str(self), recursive=True))

    def mkdir(self, parents: bool = False, exist_ok: bool = False) -> None:
        """Do nothing but raise `FileExistsError` where anything is: folders come with their files."""
        if not exist_ok and self.exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(self))

    def rmdir(self) -> None:
        """Delete an empty folder, where a store has such."""
        if not self.is_whole and self.exists():
            self._asked(lambda: self._store.rmdir(str(self)))

    def refuse_missing_store(self) -> None:
        """Raise `FileNotFoundError` where the bucket is missing; a folder that is not there is no error."""
        try:
            self._asked(lambda: self._store.ls(str(self), detail=False))
        except FileNotFoundError as error:
            if "bucket" in str(error.strerror).lower().replace(self.parts[0].lower(), ""):
                raise
        except PermissionError:  # whoever may not list may still write
            pass

    def hint(self, error: OSError) -> str:
        """Return what helps where the store has refused with `error`."""
        if isinstance(error, PermissionError):
            return (
                "give credentials that may do this, where the store's own tools look for them (such as "
                f"AWS_ACCESS_KEY_ID), or in fsspec's configuration (FSSPEC_{self._scheme.upper()}_...)."
            )
        if isinstance(error, FileNotFoundError):
            return f"make {self.parts[0]} first, or correct the name."
        return "see that the store can be reached from here; what it holds is whole."

    def __truediv__(self, name: str | PurePosixPath) -> RemotePath:
        return self._at(self._place / name)

    def __str__(self) -> str:
        return f"{self._scheme}://{self._place}"

    def __repr__(self) -> str:
        return f"RemotePath({str(self)!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RemotePath) and str(self) == str(other)

    def __lt__(self, other: RemotePath) -> bool:
        return str(self) < str(other)

    def __hash__(self) -> int:
        return hash(str(self))

    def _at(self, place: PurePosixPath) -> RemotePath:
        return RemotePath(self._store, self._scheme, place)

    def _asked(self, what: Callable[[], T]) -> T:
        """Ask the store; what is wrong is an `OSError` with a number and a text, of whatever library."""
        with suppress(Exception):  # what others have written meanwhile is seen
            self._store.invalidate_cache()
        try:
            return what()
        except Exception as error:
            raise _as_os_error(error, str(self)) from None


def remote_folder() -> Path:
    """Return the folder of the user's cache for what is fetched."""
    import platformdirs

    return platformdirs.user_cache_path("thalweg") / "remote"


def remote_path(url: str, what: str, error: type[ThalwegError]) -> Path | RemotePath:
    """Return the place that a URL names, after its store has answered once.

    `what`: what is to be there, for the message; nothing has to be. Raises `error` where fsspec or what it
    needs for this store is not installed, no store of that name is known, the URL holds a password, or the
    store does not answer.
    """
    found = URL.match(url)
    assert found is not None, "only URLs come here"
    scheme, rest = found[1].lower(), found[2]
    if scheme in HERE:
        return Path(rest)
    if not rest.strip("/"):
        raise error(f"{shown(url)} names no place of {what}.", hint=f"give such as {scheme}://bucket/name.")
    if re.match(r"[^/]*:[^/]*@", rest):
        raise error(
            f"a URL of {what} holds a password, which would be kept on record.",
            hint="leave it out, and give it where the store's own tools look for it.",
        )
    place = RemotePath(_store_of(url, scheme, error), scheme, PurePosixPath(rest.rstrip("/")))
    try:
        _in_time(place.exists)
    except OSError as failed:
        raise error(
            f"{shown(url, quoted=False)}: cannot be looked at: {failed.strerror or failed}.",
            hint=place.hint(failed),
        ) from None
    return place


def _store_of(url: str, scheme: str, error: type[ThalwegError]) -> Any:
    if importlib.util.find_spec("fsspec") is None:
        raise error(
            f"{shown(url, quoted=False)}: URLs are read and written with fsspec, which is not installed.",
            hint="install it with: pip install 'thalweg[remote]'",
        )
    import fsspec

    try:
        return fsspec.core.url_to_fs(url)[0]
    except ImportError as lacking:
        raise error(
            f"{shown(url, quoted=False)}: what fsspec needs for {scheme} is not installed: {lacking}.",
            hint="install that; for S3: pip install 'thalweg[remote]'",
        ) from None
    except ValueError as unknown:
        known = sorted(fsspec.available_protocols())
        raise error(
            f"{shown(url, quoted=False)}: {unknown}.",
            hint=f"give a path, or a URL such as s3://bucket/run.{near_match(scheme, known)}",
        ) from None
    except Exception as failed:
        raise error(
            f"{shown(url, quoted=False)}: the store cannot be opened: {_said(failed)}.",
            hint="correct the URL and what fsspec is configured with.",
        ) from None


def _in_time(ask: Callable[[], object]) -> None:
    """Ask in a thread, since libraries of stores try for minutes."""
    raised: list[OSError] = []

    def attempt() -> None:
        try:
            ask()
        except OSError as error:
            raised.append(error)

    thread = threading.Thread(target=attempt, daemon=True)
    thread.start()
    thread.join(ANSWERED_WITHIN)
    if thread.is_alive():
        raise TimeoutError(errno.ETIMEDOUT, f"no answer in {ANSWERED_WITHIN:.0f} seconds")
    if raised:
        raise raised[0]


def _as_os_error(error: Exception, url: str) -> OSError:
    said = _said(error)
    for kind, number in (
        (FileNotFoundError, errno.ENOENT),
        (FileExistsError, errno.EEXIST),
        (PermissionError, errno.EACCES),
    ):
        if isinstance(error, kind):
            return kind(number, said, url)
    if "credentials" in f"{type(error).__name__} {said}".lower():
        return PermissionError(errno.EACCES, said, url)
    return OSError(getattr(error, "errno", None) or errno.EIO, said, url)


def _said(error: Exception) -> str:
    text = str(getattr(error, "strerror", None) or error).strip().splitlines()
    return (text[0] if text else type(error).__name__).rstrip(".")


@contextmanager
def _nothing() -> Iterator[None]:
    yield
