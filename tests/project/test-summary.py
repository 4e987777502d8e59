#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What summary.py prints about logs of meson, and when it fails. Prints TAP."""
import json
import subprocess
import sys
import tempfile
from pathlib import Path

SUMMARY = Path(__file__).resolve().parent / "summary.py"


def write_log(folder, *tests):
    """Each test: name, seconds, result, TAP."""
    path = Path(folder) / "meson-logs"
    path.mkdir(parents=True)
    (path / "testlog.json").write_text("".join(
        json.dumps({"name": name, "duration": duration, "result": result, "stdout": stdout}) + "\n"
        for name, duration, result, stdout in tests))


def summarize(*arguments):
    done = subprocess.run([sys.executable, SUMMARY, *arguments], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout.splitlines()


def prints_the_slowest(folder):
    """The ten slowest tests are listed, and the last line counts points"""
    write_log(f"{folder}/a", *((f"test {n}", n, "OK", "ok 1\nok 2\n1..2\n") for n in range(12)))
    write_log(f"{folder}/b", ("longest", 99, "OK", "ok 1\n"))
    status, lines = summarize(f"{folder}/a", f"{folder}/b")
    slowest = [line.split()[-1] for line in lines if line.startswith("slowest:")]
    return status == 0 and slowest == ["longest", *map(str, range(11, 2, -1))] and lines[-1] == "25 passed, 0 failed"


def fails_for_a_crash(folder):
    """A test that crashed after its points counts as one failure"""
    write_log(folder, ("crash", 1, "ERROR", "ok 1\n"))
    status, lines = summarize(folder)
    return status == 1 and f"failed: {folder}: crash (ERROR)" in lines and lines[-1] == "1 passed, 1 failed"


def prints_the_end(folder):
    """The end of what a failed test printed follows its name, without the points that passed"""
    points = "".join(f"ok {n}\n" for n in range(1, 99)) + "not ok 99 - gate\n# expected 1, got 2\n"
    write_log(folder, ("gate", 1, "FAIL", points), ("there", 1, "OK", "ok 1\n# fine\n"))
    _, lines = summarize(folder)
    at = lines.index(f"failed: {folder}: gate (FAIL)")
    return lines[at + 1:at + 3] == ["    not ok 99 - gate", "    # expected 1, got 2"] and len(lines) == at + 6


def counts_skips(folder):
    """A skipped test is counted, and fails where no skips are allowed"""
    write_log(folder, ("there", 1, "OK", "ok 1\n"), ("absent", 0, "SKIP", "1..0 # SKIP no node\n"))
    status, lines = summarize(folder)
    strict, _ = summarize("--no-skips", folder)
    return status == 0 and strict == 1 and lines[-1] == "1 passed, 0 failed, 1 skipped"


def fails_without_tests(folder):
    """A folder in which no test ran fails, except where only some tests were chosen"""
    write_log(f"{folder}/a", ("there", 1, "OK", "ok 1\n"))
    folders = f"{folder}/a", f"{folder}/none"
    return summarize(*folders)[0] == 1 and summarize("--chosen", *folders)[0] == 0 and summarize("--chosen", folders[1])[0] == 1


def counts_other_tests(folder):
    """A test that something else ran is counted"""
    write_log(folder, ("there", 1, "OK", "ok 1\n"))
    status, lines = summarize("--failed=fuzzers", folder)
    return (status == 1 and "failed: fuzzers" in lines and lines[-1] == "1 passed, 1 failed"
            and summarize("--passed=fuzzers", folder)[1][-1] == "2 passed, 0 failed")


TESTS = [prints_the_slowest, fails_for_a_crash, prints_the_end, counts_skips, fails_without_tests, counts_other_tests]
print(f"1..{len(TESTS)}")
results = []
for number, test in enumerate(TESTS, 1):
    with tempfile.TemporaryDirectory() as scratch:
        results.append(test(scratch))
    print(f"{'ok' if results[-1] else 'not ok'} {number} - {test.__doc__}")
sys.exit(0 if all(results) else 1)
