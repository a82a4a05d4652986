"""`.env` with some lines set anew: what else is in it stays, and only its owner may read it."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path

from bot.errors import SettingsError

_LINE = re.compile(r"\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=")
_SAFE = re.compile(r"[A-Za-z0-9_@%+=:,./*-]*")
HEAD = "# SharpSignal's settings; docs/configuration.md explains every name.\n"


def changed(text: str, values: Mapping[str, str]) -> str:
    """The text with each name set: where it stands (the last time it does), else at the end.

    >>> changed("# mine\\nA=1\\nB=2\\n", {"A": "3", "C": "4"})
    '# mine\\nA=3\\nB=2\\nC=4\\n'
    """
    lines = text.splitlines()
    places = {found[1]: at for at, line in enumerate(lines) if (found := _LINE.match(line))}
    for name, value in values.items():
        if not _SAFE.fullmatch(value):
            raise SettingsError(f"{name}: holds characters that no such setting has")
        if name in places:
            lines[places[name]] = f"{name}={value}"
        else:
            lines.append(f"{name}={value}")
    return "\n".join(lines) + "\n"


def write_env(path: Path, values: Mapping[str, str]) -> None:
    """Set values in the file, made if missing; it changes whole or not at all, and is readable by its owner only.

    Raises SettingsError where it cannot be read or written.
    """
    path = path.resolve()
    try:
        text = path.read_text(encoding="utf-8") if path.exists() else HEAD
        fresh = changed(text, values)
        handle, name = tempfile.mkstemp(prefix=".env.", dir=path.parent)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as stream:
                stream.write(fresh)
            os.chmod(name, 0o600)
            os.replace(name, path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: cannot be read and written as UTF-8 text ({error})") from error
