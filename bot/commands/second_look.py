"""A person says that price never came: the engine is asked to look at the fill again (engine/decision/doubt.py)."""

from __future__ import annotations

from bot.commands.desk import Desk
from bot.messages.states import fill_of
from bot.messages.view import SignalView
from engine.decision.doubt import OVER, THIN, WAIT
from engine.market.events import FillReported


async def second_look(desk: Desk, view: SignalView) -> str:
    """What comes of it: thin (it counts as no fill now), wait, market or deep (it stands, and why), closed (nothing is
    looked at any more); "" where no fill was told.

    Only a fill that may not stand becomes an event: taps by the thousand are nothing to the engine.
    """
    number = int(view.document["number"])
    said = (await desk.status()).fills.get(number, OVER)
    if said == OVER:
        return "" if fill_of(view) is None else "closed"
    if said in (THIN, WAIT):
        await desk.submit(FillReported(desk.clock.now_ms(), view.document["pair"], number))
    return said
