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
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.messages.buttons import approval_data
from bot.messages.markup import lines, message
from bot.messages.reader import Reader
from bot.ports import Button, Message

Payload = Mapping[str, Any]


def notice_message(kind: str, payload: Payload, reader: Reader) -> Message:
    """The notice of a kind, in the reader's language and zone. Raises ValueError for a kind nobody wrote."""
    if kind == "pending":
        return _pending(payload, reader)
    writer = _WRITERS.get(kind)
    if writer is None:
        raise ValueError(f"no notice of kind {kind!r}")
    return message(writer(payload, reader), silent=kind in ("feed_back", "trained", "policy"))


def halt_end(until: int | None, now: int, reader: Reader) -> str:
    """Until when new signals are held, in words."""
    if until is None:
        return reader.plain("halt-open-ended")
    return reader.plain("halt-until", at=reader.until(until, now))


def halt_reason(reason: str, reader: Reader) -> str:
    """The engine's reason in words; a person's own words stay as they are."""
    return reader.plain("halt-reason", code=reason.replace(" ", "_"), reason=reason)


def _halted(payload: Payload, reader: Reader) -> str:
    until, reason = payload.get("until"), str(payload.get("reason") or "")
    now = payload.get("ts") or 0
    return lines(
        reader.html("notice-halted", kind=payload["kind"], until=halt_end(until, now, reader)),
        reader.html("notice-halted-reason", reason=halt_reason(reason, reader)) if reason else None,
        reader.html("notice-halted-open"),
    )


def _lifted(payload: Payload, reader: Reader) -> str:
    return reader.html("notice-lifted", kind=str(payload.get("kind")))


def _restarted(payload: Payload, reader: Reader) -> str:
    return reader.html("notice-restarted", down=reader.span(payload["down_s"]), open=str(payload["open"]))


def _feed_lost(payload: Payload, reader: Reader) -> str:
    stream = reader.plain("stream", stream=payload["stream"])
    return reader.html("notice-feed-lost", pair=payload["pair"], stream=stream)


def _feed_back(payload: Payload, reader: Reader) -> str:
    stream = reader.plain("stream", stream=payload["stream"])
    seconds = payload.get("seconds")
    return lines(
        reader.html("notice-feed-back", pair=payload["pair"], stream=stream),
        None if seconds is None else reader.html("notice-feed-back-after", span=reader.span(seconds)),
    )


def _policy(payload: Payload, reader: Reader) -> str:
    version, reason = str(payload["version"])[:12], payload.get("reason")
    if reason is None:
        return reader.html("notice-policy-taken", version=version)
    return reader.html("notice-policy-refused", version=version, reason=str(reason))


def _trained(payload: Payload, reader: Reader) -> str:
    labels = reader.number(payload["labels"])
    if payload["result"] == "few":
        return reader.html("notice-trained-few", labels=labels, needed=reader.number(payload["needed"]))
    if payload["result"] == "same":
        return reader.html("notice-trained-same", labels=labels)
    return reader.html("notice-trained-new", labels=labels, version=str(payload["version"])[:12])


def _pending(payload: Payload, reader: Reader) -> Message:
    channel, user = str(payload["channel"]), str(payload["user_id"])
    name = str(payload.get("name") or "").strip()[:64] or user
    row = (
        Button(reader.plain("button-approve"), approval_data(channel, user, True)),
        Button(reader.plain("button-reject"), approval_data(channel, user, False)),
    )
    return message(reader.html("notice-pending", name=name, channel=channel, user=user), (row,))


def _approved(payload: Payload, reader: Reader) -> str:
    return reader.html("notice-approved")


def _rejected(payload: Payload, reader: Reader) -> str:
    return reader.html("notice-rejected")


_WRITERS: dict[str, Callable[[Payload, Reader], str]] = {
    "halted": _halted,
    "lifted": _lifted,
    "restarted": _restarted,
    "feed_lost": _feed_lost,
    "feed_back": _feed_back,
    "policy": _policy,
    "trained": _trained,
    "approved": _approved,
    "rejected": _rejected,
}
KINDS = (*_WRITERS, "pending")
