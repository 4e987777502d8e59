#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Measures the monitor's real window, under Xvfb, with weir-feed over loopback.

  ./dev bench monitor [--json FILE] [--seconds N] [--rounds N] [--minutes N] [--only NAME,…]

flood   events of 260 bytes as fast as the socket takes them, with the list following: recorded and not,
        in blocks and as one HTTP chunk per event; and Chromium's EventSource on the same feed
held    ten million events, without and with 10,000 new ones a second: memory, and the time to paint
        another part of the list
busy    300,000 events a second with the filter, the rate strip and the inspector all in use
open    a 2 GB recording: time to the first rows and to the complete index
filter  texts in it, compared with grep on the same bytes
idle    1,000 events a second with the window hidden: memory and processor
start   from the start of the program to a visible window, without a stream, and the same for an empty
        AdwApplicationWindow; --starts says how often each, in turn
"""
import argparse
import ctypes
import http.server
import json
import os
import random
import re
import select
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("WEIR_BUILD", ROOT / "build")).resolve()
EVENT_BYTES = 260
RECORD_BYTES = 24  # the size of a row in memory, asserted in its definition
PAGE = """<!doctype html><title>bench</title><script>
let n = 0, begin = 0;
const source = new EventSource("/events?scenario=flood&rate=0");
source.onmessage = () => { if (n++ === 0) begin = performance.now(); };
setInterval(() => { new Image().src = "%s/?n=" + n + "&ms=" + (performance.now() - begin); }, 1000);
</script>"""


class Feed:
    def __init__(self, *arguments):
        self.process = subprocess.Popen([BUILD / "app/feed/weir-feed", *arguments], stdout=subprocess.PIPE, text=True)
        self.address = self.process.stdout.readline().strip()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()


class Window:
    """The monitor with a report and its own folders."""

    def __init__(self, url, record=True):
        self.room = Path(tempfile.mkdtemp(prefix="weir-bench-"))
        settings = self.room / "config/glib-2.0/settings"
        settings.mkdir(parents=True)
        (settings / "keyfile").write_text(f"[io/github/weir_monitor/Weir]\nrecord={str(record).lower()}\nrestore=false\ndisk-limit=65536\n")
        self.report = self.room / "report.json"
        self.process = subprocess.Popen(
            [BUILD / "app/ui/weir", f"--report={self.report}", url], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env={**os.environ, "GSETTINGS_BACKEND": "keyfile", "XDG_CONFIG_HOME": str(self.room / "config"),
                 "XDG_DATA_HOME": str(self.room / "data"), "GSK_RENDERER": "cairo"})

    def rss_anon(self):
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"RssAnon:\s+(\d+)", status).group(1)) * 1024

    def cpu_seconds(self):
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def wait_for_bytes(self, n_bytes):
        """Waits until about this number is recorded (the first events are shorter)."""
        while sum(path.stat().st_size for path in self.segments()) < n_bytes * 0.98:
            time.sleep(0.5)
            if self.process.poll() is not None:
                sys.exit("the window ended")

    def place(self):
        """Returns: x, y, width and height of the largest window."""
        found = subprocess.run(["xdotool", "search", "--onlyvisible", "--pid", str(self.process.pid)],
                               capture_output=True, text=True, check=True)
        places = []
        for number in found.stdout.split():
            told = subprocess.run(["xdotool", "getwindowgeometry", "--shell", number], capture_output=True, text=True)
            values = dict(line.split("=") for line in told.stdout.split())
            places.append([int(values[name]) for name in ("X", "Y", "WIDTH", "HEIGHT")])
        return max(places, key=lambda place: place[2] * place[3])

    def hide(self):
        found = subprocess.run(["xdotool", "search", "--pid", str(self.process.pid)], capture_output=True, text=True)
        for number in found.stdout.split():
            subprocess.run(["xdotool", "windowunmap", number], check=False)

    def segments(self):
        return sorted((self.room / "data/weir/recordings").glob("*.weir/*.sse"))

    def close(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)
        return json.loads(self.report.read_text())

    def remove(self):
        shutil.rmtree(self.room, ignore_errors=True)


def click(x, y):
    subprocess.run(["xdotool", "mousemove", str(int(x)), str(int(y)), "click", "1"], check=True)


def missing_events(segments):
    """Returns: the events missing in the files from the first one on, by their ids, with every byte checked."""
    lost, expected = 0, None
    for path in segments:
        data = path.read_bytes()
        ids = [int(number) for number in re.findall(rb"^id: (\d+)$", data, re.MULTILINE)]
        # The last event may be incomplete.
        lost += max(0, len(data) // EVENT_BYTES - len(ids))
        for number in ids:
            lost += expected is not None and number != expected
            expected = number + 1
    return lost


def flood(seconds, framing, record):
    with Feed("--scenario", "flood", "--rate", "0", "--framing", framing) as feed:
        window = Window(feed.address + "/events", record)
        try:
            time.sleep(seconds + 2)
            report = window.close()
            lost = missing_events(window.segments()) if record else None
            if not record and window.segments():
                sys.exit("the window recorded, though it was told not to")
        finally:
            window.remove()
    took = report["took_us"] / 1e6
    return {"events_per_s": report["events"] / took if took else 0, "p50_frame_ms": report["p50_ms"],
            "p99_frame_ms": report["p99_ms"], "worst_frame_ms": report["worst_ms"], "frames": report["frames"],
            "rss_anon": report["rss_anon"], "lost": lost}


def chromium(seconds):
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if not program:
        return None
    counts = []

    class Counter(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            match = re.search(r"n=(\d+)&ms=([\d.]+)", self.path)
            counts.append((int(match.group(1)), float(match.group(2))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Counter)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory() as www:
        Path(www, "index.html").write_text(PAGE % f"http://127.0.0.1:{server.server_port}")
        with Feed("--scenario", "flood", "--rate", "0", "--www", www) as feed:
            browser = subprocess.Popen(
                [program, "--headless=new", "--no-sandbox", "--disable-gpu", f"--user-data-dir={www}/profile", feed.address + "/"],
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
            time.sleep(seconds + 3)
            os.killpg(browser.pid, signal.SIGKILL)
            browser.wait()
    server.shutdown()
    rates = [n / ms * 1e3 for n, ms in counts if n > 0 and ms > 0]
    return rates[-1] if rates else None


def bench_flood(options):
    result = {}
    for name, framing, record in (("recorded", "block", True), ("unrecorded", "block", False), ("chunk_each", "event", True)):
        rounds = [flood(options.seconds, framing, record) for _ in range(options.rounds)]
        rounds.sort(key=lambda one: one["events_per_s"])
        middle = rounds[len(rounds) // 2]
        middle["spread"] = [rounds[0]["events_per_s"], rounds[-1]["events_per_s"]]
        result[name] = middle
    peer = chromium(min(options.seconds, 10))
    recorded = result["recorded"]
    return {"events_per_s": recorded["events_per_s"], "p99_frame_ms": recorded["p99_frame_ms"], "lost": recorded["lost"],
            "chromium_events_per_s": peer, "ratio": recorded["events_per_s"] / peer if peer else None, **result}


def held(feed, n_events, n_jumps):
    """Jumps in a window with this number of events by clicks on the scroll bar."""
    window = Window(feed.address + "/events")
    try:
        window.wait_for_bytes(n_events * EVENT_BYTES)
        # Waits until everything has been read.
        time.sleep(3)
        place = window.place()
        places = random.Random(1)
        for _ in range(n_jumps):
            click(place[0] + place[2] - 10, place[1] + 90 + places.random() * (place[3] - 240))
            time.sleep(0.1)
        anon = window.rss_anon()
        report = window.close()
    finally:
        window.remove()
    return {"events": report["events"], "rss_anon": anon, "jumps": report["jumps"], "jump_p50_ms": report["jump_p50_ms"],
            "jump_p99_ms": report["jump_p99_ms"], "jump_worst_ms": report["jump_worst_ms"]}


def bench_held(options):
    """The bytes are on disk. In addition, an event takes a record of 24 bytes, of which a part is on disk as well."""
    with Feed("--scenario", "flood", "--rate", "0.001", "--backlog", str(options.events)) as feed:
        quiet = held(feed, options.events, options.jumps)
    with Feed("--scenario", "flood", "--rate", "10000", "--backlog", str(options.events)) as feed:
        receiving = held(feed, options.events, options.jumps)
    return {"bytes_per_event": RECORD_BYTES, **quiet, "receiving": receiving}


def press(*keys):
    subprocess.run(["xdotool", "key", "--clearmodifiers", *keys], check=True)


def busy(seconds, rate):
    """Filters, selects events and changes the filter at this rate of events."""
    with Feed("--scenario", "flood", "--rate", str(rate)) as feed:
        window = Window(feed.address + "/events")
        try:
            time.sleep(3)
            place = window.place()
            end = time.monotonic() + seconds
            turn = 0
            while time.monotonic() < end:
                press("slash", "ctrl+a")
                subprocess.run(["xdotool", "type", "--delay", "60", f"id:{turn % 9 + 1}" if turn % 2 else f"{turn % 9 + 1}7"], check=True)
                press("Return")
                time.sleep(0.5)
                click(place[0] + place[2] * 0.4, place[1] + place[3] * 0.4)
                for _ in range(20):
                    press("Down")
                    time.sleep(0.1)
                press("End")
                time.sleep(0.5)
                turn += 1
            report = window.close()
        finally:
            window.remove()
    took = report["took_us"] / 1e6
    return {"events_per_s": report["events"] / took, "turns": turn, "p50_frame_ms": report["p50_ms"],
            "p99_frame_ms": report["p99_ms"], "worst_frame_ms": report["worst_ms"], "frames": report["frames"]}


def bench_busy(options):
    rounds = sorted((busy(options.seconds, 300_000) for _ in range(options.rounds)), key=lambda one: one["p99_frame_ms"])
    return {**rounds[len(rounds) // 2], "p99_spread": [rounds[0]["p99_frame_ms"], rounds[-1]["p99_frame_ms"]]}


def bench_idle(options):
    """The first half of the time is warm-up, in which the log fills its memory limit."""
    with Feed("--scenario", "metrics", "--rate", "1000") as feed:
        window = Window(feed.address + "/events")
        try:
            time.sleep(5)
            window.hide()
            time.sleep(options.minutes * 30)
            before, cpu, begin = window.rss_anon(), window.cpu_seconds(), time.monotonic()
            time.sleep(options.minutes * 30)
            seconds = time.monotonic() - begin
            return {"rss_anon_mb": window.rss_anon() / 1e6,
                    "rss_anon_mb_per_minute": (window.rss_anon() - before) / 1e6 / seconds * 60,
                    "measured_minutes": seconds / 60,
                    "cpu_percent": (window.cpu_seconds() - cpu) / seconds * 100, "events": window.close()["events"]}
        finally:
            window.remove()


class Display:
    """The X display, by which windows become visible."""
    SUBSTRUCTURE_NOTIFY = 1 << 19
    MAP_NOTIFY = 19

    def __init__(self):
        self.x11 = ctypes.CDLL("libX11.so.6")
        self.x11.XOpenDisplay.restype = ctypes.c_void_p
        self.x11.XDefaultRootWindow.restype = ctypes.c_ulong
        self.display = ctypes.c_void_p(self.x11.XOpenDisplay(None))
        root = ctypes.c_ulong(self.x11.XDefaultRootWindow(self.display))
        self.x11.XSelectInput(self.display, root, ctypes.c_long(self.SUBSTRUCTURE_NOTIFY))

    def forget(self):
        """Discards the events so far."""
        self.x11.XSync(self.display, 1)

    def wait_for_window(self, process):
        event = (ctypes.c_long * 24)()  # an XEvent
        kind = ctypes.c_int.from_buffer(event)
        while kind.value != self.MAP_NOTIFY:
            if self.x11.XPending(self.display):
                self.x11.XNextEvent(self.display, event)
            elif process.poll() is not None:
                sys.exit(f"{process.args[0]} ended without a window")
            else:
                select.select([self.x11.XConnectionNumber(self.display)], [], [], 1)


def start(display, *command):
    """Returns: the milliseconds from the start of the command to its visible window."""
    room = tempfile.mkdtemp(prefix="weir-bench-")
    display.forget()
    begin = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                               env={**os.environ, "XDG_DATA_HOME": room, "GSK_RENDERER": "cairo"})
    display.wait_for_window(process)
    took = time.monotonic() - begin
    process.kill()
    process.wait()
    shutil.rmtree(room, ignore_errors=True)
    return took * 1e3


def bench_start(options):
    display = Display()
    programs = {"weir_ms": BUILD / "app/ui/weir", "empty_window_ms": BUILD / "tests/bench/empty-window"}
    for program in programs.values():  # fills the disk cache
        start(display, program)
    times = {name: [] for name in programs}
    for _ in range(options.starts):
        for name, program in programs.items():
            times[name].append(start(display, program))
    result = {name: statistics.median(of_one) for name, of_one in times.items()}
    return {**result, "ratio": result["weir_ms"] / result["empty_window_ms"]}


def bench_engine(_options):
    with tempfile.TemporaryDirectory() as folder:
        figures = Path(folder, "figures.json")
        subprocess.run([BUILD / "tests/bench/engine-bench", "--folder", folder, "--json", figures], check=True,
                       stdout=subprocess.DEVNULL)
        found = json.loads(figures.read_text())
    pick = lambda prefix: {name.removeprefix(prefix): value for name, value in found.items() if name.startswith(prefix)}
    return {"open": pick("open_"), "filter": pick("filter_")}


def show(name, value, indent=""):
    if isinstance(value, dict):
        print(f"{indent}{name}")
        for inner, one in value.items():
            show(inner, one, indent + "  ")
    else:
        print(f"{indent}{name:<{34 - len(indent)}} {value:,.2f}" if isinstance(value, (int, float)) else f"{indent}{name:<{34 - len(indent)}} {value}")
    sys.stdout.flush()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    parser.add_argument("--seconds", type=float, default=20, help="how long a flood lasts")
    parser.add_argument("--rounds", type=int, default=3, help="floods of each kind; the median counts")
    parser.add_argument("--events", type=int, default=10_000_000, help="how many are held")
    parser.add_argument("--jumps", type=int, default=200, help="how often the list jumps about in them")
    parser.add_argument("--minutes", type=float, default=10, help="how long the idle window is watched, half of it as warm-up")
    parser.add_argument("--starts", type=int, default=15, help="how often each program is started")
    parser.add_argument("--only", default="flood,held,busy,engine,idle,start", help="which, with commas")
    options = parser.parse_args()

    if "WEIR_BENCH_INSIDE" not in os.environ:
        os.environ["WEIR_BENCH_INSIDE"] = "1"
        os.execv(ROOT / "tests/ui/under-xvfb", ["under-xvfb", sys.executable, *sys.argv])
    result = {"machine": {"load": os.getloadavg()[0], "cores": os.cpu_count()}}
    for name in options.only.split(","):
        part = globals()[f"bench_{name}"](options)
        result.update(part if name == "engine" else {name: part})
    for name, value in result.items():
        show(name, value)
    if options.json:
        options.json.write_text(json.dumps(result, indent=1) + "\n")


main()
