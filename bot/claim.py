"""What a sender takes in the very transaction that makes it, so that it is on its way as soon as that is committed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Set
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.delivery import SPARE, Addressed
from storage.outbox import Due


@dataclass(slots=True)
class Claim:
    """At most `most` rows, none for an address that is `busy` or a chat that is `shut` (for rows that spare places).

    `take` is a part of the transaction, in whatever thread; `landed` hears in the sender's loop that it is committed.
    """

    take: Callable[[AsyncConnection, Claim], Awaitable[None]]
    landed: Callable[[Claim], None]
    most: int
    busy: Set[str]
    shut: Mapping[int, Set[str]]
    now_ms: int = 0
    ids: list[int] = field(default_factory=list)
    heads: list[Due] = field(default_factory=list)
    seconds: float = 0.0
    rows: list[Addressed] = field(default_factory=list)

    async def unit(self, conn: AsyncConnection) -> None:
        """The taking, over the connection of whoever began the transaction."""
        await self.take(conn, self)

    def land(self) -> None:
        """It is committed: what was taken goes."""
        self.landed(self)

    def pick(self, heads: Iterable[Due]) -> list[int]:
        """The rows among the heads of their lines that may be said now."""
        ready = (head for head in heads if chat_of(head) not in self.shut[spare_of(head)])
        return [head.id for head in first_of_each(ready, self.busy, self.most)]


def first_of_each(heads: Iterable[Due], busy: Set[str], most: int) -> list[Due]:
    """One head an address that is not busy, `most` at the most."""
    picked: dict[str, Due] = {}
    for head in heads:
        if len(picked) == most:
            break
        if head.address not in busy:
            picked.setdefault(head.address, head)
    return list(picked.values())


def chat_of(head: Due) -> str:
    """The chat of an address (without its topic)."""
    return head.address.split(":")[0]


def spare_of(head: Due) -> int:
    """How many places of a chat's allowance a row leaves free."""
    return SPARE if head.kind == "edit" else 0
