#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Measures weir-tail against curl on weir-feed's flood, and its latency on an open connection.

usage: WEIR_BUILD=build-release tests/bench/engine-bench.py [--runs N] [--json FILE]

The two alternate, so that a busy machine affects both. Each figure is the median of the runs.
"""
import argparse
import json
import os
import re
import socket
import statistics
import subprocess
import sys
import time

BUILD = os.environ.get("WEIR_BUILD", "build")
TAIL = os.path.join(BUILD, "app/cli/weir-tail")
FEED = os.path.join(BUILD, "app/feed/weir-feed")
EVENT_BYTES = 260


def run(command):
    """Returns: wall and processor seconds of a command. Its output is discarded."""
    begin = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{command[0]} ended with {process.returncode}")
    return time.monotonic() - begin, usage.ru_utime + usage.ru_stime


def measure_flood(framing, count, runs):
    feed = subprocess.Popen(
        [FEED, "--scenario=flood", f"--framing={framing}", f"--count={count}"],
        stdout=subprocess.PIPE, text=True)
    try:
        url = re.search(r"http://[\d.]+:\d+", feed.stdout.readline()).group() + "/events"
        curl, tail = [], []
        for _ in range(runs):
            curl.append(run(["curl", "-sN", "-o", "/dev/null", url]))
            tail.append(run([TAIL, "--format=data", "--no-reconnect", url]))
    finally:
        feed.terminate()
        feed.wait()
    curl_wall, tail_wall = (statistics.median(wall for wall, _ in side) for side in (curl, tail))
    return {
        "framing": framing,
        "events": count,
        "curl_mb_s": count * EVENT_BYTES / curl_wall / 1e6,
        "tail_mb_s": count * EVENT_BYTES / tail_wall / 1e6,
        "ratio": curl_wall / tail_wall,
        "tail_events_s": count / tail_wall,
        "tail_cpu_ns_event": statistics.median(cpu for _, cpu in tail) / count * 1e9,
    }


def measure_latency(count):
    """Milliseconds from the server's write to the byte on weir-tail's standard output."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        tail = subprocess.Popen(
            [TAIL, "--format=data", f"http://127.0.0.1:{server.getsockname()[1]}/"],
            stdout=subprocess.PIPE)
        connection, _ = server.accept()
        with connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection.recv(65536)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n")
            times = []
            for number in range(count):
                line = b"data: %d\n\n" % number
                begin = time.perf_counter_ns()
                connection.sendall(line)
                tail.stdout.readline()
                times.append((time.perf_counter_ns() - begin) / 1e6)
                time.sleep(0.001)
        tail.terminate()
        tail.wait()
    times.sort()
    return {"events": count, "median_ms": times[count // 2], "p99_ms": times[count * 99 // 100]}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--events", type=int, default=4_000_000, help="for each large flood")
    parser.add_argument("--json", metavar="FILE")
    options = parser.parse_args()

    floods = []
    print(f"{'framing':8} {'curl MB/s':>10} {'weir MB/s':>10} {'ratio':>6} "
          f"{'weir events/s':>14} {'CPU ns/event':>13}")
    for framing, share in (("block", 1), ("close", 1), ("event", 4)):
        row = measure_flood(framing, options.events // share, options.runs)
        floods.append(row)
        print(f"{framing:8} {row['curl_mb_s']:10.0f} {row['tail_mb_s']:10.0f} {row['ratio']:6.2f} "
              f"{row['tail_events_s']:14.0f} {row['tail_cpu_ns_event']:13.0f}", flush=True)
    latency = measure_latency(1000)
    print(f"latency on an open connection: median {latency['median_ms']:.3f} ms, "
          f"99th percentile {latency['p99_ms']:.3f} ms")
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump({"flood": floods, "latency": latency}, file, indent=2)
            file.write("\n")


main()
