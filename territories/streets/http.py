"""Asking a street server over HTTP, patiently but not for ever."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import urllib3
from urllib3.exceptions import HTTPError, NewConnectionError, ResponseError
from urllib3.exceptions import TimeoutError as TookTooLong
from urllib3.util import Retry, Timeout

from territories.streets.travel_times import TravelTimesRefused, TravelTimesUnavailable

PASSING = (429, 500, 502, 503, 504)  # statuses after which the same question may be answered


@dataclass(frozen=True)
class Patience:
    """How long a server is waited for, and how often it is asked again.

    The pauses between tries double, from `pause_s`, each with up to `jitter_s` of chance on top, so
    that many workers do not come back at the same moment. A server that says `Retry-After` decides.
    """

    connect_s: float = 3.0
    read_s: float = 30.0
    retries: int = 3
    pause_s: float = 0.5
    jitter_s: float = 0.5


@dataclass(frozen=True)
class Answer:
    """What a server said: the status, and the JSON object or array of the body."""

    status: int
    content: Any


class JsonServer:
    """One server that answers in JSON. `source` names it in errors.

    Connections stay open between questions; safe to use from several threads.
    """

    def __init__(self, source: str, url: str, patience: Patience | None = None) -> None:
        patience = patience or Patience()
        self.source = source
        self.url = url.rstrip("/")
        self._pool = urllib3.PoolManager(
            timeout=Timeout(connect=patience.connect_s, read=patience.read_s),
            retries=Retry(
                total=patience.retries,
                redirect=0,
                allowed_methods=None,  # whatever the method: every question only reads
                status_forcelist=PASSING,
                backoff_factor=patience.pause_s,
                backoff_jitter=patience.jitter_s,
            ),
        )

    def get(self, path: str, **query: str) -> Answer:
        """The answer to a GET; see `_ask`."""
        return self._ask("GET", path, fields=query)

    def post(self, path: str, body: Any) -> Answer:
        """The answer to a POST of JSON; see `_ask`."""
        return self._ask("POST", path, json=body)

    def _ask(self, method: str, path: str, **what: Any) -> Answer:
        """The answer of the server, which may be that the question is bad (status 4xx).

        Asks again after lost connections, time-outs and the statuses of PASSING. Raises
        TravelTimesUnavailable when that does not help or the answer is not JSON, and
        TravelTimesRefused if who refuses is not the server that was meant.
        """
        try:
            response = self._pool.request(method, f"{self.url}/{path}", **what)
            body = response.data
        except HTTPError as error:
            raise self._unavailable(reason_of(error)) from error
        try:
            return Answer(response.status, json.loads(body))
        except ValueError as error:
            if 400 <= response.status < 500:
                raise TravelTimesRefused(
                    self.source, f"The street server {self.url} answers {response.status}."
                ) from error
            raise self._unavailable("answers what is not JSON") from error

    def _unavailable(self, what: str) -> TravelTimesUnavailable:
        return TravelTimesUnavailable(self.source, f"The street server {self.url} {what}.")


def reason_of(error: HTTPError) -> str:
    """What went wrong, for people; the library's own words name memory addresses."""
    cause = getattr(error, "reason", None) or error
    if isinstance(cause, ResponseError):
        return f"fails: {cause}"
    if isinstance(cause, TookTooLong) and not isinstance(cause, NewConnectionError):
        return "takes too long"
    return "cannot be reached"
