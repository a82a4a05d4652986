"""The same story with kills in the middle: right after a trade, over a lost answer, while the end comes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from engine.market.events import MINUTE, Candle
from tests.whole.stage import CHATS, HOME, LATENCY, OTHER, Stage, set_bar, staged
from tests.whole.tape import PAIR

DOWN_UNTIL = 20 * MINUTE


async def killed_within_steps(home: Path) -> None:
    """Ends at breakeven during a downtime, found on 1m history."""
    async with staged(home) as stage:
        await stage.up()
        await _posts_with_a_lost_answer(stage)
        await _killed_right_after_the_fill(stage)
        await _killed_right_after_tp1(stage)
        await _ends_while_nobody_looks(stage)
        assert await stage.program.terminate(5.0) == 0
        assert (await stage.program.verb("verify")).code == 0
        assert stage.program.starts == 6


async def _posts_with_a_lost_answer(stage: Stage) -> None:
    """Telegram took the post, the answer never came: the one thing that may come twice, told by its number."""
    stage.telegram.stall("sendMessage", chat_id=OTHER)
    await stage.close_bar()
    await stage.until(lambda: stage.posts(HOME) and stage.posts(OTHER), "the posts")
    await stage.stored("SELECT count(*) FROM outbox WHERE channel = 'telegram' AND status = 'sent'", [(1,)])
    await stage.program.kill()  # 1: over a lost answer
    await stage.up()
    await stage.until(lambda: len(stage.posts(OTHER)) == 2, "the post again")
    await stage.told()
    first, second = stage.posts(OTHER)
    assert first.text == second.text and "#1" in first.text
    assert len(stage.posts(HOME)) == 1


async def _killed_right_after_the_fill(stage: Stage) -> None:
    await stage.trade(stage.scene.price)
    await stage.at(stage.scene.signal.plan.ts + LATENCY + 500)
    await stage.trade(stage.through)
    await stage.program.kill()  # 2: the trade is out, nobody was told
    assert stage.replies() == []
    await stage.up()
    await stage.replied(1)


async def _killed_right_after_tp1(stage: Stage) -> None:
    await stage.trade(stage.between, stage.toward(stage.scene.signal.plan.tp1, 1))
    await stage.program.kill()  # 3: the trade is out, nobody was told
    await stage.up()
    await stage.replied(2)
    await stage.program.kill()  # 4: REST tells the fill's trades again: they are behind TP1, not a way back to it
    await stage.up()
    await stage.trade(stage.between)
    await stage.trade(stage.between)
    await stage.stored("SELECT state FROM progress ORDER BY id", [("filled",), ("tp1",)])
    assert stage.rows("SELECT state FROM signals") == [("tp1",)]
    for chat in CHATS:
        assert [len(stage.replies(chat)), len(stage.posts(chat))] == [2, 1 if chat == HOME else 2]


async def _ends_while_nobody_looks(stage: Stage) -> None:
    await stage.program.kill()  # 5: the end comes in the downtime
    plan = stage.scene.signal.plan
    for minute in range(DOWN_UNTIL // MINUTE):
        low = stage.toward(plan.near, -12) if minute == 12 else stage.between
        price = [stage.between, max(stage.between, low), min(stage.between, low), stage.between]
        set_bar(stage.okx, Candle(PAIR, "1m", plan.ts + minute * MINUTE, price[0], price[1], price[2], price[3], 5.0))
    for bar in stage.scene.bars:
        if plan.ts <= bar.ts < plan.ts + DOWN_UNTIL:
            set_bar(stage.okx, replace(bar, high=max(bar.high, stage.between), low=min(bar.low, stage.between)))
    stage.jump(plan.ts + DOWN_UNTIL + 20_000)
    await stage.up()
    await stage.replied(3)
    await stage.stored("SELECT state FROM signals", [("closed",)])
    (item,) = (await stage.program.data("/api/outcomes"))["items"]
    assert item["followable"]["exit_reason"] == "breakeven" and item["label_resolution"] == "1m"
    for chat in CHATS:
        assert "breakeven" in stage.replies(chat)[2].text
        assert [len(stage.replies(chat)), len(stage.posts(chat))] == [3, 1 if chat == HOME else 2]
        assert "breakeven" in stage.posts(chat)[-1].text
