#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Reads recordings with the program in docs/recording-format.md, and compares its output with weir-tail.

test-recording-format.py WEIR_TAIL WEIR_FEED PAGE. Prints TAP."""
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

TAIL, FEED, PAGE = sys.argv[1:]
number = 0


def check(ok, what):
    global number
    number += 1
    print(f"{'ok' if ok else 'not ok'} {number} - {what}", flush=True)


def events_of(pieces):
    """Returns: the events of an event stream in pieces: type, data and last event ID, as in the HTML Standard."""
    last_id, connection_before, events = "", None, []
    for connection, _, piece in pieces:
        text = piece.decode("utf-8", "replace")
        if connection != connection_before and text.startswith("\ufeff"):
            text = text[1:]
        connection_before = connection
        kind, data, block_id = "", [], last_id
        for line in re.split("\r\n|\n|\r", text)[:-1]:
            if not line:
                last_id = block_id
                if data:
                    events.append((kind or "message", "\n".join(data), last_id))
                kind, data = "", []
                continue
            field, _, value = line.partition(":")
            value = value.removeprefix(" ")
            if field == "event":
                kind = value
            elif field == "data":
                data.append(value)
            elif field == "id" and "\0" not in value:
                block_id = value
    return events


def read_with_tail(path):
    done = subprocess.run([TAIL, "--format=ndjson", str(path)], capture_output=True, timeout=60, check=False)
    lines = [json.loads(line) for line in done.stdout.decode("utf-8").splitlines()]
    return [(line["type"], line["data"], line["lastEventId"]) for line in lines]


def record(folder, *arguments):
    """Returns: a recording of a stream of the feed, over several connections."""
    with subprocess.Popen([FEED, *arguments], stdout=subprocess.PIPE, text=True) as process:
        address = process.stdout.readline().strip() + "/events"
        path = Path(folder, "a.weir")
        done = subprocess.run([TAIL, "--retry-ms=100", "--format=none", "--record", str(path), address],
                              capture_output=True, timeout=60, check=False)
        process.terminate()
    return path, done.returncode


def write(path, marks, **files):
    path.mkdir()
    (path / "marks").write_bytes(marks)
    for name, content in files.items():
        connection, offset = name.removeprefix("c").split("_")
        (path / f"{connection}-{offset}.sse").write_bytes(content)


page = Path(PAGE).read_text(encoding="utf-8")
program = re.search(r"^```python\n(.*?)^```", page, re.DOTALL | re.MULTILINE)[1]
engine = Path(PAGE).parents[1] / "app" / "engine"


def names_in(path, table):
    """Returns: the names in a table of the sources, without the first one, which means none."""
    text = re.search(table + r"\[\] = \{(.*?)\};", (engine / path).read_text(encoding="utf-8"), re.DOTALL)[1]
    return re.findall(r'"(.*?)"', text)[1:]


kinds = re.findall(r"^\| (\d+) \| (\S+) \|", page, re.MULTILINE)
check(kinds == [(str(n), name) for n, name in enumerate(names_in("stream/weir-sink.c", "note_kind_names"), 1)],
      "the page lists the kinds of notes")
reasons = re.findall(r"`([a-z-]+)`", re.search(r"^The reasons of ends:.*?cancelled`", page, re.MULTILINE)[0])
check(reasons == names_in("http/weir-connection-info.c", "end_reason_names"), "the page lists the reasons of ends")

reader = {}
exec(compile(program, PAGE, "exec"), reader)  # the part of this project

with tempfile.TemporaryDirectory() as folder:
    path, status = record(folder, "--scenario", "meeting", "--rate", "0", "--count", "200",
                          "--fault", "cut-mid-event=60")
    events = events_of(reader["read_pieces"](path))
    marks = reader["read_marks"](path)
    check(status == 0 and len(events) == 200, "the page's program reads all events of a recording")
    check(events == read_with_tail(path), "and weir-tail reads the same")
    check(len(marks) > 3 and list(marks) == list(range(1, len(marks) + 1)), "connections are numbered from 1")
    ends = [connection["end"][1] for connection in marks.values()]
    check(ends[0] == "reset" and ends[-1] in ("server", "no-content"), f"ends keep their reasons: {ends}")
    check(all(connection["url"].startswith("http://127.0.0.1:") for connection in marks.values()), "URLs are there")
    check(marks[1]["answer"] == "HTTP/1.1 200 OK", "answers are there")
    bytes_of = {}
    for connection, offset, piece in reader["read_pieces"](path):
        bytes_of[connection] = offset + len(piece)
    check(all(offset < bytes_of[connection] for connection in bytes_of for offset, _ in marks[connection]["reads"]),
          "reads begin inside their bytes")
    times = [time for connection in marks.values() for _, time in connection["reads"]]
    check(times == sorted(times) and times[0] > 1_500_000_000_000_000, "times are microseconds in order")

with tempfile.TemporaryDirectory() as folder, subprocess.Popen([FEED], stdout=subprocess.PIPE, text=True) as feed:
    address = feed.stdout.readline().strip() + "/v1/chat/completions?key=sk-12345678901234567890"
    path, body = Path(folder, "asked.weir"), '{"model":"m","stream":true,"api_key":"sk-12345678901234567890","messages":[{"role":"user","content":"Hi"}]}'
    live = subprocess.run([TAIL, "--format=ndjson", "--all", "--no-reconnect", "--bearer=sk-12345678901234567890", "-d", body,
                           "-H", "Content-Type: application/json", "--record", str(path), address],
                          capture_output=True, timeout=60, check=False)
    feed.terminate()
    method, size, url, headers, kept = reader["read_request"](path, 1)
    check((method, size, kept) == ("POST", len(body), body.replace("sk-12345678901234567890", "***")), f"a request is kept: {kept}")
    check(url.endswith("/v1/chat/completions?key=***") and "Authorization: Bearer ***" in headers, f"without secrets: {url}, {headers}")
    check(all(b"sk-1234" not in file.read_bytes() for file in path.iterdir()), "no file has a secret")
    again = subprocess.run([TAIL, "--format=ndjson", "--all", str(path)], capture_output=True, timeout=60, check=False)
    states = [[line for line in map(json.loads, done.stdout.decode("utf-8").splitlines()) if line.get("state") == "open"]
              for done in (live, again)]
    same = ("url", "method", "requestHeaders", "requestBody", "requestBytes", "status")
    check(all([line[name] for name in same] == [states[0][0][name] for name in same] for line in states[1]) and len(states[1]) == 1,
          f"weir-tail prints the request of a recording as it printed it live: {states}")
    pretty = subprocess.run([TAIL, "--format=pretty", "--all", str(path)], capture_output=True, timeout=60, check=False,
                            env={"TZ": "UTC"}).stdout.decode("utf-8").splitlines()
    check(f"> POST {url}" in pretty[1] and any("***" in line and "api_key" in line for line in pretty), "and so for people")
    (path / "000001.request").write_bytes(b"POST 3 u\nA: b\n")
    check(reader["read_request"](path, 1) is None, "a request that was not written completely is ignored")
    cut = subprocess.run([TAIL, "--format=ndjson", "--all", str(path)], capture_output=True, timeout=60, check=False)
    check(b"requestBytes" not in cut.stdout and cut.returncode == 0, "by weir-tail as well")

with tempfile.TemporaryDirectory() as folder:
    path = Path(folder, "noted.weir")
    write(path, b"weir-recording 1\nc 1 1000000 u\no 0 2000000 HTTP/1.1 200 OK\nr 0 3000000\nn 9 3723004000 8 held back\n"
          b"e 9 86399999000 server ended\n", c1_0=b"data: a\n\n")
    lines = subprocess.run([TAIL, "--format=pretty", "--all", str(path)], capture_output=True, timeout=60, check=False,
                           env={"TZ": "UTC"}).stdout.decode("utf-8").splitlines()
    check("01:02:03.004  ! held back" in lines and any(line.startswith("23:59:59.999  — ended") for line in lines),
          f"notes and states have the times of the recording: {lines}")

with tempfile.TemporaryDirectory() as folder:
    path = Path(folder, "odd.weir")
    write(path, b"weir-recording 1\nc 1 1 u\nr 0 2\nx\nc 0 1 zero\nr 0 99\ne 3 5 idle \xff\nc 3 7 v\no 0 7 OK\nhalf",
          c1_0=b"\xef\xbb\xbfdata: a\n\nid: 7\ndata: cut", c1_30=b"data: b\r\n\r\n", c1_41=b"data: c\rdata: d\r\r",
          c2_5=b"\xef\xbb\xbf\ndata: e\n\n", c3_0=b"id\ndata\n\ndata: f")
    events = events_of(reader["read_pieces"](path))
    check(events == read_with_tail(path) and [data for _, data, _ in events] == ["a", "b", "c\nd", "e", ""],
          f"missing bytes and cut events are read alike: {events}")
    marks = reader["read_marks"](path)
    check(list(marks) == [1, 3] and marks[1]["reads"] == [(0, 2)] and marks[3]["answer"] == "OK", "lines that are not understood are skipped")
    records = Path(folder, "records.weir")
    write(records, b"weir-recording 1\nc 1 1 u\nc 2 2 v\n", c2_0=b"data: x\n\n")
    (records / "1-0.ndjson").write_bytes(b'{"a":1}\n\n{"b":2}')
    (records / "1-19.sse").write_bytes(b"data: y\n\n")
    (records / "3-0.json-seq").write_bytes(b'\x1e{"c":\n3}\n')
    (records / "4-0.connect").write_bytes(b"\0\0\0\0\2[]\2\0\0\0\2{}")
    check(reader["read_formats"](records) == {1: "ndjson", 2: "sse", 3: "json-seq", 4: "connect"}, "names tell the format")
    check(list(reader["read_pieces"](records))[0] == (1, 0, b'{"a":1}\n\n{"b":2}'), "files of another format are ignored")
    check(read_with_tail(records) == [("message", '{"a":1}', ""), ("message", '{"b":2}', ""), ("message", "x", ""),
                                      ("message", '{"c":\n3}', ""), ("message", "[]", ""), ("end-stream", "{}", "")],
          "and weir-tail reads each in its format")
    refused = Path(folder, "newer.weir")
    write(refused, b"weir-recording 2\nc 1 1 u\n", c1_0=b"data: a\n\n")
    try:
        reader["read_marks"](refused)
        check(False, "a newer version is refused")
    except ValueError:
        check(read_with_tail(refused) == [], "a newer version is refused")

print(f"1..{number}")
