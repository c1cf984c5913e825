"""Under what a service is known to the survey."""

from __future__ import annotations

from django.utils.crypto import salted_hmac


def service_digest(kind: str, service: str) -> str:
    """HMAC-SHA-256 of a service's kind and id in hex, under the secret of this deployment.

    Without the secret nobody can try which of the services on record were invited for.
    """
    hashed = salted_hmac("wardmote.survey.service", f"{kind} {service}", algorithm="sha256")
    return str(hashed.hexdigest())
