# SPDX-License-Identifier: MIT
"""Check Sequence and Schema: gaps in the numbering and changes of the JSON's schema."""
import tempfile
from contextlib import contextmanager
from pathlib import Path

from weirui import Monitor, Role, SteppedFeed, run, settle, text_of, wait_for

BY = "^Number of an event: id or a JSON path$"


def event(number, data, kind="tick"):
    return f"id: {number}\nevent: {kind}\ndata: {data}\n\n"


def stream():
    """Numbers 41 to 43 are missing, the price is a string from 60 on, and the name contains markup."""
    numbers = [n for n in range(1, 81) if not 41 <= n <= 43]
    return "".join(event(n, '{"seq": %d, "price": %s, "<b>&": 1}' % (n, f'"{n}.0"' if n >= 60 else n), "<i>tick")
                   for n in numbers)


@contextmanager
def file(content):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "numbers.sse"
        path.write_text(content)
        yield path


def check(weir):
    weir.focus()
    weir.key("ctrl+i")
    return weir.wait(Role.TEXT, BY)


def finds():
    """Gaps and changes are listed without markup, and choosing one shows its row"""
    with file(stream()) as path, Monitor(path) as weir:
        wait_for("the rows", lambda: len(weir.rows()) > 10)
        check(weir)
        weir.wait_text("^3 numbers are missing: 41 to 43, between 40 and 44$")
        weir.wait_text(r"^\$.price of <i>tick changed from number to string$")
        weir.wait_text("^77 events, numbered 1 to 80 · missing: 3 · gaps: 1\n1 change of the JSON schema · event types: 1 · paths: 4$")
        weir.wait_text("^No. 42 · .* · Sequence$")
        weir.click(weir.wait_text(r"^\$.price of"))
        wait_for("the first with a string", lambda: weir.find(None, "ID 60"))
        weir.click(weir.wait_text("^3 numbers are missing"))
        wait_for("the event behind the gap", lambda: weir.find(None, "ID 44"))
        weir.key("Escape")


def hidden():
    """Choosing an event that the filter hides shows it"""
    with file(stream() + event(81, '{"seq": 81}', "rare")) as path, Monitor(path) as weir:
        wait_for("the rows", lambda: len(weir.rows()) > 10)
        weir.focus()
        weir.key("slash")
        weir.type("type:rare")
        wait_for("the rare one", lambda: len(weir.rows()) == 1)
        check(weir)
        weir.click(weir.wait_text("^3 numbers are missing"))
        wait_for("the event", lambda: weir.find(None, "ID 44"))
        weir.wait_text("^The filter hides this row$")
        weir.key("Escape")


def by_path():
    """A JSON path can give the number, an invalid one is one message, and no findings are reported as such"""
    with file("".join(event("x", '{"seq": %d}' % n) for n in range(7, 20))) as path, Monitor(path) as weir:
        wait_for("the rows", lambda: len(weir.rows()) > 10)
        entry = check(weir)
        weir.wait_text("^No Numbered Events$")
        weir.enter(entry, "$.seq")
        weir.key("Return")
        weir.wait_text("^No Gaps Found$")
        weir.wait_text("^No gaps: 13 events, numbered 7 to 19\nThe JSON schema did not change")
        weir.enter(entry, "$.seq[")
        weir.key("Return")
        weir.wait_text("^Invalid Path$")
        weir.wait_text("has an error at character 7")
        weir.key("Escape")


def over_limits():
    """With too many series the dialog reports that not all were checked"""
    with file("".join(event(f"{n}-{i}", "x") for n in range(300) for i in range(2))) as path, Monitor(path) as weir:
        wait_for("the rows", lambda: len(weir.rows()) > 10)
        check(weir)
        weir.wait_text("^Some Events Could Not Be Checked$")
        weir.wait_text("^No gaps: 512 events in 256 series · events of further series, or with a number that is too long: 88\n")
        weir.key("Escape")


def remembered():
    """The numbering is remembered, also after a restart, and new events are checked"""
    with tempfile.TemporaryDirectory() as home, SteppedFeed("metrics") as feed:
        with Monitor(feed.url(), home=home) as weir:
            entry = check(weir)
            weir.wait_text("^No Events Yet$")
            weir.enter(entry, "$.seq")
            weir.key("Return")
            weir.key("Escape")
            wait_for("no window", lambda: weir.find(None, BY) is None)
            feed.send(weir, 20)
            entry = check(weir)
            assert text_of(entry) == "$.seq", text_of(entry)
            weir.wait_text("^No Numbered Events$")
            weir.key("Escape")
            wait_for("no window", lambda: weir.find(None, BY) is None)
            settle()
        with Monitor(home=home) as weir:
            wait_for("the stream", lambda: weir.find(None, "127.0.0.1"))
            entry = check(weir)
            assert text_of(entry) == "$.seq", text_of(entry)
            weir.key("Escape")


run([finds, hidden, by_path, over_limits, remembered])
