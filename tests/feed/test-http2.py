#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""HTTP/2 with TLS and gzip, through nginx: a stream that goes silent looks like a quiet one to TCP,
and libsoup would wait for ever. Arguments: weir-tail."""
import http.server
import sys
import threading

from faults import Certificates
from harness import Nginx, Proxy, expect, run_tests, tail

WEIR_TAIL = sys.argv[1]

CONFIG = """
gzip on;
gzip_types text/event-stream;
gzip_min_length 1;
server {
  listen unix:PREFIX/nginx.sock ssl http2;
  ssl_certificate %s;
  ssl_certificate_key %s;
  location / {
    proxy_pass http://127.0.0.1:%d;
    proxy_buffering off;
  }
}
"""


class Backend(http.server.BaseHTTPRequestHandler):
    """Three events and then silence; to who has those, three more; to who has all, 204."""

    def do_GET(self):
        last = int(self.headers.get("Last-Event-ID", "0"))
        if last >= 6:
            self.send_response(204)
            self.end_headers()
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        for number in range(last + 1, last + 4):
            self.wfile.write(f"id: {number}\ndata: event {number}\n\n".encode())
        if last == 0:
            # Until nginx hangs up.
            self.connection.settimeout(60)
            self.connection.recv(1)

    def log_message(self, *arguments):
        pass


def serve(test):
    backend = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Backend)
    backend.daemon_threads = True
    threading.Thread(target=backend.serve_forever, daemon=True).start()
    certificates = Certificates()
    pem = certificates.sign("127.0.0.1")
    nginx = Nginx(CONFIG % (pem, pem, backend.server_address[1]))
    proxy = Proxy(f"{nginx.prefix}/nginx.sock")
    try:
        test(f"https://127.0.0.1:{proxy.port}/events", certificates.authority)
    finally:
        proxy.close()
        nginx.close()
        backend.shutdown()
        backend.server_close()


def check_stall(url, authority):
    # The first attempts may come before nginx listens.
    status, lines, errors = tail(
        WEIR_TAIL, "--all", f"--cacert={authority}", "--idle-timeout-ms=500", "--retry-ms=20",
        "--max-retry-ms=100", "--max-attempts=200", url)
    opened = [line for line in lines if line.get("state") == "open" and "http" in line]
    ends = [line["reason"] for line in lines if line.get("state") == "waiting"]
    events = [line["lastEventId"] for line in lines if line["kind"] == "event"]
    notes = [line["note"] for line in lines if "note" in line]
    expect(status == 0, status, errors, lines[-3:])
    expect([line["http"] for line in opened] == ["2", "2"], opened)
    expect(all("Content-Encoding: gzip" in line["responseHeaders"] for line in opened), opened)
    expect(events == [str(number) for number in range(1, 7)], events)
    expect("idle" in ends, ends)
    expect("overdue" in notes and "resumed" in notes, notes)
    expect("tcpMs" in opened[1], "the silent connection was used again", opened[1])


def check_http1(url, authority):
    status, lines, errors = tail(
        WEIR_TAIL, "--all", "--http1.1", "--max-events=3", f"--cacert={authority}",
        "--retry-ms=20", "--max-retry-ms=100", "--max-attempts=200", url)
    opened = [line for line in lines if line.get("state") == "open" and "http" in line]
    expect(status == 0, status, errors, lines[-3:])
    expect([line["http"] for line in opened] == ["1.1"], opened)


run_tests([
    ("HTTP/2 is not offered where it is not wanted", lambda: serve(check_http1)),
    ("a stalled HTTP/2 stream is cut, and resumed elsewhere", lambda: serve(check_stall)),
])
