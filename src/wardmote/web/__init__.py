"""Pages, the API, the live streams and what browsers load."""
