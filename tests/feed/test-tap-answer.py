#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Two answers at the same time through a tap are printed one after the other. Arguments: weir-tail."""
import json
import os
import queue
import re
import signal
import socket
import subprocess
import sys
import threading

from harness import expect, run_tests

WEIR_TAIL, = sys.argv[1:]


def chunk(content=None, finish=None):
    delta = {} if content is None else {"content": content}
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    data = {"id": "c", "object": "chat.completion.chunk", "model": "m", "choices": [choice]}
    return f"data: {json.dumps(data)}\n\n"


class Upstream:
    """Streams the events of a queue for each path."""

    def __init__(self, *paths):
        self.pieces = {path: queue.Queue() for path in paths}
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            client, _ = self.listener.accept()
            threading.Thread(target=self._serve, args=[client], daemon=True).start()

    def _serve(self, client):
        path = client.recv(65536).split()[1].decode()
        client.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n")
        while (piece := self.pieces[path].get()) is not None:
            client.sendall(piece.encode())
        client.close()

    def send(self, path, *pieces):
        for piece in pieces:
            self.pieces[path].put(piece)


class Client:
    """Sends a request through the tap and collects what has arrived."""

    def __init__(self, port, path):
        self.socket = socket.create_connection(("127.0.0.1", port), 60)
        self.socket.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n".encode())
        self.got = b""

    def until(self, wanted):
        while wanted.encode() not in self.got:
            piece = self.socket.recv(65536)
            expect(piece, self.got)
            self.got += piece

    def end(self):
        while self.socket.recv(65536):
            pass
        self.socket.close()


def test_turns():
    upstream = Upstream("/a", "/b")
    with subprocess.Popen(
            [WEIR_TAIL, "--format=answer", "--tap=127.0.0.1:0", upstream.url],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env={**os.environ, "LC_ALL": "C.UTF-8"}) as tail:
        port = int(re.search(r"127\.0\.0\.1:(\d+)", tail.stderr.readline().decode())[1])
        first, second = Client(port, "/a"), Client(port, "/b")
        upstream.send("/a", chunk("One "))
        first.until("One ")
        expect(tail.stdout.read(4) == b"One ")
        upstream.send("/b", chunk("Two "))
        second.until("Two ")
        upstream.send("/a", chunk("answer."))
        first.until("answer.")
        expect(tail.stdout.read(7) == b"answer.")
        # The second ends first, and waits for the first.
        upstream.send("/b", chunk("answers."), chunk(finish="length"), "data: [DONE]\n\n", None)
        second.end()
        upstream.send("/a", chunk(finish="stop"), "data: [DONE]\n\n", None)
        first.end()
        rest = b"\nTwo answers.\n"
        said = tail.stdout.read(len(rest))
        expect(said == rest, said)
        lines = [tail.stderr.readline().decode() for _ in range(2)]
        expect("complete: stop" in lines[0], lines)
        expect("incomplete: length" in lines[1], lines)
        tail.send_signal(signal.SIGTERM)
        expect(tail.wait(30) == 3, tail.returncode)


run_tests([("two answers at once are printed one after the other", test_turns)])
