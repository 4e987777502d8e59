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


# --- A disk that takes no more ---------------------------------------------------

# Runs "$@" with the folder $0 on a disk of 2 MB, that something else fills up meanwhile.
FILL = """mount -t tmpfs -o size=2m none "$0" || exit 1
[ $# -gt 0 ] || exit 0
"$@" & tail=$!
until [ "$(du -sk "$0" | cut -f1)" -gt 150 ]; do sleep 0.02; done
dd if=/dev/zero of="$0"/fill bs=4k status=none 2> /dev/null
wait $tail"""


def record(prefix, folder):
    """Records 4,000 events of 260 bytes in a second; whether all were printed, and what was said."""
    with feed("--scenario", "flood", "--rate", "4000", "--count", "4000") as address:
        done = subprocess.run(
            [*prefix, TAIL, "--record", folder, "--no-reconnect", "--format=ndjson", address],
            capture_output=True, timeout=120, env={"LC_ALL": "C.UTF-8", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"})
    return done.stdout.count(b'"kind":"event"') == 4000, done.returncode, done.stderr.decode()


with tempfile.TemporaryDirectory() as folder:
    # A file may have so many blocks of 512 bytes: the write fails.
    whole, status, said = record(["sh", "-c", "trap '' XFSZ; ulimit -f 100; exec \"$@\"", "sh"], folder)
    check(whole and status == 1, "what cannot be recorded is shown all the same, and the status says so")
    check(said.count("\n") == 1 and "stopped: File too large. The view goes on." in said and folder in said,
          f"and it is said once: {said!r}")

with tempfile.TemporaryDirectory() as folder:
    full_disk = ["unshare", "-Urm", "sh", "-c", FILL, folder]
    if subprocess.run(full_disk, capture_output=True).returncode == 0:
        whole, status, said = record(full_disk, folder)
        check(whole and status == 0, "a full disk is no end: the oldest makes room")
        check(said.count("\n") == 1 and "were deleted" in said and folder in said, f"and it is said: {said!r}")
    else:
        print("# no file system may be mounted here", flush=True)
print(f"1..{number}")
