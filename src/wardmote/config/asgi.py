"""The whole server in one ASGI application: Django on threads, the live application beside it."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wardmote.config.settings")
django.setup()

from wardmote.config.bootstrap import build_application  # noqa: E402  # needs Django set up

application = build_application()
