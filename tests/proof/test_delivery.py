"""Delivery proven: faults, kills and taps at once, against a server that enforces Telegram's limits."""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import Process
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from storage.database import Database
from tests.conftest import ROOT
from tests.proof.load import FIRST_TAPPED, TAPPED, TAPPED_CHATS, Ledger, Load, ledger, rows, waiting
from tests.servers.telegram_api import TelegramApi
from tests.servers.telegram_floods import PACED, FloodGate
from tests.servers.telegram_wire import FaultKind

FAULTS: tuple[FaultKind, ...] = ("flood", "broken", "hang", "stall", "drop")
CHANCE = 0.05


@dataclass
class Proof:
    """One run: the server here, the sender as a process of its own that is killed now and then."""

    api: TelegramApi
    gate: FloodGate
    load: Load
    store: Path
    taps: dict[str, float] = field(default_factory=dict)
    spans: list[tuple[float, float]] = field(default_factory=list)
    starts: int = 0
    process: Process | None = None

    def now(self) -> float:
        return asyncio.get_running_loop().time()

    async def start(self) -> None:
        url = f"sqlite+aiosqlite:///{self.store}"
        self.starts += 1
        with (self.store.parent / f"sender-{self.starts}.log").open("wb") as log:
            self.process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "tests.proof.sender", url, self.api.url), cwd=ROOT, stdout=log, stderr=log
            )
        seen = len(self.gate.times)
        await self.api.until(lambda: len(self.gate.times) > seen, 60)
        self.spans.append((self.now(), self.now()))

    async def kill(self) -> None:
        """SIGKILL: nothing is said, nothing is tidied."""
        assert self.process is not None
        self.spans[-1] = (self.spans[-1][0], self.now())
        self.process.kill()
        await self.process.wait()
        self.process = None

    async def run(self, kills: int, every_s: float) -> None:
        """Deliver everything, pressing buttons meanwhile and killing the sender on the way."""
        for number in range(kills):
            await self.start()
            await self._press_until((number + 1) / (kills + 1), every_s)
            await self.kill()
        await self.start()
        await self._press_until(1.0, every_s)
        while waiting(self.store):
            await asyncio.sleep(0.2)
        await self.api.until(lambda: all(query in self.api.answers for query in self.taps), 30)
        await self.kill()

    async def _press_until(self, share: float, every_s: float) -> None:
        """Votes of ever new people, until that share of everything was sent."""
        wanted = round(share * self.load.deliveries)
        while len(self.api.sent) < wanted and waiting(self.store):
            await asyncio.sleep(every_s)
            person = len(self.taps)
            posts = self.api.messages(FIRST_TAPPED + person % TAPPED_CHATS)
            if posts:
                query = self.api.tap(posts[0].message_id, f"1:f:{TAPPED}:up", 700_000 + person)
                self.taps[query] = self.now()

    @property
    def answer_ms(self) -> list[float]:
        """How long each press waited for its answer, where the sender was not killed meanwhile."""
        found = []
        for query, pressed in self.taps.items():
            at = self.api.answered_at[query]
            if any(begin <= pressed and at <= end for begin, end in self.spans):
                found.append(1000 * (at - pressed))
        return found

    @property
    def rate(self) -> float:
        """Messages and edits a second, over the whole seconds in which the sender was up and had enough to do."""
        counts = []
        for begin, end in self.spans:
            edges = np.arange(begin + 1.0, min(end, self.busy_until), 1.0)
            counts += list(np.histogram(self.gate.times, edges)[0]) if len(edges) > 1 else []
        return float(np.mean(counts)) if counts else 0.0

    @property
    def busy_until(self) -> float:
        """Towards the end only what failed is left."""
        return self.gate.times[int(0.95 * len(self.gate.times))]


def held(proof: Proof, found: Ledger) -> None:
    """None lost, none doubled but in doubt, order kept, no limit crossed."""
    wanted = {(chat, *told) for chat in proof.load.addresses for told in proof.load.story}
    lost = wanted - set(found.copies)
    assert lost <= {key for key in found.dead if found.doubts[key] >= 2}, "lost without a dead letter that says so"
    assert all(count - 1 <= found.doubts[key] for key, count in found.copies.items()), "doubled without a doubt"
    assert max(found.copies.values()) <= 2, "three times"
    for chat, heard in found.heard.items():
        assert heard == [told for told in proof.load.story if (chat, *told) not in lost], f"order in {chat}"
    assert proof.gate.refused == [], "a 429 of our own making"
    votes = rows(proof.store, f"SELECT count(*) FROM votes WHERE number = {TAPPED}")
    assert votes == [(len(proof.taps),)], "a vote was lost"


async def prove(folder: Path, load: Load, kills: int, every_s: float, faulty: float = 1.0) -> Proof:
    """Run and check; the figures are printed. Calls go wrong until `faulty` of everything was sent."""
    store = folder / "store.db"
    async with await Database.open(f"sqlite+aiosqlite:///{store}") as db:
        await load.ask_for(db)
    random = np.random.default_rng(20261126)
    async with TelegramApi() as api:
        last = faulty * load.deliveries

        def chance() -> FaultKind | None:
            struck = random.random() < CHANCE and len(api.sent) <= last
            return FAULTS[random.integers(len(FAULTS))] if struck else None

        api.weather(chance)
        proof = Proof(api, api.limit(), load, store)
        try:
            await proof.run(kills, every_s)
        finally:
            if proof.process is not None:
                proof.process.kill()
                await proof.process.wait()
    found = ledger(api, store, load)
    slow = np.percentile(proof.answer_ms, (50, 99))
    busiest = max(_most_in_a_second(proof.gate.times), 0)
    calls = sum(call.method in PACED for call in api.calls)
    sys.stdout.write(
        f"\n{load.deliveries} deliveries to {load.chats} chats, {kills} kills: {calls} calls, {proof.rate:.2f}/s "
        f"(at most {busiest} in any second), own 429: {len(proof.gate.refused)}, doubles {found.doubles} of "
        f"{sum(found.doubts.values())} doubts, dead {len(found.dead)}; {len(proof.taps)} taps answered in "
        f"{slow[0]:.0f} ms (p50), {slow[1]:.0f} ms (p99)\n"
    )
    held(proof, found)
    return proof


def _most_in_a_second(times: list[float]) -> int:
    most = 0
    first = 0
    for last, moment in enumerate(times):
        while times[first] <= moment - 1.0:
            first += 1
        most = max(most, last - first + 1)
    return most


async def test_five_hundred_deliveries_under_faults_and_kills(tmp_path: Path) -> None:
    proof = await prove(tmp_path, Load(chats=50, signals=5), kills=3, every_s=0.25, faulty=0.7)
    assert proof.rate >= 20
    assert np.median(proof.answer_ms) <= 500


@pytest.mark.slow
async def test_ten_thousand_deliveries_under_faults_and_kills(tmp_path: Path) -> None:
    proof = await prove(tmp_path, Load(chats=500, signals=10), kills=3, every_s=0.5)
    assert proof.rate >= 29
    assert np.percentile(proof.answer_ms, 99) <= 100
