"""A web server on the loopback that answers what a test tells it to, and keeps the questions."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Reply:
    """One answer: a text as it is, anything else as JSON; after a while, if need be."""

    content: Any = ""
    status: int = 200
    after_s: float = 0.0
    headers: dict[str, str] = field(default_factory=dict)

    def body(self) -> bytes:
        """The bytes of the content."""
        text = self.content if isinstance(self.content, str) else json.dumps(self.content)
        return text.encode()


@dataclass(frozen=True)
class Question:
    """One request: its method, its path with the query, its headers and its body."""

    method: str
    path: str
    headers: dict[str, str]
    body: str


@dataclass(frozen=True)
class Loopback:
    """The server: where it is, and what it was asked."""

    url: str
    asked: list[Question]


@contextmanager
def answering(replies: Sequence[Reply]) -> Iterator[Loopback]:
    """A server that gives these replies one after the other, the last one again and again."""
    asked: list[Question] = []
    turn = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            size = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(size).decode()
            with turn:
                reply = replies[min(len(asked), len(replies) - 1)]
                asked.append(Question(self.command, self.path, dict(self.headers), body))
            time.sleep(reply.after_s)
            content = reply.body()
            self.send_response(reply.status)
            for name, value in {**reply.headers, "Content-Length": str(len(content))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = answer  # noqa: N815  # the names that http.server looks for

        def log_message(self, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # who waits no longer
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield Loopback(f"http://127.0.0.1:{server.server_address[1]}", asked)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
