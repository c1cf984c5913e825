"""The whole server in one ASGI application: Django on threads, the live application beside it."""

from wardmote.config.bootstrap import build_application

application = build_application()
