"""Who may change whose role: owners everyone's but owners', admins those below them; nobody their own."""

from __future__ import annotations

from collections.abc import Set

from bot.commands.rights import Role, allows, role_of
from storage.grants import Member

LADDER: tuple[Role, ...] = ("viewer", "subscriber", "analyst", "admin")


def may_change(role: Role, me: tuple[str, str], person: Member, owners: Set[tuple[str, str]]) -> bool:
    """Whether someone with a role may change this member. `me` and `owners` are (channel, user id)."""
    name = (person.channel, person.user_id)
    if name == me or name in owners or person.stored != "member":
        return False
    theirs = role_of(person.stored, person.granted)
    return role == "owner" or (allows(role, "admin") and theirs != "admin")


def may_give(role: Role, wanted: str) -> bool:
    """Whether someone with a role may make others `wanted`: owners anything on the ladder, admins what is below them.

    >>> may_give("owner", "admin"), may_give("admin", "admin"), may_give("admin", "analyst"), may_give("owner", "owner")
    (True, False, True, False)
    """
    if wanted not in LADDER:
        return False
    return role == "owner" or (allows(role, "admin") and wanted != "admin")


def steps(theirs: Role) -> tuple[Role | None, Role | None]:
    """The roles below and above on the ladder.

    >>> steps("viewer"), steps("analyst"), steps("admin")
    ((None, 'subscriber'), ('subscriber', 'admin'), ('analyst', None))
    """
    place = LADDER.index(theirs)
    below = LADDER[place - 1] if place else None
    return below, LADDER[place + 1] if place + 1 < len(LADDER) else None
