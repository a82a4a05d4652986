"""What a person on WhatsApp gets, taken from a strict Twilio as the phone shows it, and laid into the web chat."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from bot.channels.whatsapp.templates import TEMPLATES
from bot.clock import TapeClock
from bot.messages.markup import escape
from bot.messages.reader import Reader
from bot.ports import Button, Message
from storage import outcomes, signals
from storage.database import Database
from tests.channels.whatsapp_stage import ANI, HOUR, NOW, Stage, settings, staged, templates
from tests.channels_web.room import Room
from tests.messages.examples import outcome
from tests.servers.twilio_api import Posted, TwilioApi

WORDS = ("3", "A", "STATS", "WHY LINK", "/settings", "4", "STOP", "START")


async def whatsapp(web: Room, reader: Reader) -> None:
    """Outside the window by templates; inside it the list, digits and words; last without any template."""
    for names in (tuple(f"{kind}:{reader.locale}" for kind in TEMPLATES), ()):
        with TemporaryDirectory(prefix="screens-") as folder:
            for posted in await _talk(Path(folder), reader, names):
                await web.channel.send("web", shown(posted))


def shown(posted: Posted) -> Message:
    """A message of the phone, its buttons or its list below."""
    rows = tuple((Button(title, "1:x"),) for title, _ in posted.choices)
    return Message(html=escape(posted.body), text=posted.body, buttons=rows)


async def _talk(folder: Path, reader: Reader, names: tuple[str, ...]) -> list[Posted]:
    clock = TapeClock(NOW)
    async with TwilioApi(clock) as api, await Database.open(f"sqlite+aiosqlite:///{folder}/store.db") as db:
        sids = templates(api, *names)
        async with staged(db, api, clock, settings(api, folder, sids)) as stage:
            await stage.known(ANI, reader.locale)
            if names:
                await _by_template(stage)
            else:
                await _in_words(stage)
        return [posted for posted in api.messages if posted.to == ANI]


async def _by_template(stage: Stage) -> None:
    """Nobody wrote for a day: each kind by its template; then the buttons and the list."""
    await _published(stage, 1423)
    await _lived(stage, 1423)
    await stage.ask("notice", "halted", "halted", None, ANI)
    await stage.until("halted", ANI, "sent")
    post = stage.api.messages[0]
    await stage.press(post, 0)
    await stage.press(post, 2)
    listed = stage.api.messages[-1]
    for place in range(len(listed.choices)):
        await stage.press(listed, place)


async def _in_words(stage: Stage) -> None:
    """The window is open and nothing is approved: digits, letters and words; then it is about to shut."""
    await stage.say(ANI, "START")
    await _published(stage, 1423)
    for word in WORDS:
        await stage.say(ANI, word)
    said = len(stage.api.messages)
    await stage.pass_by(23 * HOUR)
    await stage.room.keeper.look()
    await stage.api.wait_taken(said + 1)


async def _published(stage: Stage, number: int) -> None:
    await stage.publish(number, ANI)
    await stage.until(f"signal:{number}", ANI, "sent")


async def _lived(stage: Stage, number: int) -> None:
    """Filled, then lost."""
    document = outcome("lose", "sl", number=number, signal_id=f"6f1c8b0e-0000-5000-8000-{number:012d}")
    document.pop("ledger")
    async with stage.db.write() as conn:
        await signals.add_progress(conn, document["signal_id"], "filled", NOW, 17.33, None)
        await outcomes.add(conn, document, closed_ms=NOW + HOUR)
    for state in ("filled", "closed"):
        await stage.ask("reply", state, f"reply:{number}:{state}", number, ANI)
        await stage.until(f"reply:{number}:{state}", ANI, "sent")
