"""Every notice by its kind, the `state` of its outbox row. A new one is its own file and one line here."""

from __future__ import annotations

from collections.abc import Callable

from bot.messages import access_notices, alarm_notices, held_back, learned_notice, notices, whatsapp_notices
from bot.messages.markup import message
from bot.messages.notices import Payload
from bot.messages.reader import Reader
from bot.ports import Message

Notice = Callable[[Payload, Reader], Message]


def _words(said: Callable[[Payload, Reader], str], silent: bool = False) -> Notice:
    return lambda payload, reader: message(said(payload, reader), silent=silent)


NOTICES: dict[str, Notice] = {
    "halted": notices.halted,
    "lifted": _words(notices.lifted),
    "restarted": _words(notices.restarted),
    "feed_lost": _words(notices.feed_lost),
    "feed_back": _words(notices.feed_back, silent=True),
    "unlisted": _words(notices.unlisted),
    "alarm": _words(alarm_notices.alarm),
    "alarm_over": _words(alarm_notices.over, silent=True),
    "held_back": _words(held_back.notice, silent=True),
    "policy": _words(notices.policy, silent=True),
    "trained": _words(notices.trained, silent=True),
    "learned": _words(learned_notice.learned),
    "pending": notices.pending,
    "approved": _words(notices.approved),
    "rejected": _words(notices.rejected),
    "whatsapp_keep": _words(whatsapp_notices.keep),
    "whatsapp_missed": _words(whatsapp_notices.missed),
    "whatsapp_held": _words(whatsapp_notices.held, silent=True),
    "whatsapp_consent": _words(whatsapp_notices.consent, silent=True),
    "whatsapp_template": _words(whatsapp_notices.template),
    "quiet": access_notices.quiet,
    "awake": access_notices.awake,
    "role": access_notices.role,
    "removed": access_notices.removed,
}


def notice_message(kind: str, payload: Payload, reader: Reader) -> Message:
    """The notice of a kind, in the reader's language and zone. Raises ValueError for a kind nobody wrote."""
    notice = NOTICES.get(kind)
    if notice is None:
        raise ValueError(f"no notice of kind {kind!r}")
    return notice(payload, reader)
