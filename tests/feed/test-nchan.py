#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Real input: nginx with nchan publishes 10,000 messages over a connection that is reset ten times.
weir-tail delivers each one once, in order. Arguments: weir-tail."""
import json
import sys
import threading

from harness import NCHAN, Nginx, Proxy, UnixConnection, expect, run_tests, tail

WEIR_TAIL = sys.argv[1]
MESSAGES = 10_000
CUTS = 10


def make_message(number):
    kinds = (
        lambda: f"plain message {number}",
        lambda: f"several\nlines\n\nof message {number}",
        lambda: f"第{number}条消息：会议改到三号会议室",
        lambda: f"🐟🌊👩‍👩‍👧 {number} Zoë",
        lambda: json.dumps({"number": number, "text": "你好\n", "list": [1.10, None]}),
        lambda: "",
        lambda: f": no comment {number}\ndata: no field",
        lambda: f" {number} with spaces \t",
        lambda: f"{number} " + "long " * 100,
    )
    return kinds[number % len(kinds)]()


def publish(connection, messages):
    for message in messages:
        connection.request("POST", "/publish", message.encode(), {"Content-Type": "text/plain"})
        answer = connection.getresponse()
        answer.read()
        expect(answer.status in (201, 202), answer.status)


def test_cut_ten_times():
    messages = [make_message(number) for number in range(MESSAGES)]
    total = sum(len(message.encode()) for message in messages)
    # The fields around them make the messages longer, so that the last cut is well before the end.
    cuts = iter(range(total // (CUTS + 1), total, total // (CUTS + 1)))
    state = {"next": next(cuts), "made": 0}

    def cut(count, sent, piece):
        if state["next"] is None or sent + len(piece) < state["next"]:
            return None
        stop = state["next"] - sent
        state["made"] += 1
        state["next"] = next(cuts) if state["made"] < CUTS else None
        return stop

    nginx = Nginx(NCHAN, ["ngx_nchan_module.so"])
    proxy = Proxy(f"{nginx.prefix}/nginx.sock", cut)
    try:
        connection = UnixConnection(f"{nginx.prefix}/nginx.sock")
        # Some are published before the reader connects, the others while it reads.
        publish(connection, messages[:3000])
        publisher = threading.Thread(
            target=publish, args=(connection, messages[3000:]), daemon=True
        )
        publisher.start()
        status, lines, errors = tail(
            WEIR_TAIL, "--retry-ms=20", f"--max-events={MESSAGES}",
            f"http://127.0.0.1:{proxy.port}/events",
        )
        publisher.join(30)
        expect(status == 0, status, errors)
        expect(state["made"] == CUTS, "cuts made:", state["made"])
        expect(proxy.connections == CUTS + 1, "connections:", proxy.connections)
        received = [line["data"] for line in lines if line["kind"] == "event"]
        for number, (got, sent) in enumerate(zip(received, messages)):
            expect(got == sent, "message", number, "is", repr(got), "not", repr(sent))
        expect(len(received) == MESSAGES, len(received))
        ids = [line["lastEventId"] for line in lines]
        expect(len(set(ids)) == MESSAGES, "ids that came twice")
    finally:
        proxy.close()
        nginx.close()


run_tests([("10,000 messages, ten cuts: all, in order, none twice", test_cut_ten_times)])
