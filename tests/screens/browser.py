"""The real chromium over its debugging protocol: a page at a phone's width, looked into and photographed."""

from __future__ import annotations

import asyncio
import base64
import shutil
import tempfile
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import aiohttp

Scheme = Literal["light", "dark"]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
TALLEST = 16_000


@dataclass
class Tab:
    """One page. `do` sends a command of the protocol and returns its result."""

    socket: aiohttp.ClientWebSocketResponse
    _next: int = 0
    problems: list[str] = field(default_factory=list)

    async def do(self, method: str, **params: Any) -> dict[str, Any]:
        self._next += 1
        mine = self._next
        await self.socket.send_json({"id": mine, "method": method, "params": params})
        async with asyncio.timeout(30):
            while True:
                said = await self.socket.receive_json()
                if said.get("method") == "Runtime.exceptionThrown":
                    self.problems.append(str(said["params"]["exceptionDetails"])[:400])
                if said.get("id") == mine:
                    assert "error" not in said, said
                    result: dict[str, Any] = said["result"]
                    return result

    async def value(self, expression: str) -> Any:
        """What an expression comes to on the page."""
        found = await self.do("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    async def until(self, expression: str, seconds: float = 15.0) -> None:
        """Wait until it is true on the page."""
        async with asyncio.timeout(seconds):
            while not await self.value(expression):
                await asyncio.sleep(0.05)

    async def open(self, url: str, scheme: Scheme, width: int, height: int = 800) -> None:
        """Open a page as a phone in this colour scheme."""
        await self.do("Page.enable")
        await self.do("Runtime.enable")
        await self.resize(width, height)
        dark = {"name": "prefers-color-scheme", "value": scheme}
        still = {"name": "prefers-reduced-motion", "value": "reduce"}
        await self.do("Emulation.setEmulatedMedia", features=[dark, still])
        await self.do("Page.navigate", url=url)
        await self.until(f"document.readyState === 'complete' && location.href.startsWith({url!r})")

    async def resize(self, width: int, height: int) -> None:
        phone = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
        await self.do("Emulation.setDeviceMetricsOverride", **phone)

    async def picture(self) -> bytes:
        """What is to be seen, as PNG."""
        return base64.b64decode((await self.do("Page.captureScreenshot", format="png"))["data"])


@asynccontextmanager
async def chromium() -> AsyncIterator[Tab]:
    """A browser with one empty tab; ends with the block."""
    assert CHROMIUM is not None, "no chromium on this machine"
    with tempfile.TemporaryDirectory(prefix="screens-", ignore_cleanup_errors=True) as profile:
        process = await asyncio.create_subprocess_exec(
            *(CHROMIUM, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"),
            *("--no-first-run", "--disable-extensions", "--disable-background-networking", "--hide-scrollbars"),
            *("--remote-debugging-port=0", f"--user-data-dir={profile}", "about:blank"),
            stdin=DEVNULL, stdout=DEVNULL, stderr=PIPE,
        )  # fmt: skip
        try:
            port = await _port(Path(profile) / "DevToolsActivePort", process)
            async with aiohttp.ClientSession() as session:
                async with session.get(f"http://127.0.0.1:{port}/json/list") as listed:
                    url = next(one["webSocketDebuggerUrl"] for one in await listed.json() if one["type"] == "page")
                async with session.ws_connect(url, max_msg_size=0) as socket:
                    yield Tab(socket)
        finally:
            if process.returncode is None:
                process.terminate()
                await process.communicate()


async def _port(file: Path, process: Process) -> str:
    async with asyncio.timeout(30):
        while not file.exists() or not file.read_text(encoding="utf-8").strip():
            assert process.returncode is None, "chromium ended at once"
            await asyncio.sleep(0.05)
    return file.read_text(encoding="utf-8").splitlines()[0]
