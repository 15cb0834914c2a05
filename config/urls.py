"""Every address that the server answers."""

from typing import Any

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularSwaggerSplitView

from accounts.urls import unused_sign_in, whole_sign_in
from config.health import healthz
from config.schema_view import SchemaView

admin.site.site_header = admin.site.site_title = "Canvass"
admin.site.index_title = "The installation"

OPEN: dict[str, list[type[Any]]] = {"permission_classes": [], "authentication_classes": []}
DOCS: dict[str, str] = {"url_name": "schema", "template_name": "config/docs.html"}

urlpatterns: list[URLPattern | URLResolver] = [
    path("", RedirectView.as_view(url="/api/docs/")),
    path("healthz", healthz),
    path("admin/", admin.site.urls),
    path("", include("accounts.urls")),
    path("_allauth/", include([*unused_sign_in, *whole_sign_in])),
    path("_allauth/", include("allauth.headless.urls")),
    path("api/openapi.yaml", SchemaView.as_view(**OPEN), name="schema"),
    path("api/docs/", SpectacularSwaggerSplitView.as_view(**DOCS, **OPEN), name="docs"),
    path("api/v1/", include("accounts.api.urls")),
    path("api/v1/", include("territories.api.urls")),
    path("api/v1/", include("canvass.api.urls")),
    path("api/v1/", include("routing.api.urls")),
]

handler400 = "config.problems.bad_request"
handler403 = "config.problems.permission_denied"
handler404 = "config.problems.not_found"
handler500 = "config.problems.server_error"
