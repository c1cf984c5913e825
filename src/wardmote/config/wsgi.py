"""Django's pages and API as a WSGI application, run on threads inside the ASGI process."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wardmote.config.settings")

application = get_wsgi_application()
