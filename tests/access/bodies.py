"""What is sent to each address of the access table: a body that an admin's request succeeds with.

`<name>` stands for the id of a row of tests/access/world.py. Addresses without a line are sent {}.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.access.world import Estate

NAME = re.compile(r"<(\w+)>\Z")
NEW = "01975b1e-e000-7000-8000-00000000000{}"
AT, LATER = "2026-06-10T18:00:00Z", "2026-06-10T20:00:00Z"
VISIT = {"campaign": "<campaign>", "door": "<door>", "outcome": "no_answer", "occurred_at": AT}
CSV = b"LON,LAT,NUMBER,STREET,CITY\n-73.9,40.7,1,Elm Street,Yonkers\n"
OSM = b'<osm version="0.6"/>'
FILES: dict[str, tuple[str, bytes]] = {
    "POST import-runs/": ("doors.csv", CSV),
    "POST do-not-knock-runs/": ("registry.csv", CSV),
    "POST do-not-call-runs/": ("numbers.csv", b"+13015550149\n"),
    "POST neighborhood-runs/": ("areas.geojson", b'{"type": "FeatureCollection", "features": []}'),
    "POST street-maps/": ("streets.osm", OSM),
}
HEADERS = {"PATCH visits/{visit}/photos/{sha256}/": {"Upload-Offset": "4"}}
BODIES: dict[str, dict[str, Any]] = {
    "POST teams/": {"name": "East", "parent": "<team>"},
    "PATCH teams/{team}/": {"name": "Far North"},
    "PATCH members/{member}/": {"hired_on": "2026-05-02"},
    "POST members/{member}/end-membership/": {"left_on": "2026-06-10"},
    "POST invitations/": {"email": "x@new.test", "name": "X", "role": "rep", "team": "<team>"},
    "POST invitations/accept/": {"token": "sunrise", "password": "correct horse battery"},
    "POST api-keys/": {"name": "CRM", "role": "manager", "scopes": ["read"]},
    "PUT sign-in-rules/": {"second_factor_required": False},
    "POST import-runs/": {"dataset": "more"},
    "POST do-not-knock-runs/": {"dataset": "registry", "expiry": "never", "time_zone": "UTC"},
    "POST street-maps/": {"name": "New"},
    "POST cut-runs/": {"name": "Autumn", "criteria": {"territories": 2}},
    "POST cut-runs/{cut}/assign/": {"members": ["<member>"], "starts_on": "2026-06-11"},
    "POST cut-runs/{draft}/edits/": {"kind": "merge", "territories": [1, 2]},
    "POST cut-runs/{draft}/publish/": {"leave_out": True},
    "POST deal-runs/": {
        "cut": "<cut>", "starts_on": "2026-06-11", "takers": [{"member": "<member>"}]
    },
    "POST deal-runs/{deal}/change/": {"territory": "<free>", "member": "<member>"},
    "POST assignments/": {
        "territory": "<free>", "member": "<member>", "starts_on": "2026-06-11"
    },
    "POST assignments/{assignment}/end/": {"leave_outstanding": True},
    "POST assignments/{assignment}/finish/": {"leave_outstanding": True},
    "POST assignments/{assignment}/return/": {"reason": "Too far.", "leave_outstanding": True},
    "POST assignments/{assignment}/revoke/": {"reason": "Too slow.", "leave_outstanding": True},
    "POST alarms/": {"id": NEW.format(1), "occurred_at": AT},
    "POST door-warnings/{warning}/decide/": {"decision": "reopened", "reason": "They moved."},
    "POST campaigns/": {
        "name": "Autumn", "starts_on": "2026-09-01", "ends_on": "2026-12-01", "time_zone": "UTC",
        "currency": "USD", "shift_starts_at": "16:00", "shift_ends_at": "20:00", "door_s": 90,
    },
    "PATCH campaigns/{campaign}/": {"name": "High Summer"},
    "POST campaigns/{campaign}/work-cut/": {"cut": "<cut>"},
    "PUT campaigns/{campaign}/cadence/": {"max_attempts": 5, "slots": [], "wait_days": {}},
    "PATCH flag-thresholds/": {"near_m": 150},
    "PATCH campaigns/{campaign}/flag-thresholds/": {"grace_s": 60},
    "POST products/": {
        "campaign": "<campaign>", "code": "globe", "name": "Globe", "price_minor": 900
    },
    "PATCH products/{product}/": {"name": "Great Atlas"},
    "POST products/{product}/prices/": {"starts_on": "2026-06-11", "price_minor": 5000},
    "POST visit-flags/{flag}/decide/": {"decision": "fine"},
    "POST scripts/": {
        "campaign": "<campaign>", "questions": [{"key": "a", "text": "Why?", "kind": "text"}]
    },
    "POST goals/": {
        "campaign": "<campaign>", "member": "<member>", "figure": "sales",
        "starts_on": "2026-06-11", "per_day": 3,
    },
    "POST callbacks/{visit}/move/": {"id": NEW.format(2), "moved_at": AT, "callback_at": LATER},
    "POST cancellation-rules/": {
        "name": "Five days", "citation": "§ 5", "days": 5, "day_kind": "calendar",
        "currency": "USD", "home_from_minor": 0, "starts_on": "2026-06-01",
    },
    "POST commission-rules/": {
        "campaign": "<campaign>", "unit": "per_unit", "tiers": [{"from": 0, "rate": 5}],
        "starts_on": "2026-06-11",
    },
    "POST commission-rules/{commission_rule}/end/": {"ends_on": "2026-06-20"},
    "POST outcomes/": {"code": "moved", "label": "Moved", "kind": "vacant"},
    "PATCH outcomes/{outcome}/": {"label": "Nobody"},
    "POST do-not-call/": {"phone": "+13015550149", "time_zone": "UTC"},
    "POST do-not-call/{do_not_call}/lift/": {"reason": "A wrong number."},
    "POST do-not-call-runs/": {"dataset": "numbers", "expiry": "never", "time_zone": "UTC"},
    "POST do-not-knock/": {
        "door": "<door>", "source": "householder", "expiry": {"kind": "never"},
        "time_zone": "UTC",
    },
    "POST do-not-knock/{do_not_knock}/lift/": {"reason": "They moved."},
    "POST contact-reviews/{contact_review}/decide/": {"decision": "phone"},
    "POST do-not-knock/{do_not_knock}/renew/": {"expiry": {"kind": "never"}},
    "POST hooks/": {"url": "https://93.184.216.34/in", "kinds": ["visit"]},
    "PATCH hooks/{hook}/": {"enabled": False},
    "POST jurisdictions/": {"name": "Rye", "level": "city", "time_zone": "UTC"},
    "POST jurisdictions/{jurisdiction}/place/": {"neighborhood": "<neighborhood>"},
    "POST ordinances/": {
        "jurisdiction": "<jurisdiction>", "starts_on": "2026-09-01", "citation": "§ 2"
    },
    "PATCH ordinances/{ordinance}/": {"citation": "§ 3"},
    "POST permits/": {
        "member": "<member>", "jurisdiction": "<jurisdiction>", "number": "8",
        "starts_on": "2026-09-01", "ends_on": "2026-12-01",
    },
    "PATCH permits/{permit}/": {"number": "9"},
    "POST referrals/": {
        "id": NEW.format(3), "campaign": "<campaign>", "door": "<door>", "said_at": AT,
        "said_by": "A neighbour",
    },
    "POST referrals/{referral}/withdraw/": {"reason": "The wrong street."},
    "POST telephone-callbacks/": {
        "id": NEW.format("a"), "campaign": "<campaign>", "door": "<door>", "agreed_at": AT,
        "call_at": LATER, "phone": "+13015550147",
    },
    "POST telephone-callbacks/{telephone_callback}/call/": {
        "id": NEW.format("b"), "called_at": AT, "reached": True
    },
    "POST sales/": {
        "id": NEW.format(4), "campaign": "<campaign>", "door": "<door>", "sold_at": AT,
        "lines": [{"product": "<product>", "quantity": 1, "unit_price_minor": 4900}],
        "total_minor": 4900, "balance_minor": 4900,
    },
    "POST sales/{sale}/hand-over/": {"to": "<colleague>"},
    "POST sales/{sale}/events/": {
        "id": NEW.format(5), "kind": "delivered", "occurred_at": AT
    },
    "POST shifts/": {"campaign": "<campaign>", "member": "<member>", "day": "2026-06-11"},
    "POST shifts/schedule-day/": {"campaign": "<campaign>", "day": "2026-06-11"},
    "POST shifts/{shift}/events/": {"id": NEW.format(6), "kind": "closed", "occurred_at": AT},
    "POST shifts/{shift}/breadcrumbs/": {
        "positions": [{"at": "2026-06-10T18:00:30Z", "lon": -73.9, "lat": 40.7}]
    },
    "POST visits/": {"id": NEW.format(7), **VISIT},
    "POST visits/batch/": {"visits": [{"id": NEW.format(8), **VISIT}]},
    "POST visits/same/": {
        "campaign": "<campaign>", "outcome": "no_answer", "occurred_at": AT,
        "visits": [{"id": NEW.format(9), "door": "<door>"}],
    },
    "PUT visits/{visit}/photos/{sha256}/": {"size": 9, "content_type": "image/png"},
    "POST sync/push": {"device_id": "phone", "client_time": AT, "schema": 1, "ops": []},
    "PATCH record-settings/": {"note_days": 365},
    "POST plan-runs/": {"shift": "<shift>"},
    "POST plan-runs/plan-day/": {"campaign": "<campaign>", "day": "2026-06-10"},
}  # fmt: skip


def body_of(estate: Estate, line: str) -> dict[str, Any]:
    """What is sent with a line of the table, ids and file filled in."""
    body: dict[str, Any] = filled(BODIES.get(line, {}), estate)
    if line in FILES:
        name, content = FILES[line]
        body["file"] = SimpleUploadedFile(name, content)
    return body


def filled(value: Any, estate: Estate) -> Any:
    """A value with ids in the places of the names."""
    if isinstance(value, Mapping):
        return {key: filled(part, estate) for key, part in value.items()}
    if isinstance(value, list):
        return [filled(part, estate) for part in value]
    found = NAME.match(value) if isinstance(value, str) else None
    return estate.rows[found[1]].pk if found else value
