"""Inbox, policies, snapshot, leases and the web chat's messages."""

from __future__ import annotations

import pytest

from storage import engine_state, inbox, leases, policies, web_chat
from storage.database import Database


async def test_an_update_is_kept_once_and_handled_in_order(db: Database) -> None:
    async with db.write() as conn:
        for update in ("12", "9", "10"):
            assert await inbox.put(conn, "telegram", update, f'{{"id": {update}}}', 5)
        assert not await inbox.put(conn, "telegram", "9", "{}", 6)
        assert await inbox.put(conn, "twilio", "SM9", "{}", 6)
        rows = await inbox.pending(conn, "telegram")
        assert [(row.update_id, row.payload, row.at) for row in rows][1] == ("9", '{"id": 9}', 5)
        await inbox.done(conn, rows[0].id, "refused: unknown payload")
        assert [row.update_id for row in await inbox.pending(conn, "telegram")] == ["9", "10"]
        assert [row.update_id for row in await inbox.pending(conn, "telegram", limit=1)] == ["9"]
        assert not await inbox.put(conn, "telegram", "12", "{}", 7)


async def test_the_offset_is_the_highest_number_even_when_done(db: Database) -> None:
    async with db.write() as conn:
        assert await inbox.offset(conn, "telegram") is None
        for update in ("9", "100", "20"):
            await inbox.put(conn, "telegram", update, "{}", 5)
        for row in await inbox.pending(conn, "telegram"):
            await inbox.done(conn, row.id)
        await inbox.put(conn, "twilio", "SM123", "{}", 5)
        await inbox.put(conn, "twilio", "9" * 40, "{}", 5)
        assert await inbox.offset(conn, "telegram") == 100
        assert await inbox.offset(conn, "twilio") is None


async def test_policies_are_append_only_and_one_is_in_force(db: Database) -> None:
    async with db.write() as conn:
        assert await policies.current(conn) is None
        assert await policies.add(conn, {"version": "a", "weights": [1, 2]}, 1) == "a"
        assert await policies.add(conn, {"weights": [1, 2], "version": "a"}, 5) == "a"
        assert await policies.add(conn, {"x": 1}, 2, version="b") == "b"
        with pytest.raises(ValueError, match="policy a is known"):
            await policies.add(conn, {"version": "a", "weights": []}, 3)
        with pytest.raises(policies.UnknownPolicy, match="there is no policy c"):
            await policies.set_current(conn, "c", 9)
        for version, at in (("a", 10), ("b", 20), ("a", 30)):
            await policies.set_current(conn, version, at)
        current, other = await policies.current(conn), await policies.get(conn, "b")
        assert await policies.get(conn, "c") is None
        assert [(one.version, one.effective_at) for one in await policies.listed(conn)] == [("a", 30), ("b", 20)]
    assert current is not None
    assert other is not None
    assert (current.version, current.effective_at, current.at) == ("a", 30, 1)
    assert current.document == {"version": "a", "weights": [1, 2]}
    assert (other.effective_at, other.document) == (20, {"x": 1})


async def test_only_the_newest_snapshot_is_kept(db: Database) -> None:
    async with db.write() as conn:
        assert await engine_state.load(conn) is None
        await engine_state.save(conn, '{"a":1}', 10)
        await engine_state.save(conn, '{"a":2}', 20)
        assert await engine_state.load(conn) == ('{"a":2}', 20)


async def test_a_lease_has_one_holder_at_a_time(db: Database) -> None:
    async with db.write() as conn:
        assert await leases.take(conn, "poll", "one", 100, 50)
        assert await leases.take(conn, "poll", "one", 120, 50)
        assert not await leases.take(conn, "poll", "two", 169, 50)
        assert not await leases.renew(conn, "poll", "two", 130, 50)
        assert await leases.renew(conn, "poll", "one", 160, 50)
        assert not await leases.take(conn, "poll", "two", 209, 50)
        assert await leases.take(conn, "poll", "two", 210, 50)
        assert not await leases.renew(conn, "poll", "one", 211, 50)
        await leases.release(conn, "poll", "one")
        assert not await leases.take(conn, "poll", "one", 212, 50)
        await leases.release(conn, "poll", "two")
        assert await leases.take(conn, "poll", "one", 213, 50)


async def test_the_web_chat_tells_what_is_new(db: Database) -> None:
    buttons = [[{"label": "👍 0", "data": "1:f:1:up"}]]
    async with db.write() as conn:
        first = await web_chat.add(conn, "browser", html="<b>é</b>", text="é", at=1, buttons=buttons)
        second = await web_chat.add(conn, "browser", html="x", text="x", at=2, reply_to=first.id, force_reply="note?")
        await web_chat.add(conn, "other", html="y", text="y", at=3, author="me", attachments=["chart.png"])
        assert (first.buttons, first.author, second.reply_to, second.force_reply) == (buttons, "bot", first.id, "note?")
        assert [one.id for one in await web_chat.since(conn, "browser")] == [first.id, second.id]
        changed = await web_chat.edit(conn, first.id, html="z", text="z")
        assert await web_chat.edit(conn, 99, html="z", text="z") is None
        news = await web_chat.since(conn, "browser", rev=second.rev)
        assert news == [changed]
        assert await web_chat.since(conn, "browser", rev=news[-1].rev) == []
        assert [one.text for one in await web_chat.latest(conn, "browser", limit=2)] == ["z", "x"]
        (theirs,) = await web_chat.since(conn, "other")
    assert (theirs.attachments, theirs.author) == (["chart.png"], "me")
