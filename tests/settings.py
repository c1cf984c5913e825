"""The product's settings with a home of their own, so that tests touch nobody's data."""

import os
import tempfile

os.environ.setdefault("WARDMOTE_HOME", tempfile.mkdtemp(prefix="wardmote-tests-"))

from wardmote.config.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
