"""What buttons carry: short versioned payloads (<= 64 bytes), made and read here only."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from bot.ports import Button

Kind = Literal["up", "down", "nofill", "note"]
KINDS: tuple[Kind, ...] = ("up", "down", "nofill", "note")
EMOJI: dict[Kind, str] = {"up": "👍", "down": "👎", "nofill": "⛔", "note": "📝"}
_COUNT_OF: dict[Kind, str] = {"up": "up", "down": "down", "nofill": "no_fill", "note": "notes"}
_FEEDBACK = re.compile(r"1:([fd]):([1-9][0-9]{0,8}):(up|down|nofill|note)")
_ANY = re.compile(r"1:([a-z]{1,12})((?::[^:]*)*)", re.DOTALL)
LONGEST = 64  # bytes that Telegram carries
_APPROVAL = re.compile(r"1:a:(telegram|whatsapp|web):([^:\s]{1,40}):(yes|no)")


@dataclass(frozen=True, slots=True)
class FeedbackTap:
    """A press on a signal's button; `number` is the DEMO id where `demo`."""

    number: int
    kind: Kind
    demo: bool


@dataclass(frozen=True, slots=True)
class ApprovalTap:
    """An owner's yes or no to a person who asked to come in."""

    channel: str
    user_id: str
    yes: bool


def feedback_data(number: int, kind: Kind, demo: bool = False) -> str:
    """The payload of a feedback button.

    >>> feedback_data(1423, "nofill"), feedback_data(7, "up", demo=True)
    ('1:f:1423:nofill', '1:d:7:up')
    """
    return f"1:{'d' if demo else 'f'}:{number}:{kind}"


def approval_data(channel: str, user_id: str, yes: bool) -> str:
    """The payload of an approval button."""
    return f"1:a:{channel}:{user_id}:{'yes' if yes else 'no'}"


def tap_data(namespace: str, *parts: str | int) -> str:
    """The payload of a button of a namespace (bot/commands/registry.py, TAPS). ValueError for one that would not come
    back as it is: over 64 bytes, or with a colon in a part.

    >>> tap_data("s", "30d")
    '1:s:30d'
    """
    data = ":".join(["1", namespace, *map(str, parts)])
    if len(data.encode()) > LONGEST or split_data(data) != (namespace, tuple(map(str, parts))):
        raise ValueError(f"{data!r} cannot be carried by a button")
    return data


def split_data(data: str) -> tuple[str, tuple[str, ...]] | None:
    """Namespace and parts of a payload; None for one that we never made.

    >>> split_data("1:f:1423:up"), split_data("1:menu"), split_data("2:f:1:up")
    (('f', ('1423', 'up')), ('menu', ()), None)
    """
    found = _ANY.fullmatch(data)
    return None if found is None or len(data.encode()) > LONGEST else (found[1], tuple(found[2].split(":")[1:]))


def read_data(data: str) -> FeedbackTap | ApprovalTap | None:
    """What a payload means; None for one that we never made.

    >>> read_data("1:f:1423:up"), read_data("2:f:1:up"), read_data("1:f:01:up")
    (FeedbackTap(number=1423, kind='up', demo=False), None, None)
    """
    if (found := _FEEDBACK.fullmatch(data)) is not None:
        kind = next(kind for kind in KINDS if kind == found[3])
        return FeedbackTap(int(found[2]), kind, found[1] == "d")
    if (found := _APPROVAL.fullmatch(data)) is not None:
        return ApprovalTap(found[1], found[2], found[3] == "yes")
    return None


def feedback_buttons(number: int, counts: Mapping[str, int], demo: bool = False) -> tuple[tuple[Button, ...], ...]:
    """👍 👎 ⛔ 📝 in one row, each with its count once there is one."""
    row = []
    for kind in KINDS:
        count = counts.get(_COUNT_OF[kind], 0)
        label = f"{EMOJI[kind]} {count}" if count > 0 else EMOJI[kind]
        row.append(Button(label, feedback_data(number, kind, demo)))
    return (tuple(row),)
