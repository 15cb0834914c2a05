"""Addresses of the territories API."""

from django.urls import URLPattern, URLResolver
from rest_framework.routers import SimpleRouter

from territories.api import deal_views, neighborhood_views, street_views, views

router = SimpleRouter()
router.register("import-runs", views.ImportViewSet)
router.register("buildings", views.BuildingViewSet)
router.register("doors", views.DoorViewSet)
router.register("neighborhood-runs", neighborhood_views.NeighborhoodRunViewSet)
router.register("neighborhoods", neighborhood_views.NeighborhoodViewSet)
router.register("locate-runs", neighborhood_views.LocateRunViewSet)
router.register("cut-runs", views.CutViewSet)
router.register("deal-runs", deal_views.DealViewSet)
router.register("territories", views.TerritoryViewSet)
router.register("assignments", views.AssignmentViewSet)
router.register("street-maps", street_views.StreetMapViewSet)
router.register("snap-runs", street_views.SnapRunViewSet)

urlpatterns: list[URLPattern | URLResolver] = router.urls
