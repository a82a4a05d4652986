"""Training in a process of its own, with low priority: `python -m bot.jobs.trainer`, and the side that starts it.

The request comes as one JSON object on standard input (a database URL may hold a password: it is never an argument),
the report goes out as one JSON object on standard output.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from bot.errors import SharpSignalError

if TYPE_CHECKING:
    from engine.learning.past import Conclusion

NICENESS = 10
By = Literal["night", "hand"]
BY: dict[str, By] = {"night": "night", "hand": "hand"}
LOOK = "watch"
THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


class TrainingFailed(SharpSignalError):
    """The training process ended without a report; the message is the last line it wrote."""


async def train_apart(
    db_url: str, data_dir: Path, least: float, identity: str, cut: int, by: By = "night", offer: bool = True
) -> Conclusion:
    """Train in a new low-priority process and wait for what it concluded; it ends with us if we are cancelled.

    Without `offer` only what it concluded is told, and nothing is left for anyone to take in.

    Raises TrainingFailed.
    """
    found = await _apart(db_url, data_dir, least, identity, cut, by, offer)
    if found is None:
        raise TrainingFailed("the training process wrote no report")
    return found


async def look_apart(db_url: str, data_dir: Path, least: float, identity: str, cut: int) -> Conclusion | None:
    """Look between nights in such a process; None where there was nothing to conclude. Raises TrainingFailed."""
    return await _apart(db_url, data_dir, least, identity, cut, LOOK, offer=True)


async def _apart(
    db_url: str, data_dir: Path, least: float, identity: str, cut: int, by: str, offer: bool
) -> Conclusion | None:
    from engine.learning.past import Conclusion

    request = {
        "database": db_url,
        "data_dir": str(data_dir),
        "least": least,
        "identity": identity,
        "cut": cut,
        "by": by,
        "offer": offer,
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot.jobs.trainer",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        out, errors = await process.communicate(json.dumps(request).encode())
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode != 0:
        said = errors.decode("utf-8", "replace").strip().splitlines()
        raise TrainingFailed(said[-1] if said else f"the training process ended with {process.returncode}")
    try:
        report = json.loads(out)
        return None if report is None else Conclusion.of(report)
    except (ValueError, KeyError, TypeError) as error:
        raise TrainingFailed("the training process wrote no report") from error


def one_thread() -> None:
    """Products of matrices run on one thread: more change the last bits, and cost more than they save on ours.

    Heard only before numpy is loaded.
    """
    for name in THREAD_VARIABLES:
        os.environ[name] = "1"


def main() -> None:
    """The process itself: low priority, one BLAS thread, one training or look, one report."""
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    one_thread()
    from bot.jobs.training import look_now, train_now

    request = json.load(sys.stdin)
    database, data_dir, identity = request["database"], Path(request["data_dir"]), str(request["identity"])
    least, cut = float(request["least"]), int(request["cut"])
    offer = bool(request["offer"])
    if request["by"] == LOOK:
        concluded = asyncio.run(look_now(database, data_dir, cut, least, identity))
    else:
        concluded = asyncio.run(train_now(database, data_dir, cut, least, BY[request["by"]], identity, offer))
    json.dump(None if concluded is None else concluded.document(), sys.stdout, ensure_ascii=False)


if __name__ == "__main__":
    main()
