# SPDX-License-Identifier: MIT
"""Replaying a recording in the window: in its own time, at once, event by event, and back to all of it."""
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

from weirui import BUILD, Feed, Monitor, Role, run, settle, wait_for

N_EVENTS = 24


@contextmanager
def recording():
    """The window with a recording of events that came 4 a second."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "past.weir"
        with Feed("--scenario", "metrics", "--rate", 4, "--count", N_EVENTS) as feed:
            subprocess.run([BUILD / "app/cli/weir-tail", "--no-reconnect", "--format=data", "--record", path, feed.url()],
                           check=True, stdout=subprocess.DEVNULL)
        with Monitor(path) as weir:
            wait_for("all rows", lambda: events(weir) == N_EVENTS)
            yield weir


def events(weir):
    return sum(row.startswith("Event ") for row in weir.rows())


def at_once(weir):
    weir.click(weir.wait(Role.COMBO_BOX, "^Speed$"))
    settle()
    weir.key("End", "Return")


def steps():
    """Event by event, and then the rest at once; the times are those of then, and it is said to be a replay"""
    with recording() as weir:
        before = weir.rows()
        weir.key("r")
        weir.wait_text("^A replay, not a live stream$")
        weir.press(Role.PUSH_BUTTON, "^Pause the Replay")
        weir.wait(Role.PUSH_BUTTON, "^Go On with the Replay")
        shown = events(weir)
        assert shown < N_EVENTS, shown
        weir.press(Role.PUSH_BUTTON, "^Next Event$")
        wait_for("one more", lambda: events(weir) == shown + 1)
        weir.key("period")
        wait_for("and one more", lambda: events(weir) == shown + 2)
        at_once(weir)
        weir.key("p")
        weir.wait_text("^The replay has come to its end$")
        wait_for("all rows as they were", lambda: weir.rows() == before)


def goes_back():
    """In its own time nothing comes at once; and the whole recording is shown again"""
    with recording() as weir:
        weir.click(weir.wait(None, "^Stream Menu$"))
        settle()
        weir.press(Role.MENU_ITEM, "^Replay$")
        weir.wait_text("^[0-9]:[0-9]{2} of 0:0[5-7]$")
        weir.wait_text("^The replay has come to its end$")
        assert events(weir) == N_EVENTS
        weir.press(Role.PUSH_BUTTON, "^Back to the Whole Recording$")
        weir.wait_text("^A recording$")
        wait_for("all rows", lambda: events(weir) == N_EVENTS)
        weir.key("r", "r")
        weir.wait_text("^A recording$")


def live_is_not_replayed():
    """What is live cannot be replayed"""
    with Feed("--scenario", "metrics", "--rate", 20) as feed, Monitor(feed.url()) as weir:
        wait_for("rows", lambda: events(weir) > 5)
        weir.key("r")
        settle()
        assert not weir.find(None, "^A replay, not a live stream$")


run([steps, goes_back, live_is_not_replayed])
