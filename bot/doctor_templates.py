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
WAIT_S = 20.0
GROUPS: Mapping[str, str] = {
    "approved": "approved",
    "gone": "gone",
    "unsubmitted": "unsubmitted",
    "received": "waiting",
    "pending": "waiting",
}
TROUBLES = ("gone", "refused", "unsubmitted", "waiting")  # the worst first


async def templates(line: TwilioLine, sids: Mapping[tuple[str, str], str], reader: Reader) -> list[Check]:
    """One line about all of them. `reader` speaks the language that messages go out in without another wish."""
    if not sids:
        return [Check(NAME, "warn", reader.plain("doctor-templates-none"), reader.plain("doctor-templates-none-mend"))]
    asked = {key: sid for key, sid in sids.items() if _needs_approval(key[0], reader)}
    try:
        async with asyncio.timeout(WAIT_S):
            states = {key: await _state(line, sid) for key, sid in asked.items()}
    except (Retryable, Fatal, TimeoutError) as error:
        why = str(error) or reader.plain("doctor-no-answer", seconds=f"{WAIT_S:g}")
        words = reader.plain("doctor-templates-unread", why=why)
        return [Check(NAME, "warn", words, reader.plain("doctor-templates-unread-mend"))]
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
    for group in TROUBLES:
        named = {":".join(key): state for key, state in states.items() if _group(state) == group}
        if named:
            said = ", ".join(sorted(set(named.values())))
            words = reader.plain("doctor-templates-bad", group=group, states=said, names=", ".join(named))
            mend = reader.plain("doctor-templates-bad-mend", group=group)
            return Check(NAME, "warn" if group == "waiting" else "fail", words, mend)
    missing = [kind for kind in TEMPLATES if (kind, reader.locale) not in sids]
    if missing:
        words = reader.plain("doctor-templates-missing", locale=reader.locale, kinds=", ".join(missing))
        return Check(NAME, "warn", words, reader.plain("doctor-templates-missing-mend"))
    return Check(NAME, "ok", reader.plain("doctor-templates", count=str(len(states))))


def _group(state: str) -> str:
    """What a state asks of the owner; what WhatsApp says beyond these (rejected, paused, disabled) is a refusal.

    >>> _group("pending"), _group("paused")
    ('waiting', 'refused')
    """
    return GROUPS.get(state, "refused")
