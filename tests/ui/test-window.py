# SPDX-License-Identifier: MIT
"""The window: opening, following, inspecting, and error messages."""
import http.server
import re
import socket
import tempfile
import threading
from pathlib import Path

from weirui import IS_SMALL, Feed, Monitor, Role, SteppedFeed, run, text_of, wait_for


def sample_feed():
    """Started without an address, it offers the sample feed and shows its events"""
    with Monitor() as weir:
        weir.wait_text("Watch an Event Stream")
        weir.press(Role.PUSH_BUTTON, "^Start the Sample Feed$")
        wait_for("events", lambda: [row for row in weir.rows() if row.startswith("Event welcome")])
        weir.wait_text("^Open( ·|$)")


def opens_addresses():
    """Addresses on the command line are opened, and can be disconnected"""
    with SteppedFeed("metrics") as feed, Monitor(feed.url()) as weir:
        feed.send(weir, 60)
        weir.press(Role.PUSH_BUTTON, "^Disconnect$")
        weir.wait(Role.PUSH_BUTTON, "^Connect$")
        weir.wait_text("^Closed|^Ended|^Disconnected|ended|closed")


def address_bar():
    """The address bar connects on Enter"""
    with Feed("--count", 5, "--rate", 100) as feed, Monitor() as weir:
        weir.enter(weir.wait(Role.TEXT, "^Address$"), feed.url())
        weir.press(Role.PUSH_BUTTON, "^Connect$")
        wait_for("rows", lambda: any("Event" in row for row in weir.rows()))


def keyboard_after_submenu():
    """Keys still work after an item of a submenu was chosen"""
    with SteppedFeed("metrics") as feed, Monitor(feed.url()) as weir:
        feed.send(weir, 60)
        weir.press(Role.PUSH_BUTTON, "^Stream Menu$")
        weir.press(Role.MENU_ITEM, "^Show$")
        weir.press(Role.CHECK_MENU_ITEM, "^Rate Chart$")
        weir.key("slash")
        weir.wait(None, "^Filter$")
        weir.key("Escape")


def niceness(pid):
    """Returns: the nice value of each thread of a program, by name."""
    found = {}
    for thread in Path(f"/proc/{pid}/task").iterdir():
        name, fields = re.match(r"\d+ \((.*)\) (.*)", (thread / "stat").read_text()).groups()
        found[name] = int(fields.split()[16])
    return found


def window_goes_first():
    """Threads that read and record have a lower priority than the window"""
    with SteppedFeed("metrics") as feed, Monitor(feed.url()) as weir:
        feed.send(weir, 60)
        nice = niceness(weir.process.pid)
        for name in ("weir-io", "weir-recorder"):
            assert nice[name] > nice["weir"] or nice["weir"] == 19, nice


def inspects():
    """The inspector keeps the selected event while others arrive"""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "one.sse"
        path.write_bytes(b'id: 7\nevent: tick\ndata: {"big":12345678901234567890,"a":[1,2]}\n\n')
        with Monitor(path) as weir:
            weir.select("Event tick, ID 7")
            weir.wait_text("^tick$")
            weir.wait(Role.LIST_ITEM, "^big: 12345678901234567890$")
            weir.click(weir.wait(None, "^Text$"))
            wait_for("the pretty text", lambda: any(
                '"big": 12345678901234567890' in text_of(node) for node in weir.all(Role.TEXT)))


def anonymous_memory(weir):
    """Returns: bytes."""
    return int(re.search(r"RssAnon:\s+(\d+)", Path(f"/proc/{weir.process.pid}/status").read_text()).group(1)) * 1024


def large_file():
    """A file larger than the memory limit is shown from its first row to its last"""
    n_events = 20_000 if IS_SMALL else 100_000
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "large.sse"
        with open(path, "wb") as file:
            for number in range(n_events):
                file.write(b"id: %d\ndata: %s\n\n" % (number, b"x" * 700))
        small = Path(folder) / "small.sse"
        small.write_bytes(b"id: 1\ndata: x\n\n")
        with Monitor(small) as weir:
            weir.wait(None, "ID 1,")
            before = anonymous_memory(weir)
        with Monitor(path) as weir:
            wait_for("the last row", lambda: any(f"ID {n_events - 10}," in row.get_name() for row in weir.rows_in_sight()), 60)
            more = anonymous_memory(weir) - before
            # Less than a quarter of the file. A sanitizer would use most of that itself.
            assert more < path.stat().st_size / 4 or "asan" in str(Path(f"/proc/{weir.process.pid}/maps").read_text()), more
            weir.select(f"ID {n_events // 10 - 1}")
            weir.key("Home")
            wait_for("the first rows", lambda: any("ID 1," in row.get_name() for row in weir.rows_in_sight()))


def refused():
    """A refused connection gives one message"""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/events"
        with Monitor(url) as weir:
            weir.wait_text("refused|Nothing listens|nothing listens")
            assert weir.alive()


class Answers(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(404 if self.path == "/404" else 200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>no stream</title>")

    def log_message(self, *_):
        pass


def wrong_answers():
    """A 404 and an HTML page give one message each"""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}"
    try:
        with Monitor(f"{address}/404") as weir:
            weir.wait_text("404")
            weir.enter(weir.wait(Role.TEXT, "^Address$"), f"{address}/html")
            weir.press(Role.PUSH_BUTTON, "^Connect$")
            weir.wait_text("text/html")
    finally:
        server.shutdown()


def bad_addresses():
    """An invalid URL, a missing file and a directory give one message each"""
    with tempfile.TemporaryDirectory() as folder:
        with Monitor("gopher://x") as weir:
            weir.wait_text("gopher")
            # An invalid address offers no Try Again.
            weir.wait(Role.PUSH_BUTTON, "^Edit Stream…$")
            assert not weir.find(Role.PUSH_BUTTON, "^Connect Again$")
        with Monitor(f"{folder}/not-there.sse") as weir:
            weir.wait_text("not-there.sse")
            weir.wait_text("Could Not")
        with Monitor(folder) as weir:
            weir.wait_text("folder|directory")


run([large_file, sample_feed, opens_addresses, address_bar, keyboard_after_submenu, window_goes_first, inspects, refused, wrong_answers, bad_addresses])
