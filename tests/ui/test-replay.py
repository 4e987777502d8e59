# SPDX-License-Identifier: MIT
"""Replay of a recording in the window: in real time, at once, event by event, and back to the whole recording."""
import tempfile
from contextlib import contextmanager
from pathlib import Path

from weirui import Monitor, Role, SteppedFeed, run, settle, wait_for

N_EVENTS = 12
BEGIN_US = 1_700_000_000_000_000
GAP_US = 60_000_000


@contextmanager
def recording():
    """The window with a recording of one event a minute."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "past.weir"
        path.mkdir()
        marks = [f"weir-recording 1\nc 1 {BEGIN_US} http://example.org/events\no 0 {BEGIN_US} HTTP/1.1 200 OK\n"]
        stream = ""
        for number in range(N_EVENTS):
            marks.append(f"r {len(stream)} {BEGIN_US + (number + 1) * GAP_US}\n")
            stream += f"id: {number}\ndata: event {number}\n\n"
        marks.append(f"e {len(stream)} {BEGIN_US + N_EVENTS * GAP_US} The stream ended: enough.\n")
        (path / "marks").write_text("".join(marks), encoding="utf-8")
        (path / "1-0.sse").write_text(stream, encoding="utf-8")
        with Monitor(path) as weir:
            # The marks of the connection count as well.
            wait_for("all rows", lambda: len(weir.rows()) == N_EVENTS + 2)
            yield weir


def events(weir):
    return sum(row.startswith("Event ") for row in weir.rows())


def at_once(weir):
    # GTK 4.18 names it by its value, and describes it by its tooltip.
    weir.click(wait_for("the speed", lambda: next((
        node for node in weir.all(Role.COMBO_BOX) if "Speed" in (node.get_name(), node.get_description())), None)))
    settle()
    weir.key("End", "Return")


def steps():
    """Event by event, then the rest at once, with the recorded times and a banner"""
    with recording() as weir:
        before = weir.rows()
        # A letter starts nothing, and those of the bar do nothing without it.
        weir.key("r", "p", "period")
        assert weir.rows() == before and not weir.find(None, "^Replay of a recording$")
        weir.key("ctrl+p")
        weir.wait_text("^Replay of a recording$")
        weir.press(Role.PUSH_BUTTON, "^Pause the Replay")
        weir.wait(Role.PUSH_BUTTON, "^Continue the Replay")
        assert events(weir) == 0, weir.rows()
        weir.press(Role.PUSH_BUTTON, "^Next Event$")
        wait_for("an event", lambda: events(weir) == 1)
        weir.key("period")
        wait_for("and the next", lambda: events(weir) == 2)
        at_once(weir)
        weir.key("p")
        weir.wait_text("^The replay has ended$")
        wait_for("all rows as they were", lambda: weir.rows() == before)


def goes_back():
    """In real time events arrive one by one, and the whole recording is shown again afterwards"""
    with recording() as weir:
        weir.click(weir.wait(None, "^Stream Menu$"))
        settle()
        weir.press(Role.MENU_ITEM, "^Replay$")
        weir.wait_text("^[0-9]:[0-9]{2} of 12:00$")
        assert events(weir) < N_EVENTS
        at_once(weir)
        weir.wait_text("^The replay has ended$")
        wait_for("all rows", lambda: events(weir) == N_EVENTS)
        weir.press(Role.PUSH_BUTTON, "^Back to the Whole Recording$")
        weir.wait_text("^Recording$")
        wait_for("all rows", lambda: events(weir) == N_EVENTS)
        weir.key("ctrl+p", "ctrl+p")
        weir.wait_text("^Recording$")


def live_is_not_replayed():
    """A live stream cannot be replayed"""
    with SteppedFeed("metrics") as feed, Monitor(feed.url()) as weir:
        feed.send(weir, 60)
        weir.key("ctrl+p")
        settle()
        assert not weir.find(None, "^Replay of a recording$")


run([steps, goes_back, live_is_not_replayed])
