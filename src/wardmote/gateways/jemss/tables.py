"""The CSV files of JEMSS: several tables in one file, each a name, a header and rows."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path
from typing import TextIO

Table = dict[str, list[str]]


def open_text(path: Path) -> TextIO:
    """A CSV file, plain or gzipped, opened for reading."""
    if path.suffix == ".gz":
        return gzip.open(path, "rt", newline="", encoding="utf-8")
    return path.open(newline="", encoding="utf-8")


def read_tables(path: Path) -> dict[str, Table]:
    """Tables by name, each column by its header; plain or gzipped.

    Raises `ValueError` with file and row where a table has no header.
    """
    with open_text(path) as lines:
        rows = [[cell.strip() for cell in row] for row in csv.reader(lines)]
    tables: dict[str, Table] = {}
    number = 0
    while number < len(rows):
        if not any(rows[number]):
            number += 1
            continue
        name = rows[number][0]
        if number + 1 >= len(rows):
            msg = f"{path.name}, row {number + 1}: the table {name} has no header"
            raise ValueError(msg)
        header = rows[number + 1]
        body = []
        number += 2
        while number < len(rows) and any(rows[number]):
            body.append(rows[number])
            number += 1
        tables[name] = {
            title: [row[column] if column < len(row) else "" for row in body]
            for column, title in enumerate(header)
            if title
        }
    return tables


def find(folder: Path, stem: str, *, but_not: str = "/") -> Path:
    """The first file whose name begins with a stem, plain or gzipped, as high up as there is one.

    Args:
        but_not: names with this in them are passed over.

    Raises `FileNotFoundError` naming what is missing.
    """
    found = [
        path
        for pattern in (f"{stem}*.csv", f"{stem}*.csv.gz")
        for path in folder.rglob(pattern)
        if but_not not in path.name
    ]
    if not found:
        msg = f"{folder} has no file {stem}*.csv or {stem}*.csv.gz"
        raise FileNotFoundError(msg)
    return min(found, key=lambda path: (len(path.parts), path.suffix == ".gz", path.name))
