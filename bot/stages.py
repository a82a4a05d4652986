"""How the live process keeps its pairs: packed and advanced by compiled steps; as plain objects where that cannot be.

Compiling takes half a minute and a few hundred MB: a process of its own does it (`python -m bot.stages FOLDER`), once
for one state of the engine's source; we load what it left, without the compiler.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from bot.compilation import compiled_folder
from bot.errors import SharpSignalError
from engine.packed import is_kept, packed_stage
from engine.params import Params
from engine.stage import Stage, plain_stage

LOG = logging.getLogger(__name__)


class NotCompiled(SharpSignalError):
    """The steps could not be compiled or kept; the message says why."""


async def stage_of(caches: Sequence[Path], params: Params, wait: bool = True) -> Stage:
    """The stage of compiled steps, which are kept in one of the folders `caches`: the first that can be written.

    Not `wait`: where they would have to be compiled first, pairs are plain. So they are where nothing can be compiled
    or kept: slower, and just as right.
    """
    try:
        folders = list(_folders(caches))
        folder = next((one for one in folders if is_kept(str(one))), None)
        if folder is None and not wait:
            return plain_stage(params)
        if folder is None:
            folder = _writable(folders, caches)
            LOG.info("compiling the engine's steps, once for this version: about a minute")
            await _compile_apart(folder)
        return await asyncio.to_thread(packed_stage, params, str(folder))
    except (NotCompiled, OSError, RuntimeError) as error:
        LOG.warning("pairs are read without compiled steps, which takes more time: %s", error)
        return plain_stage(params)


def _folders(caches: Sequence[Path]) -> Iterator[Path]:
    for home in caches:
        try:
            yield Path(compiled_folder(home))
        except OSError:
            continue


def _writable(folders: Sequence[Path], caches: Sequence[Path]) -> Path:
    for folder in folders:
        if os.access(folder, os.W_OK | os.X_OK):
            return folder
    raise NotCompiled(f"none of these folders can be written: {', '.join(map(str, caches)) or 'none is named'}")


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
    packed_stage(Params(), sys.argv[1])
