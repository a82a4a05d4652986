"""What a night, a look or a person concluded goes into the store: its policies first, then what names them."""

from __future__ import annotations

from engine.learning.past import Conclusion
from storage import nights, policies
from storage.database import Database


async def keep(db: Database, conclusion: Conclusion) -> Conclusion:
    """Store a conclusion, and return it as it holds; the same again changes nothing.

    It takes effect with what was stored before it, or after that: nothing is in force before what it follows, whoever
    asks and whatever they remember.
    """
    async with db.write() as conn:
        since = await nights.effective_before(conn, conclusion.kind, conclusion.cut)
        held = conclusion.at(max(conclusion.effective, since))
        for document in held.policies.values():
            await policies.add(conn, document, held.effective)
        await nights.add(conn, held.document())
    return held
