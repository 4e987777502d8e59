# SPDX-License-Identifier: MIT
"""The window of all recordings, and what opens files."""
import tempfile
from pathlib import Path

from weirui import Monitor, Role, SteppedFeed, run, wait_for

BEGIN_US = 1_700_000_000_000_000


def make_recording(path, url, n_events, begin_us=BEGIN_US):
    path.mkdir(parents=True)
    stream = "".join(f"id: {number}\ndata: event {number} of {path.stem}\n\n" for number in range(n_events))
    (path / "1-0.sse").write_text(stream, encoding="utf-8")
    (path / "marks").write_text(
        f"weir-recording 1\nc 1 {begin_us} {url}\no 0 {begin_us} HTTP/1.1 200 OK\nr 0 {begin_us}\n"
        f"e {len(stream)} {begin_us + 90_000_000} server The stream ended.\n", encoding="utf-8")


def open_window(weir):
    weir.press(Role.PUSH_BUTTON, "^Recordings$")
    weir.wait(None, "^Find a recording$")


def home_with_two():
    folder = tempfile.TemporaryDirectory()
    recordings = Path(folder.name) / "weir" / "recordings"
    make_recording(recordings / "older.weir", "http://example.org/first", 7)
    make_recording(recordings / "newer.weir", "http://example.org/second", 12, BEGIN_US + 3_600_000_000)
    return folder, recordings


def opens_after_restart():
    """What was recorded yesterday is two clicks away: name, address, date, length, size and events"""
    with tempfile.TemporaryDirectory() as home:
        with SteppedFeed("metrics") as feed, Monitor(feed.url(), home=home) as weir:
            feed.send(weir, 20)
            weir.key("ctrl+Delete")
            weir.press(Role.PUSH_BUTTON, "^_?Keep Recordings$")
            weir.wait_text("Watch an Event Stream")
        with Monitor(home=home) as weir:
            open_window(weir)
            weir.wait_text("^1 recording, ")
            weir.wait_text(r"^http://127\.0\.0\.1:\d+/events$")
            weir.wait(Role.LABEL, "^20$")
            weir.press(Role.PUSH_BUTTON, "^_?Open$")
            wait_for("its events", lambda: sum(row.startswith("Event ") for row in weir.rows()) == 20)


def sorted_and_searched():
    """The newest recording is first; the entry searches names and addresses"""
    folder, _ = home_with_two()
    with folder, Monitor(home=folder.name) as weir:
        open_window(weir)
        weir.wait_text("^newer$")
        weir.wait(Role.LABEL, "^1 min 30 s$")
        names = [node.get_name() for node in weir.all(Role.LABEL, "^(newer|older)$")]
        assert names == ["newer", "older"], names
        weir.wait(Role.LABEL, "^12$")
        weir.wait(Role.LABEL, "^7$")
        weir.enter(weir.wait(None, "^Find a recording$"), "first")
        wait_for("one", lambda: [node.get_name() for node in weir.all(Role.LABEL, "^(newer|older)$")] == ["older"])
        weir.enter(weir.wait(None, "^Find a recording$"), "nowhere")
        weir.wait_text("^No Matches$")


def renames():
    """A renamed recording has the name on disk, too"""
    folder, recordings = home_with_two()
    with folder, Monitor(home=folder.name) as weir:
        open_window(weir)
        weir.wait_text("^newer$")
        weir.press(Role.PUSH_BUTTON, "^Recording Menu$")
        weir.press(Role.MENU_ITEM, "^Rename")
        weir.enter(weir.wait(Role.TEXT, "^Name$"), "the alarm")
        weir.press(Role.PUSH_BUTTON, "^_?Rename$")
        weir.wait_text("^the alarm$")
        wait_for("the folder", lambda: (recordings / "the alarm.weir" / "marks").exists())
        assert not (recordings / "newer.weir").exists()


def deletes():
    """A deleted recording comes back with Undo, and goes when the window is closed"""
    folder, recordings = home_with_two()
    with folder, Monitor(home=folder.name) as weir:
        open_window(weir)
        weir.wait_text("^newer$")
        for undo in (True, False):
            weir.press(Role.PUSH_BUTTON, "^Recording Menu$")
            weir.press(Role.MENU_ITEM, "^Delete$")
            weir.wait_text("^“newer” was deleted$")
            wait_for("it is gone", lambda: not weir.all(Role.LABEL, "^newer$"))
            assert (recordings / "newer.weir").exists()
            if undo:
                weir.press(Role.PUSH_BUTTON, "^_?Undo$")
                weir.wait_text("^newer$")
        weir.key("Escape")
        wait_for("the folder is gone", lambda: not (recordings / "newer.weir").exists())
        assert (recordings / "older.weir").exists()


def search_lands():
    """Search All opens a recording at the match, which is marked and selected"""
    folder, _ = home_with_two()
    with folder, Monitor(home=folder.name) as weir:
        weir.key("shift+ctrl+f")
        weir.wait(None, "^Search all streams and recordings$")
        weir.type("event 9")
        weir.wait_text("^1 match in ")
        weir.key("Tab", "Down")
        weir.click(weir.wait(Role.LABEL, "^event 9 of newer$"))
        weir.key("Return")
        wait_for("the row", lambda: any("ID 9," in row.get_name() for row in weir.rows_in_sight()))
        weir.wait(None, "No. 11$")


run([opens_after_restart, sorted_and_searched, renames, deletes, search_lands])
