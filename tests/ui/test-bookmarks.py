# SPDX-License-Identifier: MIT
"""Bookmarks and notes: adding, saving in the recording, and navigation."""
import re
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

from weirui import Atspi, Monitor, Role, SteppedFeed, run, settle, text_of, wait_for

N_EVENTS = 400
NONE = "^No bookmarks yet. Press Ctrl\\+D to bookmark the selected row$"
NOT_RECORDED = "^This stream is not recorded. Its bookmarks are discarded when it is closed$"


def stream():
    return "".join(f"event: {'rare' if n % 100 == 50 else 'usual'}\ndata: event number {n};\n\n"
                   for n in range(N_EVENTS))


@contextmanager
def recording():
    """Returns: the path of a recording of many events."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "past.weir"
        path.mkdir()
        (path / "marks").write_text("weir-recording 1\nc 1 1700000000000000 http://example.org/events\n"
                                    "o 0 1700000000000000 HTTP/1.1 200 OK\nr 0 1700000000000000\n")
        (path / "1-0.sse").write_text(stream())
        yield path


def bookmarked(weir):
    return [row for row in weir.rows() if ", bookmarked" in row]


def wait_rows(weir):
    wait_for("rows", lambda: len(weir.rows()) > 10)


def button(weir):
    return wait_for("the button", lambda: weir.find(None, "^Bookmark$"))


def is_pressed(weir):
    states = button(weir).get_state_set()
    return states.contains(Atspi.StateType.PRESSED) or states.contains(Atspi.StateType.CHECKED)


def note_entry(weir):
    return weir.find(Role.TEXT, "^Note$")


def has_icon(weir, pattern):
    """Returns: whether there are dark pixels at the end of the row, beyond its text."""
    row = next(row for row in weir.rows_in_sight() if pattern in row.get_name())
    box = row.get_extents()
    darkest = subprocess.run(["import", "-window", "root", "-crop", f"40x{box.height - 4}+{box.x + box.width - 40}+{box.y + 2}",
                              "+repage", "-colorspace", "Gray", "-format", "%[fx:minima]", "info:"],
                             capture_output=True, text=True, check=True).stdout
    return float(darkest) < 0.5


def to_top(weir):
    weir.select("event number")
    weir.key("Home")
    weir.wait_text("event number 0;")


def makes():
    """Ctrl+D adds and removes a bookmark, and the name, icon, button and note entry of the row follow"""
    with recording() as path, Monitor(path) as weir:
        wait_rows(weir)
        to_top(weir)
        weir.select("event number 3;")
        wait_for("the row in the inspector", lambda: weir.find(None, "No. 5$"))
        assert note_entry(weir) is None and not is_pressed(weir) and not has_icon(weir, "event number 3;")
        weir.key("ctrl+d")
        wait_for("one bookmarked row", lambda: len(bookmarked(weir)) == 1)
        assert "event number 3;" in bookmarked(weir)[0], bookmarked(weir)
        wait_for("the icon", lambda: has_icon(weir, "event number 3;"))
        assert not has_icon(weir, "event number 4;")
        wait_for("the button's state", lambda: is_pressed(weir))
        assert wait_for("the entry", lambda: note_entry(weir))
        wait_for("the file", (path / "bookmarks").exists)
        weir.key("Return", "ctrl+d")
        wait_for("none bookmarked", lambda: not bookmarked(weir))
        wait_for("no icon", lambda: not has_icon(weir, "event number 3;"))
        wait_for("no entry", lambda: note_entry(weir) is None)
        wait_for("no file", lambda: not (path / "bookmarks").exists())
        weir.click(button(weir))
        wait_for("bookmarked by the button", lambda: len(bookmarked(weir)) == 1)
        # If one of the selected rows has no bookmark, all of them get one.
        weir.select("event number 3;")
        weir.key("shift+Down", "shift+Down")
        weir.key("ctrl+d")
        wait_for("three bookmarked", lambda: len(bookmarked(weir)) == 3)
        weir.key("ctrl+d")
        wait_for("none bookmarked", lambda: not bookmarked(weir))


def keeps():
    """A note is still there when the recording is opened again after a restart"""
    with recording() as path:
        with Monitor(path) as weir:
            wait_rows(weir)
            to_top(weir)
            weir.select("event number 2;")
            weir.key("ctrl+d")
            # The entry has the keyboard at once.
            wait_for("the entry", lambda: note_entry(weir))
            settle()
            weir.type("why <b>this</b> n and b")
            wait_for("the note in the row's name", lambda: any("bookmarked: why <b>this</b> n and b" in row for row in bookmarked(weir)))
            # The list has the focus again, and the window closes before the file would be written.
            weir.key("Return")
            weir.key("Down")
            wait_for("the next row", lambda: weir.find(None, "No. 5$"))
            wait_for("no entry", lambda: note_entry(weir) is None)
            weir.key("Up")
            weir.click(wait_for("the entry", lambda: note_entry(weir)))
            settle()
            weir.key("End")
            weir.type("!")
        text = (path / "bookmarks").read_text()
        assert re.fullmatch(r"weir-bookmarks 1\n1 [0-9]+ event why <b>this</b> n and b!\n", text), text
        note = text.splitlines()[1].split(" ", 3)[3]
        with Monitor(path) as weir:
            wait_rows(weir)
            to_top(weir)
            wait_for("the row's name", lambda: any(note in row and "event number 2;" in row for row in bookmarked(weir)))
            weir.select("event number 2;")
            wait_for("the note", lambda: text_of(note_entry(weir)) == note)


def goes():
    """b goes to the next bookmark and B to the previous one, with wrap-around, or reports that there is none"""
    with recording() as path, Monitor(path) as weir:
        wait_rows(weir)
        weir.focus()
        weir.key("b")
        weir.wait_text(NONE)
        to_top(weir)
        weir.select("event number 3;")
        weir.key("ctrl+d", "Return")
        weir.key("ctrl+j")
        weir.type("#302")
        weir.key("Return")
        wait_for("row 302", lambda: weir.find(None, "No. 302$"))
        settle()
        weir.key("ctrl+d", "Return")
        wait_for("bookmarked", lambda: bookmarked(weir))
        weir.key("b")
        wait_for("the first again", lambda: weir.find(None, "No. 5$"))
        wait_for("it is in sight", lambda: any("event number 3;" in row.get_name() for row in weir.rows_in_sight()))
        weir.key("b")
        wait_for("the second", lambda: weir.find(None, "No. 302$"))
        wait_for("it is in sight", lambda: any("event number 300;" in row.get_name() for row in weir.rows_in_sight()))
        weir.key("shift+b")
        wait_for("the first", lambda: weir.find(None, "No. 5$"))
        weir.key("shift+b")
        wait_for("the second", lambda: weir.find(None, "No. 302$"))


def hidden():
    """A bookmarked row that the filter hides is shown, with a message"""
    with recording() as path, Monitor(path) as weir:
        wait_rows(weir)
        to_top(weir)
        for pattern in ("event number 3;", "event number 6;"):
            weir.select(pattern)
            weir.key("ctrl+d", "Return")
        wait_for("two", lambda: len(bookmarked(weir)) == 2)
        weir.key("slash")
        weir.type("type:rare")
        wait_for("the rare ones", lambda: len(weir.rows()) == 4)
        weir.select("event number 250;")
        weir.key("b")
        wait_for("the first", lambda: weir.find(None, "No. 5$"))
        weir.wait_text("^The filter hides this row$")
        weir.key("b")
        wait_for("the second", lambda: weir.find(None, "No. 8$"))
        weir.key("shift+b")
        wait_for("the first", lambda: weir.find(None, "No. 5$"))
        weir.press(Role.PUSH_BUTTON, "^Show All Rows$")
        wait_for("the row in sight", lambda: any("event number 3;" in row.get_name() for row in weir.rows_in_sight()))


def not_recorded():
    """Bookmarks of a stream that is not recorded are lost with it, with one warning, and clearing the list removes them"""
    with SteppedFeed("metrics") as feed, \
            Monitor(feed.url(), environment={"GSETTINGS_BACKEND": "memory"}) as weir:
        feed.send(weir, 60)
        weir.key("ctrl+comma")
        settle()
        # The wheel, because the row may be at the end of the window.
        for _ in range(3):
            weir.click(weir.wait(None, "^Recording and Limits$"), button=5)
            settle()
        weir.click(weir.wait(None, "^Record to Disk"))
        weir.key("Escape")
        weir.key("shift+ctrl+k")
        feed.send(weir, 60)
        weir.select("^Event ")
        weir.key("ctrl+d", "Return")
        weir.wait_text(NOT_RECORDED)
        wait_for("a bookmarked row", lambda: bookmarked(weir))
        weir.key("shift+ctrl+k")
        feed.send(weir, 60)
        assert not bookmarked(weir)
        weir.key("b")
        weir.wait_text(NONE)


def recorded_stream():
    """A live stream saves its bookmarks in its recording, and unreadable ones are reported and kept"""
    with tempfile.TemporaryDirectory() as home:
        with SteppedFeed("metrics") as feed, Monitor(feed.url(), home=home) as weir:
            feed.send(weir, 60)
            weir.select("^Event ")
            weir.key("ctrl+d")
            wait_for("a bookmarked row", lambda: bookmarked(weir))
            path = wait_for("the file", lambda: next(Path(home).glob("weir/recordings/*.weir/bookmarks"), None))
            assert weir.find(None, NOT_RECORDED) is None
        line = path.read_text().splitlines()[1]
        path.write_text(f"weir-bookmarks 1\nnonsense\n{line}\n")
        with Monitor(path.parent) as weir:
            wait_rows(weir)
            weir.wait_text("^1 bookmark in “.*” could not be read; its line is kept as it is.$")
            weir.key("b")
            wait_for("the bookmark", lambda: bookmarked(weir))
            weir.key("ctrl+d")
            wait_for("the rest", lambda: path.read_text() == "weir-bookmarks 1\nnonsense\n")


run([makes, keeps, goes, hidden, not_recorded, recorded_stream])
