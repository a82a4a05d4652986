"""The whole story over the wire, the program killed at its worst moments: nothing is lost, nothing comes twice."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from tests.whole.stage import CHATS, HOME, LATENCY, OTHER, Stage, staged
from tests.whole.within import killed_within_steps


async def test_a_signal_lives_through_five_kills_and_every_step_is_told_once(tmp_path: Path) -> None:
    """Two programs side by side (they share the 45 seconds): one is killed between its steps, one within them."""
    async with asyncio.TaskGroup() as group:
        group.create_task(_killed_between_steps(tmp_path / "between"))
        group.create_task(killed_within_steps(tmp_path / "within"))


async def _killed_between_steps(home: Path) -> None:
    async with staged(home) as stage:
        await _starts(stage)
        await stage.close_bar()
        await stage.program.kill()  # 1: the bar is out, the message is not
        await _posts_once(stage)
        await _taps(stage)
        await _fills(stage)
        await _reaches_tp1(stage)
        await _ends(stage)
        await _is_counted(stage)
        assert await stage.program.terminate(5.0) == 0
        await _store_agrees(stage)
        assert stage.program.starts == 6


async def _starts(stage: Stage) -> None:
    await stage.program.start()
    assert (await stage.program.get("/healthz")).status_code == 200
    answer = await stage.program.get("/readyz")
    assert answer.status_code == 503 and "warm-up" in answer.text
    await stage.program.ready()
    await stage.subscribed()
    assert stage.telegram.messages() == []


async def _posts_once(stage: Stage) -> None:
    stage.telegram.hang("sendMessage", chat_id=OTHER)
    await stage.program.start()
    await stage.until(lambda: len(stage.telegram.called("sendMessage")) >= 2 and stage.posts(HOME), "the post")
    posts = "SELECT count(*) FROM outbox WHERE kind = 'signal' AND channel = 'telegram'"
    await stage.stored(f"{posts} AND status = 'sent'", [(1,)])
    await stage.program.kill()  # 2: Telegram hangs over a message
    assert stage.posts(OTHER) == []
    await stage.up()
    await stage.until(lambda: stage.posts(OTHER), "the post in the other chat")
    await stage.told()
    for chat in CHATS:
        (post,) = stage.posts(chat)
        assert list(post.buttons)[:4] == ["👍", "👎", "⛔", "📝"]
        assert "SOL/USDT" in post.text and "PAPER" in post.text
    plan = stage.scene.signal.plan
    assert stage.rows("SELECT number, signal_id, ts, state FROM signals") == [
        (1, stage.scene.signal.signal_id, plan.ts, "waiting")
    ]
    assert stage.document() == stage.expected()
    assert stage.rows("SELECT verdict, count(*) FROM decisions WHERE signal_id IS NOT NULL") == [("publish", 1)]


async def _taps(stage: Stage) -> None:
    post = stage.posts()[0]
    stage.telegram.tap(post.message_id, post.buttons["👍"], user_id=501)
    await stage.until(lambda: stage.telegram.newest_update in stage.telegram.handed, "the poll")
    await stage.program.kill()  # 3: a tap was just delivered
    await stage.up()
    await stage.until(lambda: "👍 1" in stage.posts()[0].buttons, "the count")
    await stage.stored("SELECT user_id, kind, active FROM feedback_events", [("501", "up", 1)])
    await stage.until(lambda: "👍 1" in stage.posts(OTHER)[0].buttons, "the count in the other chat")
    again = stage.telegram.tap(post.message_id, "1:f:1:up", user_id=501)
    await stage.until(lambda: again in stage.telegram.answers, "taken back")
    other = stage.telegram.tap(post.message_id, "1:f:1:down", user_id=502)
    await stage.until(lambda: other in stage.telegram.answers, "the other vote")  # posts show counts every 30 s
    rows = [("501", "up", 1), ("501", "up", 0), ("502", "down", 1)]
    await stage.stored("SELECT user_id, kind, active FROM feedback_events ORDER BY id", rows)


def _hand_out_again(stage: Stage) -> int:
    """Telegram did not hear that we had its newest update: the same comes once more."""
    ((newest, payload),) = stage.rows("SELECT update_number, payload FROM inbox ORDER BY id DESC LIMIT 1")
    body = json.loads(payload)
    del body["update_id"]
    stage.telegram.handed.discard(newest)
    stage.telegram.restart_numbers(newest)
    return stage.telegram.push(**body)


async def _fills(stage: Stage) -> None:
    start = stage.scene.signal.plan.ts
    await stage.trade(stage.scene.price)
    await stage.at(start + LATENCY + 500)
    assert stage.replies() == []
    await stage.trade(stage.through)
    await stage.replied(1)
    assert all("filled" in stage.replies(chat)[0].text for chat in CHATS), stage.replies()
    assert "Filled" in stage.posts()[0].text and stage.posts()[0].edits
    ((filled, price),) = stage.rows("SELECT ts, price FROM progress WHERE state = 'filled'")
    assert filled >= start + LATENCY and abs(price - stage.scene.signal.plan.near) < 0.1 * stage.scene.signal.plan.risk
    await stage.program.kill()  # 4: between fill and TP1
    again = _hand_out_again(stage)
    await stage.up()
    await stage.until(lambda: again in stage.telegram.handed, "the poll")


async def _reaches_tp1(stage: Stage) -> None:
    await stage.trade(stage.between, stage.toward(stage.scene.signal.plan.tp1, 1))
    await stage.replied(2)
    assert "TP1" in stage.replies()[1].text and "TP1" in stage.posts()[0].text
    await stage.program.kill()  # 5: between TP1 and the end
    await stage.up()


async def _ends(stage: Stage) -> None:
    await stage.trade(stage.toward(stage.scene.signal.plan.tp2, 1))
    await stage.replied(3)
    await stage.stored("SELECT state FROM signals", [("closed",)])
    assert "TP2" in stage.posts()[0].text
    for chat in CHATS:
        post = stage.posts(chat)[0]
        assert [reply.reply_to for reply in stage.replies(chat)] == [post.message_id] * 3
        assert len(stage.posts(chat)) == 1 and len(stage.telegram.messages(chat)) == 4


async def _is_counted(stage: Stage) -> None:
    assert stage.rows("SELECT user_id, kind FROM votes") == [("502", "down")]
    assert stage.rows("SELECT count(*) FROM feedback_events") == [(3,)]
    assert "👎 1" in stage.posts()[0].buttons and "👍" in stage.posts()[0].buttons
    said = len(stage.telegram.messages(HOME))
    stage.telegram.say(HOME, "/stats", user_id=501, language="en")
    figures = await stage.telegram.wait_sent(said + 1, HOME)
    assert "won 1, lost 0" in figures.text, figures.text
    (item,) = (await stage.program.data("/api/outcomes"))["items"]
    assert item["result"] == "win" and item["exit_reason"] == "tp2" and item["followable"]["exit_reason"] == "tp2"


async def _store_agrees(stage: Stage) -> None:
    checked = await stage.program.verb("verify")
    assert checked.code == 0 and "every line matches" in checked.out, checked
    path = stage.program.home / "outcomes.jsonl"
    written = await stage.program.verb("export", "--table", "outcomes", "--format", "jsonl", "--out", str(path))
    assert written.code == 0, written
    (outcome,) = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert outcome["signal_id"] == stage.scene.signal.signal_id and outcome["number"] == 1
    assert outcome["followable_result"] == "win" and outcome["followable_r"] > 0
    document = json.loads(outcome["document"])
    assert document["label_resolution"] == "trades" and document["feedback"]["down"] == 1
    assert stage.rows("SELECT state FROM progress ORDER BY id") == [("filled",), ("tp1",)]
    assert stage.rows("SELECT count(*) FROM outbox WHERE status IN ('dead', 'dropped') AND kind <> 'notice'") == [(0,)]
