"""What the API's documentation says before it lists the addresses."""

from __future__ import annotations

DESCRIPTION = """\
Territories, routes and visits for companies that sell door to door.

**Conventions.** Times are UTC, RFC 3339. Days (`starts_on`, `ends_on`) are local to the campaign
and half-open: the end is the first day after. Positions are `lon`, `lat` in degrees (WGS 84).
Names carry the unit: `walk_s` is seconds, `length_m` metres, `price_minor` the currency's
smallest unit. Lists come in pages of 100: follow `next`, or ask for up to 1,000 with `page_size`.

**Signing in.** A phone posts `{"email": ..., "password": ...}` to `/_allauth/app/v1/auth/login`,
keeps `meta.session_token` and sends it as `X-Session-Token` ever after. A browser does the same
at `/_allauth/browser/v1/auth/login`, gets a cookie, and sends the value of the cookie `csrftoken`
as `X-CSRFToken` with every write. `GET /_allauth/{app|browser}/v1/auth/sessions` lists the
sessions of the user; `DELETE` with `{"sessions": [id]}` ends some: a lost phone is nobody from
its next request on. `POST .../auth/password/request` with `{"email": ...}` mails a link to choose
a new password. Nobody signs up: members come by invitation.

**Organisations.** Somebody who belongs to several names one by its slug in the header
`Canvass-Organisation`.

**Errors** are `application/problem+json` (RFC 9457) with a permanent `code`; docs/problems.md
lists them all. What is not yours is not found.
"""

TAGS = [
    {"name": "accounts", "description": "Who: organisations, teams, members, invitations."},
    {"name": "territories", "description": "Where: doors, imports, cuts, territories."},
    {"name": "canvass", "description": "What happened: campaigns, shifts, visits, the funnel."},
    {"name": "routing", "description": "What next: which doors today, in which order."},
]
