"""Addresses of the routing API."""

from django.urls import URLPattern, URLResolver, path
from rest_framework.routers import SimpleRouter

from canvass.api.entities import ENTITIES
from canvass.api.views import PullView, PushView
from routing.api import views
from routing.api.entities import ROUTE
from routing.api.operations import ROUTE_PROGRESS

router = SimpleRouter()
router.register("plan-runs", views.PlanRunViewSet)
router.register("routes", views.RouteViewSet)

push = PushView.as_view(further={"route_progress": ROUTE_PROGRESS})
pull = PullView.as_view(entities={**ENTITIES, "route": ROUTE})

urlpatterns: list[URLPattern | URLResolver] = [
    *router.urls,
    path("sync/push", push, name="sync-push"),
    path("sync/pull", pull, name="sync-pull"),
]
