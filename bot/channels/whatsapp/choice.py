"""How a message goes to a person: as free text, by a template, or not yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.channels.whatsapp.digits import LONGEST, LONGEST_CAPTION, body_of
from bot.channels.whatsapp.letters import SIGN, menu_of
from bot.channels.whatsapp.outbound import Outbound
from bot.channels.whatsapp.templates import variables
from bot.ports import Button, Message, Photo

BUTTONS = ("signal", "keep", "more")  # worth a template inside the window too: plain text has no buttons
Sids = Mapping[tuple[str, str], str]


@dataclass(frozen=True, slots=True)
class FreeText:
    """Words, a picture where there is one, and what letters stand for; only inside the window."""

    body: str
    photo: Photo | None = None
    menu: Mapping[str, Button] | None = None


@dataclass(frozen=True, slots=True)
class ByTemplate:
    """A content template and what fills it."""

    sid: str
    variables: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Hold:
    """It cannot be said: the window is shut and there is no template `template` (kind:locale)."""

    template: str


Send = FreeText | ByTemplate | Hold


def choose(message: Message, open_: bool, kind: str, locale: str, sids: Sids) -> Send:
    """Inside the window free text, or a template where it has buttons; outside of it a template, else hold it.

    A message that does not know its template's values (an answer) is free text inside the window and held outside.
    """
    sid = sids.get((kind, locale))
    values = message.values if isinstance(message, Outbound) else None
    if sid is not None and values is not None and (not open_ or kind in BUTTONS):
        return ByTemplate(sid, variables(values))
    if open_:
        longest = LONGEST if message.photo is None else LONGEST_CAPTION
        body = body_of(message, longest)
        return FreeText(body, message.photo, menu_of(message) if SIGN in body else None)
    return Hold(f"{kind}:{locale}")
