"""Hidden folders of replays that were killed: the next replay into the same place clears them away."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
from contextlib import suppress
from pathlib import Path


def hold(home: Path) -> int:
    """Mark a folder as in use for as long as this process lives, or until `let_go`; a handle for it."""
    handle = os.open(home, os.O_RDONLY)
    with suppress(OSError):  # a file system without locks: nobody can be told that the folder is in use
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return handle


def let_go(handle: int) -> None:
    """End `hold`."""
    if handle >= 0:
        os.close(handle)


def sweep(out: Path, whole: str) -> None:
    """Remove the temporary folders of earlier runs into `out` that nobody holds.

    One that keeps the files of an earlier run (`before`) stays until `out` is whole, which its file `whole` says.
    """
    pattern = re.compile(re.escape(f".{out.name}.") + "[0-9a-f]{8}")
    for home in sorted(out.parent.iterdir()):
        if not pattern.fullmatch(home.name) or home.is_symlink() or not home.is_dir():
            continue
        if (home / "before").exists() and not (out / whole).exists():
            continue
        if _is_left(home):
            shutil.rmtree(home, ignore_errors=True)


def _is_left(home: Path) -> bool:
    """Whether its process is gone; False where that cannot be known."""
    try:
        handle = os.open(home, os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    else:
        return True
    finally:
        os.close(handle)
