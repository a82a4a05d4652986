"""How fast a channel may talk: so many messages in a span, for each chat and for all of them together.

Telegram allows about one message a second to a person, 20 a minute to a group or channel and 30 a second overall; edits
count. What the other side says in a 429 wins over all of it, for that chat; where one chat after the other is refused
and none is served, it means all of us.

The other side counts when a message arrives, not when we send it. A message on its way counts as arriving now, one
that was answered at the latest moment at which it can have arrived. So a slow moment on the line makes us slower and
never makes a 429, and an even line costs nothing of the allowance.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import Clock
from storage import pace

LATE_MS = 500  # what is on its way for longer, while later messages were answered, has arrived and is not answered
LOST_MS = 10_000  # and this long nothing is on its way
MARGIN_MS = 5  # what the quickest way may be quicker than we saw
TRIPS = 64  # so many answers are waited for before anything is said of the quickest way,
REMEMBERED = 2_048  # which is looked for in so many: a busy minute here must not be taken for a slower line
LOOK_MS = 100
FORGOTTEN_MS = 60_000
STORM = 5
EVERYBODY = "*"
LONGEST_HOLD_MS = 24 * 3_600_000
CHATS = 5_000


@dataclass(frozen=True, slots=True)
class Allowance:
    """At most `count` messages in any `span_ms`."""

    count: int
    span_ms: int


@dataclass(frozen=True, slots=True)
class Limits:
    """Allowances per person, per group (address begins with - or @) and overall; None is no limit.

    `gap_ms` is the least distance of two messages, so that what is allowed in a second is not said in its first moment.
    """

    person: Allowance | None = None
    group: Allowance | None = None
    overall: Allowance | None = None
    gap_ms: int = 0


TELEGRAM = Limits(Allowance(1, 1_000), Allowance(20, 60_000), Allowance(30, 1_000), gap_ms=25)
WHATSAPP = Limits(Allowance(1, 1_000), None, Allowance(20, 1_000))
UNLIMITED = Limits()


@dataclass(slots=True, eq=False)
class _Turn:
    """One message: when its turn was taken, and the latest moment at which it can have arrived (None: on its way).

    `passed`: when a message of a later turn was answered while this one was on its way.
    """

    taken: int
    arrived: int | None = None
    passed: int | None = None

    def latest(self, now: int) -> int:
        """The latest moment at which it can have arrived, as far as is known now."""
        if self.passed is None:
            return min(now, self.taken + LOST_MS)
        return min(now, max(self.passed, self.taken + LATE_MS))

    def moment(self, now: int) -> int:
        """When it counts."""
        on_its_way = self.arrived is None and self.taken <= now
        return self.latest(now) if on_its_way else self.arrived or self.taken


class _Window:
    """The newest messages within one allowance."""

    def __init__(self, allowance: Allowance) -> None:
        self.allowance = allowance
        self.turns: deque[_Turn] = deque()
        self.taken = 0

    def wait_ms(self, now: int, spare: int) -> int:
        """0 where one more message fits while `spare` places stay free, else ms until it may."""
        oldest = now - self.allowance.span_ms
        while self.turns and not oldest < self.turns[0].moment(now) <= now:
            self.turns.popleft()
        most = max(1, self.allowance.count - spare)
        if len(self.turns) < most:
            return 0
        moments = sorted(moment for turn in self.turns if oldest < (moment := turn.moment(now)) <= now)
        return 0 if len(moments) < most else moments[-most] + self.allowance.span_ms - now

    def add(self, turn: _Turn) -> None:
        self.turns.append(turn)
        self.taken += 1

    @property
    def place(self) -> int:
        """The place of the allowance that the newest turn took."""
        return self.taken % self.allowance.count


@dataclass(slots=True, eq=False)
class _Waiter:
    """Somebody in line for a turn: a lower `rank` goes first."""

    chat: str
    spare: int
    rank: int


class Pacer:
    """Hands out turns to talk. Not for use from several threads.

    A turn is taken when everything else is done: what lies between the turn and the wire makes the arrival uncertain,
    and every uncertain millisecond is one of the allowance.
    """

    def __init__(self, limits: Limits, clock: Clock) -> None:
        self._limits = limits
        self._clock = clock
        self._overall = _Window(limits.overall) if limits.overall else None
        self._chats: dict[str, _Window] = {}
        self._on_the_way: dict[str, deque[_Turn]] = {}
        self._held: dict[str, int] = {}
        self._refused: dict[str, int] = {}
        self._unkept: dict[str, int] = {}
        self._trips: deque[int] = deque(maxlen=REMEMBERED)
        self._newest = -(10**9)
        self._line: list[_Waiter] = []

    async def restore(self, conn: AsyncConnection, channel: str, now: int, flying: Iterable[str] = ()) -> None:
        """What an earlier process was told and said still counts: at a start, before the first turn.

        Its messages to persons and its newest second are not in the store: the first span is silent. `flying` are the
        addresses to which it may have been talking at its end.
        """
        await pace.forget(conn, channel, now)
        for name, until in (await pace.kept(conn, channel, now)).items():
            chat, slash, _ = name.rpartition("/")
            window = self._window(chat, now) if slash else None
            if window is not None:
                sent = min(now, until - window.allowance.span_ms)
                window.add(_Turn(sent, sent))
            elif not slash:
                self._held[name] = min(until, now + LONGEST_HOLD_MS)
        for address in flying:
            window = self._window(address.split(":")[0], now)
            if window is not None:
                window.add(_Turn(now, now))
        if self._overall is not None:
            quiet = now + self._overall.allowance.span_ms
            self._held[EVERYBODY] = max(quiet, self._held.get(EVERYBODY, 0))

    def unkept(self) -> dict[str, int]:
        """What `restore` needs and the store does not have yet (for storage.pace.keep); forgotten here."""
        news, self._unkept = self._unkept, {}
        return news

    def ready_in(self, address: str, spare: int = 0) -> int:
        """ms until `address` may be talked to, 0 for now. Takes nothing.

        `spare` keeps so many places of a chat's allowance free for what matters more.
        """
        return max(self.chat_ready_in(address, spare), self.all_ready_in())

    def chat_ready_in(self, address: str, spare: int = 0) -> int:
        """The same by the chat's own allowance alone."""
        return self._chat_ready_in(address.split(":")[0], self._clock.now_ms(), spare)

    def shut(self, spare: int = 0) -> set[str]:
        """The chats that may not be talked to now; any other may."""
        now = self._clock.now_ms()
        talked = {chat for chat, window in self._chats.items() if window.turns}
        chats = (talked | self._held.keys()) - {EVERYBODY}
        return {chat for chat in chats if self._chat_ready_in(chat, now, spare) > 0}

    def all_ready_in(self) -> int:
        """ms until anybody may be talked to."""
        return self._all_ready_in(self._clock.now_ms(), 0)

    def take(self, address: str, spare: int = 0) -> int:
        """Take a turn for `address`: 0 where it was taken, else ms after which to ask again. Tell `ended` later."""
        wait = self.ready_in(address, spare)
        if wait <= 0:
            self._take(address.split(":")[0], self._clock.now_ms())
        return wait

    async def turn(self, address: str, spare: int = 0, *, rank: int = 0, within_ms: float = math.inf) -> bool:
        """Wait in line for a turn and take it: a lower `rank` goes first, of one rank whoever came first.

        False, and no turn, where it would come later than `within_ms` from now.
        """
        waiter = _Waiter(address.split(":")[0], spare, rank)
        latest = self._clock.now_ms() + within_ms
        self._line.insert(bisect_right(self._line, rank, key=lambda one: one.rank), waiter)
        try:
            while (wait := self._in_line(waiter)) > 0:
                if self._clock.now_ms() + wait > latest:
                    return False
                await self._clock.sleep(min(wait, LOOK_MS) / 1000)
            self._take(waiter.chat, self._clock.now_ms())
        finally:
            self._line.remove(waiter)
        return True

    def ended(self, address: str, *, accepted: bool = True) -> None:
        """The message whose turn was taken was answered; `accepted`: the other side did not ask for silence."""
        chat, now = address.split(":")[0], self._clock.now_ms()
        if accepted:
            self._refused.clear()
        turn = self._next_on_the_way(chat)
        if turn is None:
            return
        quickest = max(0, min(self._trips) - MARGIN_MS) if len(self._trips) >= TRIPS else 0
        self._trips.append(max(0, now - turn.taken))
        turn.arrived = max(turn.taken, min(now - quickest, turn.latest(now)))
        for turns in self._on_the_way.values():
            for older in turns:
                if older.taken < turn.taken and older.passed is None:
                    older.passed = now

    def unused(self, address: str) -> None:
        """Nothing was said in the turn that was taken."""
        chat = address.split(":")[0]
        turn = self._next_on_the_way(chat)
        for window in (self._overall, self._chats.get(chat)):
            if window is not None and turn is not None and turn in window.turns:
                window.turns.remove(turn)

    def hold(self, address: str, seconds: float) -> None:
        """The other side asked for silence towards this chat; after `STORM` chats in a row towards everybody."""
        chat, now = address.split(":")[0], self._clock.now_ms()
        until = now + math.ceil(seconds * 1000)
        self._hold(chat, until)
        self._refused = {name: end for name, end in self._refused.items() if end > now} | {chat: until}
        if len(self._refused) >= STORM:
            self._hold(EVERYBODY, max(now, min(self._refused.values())))

    def _hold(self, name: str, until: int) -> None:
        self._held[name] = self._unkept[name] = max(until, self._held.get(name, 0))

    def _take(self, chat: str, now: int) -> None:
        turn = _Turn(now)
        self._newest = now
        on_the_way = self._on_the_way.setdefault(chat, deque())
        while on_the_way and on_the_way[0].taken < now - FORGOTTEN_MS:
            on_the_way.popleft()
        on_the_way.append(turn)
        window = self._window(chat, now)
        for one in (window, self._overall):
            if one is not None:
                one.add(turn)
        if window is not None and window.allowance is self._limits.group:
            self._unkept[f"{chat}/{window.place}"] = now + window.allowance.span_ms + LATE_MS

    def _next_on_the_way(self, chat: str) -> _Turn | None:
        turns = self._on_the_way.get(chat)
        if not turns:
            return None
        turn = turns.popleft()
        if not turns:
            del self._on_the_way[chat]
        return turn

    def _in_line(self, waiter: _Waiter) -> int:
        """ms until the turn of somebody in line; whose chat may not be talked to yet keeps nobody waiting."""
        now = self._clock.now_ms()
        own = self._chat_ready_in(waiter.chat, now, waiter.spare)
        before = self._line[: self._line.index(waiter)]
        ahead = sum(self._chat_ready_in(one.chat, now, one.spare) <= 0 for one in before)
        full = self._limits.overall is not None and ahead >= self._limits.overall.count
        return max(own, self._all_ready_in(now, ahead), LOOK_MS if full else 0)

    def _chat_ready_in(self, chat: str, now: int, spare: int) -> int:
        window = self._window(chat, now)
        return max(0 if window is None else window.wait_ms(now, spare), self._left(chat, now))

    def _all_ready_in(self, now: int, ahead: int) -> int:
        """ms until anybody may be talked to when `ahead` others go first."""
        overall = 0 if self._overall is None else self._overall.wait_ms(now, ahead)
        gap = self._newest + self._limits.gap_ms - now if self._newest <= now else 0
        return max(0, overall, max(0, gap) + ahead * self._limits.gap_ms, self._left(EVERYBODY, now))

    def _left(self, name: str, now: int) -> int:
        left = self._held.get(name, 0) - now
        if left <= 0:
            self._held.pop(name, None)
        return max(0, left)

    def _window(self, chat: str, now: int) -> _Window | None:
        allowance = self._limits.group if chat[:1] in ("-", "@") else self._limits.person
        if allowance is None:
            return None
        if chat not in self._chats and len(self._chats) >= CHATS:
            self._chats = {name: window for name, window in self._chats.items() if window.wait_ms(now, 0) > 0}
            self._on_the_way = {name: turns for name, turns in self._on_the_way.items() if name in self._chats}
        return self._chats.setdefault(chat, _Window(allowance))
