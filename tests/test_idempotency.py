"""One answer a key."""

from __future__ import annotations

import asyncio
from typing import Awaitable, Callable

import pytest

from wegwijzer.errors import KeyReusedError
from wegwijzer.idempotency import KeptAnswers, Made, read_key
from wegwijzer.intake import Refusal

KEY = "0b54e29b-7a3e-4f0e-9d3b-0a8f4a0f1c11"
OTHER = "1b54e29b-7a3e-4f0e-9d3b-0a8f4a0f1c11"


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


class Maker:
    """Counts how often an answer is made; waits for `go` when told to."""

    def __init__(self, keep: bool = True, size: int = 0) -> None:
        self.made = 0
        self.keep, self.size = keep, size
        self.go: asyncio.Event | None = None

    async def __call__(self) -> Made:
        self.made += 1
        body = f"{self.made}".encode().ljust(self.size)
        if self.go is not None:
            await self.go.wait()
        return Made(body, self.keep)


def run(work: Callable[[], Awaitable[None]]) -> None:
    async def all_of_it() -> None:
        await work()

    asyncio.run(all_of_it())


def test_the_same_key_gets_the_same_answer() -> None:
    async def work() -> None:
        kept, make = KeptAnswers(), Maker()
        assert await kept.once("a", KEY, "vraag", make) == b"1"
        assert await kept.once("a", KEY, "vraag", make) == b"1"
        assert await kept.once("a", OTHER, "vraag", make) == b"2"
        assert await kept.once("b", KEY, "vraag", make) == b"3"

    run(work)


def test_who_asks_while_it_is_made_waits_for_it() -> None:
    async def work() -> None:
        kept, make = KeptAnswers(), Maker()
        make.go = asyncio.Event()
        both = [asyncio.ensure_future(kept.once("a", KEY, "vraag", make)) for _ in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(KeyReusedError):
            await kept.once("a", KEY, "andere vraag", make)
        make.go.set()
        assert await asyncio.gather(*both) == [b"1", b"1"]

    run(work)


def test_it_is_made_to_its_end_when_who_asked_is_gone() -> None:
    async def work() -> None:
        kept, make = KeptAnswers(), Maker()
        make.go = asyncio.Event()
        gone = asyncio.ensure_future(kept.once("a", KEY, "vraag", make))
        await asyncio.sleep(0)
        gone.cancel()
        with pytest.raises(asyncio.CancelledError):
            await gone
        make.go.set()
        assert await kept.once("a", KEY, "vraag", make) == b"1"

    run(work)


def test_another_message_under_the_key_is_refused() -> None:
    async def work() -> None:
        kept, make = KeptAnswers(), Maker()
        await kept.once("a", KEY, "vraag", make)
        with pytest.raises(KeyReusedError, match=KEY):
            await kept.once("a", KEY, "andere vraag", make)
        assert make.made == 1

    run(work)


def test_a_failed_answer_may_be_tried_again() -> None:
    async def work() -> None:
        kept, make = KeptAnswers(), Maker(keep=False)
        assert await kept.once("a", KEY, "vraag", make) == b"1"
        assert await kept.once("a", KEY, "vraag", make) == b"2"

    run(work)


def test_an_error_may_be_tried_again() -> None:
    async def fail() -> Made:
        raise RuntimeError("defect")

    async def work() -> None:
        kept = KeptAnswers()
        with pytest.raises(RuntimeError):
            await kept.once("a", KEY, "vraag", fail)
        assert await kept.once("a", KEY, "vraag", Maker()) == b"1"

    run(work)


def test_it_is_forgotten_after_ten_minutes() -> None:
    async def work() -> None:
        clock, make = Clock(), Maker()
        kept = KeptAnswers(clock=clock)
        await kept.once("a", KEY, "vraag", make)
        clock.now += 599
        assert await kept.once("a", KEY, "vraag", make) == b"1"
        clock.now += 1
        assert await kept.once("a", KEY, "vraag", make) == b"2"

    run(work)


def test_the_oldest_go_when_there_are_too_many_bytes() -> None:
    async def work() -> None:
        make = Maker(size=40)
        kept = KeptAnswers(most_bytes=100)
        for sender in ("a", "b", "c"):
            await kept.once(sender, KEY, "vraag", make)
        assert (await kept.once("b", KEY, "vraag", make)).strip() == b"2"
        assert (await kept.once("a", KEY, "vraag", make)).strip() == b"4"

    run(work)


def test_what_is_a_key() -> None:
    assert read_key(None) is None
    assert read_key(f" {KEY.upper()} ") == KEY
    for wrong in ("", "1", KEY + "0", KEY.replace("-", ""), f'"{KEY}"', "g" + KEY[1:]):
        refusal = read_key(wrong)
        assert isinstance(refusal, Refusal)
        assert refusal.status == 400
