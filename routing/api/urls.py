"""Addresses of the routing API."""

from django.urls import URLPattern, URLResolver
from rest_framework.routers import SimpleRouter

from routing.api import views

router = SimpleRouter()
router.register("plan-runs", views.PlanRunViewSet)
router.register("routes", views.RouteViewSet)

urlpatterns: list[URLPattern | URLResolver] = router.urls
