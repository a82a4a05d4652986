"""A finished run goes into its folder whole: files of two runs never stand together, wherever a stop comes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path


def place(made: Path, out: Path, names: Sequence[str], before: Path) -> None:
    """Put the files of `names` that are in `made` into `out`, as its only ones of these names; others there stay.

    A folder that is not there yet comes at once. Else what an earlier run left goes to `before` first, which is made
    for it. The last of `names` says that a set is whole: it is the first to leave and the last to come. If this is
    interrupted, `out` is put back as it was; if the process is killed, `out` holds files of one run only, and those
    of the earlier one are in `before`. All three are on the same disk.
    """
    if not out.exists():
        made.replace(out)
        return
    ours = [name for name in names if (made / name).exists()]
    before.mkdir()
    try:
        _move(out, before, names[::-1])
        _move(made, out, ours)
    except BaseException:
        _move(out, made, [name for name in ours[::-1] if not (made / name).exists()])
        _move(before, out, names)
        raise


def _move(source: Path, target: Path, names: Sequence[str]) -> None:
    for name in names:
        if (source / name).exists():
            (source / name).replace(target / name)
