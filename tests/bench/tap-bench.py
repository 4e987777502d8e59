#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Measures the delay of a tap: the time from the creation of an event in the sample feed to its last byte at
a client, directly and through a tap, alternating, a thousand events each. WEIR_BUILD names the build folder."""
import os
import re
import signal
import socket
import statistics
import subprocess
import time
from pathlib import Path

BUILD = Path(os.environ.get("WEIR_BUILD", Path(__file__).resolve().parents[2] / "build-release"))
EVENTS = 1000
ROUNDS = 3
SENT = re.compile(rb'"sent_us":(\d+).*?\n\n', re.DOTALL)


def measure(port):
    """Returns: the delays of EVENTS events in microseconds."""
    delays = []
    rest = b""
    with socket.create_connection(("127.0.0.1", port), 60) as client:
        client.sendall(b"GET /events?scenario=metrics&rate=500 HTTP/1.1\r\nHost: localhost\r\n\r\n")
        while len(delays) < EVENTS:
            rest += client.recv(65536)
            now = time.time_ns() // 1000
            end = 0
            for found in SENT.finditer(rest):
                delays.append(now - int(found[1]))
                end = found.end()
            rest = rest[end:]
    return delays


def port_of(line):
    return int(re.search(r"http://127\.0\.0\.1:(\d+)", line)[1])


def main():
    feed = subprocess.Popen([BUILD / "app/feed/weir-feed"], stdout=subprocess.PIPE, text=True)
    feed_port = port_of(feed.stdout.readline())
    tap = subprocess.Popen(
        [BUILD / "app/cli/weir-tail", "--format=ndjson", "--tap=127.0.0.1:0",
         f"http://127.0.0.1:{feed_port}"],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )
    tap_port = port_of(tap.stderr.readline())
    direct, tapped = [], []
    try:
        for _ in range(ROUNDS):
            direct += measure(feed_port)
            tapped += measure(tap_port)
    finally:
        for process in (tap, feed):
            process.send_signal(signal.SIGTERM)
            process.wait()
    for name, delays in (("direct", direct), ("tapped", tapped)):
        delays.sort()
        print(f"{name:6}  median {statistics.median(delays):6.0f} µs   "
              f"p99 {delays[len(delays) * 99 // 100]:6.0f} µs")
    print(f"added   median {statistics.median(tapped) - statistics.median(direct):6.0f} µs")


main()
