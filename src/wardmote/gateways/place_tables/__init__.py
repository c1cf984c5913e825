"""Tables of places from spreadsheets: CSV and xlsx."""
