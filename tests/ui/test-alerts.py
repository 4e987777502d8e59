# SPDX-License-Identifier: MIT
"""Alerts: the notifications while the window is in the background, and the way from them to the row."""
import json
import re
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

from weirui import Atspi, Monitor, Notifications, Role, SteppedFeed, run, settle, text_of, wait_for

# Two normal events, then alarms and normal events alternate.
TEXT = "".join(f"event: {'alarm' if n > 1 and n % 2 == 0 else 'usual'}\nid: {n}\ndata: event number {n};\n\n" for n in range(40))
RECORDINGS_BRING_NOTHING = "^Alerts are available for live streams only$"


@contextmanager
def monitor(*streams, home=None):
    """A window with these streams, in the background. Each stream is (address, filter, silence)."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(home or folder)
        path = home / "weir/streams.json"
        path.parent.mkdir()
        path.write_text(json.dumps({"version": 1, "streams": [
            {"uuid": f"00000000-0000-0000-0000-00000000000{n}", "address": address, "open": True,
             "alert-filter": text, "alert-silence-s": silence} for n, (address, text, silence) in enumerate(streams)]}))
        with elsewhere() as leave, Monitor(home=home) as weir:
            weir.leave = leave
            leave()
            live = [address for address, *_ in streams if "://" in address]
            wait_for("the streams", lambda: len(side(weir, ", Open")) == len(live))
            yield weir


def side(weir, pattern):
    """Returns: the streams in the sidebar whose names match pattern."""
    return [row for row in weir.all(Role.LIST_ITEM, pattern) if "127.0.0.1:" in row.get_name()]


def marked(weir):
    return [row.get_name() for row in side(weir, ", alert$")]


def name_of(feed):
    return feed.url().partition("://")[2]


@contextmanager
def elsewhere():
    """The window of another program, which has the focus. Calling it gives it the focus again."""
    with subprocess.Popen(["xev", "-geometry", "20x20+1255+775", "-name", "elsewhere"], stdout=subprocess.DEVNULL) as other:
        def leave():
            window = wait_for("another window", lambda: subprocess.run(
                ["xdotool", "search", "--onlyvisible", "--name", "^elsewhere$"], capture_output=True, text=True,
                check=False).stdout.split())
            subprocess.run(["xdotool", "windowfocus", "--sync", window[0]], check=True)
            settle()
        try:
            leave()
            yield leave
        finally:
            other.terminate()


def is_selected(weir, number):
    return weir.find(None, f"^event number {number};$") or any(
        text_of(node) == f"event number {number};" for node in weir.all(Role.TEXT))


def edits():
    """The dialog reports errors while typing, and saves and shows the alert"""
    with tempfile.TemporaryDirectory() as home, SteppedFeed(None, text=TEXT) as feed:
        with Monitor(feed.url(), home=home) as weir:
            weir.wait(None, "^Open( ·|$)")
            weir.key("shift+ctrl+n")
            entry = weir.wait(Role.TEXT, "^Filter$")
            assert not weir.wait(None, "^Seconds Without an Event$").get_state_set().contains(Atspi.StateType.SENSITIVE)
            weir.enter(entry, "type:alarm (")
            weir.wait_text("^The search text is missing.$")
            weir.key("Return")
            assert weir.find(Role.TEXT, "^Filter$")
            weir.enter(entry, "  type:alarm ")
            wait_for("no complaint", lambda: not weir.find(None, "^The search text is missing.$"))
            weir.click(weir.wait(None, "^Alert on Silence$"))
            settle()
            spin = wait_for("the seconds", lambda: next(
                (node for node in weir.all(Role.SPIN_BUTTON, "^Seconds Without an Event$")), None))
            assert spin.get_value_iface().get_current_value() == 60
            spin.get_value_iface().set_current_value(90)
            weir.press(Role.PUSH_BUTTON, "^Save$")
            wait_for("the end of the dialog", lambda: not weir.find(Role.TEXT, "^Filter$"))
            path = Path(home) / "weir/streams.json"
            wait_for("the file", lambda: path.exists() and '"alert-filter"' in path.read_text())
        stream, = json.loads(path.read_text())["streams"]
        assert (stream["alert-filter"], stream["alert-silence-s"]) == ("type:alarm", 90), stream
        with Monitor(home=home) as weir:
            wait_for("the stream", lambda: side(weir, ", Open"))
            weir.key("shift+ctrl+n")
            assert text_of(weir.wait(Role.TEXT, "^Filter$")) == "type:alarm"
            weir.enter(weir.find(Role.TEXT, "^Filter$"), "")
            weir.click(weir.wait(None, "^Alert on Silence$"))
            weir.press(Role.PUSH_BUTTON, "^Save$")
            wait_for("nothing in the file", lambda: "alert-" not in path.read_text())
            weir.key("shift+ctrl+n")
            weir.enter(weir.wait(Role.TEXT, "^Filter$"), "not saved")
            weir.key("Escape")
        assert "not saved" not in path.read_text()


def matches():
    """In the background, one notification counts the matches, the stream is marked, and a click shows the row"""
    with Notifications() as desktop, SteppedFeed(None, text=TEXT) as feed, \
            SteppedFeed("metrics") as other, \
            monitor((other.url(), None, 0), (feed.url(), "type:alarm", 0)) as weir:
        feed.step(4)
        number, title, body = desktop.wait("matched")
        assert title == f"1 event matched “type:alarm” in {name_of(feed)}", title
        assert body == "alarm: event number 2;", body
        assert wait_for("the mark", lambda: marked(weir)) == [f"{name_of(feed)}, Open, alert"], marked(weir)
        # Later matches update the same notification.
        feed.step(2)
        settle()
        feed.step(2)
        again, title, body = desktop.wait("^3 events")
        assert again == number and len(desktop.told) == 2, desktop.told
        assert body == "alarm: event number 2;", body
        desktop.click(number)
        wait_for("the row", lambda: is_selected(weir, 2))
        weir.focus()
        wait_for("it was seen", lambda: not marked(weir) and not desktop.standing)
        assert len(desktop.told) == 2, desktop.told


def another_stream():
    """Matches of another stream are notified as well, and opening that stream withdraws the notification"""
    with Notifications() as desktop, SteppedFeed(None, text=TEXT) as feed, \
            SteppedFeed("metrics") as other, \
            monitor((other.url(), None, 0), (feed.url(), "type:alarm", 0)) as weir:
        weir.focus()
        feed.step(3)
        desktop.wait("^1 event matched")
        wait_for("the mark", lambda: marked(weir))
        weir.click(side(weir, ", alert$")[0])
        wait_for("it was seen", lambda: not marked(weir) and not desktop.standing)


def looked_at():
    """The visible stream shows a toast that leads to the row, and no notification"""
    with Notifications() as desktop, SteppedFeed(None, text=TEXT) as feed, \
            monitor((feed.url(), "type:alarm", 0)) as weir:
        weir.focus()
        settle()
        feed.step(4)
        weir.wait_text("^1 event matched “type:alarm”$")
        weir.press(Role.PUSH_BUTTON, "^Show$")
        wait_for("the row", lambda: is_selected(weir, 2))
        # In the background again, only new matches are notified.
        weir.leave()
        feed.step(2)
        _, title, body = desktop.wait("matched")
        assert title == f"1 event matched “type:alarm” in {name_of(feed)}", title
        assert body == "alarm: event number 4;", body
        assert len(desktop.told) == 1 and marked(weir), desktop.told


def hostile():
    """Notifications have no markup and no control characters, and a token in the address is masked"""
    text = ('event: a<b>\x1b\u202e\ndata: <b>bold</b> &amp; \x1b[31m\u202ered' + "x" * 400 + "\n\n")
    with Notifications() as desktop, SteppedFeed(None, text=text) as feed, \
            monitor((feed.url("?token=geheim"), "<b>bold", 0)) as weir:
        feed.step()
        _, title, body = desktop.wait("matched")
        assert title == f"1 event matched “<b>bold” in {name_of(feed)}?token=***", title
        assert body.startswith("a‹b>: ‹b>bold‹/b> ＆amp;  [31m[U+202E]redxxx") and body.endswith("x…"), body
        assert len(body) < 200, body
        assert "geheim" not in " ".join(weir.words()).replace("?token=geheim", ""), "the token is shown"


def silence():
    """Silence is notified once, withdrawn when data arrives, and notified again the next time"""
    with Notifications() as desktop, SteppedFeed(None, text=TEXT) as feed, \
            monitor((feed.url(), None, 2)) as weir:
        _, title, body = desktop.wait("No event")
        assert title == f"No event for 2 seconds in {name_of(feed)}", title
        assert wait_for("the mark", lambda: marked(weir))
        feed.step()
        wait_for("it is taken back", lambda: not desktop.standing)
        assert len(desktop.told) == 1, desktop.told
        desktop.wait("No event")
        assert len(desktop.told) == 2, desktop.told
        # The visible stream reports the next silence in the window.
        weir.focus()
        wait_for("it was seen", lambda: not desktop.standing and not marked(weir))
        feed.step()
        weir.wait_text("^No event for 2 seconds$")
        feed.step()
        wait_for("nothing more is said", lambda: not weir.find(None, "^No event for 2 seconds$"))
        assert len(desktop.told) == 2, desktop.told


def end_of_program():
    """Notifications are withdrawn when the program ends"""
    with Notifications() as desktop, SteppedFeed(None, text=TEXT) as feed:
        with monitor((feed.url(), "type:alarm", 0)) as weir:
            feed.step(3)
            desktop.wait("matched")
        wait_for("taken back", lambda: not desktop.standing)


def recordings():
    """Recordings and files have no alerts, as the dialog says, and opening one notifies nothing"""
    with Notifications() as desktop, tempfile.TemporaryDirectory() as folder, SteppedFeed(None, text=TEXT) as feed:
        file, recording = Path(folder) / "past.sse", Path(folder) / "past.weir"
        file.write_text(TEXT)
        recording.mkdir()
        (recording / "1-0.sse").write_text(TEXT)
        # The first one is visible. Matches of the others would be notified.
        with monitor((feed.url(), "type:alarm", 0), (str(file), "type:alarm", 1), (str(recording), "type:alarm", 1)) as weir:
            for name in ("past.sse", "past.weir"):
                weir.click(weir.wait(Role.LIST_ITEM, f"^{name},"))
                wait_for("rows", lambda: len(weir.rows()) > 10)
                weir.key("shift+ctrl+n")
                weir.wait_text(RECORDINGS_BRING_NOTHING)
                assert weir.find(Role.TEXT, "^Filter$") is None
            weir.leave()
            feed.step(3)
            desktop.wait("^1 event matched")
        assert len(desktop.told) == 1, desktop.told


def from_now():
    """Events from before the alert are not notified"""
    with Notifications() as desktop, SteppedFeed(None, text=TEXT) as feed, monitor((feed.url(), None, 0)) as weir:
        feed.send(weir, 6)
        weir.key("shift+ctrl+n")
        weir.enter(weir.wait(Role.TEXT, "^Filter$"), "type:alarm")
        weir.press(Role.PUSH_BUTTON, "^Save$")
        wait_for("the end of the dialog", lambda: not weir.find(Role.TEXT, "^Filter$"))
        weir.leave()
        feed.step(1)
        _, title, body = desktop.wait("matched")
        assert title.startswith("1 event matched") and body == "alarm: event number 6;", (title, body)


run([edits, matches, another_stream, looked_at, from_now, hostile, silence, end_of_program, recordings])
