#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""System calls that fail or are slow at every n-th call, while a stream is recorded, replayed, exported and
tapped: no crash, at most one sentence about each thing that failed, everything printed, and a recording that
is readable up to where it stopped. Arguments: libfail-calls weir-tail weir-feed export-all."""
import errno
import json
import os
import re
import resource
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "feed"))
from faults import CHUNKED, Script, chunk, event, plays  # noqa: E402
from harness import expect, run_tests  # noqa: E402

LIBRARY, WEIR_TAIL, WEIR_FEED, EXPORT_ALL = sys.argv[1:]
EVERY = [1, 2, 3, 5, 8]
COUNT = 2000
STREAM = b"".join(b"id: %d\ndata: %s %d\n\n" % (number, b"x" * 900, number) for number in range(1, COUNT + 1))


def failing(call, every, error, under=None, **more):
    """The environment in which it fails."""
    return {**os.environ, "LC_ALL": "C.UTF-8", "LD_PRELOAD": LIBRARY, "WEIR_FAIL_CALL": call,
            "WEIR_FAIL_EVERY": str(every), "WEIR_FAIL_ERRNO": str(error),
            **({"WEIR_FAIL_UNDER": str(under)} if under else {}), **{key: str(value) for key, value in more.items()}}


def run(environment, *words):
    return subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, timeout=120, env=environment,
                          check=False)


def events(text):
    return [json.loads(line)["lastEventId"] for line in text.decode().splitlines() if '"kind":"event"' in line]


def expect_sentences(done, most, *where):
    """It exited, and printed at most this many sentences."""
    expect(done.returncode in (0, 1), *where, "ended with", done.returncode, done.stderr.decode()[-500:])
    lines = [line for line in done.stderr.decode().splitlines() if "is a tap on" not in line]
    expect(len(lines) <= most, *where, lines)
    expect(all(line.startswith("weir-tail: ") for line in lines), *where, lines)
    expect(done.returncode == 0 or lines, *where, "failed without a sentence")
    return lines


def read_recordings(folder):
    """The ids of each recording below folder, read without faults."""
    found = []
    for path in Path(folder).glob("*.weir"):
        done = run({**os.environ, "LC_ALL": "C.UTF-8"}, WEIR_TAIL, "--format=ndjson", str(path))
        expect(done.returncode in (0, 1), path, done)
        found.append(events(done.stdout))
    return found


def record(call, every, error):
    server = Script(plays(CHUNKED, *[chunk(STREAM[at:at + 50000]) for at in range(0, len(STREAM), 50000)],
                          b"0\r\n\r\n"))
    where = (call, every, errno.errorcode.get(error, "late"))
    with tempfile.TemporaryDirectory() as folder:
        done = run(failing(call, every, error, folder), WEIR_TAIL, "--format=ndjson", "--no-reconnect",
                   f"--record={folder}", server.url)
        lines = expect_sentences(done, 1, *where)
        # The library does reach the calls.
        expect(lines or error == 0 or every > 1 or call == "pwrite", *where, "nothing failed")
        if not lines or "stopped" in lines[0]:
            # Whatever happens to the recording, what came is printed.
            expect(events(done.stdout) == [str(number) for number in range(1, COUNT + 1)], *where, lines)
        for ids in read_recordings(folder):
            expect(ids == [str(number) for number in range(1, len(ids) + 1)], *where, ids[-3:])
            expect(lines or len(ids) == COUNT, *where, "lost without a sentence", len(ids))
    server.close()


def recorded():
    for call, error in [("write", errno.ENOSPC), ("write", errno.EIO), ("pwrite", errno.EIO), ("fsync", errno.EIO),
                        ("open", errno.EMFILE), ("open", errno.EACCES), ("write", 0), ("fsync", 0),
                        ("mmap", errno.ENOMEM)]:
        for every in EVERY[1 if call == "mmap" else 0:]:
            record(call, every, error)


def lose_power(report, recording, after):
    """Copies to the folder after what a disk keeps of a recording: of each file the bytes that were synced, if
    its name was synced as well."""
    names, sizes, folder = set(), {}, None
    for line in report.read_text().splitlines():
        if line.startswith("\t"):
            names.add(folder + line[1:])
            continue
        size, path = line.split(" ", 1)
        folder = path if path.endswith("/") else None
        if folder is None:
            sizes[path] = int(size)
    if str(recording) not in names:
        return False
    after.mkdir()
    for path in recording.iterdir():
        if str(path) in names:
            (after / path.name).write_bytes(path.read_bytes()[:sizes.get(str(path), 0)])
    return True


def power_lost():
    """What is a few seconds old survives: each short connection's file, its name and the marks."""
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder).resolve()
        report, recording = folder / "synced", folder / "x.weir"
        server = Script(*[plays(CHUNKED, chunk(event(number)), b"0\r\n\r\n") for number in range(1, 200)])
        tail = subprocess.Popen(
            [WEIR_TAIL, "--format=ndjson", "--retry-ms=100", f"--record={recording}", server.url],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            env={**os.environ, "LC_ALL": "C.UTF-8", "LD_PRELOAD": LIBRARY, "WEIR_SYNCED": str(report)})
        shown = []
        while len(shown) < 20:
            line = tail.stdout.readline()
            expect(line, "weir-tail ended")
            shown += events(line)
        # Until the last of them is synced, which takes a second; the files before it must be by then.
        last = recording / "000020-000000000000000.sse"
        while f" {last}\n" not in (report.read_text() if report.exists() else ""):
            expect(tail.stdout.readline(), "weir-tail ended")
        tail.send_signal(signal.SIGKILL)
        tail.communicate(timeout=60)
        server.close()
        after = folder / "after.weir"
        expect(lose_power(report, recording, after), "not even its name is kept")
        done = run({**os.environ, "LC_ALL": "C.UTF-8"}, WEIR_TAIL, "--format=ndjson", str(after))
        kept = events(done.stdout)
        expect(kept[:20] == shown, kept, shown, report.read_text())
        marks = (after / "marks").read_text()
        expect(re.search(r"^c 20 ", marks, re.MULTILINE), marks)


def all_synced():
    """A recording that has ended is on the disk as a whole."""
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder).resolve()
        report, recording, after = folder / "synced", folder / "x.weir", folder / "after.weir"
        server = Script(*[plays(CHUNKED, chunk(event(number)), b"0\r\n\r\n") for number in range(1, 4)])
        done = run({**os.environ, "LC_ALL": "C.UTF-8", "LD_PRELOAD": LIBRARY, "WEIR_SYNCED": str(report)},
                   WEIR_TAIL, "--format=none", "--retry-ms=20", f"--record={recording}", server.url)
        server.close()
        expect(done.returncode == 0, done)
        expect(lose_power(report, recording, after), "not even its name is kept")
        for path in recording.iterdir():
            expect((after / path.name).exists() and (after / path.name).read_bytes() == path.read_bytes(), path)


def make_recording(folder):
    """A recording of several connections, and of bookmarks."""
    path = Path(folder) / "x.weir"
    server = Script(*[plays(CHUNKED, chunk(b"".join(event(number) for number in range(1, 4))), b"0\r\n\r\n")] * 3)
    done = run({**os.environ, "LC_ALL": "C.UTF-8"}, WEIR_TAIL, "--format=none", "--retry-ms=20", f"--record={path}",
               server.url)
    server.close()
    expect(done.returncode == 0, done)
    (path / "bookmarks").write_text("weir-bookmarks 1\n1 30 event A note\n", encoding="utf-8")
    return path


def replayed():
    with tempfile.TemporaryDirectory() as folder:
        path = make_recording(folder)
        whole = events(run({**os.environ, "LC_ALL": "C.UTF-8"}, WEIR_TAIL, "--format=ndjson", str(path)).stdout)
        for call, error in [("open", errno.EMFILE), ("open", errno.EIO), ("open", 0)]:
            for every in range(1, 12):
                done = run(failing(call, every, error, path), WEIR_TAIL, "--format=ndjson", str(path))
                lines = expect_sentences(done, 2, call, every)
                expect(lines or events(done.stdout) == whole, call, every, "lost without a sentence")


def exported():
    with tempfile.TemporaryDirectory() as folder:
        path = make_recording(folder)
        out = Path(folder) / "out"
        out.mkdir()
        for call, error in [("write", errno.ENOSPC), ("fsync", errno.EIO), ("open", errno.EMFILE), ("mmap", errno.ENOMEM)]:
            for every in EVERY[1 if call == "mmap" else 0:]:
                done = run(failing(call, every, error, out if call != "mmap" else None), EXPORT_ALL, str(path), str(out))
                lines = done.stdout.decode().splitlines()
                expect(done.returncode == 0 and len(lines) == 4, call, every, done)
                for line, name in zip(lines, ["x.sse", "x.ndjson", "x.csv", "x.har"]):
                    target = out / name
                    # Whole or not at all, and without other files.
                    expect(target.exists() == line.endswith(" ok"), call, every, line, list(out.iterdir()))
                    expect(line.endswith(" ok") or "could not be written" in line, line)
                    target.unlink(missing_ok=True)
                expect(list(out.iterdir()) == [], list(out.iterdir()))


def tapped():
    for call, error in [("accept", errno.EMFILE), ("accept", errno.ECONNABORTED), ("write", errno.ENOSPC),
                        ("open", errno.EMFILE)]:
        for every in EVERY[1:]:
            server = Script(*[plays(CHUNKED, chunk(event(1)), b"0\r\n\r\n")] * 4)
            with tempfile.TemporaryDirectory() as folder:
                tap = subprocess.Popen(
                    [WEIR_TAIL, "--format=ndjson", f"--record={folder}", "--tap=127.0.0.1:0",
                     server.url.replace("/events", "")],
                    stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                    env=failing(call, every, error, None if call == "accept" else folder))
                said = tap.stderr.readline().decode()
                port = int(re.search(r"127\.0\.0\.1:(\d+)", said)[1])
                for _ in range(4):
                    with socket.create_connection(("127.0.0.1", port), 60) as client:
                        client.sendall(b"GET /events HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                        answer = b""
                        while piece := client.recv(65536):
                            answer += piece
                    expect(event(1) in answer, call, every, answer)
                for _ in range(4):
                    expect(b"Ereignis 1" in tap.stdout.readline(), call, every)
                tap.send_signal(signal.SIGTERM)
                _, err = tap.communicate(timeout=60)
                expect(tap.returncode in (0, 1), call, every, tap.returncode, err)
                # One for each stream at most.
                expect(len(err.decode().splitlines()) <= 4, call, every, err)
            server.close()


def resolved():
    """A name that cannot be resolved now is tried again."""
    server = Script(plays(CHUNKED, chunk(event(1)), b"0\r\n\r\n"))
    url = server.url.replace("127.0.0.1", "localhost")
    for every in EVERY:
        done = run(failing("getaddrinfo", every, errno.EIO), WEIR_TAIL, "--format=ndjson", "--no-reconnect", url)
        expect_sentences(done, 1, "getaddrinfo", every)
    server.close()


def no_spinning():
    """Without descriptors weir-feed waits, and serves once there are some."""
    with tempfile.TemporaryDirectory() as folder:
        count = Path(folder) / "count"
        feed = subprocess.Popen([WEIR_FEED], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                env=failing("accept", 1, errno.EMFILE, WEIR_FAIL_FOR_MS=1000, WEIR_FAIL_COUNT=count))
        port = int(feed.stdout.readline().decode().rsplit(":", 1)[1])
        with socket.create_connection(("127.0.0.1", port), 60) as client:
            client.sendall(b"GET /none HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            expect(b"404" in client.recv(1000))
        feed.send_signal(signal.SIGTERM)
        expect(feed.wait(60) == 0)
        feed.stdout.close()
        calls = int(count.read_text())
        expect(2 <= calls <= 20, calls, "calls of accept in a second")


# Level, option, value.
WATCHED = [(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1), (socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 20),
           (socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 10), (socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 3),
           (socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, 50000)]


def watched():
    """The kernel notices within a minute that a server is gone, also behind a tap."""
    for tap in (False, True):
        server = Script(plays(CHUNKED, chunk(event(1)), b"0\r\n\r\n"))
        with tempfile.TemporaryDirectory() as folder:
            options = Path(folder) / "options"
            environment = {**os.environ, "LC_ALL": "C.UTF-8", "LD_PRELOAD": LIBRARY, "WEIR_SOCKET_OPTIONS": str(options)}
            if tap:
                process = subprocess.Popen([WEIR_TAIL, "--tap=127.0.0.1:0", server.url.replace("/events", "")],
                                           stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                                           env=environment)
                port = int(re.search(r"127\.0\.0\.1:(\d+)", process.stderr.readline().decode())[1])
                with socket.create_connection(("127.0.0.1", port), 60) as client:
                    client.sendall(b"GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n")
                    expect(client.recv(1000))
                process.send_signal(signal.SIGTERM)
                process.communicate(timeout=60)
            else:
                expect(run(environment, WEIR_TAIL, "--no-reconnect", server.url).returncode == 0)
            lines = options.read_text().splitlines()
            for option in WATCHED:
                expect(" ".join(map(str, option)) in lines, "tap" if tap else "client", option, lines)
        server.close()


def many_clients():
    """A shell gives a program few descriptors, and the system allows more."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    feed = subprocess.Popen([WEIR_FEED], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (64, hard)))
    port = int(feed.stdout.readline().decode().rsplit(":", 1)[1])
    clients = [socket.create_connection(("127.0.0.1", port), 60) for _ in range(200)]
    for client in clients:
        client.sendall(b"GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n")
    for client in clients:
        expect(b"200 OK" in client.recv(1000))
        client.close()
    feed.send_signal(signal.SIGTERM)
    expect(feed.wait(60) == 0)
    feed.stdout.close()


run_tests([
    ("recorded", recorded),
    ("power lost", power_lost),
    ("all synced", all_synced),
    ("replayed", replayed),
    ("exported", exported),
    ("tapped", tapped),
    ("resolved", resolved),
    ("no spinning without descriptors", no_spinning),
    ("many clients", many_clients),
    ("watched connections", watched),
])
