"""How many messages fit into a span, by a clock that the test moves."""

from __future__ import annotations

import pytest

from bot.clock import TapeClock
from bot.pace import TELEGRAM, UNLIMITED, Pacer


def sent_in(pacer: Pacer, clock: TapeClock, address: str, span_ms: int, step_ms: int = 100) -> int:
    """Messages that go out when somebody asks for a turn all the time."""
    sent, end = 0, clock.now_ms() + span_ms
    while clock.now_ms() < end:
        while pacer.take(address) == 0:
            sent += 1
        clock.advance(clock.now_ms() + step_ms)
    return sent


def test_a_person_gets_one_message_a_second() -> None:
    clock = TapeClock(1_000_000)
    pacer = Pacer(TELEGRAM, clock)
    assert pacer.take("42") == 0
    assert pacer.take("42") == 1000
    clock.advance(1_000_400)
    assert pacer.take("42") == 600
    assert pacer.take("43") == 0
    assert sent_in(Pacer(TELEGRAM, clock), clock, "7", 10_000) == 10


@pytest.mark.parametrize("address", ["-5", "-1005:77", "@sharp"])
def test_a_group_gets_twenty_a_minute_at_once_if_need_be(address: str) -> None:
    clock = TapeClock(1_000_000)
    pacer = Pacer(TELEGRAM, clock)
    assert [pacer.take(address) for _ in range(20)] == [0] * 20
    assert pacer.take(address) == 60_000
    assert sent_in(Pacer(TELEGRAM, clock), clock, address, 180_000) == 60


def test_topics_share_their_groups_allowance() -> None:
    pacer = Pacer(TELEGRAM, TapeClock(1_000_000))
    assert all(pacer.take(f"-5:{topic}") == 0 for topic in range(20))
    assert pacer.take("-5:99") > 0


def test_all_together_stay_below_thirty_a_second() -> None:
    pacer = Pacer(TELEGRAM, TapeClock(1_000_000))
    waits = [pacer.take(str(person)) for person in range(31)]
    assert waits == [0] * 30 + [1000]


def test_edits_leave_room_for_what_matters_more() -> None:
    pacer = Pacer(TELEGRAM, TapeClock(1_000_000))
    assert [pacer.take("-5", spare=6) for _ in range(14)] == [0] * 14
    assert pacer.take("-5", spare=6) > 0
    assert [pacer.take("-5") for _ in range(6)] == [0] * 6


def test_a_pause_that_was_asked_for_binds_one_chat() -> None:
    clock = TapeClock(1_000_000)
    pacer = Pacer(UNLIMITED, clock)
    pacer.hold("-5:7", 2.5)
    assert (pacer.take("-5"), pacer.take("-6")) == (2500, 0)
    clock.advance(1_002_500)
    assert pacer.take("-5") == 0


def test_a_wall_clock_that_steps_back_does_not_silence_a_chat() -> None:
    ahead, behind = TapeClock(9_000_000), TapeClock(1_000_000)
    pacer = Pacer(TELEGRAM, ahead)
    assert pacer.take("42") == 0
    pacer._clock = behind
    assert pacer.take("42") == 0
