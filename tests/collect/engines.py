# SPDX-License-Identifier: MIT
"""Starts Redis, NATS and an event server for the tests of weir-collect."""
import re
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def wait_for(what, condition, seconds=60):
    """Waits until condition returns something true, and returns it."""
    until = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > until:
            raise AssertionError(f"waited in vain for {what}")
        time.sleep(0.02)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def is_listening(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Engine:
    """A server process with a folder of its own, on a free loopback port."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="weir-engine-")
        self.port = free_port()
        self.process = None
        self.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self):
        self.process = subprocess.Popen(self.command(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for("the engine", lambda: is_listening(self.port))

    def kill(self):
        self.process.kill()
        self.process.wait()


class Redis(Engine):
    program = shutil.which("redis-server")

    def __init__(self, *arguments):
        self.arguments = arguments
        super().__init__()

    def command(self):
        return [self.program, "--port", str(self.port), "--bind", "127.0.0.1", "--dir", self.folder, "--save", "",
                "--appendonly", "yes", "--appendfsync", "always", *self.arguments]

    @property
    def target(self):
        return f"redis://127.0.0.1:{self.port}/weir:{{stream}}"

    def ask(self, *words):
        """Returns: the output of redis-cli."""
        return subprocess.run(["redis-cli", "-p", str(self.port), *words], check=True, capture_output=True, text=True).stdout

    def records(self, name):
        """Returns: (sequence, fields) of each entry."""
        lines = self.ask("xrange", f"weir:{name}", "-", "+").splitlines()
        records = []
        while lines:
            sequence = int(lines.pop(0).removesuffix("-0"))
            words, lines = lines[:16], lines[16:]
            records.append((sequence, dict(zip(words[::2], words[1::2]))))
        return records


class Nats(Engine):
    program = shutil.which("nats-server")

    def __init__(self, *arguments):
        self.arguments = arguments
        super().__init__()

    def command(self):
        return [self.program, "-a", "127.0.0.1", "-p", str(self.port), "-js", "-sd", self.folder, *self.arguments]

    @property
    def target(self):
        return f"nats://127.0.0.1:{self.port}/weir.{{stream}}"


    def request(self, subject, text=""):
        """Sends a request, and waits for the reply."""
        with socket.create_connection(("127.0.0.1", self.port), 30) as client:
            client.sendall(b'CONNECT {"verbose":false}\r\nSUB reply 1\r\nPUB %s reply %d\r\n%s\r\n' % (subject.encode(), len(text), text.encode()))
            received = b""
            while b"MSG reply" not in received:
                received += client.recv(65536)


class Events:
    """An event server with numbered events. It replays by Last-Event-ID unless is_live. It sends up to count, then
    keeps the connection open. cut_after closes each connection after that many events."""

    def __init__(self, count=0, cut_after=None, is_live=False, with_ids=True, repeat=0, size=0):
        self.count = count
        self.cut_after = cut_after
        self.is_live = is_live
        self.with_ids = with_ids
        self.repeat = repeat
        self.size = size
        self.requests = []
        self.is_closed = False
        self.changed = threading.Condition()
        events = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def do_GET(self):
                events.serve(self)

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.handle_error = lambda *_: None
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/events"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.is_closed = True
        with self.changed:
            self.changed.notify_all()
        self.server.shutdown()
        self.server.server_close()

    def send(self, more):
        with self.changed:
            self.count += more
            self.changed.notify_all()

    def serve(self, request):
        last = request.headers.get("Last-Event-ID")
        # A test sends events once it has seen the request, so the first number is read before.
        number = self.count if self.is_live else max(0, int(last or 0) - self.repeat)
        self.requests.append(last)
        request.send_response(200)
        request.send_header("Content-Type", "text/event-stream")
        request.send_header("Connection", "close")
        request.end_headers()
        sent = 0
        request.wfile.write(b"retry: 100\n\n")
        while not self.is_closed and (self.cut_after is None or sent < self.cut_after):
            with self.changed:
                while number >= self.count and not self.is_closed:
                    self.changed.wait()
            if self.is_closed:
                return
            number += 1
            identifier = f"id: {number}\n" if self.with_ids else ""
            request.wfile.write(f"{identifier}data: Ereignis {number} 水位{'x' * self.size}\n\n".encode())
            sent += 1


class Collect:
    """weir-collect as a process. Its lines on standard error are in errors."""

    program = None

    def __init__(self, *arguments, env=None):
        self.process = subprocess.Popen([self.program, *arguments], stderr=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stdin=subprocess.DEVNULL, text=True, env=env)
        self.errors = []
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        for line in self.process.stderr:
            self.errors.append(line.rstrip("\n"))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.reader.join()
        self.process.stdout.close()
        self.process.stderr.close()

    def says(self, pattern):
        return wait_for(f"“{pattern}” in {self.errors}",
                        lambda: next((line for line in list(self.errors) if re.search(pattern, line)), None))

    def end(self, number):
        """Returns: the exit status after the signal."""
        self.process.send_signal(number)
        return self.wait()

    def wait(self):
        status = self.process.wait(timeout=60)
        self.reader.join()
        return status
