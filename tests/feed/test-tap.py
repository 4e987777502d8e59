#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The tap on plain sockets: it forwards every byte unchanged and shows what it forwarded.
Arguments: weir-tail weir-feed."""
import gzip
import json
import os
import re
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading

from faults import CHUNKED, GZIP, THREE, Certificates, ClosedPort, Script, chunk, event, gzip_open, head, plays
from harness import expect, reset, run_tests, tail

WEIR_TAIL, WEIR_FEED = sys.argv[1:]


class Tap:
    """weir-tail --tap on a free port."""

    def __init__(self, upstream, *arguments, format=("--format=ndjson", "--all"), files=None):
        self.process = subprocess.Popen(
            [WEIR_TAIL, *format, "--tap=127.0.0.1:0", *arguments, upstream],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env={**os.environ, "LC_ALL": "C.UTF-8"},
            preexec_fn=files and (lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))),
        )
        line = self.process.stderr.readline().decode()
        self.address = re.search(r"http://127\.0\.0\.1:(\d+) is a tap on", line)
        expect(self.address, line)
        self.port = int(self.address[1])
        self.lines = []
        self.condition = threading.Condition()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            with self.condition:
                self.lines.append(json.loads(line))
                self.condition.notify()

    def wait(self, wanted, count=1):
        """Waits for count lines and returns them."""
        with self.condition:
            done = self.condition.wait_for(lambda: sum(map(wanted, self.lines)) >= count, 60)
            expect(done, self.lines[-5:])
            return list(self.lines)

    def close(self, status=0):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        expect(self.process.wait(30) == status, self.process.returncode)
        self.process.stdout.close()
        self.process.stderr.close()


def ended(line):
    return line.get("state") == "ended"


def events(lines, stream=1):
    return [line["data"] for line in lines if line["kind"] == "event" and line["stream"] == stream]


def exchange(port, request):
    """Sends bytes and reads until the end. Returns None after a reset."""
    with socket.create_connection(("127.0.0.1", port), 60) as client:
        client.sendall(request)
        answer = b""
        try:
            while piece := client.recv(65536):
                answer += piece
        except ConnectionResetError:
            return None
        return answer


def get(path="/", fields="", method="GET"):
    return f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nX-Other: 你\r\n{fields}\r\n".encode()


ANSWERS = {
    "chunked": plays(CHUNKED, chunk(THREE), chunk(event(4)), b"0\r\n\r\n"),
    "with odd chunks": plays(CHUNKED, b"3;a=b\r\ndat\r\n", b"0004\r\na: x\r\n2\r\n\n\n\r\n0\r\nT: x\r\n\r\n"),
    "with a length": plays(head(fields=f"Content-Length: {len(THREE)}\r\n"), THREE),
    "until the end": plays(head(), THREE),
    "in single bytes": plays(*[bytes([byte]) for byte in CHUNKED + chunk(THREE) + b"0\r\n\r\n"]),
    "gzip": plays(GZIP, chunk(gzip_open(THREE)), chunk(gzip.compress(b"")), b"0\r\n\r\n"),
    "an error with JSON": plays(head("404 Not Found", "application/json",
                                     "Content-Length: 14\r\n"), b'{"error": 404}'),
    "no content": plays(b"HTTP/1.1 204 No Content\r\n\r\n"),
    "after an interim answer": plays(b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n", head(), THREE),
    "with odd spelling": plays(b"HTTP/1.1 200\r\ncontent-TYPE:Text/Event-Stream ; x=y\r\n"
                               b"set-cookie: a\r\nSet-Cookie: b\r\n\r\n" + THREE),
    "not HTTP": plays(b"SSH-2.0-OpenSSH_9.2\r\nand on it goes\r\n"),
    "cut": plays(CHUNKED, b"ff\r\ndata: half"),
    "of another kind": plays(head(type="text/html"), b"<p>" * 10000),
}


def test_answer(name):
    """The tap forwards the same bytes as a direct connection."""
    server = Script(ANSWERS[name], ANSWERS[name])
    tap = Tap(server.url.replace("/events", ""))
    try:
        direct = exchange(server.port, get())
        tapped = exchange(tap.port, get())
        expect(direct == tapped, direct, tapped)
        expect(len(direct) > 20, direct)
        if name not in ("cut", "not HTTP") and b"event-stream" in direct.lower():
            lines = tap.wait(ended)
            wanted = ["x"] if "odd chunks" in name else [
                f"Ereignis {number}: 水位上升 🌊" for number in (1, 2, 3, 4)][:3 + (name == "chunked")]
            expect(events(lines) == wanted, lines)
    finally:
        tap.close()
        server.close()


def test_request():
    """The tap changes only Host and Accept-Encoding, and never the body."""
    server = Script(ANSWERS["until the end"])
    tap = Tap(server.url.replace("/events", ""))
    try:
        body = "{\"你好\": 1}".encode()
        request = (
            "POST /v1/x?y=%20&z=a+b HTTP/1.1\r\nX-First:  kept \r\nhOST: localhost\r\n"
            "Accept-Encoding: br;q=1.0, compress, gzip;q=0.8, x\r\nAuthorization: Bearer secret\r\n"
            f"Cookie: a=b\r\nCookie: c=d\r\nContent-Length: {len(body)}\r\n\r\n"
        ).encode() + body
        exchange(tap.port, request)
        expect(server.requests[0].encode("latin-1") == (
            "POST /v1/x?y=%20&z=a+b HTTP/1.1\r\nX-First: kept\r\n"
            f"hOST: 127.0.0.1:{server.port}\r\nAccept-Encoding: br;q=1.0, gzip;q=0.8\r\n"
            "Authorization: Bearer secret\r\nCookie: a=b\r\nCookie: c=d\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        ).encode() + body, server.requests)
        shown = json.dumps(tap.wait(ended))
        expect("secret" not in shown and "c=d" not in shown, shown)
    finally:
        tap.close()
        server.close()


class Echo:
    """Responds to each request with its body."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.connections = 0
        self.gone = threading.Semaphore(0)
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client):
        stream = client.makefile("rwb")
        while line := stream.readline():
            expect(line.startswith(b"PUT "), line)
            length = 0
            while (field := stream.readline()) not in (b"\r\n", b""):
                if field.lower().startswith(b"content-length:"):
                    length = int(field.split(b":")[1])
            body = stream.read(length)
            stream.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (length, body))
            stream.flush()
        self.gone.release()

    def close(self):
        self.listener.close()


def put(body):
    return b"PUT / HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)


def read_answer(stream):
    expect(stream.readline() == b"HTTP/1.1 200 OK\r\n")
    length = int(stream.readline().split(b":")[1])
    stream.readline()
    return stream.read(length)


def test_keep_alive():
    """Large bodies, many requests on one connection, several connections, and a client that disconnects."""
    echo = Echo()
    tap = Tap(f"http://127.0.0.1:{echo.port}")
    try:
        with socket.create_connection(("127.0.0.1", tap.port), 60) as client:
            stream = client.makefile("rwb")
            bodies = [os.urandom(size) for size in (0, 1, 70000, 5_000_000, 3)]
            for body in bodies:
                stream.write(put(body))
                stream.flush()
                expect(read_answer(stream) == body, len(body))
            client.sendall(b"".join(put(b"%d" % number) for number in range(200)))
            for number in range(200):
                expect(read_answer(stream) == b"%d" % number, number)
            expect(echo.connections == 1, echo.connections)
        stream.close()
        expect(echo.gone.acquire(timeout=30), "the server still waits for a client that left")
    finally:
        tap.close()
        echo.close()


def test_many_clients():
    feed = subprocess.Popen([WEIR_FEED, "--scenario=meeting", "--rate=300", "--count=200"],
                            stdout=subprocess.PIPE, text=True)
    tap = Tap(feed.stdout.readline().strip())
    try:
        answers = {}
        request = get("/events", "Connection: close\r\n")

        def fetch(number):
            answers[number] = exchange(tap.port, request)

        threads = [threading.Thread(target=fetch, args=(number,)) for number in range(30)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        lines = tap.wait(ended, 30)
        direct = None
        for number in range(30):
            ids = re.findall(rb"\nid: (\d+)\n", answers[number])
            expect(ids == [b"%d" % id for id in range(1, 201)], ids[-3:])
            shown = events(lines, number + 1)
            expect(len(shown) == 200, number, len(shown))
            direct = direct or shown
            expect(shown == direct)
    finally:
        tap.close()
        feed.terminate()
        feed.wait()
        feed.stdout.close()


def test_refused():
    nobody = ClosedPort()
    tap = Tap(nobody.url)
    try:
        answer = exchange(tap.port, get())
        expect(answer.startswith(b"HTTP/1.1 502 ") and b"refused" in answer, answer)
        lines = tap.wait(ended)
        expect(lines[-1]["reason"] == "refused" and "error" in lines[-1], lines)
    finally:
        tap.close()
        nobody.close()


def test_reset():
    server = Script(plays(CHUNKED, chunk(THREE), end=reset))
    tap = Tap(server.url)
    try:
        expect(exchange(tap.port, get()) is None, "no reset")
        lines = tap.wait(ended)
        expect(lines[-1]["reason"] == "reset", lines)
        expect(len(events(lines)) == 3, lines)
    finally:
        tap.close()
        server.close()


def test_foreign_host():
    server = Script()
    tap = Tap(server.url)
    try:
        for host in ("evil.example", "127.0.0.1.evil.example:80", "192.168.0.1"):
            answer = exchange(tap.port, f"GET / HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
            expect(answer.startswith(b"HTTP/1.1 421 "), answer)
        expect(exchange(tap.port, b"nonsense\r\n\r\n").startswith(b"HTTP/1.1 400 "))
        expect(server.requests == [], server.requests)
    finally:
        tap.close()
        server.close()


def test_prefix():
    for path, asked, wanted in (
        ("", "/v1/chat", "/v1/chat"), ("/", "/x", "/x"), ("/v1", "/chat?a", "/v1/chat?a"),
        ("/v1/", "/v1/chat", "/v1/chat"), ("/v1", "/v10", "/v1/v10"), ("/events", "/", "/events"),
    ):
        server = Script(ANSWERS["no content"])
        tap = Tap(server.url.replace("/events", path))
        try:
            exchange(tap.port, get(asked))
            expect(server.requests[0].split(" ")[1] == wanted, path, asked, server.requests)
        finally:
            tap.close()
            server.close()


def test_tls():
    certificates = Certificates()
    for trusted in (True, False):
        server = Script(ANSWERS["until the end"], context=certificates.context())
        tap = Tap(server.url, *([f"--cacert={certificates.authority}"] if trusted else []))
        try:
            answer = exchange(tap.port, get())
            lines = tap.wait(ended)
            if trusted:
                expect(answer.endswith(THREE) and len(events(lines)) == 3, answer, lines)
            else:
                expect(answer.startswith(b"HTTP/1.1 502 "), answer)
                expect(lines[-1]["reason"] == "tls", lines)
        finally:
            tap.close()
            server.close()


def replayed(folder):
    """Returns the events of each recording in folder, sorted."""
    found = []
    for name in sorted(os.listdir(folder)):
        _, lines, errors = tail(WEIR_TAIL, os.path.join(folder, name))
        expect(errors == "", errors)
        found.append([line["data"] for line in lines if line["kind"] == "event"])
    return sorted(found)


def test_record():
    """Each stream gets its own recording, including one that is open when the tap ends."""
    server = Script(ANSWERS["gzip"], plays(CHUNKED, chunk(event(4)), chunk(b"data: half"), end=None))
    with tempfile.TemporaryDirectory() as folder:
        tap = Tap(server.url.replace("/events", ""), f"--record={folder}")
        try:
            exchange(tap.port, get())
            tap.wait(ended)
            with socket.create_connection(("127.0.0.1", tap.port), 60) as client:
                client.sendall(get())
                lines = tap.wait(lambda line: line["kind"] == "event", 4)
                tap.close()
            wanted = [events(lines, 1), events(lines, 2)]
            expect([len(stream) for stream in wanted] == [3, 1], wanted)
            expect(replayed(folder) == sorted(wanted), replayed(folder), wanted)
        finally:
            tap.close()
            server.close()


def test_record_nowhere():
    """The tap reports that it cannot record, shows the stream, and exits with 1."""
    server = Script(ANSWERS["until the end"])
    tap = Tap(server.url.replace("/events", ""), "--record=/dev/null/recordings")
    try:
        answer = exchange(tap.port, get())
        expect(events(tap.wait(ended)) and answer.endswith(THREE), answer)
        said = tap.process.stderr.readline().decode()
        expect("/dev/null/recordings" in said and "Not a directory" in said, said)
    finally:
        tap.close(status=1)
        server.close()


class Raw:
    """An upstream server that calls a function with each connected socket."""

    def __init__(self, serve):
        self.serve = serve
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._run, args=(client,), daemon=True).start()

    def _run(self, client):
        with client:
            self.serve(client)

    def close(self):
        self.listener.close()


def read_head(client):
    head = b""
    while b"\r\n\r\n" not in head:
        piece = client.recv(65536)
        if not piece:
            return head
        head += piece
    return head


UPGRADE = (b"GET /socket HTTP/1.1\r\nHost: localhost\r\nConnection: keep-alive, Upgrade\r\n"
           b"Upgrade: websocket\r\nSec-WebSocket-Key: x\r\n\r\n")


def test_upgrade():
    """After 101 both directions carry another protocol, even if it looks like HTTP."""
    def serve(client):
        read_head(client)
        client.sendall(b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n"
                       b"Upgrade: websocket\r\n\r\n\x81\x05hello")
        while piece := client.recv(65536):
            client.sendall(piece[::-1])
        client.sendall(b"end")

    server = Raw(serve)
    tap = Tap(server.url)
    try:
        # Sent without waiting for 101, each in its own write.
        for pieces in ([UPGRADE, b"\x81\x85abcde\x00\xff", b"GET / HTTP/1.1\r\n\r\n"],
                       [UPGRADE + b"\x81\x85abcde\x00\xff"]):
            with socket.create_connection(("127.0.0.1", tap.port), 60) as client:
                stream = client.makefile("rb")
                client.sendall(pieces[0])
                while stream.readline() != b"\r\n":
                    pass
                expect(stream.read(7) == b"\x81\x05hello")
                for piece in pieces[1:]:
                    client.sendall(piece)
                    expect(stream.read(len(piece)) == piece[::-1], piece)
                if len(pieces) == 1:
                    expect(stream.read(9) == b"\xff\x00edcba\x85\x81")
                client.shutdown(socket.SHUT_WR)
                expect(stream.read() == b"end")
    finally:
        tap.close()
        server.close()


def test_upgrade_refused():
    """After another response than 101, the connection continues as HTTP."""
    def serve(client):
        while request := read_head(client):
            upgrade = b"/socket" in request
            client.sendall(b"HTTP/1.1 426 No\r\nContent-Length: 0\r\n\r\n" if upgrade
                           else b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

    server = Raw(serve)
    tap = Tap(server.url)
    try:
        with socket.create_connection(("127.0.0.1", tap.port), 60) as client:
            stream = client.makefile("rb")
            client.sendall(UPGRADE + get("/next"))
            expect(stream.readline() == b"HTTP/1.1 426 No\r\n")
            stream.readline(), stream.readline()
            expect(read_answer(stream) == b"ok")
    finally:
        tap.close()
        server.close()


def test_half_closed():
    """A client that has closed its sending side still gets its response."""
    def serve(client):
        read_head(client)
        expect(client.recv(1) == b"")
        client.sendall(CHUNKED + chunk(THREE) + b"0\r\n\r\n")

    server = Raw(serve)
    tap = Tap(server.url)
    try:
        with socket.create_connection(("127.0.0.1", tap.port), 60) as client:
            client.sendall(get())
            client.shutdown(socket.SHUT_WR)
            answer = b""
            while piece := client.recv(65536):
                answer += piece
        expect(answer.endswith(chunk(THREE) + b"0\r\n\r\n"), answer)
        expect(len(events(tap.wait(ended))) == 3)
    finally:
        tap.close()
        server.close()


ERROR = b'{"error": {"message": "Too many requests for t0ken-1"}}'
REFUSALS = [
    ("401 Unauthorized", "application/json", ERROR, "The server answered 401 Unauthorized", True),
    ("429 Slow", "application/json", ERROR, "Too many requests for ***", True),
    ("500 Oh", "text/plain", b"Out of memory", "Out of memory", True),
    ("503 Oh", "text/html", b"<title>Busy</title>", "Busy", True),
    ("200 OK", "application/json", b'{"id": 7}', "application/json, 9 bytes", False),
    ("202 Accepted", "text/event-stream", b"data: x\n\n", "The server answered 202 Accepted", False),
]


def test_refused_answers():
    """A response other than an event stream is one line, with and without --all."""
    for status, kind, body, says, failed in REFUSALS:
        answer = plays(head(status, kind, f"Content-Length: {len(body)}\r\n"), body)
        request = get("/v1/chat", "Authorization: Bearer t0ken-1\r\n", "POST")
        server = Script(answer, answer, answer)
        tap = Tap(server.url.replace("/events", ""))
        quiet = Tap(server.url.replace("/events", ""), format=("--format=answer",))
        try:
            expect(exchange(tap.port, request) == exchange(server.port, request))
            line = tap.wait(ended)[-1]
            expect(says in line["error" if failed else "text"], line)
            expect(line["status"] == int(status[:3]) and line["method"] == "POST", line)
            expect("requestHeaders" in line and "t0ken" not in json.dumps(line), line)
            exchange(quiet.port, request)
            said = quiet.process.stderr.readline().decode()
            expect(says in said and "POST" in said, said)
        finally:
            tap.close()
            quiet.close()
            server.close()


def test_passed_unseen():
    """Pages and pictures are not listed."""
    server = Script(plays(head("200 OK", "text/html", "Content-Length: 3\r\n"), b"<p>"),
                    plays(b"HTTP/1.1 304 Not Modified\r\n\r\n"), ANSWERS["until the end"])
    tap = Tap(server.url.replace("/events", ""))
    try:
        for _ in range(3):
            exchange(tap.port, get())
        lines = tap.wait(ended)
        expect(sum(map(ended, lines)) == 1 and len(events(lines)) == 3, lines)
    finally:
        tap.close()
        server.close()


def test_no_event():
    server = Script(plays(head(), ERROR))
    tap = Tap(server.url.replace("/events", ""))
    try:
        exchange(tap.port, get())
        line = tap.wait(ended)[-1]
        expect("It is JSON. It says: “Too many requests for t0ken-1”" in line["error"], line)
    finally:
        tap.close()
        server.close()


def test_records():
    """Lines of JSON are read as events, however they are cut."""
    body = b'{"n": 1}\n{"n": 2}\n'
    server = Script(plays(head(type="application/x-ndjson", fields="Transfer-Encoding: chunked\r\n"),
                          *[chunk(body[at:at + 5]) for at in range(0, len(body), 5)], b"0\r\n\r\n"))
    tap = Tap(server.url.replace("/events", ""))
    try:
        exchange(tap.port, get("/api/chat", method="POST"))
        expect(events(tap.wait(ended)) == ['{"n": 1}', '{"n": 2}'], tap.lines)
    finally:
        tap.close()
        server.close()


def test_codings():
    """zstd is decoded if libzstd is available. An unknown coding is reported once."""
    packed = subprocess.run(["zstd", "-c"], input=THREE, capture_output=True, check=True).stdout
    for coding, body in (("zstd", packed), ("compress", THREE)):
        answer = plays(head(fields=f"Content-Encoding: {coding}\r\nTransfer-Encoding: chunked\r\n"),
                       *[chunk(body[at:at + 7]) for at in range(0, len(body), 7)], b"0\r\n\r\n")
        server = Script(answer, answer)
        tap = Tap(server.url.replace("/events", ""))
        try:
            expect(exchange(tap.port, get()) == exchange(server.port, get()))
            lines = tap.wait(ended)
            if coding == "zstd" and len(events(lines)) == 3:
                continue
            expect(lines[-1]["reason"] == "malformed" and f"“{coding}”" in lines[-1]["error"], lines)
            expect(sum(map(ended, lines)) == 1, lines)
        finally:
            tap.close()
            server.close()


def test_request_shown():
    """The body of the request is kept with its stream, without secrets and up to 1 MiB."""
    long = json.dumps({"model": "m", "api_key": "k3y-secret", "messages": ["你" * 500_000]},
                      ensure_ascii=False).encode()
    server = Script(ANSWERS["until the end"], ANSWERS["until the end"])
    tap = Tap(server.url.replace("/events", ""))
    try:
        short = b'{"model": "m", "password": "hush-hush", "stream": true}'
        for number, body in enumerate((short, long), 1):
            with socket.create_connection(("127.0.0.1", tap.port), 60) as client:
                client.sendall(get("/v1", f"Content-Length: {len(body)}\r\n", "POST") + body)
                while client.recv(65536):
                    pass
            lines = tap.wait(ended, number)
        opened = [line for line in lines if line.get("state") == "open" and "requestBody" in line]
        expect(len(opened) == 2, lines)
        expect(opened[0]["requestBody"] == '{"model": "m", "password": "***", "stream": true}', opened[0])
        expect(opened[1]["requestBytes"] == len(long), opened[1]["requestBytes"])
        kept = opened[1]["requestBody"].encode()
        expect(2**20 - 100 < len(kept) < 2**20 + 100 and b"k3y" not in kept, len(kept))
    finally:
        tap.close()
        server.close()


def test_origins():
    """Web pages of other origins may use a tap only with --cors."""
    foreign = ["Origin: https://evil.example\r\n", "Origin: null\r\n", "Sec-Fetch-Site: cross-site\r\n",
               "Origin: http://localhost:5173\r\n"]
    own = ["", "Origin: http://localhost\r\n", "Sec-Fetch-Site: same-origin\r\n"]
    server = Script(*[ANSWERS["no content"]] * 20)
    url = server.url.replace("/events", "")
    taps = [Tap(url), Tap(url, "--cors=http://localhost:5173"), Tap(url, "--cors=*")]
    try:
        for tap, allowed in zip(taps, (own, own + foreign[3:], own + foreign)):
            for field in own + foreign:
                answer = exchange(tap.port, get("/", field))
                expect(answer.startswith(b"HTTP/1.1 204 " if field in allowed else b"HTTP/1.1 403 "),
                       field, answer)
    finally:
        for tap in taps:
            tap.close()
        server.close()


def test_pipelining():
    """No request is lost if more arrive than may wait for responses."""
    waiting = threading.Event()

    def serve(client):
        stream = client.makefile("rb")
        waiting.wait(60)
        for number in range(200):
            while stream.readline() != b"\r\n":
                pass
            client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n%03d" % number)

    server = Raw(serve)
    tap = Tap(server.url)
    try:
        with socket.create_connection(("127.0.0.1", tap.port), 60) as client:
            client.sendall(get() * 200)
            waiting.set()
            stream = client.makefile("rb")
            for number in range(200):
                expect(read_answer(stream) == b"%03d" % number, number)
    finally:
        tap.close()
        server.close()


def test_few_files():
    """Without a free file descriptor the tap waits until there is one."""
    server = Script(*[ANSWERS["no content"]] * 5)
    tap = Tap(server.url.replace("/events", ""), files=32)
    try:
        many = [socket.create_connection(("127.0.0.1", tap.port), 60) for _ in range(60)]
        for client in many:
            client.close()
        expect(exchange(tap.port, get()).startswith(b"HTTP/1.1 204 "))
        with open(f"/proc/{tap.process.pid}/stat") as file:
            ticks = sum(map(int, file.read().rsplit(")", 1)[1].split()[11:13]))
        expect(ticks < 100, "spins", ticks)
    finally:
        tap.close()
        server.close()


def test_ignored_options():
    tap = Tap("http://127.0.0.1:1", "--bearer=x", "--insecure", "--no-reconnect")
    try:
        said = [tap.process.stderr.readline().decode() for _ in range(3)]
        expect("Certificates are not checked" in said[0], said)
        expect("--bearer has no effect with --tap" in said[1], said)
        expect("--no-reconnect has no effect with --tap" in said[2], said)
    finally:
        tap.close()


def test_usage():
    done = subprocess.run([WEIR_TAIL, "--tap=0", "--record=x.weir", "http://localhost"], capture_output=True,
                          timeout=60)
    expect(done.returncode == 2 and b"--record takes a folder" in done.stderr, done)
    for tap, upstream in (("0.0.0.0:0", "http://localhost"), ("example.com:80", "http://localhost"),
                          ("127.0.0.1:x", "http://localhost"), ("", "http://localhost"),
                          ("127.0.0.1:0", "/dev/null")):
        done = subprocess.run([WEIR_TAIL, f"--tap={tap}", upstream], capture_output=True, timeout=60)
        expect(done.returncode == 2, tap, upstream, done)
        expect(done.stderr.count(b"\n") == 1, done.stderr)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = subprocess.run([WEIR_TAIL, f"--tap={taken.getsockname()[1]}", "http://localhost"],
                              capture_output=True, timeout=60)
        expect(done.returncode == 1 and b"another program uses this port. Choose another" in done.stderr, done)


def test_max_events():
    server = Script()
    tap = Tap(server.url, "--max-events=2")
    try:
        answer = exchange(tap.port, get())
        tap.wait(ended)
        expect(tap.process.wait(30) == 0)
        expect(len(events(tap.lines)) == 2, tap.lines)
        expect(answer is not None)
    finally:
        tap.close()
        server.close()


run_tests(
    [(f"the same bytes: {name}", lambda name=name: test_answer(name)) for name in ANSWERS]
    + [
        ("a request goes on as it is", test_request),
        ("many requests on one connection", test_keep_alive),
        ("thirty clients at once", test_many_clients),
        ("nobody listens upstream", test_refused),
        ("a reset is passed on", test_reset),
        ("foreign Host headers are refused", test_foreign_host),
        ("the upstream's path", test_prefix),
        ("TLS upstream, checked", test_tls),
        ("each stream is recorded by itself", test_record),
        ("a stream that cannot be recorded", test_record_nowhere),
        ("an upgrade is passed on", test_upgrade),
        ("an upgrade is refused", test_upgrade_refused),
        ("a half-closed client gets its answer", test_half_closed),
        ("refused answers are lines", test_refused_answers),
        ("pages are not lines", test_passed_unseen),
        ("a stream without an event", test_no_event),
        ("lines of JSON are events", test_records),
        ("the request is shown", test_request_shown),
        ("origins of web pages", test_origins),
        ("many pipelined requests", test_pipelining),
        ("few file descriptors", test_few_files),
        ("options without effect", test_ignored_options),
        *([("zstd and unknown codings", test_codings)] if shutil.which("zstd") else []),
        ("wrong usage", test_usage),
        ("--max-events", test_max_events),
    ]
)
