"""The product's settings with a home of their own, so that tests touch nobody's data."""

import os
import tempfile

if "WARDMOTE_HOME" not in os.environ or "PYTEST_XDIST_WORKER" in os.environ:
    # Each process of tests has a home, and so a database, of its own.
    os.environ["WARDMOTE_HOME"] = tempfile.mkdtemp(prefix="wardmote-tests-")

from wardmote.config.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

if "sqlite" in DATABASES["default"]["ENGINE"]:  # noqa: F405  # of the product's settings
    DATABASES["default"]["TEST"] = {"NAME": ":memory:"}  # noqa: F405
