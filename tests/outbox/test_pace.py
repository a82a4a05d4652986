"""How many messages fit into a span, by a clock that the test moves."""

from __future__ import annotations

import asyncio

import pytest

from bot.clock import SystemClock, TapeClock
from bot.pace import LATE_MS, LOST_MS, MARGIN_MS, STORM, TELEGRAM, UNLIMITED, WHATSAPP, Allowance, Limits, Pacer
from storage import pace
from storage.database import Database

START = 1_000_000
AT_ONCE = Limits(TELEGRAM.person, TELEGRAM.group, TELEGRAM.overall)


def said(pacer: Pacer, address: str, spare: int = 0) -> int:
    """Take a turn and have the message answered at once; the wait where there is none."""
    wait = pacer.take(address, spare)
    if wait <= 0:
        pacer.ended(address)
    return wait


def sent_in(pacer: Pacer, clock: TapeClock, address: str, span_ms: int, step_ms: int = 100) -> int:
    """Messages that go out when somebody asks for a turn all the time."""
    sent, end = 0, clock.now_ms() + span_ms
    while clock.now_ms() < end:
        while said(pacer, address) == 0:
            sent += 1
        clock.advance(clock.now_ms() + step_ms)
    return sent


def test_a_person_gets_one_message_a_second() -> None:
    clock = TapeClock(START)
    pacer = Pacer(AT_ONCE, clock)
    assert said(pacer, "42") == 0
    assert said(pacer, "42") == 1000
    clock.advance(START + 400)
    assert pacer.ready_in("42") == 600
    assert said(pacer, "43") == 0
    assert sent_in(Pacer(AT_ONCE, clock), clock, "7", 10_000) == 10


@pytest.mark.parametrize("address", ["-5", "-1005:77", "@sharp"])
def test_a_group_gets_twenty_a_minute_at_once_if_need_be(address: str) -> None:
    clock = TapeClock(START)
    pacer = Pacer(AT_ONCE, clock)
    assert [said(pacer, address) for _ in range(20)] == [0] * 20
    assert said(pacer, address) == 60_000
    assert sent_in(Pacer(AT_ONCE, clock), clock, address, 180_000) == 60


def test_topics_share_their_groups_allowance() -> None:
    pacer = Pacer(AT_ONCE, TapeClock(START))
    assert all(said(pacer, f"-5:{topic}") == 0 for topic in range(20))
    assert said(pacer, "-5:99") > 0


def test_all_together_stay_below_thirty_a_second() -> None:
    pacer = Pacer(AT_ONCE, TapeClock(START))
    waits = [said(pacer, str(person)) for person in range(31)]
    assert waits == [0] * 30 + [1000]


def test_a_second_is_not_used_up_in_its_first_moment() -> None:
    clock = TapeClock(START)
    pacer = Pacer(TELEGRAM, clock)
    assert (said(pacer, "1"), said(pacer, "2"), pacer.all_ready_in()) == (0, TELEGRAM.gap_ms, TELEGRAM.gap_ms)
    assert sum(said(Pacer(TELEGRAM, clock), "1") == 0 for _ in range(3)) == 3
    sent = 0
    for moment in range(START, START + 10_000, 5):
        clock.advance(moment)
        sent += said(pacer, str(100 + sent)) == 0
    assert 298 <= sent <= 300


def test_what_is_on_its_way_counts_when_it_may_arrive() -> None:
    """Thirty that were held up on the line arrive together: the next second begins there, not where they were sent."""
    clock = TapeClock(START)
    pacer = Pacer(AT_ONCE, clock)
    assert all(pacer.take(str(person)) == 0 for person in range(30))
    clock.advance(START + 400)
    for person in range(30):
        pacer.ended(str(person))
    clock.advance(START + 1_399)
    assert pacer.take("99") == 1
    clock.advance(START + 1_400)
    assert pacer.take("99") == 0


def test_a_message_that_is_never_answered_gives_its_place_back() -> None:
    """Soon where later ones are answered; where nothing is answered the line may be stuck, and it waits longer."""
    clock = TapeClock(START)
    pacer = Pacer(Limits(overall=Allowance(2, 1_000)), clock)
    assert pacer.take("1") == 0
    clock.advance(START + 10)
    assert said(pacer, "2") == 0
    clock.advance(START + 1_010)
    assert said(pacer, "3") == 0
    assert pacer.take("4") == LATE_MS - 10
    stuck = Pacer(Limits(overall=Allowance(1, 1_000)), clock)
    assert stuck.take("1") == 0
    clock.advance(START + 1_010 + LOST_MS)
    assert stuck.take("2") == 1_000
    clock.advance(START + 2_010 + LOST_MS)
    assert stuck.take("2") == 0


def test_when_the_line_is_stuck_nobody_counts_on_what_left_before() -> None:
    clock = TapeClock(START)
    pacer = Pacer(AT_ONCE, clock)
    assert all(pacer.take(str(person)) == 0 for person in range(30))
    clock.advance(START + 3_000)
    for person in range(30):
        pacer.ended(str(person))
    assert pacer.take("99") == 1_000


def test_a_steady_line_costs_nothing_of_the_allowance() -> None:
    """However long every message takes: what counts is how unevenly they arrive."""
    clock = TapeClock(START)
    pacer = Pacer(AT_ONCE, clock)
    times: list[int] = []
    under_way: list[tuple[int, str]] = []
    for moment in range(START, START + 20_000, 10):
        clock.advance(moment)
        for at, person in [one for one in under_way if one[0] <= moment]:
            pacer.ended(person)
            under_way.remove((at, person))
        person = str(moment)
        if pacer.take(person) == 0:
            times.append(moment)
            under_way.append((moment + 200, person))
    settled = [moment for moment in times if moment >= START + 10_000]
    assert 295 <= len(settled) <= 300


def test_a_turn_that_was_not_used_is_free_again() -> None:
    pacer = Pacer(AT_ONCE, TapeClock(START))
    assert (pacer.take("42"), pacer.take("42")) == (0, 1_000)
    pacer.unused("42")
    assert pacer.take("42") == 0


def test_edits_leave_room_for_what_matters_more() -> None:
    pacer = Pacer(AT_ONCE, TapeClock(START))
    assert [said(pacer, "-5", spare=6) for _ in range(14)] == [0] * 14
    assert said(pacer, "-5", spare=6) > 0
    assert [said(pacer, "-5") for _ in range(6)] == [0] * 6


def test_who_may_not_be_talked_to_is_known_at_a_glance() -> None:
    clock = TapeClock(START)
    pacer = Pacer(AT_ONCE, clock)
    assert [said(pacer, address) for address in ("42", *["-5:7"] * 14, "-6")] == [0] * 16
    pacer.hold("43", 5.0)
    for chat in range(STORM):
        pacer.hold(f"-7{chat}", 1.0)
    held = {f"-7{chat}" for chat in range(STORM)}
    assert pacer.shut() == {"42", "43"} | held
    assert pacer.shut(spare=6) == {"42", "43", "-5"} | held
    clock.advance(START + 2_000)
    assert pacer.shut() == {"43"}


def test_a_pause_that_was_asked_for_binds_one_chat() -> None:
    clock = TapeClock(START)
    pacer = Pacer(UNLIMITED, clock)
    pacer.hold("-5:7", 2.5)
    assert (pacer.take("-5"), pacer.take("-6")) == (2500, 0)
    clock.advance(START + 2_500)
    assert pacer.take("-5") == 0


def test_a_storm_of_refusals_means_everybody_until_one_is_served() -> None:
    clock = TapeClock(START)
    pacer = Pacer(UNLIMITED, clock)
    for chat in range(STORM):
        assert pacer.take(str(chat)) == 0
        pacer.ended(str(chat), accepted=False)
        pacer.hold(str(chat), 3 + chat)
    assert pacer.take("99") == 3_000
    clock.advance(START + 3_000)
    assert pacer.take("99") == 0
    pacer.ended("99")
    pacer.hold("98", 5)
    assert (pacer.take("98"), pacer.take("97")) == (5_000, 0)


def test_single_refusals_between_served_chats_are_no_storm() -> None:
    pacer = Pacer(UNLIMITED, TapeClock(START))
    for chat in range(3 * STORM):
        pacer.hold(str(chat), 60)
        assert said(pacer, str(1000 + chat)) == 0


def test_a_wall_clock_that_steps_back_does_not_silence_a_chat() -> None:
    ahead, behind = TapeClock(9_000_000), TapeClock(START)
    pacer = Pacer(AT_ONCE, ahead)
    assert pacer.take("42") == 0
    pacer._clock = behind
    assert pacer.take("42") == 0


async def restarted(db: Database, old: Pacer, clock: TapeClock, limits: Limits = TELEGRAM) -> Pacer:
    """The pacer of the next process on the same store."""
    new = Pacer(limits, clock)
    async with db.write() as conn:
        await pace.keep(conn, "telegram", old.unkept())
        await new.restore(conn, "telegram", clock.now_ms())
    return new


async def test_a_restart_remembers_what_groups_got_and_who_asked_for_silence(db: Database) -> None:
    clock = TapeClock(START)
    old = Pacer(AT_ONCE, clock)
    assert all(said(old, "-5") == 0 for _ in range(18))
    old.hold("42", 90)
    clock.advance(START + 10_000)
    new = await restarted(db, old, clock, AT_ONCE)
    assert new.all_ready_in() == 1_000, "nobody knows what the second before the restart held"
    clock.advance(START + 11_000)
    assert new.ready_in("42") == 79_000
    assert [said(new, "-5") for _ in range(2)] == [0, 0]
    wait = new.ready_in("-5")
    assert 48_000 <= wait <= 49_000 + LATE_MS + 1_000
    clock.advance(START + 11_000 + wait)
    newer = await restarted(db, new, clock, AT_ONCE)
    clock.advance(clock.now_ms() + 1_000)
    assert sum(said(newer, "-5") == 0 for _ in range(30)) == 18


async def test_a_restart_without_limits_waits_for_nothing(db: Database) -> None:
    clock = TapeClock(START)
    assert said(await restarted(db, Pacer(UNLIMITED, clock), clock, UNLIMITED), "42") == 0
    calm = await restarted(db, Pacer(WHATSAPP, clock), clock, WHATSAPP)
    assert calm.all_ready_in() == 1_000


async def test_a_pause_from_a_clock_that_was_wrong_ends_within_a_day(db: Database) -> None:
    clock = TapeClock(START)
    async with db.write() as conn:
        await pace.keep(conn, "telegram", {"-5": START + 10**12})
    pacer = await restarted(db, Pacer(TELEGRAM, clock), clock)
    assert pacer.ready_in("-5") == 24 * 3_600_000


async def test_what_was_in_flight_at_a_kill_counts_in_its_group(db: Database) -> None:
    clock = TapeClock(START)
    new = Pacer(AT_ONCE, clock)
    async with db.write() as conn:
        await new.restore(conn, "telegram", START, ["-5:7", "-5"])
    clock.advance(START + 1_000)
    assert sum(said(new, "-5") == 0 for _ in range(30)) == 18


async def test_in_line_the_urgent_go_first_and_whoever_came_first_before_others() -> None:
    clock, order = SystemClock(), []
    pacer = Pacer(Limits(overall=Allowance(1, 100)), clock)

    async def wait(name: str, rank: int) -> None:
        assert await pacer.turn(name, rank=rank)
        order.append(name)
        pacer.ended(name)

    assert said(pacer, "0") == 0
    async with asyncio.TaskGroup() as group:
        for name, rank in (("edit", 3), ("post", 2), ("later post", 2), ("answer", 0)):
            group.create_task(wait(name, rank))
    assert order == ["answer", "post", "later post", "edit"]


async def test_whose_chat_has_to_wait_keeps_nobody_in_line_waiting() -> None:
    pacer = Pacer(AT_ONCE, SystemClock())
    pacer.hold("42", 60)
    async with asyncio.TaskGroup() as group:
        held = group.create_task(pacer.turn("42", within_ms=60_500))
        assert await pacer.turn("43", rank=1, within_ms=50)
        assert not await pacer.turn("42", within_ms=50)
        held.cancel()


def test_a_busy_minute_is_not_taken_for_a_slower_line() -> None:
    """Answers that we heard late by ourselves say nothing about how early the next message may arrive."""
    clock = TapeClock(START)
    pacer = Pacer(Limits(overall=Allowance(1, 1_000)), clock)
    for trip in [10] * 100 + [90] * 200:
        assert pacer.take("1") == 0
        clock.advance(clock.now_ms() + trip)
        pacer.ended("1")
        clock.advance(clock.now_ms() + 1_000)
    assert pacer.take("1") == 0
    clock.advance(clock.now_ms() + 90)
    pacer.ended("1")
    assert pacer.take("2") == 1_000 - (10 - MARGIN_MS)
