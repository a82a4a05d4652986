"""A replay over columns: pairs are read, judged and walked ahead by threads, and told in one order by `Instants`."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np

from engine.columns.ahead import PairAhead, Stretch
from engine.columns.batch import Columns, Floats
from engine.columns.block import SETTLED, Block, Pairs, Told, block_of
from engine.columns.instants import Instants
from engine.columns.silences import silences_of
from engine.decision.closes import ColumnCloses
from engine.decision.foreseen import Foreseen
from engine.decision.heat import Correlations
from engine.decision.stream import DecisionStream
from engine.decision.tick import Fact
from engine.market.events import MINUTE, Pause, PolicyTaken, Resume

BARS_AHEAD = 1 << 16  # base bars of all pairs together in one stretch
LEAST_BARS = 1 << 10  # and of each pair
AHEAD = 4  # stretches asked for at once, the next one among them: no core waits for the slowest pair
# A reader waits for its pair's stretch before: others go on meanwhile where there are more readers than cores.
READERS_A_CORE = 3

Command = Pause | Resume | PolicyTaken
Decide = Callable[[int], Sequence[Command]]


class Replaying:
    """One run over columns. The stream must be new; its books become those of this run."""

    def __init__(self, stream: DecisionStream, columns: Mapping[str, Columns], cache_dir: str, workers: int) -> None:
        told = {name: columns[name] for name in sorted(columns) if len(columns[name].ts)}
        self._stream = stream
        self._readers = 1 if workers == 1 else workers * READERS_A_CORE
        silences = silences_of({name: one.ts + one.base_minutes * MINUTE for name, one in told.items()})
        with ThreadPoolExecutor(workers) as pool:
            made = [
                pool.submit(
                    PairAhead, one, stream.instruments[name], stream.params, stream.rules, silences[name], cache_dir
                )
                for name, one in told.items()
            ]
        self._ahead = [one.result() for one in made]
        tapes = {name: pair.tape for name, pair in zip(told, self._ahead)}
        self._pairs = Pairs(
            tuple(told), stream.contracts, {name: tape.base_ms for name, tape in tapes.items()}, stream.params
        )
        books = Foreseen(tapes, cache_dir)
        stream.books = books
        stream.correlations = Correlations(
            ColumnCloses({name: (tape.ts, tape.candles[:, 3], tape.base_ms) for name, tape in tapes.items()})
        )
        self._instants = Instants(stream, books, self._pairs, tapes)

    def blocks(self, instants: Sequence[int], decide: Decide) -> Iterator[Block]:
        """Every stretch in order. At each of `instants` (ms, rising) `decide` is asked for commands, once the reader
        has had everything before; they are taken before any candle of that instant.
        """
        waiting, ends = deque(instants), deque(self._ends([instant - 1 for instant in instants]))
        asked: deque[tuple[int, list[Future[Stretch]]]] = deque()
        with ThreadPoolExecutor(self._readers) as pool:
            while ends or asked:
                while ends and len(asked) < AHEAD and not (asked and waiting and waiting[0] <= ends[0]):
                    asked.append((ends[0], self._read(pool, ends.popleft(), asked[-1][1] if asked else ())))
                end, reading = asked.popleft()
                yield self._instants.tell([one.result() for one in reading], end)
                following = asked[0][0] if asked else ends[0] if ends else 0
                while waiting and waiting[0] <= following:
                    for command in decide(waiting.popleft()):
                        yield self._take(command)

    def _read(self, pool: ThreadPoolExecutor, end: int, before: Sequence[Future[Stretch]]) -> list[Future[Stretch]]:
        """Ask for every pair's bars up to `end`, judged with the weights in force now, once it was read `before`."""
        weights = np.array(self._stream.weights)
        earlier: Sequence[Future[Stretch] | None] = before or [None] * len(self._ahead)
        return [pool.submit(_until, pair, end, weights, one) for pair, one in zip(self._ahead, earlier)]

    def _take(self, command: Command) -> Block:
        facts: list[Fact]
        match command:
            case Pause():
                facts = self._stream.pause(command.ts, command.until, command.reason)
            case Resume():
                facts = self._stream.resume(command.ts)
            case PolicyTaken():
                facts = self._stream.take_policy(command.ts, command.document)
        self._instants.halted()
        return block_of(
            self._pairs, command.ts, [Told(command.ts, SETTLED, -1, 0, fact) for fact in facts], command.kind
        )

    def _ends(self, cuts: Sequence[int]) -> list[int]:
        """Where stretches end (ms): about BARS_AHEAD bars apart, at every cut, and at the last close."""
        if not self._ahead:
            return []
        tapes = [pair.tape for pair in self._ahead]
        first, last = min(int(t.ts[0]) for t in tapes), max(int(t.ts[-1]) + t.base_ms for t in tapes)
        step = max(LEAST_BARS, BARS_AHEAD // len(tapes)) * min(t.base_ms for t in tapes)
        regular = range(first + step, last, step)
        return sorted({*regular, *(max(first, cut) for cut in cuts if cut < last), last})


def _until(pair: PairAhead, end: int, weights: Floats, before: Future[Stretch] | None) -> Stretch:
    if before is not None:
        before.result()
    return pair.until(end, weights)
