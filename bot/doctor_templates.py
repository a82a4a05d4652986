"""What `doctor` finds about WhatsApp's content templates: are they there, approved, and in every language?"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from bot.channels.whatsapp.errors import translated
from bot.channels.whatsapp.line import TwilioLine
from bot.channels.whatsapp.templates import TEMPLATES
from bot.doctor import Check
from bot.errors import Fatal, Retryable
from bot.messages.reader import Reader

NAME = "templates"
GROUPS: Mapping[str, str] = {
    "approved": "approved",
    "gone": "gone",
    "unsubmitted": "unsubmitted",
    "received": "waiting",
    "pending": "waiting",
}
MENDS: Mapping[str, str] = {  # the worst first
    "gone": "take them out of TWILIO_CONTENT_SIDS and run `sharpsignal templates --create`",
    "refused": "Twilio's console says why; mend the template there, or create it anew under another name",
    "unsubmitted": "ask for approval in Twilio's console (Content Template Builder)",
    "waiting": "WhatsApp decides, mostly within a day; until then what needs them is held",
}
WORDS: Mapping[str, str] = {
    "gone": "not known to Twilio",
    "unsubmitted": "approval was never asked for",
    "waiting": "WhatsApp has not decided yet",
}


async def templates(line: TwilioLine, sids: Mapping[tuple[str, str], str], reader: Reader) -> list[Check]:
    """One line about all of them. `reader` speaks the language that messages go out in without another wish."""
    if not sids:
        mend = "`sharpsignal templates --create` makes them; TWILIO_CONTENT_SIDS takes the line that it prints"
        return [
            Check(NAME, "warn", "none: outside the 24 h window nothing can be sent, and there are no buttons", mend)
        ]
    asked = {key: sid for key, sid in sids.items() if _needs_approval(key[0], reader)}
    try:
        async with asyncio.timeout(20.0):
            states = {key: await _state(line, sid) for key, sid in asked.items()}
    except (Retryable, Fatal, TimeoutError) as error:
        return [Check(NAME, "warn", f"their approval cannot be read: {error or 'no answer'}", "try again later")]
    return [_told(states, sids, reader)]


def _needs_approval(kind: str, reader: Reader) -> bool:
    return any(name == kind and make(reader).category != "SESSION" for name, make in TEMPLATES.items())


async def _state(line: TwilioLine, sid: str) -> str:
    try:
        with translated():
            return await line.approval(sid)
    except Fatal as error:
        if error.reason == "unauthorized":
            raise
        return "gone"


def _told(states: Mapping[tuple[str, str], str], sids: Mapping[tuple[str, str], str], reader: Reader) -> Check:
    """The worst thing that is wrong; where nothing is, what is missing in the language of the installation."""
    for group, mend in MENDS.items():
        named = {":".join(key): state for key, state in states.items() if _group(state) == group}
        if named:
            words = WORDS.get(group) or ", ".join(sorted(set(named.values())))
            return Check(NAME, "warn" if group == "waiting" else "fail", f"{words}: {', '.join(named)}", mend)
    missing = [kind for kind in TEMPLATES if (kind, reader.locale) not in sids]
    if missing:
        mend = "`sharpsignal templates --create` makes what TWILIO_CONTENT_SIDS does not name yet"
        return Check(NAME, "warn", f"none in language {reader.locale} for: {', '.join(missing)}", mend)
    return Check(NAME, "ok", f"{len(states)} approved by WhatsApp")


def _group(state: str) -> str:
    """What a state asks of the owner; what WhatsApp says beyond these (rejected, paused, disabled) is a refusal.

    >>> _group("pending"), _group("paused")
    ('waiting', 'refused')
    """
    return GROUPS.get(state, "refused")
