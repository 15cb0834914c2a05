"""A phone: a small client that follows docs/sync.md as an app would, over real HTTP.

Outbox, mirror, cursor and session are in one SQLite file, so that a phone that dies anywhere is the
same phone when it is switched on again. It knows nothing of the server's code.
"""

from __future__ import annotations

import json
import random
import secrets
import sqlite3
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

MOST_OPS = 500
FIRST_WAIT_S, LONGEST_WAIT_S = 1.0, 300.0
KEPT = frozenset({"sync.unknown_type", "sync.op_failed"})  # to be sent again, later
TABLES = """
    CREATE TABLE IF NOT EXISTS outbox (place INTEGER PRIMARY KEY, id TEXT UNIQUE, op TEXT);
    CREATE TABLE IF NOT EXISTS refused (id TEXT PRIMARY KEY, op TEXT, code TEXT);
    CREATE TABLE IF NOT EXISTS mirror (
        entity TEXT, id TEXT, version INTEGER, data TEXT, PRIMARY KEY (entity, id)
    );
    CREATE TABLE IF NOT EXISTS kept (name TEXT PRIMARY KEY, value TEXT);
"""

Json = dict[str, Any]


class Fault(StrEnum):
    """What can go wrong with one request."""

    TWICE = "twice"  # it is sent twice, by an impatient network
    CUT = "cut"  # the connection breaks after it was sent: no answer comes
    HALF = "half"  # the connection breaks in the middle of sending it
    CRASH = "crash"  # the phone dies between the answer and writing it down


class NoAnswer(Exception):
    """The server did not answer, or said that it cannot now: what was sent is kept."""


class Crashed(Exception):
    """The phone has died."""


class SignedOut(Exception):
    """The session has ended: the member has to sign in again."""


@dataclass(frozen=True)
class Answer:
    """The status, the body and what the server wants the phone to wait."""

    status: int
    body: Any
    wait_s: float = 0.0


@dataclass
class Line:
    """The connection to the server, kept open as long as it holds, with faults to order."""

    url: str
    fault: Callable[[str], Fault | None] = lambda _: None
    timeout_s: float = 30.0
    connection: HTTPConnection | None = None

    def ask(self, method: str, path: str, body: Json | None, headers: dict[str, str]) -> Answer:
        """Send a request and read its answer. Raises NoAnswer."""
        fault = self.fault(path)
        sent = None if body is None else json.dumps(body).encode()
        try:
            if fault is Fault.HALF and sent:
                return self.break_off(method, path, sent, headers)
            if fault is Fault.TWICE:
                self.once(method, path, sent, headers)
            return self.once(method, path, sent, headers, cut=fault is Fault.CUT)
        except (OSError, HTTPException) as error:
            self.close()
            raise NoAnswer(type(error).__name__) from None

    def once(
        self, method: str, path: str, sent: bytes | None, headers: dict[str, str], cut: bool = False
    ) -> Answer:
        """One request on the open connection, or a new one."""
        if self.connection is None:
            address = urlsplit(self.url)
            self.connection = HTTPConnection(
                str(address.hostname), address.port, timeout=self.timeout_s
            )
        self.connection.request(method, path, sent, headers)
        if cut:
            raise ConnectionResetError
        response = self.connection.getresponse()
        text = response.read()
        is_json = "json" in (response.headers.get("Content-Type") or "")
        wait_s = float(response.headers.get("Retry-After") or 0)
        return Answer(response.status, json.loads(text) if is_json and text else None, wait_s)

    def break_off(self, method: str, path: str, sent: bytes, headers: dict[str, str]) -> Answer:
        """Announce the whole body, send half of it, and hang up."""
        self.close()
        address = urlsplit(self.url)
        self.connection = HTTPConnection(
            str(address.hostname), address.port, timeout=self.timeout_s
        )
        self.connection.putrequest(method, path)
        for name, value in {**headers, "Content-Length": str(len(sent))}.items():
            self.connection.putheader(name, value)
        self.connection.endheaders(sent[: len(sent) // 2])
        raise ConnectionResetError

    def close(self) -> None:
        """Hang up."""
        if self.connection is not None:
            self.connection.close()
            self.connection = None


@dataclass
class Phone:
    """A member's phone, switched on; `clock` is its own, which may be wrong."""

    line: Line
    email: str
    password: str
    file: Path
    random: random.Random = field(default_factory=lambda: random.Random(secrets.randbits(64)))
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    wait: Callable[[float], object] = time.sleep
    at_once: int = MOST_OPS
    last_ms: int = 0

    def __post_init__(self) -> None:
        self.disk = sqlite3.connect(self.file, isolation_level=None, check_same_thread=False)
        self.disk.executescript(f"PRAGMA journal_mode=WAL; {TABLES}")

    # What the member does; all of it works without a signal.

    def do(self, kind: str, payload: Json) -> str:
        """Put an operation into the outbox; returns its id once it is on the disk."""
        at = self.clock()
        made = str(self.new_id(at))
        op = {"id": made, "type": kind, "occurred_at": at.isoformat(), "payload": payload}
        if kind == "contact_details":
            op["base_version"] = self.contact(payload["door"]).get("versions", {})
        self.disk.execute("INSERT INTO outbox (id, op) VALUES (?, ?)", (made, json.dumps(op)))
        return made

    def new_id(self, at: datetime) -> uuid.UUID:
        """A UUID of version 7, greater than the last: they say what came first at one instant."""
        self.last_ms = max(int(at.timestamp() * 1000), self.last_ms + 1)
        low = self.random.getrandbits(74)
        high, rest = low >> 62, low & ((1 << 62) - 1)
        return uuid.UUID(int=self.last_ms << 80 | 7 << 76 | high << 64 | 2 << 62 | rest)

    def waiting(self, most: int = -1) -> list[Json]:
        """The operations of the outbox, in their order."""
        rows = self.disk.execute("SELECT op FROM outbox ORDER BY place LIMIT ?", (most,))
        return [json.loads(op) for (op,) in rows]

    def refused(self) -> dict[str, str]:
        """The codes of the operations that the server rejected for good, by id."""
        return dict(self.disk.execute("SELECT id, code FROM refused"))

    def mirror(self, entity: str = "%") -> dict[tuple[str, str], Json]:
        """What the phone shows."""
        rows = self.disk.execute(
            "SELECT entity, id, data FROM mirror WHERE entity LIKE ?", (entity,)
        )
        return {(kind, pk): json.loads(data) for kind, pk, data in rows}

    def contact(self, door: Any) -> Json:
        """How the people behind a door are reached, as the phone shows it; empty if it does not."""
        shown = self.mirror("contact").values()
        return next((data for data in shown if data["door"] == door), {})

    # What the phone does once there is a signal.

    def sync(self, tries: int = 10) -> None:
        """Push all that waits, then pull; waits longer and longer where no answer comes.

        Raises NoAnswer after so many tries in a row.
        """
        for turn in range(tries):
            try:
                self.push()
                self.pull()
            except NoAnswer as error:
                if turn == tries - 1:
                    raise
                self.wait(self.pause_s(turn, error))
            except SignedOut:
                self.keep("token", None)
            else:
                return
        raise NoAnswer("signed out again and again")

    def pause_s(self, turn: int, error: NoAnswer) -> float:
        """How long to wait: twice as long each time, more or less; or as the server says."""
        asked = float(error.args[1]) if len(error.args) > 1 else 0.0
        usual = min(FIRST_WAIT_S * 2**turn, LONGEST_WAIT_S) * self.random.uniform(0.5, 1.5)
        longest: float = max(asked, usual)
        return longest

    def push(self) -> None:
        """Send the outbox in parts, until all of it is answered. Raises NoAnswer, Crashed."""
        seen = 0
        while ops := self.waiting(seen + self.at_once)[seen:]:
            body = {
                "device_id": self.kept("device") or self.keep("device", secrets.token_hex(8)),
                "client_time": self.clock().isoformat(),
                "schema": 1,
                "ops": ops,
            }
            answer = self.ask("POST", "/api/v1/sync/push", body)
            if answer.status == 413 and self.at_once > 1:
                self.at_once //= 2
                continue
            results = self.good(answer)["results"]
            with self.writing():
                seen += sum(self.settle(op, found) for op, found in zip(ops, results, strict=True))

    def settle(self, op: Json, result: Json) -> bool:
        """Write down what became of an operation; whether it stays in the outbox."""
        code = (result["problem"] or {}).get("code")
        if code in KEPT or (code == "sync.door_unknown" and self.has_its_door(op)):
            return True
        if result["status"] == "rejected":
            row = (op["id"], json.dumps(op), code)
            self.disk.execute("INSERT OR REPLACE INTO refused VALUES (?, ?, ?)", row)
        if "server" in result["result"]:
            self.take_copy(result["result"]["server"])
        self.disk.execute("DELETE FROM outbox WHERE id = ?", (op["id"],))
        return False

    def take_copy(self, contact: Json) -> None:
        """Show what the server has, where others were faster; the rest comes with a pull."""
        here = "entity = 'contact' AND json_extract(data, '$.door') = ?"
        row = (json.dumps(contact), contact["door"])
        self.disk.execute(f"UPDATE mirror SET data = ? WHERE {here}", row)

    def has_its_door(self, op: Json) -> bool:
        """Whether the `new_door` that an operation names has still to be sent."""
        row = "SELECT 1 FROM outbox WHERE id = ?"
        return bool(self.disk.execute(row, (op["payload"]["door"],)).fetchone())

    def pull(self) -> None:
        """Bring the mirror up to date. Raises NoAnswer, Crashed."""
        more = True
        while more:
            cursor = self.kept("cursor")
            query = "?" + urlencode({"cursor": cursor}) if cursor else ""
            answer = self.ask("GET", f"/api/v1/sync/pull{query}", None)
            with self.writing():
                if answer.status == 410:
                    self.disk.execute("DELETE FROM mirror")
                    self.keep("cursor", None)
                    continue
                page = self.good(answer)
                for change in page["changes"]:
                    self.show(change)
                self.keep("cursor", page["cursor"])
            more = page["more"]

    def show(self, change: Json) -> None:
        """Write a change into the mirror."""
        key = (change["entity"], change["id"])
        if change["deleted"]:
            self.disk.execute("DELETE FROM mirror WHERE entity = ? AND id = ?", key)
        else:
            row = (*key, change["version"], json.dumps(change["data"]))
            self.disk.execute("INSERT OR REPLACE INTO mirror VALUES (?, ?, ?, ?)", row)

    def ask(self, method: str, path: str, body: Json | None) -> Answer:
        """A request as the member, who signs in first if need be."""
        token = self.kept("token") or self.sign_in()
        headers = {"X-Session-Token": token, "Content-Type": "application/json"}
        answer = self.line.ask(method, path, body, headers)
        if answer.status == 401:
            raise SignedOut
        if self.line.fault("answered") is Fault.CRASH:
            raise Crashed
        return answer

    def good(self, answer: Answer) -> Json:
        """The body of a good answer. Raises NoAnswer for any other: what was sent is kept."""
        if answer.status != 200:
            raise NoAnswer(f"{answer.status}", answer.wait_s)
        found: Json = answer.body
        return found

    def sign_in(self) -> str:
        """Sign in, and keep the session."""
        body = {"email": self.email, "password": self.password}
        headers = {"Content-Type": "application/json"}
        answer = self.line.ask("POST", "/_allauth/app/v1/auth/login", body, headers)
        return str(self.keep("token", self.good(answer)["meta"]["session_token"]))

    # The disk.

    def kept(self, name: str) -> str | None:
        """A value that the phone keeps."""
        found = self.disk.execute("SELECT value FROM kept WHERE name = ?", (name,)).fetchone()
        return found[0] if found else None

    def keep(self, name: str, value: str | None) -> str | None:
        """Keep a value, or forget it."""
        self.disk.execute("INSERT OR REPLACE INTO kept VALUES (?, ?)", (name, value))
        return value

    def writing(self) -> sqlite3.Connection:
        """A transaction on the disk, for as long as a block lasts."""
        self.disk.execute("BEGIN")
        return self.disk

    def switch_off(self) -> None:
        """Close what is open; the file stays."""
        self.line.close()
        self.disk.close()

    def again(self) -> Phone:
        """The same phone, switched on again after it has died."""
        self.switch_off()
        return replace(self)
