"""The trades of one pair in exchange order: each once, and gaps closed by REST before what came after them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.feeds.okx_rows import TradeRow


class TradeLine:
    """While it is not whole, rows of the channel are parked; `heal` lets the missing ones in first.

    `take` gets each row once, in order; `refused` gets the reason of a row that is not let in.
    """

    def __init__(self, take: Callable[[TradeRow], None], refused: Callable[[str], None]) -> None:
        self._take = take
        self._refused = refused
        self._parked: list[TradeRow] = []
        self._last_ts = 0
        self.last_id: int | None = None
        self.whole = False

    def broke(self) -> None:
        """The channel broke: what it says next waits until the gap is closed."""
        self.whole = False

    def offer(self, row: TradeRow) -> None:
        """A row of the channel."""
        if self.whole:
            self._accept(row)
        else:
            self._parked.append(row)

    def heal(self, missed: Sequence[TradeRow]) -> None:
        """Let in what REST knows, then what was parked."""
        first = min((row.ident - row.count + 1 for row in self._parked), default=None)
        for row in missed:
            if (self.last_id is None or row.ident > self.last_id) and (first is None or row.ident < first):
                self._accept(row)
        parked, self._parked = self._parked, []
        for row in parked:
            self._accept(row)
        self.whole = True

    def _accept(self, row: TradeRow) -> None:
        if self.last_id is not None and row.ident <= self.last_id:
            self._refused("duplicate")
        elif row.ts < self._last_ts:
            self._refused("out_of_order")
        else:
            self.last_id, self._last_ts = row.ident, row.ts
            self._take(row)
