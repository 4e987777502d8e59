#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs weir-tail into every fault of faults.py, and checks that docs/faults.md lists each.
Arguments: weir-tail weir-feed docs/faults.md. --write writes the page with the times and messages of this run."""
import json
import os
import re
import subprocess
import sys
import threading
import time

from faults import ROWS, Certificates, Feed, Row
from harness import expect, run_tests

WRITE = "--write" in sys.argv
WEIR_TAIL, Feed.program, PAGE = [word for word in sys.argv[1:] if word != "--write"]

INTRODUCTION = """# Faults

This page lists what servers, proxies and networks do to event streams, and what Weir reports for each.
Each row is a test in `tests/feed/faults.py`. This command runs the tests and writes the page:

    python3 tests/feed/test-faults.py --write build/app/cli/weir-tail build/app/feed/weir-feed docs/faults.md

- *Reason* is the `reason` in the output of `weir-tail --all`. The window shows the same one.
- *After* is the time from the fault to the message, measured once on a busy machine with the timeouts
  of the row. No test checks it.
- *Lost* lists events that the server had sent or would have sent.
"""


class Run:
    """One run of weir-tail: the objects that it printed with their times, its errors and its exit status."""

    def __init__(self, row):
        self.server = row.server()
        try:
            self._run(row)
        finally:
            self.server.close()

    def _run(self, row):
        arguments = []
        for word in row.arguments:
            arguments += [f"--cacert={Row.certificates.authority}"] if word == "CA" else [word]
        process = subprocess.Popen(
            [WEIR_TAIL, "--format=ndjson", "--all", "--retry-ms=20", *arguments, self.server.url],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env={**os.environ, "LC_ALL": "C.UTF-8"},
        )
        # A test that hangs is killed and then fails because of its exit status.
        watchdog = threading.Timer(60, process.kill)
        watchdog.start()
        self.began = time.monotonic()
        self.lines = [(time.monotonic(), json.loads(line)) for line in process.stdout]
        self.errors = process.stderr.read().decode()
        self.status = process.wait()
        watchdog.cancel()
        process.stdout.close()
        process.stderr.close()
        self.objects = [line for _, line in self.lines]
        self.events = [int(line["lastEventId"]) for line in self.objects if line["kind"] == "event"]
        self.end_time, self.end = next(
            ((when, line) for when, line in self.lines if line.get("reason")), (None, {})
        )

    def sentence(self):
        text = self.end.get("error") or self.end.get("text", "")
        # The port differs from run to run.
        text = re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:…", text)
        return re.sub(r" Connecting again.*", "", text)

    def delay(self):
        if self.server.faulted is None:
            # The time includes the start of the program.
            return self.end_time - self.began
        return max(0, self.end_time - self.server.faulted)


measured = {}


def check(row):
    run = Run(row)
    evidence = json.dumps(run.objects, ensure_ascii=False)[-3000:] + run.errors
    expect(run.status == row.status, "exit status", run.status, evidence)
    expect(run.end.get("reason") == row.reason, "reason", run.end.get("reason"), evidence)
    texts = " ".join(line.get("error") or line.get("text", "") for line in run.objects
                     if line["kind"] == "state") + run.errors
    expect(row.says in texts, "does not say", repr(row.says), evidence)
    expect(run.events == row.events, "events", run.events, evidence)
    if row.status:
        expect(run.errors.count("\n") == 1, "not one line", repr(run.errors))
        expect("error" in run.objects[-1], "no error in the last line", evidence)
    else:
        expect(run.errors == "", run.errors)
    if row.check:
        row.check(run.server)
    measured[row.fault] = run


def show_time(seconds):
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"


def write_page():
    lines = [INTRODUCTION]
    group = None
    for row in ROWS:
        run = measured[row.fault]
        if row.group != group:
            group = row.group
            lines += [f"## {group}", "", "| fault | reason | message | after | then | lost |",
                      "|---|---|---|---|---|---|"]
        options = " ".join(word for word in row.arguments if re.match("--(idle|connect|max|on)", word))
        fault = row.fault + (f" (`{options}`)" if options else "")
        then = "stops" if row.status else "complete" if not row.events else "reconnects"
        sentence = run.sentence().replace("|", "\\|")
        lines.append(f"| {fault} | {row.reason} | {sentence} | {show_time(run.delay())} | {then} "
                     f"| {row.lost} |")
        if row is ROWS[-1] or ROWS[ROWS.index(row) + 1].group != group:
            lines.append("")
    with open(PAGE, "w") as file:
        file.write("\n".join(lines))


def check_page():
    with open(PAGE) as file:
        text = file.read()
    for row in ROWS:
        expect(f"| {row.fault} " in text, "docs/faults.md has no row for", row.fault)
    expect(text.count("\n| ") - text.count("\n| fault ") == len(ROWS), "rows without a test")


Row.certificates = Certificates()
tests = [(f"{row.group}: {row.fault}", lambda row=row: check(row)) for row in ROWS]
if WRITE:
    tests.append(("The page is written", write_page))
else:
    tests.append(("docs/faults.md lists each fault", check_page))
run_tests(tests)
