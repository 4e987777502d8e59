# SPDX-License-Identifier: MIT
"""The window is killed while it records. WEIR_TEST_SIZE=full does it a hundred times."""
import json
import os
import random
import signal
import subprocess
import tempfile
from pathlib import Path

from weirui import BUILD, RUNNING, Feed, Monitor, run, wait_for

N_KILLS = {"small": 1, "full": 100}.get(os.environ.get("WEIR_TEST_SIZE"), 3)


def read_ids(path):
    done = subprocess.run([BUILD / "app/cli/weir-tail", "--format=ndjson", path], stdin=subprocess.DEVNULL,
                          capture_output=True, timeout=120, check=False)
    assert done.returncode == 0, done
    return [int(event["lastEventId"]) for event in map(json.loads, done.stdout.splitlines())]


def kill_once(feed, home, choice):
    """Kills the window after it has shown some events. All that it showed are in the recording."""
    recordings = home / "weir/recordings"
    before = set(recordings.glob("*.weir"))
    weir = Monitor(feed.url(), home=home)
    try:
        most = choice.randrange(1, 3000)
        # The number that is shown, or the number of rows that are read while the list moves.
        shown = wait_for(f"{most} events", lambda: (n := weir.n_events()) >= most and n)
    finally:
        weir.process.send_signal(signal.SIGKILL)
        weir.process.wait()
        RUNNING.discard(weir.process.pid)
    path, = set(recordings.glob("*.weir")) - before
    ids = read_ids(path)
    assert ids == list(range(1, len(ids) + 1)), ids[-5:]
    assert len(ids) >= shown, f"{len(ids)} events are recorded, {shown} were shown"
    return path, ids


def killed():
    """A recording of a window that was killed has every event that was shown"""
    choice = random.Random(1)
    with tempfile.TemporaryDirectory() as folder, Feed("--scenario", "metrics", "--rate", 1000) as feed:
        for _ in range(N_KILLS):
            path, ids = kill_once(feed, Path(folder), choice)
        # The next window reads it.
        with Monitor(path, home=Path(folder)) as weir:
            wait_for("all events", lambda: weir.n_events() == len(ids))


run([killed])
