"""Which page answers which address."""

from django.urls import path

from wardmote.web.pages.home import home
from wardmote.web.pages.language import set_language
from wardmote.web.pages.routing import routing_simulator
from wardmote.web.pages.standards import standard_list

urlpatterns = [
    path("", home, name="home"),
    path("language/", set_language, name="set-language"),
    path("routing/", routing_simulator, name="routing-simulator"),
    path("standards/", standard_list, name="standard-list"),
]
