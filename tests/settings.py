"""The product's settings with a home of their own, so that tests touch nobody's data."""

import os
import tempfile

_PROCESS = os.environ.get("PYTEST_XDIST_WORKER", "alone")
if os.environ.get("WARDMOTE_TESTS_IN", _PROCESS) != _PROCESS or "WARDMOTE_HOME" not in os.environ:
    # Each process of tests has a home, and so a database, of its own; programs that a test starts
    # keep the home that the test gives them.
    os.environ["WARDMOTE_HOME"] = tempfile.mkdtemp(prefix="wardmote-tests-")
os.environ["WARDMOTE_TESTS_IN"] = _PROCESS

from wardmote.config.settings import *  # noqa: E402, F403  # which read where home is

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

if "sqlite" in DATABASES["default"]["ENGINE"]:  # noqa: F405  # of the product's settings
    DATABASES["default"]["TEST"] = {"NAME": ":memory:"}  # noqa: F405
