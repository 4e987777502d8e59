#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""weir-collect with real Redis and NATS servers: storing, resuming, gaps, failures of the engine, two writers.
Arguments: weir-collect weir-tail [kafka-mock] [word of a test…]. WEIR_TEST_KILLS: how often
processes are killed."""
import json
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "feed"))
from engines import Collect, Events, Nats, Redis, free_port, wait_for  # noqa: E402
from harness import expect, run_tests  # noqa: E402

Collect.program, WEIR_TAIL, *REST = sys.argv[1:]
KAFKA_MOCK = next((word for word in REST if word.endswith("kafka-mock")), None)
CHOSEN = [word for word in REST if word != KAFKA_MOCK]
KILLS = int(os.environ.get("WEIR_TEST_KILLS") or (3 if os.environ.get("WEIR_TEST_SIZE") == "small" else 8))


def verify(engine, name="s"):
    """Returns: the status and the lines of --verify."""
    done = subprocess.run([Collect.program, f"--verify={engine.target}", f"--name={name}"], check=False,
                          capture_output=True, text=True, timeout=120)
    expect(done.stderr == "", done.stderr)
    return done.returncode, done.stdout.splitlines()


def has_events(engine, count):
    """Waits until this number of events is stored."""
    return wait_for(f"{count} events", lambda: any(f" {count} events" in line for line in verify(engine)[1]))


def stores_and_resumes(engine_class):
    with engine_class() as engine, Events(5) as events:
        with Collect(f"--to={engine.target}", "--name=s", events.url) as collect:
            has_events(engine, 5)
            expect(collect.end(signal.SIGTERM) == 0, collect.errors)
        events.send(3)
        with Collect(f"--to={engine.target}", "--name=s", events.url) as collect:
            has_events(engine, 8)
            expect(collect.end(signal.SIGINT) == 0, collect.errors)
        expect(events.requests == [None, "5"], events.requests)
        expect(verify(engine) == (0, ["8 records, 8 events, 2 connections; 0 records missing, 0 gaps, "
                                      "0 connections out of order"]), verify(engine))


def records_have_fields():
    with Redis() as redis, Events(2) as events:
        with Collect(f"--to={redis.target}", "--name=s", f"{events.url}?token=geheim") as collect:
            has_events(redis, 2)
            expect(collect.end(signal.SIGTERM) == 0, collect.errors)
        records = redis.records("s")
        expect([sequence for sequence, _ in records] == [1, 2], records)
        fields = records[1][1]
        expect(fields["kind"] == "event" and fields["type"] == "message" and fields["id"] == "2", fields)
        expect(fields["data"] == "Ereignis 2 水位" and fields["connection"] == "1", fields)
        expect(fields["url"] == f"{events.url}?token=***", fields)
        expect(int(fields["time"]) > 1_700_000_000_000_000, fields)


def loses_nothing(engine_class):
    """weir-collect and the engine are killed under load, and the server cuts each connection."""
    chance = random.Random(1)
    with engine_class() as engine, Events(cut_after=400) as events:
        sent = 0
        for _ in range(KILLS):
            with Collect(f"--to={engine.target}", "--name=s", events.url) as collect:
                events.send(1000)
                sent += 1000
                wait_for("a connection", lambda: len(events.requests) > chance.randrange(3))
                events.requests.clear()
                if chance.random() < 0.5:
                    engine.kill()
                    engine.start()
                    wait_for("a connection", lambda: len(events.requests) > 0)
                collect.process.kill()
                collect.process.wait()
        with Collect(f"--to={engine.target}", "--name=s", events.url) as collect:
            has_events(engine, sent)
            expect(collect.end(signal.SIGTERM) == 0, collect.errors)
        status, lines = verify(engine)
        expect(status == 0, lines)
        if engine_class is Redis:
            ids = [int(fields["id"]) for _, fields in engine.records("s")]
            expect(ids == list(range(1, sent + 1)), len(ids))


def drops_repeated():
    with Redis() as redis, Events(5, repeat=3) as events:
        port = free_port()
        for count in (5, 7):
            with Collect(f"--to={redis.target}", "--name=s", f"--metrics=127.0.0.1:{port}", events.url) as collect:
                has_events(redis, count)
                text = urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics").read().decode()
                expect(collect.end(signal.SIGTERM) == 0, collect.errors)
            events.send(2)
        expect('weir_collect_repeated_events_total{stream="s"} 3\n' in text, text)
        expect([fields["id"] for _, fields in redis.records("s")] == list("1234567"), redis.records("s"))


def records_gaps():
    with Redis() as redis, Events(3, is_live=True) as events:
        def collect_up_to(count, more):
            known = len(events.requests)
            with Collect(f"--to={redis.target}", "--name=s", events.url) as collect:
                wait_for("a request", lambda: len(events.requests) > known)
                events.send(more)
                has_events(redis, count)
                expect(collect.end(signal.SIGTERM) == 0, collect.errors)

        collect_up_to(2, 2)
        events.send(4)
        collect_up_to(3, 1)
        gap = redis.records("s")[2][1]
        expect(gap["kind"] == "gap", gap)
        expect(json.loads(gap["data"]) == {"reason": "ids", "after": "5", "before": "10", "missing": 4}, gap)
        status, lines = verify(redis)
        expect(status == 3 and lines[0].startswith("Record 3 is a gap: {"), status, lines)


def records_gaps_without_ids(engine_class):
    with engine_class() as engine, Events(3, with_ids=False, cut_after=3) as events:
        with Collect(f"--to={engine.target}", "--name=s", events.url) as collect:
            wait_for("6 events", lambda: int(re.search(r" (\d+) events", verify(engine)[1][-1])[1]) >= 6)
            collect.end(signal.SIGTERM)
        status, lines = verify(engine)
        gap = json.loads(lines[0].removeprefix("Record 4 is a gap: "))
        expect(status == 3 and gap["reason"] == "no-ids" and gap["from"] <= gap["to"], lines)


def waits_for_the_engine(engine_class):
    with engine_class() as engine, Events() as events:
        engine.kill()
        with Collect(f"--to={engine.target}", "--name=s", events.url) as collect:
            collect.says("Could not reach .* tries again")
            engine.start()
            collect.says("Records are being stored again")
            events.send(3)
            has_events(engine, 3)
            engine.kill()
            events.send(3)
            wait_for("two reports", lambda: len(collect.errors) == 3)
            engine.start()
            has_events(engine, 6)
            expect(collect.end(signal.SIGTERM) == 0, collect.errors)
        expect(verify(engine)[0] == 0, verify(engine))


def stops_a_second_writer(engine_class):
    with engine_class() as engine, Events(2) as events:
        with Collect(f"--to={engine.target}", "--name=s", events.url) as first:
            has_events(engine, 2)
            with Collect(f"--to={engine.target}", "--name=s", events.url) as second:
                wait_for("two readers", lambda: len(events.requests) == 2)
                events.send(1)
                stopped, other = wait_for("an end", lambda: (first, second) if first.process.poll() is not None
                                          else (second, first) if second.process.poll() is not None else None)
                expect(stopped.wait() == 1, stopped.errors)
                expect("Another program has stored record 3 of “s”" in stopped.errors[-1], stopped.errors)
                events.send(1)
                has_events(engine, 4)
                expect(other.end(signal.SIGTERM) == 0, other.errors)
        expect(verify(engine)[0] == 0, verify(engine))


def refuses_foreign_keys():
    with Redis() as redis, Events(1) as events:
        redis.ask("set", "weir:text", "x")
        redis.ask("xadd", "weir:foreign", "*", "a", "b")
        redis.ask("xadd", "weir:fields", "7-0", "a", "b")
        for name, words in (("text", "is not a stream"), ("foreign", "of another program"), ("fields", "of another program")):
            with Collect(f"--to={redis.target}", f"--name={name}", events.url) as collect:
                expect(collect.wait() == 1, collect.errors)
                expect(len(collect.errors) == 1 and words in collect.errors[0], collect.errors)
        expect(events.requests == [], events.requests)


def refuses_wrong_passwords():
    with Redis("--requirepass", "geheim") as redis, Events(1) as events, tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "password")
        for password, status in ((None, 1), ("falsch", 1), ("geheim", 0)):
            arguments = []
            if password:
                path.write_text(f"{password}\n")
                arguments = [f"--to-password=@{path}"]
            with Collect(f"--to={redis.target}", "--name=s", *arguments, events.url) as collect:
                if status:
                    expect(collect.wait() == 1, collect.errors)
                    expect("denied access" in collect.errors[0] and "--to-password" in collect.errors[0], collect.errors)
                else:
                    wait_for("a request", lambda: events.requests)
                    expect(collect.end(signal.SIGTERM) == 0, collect.errors)
                expect("geheim" not in str(collect.errors) and "falsch" not in str(collect.errors), collect.errors)


def waits_for_memory():
    with Redis("--maxmemory", "3mb", "--maxmemory-policy", "noeviction") as redis, Events(2000, size=2000) as events:
        with Collect(f"--to={redis.target}", "--name=s", events.url) as collect:
            collect.says("is full: OOM.*maxmemory")
            redis.ask("config", "set", "maxmemory", "100mb")
            has_events(redis, 2000)
            expect(collect.end(signal.SIGTERM) == 0, collect.errors)
        expect(verify(redis)[0] == 0, verify(redis))


def notices_a_deleted_key():
    with Redis() as redis, Events(3) as events:
        with Collect(f"--to={redis.target}", "--name=s", events.url) as collect:
            has_events(redis, 3)
            redis.ask("del", "weir:s")
            events.send(2)
            wait_for("the next records", lambda: redis.ask("xlen", "weir:s") == "2\n")
            expect(collect.end(signal.SIGTERM) == 0, collect.errors)
        status, lines = verify(redis)
        expect(status == 3 and lines[0] == "3 records are missing before record 4, at the beginning.", lines)


def stops_without_its_stream():
    with Nats() as nats, Events(3) as events:
        with Collect(f"--to={nats.target}", "--name=s", events.url) as collect:
            has_events(nats, 3)
            nats.request("$JS.API.STREAM.DELETE.weir_s")
            events.send(1)
            expect(collect.wait() == 1, collect.errors)
            expect("No JetStream stream" in collect.errors[-1] and "deleted" in collect.errors[-1], collect.errors)


def shares_a_stream():
    """A JetStream stream of both subjects exists already."""
    config = '{"name":"all","subjects":["weir.*"],"storage":"file","retention":"limits","max_consumers":-1,"max_msgs":-1,"max_bytes":-1,"num_replicas":1}'
    with Nats() as nats, Events(40) as one, Events(40) as two:
        nats.request("$JS.API.STREAM.CREATE.all", config)
        with Collect(f"--to={nats.target}", "--name=one", "--name=two", one.url, f"{two.url}?2") as collect:
            for name in ("one", "two"):
                wait_for("40 events", lambda: " 40 events" in verify(nats, name)[1][-1])
            expect(collect.end(signal.SIGTERM) == 0, collect.errors)
        expect([verify(nats, name)[0] for name in ("one", "two")] == [0, 0], "verify")


def handles_large_events():
    with Nats() as nats, Events(1, size=2 << 20) as events, tempfile.TemporaryDirectory() as folder:
        with Collect(f"--to={nats.target}", "--name=s", events.url) as collect:
            expect(collect.wait() == 1, collect.errors)
            expect("max_payload" in collect.errors[0] and "--dead-letter=FILE" in collect.errors[0], collect.errors)
        path = Path(folder, "dead")
        with Collect(f"--to={nats.target}", "--name=s", f"--dead-letter={path}", events.url) as collect:
            wait_for("a gap", lambda: "1 gaps" in verify(nats)[1][-1])
            expect(collect.end(signal.SIGTERM) == 0, collect.errors)
        text = path.read_text()
        expect(text.startswith(": s, record 1\ndata: Ereignis 1 水位xxx") and text.endswith("x\n\n"), text[:99])


def reads_a_configuration():
    with Redis() as redis, Events(2) as one, Events(3) as two, tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "collect.conf")

        def write(*groups):
            path.write_text(f"[collect]\nto={redis.target}\n" + "".join(f"[{name}]\naddress={url}\n{rest}" for name, url, rest in groups))

        write(("one", one.url, ""))
        with Collect(f"--config={path}") as collect:
            wait_for("one", lambda: redis.ask("xlen", "weir:one") == "2\n")
            write(("one", one.url, ""), ("two", two.url, "headers=X-Test: 1\n"))
            collect.process.send_signal(signal.SIGHUP)
            wait_for("two", lambda: redis.ask("xlen", "weir:two") == "3\n")
            write(("two", two.url, "heders=X\n"))
            collect.process.send_signal(signal.SIGHUP)
            collect.says(r"collect\.conf, line 5: The key “heders” is unknown\. The streams stay as they are")
            one.send(1)
            wait_for("three", lambda: redis.ask("xlen", "weir:one") == "3\n")
            write(("two", two.url, "headers=X-Test: 2\n"))
            collect.process.send_signal(signal.SIGHUP)
            wait_for("a second request", lambda: two.requests == [None, "3"])
            two.send(2)
            wait_for("five", lambda: redis.ask("xlen", "weir:two") == "5\n")
            expect(collect.end(signal.SIGTERM) == 0, collect.errors)
        expect(len(one.requests) == 1, one.requests)
        expect([verify(redis, name)[0] for name in ("one", "two")] == [0, 0], "verify")


def collects_recordings():
    with Redis() as redis, Events(4) as events, tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "r.weir")
        subprocess.run([WEIR_TAIL, "--max-events=4", "--format=none", "--record", path, events.url], check=True)
        for _ in range(2):
            with Collect(f"--to={redis.target}", "--name=s", str(path)) as collect:
                expect(collect.wait() == 0, collect.errors)
            expect([fields["id"] for _, fields in redis.records("s")] == list("1234"), redis.records("s"))


def reports_bad_arguments():
    url = "http://127.0.0.1:1/"
    for arguments, words in (
            ([url], "Where to?"),
            (["--to=redis://h/k{stream}"], "Which streams?"),
            (["--to=ftp://h/k", url], "--to is redis://"),
            (["--to=redis://h/k", url], "does not contain {stream}"),
            (["--to=redis://:geheim@h/k{stream}", url], "process list"),
            (["--to=redis://h/k{stream}", "--to-password=geheim", url], "takes @FILE"),
            (["--to=nats://h/a b{stream}", url], "is not a subject"),
            (["--to=kafka://h/", url], "no topic"),
            (["--to=redis://h/k{stream}", url, url], "Two streams have the name"),
            (["--to=redis://h/k{stream}", "--config=/nonexistent"], "cannot be read"),
            (["--to=redis://h/k{stream}", "--dead-letter=/nonexistent/x", url], "cannot be opened")):
        with Collect(*arguments) as collect:
            expect(collect.wait() == 2, arguments, collect.errors)
            expect(len(collect.errors) == 1 and words in collect.errors[0], collect.errors)
            expect("geheim" not in collect.errors[0], collect.errors)


def serves_metrics():
    with Redis() as redis, Events(4) as events:
        port = free_port()
        with Collect(f"--to={redis.target}", "--name=s", f"--metrics=127.0.0.1:{port}", events.url) as collect:
            has_events(redis, 4)
            response = urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics")
            text = response.read().decode()
            expect(response.headers["Content-Type"].startswith("text/plain; version=0.0.4"), response.headers)
            for line in ('weir_collect_events_total{stream="s"} 4', 'weir_collect_stream_open{stream="s"} 1',
                         "weir_collect_stored_records_total 4", "weir_collect_in_flight_records 0"):
                expect(f"\n{line}\n" in text, line, text)
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/")
                expect(False, "no 404")
            except urllib.error.HTTPError as error:
                expect(error.code == 404, error)
            expect(collect.end(signal.SIGTERM) == 0, collect.errors)


def stores_in_kafka():
    """The mock cluster of librdkafka shows delivery and resumption. A real broker was not used."""
    with subprocess.Popen([KAFKA_MOCK], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as mock, Events(5) as events:
        target = f"kafka://{mock.stdout.readline().strip()}/weir"
        port = free_port()

        def has_stored(count):
            return f"weir_collect_stored_records_total {count}\n" in urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics").read().decode()

        for _ in range(2):
            known = len(events.requests)
            with Collect(f"--to={target}", "--name=s", f"--metrics=127.0.0.1:{port}", events.url) as collect:
                wait_for("a request", lambda: len(events.requests) > known)
                wait_for("records", lambda: has_stored(5))
                expect(collect.end(signal.SIGTERM) == 0, collect.errors)
            events.send(5)
        expect(events.requests == [None, "5"], events.requests)
        mock.stdin.close()


def manual_lists_options():
    text = subprocess.run([Collect.program, "--help"], check=True, capture_output=True, text=True).stdout
    manual = Path(__file__).resolve().parents[2].joinpath("data", "weir-collect.1").read_text()
    options = re.findall(r"^ +--([a-z-]+)", text, re.MULTILINE)
    expect("verify" in options, options)
    for option in options:
        expect(f".It Fl -{option}" in manual, option)


def is_missing(program):
    return [(f"{program} # SKIP {program} is not installed", lambda: None)]


TESTS = [("Bad arguments are one message each", reports_bad_arguments), ("The manual lists all options", manual_lists_options)]
if not Redis.program:
    TESTS += is_missing("redis-server")
else:
    TESTS += [
        ("Redis: events are stored, and collecting resumes", lambda: stores_and_resumes(Redis)),
        ("Redis: a record has all fields, and a masked address", records_have_fields),
        ("Redis: no event is missing or twice after kills", lambda: loses_nothing(Redis)),
        ("Events that the server repeats are dropped and counted", drops_repeated),
        ("A gap is recorded with its bounds", records_gaps),
        ("Redis: without ids, each reconnect is a gap in time", lambda: records_gaps_without_ids(Redis)),
        ("Redis: an absent server is reported once and waited for", lambda: waits_for_the_engine(Redis)),
        ("Redis: of two writers one stops", lambda: stops_a_second_writer(Redis)),
        ("Redis: keys of other programs are refused", refuses_foreign_keys),
        ("Redis: wrong passwords are refused and not shown", refuses_wrong_passwords),
        ("Redis: a full server is waited for", waits_for_memory),
        ("Redis: a deleted key is found by --verify", notices_a_deleted_key),
        ("A configuration is read again on SIGHUP", reads_a_configuration),
        ("A recording is collected once", collects_recordings),
        ("Metrics are served for Prometheus", serves_metrics),
    ]
if not Nats.program:
    TESTS += is_missing("nats-server")
else:
    TESTS += [
        ("NATS: events are stored, and collecting resumes", lambda: stores_and_resumes(Nats)),
        ("NATS: no event is missing or twice after kills", lambda: loses_nothing(Nats)),
        ("NATS: without ids, each reconnect is a gap in time", lambda: records_gaps_without_ids(Nats)),
        ("NATS: an absent server is reported once and waited for", lambda: waits_for_the_engine(Nats)),
        ("NATS: of two writers one stops", lambda: stops_a_second_writer(Nats)),
        ("NATS: a stream that was deleted is reported", stops_without_its_stream),
        ("NATS: streams can share a JetStream stream", shares_a_stream),
        ("NATS: a large event goes to the dead letter file, or stops the stream", handles_large_events),
    ]
if KAFKA_MOCK:
    TESTS += [("Kafka: events are delivered, and collecting resumes", stores_in_kafka)]
run_tests([test for test in TESTS if not CHOSEN or any(word in test[0] for word in CHOSEN)])
