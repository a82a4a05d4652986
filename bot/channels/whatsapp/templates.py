"""The content templates: what is sent outside the 24 h window, and what has buttons or a list inside it.

Their words are in the locales. A value has no line breaks and is never empty: Twilio refuses both (21656).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from bot.commands.whatsapp_taps import NAMESPACE
from bot.messages.buttons import tap_data
from bot.messages.reader import Reader

Kind = Literal["signal", "update", "outcome", "notice", "wake", "more", "keep"]
Category = Literal["UTILITY", "SESSION"]
LONGEST_VALUE = 400
LONGEST_BODY = 1024
LONGEST_TITLE = 20
LONGEST_ITEM = 24
_BLANKS = re.compile(r"[^\S\u00a0]+")


@dataclass(frozen=True, slots=True)
class Choice:
    """A button or a row of a list: what it says, and what comes back when it is pressed."""

    title: str
    data: str


@dataclass(frozen=True, slots=True)
class Template:
    """A template in one language. `values` are its variables in order, with an example each; in `body` and in the data
    of choices they stand as {{1}}, {{2}}, … `list_button` opens the choices as a list; without it they are buttons.

    `category` is what WhatsApp is asked to approve; SESSION is never approved and only goes into an open window.
    """

    kind: Kind
    locale: str
    category: Category
    body: str
    values: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()
    list_button: str = ""

    @property
    def name(self) -> str:
        """What it is called at Twilio."""
        return f"sharpsignal_{self.kind}_{self.locale}".lower()

    def document(self) -> dict[str, Any]:
        """What Twilio's Content API is asked to create."""
        samples = {str(place): value for place, value in enumerate(self.values, 1)}
        return {
            "friendly_name": self.name,
            "language": self.locale,
            "variables": samples,
            "types": {self._type(): self._content()},
        }

    def _type(self) -> str:
        if not self.choices:
            return "twilio/text"
        return "twilio/list-picker" if self.list_button else "twilio/quick-reply"

    def _content(self) -> dict[str, Any]:
        if not self.choices:
            return {"body": self.body}
        if self.list_button:
            items = [{"item": choice.title, "id": choice.data} for choice in self.choices]
            return {"body": self.body, "button": self.list_button, "items": items}
        actions = [{"type": "QUICK_REPLY", "title": choice.title, "id": choice.data} for choice in self.choices]
        return {"body": self.body, "actions": actions}


def slot(place: int) -> str:
    """Where a value goes.

    >>> slot(1)
    '{{1}}'
    """
    return "{{" + str(place) + "}}"


def flat(text: str) -> str:
    """A value as templates take it: one line, something in it, not too long. Spaces that never break stay so.

    >>> flat("a\\n  b "), flat(" "), flat("a\u00a0b")
    ('a b', '–', 'a\\xa0b')
    """
    line = _BLANKS.sub(" ", text).strip()
    return (line if len(line) <= LONGEST_VALUE else line[: LONGEST_VALUE - 1] + "…") or "–"


def variables(values: tuple[str, ...]) -> dict[str, str]:
    """ContentVariables of one message."""
    return {str(place): flat(value) for place, value in enumerate(values, 1)}


def signal(reader: Reader) -> Template:
    """An entry with the three buttons that a message may have."""
    body = reader.plain(
        "whatsapp-template-signal",
        head=slot(1), entry=slot(2), sl=slot(3), targets=slot(4), rr=slot(5), until=slot(6), note=slot(7),
    )  # fmt: skip
    samples = ("🟢 LONG SOL/USDT 15m #12·9f3ac1", "221.8 – 222.4", "219.7", "224.6 / 227.3", "1.04 / 2.16",
               "10:35 WIB", "PAPER")  # fmt: skip
    votes = (Choice("👍", f"1:f:{slot(8)}:up"), Choice("👎", f"1:f:{slot(8)}:down"))
    more = Choice(reader.plain("whatsapp-button-more"), f"1:{NAMESPACE}:more:{slot(8)}")
    return Template("signal", reader.locale, "UTILITY", body, (*samples, "12"), (*votes, more))


def update(reader: Reader) -> Template:
    """A fill or the first target."""
    body = reader.plain("whatsapp-template-update", head=slot(1), detail=slot(2))
    samples = ("▶️ SOL/USDT LONG 221.9 #12·9f3ac1", "SL 219.7 · TP1 224.6 · TP2 227.3")
    return Template("update", reader.locale, "UTILITY", body, samples)


def outcome(reader: Reader) -> Template:
    """How a signal ended."""
    body = reader.plain("whatsapp-template-outcome", head=slot(1), detail=slot(2))
    samples = ("🏁 SOL/USDT LONG −1.00R #12·9f3ac1", "SL · 11:02 WIB · MFE +0.40R · MAE −1.00R")
    return Template("outcome", reader.locale, "UTILITY", body, samples)


def notice(reader: Reader) -> Template:
    """Whatever else is told to chats and owners."""
    body = reader.plain("whatsapp-template-notice", head=slot(1), detail=slot(2))
    return Template("notice", reader.locale, "UTILITY", body, ("⏸ SharpSignal", "15:40 WIB"))


def wake(reader: Reader) -> Template:
    """Asks somebody whose window is shut to open it."""
    return Template("wake", reader.locale, "UTILITY", reader.plain("whatsapp-template-wake"), (), (_keep(reader),))


def keep(reader: Reader) -> Template:
    """The same, an hour before it shuts."""
    return Template("keep", reader.locale, "SESSION", reader.plain("whatsapp-keep"), (), (_keep(reader),))


def _keep(reader: Reader) -> Choice:
    return Choice(reader.plain("whatsapp-button-keep"), tap_data(NAMESPACE, "keep"))


def more(reader: Reader) -> Template:
    """What else can be done with a signal."""
    rows = (
        Choice(reader.plain("whatsapp-item-nofill"), f"1:f:{slot(1)}:nofill"),
        Choice(reader.plain("whatsapp-item-note"), f"1:f:{slot(1)}:note"),
        Choice(reader.plain("whatsapp-item-why"), f"1:{NAMESPACE}:why:{slot(1)}"),
        Choice(reader.plain("whatsapp-item-chart"), f"1:c:{slot(1)}"),
        Choice(reader.plain("whatsapp-item-stop"), tap_data(NAMESPACE, "stop")),
    )
    body, button = reader.plain("whatsapp-more", number=slot(1)), reader.plain("whatsapp-more-button")
    return Template("more", reader.locale, "SESSION", body, ("12",), rows, button)


TEMPLATES: Mapping[Kind, Callable[[Reader], Template]] = {
    "signal": signal,
    "update": update,
    "outcome": outcome,
    "notice": notice,
    "wake": wake,
    "more": more,
    "keep": keep,
}
