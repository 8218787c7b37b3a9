"""`make bench`, or `python -m benchmarks [PART…]`: print the figures, or why a figure could not be measured."""

from __future__ import annotations

import sys
import traceback

from benchmarks import comparison, doctor, engine, growth, machine, program, serverless_offline, serving

_PARTS = {
    "sandbox": serving.report,
    "comparison": comparison.report,
    "growth": growth.report,
    "serverless-offline": serverless_offline.report,
    "program": program.report,
    "engine": engine.report,
    "doctor": doctor.report,
}


def main(names: list[str]) -> None:
    """Print the given parts, or all parts."""
    print(machine.describe())
    for name, report in _PARTS.items():
        if names and name not in names:
            continue
        print(f"\n{name}")
        try:
            for figure, value in report():
                print(f"  {figure:<44} {value}", flush=True)
        except Exception as error:  # noqa: BLE001 - a bench prints figures and fails on nothing
            print(f"  not measured: {error}")
            traceback.print_exc(file=sys.stderr)


if __name__ == "__main__":
    main(sys.argv[1:])
