#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""weir-tail records a stream and weir-feed replays the recording. No event is lost.

Usage: test-replay.py WEIR_FEED WEIR_TAIL. Prints TAP."""
import contextlib
import json
import os
import pty
import select
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
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


def post(address):
    """Returns the status of a POST."""
    try:
        with urllib.request.urlopen(urllib.request.Request(address, method="POST")) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


class Reader:
    """The output of weir-tail, line by line."""

    def __init__(self, address):
        self.process = subprocess.Popen([TAIL, "--no-reconnect", "--format=ndjson", "--all", address], stdout=subprocess.PIPE)
        self.rest = b""
        while b'"state":"open"' not in self.line():
            pass

    def line(self):
        while b"\n" not in self.rest:
            piece = os.read(self.process.stdout.fileno(), 65536)
            if not piece:
                return b""
            self.rest += piece
        line, self.rest = self.rest.split(b"\n", 1)
        return line

    def ids(self, n):
        found = []
        while len(found) < n:
            line = json.loads(self.line() or b'{"kind": "state", "reason": "end"}')
            if line["kind"] == "event":
                found.append(line["lastEventId"])
            elif "reason" in line:
                break
        return found

    def is_silent(self):
        return not self.rest and not select.select([self.process.stdout], [], [], 0.3)[0]

    def end(self):
        self.process.stdout.close()
        self.process.kill()
        self.process.wait()


def check_steps(recording):
    with feed("--replay", recording, "--speed", "step") as address:
        step = address.replace("/events", "/step")
        reader = Reader(address)
        check(reader.is_silent(), "a replay by steps sends nothing by itself")
        check(post(step) == 204 and reader.ids(1) == ["1"] and reader.is_silent(), "a step is an event, and no more")
        check(post(step + "?n=3") == 204 and reader.ids(3) == ["2", "3", "4"] and reader.is_silent(), "three steps are three")
        check(post(step + "?n=0") == 400 and post(step + "?n=x") == 400, "a number that makes no sense is refused")
        post(step + "?n=1000000")
        check(reader.ids(2000) == [str(n) for n in range(5, 2001)], "and then all the rest, and the end")
        reader.end()
    with feed("--replay", recording) as address:
        check(post(address.replace("/events", "/step")) == 409, "a replay by time has no steps")
    refused = subprocess.run([FEED, "--speed", "step"], capture_output=True, text=True, timeout=60)
    check(refused.returncode == 2 and "replay" in refused.stderr, "steps without a replay are refused in one sentence")
    check_terminal(recording)


def check_terminal(recording):
    ours, theirs = pty.openpty()
    process = subprocess.Popen([FEED, "--replay", recording, "--speed", "step"], stdin=theirs, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True)
    reader = Reader(process.stdout.readline().strip() + "/events")
    os.write(ours, b"\n\n")
    check(reader.ids(2) == ["1", "2"] and reader.is_silent(), "Enter is a step")
    reader.end()
    process.terminate()
    check("Enter" in process.communicate()[1], "and a terminal is told so")
    os.close(ours)
    os.close(theirs)


def check_backlog():
    with feed("--scenario", "flood", "--rate", "0.001", "--backlog", "5000") as address:
        reader = Reader(address)
        check(reader.ids(5001) == [str(n) for n in range(1, 5002)] and reader.is_silent(),
              "a backlog comes at once, and the rate counts from there")
        reader.end()


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

    check_steps(recording)
    check_backlog()
    refused = subprocess.run([FEED, "--replay", folder], capture_output=True, text=True, timeout=60)
    check(refused.returncode != 0 and "no recording" in refused.stderr, "a folder is refused in one sentence")


# --- A full disk ---------------------------------------------------

# Runs "$@" with the folder $0 on a disk of 2 MB. Another process fills the disk meanwhile.
FILL = """mount -t tmpfs -o size=2m none "$0" || exit 1
[ $# -gt 0 ] || exit 0
"$@" & tail=$!
until [ "$(du -sk "$0" | cut -f1)" -gt 150 ]; do sleep 0.02; done
dd if=/dev/zero of="$0"/fill bs=4k status=none 2> /dev/null
wait $tail"""


def record(prefix, folder):
    """Records 4,000 events of 260 bytes in a second. Returns whether all were printed, and the messages."""
    with feed("--scenario", "flood", "--rate", "4000", "--count", "4000") as address:
        done = subprocess.run(
            [*prefix, TAIL, "--record", folder, "--no-reconnect", "--format=ndjson", address],
            capture_output=True, timeout=120, env={"LC_ALL": "C.UTF-8", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"})
    return done.stdout.count(b'"kind":"event"') == 4000, done.returncode, done.stderr.decode()


with tempfile.TemporaryDirectory() as folder:
    # The limit of a file in blocks of 512 bytes. Writes beyond it fail.
    whole, status, said = record(["sh", "-c", "trap '' XFSZ; ulimit -f 100; exec \"$@\"", "sh"], folder)
    check(whole and status == 1, "what cannot be recorded is shown all the same, and the status says so")
    check(said.count("\n") == 1 and "stopped: File too large. Printing goes on." in said and folder in said,
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
