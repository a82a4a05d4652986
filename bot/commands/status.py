"""/status: how fresh the data is, what is open, what holds new signals back, and what waits to be sent."""

from __future__ import annotations

from bot.commands.desk import Caller, Desk
from bot.commands.live import FeedState, Halt, Status
from bot.messages.markup import lines, message
from bot.messages.notices import halt_end, halt_reason
from bot.messages.over import over_of
from bot.messages.reader import Reader, ticker
from bot.ports import Answer, Message
from engine.decision.heat import Cluster
from storage import outbox, signals
from storage.signals import StoredSignal


async def status(desk: Desk, caller: Caller) -> Answer:
    """Answer /status."""
    live = await desk.status()
    now = desk.clock.now_ms()
    async with desk.db.read() as conn:
        found = await signals.active(conn)
        active = [one for one in found if over_of(await signals.progress_of(conn, one.signal_id)) is None]
        waiting = await outbox.stats(conn, now)
    return Answer(messages=(status_message(live, active, waiting, now, caller.reader),))


def status_message(
    live: Status, active: list[StoredSignal], waiting: dict[str, int | None], now: int, reader: Reader
) -> Message:
    """The state of things, a line each."""
    return message(
        lines(
            reader.html("status-title", at=reader.moment(now)),
            reader.html("status-uptime", span=reader.span((now - live.started_ms) / 1000)),
            *("" for _ in live.feeds[:1]),
            *(_feed(feed, now, reader) for feed in live.feeds),
            "",
            *([_halt(halt, now, reader) for halt in live.halts] or [reader.html("status-running")]),
            reader.html("status-open", count=str(len(active))),
            *(_open(signal, reader) for signal in active[:20]),
            *(line for cluster in live.heat for line in _heat(cluster, reader)),
            "",
            _policy(live, reader),
            *_outbox(waiting, reader),
        )
    )


def _feed(feed: FeedState, now: int, reader: Reader) -> str:
    if feed.last_ms is None:
        age = reader.plain("status-feed-none")
    else:
        age = reader.plain("status-feed-age", span=reader.span((now - feed.last_ms) / 1000))
    if feed.lost:
        names = ", ".join(reader.plain("stream", stream=stream) for stream in feed.lost)
        age = reader.plain("status-feed-lost", age=age, streams=names)
    return reader.html("status-feed", pair=ticker(feed.pair), age=age)


def _halt(halt: Halt, now: int, reader: Reader) -> str:
    until = halt_end(halt.until, now, reader)
    return reader.html("status-halted", kind=halt.kind, until=until, reason=halt_reason(halt.reason, reader) or "–")


def _open(signal: StoredSignal, reader: Reader) -> str:
    return reader.html(
        "status-open-row",
        number=str(signal.number),
        ticker=ticker(signal.pair),
        side=signal.side,
        state=signal.state,
    )


def _heat(cluster: Cluster, reader: Reader) -> list[str]:
    """What is open together, and how closely the pairs move."""
    side = "long" if cluster.side > 0 else "short"
    names = " ".join(pair.split("-")[0] for pair in cluster.pairs)
    told = [reader.html("status-heat", side=side, open=str(cluster.open_r), pairs=names)]
    for one, other, value in cluster.links:
        first, second = (pair.split("-")[0] for pair in (one, other))
        moves = "none" if value is None else reader.signed(value)
        told.append(reader.html("status-heat-link", one=first, other=second, value=moves))
    return told


def _policy(live: Status, reader: Reader) -> str:
    if not live.policy_version:
        return reader.html("status-policy-none")
    return reader.html("status-policy", version=live.policy_version[:12])


def _outbox(waiting: dict[str, int | None], reader: Reader) -> list[str]:
    pending, age = waiting["pending"] or 0, waiting["oldest_age_ms"]
    dead, dropped = waiting["dead"] or 0, waiting["dropped"] or 0
    if pending == 0 or age is None:
        found = [reader.html("status-outbox-empty")]
    else:
        found = [reader.html("status-outbox", pending=str(pending), oldest=reader.span(age / 1000))]
    if dead or dropped:
        found.append(reader.html("status-outbox-lost", dead=str(dead), dropped=str(dropped)))
    return found
