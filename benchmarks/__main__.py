"""`python -m benchmarks [--only NAME] [--list] [--table]`: exit status 1 if a goal is missed."""

from __future__ import annotations

import argparse
import sys

from benchmarks.registry import CannotRunError, Outcome, all_benchmarks
from benchmarks.report import machine, three_digits, write_result, write_table


def main() -> int:
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument(
        "--only", action="append", metavar="NAME", help="run only this one, or all of this file"
    )
    parser.add_argument("--list", action="store_true", help="name the benchmarks and stop")
    parser.add_argument("--table", action="store_true", help="only write the reference page again")
    options = parser.parse_args()
    if options.table:
        print(write_table())
        return 0
    known = all_benchmarks()
    if options.list:
        for case in known.values():
            print(f"{case.name:28} {case.title}")
        return 0
    chosen = [
        case.name
        for name in options.only or known
        for case in known.values()
        if name in (case.name, case.file)
    ]
    unknown = set(options.only or ()) - {
        name for case in known.values() for name in (case.name, case.file)
    }
    if unknown:
        parser.error(f"no benchmark called {', '.join(sorted(unknown))}; see --list")
    missed = 0
    for name in chosen:
        case = known[name]
        print(f"{case.name}: {case.title}", flush=True)
        before = machine()
        try:
            outcome = case.run()
        except CannotRunError as reason:
            print(f"  skipped: {reason}")
            continue
        write_result(case, outcome, before)
        missed += _show(outcome)
    print(write_table())
    return 1 if missed else 0


def _show(outcome: Outcome) -> int:
    for name, t in outcome.timings.items():
        print(
            f"  {name:36} {t.median_s * 1e6:12.1f} µs  ({t.min_s * 1e6:.1f} .. {t.max_s * 1e6:.1f})"
        )
    for goal in outcome.goals:
        mark = "reached" if goal.reached else "MISSED"
        measured = f"{three_digits(goal.measured)} {goal.unit} ({goal.comparison} {goal.bound:g})"
        print(f"  {mark}: {goal.what} {measured}")
    return sum(not goal.reached for goal in outcome.goals)


if __name__ == "__main__":
    sys.exit(main())
