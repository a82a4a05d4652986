"""The first talk of a new owner: language, zone, pairs, risk and places as buttons in the chat, then a DEMO signal.

It is the ordinary conversation with five questions in front. Each answer is kept at once, so that a talk that was cut
off is begun again with nothing lost.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Literal
from zoneinfo import ZoneInfo

from bot.clock import Clock
from bot.commands.conversation import Conversation, ConversationConfig, demo_shown
from bot.commands.desk import recognise, reply
from bot.commands.live import Status
from bot.commands.registry import BY_NAME
from bot.i18n import LOCALES, pick_locale, say
from bot.messages.buttons import FeedbackTap, read_data, split_data, tap_data
from bot.messages.markup import lines, message
from bot.messages.reader import Reader
from bot.ports import Answer, Button, Incoming, Message, Receipt
from bot.setup_places import SetupPlaces, where
from engine.market.events import Event
from storage import preferences
from storage.database import Database

Step = Literal["lang", "zone", "pairs", "risk", "where"]
STEPS: tuple[Step, ...] = ("lang", "zone", "pairs", "risk", "where")
NAMESPACE = "i"
ZONES: Mapping[str, str] = {
    "Asia/Jakarta": "WIB Jakarta",
    "Asia/Makassar": "WITA Makassar",
    "Asia/Jayapura": "WIT Jayapura",
    "Asia/Singapore": "Singapore",
    "Europe/Moscow": "Moscow",
    "Europe/London": "London",
    "America/New_York": "New York",
    "UTC": "UTC",
}
COINS: Mapping[str, tuple[str, ...]] = {
    "1": ("BTC",),
    "2": ("BTC", "ETH"),
    "3": ("BTC", "ETH", "SOL"),
    "5": ("BTC", "ETH", "SOL", "XRP", "DOGE"),
}
RISKS = ("5", "10", "25", "50", "100", "0")
ON = "on"
SETTING: Mapping[str, str] = {
    "lang": "SHARPSIGNAL_LOCALE",
    "zone": "SHARPSIGNAL_TIMEZONE",
    "pairs": "SHARPSIGNAL_PAIRS",
}


def instruments(coins: Sequence[str]) -> str:
    """The setting that watches these coins.

    >>> instruments(("BTC", "ETH"))
    'BTC-USDT-SWAP,ETH-USDT-SWAP'
    """
    return ",".join(f"{coin}-USDT-SWAP" for coin in coins)


async def _nothing(event: Event) -> None:
    """No engine runs during the first talk."""


class SetupTalk(Conversation):
    """`claimed`: the owner is here. `asked_all`: the DEMO signal is sent. `tried`: one of its buttons was pressed.
    `heard`: something came; whoever waits for the next clears it.

    `keep` is told each answer that is a setting, as name and value; `given` are the steps that need no question;
    `named` are the chats that the settings name already.
    """

    def __init__(
        self,
        db: Database,
        clock: Clock,
        config: ConversationConfig,
        keep: Callable[[str, str], None],
        given: set[Step],
        named: Sequence[str] = (),
    ) -> None:
        async def status() -> Status:
            return Status(started_ms=clock.now_ms())

        super().__init__(db, clock, _nothing, status, config)
        self.claimed = asyncio.Event()
        self.asked_all = asyncio.Event()
        self.tried = asyncio.Event()
        self.heard = asyncio.Event()
        self._keep = keep
        self._places = SetupPlaces(db, named, keep)
        self._steps = [step for step in STEPS if step not in given]
        self._chosen: dict[Step, str] = {}
        self._over = False

    @property
    def questions(self) -> int:
        """How many are asked."""
        return len(self._steps)

    async def handle(self, incoming: Incoming) -> Answer:
        """A choice goes on with the next question, words are told to press, an owner's /start asks the first; all else
        is as always.
        """
        self.heard.set()
        found = split_data(incoming.data) if incoming.kind == "tap" else None
        if found is not None and found[0] == NAMESPACE and await self._is_owner(incoming):
            return await self._choose(incoming, *found[1])
        if _is_place(incoming) and await self._owned(incoming):
            await super().handle(replace(incoming, kind="membership"))
            return await self._places.changed(incoming, self._reader(incoming))
        if incoming.kind == "text" and self._asking and await self._is_owner(incoming):
            return reply(self._reader(incoming), "setup-press")
        answer = await super().handle(incoming)
        if incoming.kind == "command" and incoming.command == "start" and await self._is_owner(incoming):
            self.claimed.set()
            self._chosen, self._over = {}, False
            await self._settle(incoming)
            if not self._steps:
                return replace(answer, messages=(*answer.messages, *(await self._demo(incoming)).messages))
            first = await self._question(self._steps[0], incoming)
            return replace(answer, messages=(*answer.messages, first))
        tap = read_data(incoming.data)
        if isinstance(tap, FeedbackTap) and tap.demo:
            self.tried.set()
        return answer

    @property
    def _asking(self) -> bool:
        """A question waits for an answer."""
        return self.claimed.is_set() and not self._over

    async def _settle(self, incoming: Incoming) -> None:
        """What was given at the terminal holds for the owner, too, whatever language the app speaks."""
        if "lang" not in self._steps:
            await self._order(incoming, "lang", self._desk.config.locale)
        if "zone" not in self._steps:
            await self._order(incoming, "timezone", self._desk.config.timezone)

    async def told(self, incoming: Incoming, sent: Message, receipt: Receipt) -> None:
        """Remember the DEMO post; with it everything was asked."""
        await super().told(incoming, sent, receipt)
        if demo_shown(sent) is not None:
            self.asked_all.set()

    async def _is_owner(self, incoming: Incoming) -> bool:
        """The owner in private, where the questions are."""
        return incoming.private and await self._owned(incoming)

    async def _owned(self, incoming: Incoming) -> bool:
        async with self._desk.db.read() as conn:
            return (await recognise(self._desk, conn, incoming)).is_owner

    async def _choose(self, incoming: Incoming, *parts: str) -> Answer:
        """Keep a choice and put the next question in its place; after the last one comes the DEMO signal."""
        step, value = _read(parts)
        if step is None or step not in self._steps or self._over:
            return Answer(toast=self._reader(incoming).plain("toast-unknown"))
        self._chosen[step] = value
        await self._apply(incoming, step, value)
        reader = self._reader(incoming)
        after = self._steps[self._steps.index(step) + 1 :]
        if after:
            return Answer(edit=await self._question(after[0], incoming), fallback_edit=True)
        self._over = True
        demo = await self._demo(incoming)
        done = message(reader.html("setup-done", choices=await self._told(incoming, reader)))
        return replace(demo, messages=demo.messages[-1:], edit=done, fallback_edit=True)

    async def _apply(self, incoming: Incoming, step: Step, value: str) -> None:
        if step == "lang":
            await self._order(incoming, "lang", value)
        elif step == "zone":
            await self._order(incoming, "timezone", value)
        elif step == "risk":
            await self._keep_risk(incoming, value)
        if step in SETTING:
            self._keep(SETTING[step], instruments(COINS[value]) if step == "pairs" else value)

    async def _keep_risk(self, incoming: Incoming, value: str) -> None:
        """How much one R is, for the owner's own size card; 0 is nothing set."""
        if "risk" in BY_NAME and value != "0":
            await self._order(incoming, "risk", value)
            return
        who = incoming.person
        async with self._desk.db.write() as conn:
            await preferences.put(conn, "person", who.channel, who.user_id, "risk", None if value == "0" else value)

    async def _demo(self, incoming: Incoming) -> Answer:
        self._over = True
        return await self._order(incoming, "demo", "")

    async def _order(self, incoming: Incoming, command: str, args: str) -> Answer:
        """As if the owner had typed it."""
        return await super().handle(replace(incoming, kind="command", command=command, args=args, data=""))

    def _reader(self, incoming: Incoming) -> Reader:
        """The chosen language and zone, else the installation's; the very first question in the app's language."""
        config = self._desk.config
        spoken = pick_locale(incoming.person.language, config.locale) if "lang" in self._steps else config.locale
        return Reader(self._chosen.get("lang", spoken), ZoneInfo(self._chosen.get("zone", config.timezone)))

    async def _question(self, step: Step, incoming: Incoming) -> Message:
        reader, place = self._reader(incoming), f"{self._steps.index(step) + 1}/{len(self._steps)}"
        now = await self._places.row(incoming.address, reader) if step == "where" else ""
        return question(step, place, reader, now, self._desk.config.bot_username)

    async def _told(self, incoming: Incoming, reader: Reader) -> str:
        """What was chosen, a line each."""
        said = [_choice(step, value, reader) for step, value in self._chosen.items() if step != "where"]
        if "where" in self._chosen:
            said.append(await self._places.row(incoming.address, reader))
        return "\n".join(f"• {one}" for one in said)


def _is_place(incoming: Incoming) -> bool:
    """The bot was let in somewhere, or is greeted there as Telegram does it after `?startgroup`."""
    return not incoming.private and (incoming.kind == "membership" or incoming.command == "start")


def question(step: Step, place: str, reader: Reader, now: str = "", username: str = "") -> Message:
    """What is asked at a step, with an answer a button; `place` is like 2/5.

    Where signals go is answered in Telegram's own lists: the links need the bot's `username`; `now` is where they go.
    """
    if step == "where":
        return where(place, now, reader, username, _buttons(step, reader))
    return message(_words(step, place, reader), _buttons(step, reader))


def _read(parts: Sequence[str]) -> tuple[Step | None, str]:
    """The step and the value of a choice; (None, "") for one that was never offered."""
    if len(parts) != 2:
        return None, ""
    step = next((one for one in STEPS if one == parts[0]), None)
    return (step, parts[1]) if step is not None and parts[1] in _values(step) else (None, "")


def _values(step: Step) -> Sequence[str]:
    return {"lang": LOCALES, "zone": tuple(ZONES), "pairs": tuple(COINS), "risk": RISKS, "where": (ON,)}[step]


def _words(step: Step, place: str, reader: Reader) -> str:
    if step == "lang":
        return reader.html("setup-lang", place=place)
    if step == "zone":
        return reader.html("setup-zone", place=place)
    if step == "pairs":
        return lines(reader.html("setup-pairs", place=place), reader.html("setup-pairs-later"))
    return lines(reader.html("setup-risk", place=place), reader.html("setup-risk-why"))


def _label(step: Step, value: str, reader: Reader) -> str:
    """A value as people read it."""
    if step == "lang":
        return say(value, "language-name")
    if step == "zone":
        return ZONES[value]
    if step == "pairs":
        return " ".join(COINS[value])
    if step == "where":
        return reader.plain("setup-where-on")
    return reader.plain("setup-risk-none") if value == "0" else reader.plain("setup-risk-row", amount=value)


def _choice(step: Step, value: str, reader: Reader) -> str:
    """A chosen value where the question is no longer seen."""
    if step == "risk":
        return reader.plain("setup-risk-open") if value == "0" else f"1R: {_label(step, value, reader)}"
    return _label(step, value, reader)


def _buttons(step: Step, reader: Reader) -> tuple[tuple[Button, ...], ...]:
    made = [Button(_label(step, value, reader), tap_data(NAMESPACE, step, value)) for value in _values(step)]
    wide = 1 if step == "pairs" else 2
    return tuple(tuple(made[at : at + wide]) for at in range(0, len(made), wide))
