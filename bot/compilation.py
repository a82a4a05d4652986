"""Where compiled steps are kept: one folder for one state of the engine's source, so that nothing stale is ever run."""

from __future__ import annotations

import hashlib
import os
from importlib import metadata
from pathlib import Path

import engine


def cache_home() -> Path:
    """The user's folder for what can be made again."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "sharpsignal"


def compiled_folder(home: Path) -> str:
    """A folder under `home` named by the engine's source and numba's version; made if it does not exist."""
    digest = hashlib.sha256(metadata.version("numba").encode())
    root = Path(engine.__file__).parent
    for source in sorted(root.rglob("*.py")):
        digest.update(source.relative_to(root).as_posix().encode())
        digest.update(source.read_bytes())
    folder = home / digest.hexdigest()[:16]
    folder.mkdir(parents=True, exist_ok=True)
    return str(folder)
