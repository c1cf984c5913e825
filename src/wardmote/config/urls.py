"""Which room answers which address."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.decorators.cache import cache_control
from django.views.i18n import JavaScriptCatalog

from wardmote.web.api.urls import urlpatterns as api_urls
from wardmote.web.bundles import BundleCatalog

# The administration pages have a form of their own, which knows nothing of second factors.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]  # as documented

urlpatterns = [
    path("api/", include((api_urls, "api"))),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("training/", include("wardmote.web.pages.training_urls")),
    path("", include("wardmote.web.pages.urls")),
    *(
        path(
            f"i18n/js/{name}/",
            login_not_required(cache_control(private=True)(BundleCatalog.as_view(bundles=bundles))),
            name=f"{name}-catalog",
        )
        for name, bundles in (
            ("phone", ("phone.js", "beat_map.js")),
            ("crew", ("crew.js", "city_map.js")),
            ("position", ("position.js",)),
            ("notices", ("notices.js",)),
            ("patrols", ("patrols.js",)),
            ("watches", ("watches.js",)),
        )
    ),
    path(
        "i18n/js/",
        login_not_required(
            cache_control(private=True)(JavaScriptCatalog.as_view(packages=["wardmote.web"]))
        ),
        name="javascript-catalog",
    ),
]

handler500 = "wardmote.web.failures.server_failed"
