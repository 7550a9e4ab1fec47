"""Where somebody says that something is: text becomes a path, or what cannot be one is named.

Every path that a caller gives comes through here, whatever is to be found or made there.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Any, cast

from thalweg.errors import ThalwegError, shown
from thalweg.limits import LONGEST_NAME, LONGEST_PATH
from thalweg.remote import is_url, remote_path

SPECIAL = {
    stat.S_ISFIFO: "a named pipe",
    stat.S_ISSOCK: "a socket",
    stat.S_ISCHR: "a device",
    stat.S_ISBLK: "a device",
}
"""What may lie at a path and has no end, or no beginning: reading it could wait for ever."""


def given_path(given: Any, what: str, error: type[ThalwegError], *, remote: bool = False) -> Path:
    """Return the path that was given, `~` expanded where no file has that very name.

    `what`: what is to be there, for the message, such as "a run". Nothing has to be there. Raises `error`
    for what is no text, for an empty one, for what no path can hold (a zero byte, what is not UTF-8, too
    many letters), for a place that cannot be looked at, and for a named pipe, a socket or a device.
    `remote`: whether a URL may be given as well, of which a `RemotePath` is made; else one is refused.

    Examples:
        >>> from thalweg.errors import RunError
        >>> from thalweg.places import given_path
        >>> given_path("runs/first", "a run", RunError)
        PosixPath('runs/first')
        >>> given_path("", "a run", RunError)
        Traceback (most recent call last):
        thalweg.errors.RunError: The path of a run is empty.
        ...
    """
    if is_url(given):
        return _at_url(given, what, error, remote)
    text = _text(given, what, error)
    _refuse_impossible(text, what, error)
    path = _at_home(text, what, error)
    try:
        found = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return path
    except OSError as failed:
        raise error(
            f"{shown(text, quoted=False)}: cannot be looked at: {failed.strerror or failed}.",
            hint="correct the path, or have its folder opened to you.",
        ) from None
    special = next((name for is_one, name in SPECIAL.items() if is_one(found.st_mode)), None)
    if special is not None:
        raise error(
            f"{text}: {special}: {what} is a file or a folder.",
            hint="write what comes out of it into a file first, and name that.",
        )
    return path


def _at_url(given: Any, what: str, error: type[ThalwegError], remote: bool) -> Path:
    if not remote and not str(given).lower().startswith("file://"):
        raise error(
            f"{shown(str(given), quoted=False)}: a URL, and {what} is read and written on this machine only.",
            hint="give a path, and copy from there or to there.",
        )
    # it has the methods of a path that are used on one
    return cast("Path", remote_path(given, what, error) if isinstance(given, str) else given)


def _text(given: Any, what: str, error: type[ThalwegError]) -> str:
    if isinstance(given, str | os.PathLike):
        text = os.fspath(given)
        if isinstance(text, str):
            if text:
                return text
            raise error(
                f"The path of {what} is empty.", hint="name it, or leave it out; the folder here is ."
            )
    raise error(f"{shown(given)}: expected the path of {what}, as text.", hint="for example 'runs/first'.")


def _refuse_impossible(text: str, what: str, error: type[ThalwegError]) -> None:
    if "\0" in text:
        raise error(f"{shown(text)}: no path of {what} holds a zero byte.", hint="correct the path.")
    try:
        whole = os.path.abspath(text).encode("utf-8")
    except UnicodeEncodeError:
        raise error(
            f"{shown(text)}: the path of {what}, with the folders above it, is not UTF-8.",
            hint="rename the file or folder: what is kept on record is UTF-8.",
        ) from None
    name = max(whole.split(os.sep.encode()), key=len)
    if len(name) > LONGEST_NAME or len(whole) > LONGEST_PATH:
        raise error(
            f"{shown(text)}: too long for a path of {what} ({len(whole):,} bytes, its longest name "
            f"{len(name):,}).",
            hint=f"a name has at most {LONGEST_NAME} bytes, a path {LONGEST_PATH:,}.",
        )


def _at_home(text: str, what: str, error: type[ThalwegError]) -> Path:
    path = Path(text)
    if not text.startswith("~") or path.exists():
        return path
    try:
        return path.expanduser()
    except RuntimeError:
        user = path.parts[0]
        raise error(
            f"{shown(text, quoted=False)}: no user is called so here.",
            hint=f"write ./{user} where {what} really has that name.",
        ) from None
