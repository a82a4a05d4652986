"""/model, /promote and /rollback: the policy in force, what speaks for it, and the way back to the one before."""

from __future__ import annotations

from typing import Any

from bot.commands.audited import actor
from bot.commands.desk import Caller, Desk, reply, toast
from bot.messages.buttons import tap_data
from bot.messages.markup import lines, message
from bot.messages.reader import Reader
from bot.messages.width import packed
from bot.ports import Answer, Button, Message
from engine.decision.policy import ANY_BOOK, MIN_N_EFF
from engine.market.events import PolicyTaken
from storage import audit, policies
from storage.policies import StoredPolicy

NAMESPACE = "m"
SHOWN = 12
MISSING = ("contest", "shadow", "watch")  # what a promotion by hand wants and the program has not


async def model(desk: Desk, caller: Caller) -> Answer:
    """Answer /model."""
    async with desk.db.read() as conn:
        stored, before = await policies.current(conn), await policies.previous(conn)
    rows: tuple[tuple[Button, ...], ...] = ()
    if caller.is_owner and before is not None:
        back = Button(caller.reader.plain("button-rollback"), tap_data(NAMESPACE, "ask", before.version[:SHOWN]))
        rows = ((back,),)
    return Answer(messages=(message(model_text(stored, caller.reader), rows),))


async def promote(desk: Desk, caller: Caller) -> Answer:
    """Answer /promote: what is missing before a policy can be taken by hand. Nothing changes."""
    missing = [caller.reader.html("promote-missing", what=what) for what in MISSING]
    return Answer(messages=(message(lines(caller.reader.html("promote-not-yet"), *missing)),))


async def rollback(desk: Desk, caller: Caller) -> Answer:
    """Answer /rollback: asks once more, with the policy that would come into force."""
    async with desk.db.read() as conn:
        before = await policies.previous(conn)
    if before is None:
        return reply(caller.reader, "rollback-none")
    return Answer(messages=(_question(before, caller.reader),))


async def on_tap(desk: Desk, caller: Caller, parts: tuple[str, ...]) -> Answer:
    """Ask, yes or no. The button names the policy: pressed again it finds that one in force and changes nothing."""
    if not caller.is_owner:
        return toast(caller.own, "toast-denied")
    if parts == ("no",):
        return Answer(edit=message(caller.reader.html("rollback-kept")), fallback_edit=True)
    async with desk.db.read() as conn:
        current = await policies.current(conn)
        known = await policies.listed(conn)
    wanted = [one for one in known if len(parts) == 2 and one.version[:SHOWN] == parts[1] and one.effective_at]
    if len(wanted) != 1 or parts[0] not in ("ask", "yes"):
        return toast(caller.own, "toast-unknown")
    if current is not None and current.version == wanted[0].version:
        return toast(caller.own, "rollback-already")
    if parts[0] == "ask":
        return Answer(edit=_question(wanted[0], caller.reader), fallback_edit=True)
    return await _take(desk, caller, wanted[0])


async def _take(desk: Desk, caller: Caller, wanted: StoredPolicy) -> Answer:
    now, version = desk.clock.now_ms(), wanted.version[:SHOWN]
    async with desk.db.write() as conn:
        await audit.record(conn, actor(caller), "rollback", wanted.version, "", now)
    await desk.submit(PolicyTaken(now, wanted.document))
    return Answer(edit=message(caller.reader.html("rollback-done", version=version)), fallback_edit=True)


def _question(wanted: StoredPolicy, reader: Reader) -> Message:
    row = (
        Button(reader.plain("button-rollback-yes"), tap_data(NAMESPACE, "yes", wanted.version[:SHOWN]), style="danger"),
        Button(reader.plain("button-no"), tap_data(NAMESPACE, "no")),
    )
    since = "none" if wanted.effective_at is None else reader.moment(wanted.effective_at)
    return message(reader.html("rollback-ask", version=wanted.version[:SHOWN], since=since), (row,))


def model_text(stored: StoredPolicy | None, reader: Reader) -> str:
    """Version, since when, labels, and the test out of sample that let it in."""
    title = reader.html("model-title")
    if stored is None:
        return lines(title, reader.html("model-none"))
    document = stored.document
    metrics = document.get("metrics") or {}
    books = [name for name, row in document["books"].items() if name != ANY_BOOK and row["n_eff"] >= MIN_N_EFF]
    since = "none" if stored.effective_at is None else reader.moment(stored.effective_at)
    return lines(
        title,
        reader.html("model-version", version=stored.version[:SHOWN]),
        reader.html("model-since", since=since),
        reader.html("model-labels", labels=reader.number(document["labels"]), cut=reader.day(document["cut"])),
        reader.html("model-effective", n=reader.number(round(document["n_eff"]))),
        *_evidence(metrics, reader),
        reader.html("model-books"),
        *packed([reader.escaped(name) for name in books] or ["–"]),
    )


def _evidence(metrics: dict[str, Any], reader: Reader) -> list[str]:
    brier, base = metrics.get("brier"), metrics.get("brier_base_rate")
    if brier is None or base is None:
        return [reader.html("model-untested")]
    return [
        reader.html(
            "model-tested", n=reader.number(round(metrics["tested"])), days=reader.number(round(metrics["days"]))
        ),
        reader.html("model-brier", brier=reader.number(round(brier, 4), 4), base=reader.number(round(base, 4), 4)),
    ]
