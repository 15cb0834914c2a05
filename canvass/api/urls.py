"""Addresses of the canvass API."""

from django.urls import URLPattern, URLResolver, path
from rest_framework.routers import SimpleRouter

from canvass.api import views
from canvass.api.handing_over import (
    CutOutstandingView,
    EndView,
    FinishView,
    HandBackView,
    OutstandingView,
    TakeAwayView,
    UndeliveredView,
)

router = SimpleRouter()
router.register("alarms", views.AlarmViewSet)
router.register("door-warnings", views.DoorWarningViewSet)
router.register("campaigns", views.CampaignViewSet)
router.register("products", views.ProductViewSet)
router.register("visit-flags", views.VisitFlagViewSet)
router.register("rebuild-runs", views.RebuildRunViewSet)
router.register("scripts", views.ScriptViewSet)
router.register("goals", views.GoalViewSet)
router.register("callbacks", views.CallbackViewSet, basename="callback")
router.register("cancellation-rules", views.CancellationRuleViewSet)
router.register("commission-rules", views.CommissionRuleViewSet)
router.register("contact-reviews", views.ContactReviewViewSet)
router.register("outcomes", views.OutcomeViewSet)
router.register("do-not-call", views.DoNotCallViewSet)
router.register("do-not-call-runs", views.DoNotCallRunViewSet)
router.register("do-not-knock", views.DoNotKnockViewSet)
router.register("do-not-knock-runs", views.DoNotKnockRunViewSet)
router.register("found-doors", views.FoundDoorViewSet)
router.register("hooks", views.HookViewSet)
router.register("hook-deliveries", views.HookDeliveryViewSet)
router.register("jurisdictions", views.JurisdictionViewSet)
router.register("ordinances", views.OrdinanceViewSet)
router.register("permits", views.PermitViewSet)
router.register("prospects", views.ProspectViewSet)
router.register("referrals", views.ReferralViewSet)
router.register("sales", views.SaleViewSet)
router.register("shifts", views.ShiftViewSet)
router.register("telephone-callbacks", views.TelephoneCallbackViewSet)
router.register("visits", views.VisitViewSet)

urlpatterns: list[URLPattern | URLResolver] = [
    *router.urls,
    path("assignments/<int:pk>/outstanding/", OutstandingView.as_view(), name="outstanding"),
    path("cut-runs/<int:pk>/outstanding/", CutOutstandingView.as_view(), name="cut-outstanding"),
    path("assignments/<int:pk>/undelivered/", UndeliveredView.as_view(), name="undelivered"),
    path("assignments/<int:pk>/revoke/", TakeAwayView.as_view(), name="take-away"),
    path("assignments/<int:pk>/end/", EndView.as_view(), name="end-assignment"),
    path("assignments/<int:pk>/finish/", FinishView.as_view(), name="finish-assignment"),
    path("assignments/<int:pk>/return/", HandBackView.as_view(), name="return-assignment"),
    path("campaigns/<int:pk>/cadence/", views.CadenceView.as_view(), name="cadence"),
    path(
        "campaigns/<int:pk>/flag-thresholds/",
        views.FlagThresholdsView.as_view(),
        name="flag-thresholds",
    ),
    path("flag-thresholds/", views.CompanyThresholdsView.as_view(), name="company-thresholds"),
    path("reports/attempts/", views.AttemptsView.as_view(), name="attempts"),
    path("reports/callbacks/", views.CallbackCountsView.as_view(), name="callback-counts"),
    path("reports/goals/", views.GoalProgressView.as_view(), name="goal-progress"),
    path("commissions/statement/", views.StatementView.as_view(), name="statement"),
    path("shifts/<int:pk>/deliveries/", views.ShiftDeliveriesView.as_view(), name="deliveries"),
    path("sales/<uuid:pk>/receipt/", views.ReceiptView.as_view(), name="receipt"),
    path("shifts/<int:pk>/events/", views.ShiftEventsView.as_view(), name="shift-events"),
    path("shifts/<int:pk>/work/", views.ShiftReportView.as_view(), name="shift-work"),
    path("reports/season/csv/", views.SeasonTableView.as_view(), name="season-table"),
    path("reports/season/", views.SeasonView.as_view(), name="season"),
    path("shifts/<int:pk>/breadcrumbs/", views.BreadcrumbsView.as_view(), name="breadcrumbs"),
    path("record-settings/", views.RecordSettingsView.as_view(), name="record-settings"),
    path("doors/<int:pk>/householder/", views.HouseholderView.as_view(), name="householder"),
    path("doors/<int:pk>/erase/", views.EraseHouseholderView.as_view(), name="erase-householder"),
    path("me/record/", views.OwnRecordView.as_view(), name="own-record"),
    path("visits/<uuid:pk>/photos/", views.VisitPhotosView.as_view(), name="visit-photos"),
    path(
        "visits/<uuid:pk>/photos/<str:sha256>/", views.VisitPhotoView.as_view(), name="visit-photo"
    ),
    path(
        "visits/<uuid:pk>/photos/<str:sha256>/file/",
        views.PhotoFileView.as_view(),
        name="photo-file",
    ),
    path("reports/funnel/", views.FunnelView.as_view(), name="funnel"),
]
