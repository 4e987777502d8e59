#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""weir-tail records a stream, weir-feed replays the recording, and nothing is lost on the way.

Usage: test-replay.py WEIR_FEED WEIR_TAIL. Speaks TAP."""
import contextlib
import subprocess
import sys
import tempfile
from pathlib import Path

FEED, TAIL = sys.argv[1:]
number = 0


def check(ok, what):
    global number
    number += 1
    print(f"{'ok' if ok else 'not ok'} {number} - {what}", flush=True)


@contextlib.contextmanager
def feed(*arguments):
    process = subprocess.Popen([FEED, *map(str, arguments)], stdout=subprocess.PIPE, text=True)
    try:
        yield process.stdout.readline().strip() + "/events"
    finally:
        process.terminate()
        process.wait()


def tail(*arguments):
    return subprocess.run([TAIL, *map(str, arguments)], capture_output=True, timeout=120)


with tempfile.TemporaryDirectory() as folder:
    recording = Path(folder, "a.weir")
    with feed("--scenario", "meeting", "--rate", "0", "--count", "2000") as address:
        live = tail("--record", recording, "--all", "--format=ndjson", address)
        again = tail("--record", recording, address)
    events = [line for line in live.stdout.splitlines() if b'"kind":"event"' in line]
    check(live.returncode == 0 and len(events) == 2000, "a stream is printed while it is recorded")
    check(again.returncode == 1 and b"already" in again.stderr, "a recording is not written over")

    read = tail("--format=ndjson", recording)
    check(read.returncode == 0 and read.stdout.splitlines() == events, "the recording reads as the same events")
    raw = tail("--format=raw", recording)
    segments = b"".join(path.read_bytes() for path in sorted(recording.glob("*.sse")))
    check(raw.stdout == segments and len(segments) > 0, "its files hold the bytes")

    for speed in ("0", "1", "1000"):
        with feed("--replay", recording, "--speed", speed) as address:
            replayed = tail("--no-reconnect", "--format=raw", address)
            check(replayed.stdout == segments, f"replayed at speed {speed}, it is the same bytes")
    with feed("--replay", next(recording.glob("*.sse")), "--framing", "event") as address:
        replayed = tail("--no-reconnect", "--format=raw", address)
        check(replayed.stdout == segments, "a bare file is replayed as well")
        ended = tail("--last-event-id", "2000", address)
        check(ended.returncode == 0 and ended.stdout == b"", "who has its end is told that there is no more")

    refused = subprocess.run([FEED, "--replay", folder], capture_output=True, text=True, timeout=60)
    check(refused.returncode != 0 and "no recording" in refused.stderr, "a folder is refused in one sentence")

print(f"1..{number}")
