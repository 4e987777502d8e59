#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""HTTP/2 with TLS and gzip, through nginx. TCP cannot detect a stream that stopped, and libsoup would wait
forever. Also: nginx in front of nchan is killed and restarted under load.
Arguments: weir-tail."""
import http.server
import json
import os
import subprocess
import sys
import threading

from faults import Certificates
from harness import NCHAN, Nginx, Proxy, UnixConnection, expect, reset, run_tests, tail

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
    proxy_pass http://%s;
    proxy_buffering off;
  }
}
"""


class Backend(http.server.BaseHTTPRequestHandler):
    """Sends three events and then nothing. A client with those gets three more, and a client with all gets 204."""

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
            # Until nginx closes the connection.
            self.connection.settimeout(60)
            self.connection.recv(1)

    def log_message(self, *arguments):
        pass


class ResettingProxy(Proxy):
    """Resets its first connections during the TLS handshake, as a restarting server does."""

    def _serve(self, client, count):
        if count < 3:
            client.recv(65536)
            reset(client)
        else:
            super()._serve(client, count)


def serve(test, make_proxy=Proxy):
    backend = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Backend)
    backend.daemon_threads = True
    threading.Thread(target=backend.serve_forever, daemon=True).start()
    certificates = Certificates()
    pem = certificates.sign("127.0.0.1")
    nginx = Nginx(CONFIG % (pem, pem, f"127.0.0.1:{backend.server_address[1]}"))
    proxy = make_proxy(f"{nginx.prefix}/nginx.sock")
    try:
        test(f"https://127.0.0.1:{proxy.port}/events", certificates.authority)
    finally:
        proxy.close()
        nginx.close()
        backend.shutdown()
        backend.server_close()


def check_stall(url, authority):
    # The first attempts may precede nginx. The timeout is longer than a pause of a busy machine.
    status, lines, errors = tail(
        WEIR_TAIL, "--all", f"--cacert={authority}", "--idle-timeout-ms=2000", "--retry-ms=20",
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


# --- nchan behind an nginx that is killed ------------------------------------------------------

MESSAGES = 6000
KILLS = 5


def make_message(number):
    return f"{number}: 水位 {number * 7 % 100} cm\n" + "🌊" * (number % 40)


def publish(path, ahead):
    connection = UnixConnection(path)
    for number in range(MESSAGES):
        ahead.acquire()
        connection.request("POST", "/publish", make_message(number).encode(), {"Content-Type": "text/plain"})
        answer = connection.getresponse()
        answer.read()
        expect(answer.status in (201, 202), answer.status)


def count_sockets(pid):
    files = [f"/proc/{pid}/fd/{name}" for name in os.listdir(f"/proc/{pid}/fd")]
    return sum(os.readlink(file).startswith("socket:") for file in files)


def read_and_kill(nginx, ahead, url, authority):
    """Returns the lines of weir-tail and the number of its open sockets near the end. nginx is killed and
    restarted after each share of the messages."""
    child = subprocess.Popen(
        [WEIR_TAIL, "--format=ndjson", "--all", f"--cacert={authority}", "--retry-ms=20", "--max-retry-ms=100",
         "--max-attempts=1000", f"--max-events={MESSAGES}", url],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, env={**os.environ, "LC_ALL": "C.UTF-8"})
    lines, kills, events, sockets = [], 0, 0, 0
    with child:
        for text in child.stdout:
            lines.append(json.loads(text))
            if lines[-1]["kind"] == "event":
                events += 1
                ahead.release()
                if events == MESSAGES - 400:
                    sockets = count_sockets(child.pid)
            if kills < KILLS and events > (kills + 1) * MESSAGES // (KILLS + 2):
                kills += 1
                nginx.kill()
                nginx.start()
    expect(child.returncode == 0, child.returncode)
    return lines, sockets


def check_killed():
    certificates = Certificates()
    pem = certificates.sign("127.0.0.1")
    nchan = Nginx(NCHAN, ["ngx_nchan_module.so"])
    nginx = Nginx(CONFIG % (pem, pem, f"unix:{nchan.prefix}/nginx.sock:"))
    proxy = Proxy(f"{nginx.prefix}/nginx.sock")
    # The publisher is at most this many messages ahead of the reader, so that every kill hits an active stream.
    ahead = threading.Semaphore(300)
    publisher = threading.Thread(target=publish, args=(f"{nchan.prefix}/nginx.sock", ahead), daemon=True)
    publisher.start()
    try:
        lines, sockets = read_and_kill(nginx, ahead, f"https://127.0.0.1:{proxy.port}/events", certificates.authority)
        publisher.join(30)
        received = [line["data"] for line in lines if line["kind"] == "event"]
        opened = [line for line in lines if line.get("state") == "open" and "http" in line]
        ends = [line for line in lines if line.get("state") == "waiting" and line.get("events")]
        resumed = [line for line in lines if line.get("note") == "resumed"]
        expect(received == [make_message(number) for number in range(MESSAGES)], len(received), received[-1:])
        expect({line["http"] for line in opened} == {"2"}, opened)
        expect(all("Content-Encoding: gzip" in line["responseHeaders"] for line in opened), opened)
        expect(len(ends) == KILLS and {line["reason"] for line in ends} == {"reset"}, ends)
        expect(len(resumed) == KILLS, resumed)
        # The last one may not be closed yet.
        expect(1 <= sockets <= 2, "open sockets:", sockets)
    finally:
        proxy.close()
        nginx.close()
        nchan.close()


run_tests([
    ("a connection that is reset during the TLS handshake is tried again", lambda: serve(check_http1, ResettingProxy)),
    ("nginx with TLS, HTTP/2 and gzip before nchan, killed five times under load", check_killed),
    ("HTTP/2 is not offered where it is not wanted", lambda: serve(check_http1)),
    ("a stalled HTTP/2 stream is cut, and resumed elsewhere", lambda: serve(check_stall)),
])
