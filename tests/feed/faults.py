# SPDX-License-Identifier: MIT
"""The faults of docs/faults.md: what a server or the network does, and what weir-tail has to report.
Each is a row; test-faults.py runs them all."""
import datetime
import email.utils
import gzip
import os
import re
import socket
import ssl
import subprocess
import tempfile
import threading
import time
import zlib

from harness import Proxy, reset

EVENTS = 6
ALL = list(range(1, EVENTS + 1))


def event(number):
    return f"id: {number}\ndata: Ereignis {number}: 水位上升 🌊\n\n".encode()


def head(status="200 OK", type="text/event-stream", fields=""):
    content_type = f"Content-Type: {type}\r\n" if type else ""
    return f"HTTP/1.1 {status}\r\n{content_type}{fields}\r\n".encode()


def is_whole(request):
    """Whether a request's body is there, of the length that its header says."""
    start, body = request.split(b"\r\n\r\n", 1)
    length = re.search(rb"\r\ncontent-length: (\d+)", start, re.IGNORECASE)
    return length is None or len(body) >= int(length[1])


def chunk(payload):
    return b"%x\r\n%s\r\n" % (len(payload), payload)


class Script:
    """A server on a free loopback port. It plays one fault for each of the first requests. Later requests
    get the remaining events up to number 6, and then 204. It uses plain sockets, so that the bytes sent are
    the bytes written here. With a context, it speaks TLS."""

    def __init__(self, *faults, context=None):
        self.faults = list(faults)
        self.context = context
        self.requests = []
        self.faulted = None
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        self.url = f"http{'s' if context else ''}://127.0.0.1:{self.port}/events"
        self.open = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client):
        self.open.append(client)
        try:
            if self.context:
                client = self.context.wrap_socket(client, server_side=True)
            request = b""
            while b"\r\n\r\n" not in request or not is_whole(request):
                piece = client.recv(65536)
                if not piece:
                    return
                request += piece
            self.requests.append(request.decode("latin-1"))
            self._answer(client, len(self.requests) - 1, self.requests[-1])
        except OSError:
            if self.faulted is None:
                self.faulted = time.monotonic()
            client.close()

    def _answer(self, client, number, request):
        found = re.search(r"\r\nlast-event-id: (\d+)", request, re.IGNORECASE)
        first = int(found[1]) + 1 if found else 1
        if number < len(self.faults):
            self.faults[number](self, client, first)
            if self.faulted is None:
                self.faulted = time.monotonic()
            return
        if first > EVENTS:
            client.sendall(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
        else:
            client.sendall(head(fields="Connection: close\r\n"))
            for number in range(first, EVENTS + 1):
                client.sendall(event(number))
        shut(client)

    def close(self):
        self.listener.close()
        for client in self.open:
            client.close()


def shut(client):
    """Ends a connection properly, also under TLS."""
    try:
        if isinstance(client, ssl.SSLSocket):
            client = client.unwrap()
        client.shutdown(socket.SHUT_WR)
    except OSError:
        pass
    client.close()


def plays(*pieces, end=shut):
    """A fault that sends these pieces and then calls end with the connection; None leaves it open."""

    def play(script, client, first):
        for piece in pieces:
            client.sendall(piece)
        if end:
            end(client)

    return play


THREE = b"".join(event(number) for number in (1, 2, 3))
CHUNKED = head(fields="Transfer-Encoding: chunked\r\n")


def script(*faults):
    return lambda: Script(*faults)


# --- Servers other than scripts ------------------------------------------------------------


class ClosedPort:
    """A port that nothing listens on, bound so that no other program gets it."""

    def __init__(self):
        self.bound = socket.socket()
        self.bound.bind(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.bound.getsockname()[1]}/events"
        self.faulted = None

    def close(self):
        self.bound.close()


class FullPort(ClosedPort):
    """A port with a full queue: the kernel drops new connections, as a firewall does."""

    def __init__(self):
        self.listener = socket.socket()
        self.listener.bind(("127.0.0.1", 0))
        self.listener.listen(0)
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}/events"
        self.faulted = None
        self.waiting = []
        for _ in range(4):
            connection = socket.socket()
            connection.setblocking(False)
            connection.connect_ex(self.listener.getsockname())
            self.waiting.append(connection)

    def close(self):
        for connection in self.waiting:
            connection.close()
        self.listener.close()


class Address:
    def __init__(self, url):
        self.url = url
        self.faulted = None

    def close(self):
        pass


class Behind:
    """A script behind a proxy that stops forwarding (swallow), or resets, after 200 bytes."""

    def __init__(self, swallow):
        def slow(script, client, first):
            client.sendall(CHUNKED)
            for number in ALL:
                client.sendall(chunk(event(number)))
                time.sleep(0.05)
            time.sleep(3)

        self.script = Script(slow)
        self.swallow = swallow
        self.faulted = None
        self.proxy = Proxy(("127.0.0.1", self.script.port), self._cut)
        self.url = f"http://127.0.0.1:{self.proxy.port}/events"

    def _cut(self, count, sent, piece):
        if count > 0 or sent + len(piece) < 200:
            return None
        if self.faulted is None:
            self.faulted = time.monotonic()
        if not self.swallow:
            return 10
        # No more bytes pass, and no reset either.
        time.sleep(600)
        return 0

    def close(self):
        self.proxy.close()
        self.script.close()


class Feed:
    """weir-feed with the arguments of a fault."""

    program = None

    def __init__(self, *arguments):
        self.process = subprocess.Popen(
            [self.program, "--scenario=meeting", "--rate=0", f"--count={EVENTS}", *arguments],
            stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True,
        )
        self.url = self.process.stdout.readline().strip() + "/events"
        self.faulted = None

    def close(self):
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()


def feed(fault, *arguments):
    return lambda: Feed(f"--fault={fault}", *arguments)


def feed_by_https():
    """A server without TLS, at an https address."""
    server = Feed()
    server.url = server.url.replace("http:", "https:")
    return server


# --- TLS ------------------------------------------------------------------------------------


class Certificates:
    """A certificate authority and its certificates, in a temporary folder."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="weir-tls-")
        self.authority = self._path("authority.pem")
        self._openssl(
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-subj", "/CN=Weir test authority", "-days", "30", "-keyout", self._path("authority.key"),
            "-out", self.authority,
        )
        # `openssl x509` accepts a date of expiry in the past only in some versions.
        with open(self._path("ca.conf"), "w") as file:
            file.write(f"[ca]\ndefault_ca = ours\n[ours]\ndatabase = {self._path('index')}\n"
                       f"new_certs_dir = {self.folder.name}\nrand_serial = yes\ndefault_md = sha256\n"
                       f"certificate = {self.authority}\nprivate_key = {self._path('authority.key')}\n"
                       "policy = any\nunique_subject = no\n[any]\ncommonName = supplied\n")
        open(self._path("index"), "w").close()

    def _path(self, name):
        return os.path.join(self.folder.name, name)

    @staticmethod
    def _openssl(*arguments):
        subprocess.run(["openssl", *arguments], check=True, capture_output=True)

    def sign(self, name, days="30"):
        """A certificate for an address or a host name: the path of a PEM with its key."""
        base = self._path(re.sub(r"\W", "-", name + days))
        kind = "IP" if re.fullmatch(r"[\d.]+", name) else "DNS"
        with open(base + ".ext", "w") as file:
            file.write(f"subjectAltName={kind}:{name}\n")
        self._openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                      "-subj", f"/CN={name}", "-keyout", base + ".key", "-out", base + ".csr")
        now = datetime.datetime.now(datetime.timezone.utc)
        begin, end = (f"{now + datetime.timedelta(days=n):%Y%m%d%H%M%SZ}" for n in (-2, int(days)))
        self._openssl("ca", "-batch", "-notext", "-config", self._path("ca.conf"), "-in", base + ".csr",
                      "-startdate", begin, "-enddate", end, "-extfile", base + ".ext", "-out", base + ".crt")
        with open(base + ".pem", "wb") as file:
            for part in (".crt", ".key"):
                with open(base + part, "rb") as source:
                    file.write(source.read())
        return base + ".pem"

    def context(self, name="127.0.0.1", days="30"):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.sign(name, days))
        return context


def tls(*faults, name="127.0.0.1", days="30"):
    return lambda: Script(*faults, context=Row.certificates.context(name, days))


# --- The rows -------------------------------------------------------------------------------


class Row:
    """One fault. reason: why the first connection ended, as in the output of weir-tail --all. says: a part of
    the message. status: weir-tail's exit status. events: the numbers of those that arrived, in order.
    lost: the entry of the table's last column."""

    certificates = None

    def __init__(self, group, fault, server, reason, says, status=0, events=ALL, arguments=(),
                 lost="nothing", check=None):
        self.group = group
        self.fault = fault
        self.server = server
        self.reason = reason
        self.says = says
        self.status = status
        self.events = events
        self.arguments = arguments
        self.lost = lost
        self.check = check


def failing(group, fault, server, reason, says, **rest):
    """A row whose fault stops weir-tail before the first event."""
    return Row(group, fault, server, reason, says, status=1, events=[], **rest)


def retry_after(value):
    return plays(head("503 Service Unavailable", "text/plain",
                      f"Retry-After: {value}\r\nContent-Length: 0\r\n"))


def gzipped(text):
    return gzip.compress(text)


def gzip_open(text):
    """Compressed text without the end of the compressed stream."""
    compressor = zlib.compressobj(6, zlib.DEFLATED, 31)
    return compressor.compress(text) + compressor.flush(zlib.Z_SYNC_FLUSH)


GZIP = head(fields="Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n")

DEAD_PROXY = ClosedPort()

WAY = "Before the response"
TLS = "TLS"
ANSWER = "The response"
REDIRECTS = "Redirects"
STREAM = "In the stream"
LIMITS = "Limits"


def credentials_stayed(server):
    """The bearer token was sent to the first origin only."""
    assert "bearer secret" in server.requests[0].lower(), server.requests[0]
    assert "secret" not in server.other.requests[0].lower(), server.other.requests[0]


class Elsewhere(Script):
    """Redirects to another origin."""

    def __init__(self):
        self.other = Script()
        super().__init__(plays(head("307 Temporary Redirect", None,
                                    f"Location: {self.other.url}\r\nContent-Length: 0\r\n")))

    def close(self):
        super().close()
        self.other.close()


class Chain(Script):
    """Each address redirects to another one."""

    def _answer(self, client, number, request):
        client.sendall(head("302 Found", None,
                            f"Location: /hop/{number}\r\nContent-Length: 0\r\nConnection: close\r\n"))
        shut(client)


def one_request(server):
    assert len(server.requests) == 1, server.requests


def libsoup_version():
    version = subprocess.run(["pkg-config", "--modversion", "libsoup-3.0"], check=True, capture_output=True, text=True)
    return tuple(int(part) for part in version.stdout.strip().split("."))


# libsoup before 3.6.5 reads a chunked body without its end as complete.
ABORTED = ("reset", "broke") if libsoup_version() >= (3, 6, 5) else ("server", "unknown")

ROWS = [
    # --- Before the response
    failing(WAY, "nothing is listening on the port", ClosedPort, "refused", "refused"),
    failing(WAY, "the host name is unknown", lambda: Address("http://weir-nonesuch.invalid/"), "dns",
            "weir-nonesuch.invalid"),
    failing(WAY, "a firewall drops the packets", FullPort, "unreachable", "0.4 s",
            arguments=["--connect-timeout-ms=400"]),
    failing(WAY, "the server accepts the connection and never responds", script(plays(end=None)), "unreachable",
            "--head-timeout-ms sets this timeout", arguments=["--head-timeout-ms=400"]),
    failing(WAY, "the proxy refuses the connection", ClosedPort, "proxy", "Nothing is listening at http://127.0.0.1:",
            arguments=["--proxy=" + DEAD_PROXY.url.removesuffix("/events")]),
    Row(WAY, "the network fails in mid-stream without a reset", lambda: Behind(True), "idle",
        "timed out", arguments=["--idle-timeout-ms=400"]),
    Row(WAY, "the connection is reset in mid-stream", lambda: Behind(False), "reset", "broke"),
    # --- TLS
    failing(TLS, "the certificate's issuer is not trusted", tls(), "tls", "certificate"),
    failing(TLS, "the certificate is for another host", tls(name="other.example"), "tls",
            "certificate", arguments=["CA"]),
    failing(TLS, "the certificate has expired", tls(days="-1"), "tls", "certificate",
            arguments=["CA"]),
    failing(TLS, "the server speaks plain HTTP", feed_by_https, "tls", "write http:// instead"),
    Row(TLS, "the connection is cut without a TLS close", tls(plays(
        CHUNKED, chunk(THREE), b"40\r\ndata: half", end=lambda client: os.close(client.detach()))),
        "reset", "broke", arguments=["CA"]),
    # --- The response
    failing(ANSWER, "the server does not speak HTTP", script(plays(b"SSH-2.0-OpenSSH_9.2\r\n")),
            "malformed", "is malformed"),
    failing(ANSWER, "the connection closes before the response", script(plays()), "reset",
            "terminated"),
    failing(ANSWER, "the connection is reset before the response", script(plays(end=reset)), "reset",
            "broke"),
    failing(ANSWER, "the response head is cut off", script(plays(b"HTTP/1.1 200 OK\r\nContent-Ty")),
            "malformed", "is malformed"),
    failing(ANSWER, "status 404", feed("status=404"), "status", "404"),
    failing(ANSWER, "status 401", feed("status=401"), "status", "401"),
    failing(ANSWER, "status 403", feed("status=403"), "status", "403"),
    failing(ANSWER, "status 500", feed("status=500"), "status", "500"),
    Row(ANSWER, "status 503 once, with Retry-After in seconds",
        feed("status=503", "--fault-times=1"), "status", "503"),
    Row(ANSWER, "status 503 once, with Retry-After as a date",
        lambda: Script(retry_after(email.utils.formatdate(time.time() + 2, usegmt=True))), "status",
        "503"),
    failing(ANSWER, "status 503 every time", feed("status=503"), "status", "Gave up after 2",
            arguments=["--max-attempts=2"]),
    Row(ANSWER, "status 522 between two connections",
        script(plays(head(), event(1)), plays(head("522 Oh", None, "Content-Length: 0\r\n"))),
        "server", "522"),
    Row(ANSWER, "status 204", feed("status=204"), "no-content", "204", events=[]),
    failing(ANSWER, "a web page (text/html)", feed("type=text/html"), "content-type", "text/html"),
    failing(ANSWER, "JSON", feed("type=application/json"), "content-type", "application/json"),
    failing(ANSWER, "a content type with the right prefix only", feed("type=text/event-streams"),
            "content-type", "text/event-streams"),
    failing(ANSWER, "no content type", script(plays(head(type=None), THREE)), "content-type",
            "content type"),
    Row(ANSWER, "the content type in capitals, with a parameter",
        feed('type=Text/Event-Stream;Charset="utf-8"'), "server", "ended"),
    Row(ANSWER, "another character encoding is announced",
        feed("type=text/event-stream;charset=gb18030"), "server", "charset=gb18030"),
    Row(ANSWER, "a thousand informational responses first",
        script(plays(b"HTTP/1.1 103 Early Hints\r\nLink: </x>; rel=preload\r\n\r\n" * 1000,
                     head(fields="Connection: close\r\n"), THREE)), "server", "ended"),
    # --- Redirects
    failing(REDIRECTS, "a redirect to itself", feed("redirect-loop"), "redirect", "loop"),
    failing(REDIRECTS, "a redirect without Location", feed("status=301"), "redirect", "Location"),
    failing(REDIRECTS, "endless redirects", Chain, "redirect", "redirects"),
    failing(REDIRECTS, "a redirect to another scheme",
            script(plays(head("302 Found", None, "Location: ftp://127.0.0.1/x\r\n"
                              "Content-Length: 0\r\n"))), "redirect", "ftp"),
    Row(REDIRECTS, "a redirect to another origin: credentials are not sent", Elsewhere, "server",
        "ended", arguments=["--bearer=secret"], check=credentials_stayed),
    # --- In the stream
    Row(STREAM, "cut in the middle of an event", feed("cut-mid-event"), "reset", "broke"),
    Row(STREAM, "cut in the middle of a character", feed("cut-mid-char"), "reset", "broke"),
    Row(STREAM, "reset", feed("rst"), "reset", "broke"),
    Row(STREAM, "ends without length or chunks", feed("no-length"), "server", "unknown"),
    Row(STREAM, "ends after each event, with a last chunk", feed("flap"), "server", "ended"),
    Row(STREAM, "ends twice, then 204", feed("204-after=2"), "server", "ended"),
    Row(STREAM, "ends at once, without an event", script(plays(CHUNKED, b"0\r\n\r\n")), "server", "ended"),
    Row(STREAM, "ends before the announced length",
        script(plays(head(fields="Content-Length: 100000\r\n"), THREE)), "reset", "broke"),
    Row(STREAM, "a chunk without a size", feed("bad-chunk"), *ABORTED),
    Row(STREAM, "an empty chunk, then more chunks",
        script(plays(CHUNKED, chunk(THREE), b"0\r\n\r\n", chunk(THREE))), "server", "ended"),
    Row(STREAM, "no more data on an open connection", feed("stall"), "idle", "timed out",
        arguments=["--idle-timeout-ms=400"]),
    failing(STREAM, "JSON with an error, sent as text/event-stream",
            script(plays(head(), b'{"error": {"message": "Too many tokens"}}')), "content-type",
            "It is JSON. It says: “Too many tokens”"),
    failing(STREAM, "a web page, sent as text/event-stream",
            script(plays(head(), b"<!doctype html><title>Sign in</title>")), "content-type",
            "It is an HTML page. It says: “Sign in”"),
    failing(STREAM, "data without blank lines", script(plays(head(), b"data: 1\ndata: 2\n")),
            "content-type", "only a blank line ends an event"),
    failing(STREAM, "the two characters \\n instead of line feeds",
            script(plays(head(), rb"data: 1\n\ndata: 2\n\n")), "content-type", "two characters"),
    failing(STREAM, "Amazon's binary event stream",
            script(plays(head(), b"\0\0\0\x10\0\0\0\0\x05\xc2\x48\xeb\x7d\x98\xc8\xff")),
            "content-type", "Amazon's binary event stream"),
    Row(STREAM, "one byte at a time", feed("slow-drip=1"), "server", "ended",
        arguments=["--idle-timeout-ms=10000"]),
    Row(STREAM, "compressed, damaged after three events",
        script(plays(GZIP, chunk(gzip_open(THREE)), chunk(b"\xff" * 64), end=None)), "malformed",
        "is malformed"),
    Row(STREAM, "announced as compressed, but is not", script(plays(GZIP, chunk(THREE), b"0\r\n\r\n")),
        "malformed", "is malformed"),
    failing(STREAM, "an unknown content coding",
            script(plays(head(fields="Content-Encoding: zzz\r\nTransfer-Encoding: chunked\r\n"), chunk(THREE),
                         b"0\r\n\r\n")), "malformed", "content coding"),
    Row(STREAM, "compressed, with ten thousand empty blocks",
        script(plays(GZIP, chunk(gzip_open(THREE)), chunk(b"\x00\x00\x00\xff\xff" * 10000))),
        *ABORTED),
    Row(STREAM, "compressed, and cut off", script(plays(GZIP, chunk(gzip_open(THREE)))), *ABORTED),
    Row(STREAM, "compressed, complete", script(plays(GZIP, chunk(gzipped(THREE)), b"0\r\n\r\n")),
        "server", "ended"),
    Row(STREAM, "a POST breaks and is not sent again",
        script(plays(CHUNKED, chunk(THREE), end=reset)), "reset", "broke", status=1,
        events=[1, 2, 3], arguments=["--data={}"], lost="the events that would have followed", check=one_request),
    # --- Limits
    failing(LIMITS, "a header of 4 MB",
            script(plays(b"HTTP/1.1 200 OK\r\n" + b"X-Padding: 0123456789\r\n" * 200000)),
            "too-large", "head is too large"),
    failing(LIMITS, "a million headers",
            script(plays(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 1000000)), "too-large",
            "head is too large"),
    Row(LIMITS, "a million trailers after the last chunk",
        script(plays(CHUNKED, chunk(THREE), b"0\r\n" + b"X: y\r\n" * 1000000)), "server", "ended"),
    failing(LIMITS, "a line over the limit", script(plays(head(), b"data: " + b"x" * 100000)),
            "too-large", "larger", arguments=["--max-line-bytes=10000"]),
    failing(LIMITS, "an event over the limit", script(plays(head(), b"data: xxxx\n" * 10000)),
            "too-large", "larger", arguments=["--max-event-bytes=10000"]),
    Row(LIMITS, "a line over the limit, skipped",
        script(plays(head(), b"data: " + b"x" * 100000 + b"\n\n" + THREE)), "server", "ended",
        arguments=["--max-line-bytes=10000", "--on-limit=skip"]),
]
