#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""weir-feed answers recorded requests: under their own method, path and body, read by read, with faults.

Usage: test-mock.py WEIR_FEED. Prints TAP."""
import contextlib
import http.client
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

FEED = sys.argv[1]
number = 0


def check(ok, what):
    global number
    number += 1
    print(f"{'ok' if ok else 'not ok'} {number} - {what}", flush=True)


@contextlib.contextmanager
def feed(*arguments):
    process = subprocess.Popen([FEED, *map(str, arguments)], stdout=subprocess.PIPE, text=True)
    try:
        yield process.stdout.readline().strip().removeprefix("http://")
    finally:
        process.terminate()
        process.wait()


def ask(address, method, target, body=None):
    """Returns (status, content type, body, whether the body was complete)."""
    connection = http.client.HTTPConnection(address, timeout=60)
    connection.request(method, target, body)
    answer = connection.getresponse()
    try:
        text, whole = answer.read(), True
    except http.client.IncompleteRead as error:
        text, whole = error.partial, False
    connection.close()
    return answer.status, answer.headers["Content-Type"], text, whole


def read_raw(address, target):
    """The response to a POST as it is on the wire."""
    host, port = address.split(":")
    with socket.create_connection((host, int(port)), timeout=60) as client:
        client.sendall(f"POST {target} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n".encode())
        return b"".join(iter(lambda: client.recv(65536), b""))


def refuse(*arguments):
    done = subprocess.run([FEED, *map(str, arguments)], capture_output=True, text=True, timeout=60)
    return done.returncode, done.stderr


EVENTS = "event: a\ndata: 1é\n\ndata: 2é\n\ndata: 3é\n\n".encode()
LINES = b'{"a":1}\n{"a":2}\n'
SECOND = b"data: again\n\n"


def write_recording(path):
    path.mkdir()
    (path / "marks").write_bytes(
        b"weir-recording 1\n"
        b"c 1 1000000 http://h.example/v1/chat?key=***\no 0 1000000 HTTP/1.1 200 OK\nr 0 1000000\nr 5 1100000\nr 20 1200000\ne 42 1200000 server x\n"
        b"c 2 2000000 http://h.example/api/chat\no 0 2000000 HTTP/1.1 200 OK\nr 0 2000000\ne 16 2000000 server x\n"
        b"c 3 3000000 http://h.example/v1/chat?key=***\no 0 3000000 HTTP/1.1 200 OK\nr 0 3000000\ne 13 3000000 server x\n"
        b"c 4 4000000 http://h.example/gone\no 0 4000000 HTTP/1.1 401 Unauthorized\ne 0 4000000 status x\n")
    (path / "1-0.sse").write_bytes(EVENTS)
    (path / "2-0.ndjson").write_bytes(LINES)
    (path / "3-0.sse").write_bytes(SECOND)
    for connection, method, target, body in [(1, "POST", "v1/chat?key=***", b'{"q":1,"api_key":"***"}'), (2, "PUT", "api/chat", b""),
                                             (3, "POST", "v1/chat?key=***", b'{"q":2}'), (4, "GET", "gone", b"")]:
        (path / f"{connection:06}.request").write_bytes(
            f"{method} {len(body)} http://h.example/{target}\nAccept: */*\n\n".encode() + body)
    return path


with tempfile.TemporaryDirectory() as folder:
    path = write_recording(Path(folder, "x.weir"))
    with feed("--replay", path, "--speed", "0") as address:
        check(ask(address, "POST", "/v1/chat?key=abc") == (200, "text/event-stream", EVENTS, True), "a request is answered as recorded")
        check(ask(address, "POST", "/v1/chat?key=abc")[2] == SECOND, "the same request again gets the next response")
        check(ask(address, "POST", "/v1/chat?key=abc")[2] == SECOND, "and then the last one again")
        check(ask(address, "PUT", "/api/chat") == (200, "application/x-ndjson", LINES, True), "records have their content type")
        check(ask(address, "GET", "/gone")[0] == 401, "a refusal is recorded as well")
        status, kind, text, _ = ask(address, "GET", "/v1/chat?%3Cscript%3E")
        check(status == 404 and kind.startswith("text/plain") and b"POST /v1/chat?key=***\nPUT /api/chat\nGET /gone\n" in text,
              f"what was not recorded gets a list of what was: {text}")
        check(ask(address, "POST", "/v1/chat/completions")[0] == 404, "nothing else is there")
        check(EVENTS in ask(address, "GET", "/events")[2], "the whole recording is at /events")
    with feed("--replay", path, "--speed", "0") as address:
        wire = read_raw(address, "/v1/chat?key=x").split(b"\r\n\r\n", 1)[1]
        chunks = [EVENTS[:5], EVENTS[5:20], EVENTS[20:], b""]
        check(wire == b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks), f"each read is a chunk: {wire}")
    with feed("--replay", path, "--speed", "0", "--match-body") as address:
        check(ask(address, "POST", "/v1/chat?key=1", b'{"q":2}')[2] == SECOND, "the body chooses the response")
        check(ask(address, "POST", "/v1/chat?key=1", b'{"q":1,"api_key":"sk-1"}')[2] == EVENTS, "a secret in it may be another one")
        status, _, text, _ = ask(address, "POST", "/v1/chat?key=1", b'{"q":3}')
        check(status == 404 and b"with this body" in text, "another body is not answered")
    for fault, expected in [("flap=1", (EVENTS[:20], True)), ("bad-chunk=2", (EVENTS[:31], False)),
                            ("no-length=2", (EVENTS[:31], True)), ("slow-drip=1", (EVENTS, True))]:
        with feed("--replay", path, "--speed", "0", "--fault", fault) as address:
            got = ask(address, "POST", "/v1/chat?key=1")
            check(got[2:] == expected, f"--fault {fault}: {got}")
    for fault, end in [("cut-mid-event=1", EVENTS[20:25]), ("cut-mid-char=2", EVENTS[31:39])]:
        with feed("--replay", path, "--speed", "0", "--fault", fault) as address:
            wire = read_raw(address, "/v1/chat?key=1")
            check(wire.endswith(b"\r\nb\r\n" + end), f"--fault {fault}: {wire}")
    with feed("--replay", path, "--speed", "0", "--fault", "status=503") as address:
        check(ask(address, "POST", "/v1/chat?key=1")[0] == 503, "--fault status")
    with feed("--replay", path, "--speed", "0", "--fault", "type=text/html") as address:
        check(ask(address, "POST", "/v1/chat?key=1")[1] == "text/html", "--fault type")
    with feed("--replay", path, "--speed", "0", "--fault", "flap=1") as address:
        check(ask(address, "PUT", "/api/chat")[2] == LINES[:8], "faults count records")
    bare = Path(folder, "bare.sse")
    bare.write_bytes(EVENTS)
    with feed("--replay", bare, "--speed", "0", "--fault", "flap=2") as address:
        check(ask(address, "GET", "/events")[2] == EVENTS[:31], "a file has faults too")
    check(refuse("--match-body")[0] == 2 and "--replay" in refuse("--match-body")[1], "--match-body needs --replay")
    check(refuse("--replay", bare, "--match-body")[0] == 2, "and a recording with requests")

print(f"1..{number}")
