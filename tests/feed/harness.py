# SPDX-License-Identifier: MIT
"""Shared by the tests of this folder: TAP, a proxy that resets connections, nginx with its own folder, and
runs of weir-tail."""
import http.client
import json
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
import traceback

NGINX = shutil.which("nginx") or "/usr/sbin/nginx"
MODULES = "/usr/lib/nginx/modules"

# A channel that stores its messages: publish to /publish, read from /events.
NCHAN = """
server {
  listen unix:PREFIX/nginx.sock;
  location = /publish {
    nchan_publisher;
    nchan_channel_id weir;
    nchan_message_buffer_length 20000;
    nchan_message_timeout 1h;
  }
  location = /events {
    nchan_subscriber eventsource;
    nchan_channel_id weir;
    nchan_subscriber_first_message oldest;
  }
}
"""


def run_tests(tests):
    """Runs (name, function) pairs and prints TAP. A function fails by raising an exception."""
    failed = 0
    print(f"1..{len(tests)}", flush=True)
    for number, (name, test) in enumerate(tests, 1):
        try:
            test()
            print(f"ok {number} - {name}", flush=True)
        except Exception:
            failed += 1
            print(f"not ok {number} - {name}", flush=True)
            for line in traceback.format_exc().splitlines():
                print(f"# {line}", flush=True)
    sys.exit(1 if failed else 0)


def expect(condition, *evidence):
    if not condition:
        raise AssertionError(" ".join(str(part) for part in evidence))


def reset(sock):
    """Closes a socket so that the other side sees a reset."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


class Proxy:
    """A TCP proxy on a free loopback port. It calls cut (count, sent, piece) before it forwards a piece of a
    response: count is the number of the connection from 0, sent the number of response bytes forwarded so far.
    cut returns None to forward the piece, or the number of its bytes to forward before both connections are
    reset."""

    def __init__(self, upstream, cut=None):
        self.upstream = upstream
        self.cut = cut or (lambda count, sent, piece: None)
        self.sent = 0
        self.connections = 0
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(
                target=self._serve, args=(client, self.connections), daemon=True
            ).start()
            self.connections += 1

    def _connect(self):
        family = socket.AF_UNIX if isinstance(self.upstream, str) else socket.AF_INET
        server = socket.socket(family)
        server.connect(self.upstream)
        return server

    def _serve(self, client, count):
        try:
            server = self._connect()
        except OSError:
            reset(client)
            return
        requests = threading.Thread(
            target=self._send_requests, args=(client, server), daemon=True
        )
        requests.start()
        try:
            while piece := server.recv(65536):
                stop = self.cut(count, self.sent, piece)
                if stop is not None:
                    client.sendall(piece[:stop])
                    self.sent += stop
                    # A thread that is still reading would keep the socket open.
                    client.shutdown(socket.SHUT_RD)
                    requests.join()
                    reset(client)
                    break
                client.sendall(piece)
                self.sent += len(piece)
        except OSError:
            pass
        server.close()
        try:
            client.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        client.close()

    @staticmethod
    def _send_requests(client, server):
        try:
            while piece := client.recv(65536):
                server.sendall(piece)
            server.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass

    def close(self):
        self.listener.close()


class Nginx:
    """nginx with a temporary prefix that is removed at the end. config is the content of its http block.
    config sets the address: unix:PREFIX/… or a free port."""

    def __init__(self, config, modules=()):
        # The path of a unix socket is limited to 108 bytes. The worker processes need access to the folder.
        self.prefix = tempfile.mkdtemp(prefix="weir-nginx-", dir="/tmp")
        os.chmod(self.prefix, 0o755)
        temporary = "\n".join(
            f"{kind}_temp_path {self.prefix}/{kind};"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        load = "\n".join(f"load_module {MODULES}/{name};" for name in modules)
        user = "user root;" if os.getuid() == 0 else ""
        with open(f"{self.prefix}/nginx.conf", "w") as file:
            file.write(
                f"{load}\n{user}\ndaemon off;\nworker_processes 1;\n"
                f"pid {self.prefix}/pid;\nerror_log {self.prefix}/error.log;\n"
                "events { worker_connections 256; }\n"
                f"http {{\naccess_log off;\n{temporary}\n"
                f"{config.replace('PREFIX', self.prefix)}\n}}\n"
            )
        self.start()

    def start(self):
        self.process = subprocess.Popen(
            [NGINX, "-p", self.prefix, "-c", f"{self.prefix}/nginx.conf",
             "-e", f"{self.prefix}/error.log"],
            stdin=subprocess.DEVNULL,
        )

    def log(self):
        with open(f"{self.prefix}/error.log") as file:
            return file.read()

    def stop(self):
        self.process.terminate()
        self.process.wait(30)

    def kill(self):
        """Kills the master and the workers at once, as the kernel does when memory runs out."""
        # The master is stopped first, or it would start another worker.
        self.process.send_signal(signal.SIGSTOP)
        subprocess.run(["pkill", "-KILL", "-P", str(self.process.pid)], check=False)
        self.process.kill()
        self.process.wait(30)
        for name in os.listdir(self.prefix):
            if name.endswith(".sock"):
                os.unlink(f"{self.prefix}/{name}")

    def close(self):
        self.stop()
        shutil.rmtree(self.prefix)


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost")
        self.path = path

    def connect(self):
        deadline = time.monotonic() + 30
        while True:
            self.sock = socket.socket(socket.AF_UNIX)
            try:
                self.sock.connect(self.path)
                return
            except OSError:
                # nginx is not listening yet.
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.02)


def tail(program, *arguments, timeout=120):
    """Runs weir-tail until it exits. Returns its exit status, the objects of its lines, and its errors."""
    done = subprocess.run(
        [program, "--format=ndjson", *arguments],
        stdin=subprocess.DEVNULL, capture_output=True, timeout=timeout,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
    )
    lines = [json.loads(line) for line in done.stdout.decode().splitlines()]
    return done.returncode, lines, done.stderr.decode()
