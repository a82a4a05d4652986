"""How the live process keeps its pairs: few as plain objects, many packed and advanced by compiled steps.

Compiling takes a minute and a few hundred MB: a process of its own does it (`python -m bot.many_pairs FOLDER`), once
for one state of the engine's source; we load what it left.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from bot.compilation import compiled_folder
from bot.errors import SharpSignalError
from engine.params import Params
from engine.stage import Stage, plain_stage

LOG = logging.getLogger(__name__)
MANY = 50  # pairs from which the compiler earns the memory and the wait it costs
READY = "live-steps-ready"


class NotCompiled(SharpSignalError):
    """The steps could not be compiled or kept; the message says why."""


async def stage_of(pairs: int, caches: Sequence[Path], params: Params) -> Stage:
    """How so many pairs are kept. Compiled steps go into the first folder of `caches` that can be written.

    Where nothing can be compiled or kept the pairs are plain: slower, and just as right.
    """
    if pairs < MANY:
        return plain_stage(params)
    try:
        folder = _writable(caches)
        if not (folder / READY).exists():
            LOG.info("%d pairs: compiling the engine's steps once for this version, some minutes at most", pairs)
            await _compile_apart(folder)
            (folder / READY).touch()
        stage = await asyncio.to_thread(_load, params, folder)
    except (NotCompiled, OSError, RuntimeError, ImportError) as error:
        LOG.warning("%d pairs are read without compiled steps, which takes more time: %s", pairs, error)
        return plain_stage(params)
    LOG.info("%d pairs are read by compiled steps", pairs)
    return stage


def _writable(caches: Sequence[Path]) -> Path:
    for home in caches:
        try:
            folder = Path(compiled_folder(home))
        except OSError:
            continue
        if os.access(folder, os.W_OK | os.X_OK):
            return folder
    raise NotCompiled(f"none of these folders can be written: {', '.join(map(str, caches)) or 'none is named'}")


def _load(params: Params, folder: Path) -> Stage:
    from engine.packed import packed_stage

    return packed_stage(params, str(folder))


async def _compile_apart(folder: Path) -> None:
    """Raises NotCompiled; the process ends with us if we are cancelled."""
    command = (sys.executable, "-m", __name__, str(folder))
    process = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.PIPE)
    try:
        _, said = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode != 0:
        lines = said.decode("utf-8", "replace").strip().splitlines()
        raise NotCompiled(lines[-1] if lines else f"the compiling process ended with {process.returncode}")


if __name__ == "__main__":
    _load(Params(), Path(sys.argv[1]))
