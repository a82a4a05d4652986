"""Short notices to a chat: signals held or going on, a restart, a feed lost or back, policies, people at the door.

The payload of each kind (times in ms, spans in seconds):

    halted      kind (breaker|best|daily|pause), until (ms or None), reason, ts (may be left out: then the day is told)
    lifted      kind
    restarted   down_s, open (count of open signals that were checked again)
    feed_lost   pair, stream
    feed_back   pair, stream, seconds (None where unknown)
    policy      version, reason (None: taken; else why it was refused)
    trained     result (few|same|new), labels, needed, version
    pending     name, channel, user_id
    approved    nothing; rejected  nothing

Which kind is told by which function stands in bot/messages/notice_kinds.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.messages.buttons import approval_data
from bot.messages.markup import lines, message
from bot.messages.reader import Reader
from bot.ports import Button, Message

Payload = Mapping[str, Any]


def halt_end(until: int | None, now: int, reader: Reader) -> str:
    """Until when new signals are held, in words."""
    if until is None:
        return reader.plain("halt-open-ended")
    return reader.plain("halt-until", at=reader.until(until, now))


def halt_reason(reason: str, reader: Reader) -> str:
    """The engine's reason in words; a person's own words stay as they are."""
    return reader.plain("halt-reason", code=reason.replace(" ", "_"), reason=reason)


def halted(payload: Payload, reader: Reader) -> str:
    """New signals are held back."""
    until, reason = payload.get("until"), str(payload.get("reason") or "")
    now = payload.get("ts") or 0
    return lines(
        reader.html("notice-halted", kind=payload["kind"], until=halt_end(until, now, reader)),
        reader.html("notice-halted-reason", reason=halt_reason(reason, reader)) if reason else None,
        reader.html("notice-halted-open"),
    )


def lifted(payload: Payload, reader: Reader) -> str:
    """They are not any more."""
    return reader.html("notice-lifted", kind=str(payload.get("kind")))


def restarted(payload: Payload, reader: Reader) -> str:
    """The program is back."""
    return reader.html("notice-restarted", down=reader.span(payload["down_s"]), open=str(payload["open"]))


def feed_lost(payload: Payload, reader: Reader) -> str:
    """A stream of a pair is lost."""
    stream = reader.plain("stream", stream=payload["stream"])
    return reader.html("notice-feed-lost", pair=payload["pair"], stream=stream)


def feed_back(payload: Payload, reader: Reader) -> str:
    """It is there again."""
    stream = reader.plain("stream", stream=payload["stream"])
    seconds = payload.get("seconds")
    return lines(
        reader.html("notice-feed-back", pair=payload["pair"], stream=stream),
        None if seconds is None else reader.html("notice-feed-back-after", span=reader.span(seconds)),
    )


def policy(payload: Payload, reader: Reader) -> str:
    """A policy took effect, or was refused."""
    version, reason = str(payload["version"])[:12], payload.get("reason")
    if reason is None:
        return reader.html("notice-policy-taken", version=version)
    return reader.html("notice-policy-refused", version=version, reason=str(reason))


def trained(payload: Payload, reader: Reader) -> str:
    """What the nightly training came to."""
    labels = reader.number(payload["labels"])
    if payload["result"] == "few":
        return reader.html("notice-trained-few", labels=labels, needed=reader.number(payload["needed"]))
    if payload["result"] == "same":
        return reader.html("notice-trained-same", labels=labels)
    return reader.html("notice-trained-new", labels=labels, version=str(payload["version"])[:12])


def pending(payload: Payload, reader: Reader) -> Message:
    """Somebody asks to be let in, with a yes and a no."""
    channel, user = str(payload["channel"]), str(payload["user_id"])
    name = str(payload.get("name") or "").strip()[:64] or user
    row = (
        Button(reader.plain("button-approve"), approval_data(channel, user, True)),
        Button(reader.plain("button-reject"), approval_data(channel, user, False)),
    )
    return message(reader.html("notice-pending", name=name, channel=channel, user=user), (row,))


def approved(payload: Payload, reader: Reader) -> str:
    """A person was let in."""
    return reader.html("notice-approved")


def rejected(payload: Payload, reader: Reader) -> str:
    """A person was not let in."""
    return reader.html("notice-rejected")
