"""Who gets what: for every address of the API and every method, the status that each is answered.

The rows are Sunrise's; see tests/access/world.py for who is who, and bodies.py for what is sent.
**admin** is Ada; **manager** Max, above Rosa; **other** Mona, who manages the south; **rep** Rosa,
whom the row concerns; **mate** Rui, of her team; **twin** the admin of another company; and
**nobody** is not signed in. 409 means: allowed, but the row's state does not let anybody.

HEAD is answered as GET is; OPTIONS tells signed-in members what an address takes.
"""

from __future__ import annotations

from typing import NamedTuple

WHO = ("admin", "manager", "other", "rep", "mate", "twin", "nobody")
TABLE = """
# method, address                                                 adm mgr oth rep mat twn nobody
GET    me/                                                        200 200 200 200 200 200 401
GET    teams/                                                     200 200 200 200 200 200 401
POST   teams/                                                     201 201 404 403 403 404 401
GET    teams/{team}/                                              200 200 404 200 200 404 401
PATCH  teams/{team}/                                              200 200 404 403 403 404 401
GET    members/                                                   200 200 200 200 200 200 401
GET    members/{member}/                                          200 200 404 200 404 404 401
PATCH  members/{member}/                                          200 200 404 403 404 404 401
POST   members/{member}/end-membership/                           200 200 404 403 404 404 401
GET    api-keys/                                                  200 403 403 403 403 200 401
POST   api-keys/                                                  201 403 403 403 403 201 401
GET    api-keys/{api_key}/                                        200 403 403 403 403 404 401
POST   api-keys/{api_key}/revoke/                                 200 403 403 403 403 404 401
GET    sign-in-rules/                                             200 200 200 200 200 200 401
PUT    sign-in-rules/                                             200 403 403 403 403 200 401
GET    audit-entries/                                             200 403 403 403 403 200 401
GET    audit-entries/csv/                                         200 403 403 403 403 200 401
GET    audit-entries/{audit_entry}/                               200 403 403 403 403 404 401
GET    invitations/                                               200 200 200 403 403 200 401
POST   invitations/                                               201 201 404 403 403 404 401
POST   invitations/accept/                                        201 201 201 201 201 201 201
DELETE invitations/{invitation}/                                  204 204 404 403 403 404 401
GET    invitations/{invitation}/                                  200 200 404 403 403 404 401
GET    import-runs/                                               200 200 200 403 403 200 401
POST   import-runs/                                               202 202 202 403 403 202 401
GET    import-runs/{import_run}/                                  200 200 200 403 403 404 401
POST   import-runs/{import_run}/cancel/                           200 200 200 403 403 404 401
GET    import-runs/{import_run}/rejects/                          200 200 200 403 403 404 401
GET    buildings/                                                 200 200 200 200 200 200 401
GET    buildings/{building}/                                      200 200 200 200 404 404 401
GET    doors/                                                     200 200 200 200 200 200 401
GET    doors/{door}/                                              200 200 200 200 404 404 401
GET    neighborhood-runs/                                         200 200 200 403 403 200 401
POST   neighborhood-runs/                                         202 202 202 403 403 202 401
GET    neighborhood-runs/{neighborhood_run}/                      200 200 200 403 403 404 401
POST   neighborhood-runs/{neighborhood_run}/cancel/               200 200 200 403 403 404 401
GET    neighborhoods/                                             200 200 200 200 200 200 401
GET    neighborhoods/{neighborhood}/                              200 200 200 404 404 404 401
GET    locate-runs/                                               200 200 200 403 403 200 401
POST   locate-runs/                                               202 202 202 403 403 202 401
GET    locate-runs/{locate_run}/                                  200 200 200 403 403 404 401
POST   locate-runs/{locate_run}/cancel/                           200 200 200 403 403 404 401
GET    cut-runs/                                                  200 200 200 403 403 200 401
POST   cut-runs/                                                  202 202 202 403 403 202 401
GET    cut-runs/{cut}/                                            200 200 200 403 403 404 401
POST   cut-runs/{cut}/assign/                                     201 201 404 403 403 404 401
POST   cut-runs/{draft}/cancel/                                   409 409 409 403 403 404 401
GET    cut-runs/{cut}/compare/?other={draft}                      200 200 200 403 403 404 401
GET    cut-runs/{draft}/edits/                                    200 200 200 403 403 404 401
POST   cut-runs/{draft}/edits/                                    201 201 201 403 403 404 401
POST   cut-runs/{draft}/publish/                                  200 200 200 403 403 404 401
GET    deal-runs/                                                 200 200 200 403 403 200 401
POST   deal-runs/                                                 202 202 404 403 403 404 401
GET    deal-runs/{deal}/                                          200 200 200 403 403 404 401
POST   deal-runs/{deal}/apply/                                    201 201 404 403 403 404 401
POST   deal-runs/{deal}/cancel/                                   409 409 409 403 403 404 401
POST   deal-runs/{deal}/change/                                   200 200 404 403 403 404 401
GET    territories/                                               200 200 200 200 200 200 401
GET    territories/{territory}/                                   200 200 200 200 404 404 401
GET    territories/{territory}/doors/                             200 200 200 200 404 404 401
GET    assignments/                                               200 200 200 200 200 200 401
POST   assignments/                                               201 201 404 403 403 404 401
GET    assignments/{assignment}/                                  200 200 404 200 404 404 401
POST   assignments/{assignment}/accept/                           200 200 404 200 404 404 401
POST   assignments/{assignment}/end/                              200 200 404 403 403 404 401
POST   assignments/{assignment}/finish/                           200 200 404 200 404 404 401
POST   assignments/{assignment}/return/                           200 200 404 200 404 404 401
GET    assignments/{assignment}/history/                          200 200 404 200 404 404 401
POST   assignments/{assignment}/keep/                             200 200 404 403 403 404 401
GET    street-maps/                                               200 200 200 403 403 200 401
POST   street-maps/                                               202 202 202 403 403 202 401
GET    street-maps/{street_map}/                                  200 200 200 403 403 404 401
POST   street-maps/{street_map}/cancel/                           409 409 409 403 403 404 401
POST   street-maps/{street_map}/retire/                           200 200 200 403 403 404 401
GET    snap-runs/                                                 200 200 200 403 403 200 401
GET    snap-runs/{snap_run}/                                      200 200 200 403 403 404 401
POST   snap-runs/{snap_run}/cancel/                               200 200 200 403 403 404 401
GET    alarms/                                                    200 200 200 200 200 200 401
POST   alarms/                                                    201 201 201 201 201 201 401
GET    alarms/{alarm}/                                            200 200 404 200 404 404 401
POST   alarms/{alarm}/acknowledge/                                200 200 404 403 403 404 401
GET    door-warnings/                                             200 200 200 200 200 200 401
GET    door-warnings/{warning}/                                   200 200 200 200 404 404 401
POST   door-warnings/{warning}/decide/                            200 200 200 403 403 404 401
GET    campaigns/                                                 200 200 200 200 200 200 401
POST   campaigns/                                                 201 201 201 403 403 201 401
GET    campaigns/{campaign}/                                      200 200 200 200 200 404 401
PATCH  campaigns/{campaign}/                                      200 200 200 403 403 404 401
POST   campaigns/{campaign}/work-cut/                             200 200 200 403 403 404 401
GET    products/                                                  200 200 200 200 200 200 401
POST   products/                                                  201 201 201 403 403 404 401
GET    products/{product}/                                        200 200 200 200 200 404 401
PATCH  products/{product}/                                        200 200 200 403 403 404 401
POST   products/{product}/prices/                                 200 200 200 403 403 404 401
GET    visit-flags/                                               200 200 200 200 200 200 401
GET    visit-flags/{flag}/                                        200 200 404 200 404 404 401
POST   visit-flags/{flag}/decide/                                 200 200 404 403 403 404 401
GET    rebuild-runs/                                              200 200 200 403 403 200 401
GET    rebuild-runs/{rebuild_run}/                                200 200 200 403 403 404 401
POST   rebuild-runs/{rebuild_run}/cancel/                         200 200 200 403 403 404 401
GET    scripts/                                                   200 200 200 200 200 200 401
POST   scripts/                                                   201 201 201 403 403 404 401
GET    scripts/{script}/                                          200 200 200 200 200 404 401
GET    goals/                                                     200 200 200 200 200 200 401
POST   goals/                                                     200 200 404 403 403 404 401
GET    goals/{goal}/                                              200 200 404 200 404 404 401
GET    callbacks/                                                 200 200 200 200 200 200 401
GET    callbacks/{visit}/                                         200 200 404 200 404 404 401
POST   callbacks/{visit}/move/                                    201 201 404 201 404 404 401
GET    cancellation-rules/                                        200 200 200 200 200 200 401
POST   cancellation-rules/                                        201 403 403 403 403 201 401
POST   cancellation-rules/load-defaults/                          200 403 403 403 403 200 401
GET    cancellation-rules/{cancellation_rule}/                    200 200 200 200 200 404 401
GET    commission-rules/                                          200 200 200 200 200 200 401
POST   commission-rules/                                          201 403 403 403 403 404 401
GET    commission-rules/{commission_rule}/                        200 200 200 200 404 404 401
POST   commission-rules/{commission_rule}/end/                    200 403 403 403 403 404 401
GET    contact-reviews/                                           200 200 200 403 403 200 401
GET    contact-reviews/{contact_review}/                          200 200 404 403 403 404 401
POST   contact-reviews/{contact_review}/decide/                   200 200 404 403 403 404 401
GET    outcomes/                                                  200 200 200 200 200 200 401
POST   outcomes/                                                  201 403 403 403 403 201 401
GET    outcomes/{outcome}/                                        200 200 200 200 200 404 401
PATCH  outcomes/{outcome}/                                        200 403 403 403 403 404 401
GET    do-not-call/                                               200 200 200 403 403 200 401
POST   do-not-call/                                               201 201 201 201 201 201 401
GET    do-not-call/{do_not_call}/                                 200 200 200 403 403 404 401
POST   do-not-call/{do_not_call}/lift/                            200 200 200 403 403 404 401
GET    do-not-call-runs/                                          200 200 200 403 403 200 401
POST   do-not-call-runs/                                          202 202 202 403 403 202 401
GET    do-not-call-runs/{do_not_call_run}/                        200 200 200 403 403 404 401
POST   do-not-call-runs/{do_not_call_run}/cancel/                 200 200 200 403 403 404 401
GET    do-not-call-runs/{do_not_call_run}/rejects/                200 200 200 403 403 404 401
GET    do-not-knock/                                              200 200 200 403 403 200 401
POST   do-not-knock/                                              201 201 201 403 403 404 401
GET    do-not-knock/{do_not_knock}/                               200 200 200 403 403 404 401
POST   do-not-knock/{do_not_knock}/lift/                          200 200 200 403 403 404 401
POST   do-not-knock/{do_not_knock}/renew/                         201 201 201 403 403 404 401
GET    do-not-knock-runs/                                         200 200 200 403 403 200 401
POST   do-not-knock-runs/                                         202 202 202 403 403 202 401
GET    do-not-knock-runs/{do_not_knock_run}/                      200 200 200 403 403 404 401
POST   do-not-knock-runs/{do_not_knock_run}/cancel/               200 200 200 403 403 404 401
GET    do-not-knock-runs/{do_not_knock_run}/rejects/              200 200 200 403 403 404 401
GET    found-doors/                                               200 200 200 200 200 200 401
GET    found-doors/{found_door}/                                  200 200 404 200 404 404 401
GET    hooks/                                                     200 403 403 403 403 200 401
POST   hooks/                                                     201 403 403 403 403 201 401
DELETE hooks/{hook}/                                              204 403 403 403 403 404 401
GET    hooks/{hook}/                                              200 403 403 403 403 404 401
PATCH  hooks/{hook}/                                              200 403 403 403 403 404 401
POST   hooks/{hook}/rotate/                                       200 403 403 403 403 404 401
POST   hooks/{hook}/send-again/                                   200 403 403 403 403 404 401
GET    hook-deliveries/                                           200 403 403 403 403 200 401
GET    hook-deliveries/{hook_delivery}/                           200 403 403 403 403 404 401
POST   hook-deliveries/{hook_delivery}/send-again/                200 403 403 403 403 404 401
GET    jurisdictions/                                             200 200 200 200 200 200 401
POST   jurisdictions/                                             201 201 201 403 403 201 401
GET    jurisdictions/{jurisdiction}/                              200 200 200 200 200 404 401
POST   jurisdictions/{jurisdiction}/place/                        200 200 200 403 403 404 401
GET    ordinances/                                                200 200 200 200 200 200 401
POST   ordinances/                                                201 201 201 403 403 404 401
GET    ordinances/{ordinance}/                                    200 200 200 200 200 404 401
PATCH  ordinances/{ordinance}/                                    201 201 201 403 403 404 401
GET    permits/                                                   200 200 200 200 200 200 401
POST   permits/                                                   201 201 404 403 403 404 401
GET    permits/{permit}/                                          200 200 404 200 404 404 401
PATCH  permits/{permit}/                                          201 201 404 403 403 404 401
GET    prospects/                                                 200 200 200 200 200 200 401
GET    prospects/{prospect}/                                      200 200 200 200 404 404 401
GET    referrals/                                                 200 200 200 200 200 200 401
POST   referrals/                                                 201 201 201 201 404 404 401
GET    referrals/{referral}/                                      200 200 404 200 404 404 401
POST   referrals/{referral}/withdraw/                             200 200 404 200 404 404 401
GET    telephone-callbacks/                                       200 200 200 200 200 200 401
POST   telephone-callbacks/                                       201 201 201 201 404 404 401
GET    telephone-callbacks/{telephone_callback}/                  200 200 404 200 404 404 401
POST   telephone-callbacks/{telephone_callback}/call/             201 201 404 201 404 404 401
GET    sales/                                                     200 200 200 200 200 200 401
POST   sales/                                                     201 201 201 201 404 404 401
GET    sales/{sale}/                                              200 200 404 200 404 404 401
POST   sales/{sale}/hand-over/                                    200 200 404 403 403 404 401
POST   sales/{sale}/events/                                       201 201 404 201 404 404 401
GET    shifts/                                                    200 200 200 200 200 200 401
POST   shifts/                                                    201 201 404 403 403 404 401
POST   shifts/schedule-day/                                       200 200 200 403 403 404 401
GET    shifts/{shift}/                                            200 200 404 200 404 404 401
GET    visits/                                                    200 200 200 200 200 200 401
POST   visits/                                                    201 201 201 201 404 404 401
POST   visits/batch/                                              200 200 200 200 200 200 401
POST   visits/same/                                               200 200 200 200 200 200 401
GET    visits/{visit}/                                            200 200 404 200 404 404 401
GET    visits/{visit}/photos/                                     200 200 404 200 404 404 401
GET    visits/{visit}/photos/{sha256}/                            200 200 404 200 404 404 401
PUT    visits/{visit}/photos/{sha256}/                            404 404 404 200 404 404 401
PATCH  visits/{visit}/photos/{sha256}/                            404 404 404 200 404 404 401
GET    visits/{visit}/photos/{whole}/file/                        200 200 404 200 404 404 401
GET    cut-runs/{cut}/outstanding/                                200 200 200 403 403 404 401
GET    assignments/{assignment}/outstanding/                      200 200 404 403 403 404 401
GET    assignments/{assignment}/undelivered/                      200 200 404 403 403 404 401
POST   assignments/{assignment}/revoke/                           200 200 404 403 403 404 401
GET    campaigns/{campaign}/cadence/                              200 200 200 200 200 404 401
PUT    campaigns/{campaign}/cadence/                              202 202 202 403 403 404 401
GET    flag-thresholds/                                           200 200 200 200 200 200 401
PATCH  flag-thresholds/                                           200 403 403 403 403 200 401
GET    campaigns/{campaign}/flag-thresholds/                      200 200 200 200 200 404 401
PATCH  campaigns/{campaign}/flag-thresholds/                      200 200 200 403 403 404 401
POST   sync/push                                                  200 200 200 200 200 200 401
GET    sync/pull                                                  200 200 200 200 200 200 401
GET    reports/attempts/?campaign={campaign}                      200 200 200 403 403 404 401
GET    reports/callbacks/?campaign={campaign}                     200 200 200 403 403 404 401
GET    reports/goals/?campaign={campaign}&day=2026-06-10          200 200 200 200 200 404 401
GET    commissions/statement/?campaign={campaign}&member={member} 200 200 404 200 404 404 401
GET    shifts/{shift}/deliveries/                                 200 200 404 200 404 404 401
GET    sales/{sale}/receipt/                                      200 200 404 200 404 404 401
POST   shifts/{shift}/events/                                     404 404 404 201 404 404 401
GET    shifts/{shift}/work/                                       200 200 404 200 404 404 401
GET    reports/season/?campaign={campaign}                        200 200 200 200 200 404 401
GET    reports/season/csv/?campaign={campaign}                    200 200 200 200 200 404 401
GET    reports/attrition/?from=2026-06-01&to=2026-06-10        200 200 200 403 403 200 401
GET    shifts/{shift}/breadcrumbs/                                200 200 404 200 404 404 401
POST   shifts/{shift}/breadcrumbs/                                404 404 404 200 404 404 401
GET    record-settings/                                           200 200 200 200 200 200 401
PATCH  record-settings/                                           200 403 403 403 403 200 401
GET    doors/{door}/householder/                                  200 200 200 403 403 404 401
POST   doors/{door}/erase/                                        201 403 403 403 403 404 401
GET    me/record/?from_day=2026-06-10&to_day=2026-06-11           200 200 200 200 200 200 401
GET    reports/funnel/?campaign={campaign}                        200 200 200 200 200 404 401
GET    plan-runs/                                                 200 200 200 200 200 200 401
POST   plan-runs/                                                 202 202 404 202 404 404 401
POST   plan-runs/plan-day/                                        202 202 422 202 422 404 401
GET    plan-runs/{plan_run}/                                      200 200 404 200 404 404 401
POST   plan-runs/{plan_run}/cancel/                               200 200 404 403 403 404 401
GET    routes/                                                    200 200 200 200 200 200 401
GET    routes/{route}/                                            200 200 404 200 404 404 401
GET    routes/{route}/left-out/                                   200 200 404 200 404 404 401
"""

# What is not below /api/v1/: what a signed-in rep and what nobody gets. Programs that sign in send
# {} here; 410 answers a session token that never was, and 401 says what is to be done first.
REST = """
# method, address                                                 rep nobody
GET    /                                                          302 302
GET    healthz                                                    200 200
GET    api/openapi.yaml                                           200 200
GET    api/docs/                                                  200 200
GET    invitations/accepted/                                      200 200
GET    invitations/{secret}/                                      404 404
POST   invitations/{secret}/                                      404 404
GET    password/changed/                                          200 200
GET    password/reset/{secret}/                                   404 404
POST   password/reset/{secret}/                                   404 404
GET    _allauth/browser/v1/config                                 200 200
GET    _allauth/browser/v1/auth/session                           200 401
DELETE _allauth/browser/v1/auth/session                           401 401
POST   _allauth/browser/v1/auth/reauthenticate                    400 401
POST   _allauth/browser/v1/auth/code/confirm                      409 409
POST   _allauth/browser/v1/auth/password/request                  400 400
GET    _allauth/browser/v1/auth/password/reset                    400 400
POST   _allauth/browser/v1/auth/password/reset                    400 400
POST   _allauth/browser/v1/auth/login                             400 400
POST   _allauth/browser/v1/auth/signup                            400 400
GET    _allauth/browser/v1/auth/email/verify                      400 400
POST   _allauth/browser/v1/auth/email/verify                      400 400
POST   _allauth/browser/v1/auth/email/verify/resend               409 409
POST   _allauth/browser/v1/auth/phone/verify                      409 409
POST   _allauth/browser/v1/auth/phone/verify/resend               409 409
POST   _allauth/browser/v1/account/password/change                400 401
GET    _allauth/browser/v1/account/email                          404 404
POST   _allauth/browser/v1/account/email                          404 404
PUT    _allauth/browser/v1/account/email                          404 404
PATCH  _allauth/browser/v1/account/email                          404 404
DELETE _allauth/browser/v1/account/email                          404 404
GET    _allauth/browser/v1/account/phone                          404 404
POST   _allauth/browser/v1/account/phone                          404 404
GET    _allauth/browser/v1/auth/sessions                          200 401
DELETE _allauth/browser/v1/auth/sessions                          400 401
POST   _allauth/browser/v1/auth/2fa/authenticate                  401 401
POST   _allauth/browser/v1/auth/2fa/reauthenticate                400 401
GET    _allauth/browser/v1/account/authenticators                 200 401
GET    _allauth/browser/v1/account/authenticators/totp            404 401
POST   _allauth/browser/v1/account/authenticators/totp            400 401
DELETE _allauth/browser/v1/account/authenticators/totp            200 401
GET    _allauth/browser/v1/account/authenticators/recovery-codes  404 401
POST   _allauth/browser/v1/account/authenticators/recovery-codes  400 401
GET    _allauth/app/v1/config                                     200 200
GET    _allauth/app/v1/auth/session                               401 401
DELETE _allauth/app/v1/auth/session                               401 401
POST   _allauth/app/v1/auth/reauthenticate                        401 401
POST   _allauth/app/v1/auth/code/confirm                          409 409
POST   _allauth/app/v1/auth/password/request                      400 400
GET    _allauth/app/v1/auth/password/reset                        400 400
POST   _allauth/app/v1/auth/password/reset                        400 400
POST   _allauth/app/v1/auth/login                                 400 400
POST   _allauth/app/v1/auth/signup                                400 400
GET    _allauth/app/v1/auth/email/verify                          400 400
POST   _allauth/app/v1/auth/email/verify                          400 400
POST   _allauth/app/v1/auth/email/verify/resend                   409 409
POST   _allauth/app/v1/auth/phone/verify                          409 409
POST   _allauth/app/v1/auth/phone/verify/resend                   409 409
POST   _allauth/app/v1/account/password/change                    401 401
GET    _allauth/app/v1/account/email                              404 404
POST   _allauth/app/v1/account/email                              404 404
PUT    _allauth/app/v1/account/email                              404 404
PATCH  _allauth/app/v1/account/email                              404 404
DELETE _allauth/app/v1/account/email                              404 404
GET    _allauth/app/v1/account/phone                              404 404
POST   _allauth/app/v1/account/phone                              404 404
GET    _allauth/app/v1/auth/sessions                              401 401
DELETE _allauth/app/v1/auth/sessions                              401 401
POST   _allauth/app/v1/auth/2fa/authenticate                      401 401
POST   _allauth/app/v1/auth/2fa/reauthenticate                    401 401
GET    _allauth/app/v1/account/authenticators                     401 401
GET    _allauth/app/v1/account/authenticators/totp                401 401
POST   _allauth/app/v1/account/authenticators/totp                401 401
DELETE _allauth/app/v1/account/authenticators/totp                401 401
GET    _allauth/app/v1/account/authenticators/recovery-codes      401 401
POST   _allauth/app/v1/account/authenticators/recovery-codes      401 401
POST   _allauth/app/v1/tokens/refresh                             400 400
"""


class Line(NamedTuple):
    """A method and an address, as the table writes it, and the statuses by who asks."""

    method: str
    path: str
    statuses: dict[str, int]

    @property
    def name(self) -> str:
        """Method and path without its query, as in "GET visits/{visit}/"."""
        return f"{self.method} {self.path.partition('?')[0]}"


def lines_of(table: str, who: tuple[str, ...]) -> list[Line]:
    """The lines of a table whose columns are for `who`."""
    rows = [text.split() for text in table.strip().splitlines() if not text.startswith("#")]
    return [Line(row[0], row[1], dict(zip(who, map(int, row[2:]), strict=True))) for row in rows]


LINES = lines_of(TABLE, WHO)
REST_LINES = lines_of(REST, ("rep", "nobody"))
