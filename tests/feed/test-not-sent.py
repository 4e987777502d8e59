#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Weir must not send the proxy's credentials to the server, a body after a redirect that turned a POST
into a GET, or a body twice. Argument: weir-tail."""
import base64
import os
import socket
import subprocess
import sys
import threading

from faults import CHUNKED, THREE, Certificates, Script, chunk, head, plays
from harness import expect, reset, run_tests

WEIR_TAIL = sys.argv[1]
PAIR = base64.b64encode(b"me:geheim").decode()


def run(*arguments, status=0, environment=None):
    done = subprocess.run(
        [WEIR_TAIL, "--format=ndjson", "--all", "--retry-ms=20", *arguments], stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60, check=False,
        env={**os.environ, "LC_ALL": "C.UTF-8", **(environment or {})})
    expect(done.returncode == status, done.returncode, done.stdout.decode())
    return done.stdout.decode()


class HttpProxy:
    """Requires credentials. Then it opens a tunnel for CONNECT, or forwards the request unchanged."""

    def __init__(self):
        self.heads = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _read_head(self, client):
        head = b""
        while b"\r\n\r\n" not in head:
            piece = client.recv(65536)
            if not piece:
                return None
            head += piece
        self.heads.append(head.decode("latin-1"))
        return head

    def _serve(self, client):
        try:
            while request := self._read_head(client):
                if f"Proxy-Authorization: Basic {PAIR}".encode() not in request:
                    client.sendall(b"HTTP/1.1 407 Who?\r\nProxy-Authenticate: Basic realm=\"x\"\r\n"
                                   b"Content-Length: 0\r\n\r\n")
                    continue
                method, target, _ = request.split(b"\r\n")[0].split(b" ")
                is_tunnel = method == b"CONNECT"
                host, port = (target if is_tunnel else target.split(b"/")[2]).decode().rsplit(":", 1)
                server = socket.create_connection((host, int(port)))
                if is_tunnel:
                    client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
                else:
                    server.sendall(request)
                threading.Thread(target=self._pump, args=(client, server), daemon=True).start()
                self._pump(server, client)
                return
        except OSError:
            pass

    @staticmethod
    def _pump(source, target):
        try:
            while piece := source.recv(65536):
                target.sendall(piece)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass


def stream(**more):
    return plays(CHUNKED, chunk(THREE), b"0\r\n\r\n", **more)


def proxy_credentials():
    """A server behind a tunnel does not get the credentials for the proxy."""
    certificates = Certificates()
    server = Script(stream(), context=certificates.context())
    proxy = HttpProxy()
    printed = run("--no-reconnect", f"--cacert={certificates.authority}", f"--proxy=http://me:geheim@{proxy.address}",
                  server.url)
    expect("Ereignis 3" in printed, printed)
    expect(any(head.startswith("CONNECT ") and PAIR in head for head in proxy.heads), proxy.heads)
    expect(len(server.requests) == 1, server.requests)
    expect("proxy-authorization" not in server.requests[0].lower() and PAIR not in server.requests[0],
           server.requests)
    expect("geheim" not in printed and PAIR not in printed, printed)
    server.close()


def proxy_refuses_credentials():
    """Wrong or missing credentials are reported as a failure of the proxy."""
    certificates = Certificates()
    server = Script(stream(), context=certificates.context())
    for user in ("me:wrong@", ""):
        proxy = HttpProxy()
        printed = run("--no-reconnect", f"--cacert={certificates.authority}", f"--proxy=http://{user}{proxy.address}",
                      server.url, status=1)
        expect('"reason":"proxy"' in printed and "wrong" not in printed, printed)
        expect(server.requests == [] and len(proxy.heads) == 1, server.requests, proxy.heads)
    server.close()


def proxy_credentials_over_http():
    server = Script(stream())
    proxy = HttpProxy()
    printed = run("--no-reconnect", f"--proxy=http://me:geheim@{proxy.address}", server.url)
    expect("Ereignis 3" in printed and PAIR in proxy.heads[0], printed, proxy.heads)
    expect("geheim" not in printed and PAIR not in printed, printed)
    server.close()


def no_proxy_no_credentials():
    """The credentials of a proxy that is not used are not sent."""
    server = Script(stream())
    run("--no-reconnect", "--proxy=", server.url, environment={"http_proxy": "http://me:geheim@127.0.0.1:1"})
    expect("proxy-authorization" not in server.requests[0].lower(), server.requests)
    server.close()


def body_after_redirect():
    """RFC 9110, 15.4: after 301, 302 and 303 a POST becomes a GET without a body and without Content-Type."""
    for status in ("301 Moved", "302 Found", "303 See Other"):
        server = Script(plays(head(status, None, "Location: /there\r\nContent-Length: 0\r\nConnection: close\r\n")),
                        stream())
        run("--no-reconnect", "-d", '{"q":"geheim"}', "-H", "Content-Type: text/x-own", server.url)
        first, second = server.requests
        expect(first.startswith("POST ") and first.endswith('{"q":"geheim"}'), first)
        expect(second.startswith("GET /there ") and second.endswith("\r\n\r\n"), second)
        for word in ("geheim", "content-length", "content-type", "transfer-encoding"):
            expect(word not in second.lower(), status, second)
        server.close()
    for status in ("307 Temporary Redirect", "308 Permanent Redirect"):
        server = Script(plays(head(status, None, "Location: /there\r\nContent-Length: 0\r\nConnection: close\r\n")),
                        stream())
        run("--no-reconnect", "-d", '{"q":"geheim"}', server.url)
        expect(server.requests[1].startswith("POST /there ")
               and server.requests[1].endswith('{"q":"geheim"}'), server.requests)
        server.close()


def body_again():
    """A request with a body may have an effect each time it is sent. This applies to GET as well as POST."""
    for method in ("POST", "GET", "PUT"):
        for end in (None, reset):
            server = Script(*[plays(CHUNKED, chunk(THREE), *([b"0\r\n\r\n"] if end is None else []),
                                    **({"end": end} if end else {}))] * 3)
            printed = run("-X", method, "-d", "geheim", server.url, status=0 if end is None else 1)
            expect(len(server.requests) == 1, method, server.requests)
            expect('"note":"not-repeated"' in printed, printed)
            server.close()
    server = Script(*[stream()] * 2)
    run("-X", "GET", "-d", "geheim", "--repeat-body", "--max-events=6", server.url)
    expect(len(server.requests) == 2 and server.requests[1].endswith("geheim"), server.requests)
    server.close()


run_tests([
    ("the proxy's credentials, through a tunnel", proxy_credentials),
    ("credentials that the proxy refuses", proxy_refuses_credentials),
    ("the proxy's credentials, over http", proxy_credentials_over_http),
    ("the credentials of a proxy that is not used", no_proxy_no_credentials),
    ("the body after a redirect", body_after_redirect),
    ("the body again", body_again),
])
