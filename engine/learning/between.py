"""A look between nights: what went off in the hour, and the blocks that closed. Nothing is fitted, nothing is minted.

What follows may only take away or exchange: a champion goes back or is promoted, a book is PAPER again, more is asked
for after an alarm. A book becomes live by night alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.decision.policy import Policy, sealed
from engine.learning.betting import DAY as LONG
from engine.learning.betting import block_length
from engine.learning.cadence import HOUR, taken_at
from engine.learning.drift import REACTION
from engine.learning.fit import NO_CARE
from engine.learning.memory import Memory
from engine.learning.night import Review
from engine.learning.past import Conclusion, Turn
from engine.learning.rivals import contest, live, probation_until, prove
from engine.learning.status import contest_status, proof_status
from engine.learning.watch import care, watch

LOOKED = "looked"


def look(memory: Memory, cut: int) -> Conclusion | None:
    """Look at what was known at `cut` (ms UTC), and remember what came of it; None where nothing did.

    Where only a block closed, what came of it is how the evidence stands now. `memory` must have heard everything
    before `cut`, and nothing later.
    """
    before = memory.champion
    if before is None:
        return None
    memory.hear()
    review = Review(cut, max(taken_at(cut), memory.past.settled), memory.past.champion)
    calm = care(memory, review, review.champion) is NO_CARE
    watch(memory, review, memory.before("watch").get("watch", {}))
    if _block_closed(memory, cut):
        contest(memory, review)
        prove(memory, review)
    elif review.events:
        prove(memory, review)
    kept = _live_before(memory, review) if review.everything is None else _still_live(memory, review)
    policy = _dressed(memory, review, kept, more=calm and any(one.kind == "alarm" for one in review.events))
    if not review.events and review.everything is None:
        return None
    changed = policy is not None and policy.version != before.version
    turns = (Turn(review.champion, policy.version, review.effective),) if policy is not None and changed else ()
    conclusion = Conclusion(
        "watch", cut, review.effective, review.champion, turns, tuple(review.events), _status(memory, review),
        {turn.version: policy.document for turn in turns if policy is not None},
    )  # fmt: skip
    return memory.remember(conclusion, {turn.version: policy for turn in turns if policy is not None})


def _block_closed(memory: Memory, cut: int) -> bool:
    """Whether a block of time had its last market end within the hour: only then there is something to bet on."""
    history, table = memory.history, memory.history.table
    places = history.ended_by(cut)
    hold = int((table.ints("closed")[places] - table.ints("ts")[places]).max()) if len(places) else LONG
    block = block_length(hold)
    return history.pending(cut) // block > history.pending(cut - HOUR) // block


def _live_before(memory: Memory, review: Review) -> frozenset[str]:
    shadow = memory.shadows[review.champion]
    books = {} if shadow.newest is None else shadow.newest.document["books"]
    return frozenset(name for name, row in books.items() if row["mode"] == "live")


def _still_live(memory: Memory, review: Review) -> frozenset[str]:
    """The live books that are proven still; the others are told. Who was no champion before has none."""
    was = _live_before(memory, review) if review.champion == memory.past.champion else frozenset()
    kept = was & live(review)
    for book in sorted(was - kept):
        review.tell("unproven", review.champion, book=book)
    return kept


def _dressed(memory: Memory, review: Review, kept: frozenset[str], *, more: bool) -> Policy | None:
    """The newest policy of the champion with the books that are live, half size in probation, and `more` asked for."""
    policy = memory.shadows[review.champion].newest
    if policy is None or not review.events:
        return policy
    extra = REACTION.margin if more and review.champion == memory.past.champion else 0.0
    books: dict[str, Mapping[str, Any]] = {
        name: {**row, "mode": "live" if name in kept else "paper", "margin": row["margin"] + extra}
        for name, row in policy.document["books"].items()
    }
    content = {**policy.document, "books": books, "probation_until": probation_until(memory, review)}
    return Policy.from_document(sealed(content))


def _status(memory: Memory, review: Review) -> dict[str, Any]:
    """What people are shown of a look."""
    return {
        "reason": LOOKED,
        "identity": memory.identity,
        "contests": {name: contest_status(one) for name, one in review.contests.items()},
        "proof": None if review.everything is None else proof_status(review.everything),
        "books": {name: proof_status(one) for name, one in review.books.items()},
    }
