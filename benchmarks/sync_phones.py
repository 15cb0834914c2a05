"""The phones of `benchmarks.sync`: those of tests/phone.py, with a journal and a stopwatch.

They know nothing of the server's code, as real ones would not.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from tests.phone import Answer, Fault, Json, Line, NoAnswer, Phone

PUSH = "/api/v1/sync/push"
TWICE, CUT = 0.10, 0.05  # of all pushes
CUT_AFTER_BYTES = 20
TRIES = 10
OUTCOMES = ("no_answer", "no_answer", "no_answer", "refused", "not_interested", "demo", "sale")
BETWEEN_DOORS = timedelta(minutes=3)
AT_ONCE = 8  # connections that the server answers at once: two processes of four threads
WAITERS = 64  # how many may wait for an answer while pushes come at a rate


class Written(NamedTuple):
    """A visit as the journal has it: who, where, what, and a note that no other visit has."""

    email: str
    door: int
    outcome: str
    note: str


@dataclass
class TimedLine(Line):
    """A connection from an address of its own that notes the seconds of each answered push.

    A cut answer is begun to be read, every other time, before the phone hangs up.
    """

    address: str = ""
    took_s: list[float] = field(default_factory=list)
    faults: Counter[Fault] = field(default_factory=Counter)

    def once(
        self, method: str, path: str, sent: bytes | None, headers: dict[str, str], cut: bool = False
    ) -> Answer:
        """As any line."""
        headers = {**headers, "X-Forwarded-For": self.address}
        began = time.perf_counter()
        try:
            answer = super().once(method, path, sent, headers, cut)
        except ConnectionResetError:
            if cut and self.connection and self.faults[Fault.CUT] % 2:
                self.connection.getresponse().read(CUT_AFTER_BYTES)
            raise
        if path == PUSH:
            self.took_s.append(time.perf_counter() - began)
        return answer


@dataclass
class Rep:
    """A rep with a phone, and a journal on paper of every visit."""

    phone: Phone
    line: TimedLine
    chance: random.Random
    journal: list[Written] = field(default_factory=list)

    def wake(self) -> None:
        """Sign in and fetch the day's doors; nothing fails yet."""
        self.phone.sync()
        self.line.close()

    def knock(self, campaign: int, visits: int) -> None:
        """Visit so many doors, the last of them just now, without a signal."""
        doors = [data["door"] for data in self.phone.mirror("prospect").values()]
        now = datetime.now(UTC)
        for number, door in enumerate(doors[:visits]):
            at = now - BETWEEN_DOORS * (visits - number)
            self.phone.clock = lambda at=at: at  # type: ignore[misc]
            outcome, note = self.chance.choice(OUTCOMES), self.chance.randbytes(16).hex()
            self.journal.append(Written(self.phone.email, door["id"], outcome, note))
            self.phone.do("visit", payload(campaign, door, outcome, note))
        self.phone.clock = lambda: datetime.now(UTC)

    def push(self) -> None:
        """Send all, again where no answer came; what is not answered in so many tries is lost."""
        self.line.fault = self.fault
        for _ in range(TRIES):
            with suppress(NoAnswer):
                self.phone.push()
                break
        self.line.close()

    def fault(self, path: str) -> Fault | None:
        """What goes wrong with a request."""
        drawn = self.chance.random()
        if path != PUSH or drawn >= TWICE + CUT:
            return None
        fault = Fault.TWICE if drawn < TWICE else Fault.CUT
        self.line.faults[fault] += 1
        return fault


def payload(campaign: int, door: Json, outcome: str, note: str) -> Json:
    """What a phone tells of a visit."""
    place = {"lon": door["lon"], "lat": door["lat"], "accuracy_m": 8.0}
    what = {"outcome": outcome, "note": note, "at_door_s": 60}
    return {"campaign": campaign, "door": door["id"], **place, **what}


def rep(url: str, email: str, password: str, number: int, seed: int) -> Rep:
    """A rep whose phone keeps its things in memory, so that its disk is not what is measured."""
    chance = random.Random(f"{seed} {number}")
    address = f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}"
    line = TimedLine(url, timeout_s=120.0, address=address)
    phone = Phone(line, email, password, Path(":memory:"), chance, wait=lambda _: None)
    return Rep(phone, line, chance)


def all_at_once(work: Iterable[Callable[[], None]]) -> float:
    """Do all of it, AT_ONCE at a time; the seconds that it took."""
    began = time.perf_counter()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for done in [pool.submit(each) for each in work]:
            done.result()
    return time.perf_counter() - began


def at_rate(work: Sequence[Callable[[], None]], per_s: float) -> float:
    """Begin so many a second, whether or not those before are done; the seconds that all took."""
    began = time.perf_counter()
    with ThreadPoolExecutor(WAITERS) as pool:
        waiting = []
        for number, each in enumerate(work):
            time.sleep(max(0.0, began + number / per_s - time.perf_counter()))
            waiting.append(pool.submit(each))
        for done in waiting:
            done.result()
    return time.perf_counter() - began


def compared(told: Iterable[Written], stored: Iterable[Written]) -> tuple[int, int]:
    """How many visits of the journals are not stored, and how many are stored that nobody made.

    One that is stored twice, under whatever id, is one that nobody made.
    """
    journals, rows = Counter(told), Counter(stored)
    return (journals - rows).total(), (rows - journals).total()
