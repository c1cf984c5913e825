"""Django's settings. What differs between deployments comes from `environment`."""

from __future__ import annotations

from pathlib import Path

import django_stubs_ext
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from wardmote.config.closed_doors import close_outward_doors
from wardmote.config.environment import read_environment

django_stubs_ext.monkeypatch()  # lets generic Django classes be subscripted at run time

ENVIRONMENT = read_environment()
PACKAGE_DIR = Path(__file__).resolve().parent.parent

SECRET_KEY = ENVIRONMENT.secret("sessions")
PERSONAL_DATA_KEY = ENVIRONMENT.secret("personal-data")
PUSH_SECRET = ENVIRONMENT.secret("push")
"""What the key is made from that push services know this server by."""
DEBUG = False
DEMO = ENVIRONMENT.demo
TRAINING = ENVIRONMENT.training
if TRAINING:
    close_outward_doors()
    EMAIL_BACKEND = "wardmote.config.closed_doors.NoMail"
    # Cookies know no ports: a training room on the same machine must log nobody out elsewhere.
    SESSION_COOKIE_NAME = "training_sessionid"
    CSRF_COOKIE_NAME = "training_csrftoken"
    LANGUAGE_COOKIE_NAME = "training_language"
CALLER_RETENTION_DAYS = ENVIRONMENT.caller_retention_days
CITY_DIRECTORY = ENVIRONMENT.city
HOLIDAYS = ENVIRONMENT.holidays
DAY_CALENDARS = "wardmote.gateways.day_classes"
"""The module that knows calendars: operations ask it by this name, and import no gateway."""
PUBLIC_ORIGIN = ENVIRONMENT.origin
ALLOWED_HOSTS = list(ENVIRONMENT.hosts)
CSRF_TRUSTED_ORIGINS = [ENVIRONMENT.origin]

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    # The list of passkeys says how long ago each was used.
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
    "wardmote.operations.journal",
    "wardmote.operations.people",
    "wardmote.operations.access",
    "wardmote.operations.places",
    "wardmote.operations.incidents",
    "wardmote.operations.units",
    "wardmote.operations.dispatch",
    "wardmote.operations.bulletins",
    "wardmote.operations.studies",
    "wardmote.operations.forecasts",
    "wardmote.operations.photos",
    "wardmote.operations.tasks",
    "wardmote.operations.hazards",
    "wardmote.operations.patrols",
    "wardmote.operations.duty",
    "wardmote.operations.inspections",
    "wardmote.operations.notices",
    "wardmote.web",
]

MIDDLEWARE = [
    "wardmote.web.compressed_pages.CompressPages",
    "wardmote.web.training_mark.TrainingMark",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "wardmote.web.private_pages.KeepNothing",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "wardmote.config.urls"
WSGI_APPLICATION = "wardmote.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE_DIR / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "wardmote.web.pages.context.navigation",
                "wardmote.web.pages.training_context.training",
            ],
        },
    },
]

DATABASES = {"default": ENVIRONMENT.database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "people.Account"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"

ACCOUNT_ADAPTER = "wardmote.web.accounts.StaffAccountAdapter"
ACCOUNT_FORMS = {"login": "wardmote.web.login.StaffLoginForm"}
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_RATE_LIMITS = {
    # django-axes counts failures, per name and address.
    "login_failed": False,
    # A whole shift logs in from one address within minutes.
    "login": "600/m/ip",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not ENVIRONMENT.secure

AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "wardmote/locked_out.html"
AXES_VERBOSE = False

SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = ENVIRONMENT.secure
CSRF_COOKIE_SECURE = ENVIRONMENT.secure
SECURE_SSL_REDIRECT = ENVIRONMENT.secure
SECURE_HSTS_SECONDS = 31_536_000 if ENVIRONMENT.secure else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = ENVIRONMENT.secure
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ENVIRONMENT.secure else None
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
# The gate bounds bodies; a picture is never written to the disk as it came in.
FILE_UPLOAD_MAX_MEMORY_SIZE = 32 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 6_000  # the editor of a plan sends five for each of 1,000 posts

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "worker-src": [SELF],
        "manifest-src": [SELF],
        "media-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    },
}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
LOCALE_PATHS = [PACKAGE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = ENVIRONMENT.time_zone

STATIC_URL = "/static/"
STATICFILES_DIRS: list[Path] = []
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
# A joined file (`web.bundles`) is named by its content: whoever has it never asks again.
WHITENOISE_IMMUTABLE_FILE_TEST = r"^.*/bundled/[a-z_]+\.[0-9a-f]{12}\.(?:js|css)$"
WHITENOISE_MIMETYPES = {".mjs": "text/javascript", ".webmanifest": "application/manifest+json"}

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"wardmote": {"level": "INFO"}},
}
