"""Places and people of a beat: appointments, gaps, records, boundaries."""
