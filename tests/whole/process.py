"""`sharpsignal run` as a process of its own, and other verbs beside it."""

from __future__ import annotations

import asyncio
import os
import re
import signal as system_signals
import sys
from asyncio.subprocess import DEVNULL, Process
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

SHARPSIGNAL = str(Path(sys.executable).with_name("sharpsignal"))
_HOUSE = re.compile("SHARPSIGNAL_|TELEGRAM_|TWILIO_|WHATSAPP_|OPENAI_|OKX_|DATABASE_URL|REDIS_URL")
_LISTENING = re.compile(r"listening on (http://[\d.]+:\d+)")
_SURPRISES = re.compile(r"Traceback|never retrieved|never awaited|Unclosed|\bERROR\b|CRITICAL|Warning:")


@dataclass(frozen=True, slots=True)
class Ran:
    """A verb that ended."""

    code: int
    out: str
    err: str


class Program:
    """The program in a folder of its own; `settings` are its only environment beside the machine's.

    `launch` is what `start` runs, with the verb as its last word.
    """

    def __init__(self, home: Path, settings: Mapping[str, str], launch: Sequence[str] = (SHARPSIGNAL,)) -> None:
        self.home = home
        self._launch = launch
        self.starts = 0
        clean = {name: value for name, value in os.environ.items() if not _HOUSE.match(name)}
        self._environment = {**clean, "SHARPSIGNAL_DATA_DIR": str(home / "data"), "SHARPSIGNAL_PORT": "0", **settings}
        self._process: Process | None = None
        self._http = httpx.AsyncClient(timeout=5.0)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None:
            await self.kill()
        await self._http.aclose()

    @property
    def log(self) -> str:
        """What the newest process wrote."""
        return self._log.read_text(encoding="utf-8")

    @property
    def _log(self) -> Path:
        return self.home / f"run-{self.starts}.log"

    async def verb(self, *words: str, **settings: str) -> Ran:
        """Run a verb to its end."""
        environment = {**self._environment, **settings}
        process = await asyncio.create_subprocess_exec(
            *(SHARPSIGNAL, *words),
            cwd=self.home,
            env=environment,
            stdin=DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await process.communicate()
        return Ran(process.returncode or 0, out.decode(), err.decode())

    def set(self, **settings: str) -> None:
        """Other settings from the next start on."""
        self._environment.update(settings)

    async def start(self, *words: str) -> None:
        """Begin `sharpsignal run`, or another verb that stays; returns at once."""
        assert self._process is None
        self.starts += 1
        with self._log.open("wb") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(*self._launch, *(words or ("run",))),
                cwd=self.home,
                env=self._environment,
                stdin=DEVNULL,
                stdout=log,
                stderr=log,
            )

    async def kill(self) -> None:
        """SIGKILL: no goodbye."""
        process, self._process = self._process, None
        assert process is not None
        if process.returncode is None:
            process.kill()
        await process.wait()

    async def terminate(self, seconds: float = 5.0) -> int:
        """SIGTERM; the exit code. TimeoutError when it does not end in time."""
        process = self._process
        assert process is not None
        process.send_signal(system_signals.SIGTERM)
        async with asyncio.timeout(seconds):
            code = await process.wait()
        self._process = None
        self.clean()
        return code

    def clean(self) -> None:
        """No start so far left a trace of something that nobody had thought of."""
        for number in range(1, self.starts + 1):
            text = (self.home / f"run-{number}.log").read_text(encoding="utf-8")
            assert not _SURPRISES.search(text), text

    async def url(self, seconds: float = 90.0) -> str:
        """Where it listens."""
        async with asyncio.timeout(seconds):
            while (found := _LISTENING.search(self.log)) is None:
                assert self._process is not None and self._process.returncode is None, self.log
                await asyncio.sleep(0.02)
        return found[1]

    async def get(self, path: str) -> httpx.Response:
        return await self._http.get(await self.url() + path)

    async def ready(self, seconds: float = 90.0) -> None:
        """Wait until it is."""
        try:
            async with asyncio.timeout(seconds):
                while (await self.get("/readyz")).status_code != 200:
                    await asyncio.sleep(0.05)
        except TimeoutError:
            raise AssertionError(f"never ready: {(await self.get('/readyz')).text}\n{self.log}") from None

    async def refused(self) -> dict[tuple[str, str], float]:
        """(stream, reason) -> count, off /metrics."""
        text = (await self.get("/metrics")).text
        rows = re.findall(r'refused_frames_total\{.*reason="(\w+)",stream="([\w-]+)"\} ([\d.]+)', text)
        found: dict[tuple[str, str], float] = {}
        for reason, stream, count in rows:
            found[stream, reason] = found.get((stream, reason), 0.0) + float(count)
        return found

    async def data(self, path: str) -> Any:
        """The `data` of an answer."""
        answer = await self.get(path)
        assert answer.status_code == 200, answer.text
        return answer.json()["data"]
