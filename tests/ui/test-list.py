# SPDX-License-Identifier: MIT
"""The list: pause, follow, filter, findings, columns and accessible names."""
import re
import subprocess
import tempfile
from pathlib import Path

from weirui import Atspi, Monitor, Role, SteppedFeed, run, settle, text_of, wait_for

HOSTILE = b"""retry: 1500

: a comment
id: 1
event: tick
data: {"n": 1, "name": "alpha"}

id: 2
event: tock
data: {"n": 2, "name": "beta"}

unknown: field
id: 3
event: tick
data: {"n": 30, "name": "gamma"}

"""


def with_file(use):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "stream.sse"
        path.write_bytes(HOSTILE)
        with Monitor(path) as weir:
            wait_for("the rows", lambda: len(weir.rows()) >= 6)
            use(weir)


def make_recording(path, seconds):
    """A recording of one event at each of the times, alternating tick and tock."""
    begin, offset, marks, stream = 1_700_000_000_000_000, 0, ["weir-recording 1"], b""
    marks += [f"c 1 {begin} http://127.0.0.1/events", f"o 0 {begin} HTTP/1.1 200 OK"]
    for number, second in enumerate(seconds):
        marks.append(f"r {len(stream)} {begin + second * 1_000_000}")
        stream += b"event: %s\ndata: %d\n\n" % ([b"tick", b"tock"][number % 2], number)
    path.mkdir()
    (path / "marks").write_text("\n".join(marks) + "\n")
    (path / "000001-000000000000000.sse").write_bytes(stream)
    return path


def gaps(weir):
    """Returns: the Δ of the visible events, or None while the list is being refilled."""
    try:
        return re.findall(r"^Event .* at [0-9:.]+, ([^:]*): ", "\n".join(row.get_name() for row in weir.rows_in_sight()),
                          re.MULTILINE)
    except AttributeError:
        return None


def gap_to_row_above():
    """Δ is the time since the row above, also with a filter"""
    with tempfile.TemporaryDirectory() as folder:
        with Monitor(make_recording(Path(folder) / "a.weir", [0, 1, 2, 5, 9, 10])) as weir:
            wait_for("gaps", lambda: gaps(weir) == ["0", "+1.00 s", "+1.00 s", "+3.00 s", "+4.00 s", "+1.00 s"])
            weir.filter_for("type:tick")
            wait_for("gaps between ticks", lambda: gaps(weir) == ["+2.00 s", "+7.00 s"])
            weir.filter_for("type:tock")
            wait_for("gaps between tocks", lambda: gaps(weir) == ["+4.00 s", "+5.00 s"])


def drag(x, y, by):
    for step in (["mousemove", str(x), str(y), "mousedown", "1"], ["mousemove", str(x + by // 2), str(y)],
                 ["mousemove", str(x + by), str(y)], ["mouseup", "1"]):
        subprocess.run(["xdotool", *step], check=True)
        settle()


def widths(settings):
    """Returns: the saved widths of the columns."""
    found = re.search(r"column-widths=(.*)", settings.read_text()) if settings.exists() else None
    return dict(re.findall(r"'(\w+)': (\d+)", found.group(1))) if found else {}


def keeps_widths():
    """A column width is saved until the widths are reset"""
    with tempfile.TemporaryDirectory() as folder:
        path = make_recording(Path(folder) / "a.weir", range(6))
        settings = Path(folder) / "config/glib-2.0/settings/keyfile"
        environment = {"GSETTINGS_BACKEND": "keyfile", "XDG_CONFIG_HOME": f"{folder}/config"}
        with Monitor(path, environment=environment) as weir:
            box = wait_for("a row", lambda: weir.rows() and weir.rows_in_sight())[0].get_extents()
            # The first visible row may be cut off at the edge.
            header = box.y - box.height * 3 // 2
            # The edge of the first column is somewhere after its text.
            for x in range(box.x + 60, box.x + 200, 4):
                drag(x, header, 60)
                if widths(settings):
                    break
            wait_for("the width", lambda: "time" in widths(settings))
            kept = widths(settings)
            assert int(kept["time"]) > 100, kept
        with Monitor(path, environment=environment) as weir:
            wait_for("a row", lambda: weir.rows() and weir.rows_in_sight())
            # The edge stays in place, and another drag continues from there.
            drag(x + 60, header, 20)
            wait_for("the wider column", lambda: int(widths(settings)["time"]) == int(kept["time"]) + 20)
            # The menu of the header. The stream's menu has the same item for the keyboard and screen readers.
            subprocess.run(["xdotool", "mousemove", str(box.x + 300), str(header), "click", "3"], check=True)
            settle()
            weir.key("r")
            wait_for("no widths", lambda: not widths(settings))


def names_in_sight(weir):
    return [row.get_name() for row in weir.rows_in_sight()]


def is_following(weir):
    """Returns: whether Follow is pressed."""
    toggles = weir.all(Role.PUSH_BUTTON, "^Follow$")
    for toggle in toggles:
        toggle.clear_cache()
    return any(toggle.get_state_set().contains(Atspi.StateType.PRESSED) for toggle in toggles)


def pauses():
    """Space pauses and counts the waiting rows, and Space again shows them"""
    with SteppedFeed("metrics") as feed, Monitor(feed.url()) as weir:
        feed.send(weir, 60)
        weir.key("space")
        weir.wait_text("The list is paused")
        settle()
        before = names_in_sight(weir)
        feed.send(weir, 40)
        weir.wait_text("paused. 40 ")
        assert names_in_sight(weir) == before
        weir.key("space")
        wait_for("the newer rows", lambda: not set(names_in_sight(weir)) & set(before))
        assert is_following(weir)


def follows():
    """Selecting a row stops following, and End starts it again"""
    with SteppedFeed("metrics") as feed, Monitor(feed.url()) as weir:
        feed.send(weir, 60)
        followed = names_in_sight(weir)
        feed.send(weir, 60)
        assert not set(names_in_sight(weir)) & set(followed), followed
        weir.select("Event metrics")
        weir.wait(Role.PUSH_BUTTON, "^Close the Inspector$")
        wait_for("no following", lambda: not is_following(weir))
        weir.key("Escape")
        before = names_in_sight(weir)
        feed.send(weir, 60)
        assert names_in_sight(weir) == before
        weir.key("End")
        wait_for("newer rows in sight", lambda: not set(names_in_sight(weir)) & set(before))
        followed = names_in_sight(weir)
        feed.send(weir, 60)
        assert not set(names_in_sight(weir)) & set(followed), followed


def turn_wheel(weir, button, times):
    """Scrolls with the mouse wheel over the middle of the list: button 4 is up, 5 is down."""
    rows = weir.rows_in_sight()
    box = rows[len(rows) // 2].get_extents()
    subprocess.run(["xdotool", "mousemove", str(box.x + 200), str(box.y), "click", "--repeat", str(times),
                    "--delay", "40", str(button)], check=True)
    settle()


def scrolls():
    """Scrolling up stops following, and scrolling to the end starts it again"""
    with SteppedFeed("metrics") as feed, Monitor(feed.url()) as weir:
        feed.send(weir, 120)
        turn_wheel(weir, 4, 2)
        wait_for("no following", lambda: not is_following(weir))
        before = names_in_sight(weir)
        feed.send(weir, 60)
        assert names_in_sight(weir) == before
        turn_wheel(weir, 5, 60)
        wait_for("following", lambda: is_following(weir))
        assert not set(names_in_sight(weir)) & set(before)
        followed = names_in_sight(weir)
        feed.send(weir, 60)
        wait_for("newer rows in sight", lambda: not set(names_in_sight(weir)) & set(followed))


def follows_when_resized():
    """A window keeps following when its size changes"""
    with SteppedFeed("metrics") as feed, Monitor(feed.url()) as weir:
        feed.send(weir, 60)
        for height in (500, 700, 400):
            subprocess.run(["xdotool", "windowsize", "--sync", weir.windows()[0], "900", str(height)], check=True)
            # The last row, number 60, is at the lower edge.
            wait_for("the newest rows", lambda: ", ID 59," in names_in_sight(weir)[-1])
            settle()
            assert is_following(weir)
            assert ", ID 59," in names_in_sight(weir)[-1]


def holds():
    """A pressed row stays under the pointer while others arrive, and is selected on release"""
    with SteppedFeed("metrics") as feed, Monitor(feed.url()) as weir:
        feed.send(weir, 60)
        before = names_in_sight(weir)
        weir.hold("Event metrics")
        settle()
        feed.send(weir, 60)
        assert names_in_sight(weir) == before
        weir.release()
        weir.wait(Role.PUSH_BUTTON, "^Close the Inspector$")
        wait_for("no following", lambda: not is_following(weir))


def shows_the_end_of_a_file():
    """A file of thousands of rows is shown at its end"""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "odd.sse"
        path.write_bytes(b"data: first\n\n" + b"unknown: field\n\n" * 3000)
        with Monitor(path) as weir:
            wait_for("the last findings", lambda: len(weir.rows()) > 10)
            wait_for("the end", lambda: "The stream ended" in weir.rows()[-1])


def says_that_a_file_is_no_stream():
    """Another kind of file is shown with the message that it is not an event stream"""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "README.md"
        path.write_text("# A heading\n\nSome words.\n")
        with Monitor(path) as weir:
            weir.wait_text("README.md is not an event stream. .*None of its lines is a field")
            wait_for("its end", lambda: "is not an event stream" in weir.rows()[-1])


def filters_by_text():
    """Words filter the list"""
    def use(weir):
        weir.filter_for("beta")
        wait_for("one row", lambda: len(weir.rows()) == 1 and "beta" in weir.rows()[0])
        weir.wait_text("^1 found$|^1 ")
    with_file(use)


def filters_by_expression():
    """Types, regular expressions, JSON paths, AND, OR and NOT filter the list"""
    def use(weir):
        for text, names in (("type:tick", ["alpha", "gamma"]), ("/al.ha|bet/", ["alpha", "beta"]),
                            ("$.n > 1", ["beta", "gamma"]), ("type:tick NOT alpha", ["gamma"]),
                            ("(beta OR gamma) AND type:tock", ["beta"])):
            weir.filter_for(text)
            wait_for(f"the rows of {text}", lambda: len(weir.rows()) == len(names) and all(
                name in row for name, row in zip(names, weir.rows())))
    with_file(use)


def filters_by_kind_and_size():
    """kind: and size: filter the list, also in combination"""
    def use(weir):
        weir.filter_for("kind:finding")
        wait_for("the finding alone", lambda: len(weir.rows()) == 1)
        weir.filter_for("kind:event size:>60")
        wait_for("the longest event", lambda: len(weir.rows()) == 1 and "gamma" in weir.rows()[0])
        weir.filter_for("kind:event size:<10")
        weir.wait_text("^No Rows Match$")
        weir.filter_for("size:big")
        weir.wait_text("A size is a number of bytes")
        weir.filter_for("kind:thing")
        weir.wait_text("A kind is event")
    with_file(use)


def keeps_the_row_that_is_read():
    """The selected row stays selected, visible and focused when the filter changes, and stays in the inspector when hidden"""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "many.sse"
        path.write_bytes(b"".join(b"event: %s\ndata: row %d\n\n" % (b"tock" if n % 7 else b"tick", n) for n in range(4000)))
        with Monitor(path) as weir:
            wait_for("the rows", lambda: len(weir.rows()) > 10)

            def stays(name):
                def has(row, state):
                    return row.get_state_set().contains(state)
                wait_for("the selected row in sight", lambda: [
                    row for row in weir.rows_in_sight() if row.get_name().endswith(name) and has(row, Atspi.StateType.SELECTED)])
                weir.key("Shift_L")  # a window of GTK 4.18 reports the focus after it has received a key
                return wait_for("the keyboard on it alone", lambda: [
                    row.get_name()[-8:] for row in weir.all(Role.LIST_ITEM) if has(row, Atspi.StateType.FOCUSED)] == [name])

            weir.key("ctrl+j")
            weir.type("#2004")
            weir.key("Return")
            name = "row 2002"
            stays(name)
            weir.filter_for("type:tick")
            weir.wait_text("^572 ")
            wait_for("the row among those found", lambda: any(
                row.get_name().endswith(name) for row in weir.rows_in_sight()))
            weir.key("Escape")
            stays(name)
            weir.key("slash")
            weir.filter_for("type:tock")
            weir.wait_text("^The filter hides this row$")
            wait_for("the row behind it", lambda: any(row.get_name().endswith("row 2003") for row in weir.rows_in_sight()))
            weir.press(Role.PUSH_BUTTON, "^Show All Rows$")
            stays(name)
            assert not weir.find(None, "^The filter hides this row$")


def hides_kinds():
    """Ctrl+1 hides and shows comments, Ctrl+3 connection marks"""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "kinds.sse"
        path.write_bytes(b": hush\n\ndata: one\n\n")
        with Monitor(path) as weir:
            wait_for("the rows", lambda: len(weir.rows()) == 4)
            weir.key("ctrl+1")
            wait_for("no comment", lambda: len(weir.rows()) == 3 and not any("hush" in row for row in weir.rows()))
            weir.key("ctrl+3")
            wait_for("the event alone", lambda: len(weir.rows()) == 1)
            weir.key("ctrl+1", "ctrl+3")
            wait_for("all rows", lambda: len(weir.rows()) == 4)


def says_what_is_wrong():
    """An error in an expression is shown below it while typing"""
    def use(weir):
        weir.filter_for("/al(/")
        weir.wait(None, "parenthes|missing|closing")
        assert len(weir.rows()) >= 6
        weir.filter_for("(alpha")
        weir.wait_text("closing|bracket")
    with_file(use)


def nothing_found():
    """Without a match the list says so, and Escape shows all rows again"""
    def use(weir):
        weir.filter_for("nowhere-to-be-found")
        weir.wait_text("^No Rows Match$")
        weir.key("Escape")
        wait_for("all rows", lambda: len(weir.rows()) >= 6)
    with_file(use)


def inspected(weir):
    """Returns: the ID of the selected event in the inspector."""
    label = weir.find(None, r" · ID \d · ")
    return label and re.search(r"ID (\d)", label.get_name())[1]


def finds():
    """Ctrl+F searches without hiding rows, and Ctrl+G and Shift+Ctrl+G step through the matches with wrap-around"""
    def use(weir):
        before = len(weir.rows())
        weir.key("ctrl+f")
        weir.enter(weir.wait(None, "^Filter$"), "type:tick")
        weir.key("ctrl+g")
        wait_for("the first match", lambda: inspected(weir) == "1")
        weir.key("Return")
        wait_for("the second match", lambda: inspected(weir) == "3")
        assert not weir.find(None, "^Continued"), "it went on before it was at an end"
        weir.key("ctrl+g")
        weir.wait_text("^Continued from the beginning$")
        wait_for("the first match again", lambda: inspected(weir) == "1")
        weir.key("shift+ctrl+g")
        weir.wait_text("^Continued from the end$")
        wait_for("the last match", lambda: inspected(weir) == "3")
        weir.press(Role.PUSH_BUTTON, "^Previous match$")
        wait_for("the match before it", lambda: inspected(weir) == "1")
        assert len(weir.rows()) == before, "finding hid rows"
        weir.enter(weir.wait(None, "^Filter$"), "nowhere-to-be-found")
        weir.press(Role.PUSH_BUTTON, "^Next match$")
        weir.wait_text("^Nothing found$")
        weir.enter(weir.wait(None, "^Filter$"), "beta")
        wait_for("the word to go", lambda: not weir.find(None, "^Nothing found$"))
        weir.press(Role.PUSH_BUTTON, "^Show Only Matching Rows$")
        wait_for("the matching row alone", lambda: len(weir.rows()) == 1 and "beta" in weir.rows()[0])
    with_file(use)


def chips():
    """The chip of a type filters the list by it"""
    def use(weir):
        weir.key("slash")
        chip = wait_for("the chip", lambda: next(iter(weir.all(None, r"^tock +1$")), None))
        weir.click(chip)
        wait_for("one row", lambda: len(weir.rows()) == 1 and "tock" in weir.rows()[0])
    with_file(use)


def walks_findings():
    """n goes to the next finding, and the inspector explains it"""
    def use(weir):
        weir.key("n")
        weir.wait_text("^unknown-field$")
    with_file(use)


def explains_findings():
    """A finding quotes the standard with the section"""
    def use(weir):
        weir.key("n")
        weir.wait_text("^Only data, event, id and retry are fields")
        weir.wait_text("^HTML Standard, 9.2.6 “Interpreting an event stream”$")
    with_file(use)


def names_rows():
    """The accessible name of a row contains everything that it shows"""
    def use(weir):
        rows = weir.rows()
        assert any(row.startswith("Event tick, ID 1, at ") and "alpha" in row for row in rows), rows
        assert any(row.startswith("Comment at ") and "a comment" in row for row in rows), rows
        assert any(row.startswith("Finding at ") for row in rows), rows
        assert any(row.startswith("Reconnection time at ") for row in rows), rows
    with_file(use)


def narrow():
    """The window fits and works at a width of 360 pixels"""
    import subprocess
    with SteppedFeed("metrics") as feed, Monitor(feed.url()) as weir:
        window = subprocess.run(["xdotool", "search", "--onlyvisible", "--pid", str(weir.process.pid)],
                                capture_output=True, text=True, check=True).stdout.split()[0]
        feed.send(weir, 60)
        subprocess.run(["xdotool", "windowsize", "--sync", window, "360", "640"], check=True)
        settle()
        weir.select("Event metrics")
        close = weir.wait(Role.PUSH_BUTTON, "^Close the Inspector$")
        box = close.get_extents()
        # Without a window manager, GTK draws a frame of a few pixels.
        assert box.x + box.width <= 360 + 8, (box.x, box.width)


run([gap_to_row_above, keeps_widths, pauses, follows, scrolls, follows_when_resized, holds, shows_the_end_of_a_file, says_that_a_file_is_no_stream, filters_by_text, filters_by_expression, filters_by_kind_and_size, hides_kinds, keeps_the_row_that_is_read,
     says_what_is_wrong,
     nothing_found, finds, chips, walks_findings, explains_findings, names_rows, narrow])
