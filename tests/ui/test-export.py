# SPDX-License-Identifier: MIT
"""Export: which rows, in which format, to which file, and the messages."""
import json
import tempfile
from pathlib import Path

from weirui import Monitor, Role, run, wait_for

STREAM = b"""id: 1
event: tick
data: {"n": 1}

id: 2
event: tock
data: =2+3

id: 3
event: tick
data: {"n": 3}

"""


def with_file(use):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "stream.sse"
        path.write_bytes(STREAM)
        with Monitor(path) as weir:
            wait_for("the rows", lambda: len(weir.rows()) >= 3)
            use(weir, Path(folder))


def save_as(weir, path):
    """Completes the file dialog, which proposes a name."""
    weir.press(Role.PUSH_BUTTON, "^Export…$")
    weir.wait_text("^Save$")
    weir.key("ctrl+a")
    weir.type(str(path))
    weir.key("Return")


def exports_all():
    """All rows are exported as an event stream with the same events"""
    def use(weir, folder):
        weir.key("ctrl+e")
        weir.wait_text("^All: ")
        save_as(weir, folder / "copy.sse")
        weir.wait_text("Exported .* rows to copy.sse")
        text = (folder / "copy.sse").read_text()
        for line in ("id: 1", "event: tock", "data: =2+3", 'data: {"n": 3}'):
            assert line in text, text
    with_file(use)


def exports_what_is_shown():
    """With a filter, the listed rows are the first choice, and as NDJSON each is one line"""
    def use(weir, folder):
        weir.key("slash")
        weir.enter(weir.wait(None, "^Filter$"), "type:tick")
        wait_for("two rows", lambda: len(weir.rows()) == 2)
        weir.key("Tab")
        weir.key("ctrl+e")
        weir.wait_text("^Shown in the list: 2$")
        box = weir.wait(None, "^Format$")
        weir.click(box)
        weir.wait_text(r"^JSON lines \(.ndjson\)$")
        weir.key("Down", "Return")
        save_as(weir, folder / "ticks.ndjson")
        weir.wait_text("Exported 2 rows to ticks.ndjson")
        lines = [json.loads(line) for line in (folder / "ticks.ndjson").read_text().splitlines()]
        assert [line["lastEventId"] for line in lines] == ["1", "3"], lines
    with_file(use)


def says_why_not():
    """A read-only folder gives one message, and the dialog stays open"""
    def use(weir, folder):
        weir.key("ctrl+e")
        save_as(weir, "/proc/nowhere.sse")
        weir.wait_text("Nothing Was Exported")
        weir.key("Return")
        wait_for("the sentence gone", lambda: not weir.find(None, "Nothing Was Exported"))
        save_as(weir, folder / "after.sse")
        weir.wait_text("Exported .* rows to after.sse")
        assert (folder / "after.sse").exists()
    with_file(use)


def is_cancelled():
    """Cancel keeps the old file, leaves no other file, and shows no message"""
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        (folder / "big.sse").write_bytes(b"".join(b"id: %d\ndata: {\"n\": %d}\n\n" % (n, n) for n in range(2_000_000)))
        (folder / "out.har").write_text("old")
        with Monitor(folder / "big.sse") as weir:
            weir.wait_text("^2,?000,?000 events")
            weir.key("ctrl+e")
            weir.wait_text("^All: 2,?000,?00")
            weir.click(weir.wait(None, "^Format$"))
            weir.wait_text(r"^JSON lines \(.ndjson\)$")
            weir.key("Down", "Down", "Down", "Return")
            weir.press(Role.PUSH_BUTTON, "^Export…$")
            weir.wait_text("^Save$")
            weir.key("ctrl+a")
            weir.type(str(folder / "out.har"))
            weir.key("Return")
            weir.press(Role.PUSH_BUTTON, "^_?Replace$", settled=False)
            weir.wait_text("^[1-9][0-9,]* of 2,?000,?00")
            weir.key("Escape")
            wait_for("the dialog gone", lambda: not weir.find(None, " of 2,?000,?00"))
            wait_for("nothing beside it", lambda: sorted(path.name for path in folder.iterdir()) == ["big.sse", "out.har"])
            assert (folder / "out.har").read_text() == "old"
            assert not weir.find(None, "Exported")


def is_left_with_escape():
    """Escape closes the dialog without a file"""
    def use(weir, folder):
        weir.key("ctrl+e")
        weir.wait_text("^All: ")
        weir.key("Escape")
        wait_for("the dialog gone", lambda: not weir.find(None, "^All: "))
        assert [path.name for path in folder.iterdir()] == ["stream.sse"]
    with_file(use)


run([exports_all, exports_what_is_shown, says_why_not, is_cancelled, is_left_with_escape])
