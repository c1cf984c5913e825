"""Staff and their accounts. Never residents."""
