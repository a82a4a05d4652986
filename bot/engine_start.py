"""How an engine began: the first line of each run in a journal, from which a replay builds the same engine."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from engine.decision.stream import Rules
from engine.market.instrument import Instrument
from engine.params import Params, engine_version
from engine.sharp_signal_engine import SharpSignalEngine
from engine.stage import Stage

KIND = "start"
CHECKPOINT_KIND = "checkpoint"  # the same as a start, of an engine that goes on
RULES_KIND = "rules"  # what the rules became at that place in the order of events


@dataclass(frozen=True, slots=True)
class EngineStart:
    """`rules` are those of engine.decision.stream.Rules; what is not named is up to the replay's settings.

    `state` is the snapshot it was restored from; `continues`: there is no store, so a run before it in the same journal
    that had come to the present hands over its own.
    """

    timeframe: str
    instruments: tuple[Instrument, ...]
    rules: Mapping[str, Any]
    number: int = 1
    state: Mapping[str, Any] | None = None
    continues: bool = False
    version: str = dataclasses.field(default_factory=lambda: engine_version(Params()))

    def payload(self) -> dict[str, Any]:
        """As JSON-able data."""
        return {**_shallow(self), "instruments": [dataclasses.asdict(one) for one in self.instruments]}

    @classmethod
    def of(cls, payload: Mapping[str, Any]) -> EngineStart:
        """What `payload` described. Raises TypeError or KeyError for anything else."""
        instruments = tuple(Instrument(**one) for one in payload["instruments"])
        return cls(**{**payload, "instruments": instruments})

    def now(self, engine: SharpSignalEngine) -> EngineStart:
        """How the engine stands now, as a start."""
        rules = dataclasses.asdict(engine.stream.rules)
        return replace(self, rules=rules, number=engine.stream.number, state=engine.snapshot())

    @property
    def stored_seq(self) -> int | None:
        """The last tick that the run before it had stored; None where no store was."""
        return None if self.state is None else int(self.state["seq"])

    def engine(
        self, params: Params, rules: Rules, before: SharpSignalEngine | None = None, stage: Stage | None = None
    ) -> SharpSignalEngine:
        """The same engine again; `rules` fill in what the start does not name, `stage` is how pairs are kept."""
        state = self.state
        rules = replace(rules, **self.rules)
        if self.continues and before is not None and _was_live(before):
            state = json.loads(json.dumps(before.snapshot()))
            rules = replace(rules, judge_from=0)
        instruments = {one.inst_id: one for one in self.instruments}
        bases = dict.fromkeys(instruments, self.timeframe)
        made = SharpSignalEngine(instruments, bases, params, rules, self.number, stage)
        if state is not None:
            made.restore(state)
        return made


def _was_live(engine: SharpSignalEngine) -> bool:
    """Whether it got beyond the history it warmed up with: else there is nothing to go on from."""
    return int(engine.snapshot()["now"]) >= engine.stream.rules.publish_from - 1


def _shallow(start: EngineStart) -> dict[str, Any]:
    return {field.name: getattr(start, field.name) for field in dataclasses.fields(start)}
