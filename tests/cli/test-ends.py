#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""How weir-tail, its tap and weir-feed end: by SIGTERM, SIGINT, SIGHUP, a closed pipe, the end of the stream,
and a recording that fails. Checks the exit status and the end mark of the recording.
Arguments: weir-tail weir-feed."""
import json
import os
import re
import resource
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "feed"))
from faults import CHUNKED, Script, chunk, event, head, plays, shut  # noqa: E402
from harness import expect, run_tests  # noqa: E402

WEIR_TAIL, WEIR_FEED = sys.argv[1:]
ENVIRONMENT = {**os.environ, "LC_ALL": "C.UTF-8"}
SIGNALS = [signal.SIGTERM, signal.SIGINT, signal.SIGHUP]
EVENTS = event(1) + event(2)


def stays_open():
    """A server whose stream sends two events and stays open."""
    return Script(plays(CHUNKED, chunk(EVENTS), end=None))


def ends(*answers):
    return Script(*[plays(head(fields="Connection: close\r\n"), *answer) for answer in answers])


class Program:
    """weir-tail with its output in pipes. tap: a client reads through it."""

    def __init__(self, server, *arguments, tap=False, limit=None):
        def prepare():
            for number in SIGNALS:
                signal.signal(number, signal.SIG_DFL)
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            if limit:
                resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

        words = ["--tap=127.0.0.1:0", *arguments, server.url.replace("/events", "")] if tap else [*arguments, server.url]
        self.process = subprocess.Popen(
            [WEIR_TAIL, *words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env=ENVIRONMENT, preexec_fn=prepare)
        self.said = b""
        self.client = None
        if tap:
            self.said = self.process.stderr.readline()
            port = re.search(rb"http://127\.0\.0\.1:(\d+) is a tap", self.said)
            expect(port, self.said)
            self.client = socket.create_connection(("127.0.0.1", int(port[1])), 30)
            self.client.sendall(b"GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n")

    def read_until(self, word):
        """Returns: the lines up to the first one that contains word."""
        lines = []
        while not lines or (lines[-1] and word not in lines[-1]):
            lines.append(self.process.stdout.readline())
        return lines

    def finish(self):
        """Returns: its status, output and errors."""
        out, err = self.process.communicate(timeout=60)
        if self.client:
            self.client.close()
        return self.process.returncode, out.decode(), (self.said + err).decode()


def end_marks(folder):
    """Returns: the end marks of each recording below folder."""
    found = sorted(Path(folder).rglob("marks"))
    expect(found, "no recording in", folder)
    return [[line for line in marks.read_text().splitlines() if line.startswith("e ")] for marks in found]


# Arguments, whether it is a tap, and the status of an interruption.
MODES = {
    "plain": ([], False, 0),
    "all": (["--all"], False, 0),
    "pretty": (["--format=pretty"], False, 0),
    "a check that finds nothing": (["--check-sequence=id"], False, 0),
    "a check that finds something": (["--check-sequence=$.none", "--check-sequence=id"], False, 0),
    "what is expected is missing": (["--expect=type:none"], False, 3),
    "what is expected is missing, pretty": (["--expect=type:none", "--format=pretty"], False, 3),
    "tap": ([], True, 0),
}


def interrupted(mode, recording, cause):
    arguments, tap, status = MODES[mode]
    server = stays_open()
    with tempfile.TemporaryDirectory() as folder:
        program = Program(server, *arguments, *([f"--record={folder}"] if recording else []), tap=tap)
        program.read_until(b"Ereignis 2")
        if cause == "reader":
            program.process.stdout.close()
            program.process.stdout = None
            program.process.wait(60)
            code, _, err = program.process.returncode, None, program.process.stderr.read().decode()
        else:
            program.process.send_signal(cause)
            code, _, err = program.finish()
        expect(code == status, mode, "recorded" if recording else "", cause, "ended with", code, err)
        if recording:
            marks = end_marks(folder)
            expect(len(marks) == 1 and len(marks[0]) == 1, marks, list(Path(folder).rglob("*")))
            done = subprocess.run([WEIR_TAIL, "--format=ndjson", "--all", next(Path(folder).iterdir())],
                                  capture_output=True, env=ENVIRONMENT, check=False)
            lines = [json.loads(line) for line in done.stdout.decode().splitlines()]
            expect([line["data"] for line in lines if line["kind"] == "event"]
                   == ["Ereignis 1: 水位上升 🌊", "Ereignis 2: 水位上升 🌊"], lines)
    server.close()


def all_interrupted():
    for mode in MODES:
        for recording in (False, True):
            for cause in [*SIGNALS, "reader"]:
                interrupted(mode, recording, cause)


def expected():
    """It ends when the expected events have arrived, with a finished recording. A tap has no --expect."""
    for recording in (False, True):
        server = stays_open()
        with tempfile.TemporaryDirectory() as folder:
            program = Program(server, "--expect=id:2", *([f"--record={folder}"] if recording else []))
            code, out, err = program.finish()
            expect(code == 0 and "Ereignis 2" in out, code, out, err)
            expect(not recording or [len(marks) for marks in end_marks(folder)] == [1], folder)
        server.close()
    done = subprocess.run([WEIR_TAIL, "--tap=127.0.0.1:0", "--expect=id:2", "http://127.0.0.1:1"], capture_output=True,
                          env=ENVIRONMENT, timeout=60, check=False)
    expect(done.returncode == 2 and b"--tap" in done.stderr, done)


def found_something():
    """Findings of a check set the status after an interruption as well."""
    for cause in SIGNALS:
        server = Script(plays(CHUNKED, chunk(event(1) + event(3)), end=None))
        program = Program(server, "--check-sequence=id")
        program.read_until(b"Ereignis 3")
        program.process.send_signal(cause)
        code, _, err = program.finish()
        expect(code == 3 and "missing: 1" in err, cause, code, err)
        server.close()


def normal_ends():
    """The status for each kind of response, with and without a recording and a tap."""
    gone = head("404 Not Found", None, "Content-Length: 0\r\n")
    for recording in (False, True):
        for answer, arguments, status in [
                (plays(head(fields="Connection: close\r\n"), EVENTS), ["--no-reconnect"], 0),
                (plays(head(fields="Connection: close\r\n"), EVENTS), ["--max-events=2"], 0),
                (plays(head("204 No Content", None)), [], 0),
                (plays(gone), [], 1),
                (plays(head(fields="Connection: close\r\n"), event(1) + event(3)),
                 ["--no-reconnect", "--check-sequence=id"], 3),
        ]:
            server = Script(answer)
            with tempfile.TemporaryDirectory() as folder:
                program = Program(server, *arguments, *([f"--record={folder}"] if recording else []))
                code, _, err = program.finish()
                expect(code == status, arguments, recording, code, err)
            server.close()
    server = ends([EVENTS])
    program = Program(server, "--max-events=2", tap=True)
    expect(program.finish()[0] == 0)
    server.close()


def recording_stopped():
    """With a file size limit, as with a full disk, everything is still printed, and the status is 1."""
    many = b"".join(b"id: %d\ndata: %s\n\n" % (number, b"x" * 400) for number in range(1, 201))
    for tap in (False, True):
        for cause in (None, signal.SIGTERM):
            server = Script(plays(CHUNKED, chunk(many), end=shut if cause is None else None))
            with tempfile.TemporaryDirectory() as folder:
                program = Program(server, f"--record={folder}", *(["--no-reconnect"] if not tap else []),
                                  "--max-events=200" if cause is None else "--max-events=100000",
                                  tap=tap, limit=20000)
                lines = program.read_until(b'"lastEventId":"200"')
                if cause is not None:
                    if not tap:
                        # The message is printed before the end.
                        program.said += program.process.stderr.readline()
                        expect(b"stopped" in program.said, program.said)
                    program.process.send_signal(cause)
                code, _, err = program.finish()
                expect(len(lines) == 200, len(lines))
                expect(code == 1, "tap" if tap else "", cause, code, err)
                expect(err.count("stopped") == 1, err)
            server.close()


def ignored():
    """A signal that was ignored at the start stays ignored, as with nohup."""
    server = stays_open()
    process = subprocess.Popen(
        [WEIR_TAIL, server.url], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env=ENVIRONMENT, preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
    process.stdout.readline()
    process.send_signal(signal.SIGHUP)
    process.send_signal(signal.SIGTERM)
    expect(process.wait(60) == 0, process.returncode)
    server.close()


def blocked():
    """A second signal ends a program whose output is blocked."""
    many = b"".join(b"data: %s\n\n" % (b"x" * 1000) for _ in range(2000))
    server = Script(plays(CHUNKED, chunk(many), end=None))
    program = Program(server)
    program.process.stdout.readline()
    # A pipe holds 64 KiB. The thread that would close the stream is blocked in a write.
    program.process.send_signal(signal.SIGTERM)
    while program.process.poll() is None:
        program.process.send_signal(signal.SIGTERM)
        try:
            program.process.wait(0.05)
        except subprocess.TimeoutExpired:
            pass
    expect(program.process.returncode in (0, -signal.SIGTERM), program.process.returncode)
    server.close()


def feed():
    """The server runs until a signal, also if its output is closed."""
    for cause in SIGNALS:
        for reader in (True, False):
            process = subprocess.Popen([WEIR_FEED], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                       stderr=subprocess.PIPE, env=ENVIRONMENT)
            port = int(process.stdout.readline().decode().rsplit(":", 1)[1])
            if not reader:
                process.stdout.close()
            with socket.create_connection(("127.0.0.1", port), 30) as client:
                client.sendall(b"GET /none HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                expect(b"404" in client.recv(1000))
            process.send_signal(cause)
            expect(process.wait(60) == 0, cause, process.returncode)
            expect(process.stderr.read() == b"")
    with open("/dev/full", "w", encoding="utf-8") as full:
        done = subprocess.run([WEIR_FEED], stdin=subprocess.DEVNULL, stdout=full, stderr=subprocess.PIPE,
                              env=ENVIRONMENT, timeout=60, check=False)
    expect(done.returncode == 1 and b"cannot be written" in done.stderr, done)


def notes():
    """A note has the state of the stream, which is not open yet."""
    server = Script(plays(head("302 Found", None, "Location: /other\r\nContent-Length: 0\r\nConnection: close\r\n")),
                    plays(head(fields="Connection: close\r\n"), EVENTS))
    program = Program(server, "--all", "--no-reconnect")
    lines = [json.loads(line) for line in program.finish()[1].splitlines()]
    expect([line["state"] for line in lines if line.get("note") == "redirected"] == ["connecting"], lines)
    server.close()


run_tests([
    ("interrupted", all_interrupted),
    ("what is expected", expected),
    ("a check that found something", found_something),
    ("normal ends", normal_ends),
    ("a recording that stopped", recording_stopped),
    ("ignored signals", ignored),
    ("a second signal", blocked),
    ("weir-feed", feed),
    ("the state of a note", notes),
])
