"""The PostgreSQL backend of this deployment; Django looks for it in `base`."""
