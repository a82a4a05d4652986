"""The files of a replay, written while it runs and put in their place only when it ended well."""

from __future__ import annotations

import json
import secrets
import shutil
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, tzinfo
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TextIO

from bot.errors import SettingsError
from bot.replay.figures import Covered, Figures, Summary
from bot.replay.leftovers import hold, let_go, sweep
from bot.replay.page import report_page
from bot.replay.placing import place
from bot.replay.tick_hash import TickHash
from engine.columns.block import Block
from engine.decision.documents import outcome_document, signal_document
from engine.decision.signal import SIDE_NAMES, iso
from engine.decision.tick import Closed, Decided, Fact, PolicySet, Published, Tick
from storage.chain import GENESIS, chain, line

NAMES = (
    "signals.jsonl",
    "outcomes.jsonl",
    "decisions.jsonl",
    "ticks.sha256",
    "learning.json",
    "report.html",
    "summary.json",  # comes last and leaves first: where it stands, the others are whole
)


class ReplayWriter:
    """Takes the ticks of a run and leaves OUT complete, or untouched.

    Entered, it makes a temporary folder beside `out`, where the files grow. `finish` puts them in place; leaving the
    `with` block without it removes the folder, and those that were made to hold it. Only one small row for each signal
    is kept in memory. `zone` is the reader's.
    """

    def __init__(
        self,
        out: Path,
        pairs: Sequence[str],
        *,
        zone: tzinfo = UTC,
        zone_name: str = "UTC",
        decisions: bool = False,
        policy_version: str | None = None,
    ) -> None:
        if out.exists() and not out.is_dir():
            raise SettingsError(f"--out: {out} is a file, a folder is needed")
        self._out, self._zone, self._zone_name = out, zone, zone_name
        self._figures = Figures(pairs, policy_version)
        self._ticks = TickHash(pairs)
        self._heads = {"signals": GENESIS, "outcomes": GENESIS}
        self._names = ("signals", "outcomes", "decisions") if decisions else ("signals", "outcomes")
        self._home = out.parent / f".{out.name}.{secrets.token_hex(4)}"
        self._folder = self._home / "made"
        self._made: list[Path] = []
        self._held = -1
        self._lines: dict[str, TextIO] = {}
        self._learned: Mapping[str, Any] | None = None

    def __enter__(self) -> Self:
        try:
            self._made = [path for path in self._home.parents if not path.exists()]
            self._home.mkdir(mode=0o700, parents=True)
            self._held = hold(self._home)
            sweep(self._out, NAMES[-1])
            self._folder.mkdir()
            for name in self._names:
                self._lines[name] = (self._folder / f"{name}.jsonl").open("w", encoding="utf-8", newline="\n")
        except OSError as error:
            self._remove()
            raise SettingsError(f"--out: nothing can be written beside {self._out} ({error.strerror})") from error
        except BaseException:
            self._remove()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._remove()

    def take(self, tick: Tick) -> None:
        """Write down one tick."""
        for fact in tick.facts:
            self._ticks.add(fact)
            if isinstance(fact, Decided):
                self._figures.decided(fact)
                self._decide(fact)
            else:
                self._take(fact)

    def take_block(self, block: Block) -> None:
        """Write down a block of a replay over columns, as if its facts were taken one by one."""
        self._ticks.add_block(block)
        self._figures.refused(block)
        for told in block.facts:
            if isinstance(told.fact, Decided):
                self._figures.decided(told.fact)
            else:
                self._take(told.fact)
        if "decisions" in self._lines:
            for decided in block.verdicts():
                self._decide(decided)

    def _take(self, fact: Fact) -> None:
        if isinstance(fact, Published):
            self._figures.published(fact.signal)
            self._chain("signals", signal_document(fact.signal, self._zone, self._zone_name))
        elif isinstance(fact, Closed):
            self._figures.ended(fact.outcome)
            self._chain("outcomes", outcome_document(fact.outcome, fact.decimals, self._zone))
        elif isinstance(fact, PolicySet):
            self._figures.policy(fact)

    def _decide(self, decided: Decided) -> None:
        if "decisions" in self._lines:
            self._write("decisions", _decision_document(decided, self._zone))

    def learned(self, document: Mapping[str, Any]) -> None:
        """Write down what a run with `--learn` learned, as its report shows it."""
        self._learned = document
        self._text("learning.json", json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n")

    def finish(
        self,
        seconds: float,
        bars: int,
        *,
        skipped_rows: Mapping[str, int] | None = None,
        tick_inferred: Sequence[str] = (),
        covered: Mapping[str, Covered] | None = None,
    ) -> Summary:
        """Write hash, summary and report, and put everything into OUT.

        `bars` counts base bars from start to end, `covered` says of which pairs. Everything but `seconds` and
        `bars_per_second` in summary.json is the same for the same inputs.
        """
        self._figures.covered = covered or {}
        summary = self._figures.summary(seconds, bars, skipped_rows, tick_inferred)
        for stream in self._lines.values():
            stream.close()
        self._text("ticks.sha256", self._ticks.hexdigest() + "\n")
        self._text("summary.json", json.dumps(summary.document(), indent=1, ensure_ascii=False, allow_nan=False) + "\n")
        self._text("report.html", report_page(summary, self._figures, self._zone, self._zone_name, self._learned))
        place(self._folder, self._out, NAMES, self._home / "before")
        return summary

    def _remove(self) -> None:
        """What was written so far; nothing is left of it after `finish`."""
        for stream in self._lines.values():
            stream.close()
        shutil.rmtree(self._home, ignore_errors=True)
        let_go(self._held)
        self._held = -1
        for path in self._made:
            with suppress(OSError):  # what is in use stays
                path.rmdir()

    def _text(self, name: str, text: str) -> None:
        (self._folder / name).write_text(text, encoding="utf-8", newline="\n")

    def _write(self, name: str, document: Mapping[str, Any]) -> None:
        self._lines[name].write(line(document) + "\n")

    def _chain(self, name: str, document: Mapping[str, Any]) -> None:
        chained = chain(self._heads[name], document)
        self._heads[name] = chained["ledger"]["hash"]
        self._write(name, chained)


def _decision_document(fact: Decided, zone: tzinfo) -> dict[str, Any]:
    return {
        "ts": iso(fact.ts, zone),
        "pair": fact.pair,
        "timeframe": fact.timeframe,
        "side": SIDE_NAMES[fact.side],
        "setup_model": fact.setup_model,
        "verdict": fact.verdict,
        "reasons": list(fact.reasons),
        "features": dict(fact.features),
        "signal_id": fact.signal_id,
    }
