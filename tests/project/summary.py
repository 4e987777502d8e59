#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Counts what `meson test` ran in each build folder, prints the end of what each failed test printed, the ten
slowest tests, and last `N passed, N failed`.

A test that speaks TAP counts once for each of its points. A test that failed as a whole (crash,
time-out, leak found at exit) although none of its points did counts as one more failure.

  --no-skips              a test that was skipped is a failure
  --chosen                only some tests were asked for: a folder may have none of them
  --passed=NAME, --failed=NAME  one more test, which meson did not run
"""
import json
import re
import sys
from pathlib import Path

POINT = re.compile(r"^(not )?ok\b[^#]*(#\s*(skip|todo))?", re.IGNORECASE)
BAD = {"FAIL", "ERROR", "TIMEOUT", "INTERRUPT", "UNEXPECTEDPASS"}


def count_points(output):
    passed = failed = skipped = 0
    for line in output.splitlines():
        point = POINT.match(line)
        if not point:
            continue
        if point.group(3) and point.group(3).lower() == "skip":
            skipped += 1
        elif point.group(1):
            failed += 1
        else:
            passed += 1
    return passed, failed, skipped


def count_test(test):
    passed, failed, skipped = count_points(test.get("stdout", ""))
    if passed + failed + skipped == 0:
        passed, failed, skipped = 0, 0, 0
        if test["result"] == "SKIP":
            skipped = 1
        elif test["result"] not in BAD:
            passed = 1
    if test["result"] in BAD and failed == 0:
        failed = 1
    return passed, failed, skipped


def print_end(test):
    """Prints a failed test's output from its first failure on. CI often keeps only the end of a log."""
    lines = [line for line in test.get("stdout", "").splitlines() if not line.startswith("ok ")]
    first = next((number for number, line in enumerate(lines) if line.startswith("not ok")), max(0, len(lines) - 20))
    for line in lines[first:first + 25] + test.get("stderr", "").splitlines()[-20:]:
        print(f"    {line[:300]}")


def main():
    skips_fail = "--no-skips" in sys.argv
    chosen = "--chosen" in sys.argv
    folders = [argument for argument in sys.argv[1:] if not argument.startswith("--")]
    total = [0, 0, 0]
    durations = []
    for kind, name in (argument[2:].split("=", 1) for argument in sys.argv[1:]
                       if argument.startswith("--") and "=" in argument):
        total[kind == "failed"] += 1
        if kind == "failed":
            print(f"failed: {name}")
    for folder in folders:
        # The log of a setup has its name.
        logs = list(Path(folder, "meson-logs").glob("testlog*.json"))
        if not logs and not chosen:
            print(f"{folder}: no test ran", file=sys.stderr)
            total[1] += 1
            continue
        for line in (line for log in logs for line in log.read_text(errors="replace").splitlines()):
            test = json.loads(line)
            counts = count_test(test)
            durations.append((test["duration"], f"{folder}: {test['name']}"))
            if counts[1]:
                print(f"failed: {folder}: {test['name']} ({test['result']})")
                print_end(test)
            if counts[2]:
                print(f"skipped: {folder}: {test['name']} ({counts[2]})")
            total = [sum(pair) for pair in zip(total, counts)]
    for duration, name in sorted(durations, reverse=True)[:10]:
        print(f"slowest: {duration:4.0f} s  {name}")
    passed, failed, skipped = total
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    return 1 if failed or not passed or (skips_fail and skipped) else 0


if __name__ == "__main__":
    sys.exit(main())
