"""What a night concluded goes into the store: its policies first, then what names them."""

from __future__ import annotations

from engine.learning.past import Conclusion
from storage import nights, policies
from storage.database import Database


async def keep(db: Database, conclusion: Conclusion) -> None:
    """Store a conclusion; the same again changes nothing."""
    async with db.write() as conn:
        for document in conclusion.policies.values():
            await policies.add(conn, document, conclusion.effective)
        await nights.add(conn, conclusion.document())
