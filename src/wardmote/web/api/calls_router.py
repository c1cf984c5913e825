"""The router of ``/api/incidents``: one for all its modules, because an address has one router."""

from ninja import Router

router = Router(tags=["calls"])
