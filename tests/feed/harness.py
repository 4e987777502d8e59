# SPDX-License-Identifier: MIT
"""What the tests of this folder share: TAP, a proxy that cuts, nginx with a folder of its own, and
weir-tail as a child."""
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

# A channel that keeps its messages: publish to /publish, read from /events.
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
    """Runs (name, function) pairs and speaks TAP; a function that raises has failed."""
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
    """A TCP proxy on a free loopback port. cut (count, sent, piece) is asked before a piece of
    an answer goes to the client: count is the connection's number from 0, sent how many bytes of
    answers went through already. It gives None to let the piece pass, or how many of its bytes
    still go before the connection is reset, on both sides."""

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
                    # A thread that still reads would keep the socket alive.
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
    """nginx with a temporary prefix that is gone at the end. config is the inside of its http
    block; it listens where config says, best on unix:PREFIX/… or a port that was free."""

    def __init__(self, config, modules=()):
        # Short, for the path of a unix socket; its own workers must be able to enter it.
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
        """All of it at once, workers as well, as the kernel does without memory."""
        # Stopped first, or it would start another worker.
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
                # nginx is not there yet.
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.02)


def tail(program, *arguments, timeout=120):
    """Runs weir-tail to its end: its exit status, the objects of its lines, and its errors."""
    done = subprocess.run(
        [program, "--format=ndjson", *arguments],
        stdin=subprocess.DEVNULL, capture_output=True, timeout=timeout,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
    )
    lines = [json.loads(line) for line in done.stdout.decode().splitlines()]
    return done.returncode, lines, done.stderr.decode()
