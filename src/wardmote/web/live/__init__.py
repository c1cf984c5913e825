"""The bare ASGI application beside Django: positions in, streams out, map tiles."""
