"""`python -m tests.screens OUT [LANGUAGE …]`: writes every picture into a folder, and says what is wrong with them."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

from bot.i18n import LOCALES
from tests.screens.browser import chromium
from tests.screens.look import scenes


async def write(out: Path, locales: Sequence[str]) -> int:
    """How many problems there were."""
    out.mkdir(parents=True, exist_ok=True)
    count = 0
    async with chromium() as tab:
        for locale in locales:
            async for view in scenes(tab, locale):
                (out / f"{view.name}.png").write_bytes(view.png)
                for problem in view.problems:
                    sys.stdout.write(f"{view.name}: {problem}\n")
                count += len(view.problems)
    return count


if __name__ == "__main__":
    sys.exit(1 if asyncio.run(write(Path(sys.argv[1]), sys.argv[2:] or LOCALES)) else 0)
