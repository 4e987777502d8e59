#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Each promise of docs/security.md names its tests. This checks that each file exists, and contains the test
named in brackets after it. Prints TAP."""
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROW = re.compile(r"^\| (.+) \| (.+) \|$")
TEST = re.compile(r"`([^`]+)`(?: \(([^)]+)\))?")


def find_wrong(promise, tests):
    named = TEST.findall(tests)
    if not named:
        return [f"no test: {promise}"]
    wrong = []
    for path, case in named:
        file = ROOT / path
        if not file.is_file():
            wrong.append(f"there is no {path}")
        elif case and case not in file.read_text():
            wrong.append(f"{path} does not contain {case}")
    return wrong


def main():
    page = (ROOT / "docs" / "security.md").read_text()
    rows = [match.groups() for line in page.splitlines() for match in [ROW.match(line)]
            if match and match[1] not in ("Promise", "---")]
    print(f"1..{len(rows) + 1}")
    bad = 0
    for number, (promise, tests) in enumerate(rows, 1):
        wrong = find_wrong(promise, tests)
        bad += bool(wrong)
        print(f"{'not ok' if wrong else 'ok'} {number} - {promise[:70].replace('#', '')}")
        for line in wrong:
            print(f"# {line}")
    print(f"{'ok' if len(rows) > 20 else 'not ok'} {len(rows) + 1} - the promises were found")
    return 1 if bad or len(rows) <= 20 else 0


if __name__ == "__main__":
    sys.exit(main())
