"""Who may do what: roles, rights, and the one function that knows which goes with which."""

from __future__ import annotations

from typing import Literal

Role = Literal["owner", "admin", "analyst", "subscriber", "viewer", "pending", "none"]
Right = Literal["anyone", "read", "analyst", "admin", "owner"]
GRANTED: tuple[Role, ...] = ("admin", "analyst", "subscriber", "viewer")

_RANK: dict[Role, int] = {
    "none": 0, "pending": 0, "viewer": 1, "subscriber": 1, "analyst": 2, "admin": 3, "owner": 4,
}  # fmt: skip
_NEEDS: dict[Right, int] = {"anyone": 0, "read": 1, "analyst": 2, "admin": 3, "owner": 4}


def allows(role: Role, right: Right) -> bool:
    """Whether a role has a right: each role has those of the roles below it.

    Viewers and subscribers may read (a subscriber is also sent signals), analysts may see how the model works, admins
    may let people in and look after the bot, owners may do everything.

    >>> allows("admin", "analyst"), allows("subscriber", "analyst"), allows("pending", "read"), allows("none", "anyone")
    (True, False, False, True)
    """
    return _RANK[role] >= _NEEDS[right]


def role_of(stored: str, granted: str | None) -> Role:
    """The role of someone stored as owner, member, pending or none; a grant refines what a member is.

    >>> role_of("member", None), role_of("member", "admin"), role_of("none", "admin"), role_of("owner", "viewer")
    ('subscriber', 'admin', 'none', 'owner')
    """
    if stored == "owner":
        return "owner"
    if stored == "pending":
        return "pending"
    if stored != "member":
        return "none"
    return next((role for role in GRANTED if role == granted), "subscriber")
