#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Invalid UTF-8 in every place where text can enter. Everything that is printed, recorded and exported is
valid UTF-8, and each line of NDJSON is JSON. Arguments: weir-tail export-all."""
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

from faults import CHUNKED, Script, chunk, event, head, plays
from harness import expect, reset, run_tests

WEIR_TAIL, EXPORT_ALL = sys.argv[1:]
ENVIRONMENT = {**os.environ, "LC_ALL": "C.UTF-8"}
BAD = b"\xff\xc3(\xe6\xb0 \xed\xa0\x80 \xf4\x90\x80\x80\xf0"
# 3 bytes each, so that a cut after a round number of bytes is within a character.
LONG = ("水" * 400).encode()


def raw_head(*fields, status=b"HTTP/1.1 200 OK", type=b"text/event-stream"):
    return b"\r\n".join([status, b"Content-Type: " + type, *fields, b"Connection: close", b"", b""])


BODIES = {
    "data": b"data: " + BAD + b"\n\n",
    "a type": b"event: " + BAD + b"\ndata: x\n\n",
    "an id": b"id: " + BAD + b"\ndata: x\n\n",
    "a comment": b": " + BAD + b"\ndata: x\n\n",
    "a field's name": BAD + b": x\ndata: x\n\n",
    "a retry": b"retry: 1" + BAD + b"\ndata: x\n\n",
    "long lines": b"event: " + LONG + b"\nid: " + LONG + b"\ndata: " + LONG * 3 + b"\n\n",
    "a long unknown field": LONG + b": " + LONG + b"\ndata: x\n\n",
    "an end in mid-character": b"data: x\n\ndata: \xe6\xb0",
    "JSON": b'data: {"seq": "' + BAD + b'", "' + BAD + b'": 1}\n\n',
}

HEADS = {
    "a reason": raw_head(status=b"HTTP/1.1 200 O\xffK\xf0"),
    "a header": raw_head(b"X-Text: " + BAD, b"Server: \xff"),
    "a cookie": raw_head(b"Set-Cookie: " + BAD + b"=" + BAD),
    "a link": raw_head(b"Link: <http://h/?" + BAD + b"=x>; rel=" + BAD, b"Refresh: 5; url=" + BAD),
    "a charset": raw_head(type=b"text/event-stream; charset=" + BAD),
    "a long header": raw_head(b"X-Text: " + LONG * 5),
}

REFUSALS = {
    "a type": raw_head(type=b"text/html; x=" + BAD) + b"<title>" + BAD + b"</title>",
    "a reason": raw_head(status=b"HTTP/1.1 403 " + BAD, type=b"text/plain") + b"no " + BAD,
    "a body": raw_head(status=b"HTTP/1.1 500 Oh", type=b"application/json") + b'{"error":{"message":"' + BAD + b'"}}',
    "a long body": raw_head(status=b"HTTP/1.1 500 Oh", type=b"text/plain") + LONG * 30,
    "a location": raw_head(b"Location: ftp://h/" + BAD + b"?x=" + BAD, b"Content-Length: 0", status=b"HTTP/1.1 302 F"),
    "a coding": raw_head(b"Content-Encoding: " + BAD) + b"data: x\n\n",
    "no HTTP": b"HTTP/1.1 200 \x00" + BAD + b"\r\n\r\n",
    "a bare body": raw_head() + b"<html>" + BAD + LONG,
}


def expect_text(text, *where):
    try:
        return text.decode("utf-8")
    except UnicodeDecodeError as error:
        raise AssertionError(f"{where}: {error}: {text[max(0, error.start - 60):error.end + 60]}") from error


def run(*arguments, environment=None):
    return subprocess.run([WEIR_TAIL, "--all", "--retry-ms=20", *arguments], stdin=subprocess.DEVNULL,
                          capture_output=True, timeout=60, env={**ENVIRONMENT, **(environment or {})}, check=False)


def expect_lines(done, *where):
    """NDJSON on standard output and text on standard error are valid."""
    expect(done.returncode in (0, 1, 3), *where, done)
    expect_text(done.stderr, *where, "errors")
    for line in expect_text(done.stdout, *where, "NDJSON").splitlines():
        json.loads(line)


def expect_kept(folder, *where):
    """Marks and exports are valid text. Bodies are unchanged."""
    paths = list(Path(folder).glob("*.weir"))
    expect(paths, *where, "was not recorded")
    for path in paths:
        expect_text((path / "marks").read_bytes(), *where, "marks")
        expect_lines(run("--format=ndjson", str(path)), *where, "replayed")
        expect_text(run("--format=pretty", str(path)).stdout, *where, "replayed")
        done = subprocess.run([EXPORT_ALL, str(path), folder], capture_output=True, env=ENVIRONMENT, check=False)
        expect(done.returncode == 0 and done.stdout.decode().count(" ok\n") == 4, *where, done)
        for name in ("x.sse", "x.ndjson", "x.csv", "x.har"):
            text = expect_text((Path(folder) / name).read_bytes(), *where, name)
            if name == "x.har":
                json.loads(text)
            if name == "x.ndjson":
                for line in text.splitlines():
                    json.loads(line)


def check(answer, *where, arguments=()):
    server = Script(*[plays(answer)] * 2)
    with tempfile.TemporaryDirectory() as folder:
        expect_lines(run("--format=ndjson", "--no-reconnect", f"--record={folder}", *arguments, server.url), *where)
        expect_kept(folder, *where)
    expect_text(run("--format=pretty", "--no-reconnect", *arguments, server.url).stdout, *where)
    server.close()


def bodies():
    for where, body in BODIES.items():
        check(raw_head() + body, where)
        check(raw_head() + body, where, "checked", arguments=["--check-sequence=id", "--check-schema"])
        check(raw_head() + body, where, "checked", arguments=["--check-sequence=$.seq"])


def heads():
    for where, start in HEADS.items():
        check(start + event(1), where)


def refusals():
    for where, answer in REFUSALS.items():
        check(answer, where, "refused")


def cut_ids():
    """Notes about missing or repeated events quote ids, which may be long."""
    for length in range(197, 204):
        prefix = ("x" * (length % 3) + "水" * 300).encode()
        first = b"".join(b"id: " + prefix + b"%d\ndata: x\n\n" % number for number in range(1, 4))
        again = b"".join(b"id: " + prefix + b"%d\ndata: x\n\n" % number for number in (2, 3, 9))
        server = Script(plays(CHUNKED, chunk(first), end=reset), plays(CHUNKED, chunk(again), b"0\r\n\r\n"),
                        plays(head("204 No Content", None)))
        with tempfile.TemporaryDirectory() as folder:
            done = run("--format=ndjson", f"--record={folder}", server.url)
            expect_lines(done, length)
            expect(b'"note":"' in done.stdout, done.stdout[-300:])
            expect_kept(folder, length)
        server.close()


def arguments():
    """Addresses and file names may be any bytes."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.fsencode(folder) + b"/" + BAD.replace(b"/", b"") + b".sse"
        with open(path, "wb") as file:
            file.write(event(1))
        for words in [[path], [b"http://127.0.0.1:1/" + BAD], [b"http://" + BAD + b"/"], [b"-H", b"X: " + BAD, b"http://127.0.0.1:1/"],
                      [b"-H", BAD, b"http://h/"], [b"-X", BAD, b"http://h/"], [b"--proxy=" + BAD, b"http://h/"],
                      [b"--last-event-id=" + BAD, b"http://h/"], [b"--user=" + BAD, b"http://h/"], [b"--" + BAD],
                      [b"--format=" + BAD, b"-"], [b"--cacert=" + BAD, b"http://h/"], [path + b"-none"],
                      [b"--record=" + path + b"/x.weir", path], [b"--check-sequence=" + BAD, b"-"]]:
            for format in (b"ndjson", b"pretty"):
                done = subprocess.run([WEIR_TAIL, b"--all", b"--no-reconnect", b"--format=" + format, *words],
                                      stdin=subprocess.DEVNULL, capture_output=True, timeout=60, env=ENVIRONMENT,
                                      check=False)
                expect(done.returncode in (0, 1, 2), words, done)
                out = expect_text(done.stdout + done.stderr, words)
                if format == b"ndjson":
                    for line in out.splitlines():
                        expect(line.startswith("weir-tail: ") or json.loads(line), words, line)


def tapped():
    """The tap forwards all bytes unchanged, and shows them as valid text."""
    for where, start in HEADS.items():
        answer = start + b"id: 1\ndata: " + BAD + b"\n\n"
        server = Script(plays(answer))
        with tempfile.TemporaryDirectory() as folder:
            tap = subprocess.Popen([WEIR_TAIL, "--all", "--format=ndjson", f"--record={folder}", "--tap=127.0.0.1:0",
                                    server.url.replace("/events", "")],
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   env=ENVIRONMENT)
            port = int(re.search(rb"127\.0\.0\.1:(\d+) is", tap.stderr.readline())[1])
            with socket.create_connection(("127.0.0.1", port), 30) as client:
                client.sendall(b"GET /events?" + BAD.replace(b" ", b"") + b" HTTP/1.1\r\nHost: localhost\r\nX-Own: " + BAD
                               + b"\r\nLast-Event-ID: " + BAD + b"\r\nConnection: close\r\n\r\n")
                got = b""
                while piece := client.recv(65536):
                    got += piece
            expect(got == answer, where, got)
            out = b""
            while b'"ended"' not in out:
                line = tap.stdout.readline()
                expect(line, where, out)
                out += line
            tap.send_signal(signal.SIGTERM)
            rest, err = tap.communicate(timeout=60)
            expect_text(err, where)
            for line in expect_text(out + rest, where, "tap").splitlines():
                json.loads(line)
            expect_kept(folder, where, "tap")
        expect(BAD.decode("latin-1") in server.requests[0], server.requests)
        server.close()


run_tests([
    ("utf8/bodies", bodies),
    ("utf8/heads", heads),
    ("utf8/refusals", refusals),
    ("utf8/cut-ids", cut_ids),
    ("utf8/arguments", arguments),
    ("utf8/tapped", tapped),
])
