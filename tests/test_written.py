import errno
import os
import shutil

import polars
import pytest

from thalweg.temporary import against, folder_beside
from thalweg.written import system_errors, write_whole

IN_RUST = "parquet: File out of specification: underlying IO error: No space left on device (os error 28)"


@pytest.mark.parametrize(
    ("error", "number"),
    [
        (polars.exceptions.ComputeError(IN_RUST), errno.ENOSPC),
        (OSError("File too large (os error 27)"), errno.EFBIG),
        (shutil.Error([("a", "b", "[Errno 28] No space left on device")]), errno.ENOSPC),
        (OSError(errno.EACCES, "Permission denied"), errno.EACCES),
    ],
)
def test_a_full_disk_is_told_by_its_number_whoever_writes(tmp_path, error, number):
    path = tmp_path / "x.parquet"
    path.write_bytes(b"old")

    def fails(temporary):
        temporary.write_bytes(b"half")
        raise error

    with pytest.raises(OSError, match=os.strerror(number)) as caught:
        write_whole(path, fails)
    assert caught.value.errno == number
    assert [(each.name, each.read_bytes()) for each in tmp_path.iterdir()] == [("x.parquet", b"old")]


@pytest.mark.parametrize("error", [ValueError("no number"), KeyboardInterrupt()])
def test_other_exceptions_stay_what_they_are(error):
    with pytest.raises(type(error)) as caught, system_errors():
        raise error
    assert caught.value is error


def test_a_folder_is_moved_away_or_gone(tmp_path):
    with folder_beside(tmp_path / "one") as folder:
        (folder / "file").touch()
        folder.rename(tmp_path / "one")
    with pytest.raises(ZeroDivisionError), folder_beside(tmp_path / "two") as folder:
        (folder / str(1 // 0)).touch()
    assert [path.name for path in tmp_path.iterdir()] == ["one"]


@pytest.mark.parametrize(
    ("number", "says"),
    [(errno.ENOSPC, "free some disk space"), (errno.EFBIG, "ulimit -f"), (errno.EROFS, "may write")],
)
def test_what_helps_depends_on_what_refused(number, says):
    found = against(OSError(number, "x"), "with --out")
    assert says in found
    assert found.endswith("with --out.")
