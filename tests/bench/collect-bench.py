#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Measures weir-collect with Redis and NATS on loopback.

usage: WEIR_BUILD=build-release tests/bench/collect-bench.py [rate|slow|quiet]…

rate   a million events of 260 bytes, stored and acknowledged: events per second, and processor time
slow   2 GB through a Redis that is stopped half of the time: memory at the start and at the end
quiet  2,000 streams with an event each 10 s: memory for each, and processor time
"""
import os
import re
import resource
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import ExitStack
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "collect"))
from engines import Collect, Nats, Redis, free_port, wait_for  # noqa: E402

BUILD = Path(os.environ.get("WEIR_BUILD", Path(__file__).resolve().parents[2] / "build-release"))
Collect.program = BUILD / "app/collect/weir-collect"
PAGE = resource.getpagesize()
TICK = os.sysconf("SC_CLK_TCK")


class Feed:
    def __init__(self, *arguments):
        self.process = subprocess.Popen([BUILD / "app/feed/weir-feed", *arguments], stdout=subprocess.PIPE, text=True)
        self.url = self.process.stdout.readline().strip()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()


def get_memory(collect):
    """Returns: anonymous memory in bytes."""
    text = Path(f"/proc/{collect.process.pid}/status").read_text()
    return int(re.search(r"RssAnon:\s+(\d+)", text)[1]) * 1024


def get_processor_time(collect):
    """Returns: seconds."""
    fields = Path(f"/proc/{collect.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def get_metrics(port):
    return urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics").read().decode()


def get_metric(port, name):
    return int(re.search(rf"^{name} (\d+)", get_metrics(port), re.MULTILINE)[1])


def measure_rate():
    count = 1_000_000
    for engine_class in (Redis, Nats):
        port = free_port()
        with engine_class(*(["--appendfsync", "everysec"] if engine_class is Redis else [])) as engine, \
                Feed("--scenario=flood", f"--count={count}") as feed, \
                Collect(f"--to={engine.target}", "--name=s", f"--metrics=127.0.0.1:{port}", f"{feed.url}/events") as collect:
            collect.says("metrics")
            wait_for("the first records", lambda: get_metric(port, "weir_collect_stored_records_total"))
            begin, first = time.monotonic(), get_metric(port, "weir_collect_stored_records_total")
            wait_for("all records", lambda: get_metric(port, "weir_collect_stored_records_total") >= count, 600)
            seconds = time.monotonic() - begin
            print(f"rate   {engine_class.__name__:5}  {(count - first) / seconds:9.0f} events a second, "
                  f"{get_processor_time(collect) / count * 1e6:.2f} µs of processor time each")


def measure_slow():
    size = 2 << 30
    port = free_port()
    with Redis("--appendonly", "no", "--maxmemory", "64mb", "--maxmemory-policy", "allkeys-random") as redis, \
            Feed("--scenario=flood") as feed, \
            Collect(f"--to={redis.target}", "--name=s", f"--metrics=127.0.0.1:{port}", f"{feed.url}/events") as collect:
        collect.says("metrics")
        wait_for("the first MB", lambda: get_metric(port, "weir_collect_stored_bytes_total") > 100 << 20, 600)
        begin = get_memory(collect)
        while get_metric(port, "weir_collect_stored_bytes_total") < size:
            redis.process.send_signal(signal.SIGSTOP)
            time.sleep(0.5)
            redis.process.send_signal(signal.SIGCONT)
            time.sleep(0.5)
        print(f"slow   {begin / 1e6:.1f} MB after 0.1 GB, {get_memory(collect) / 1e6:.1f} MB after 2.1 GB")


def measure_quiet():
    count, n_feeds = 2000, 4
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(20000, resource.getrlimit(resource.RLIMIT_NOFILE)[1]),) * 2)
    # A feed accepts a limited number of connections.
    with Redis() as redis, ExitStack() as stack, tempfile.TemporaryDirectory() as folder:
        feeds = [stack.enter_context(Feed("--scenario=metrics", "--rate=0.1")) for _ in range(n_feeds)]
        port = free_port()
        path = Path(folder, "collect.conf")
        path.write_text(f"[collect]\nto={redis.target}\nmetrics=127.0.0.1:{port}\n"
                        + "".join(f"[s{n}]\naddress={feeds[n % n_feeds].url}/events\n" for n in range(count)))
        with Collect("--config", path) as collect:
            collect.says("metrics")
            wait_for("all streams", lambda: len(re.findall(r'^weir_collect_stream_open\{.*\} 1$', get_metrics(port), re.MULTILINE)) == count, 300)
            time.sleep(30)
            begin, then = get_processor_time(collect), time.monotonic()
            time.sleep(30)
            share = (get_processor_time(collect) - begin) / (time.monotonic() - then)
            print(f"quiet  {count} streams: {get_memory(collect) / count / 1e3:.0f} kB each, {share * 100:.1f} % of a core")


PARTS = {"rate": measure_rate, "slow": measure_slow, "quiet": measure_quiet}
for name in sys.argv[1:] or PARTS:
    PARTS[name]()
