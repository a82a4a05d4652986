"""Short notices to a chat: signals held or going on, a restart, a feed lost or back, policies, people at the door.

The payload of each kind (times in ms, spans in seconds):

    halted      kind (breaker|best|daily|pause), until (ms or None), reason, ts, stops (tickers, may be left out), owner
                (true where an owner reads alone, may be left out)
    lifted      kind
    restarted   down_s, open (count of signals that were checked again), signals (some of them, may be left out: each
                with number, pair, state and at: ms, None where nothing was new)
    feed_lost   stream, pairs (or one pair), since (ms, may be left out)
    feed_back   stream, pairs (or one pair), seconds (None where unknown)
    unlisted    pairs
    alarm       slo, value, bound, since (ms); alarm_over  slo, value, bound, seconds
    policy      version, reason (None: taken; else why it was refused)
    trained     result (few|same|held|new), labels, needed, version
    pending     name, channel, user_id
    approved    nothing; rejected  nothing

Which kind is told by which function stands in bot/messages/notice_kinds.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.messages.buttons import approval_data, tap_data
from bot.messages.markup import lines, message
from bot.messages.reader import Reader, ticker
from bot.messages.width import PHONE, columns, packed
from bot.ports import Button, Message

Payload = Mapping[str, Any]
LISTED = 8  # signals, or pairs, that one notice names
LIFTABLE = ("breaker", "best", "pause")  # what /resume ends


def halt_end(until: int | None, now: int, reader: Reader) -> str:
    """Until when new signals are held, in words."""
    if until is None:
        return reader.plain("halt-open-ended")
    return reader.plain("halt-until", at=reader.until(until, now))


def halt_reason(reason: str, reader: Reader) -> str:
    """The engine's reason in words; a person's own words stay as they are."""
    return reader.plain("halt-reason", code=reason.replace(" ", "_"), reason=reason)


def halted(payload: Payload, reader: Reader) -> Message:
    """New signals are held back: until when, why, and a way to ask and, where an owner reads alone, to end it."""
    row = [Button(reader.plain("button-why"), tap_data("h", "why"))]
    if payload.get("owner") and payload["kind"] in LIFTABLE:
        row.append(Button(reader.plain("button-resume"), tap_data("h", "resume")))
    return message(halt_text(payload, reader), (tuple(row),))


def halt_text(payload: Payload, reader: Reader) -> str:
    """What is held back, until when and why."""
    kind, until = str(payload["kind"]), payload.get("until")
    reason, stops = str(payload.get("reason") or ""), payload.get("stops") or ()
    end = reader.escaped(halt_end(until, payload.get("ts") or 0, reader))
    return lines(
        reader.html("notice-halted", kind=kind),
        _latest(end, reader) if kind == "daily" else end,
        reader.html("notice-halted-reason", reason=halt_reason(reason, reader)) if reason else None,
        reader.html("notice-halted-stops", stops=", ".join(stops)) if stops else None,
        reader.html("notice-halted-open"),
    )


def _latest(end: str, reader: Reader) -> str:
    """The end as the latest one, where that fits on a line."""
    told = reader.html("notice-halted-latest", until=end)
    return told if columns(told) <= PHONE else end


def lifted(payload: Payload, reader: Reader) -> str:
    """They are not any more."""
    return reader.html("notice-lifted", kind=str(payload.get("kind")))


def restarted(payload: Payload, reader: Reader) -> str:
    """The program is back: how long it was away, and what became of the open signals meanwhile."""
    rows: Sequence[Payload] = (payload.get("signals") or ())[:LISTED]
    more = payload["open"] - len(rows)
    return lines(
        reader.html("notice-restarted", down=reader.span(payload["down_s"])),
        reader.html("notice-restarted-open", open=payload["open"], end=":" if rows else "."),
        *(line for row in rows for line in _checked(row, reader)),
        reader.html("notice-more", count=str(more)) if rows and more > 0 else None,
        reader.html("notice-restarted-none"),
    )


def _checked(row: Payload, reader: Reader) -> list[str]:
    parts = [
        reader.html("notice-restarted-row", number=str(row["number"]), ticker=ticker(row["pair"])),
        reader.html("notice-restarted-state", state=row["state"]),
    ]
    return packed([*parts, *([] if row["at"] is None else [reader.clock(row["at"])])])


def feed_lost(payload: Payload, reader: Reader) -> str:
    """A stream is lost, of these pairs."""
    since = payload.get("since")
    return lines(
        *_stream(reader.html("notice-feed-lost", stream=_name(payload, reader)), payload, reader),
        None if since is None else reader.html("notice-feed-since", at=reader.clock(since)),
        reader.html("notice-feed-lost-means"),
    )


def feed_back(payload: Payload, reader: Reader) -> str:
    """It is there again."""
    seconds = payload.get("seconds")
    gone = None if seconds is None else reader.html("notice-feed-back-after", span=reader.span(seconds))
    return lines(*_stream(reader.html("notice-feed-back", stream=_name(payload, reader)), payload, reader), gone)


def unlisted(payload: Payload, reader: Reader) -> str:
    """Pairs of the settings that the exchange does not trade any more: what that means, and the mend."""
    head = _stream(reader.html("notice-unlisted"), payload, reader)
    return lines(*head, reader.html("notice-unlisted-means"), reader.html("notice-unlisted-mend"))


def _name(payload: Payload, reader: Reader) -> str:
    return reader.plain("stream", stream=payload["stream"])


def _stream(head: str, payload: Payload, reader: Reader) -> list[str]:
    names = [reader.escaped(ticker(pair)) for pair in payload.get("pairs") or [payload["pair"]]]
    more = len(names) - LISTED
    return [head, *packed(names[:LISTED]), *([reader.html("notice-more", count=str(more))] if more > 0 else [])]


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
    if payload["result"] == "held":
        return reader.html("notice-trained-held", labels=labels)
    return reader.html("notice-trained-new", labels=labels, version=str(payload["version"])[:12])


def pending(payload: Payload, reader: Reader) -> Message:
    """Somebody asks to be let in, with a yes and a no."""
    channel, user = str(payload["channel"]), str(payload["user_id"])
    name = str(payload.get("name") or "").strip()[:64] or user
    row = (
        Button(reader.plain("button-approve"), approval_data(channel, user, True), style="success"),
        Button(reader.plain("button-reject"), approval_data(channel, user, False), style="danger"),
    )
    return message(reader.html("notice-pending", name=name, channel=channel, user=user), (row,))


def approved(payload: Payload, reader: Reader) -> str:
    """A person was let in."""
    return reader.html("notice-approved")


def rejected(payload: Payload, reader: Reader) -> str:
    """A person was not let in."""
    return reader.html("notice-rejected")
