"""What a download is asked for, how far it is, and what it brought."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from storage.merging import Merged


@dataclass(frozen=True, slots=True)
class DownloadRequest:
    """What to fetch and where to put it; `trades` None: where they come within a minute a pair."""

    data: Path
    pairs: tuple[str, ...]
    days: int
    timeframe: str
    trades: bool | None = None


@dataclass(slots=True)
class PairReport:
    """What of a pair is there now, and what is new. `notes` say in words what is not there."""

    pair: str
    files: dict[str, dict[str, int]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def merged(self, name: str, one: Merged) -> None:
        """Add up what the chunks of a file brought."""
        kept = self.files.setdefault(name, {"rows": 0, "added": 0, "differing": 0})
        kept["rows"] = one.rows
        kept["added"] += one.added
        kept["differing"] += one.differing

    def line(self) -> str:
        """One line for people."""
        parts = [f"{name} {kept['rows']} rows ({kept['added']} new)" for name, kept in self.files.items()]
        told = [
            f"{kept['differing']} in {name} differ from OKX's and were kept"
            for name, kept in self.files.items()
            if kept["differing"]
        ]
        return f"{self.pair}: " + "; ".join([", ".join(parts), *told, *self.notes])


class Plan:
    """How many requests are made, and are still to be made at a guess: for the progress."""

    def __init__(self, tell: Callable[[int, int, str], None]) -> None:
        self._tell = tell
        self.done = self.ahead = 0
        self.doing = "instruments"

    def asked(self) -> None:
        self.done += 1
        self.ahead = max(0, self.ahead - 1)
        self._tell(self.done, self.done + self.ahead, self.doing)


def report_json(reports: Sequence[PairReport]) -> str:
    """The whole report as one JSON object."""
    return json.dumps({"pairs": [asdict(report) for report in reports]}, ensure_ascii=False)
