#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What weir-tail is trusted with reaches the server and nobody else: neither a line that it prints,
nor an error, nor a recording. Argument: weir-tail."""
import base64
import os
import subprocess
import sys
import tempfile

from faults import CHUNKED, THREE, Script, chunk, head, plays
from harness import expect, reset, run_tests

WEIR_TAIL = sys.argv[1]
# No other word of a test, or of an error, holds it.
SECRET = "geheim"
BASIC = base64.b64encode(b"me:geheim-password").decode()


def run(*arguments, status=0):
    """All that weir-tail prints with these arguments, on both outputs."""
    done = subprocess.run(
        [WEIR_TAIL, "--all", "--retry-ms=20", *arguments], stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60, check=False,
        env={**os.environ, "LC_ALL": "C.UTF-8"})
    printed = done.stdout.decode()
    expect(done.returncode == status, "exit status", done.returncode, printed)
    return printed


def expect_kept(text, *where):
    expect(SECRET not in text and BASIC not in text, *where, text)


def read_tree(folder):
    texts = []
    for path, _, names in os.walk(folder):
        texts += [open(os.path.join(path, name), "rb").read().decode("latin-1") for name in names]
    expect(texts, "nothing in", folder)
    return "\n".join(texts)


COOKIE = "Set-Cookie: session=geheim-session; Path=/\r\n"
GIVEN = ["-H", "X-Api-Key: geheim-key", "-H", "Cookie: a=geheim-cookie"]


def serve():
    """A redirect to an address with a token, a stream that is cut, and the rest of it."""
    return Script(
        plays(head("302 Found", None, COOKIE + "Location: /events?access_token=geheim-location\r\n"
                   "Content-Length: 0\r\nConnection: close\r\n")),
        plays(head(fields=COOKIE + "Transfer-Encoding: chunked\r\n"), chunk(THREE), end=reset))


def check_stream(format, *credentials, sent):
    server = serve()
    with tempfile.TemporaryDirectory() as folder:
        printed = run(f"--format={format}", f"--record={folder}/x.weir", *GIVEN, *credentials,
                      server.url + "?token=geheim-query")
        expect_kept(read_tree(folder), "recording")
        expect_kept(printed, "output")
        for word in ["--format=ndjson", "--format=pretty"]:
            expect_kept(run(word, f"{folder}/x.weir"), "replayed", word)
    server.close()
    requests = "".join(server.requests)
    for word in ["geheim-key", "geheim-cookie", "geheim-query", "geheim-location", "geheim-session",
                 sent]:
        expect(word in requests, word, "was not sent", requests)
    # After the cut, the first address again, with all of it.
    expect(len(server.requests) >= 3, server.requests)


def bearer():
    check_stream("ndjson", "--bearer=geheim-bearer", sent="geheim-bearer")


def basic():
    check_stream("pretty", "--user=me:geheim-password", sent=BASIC)


def userinfo():
    server = serve()
    url = server.url.replace("//", "//me:geheim-password@")
    expect_kept(run("--format=ndjson", url), "output")
    server.close()
    expect(BASIC in server.requests[0], "was not sent", server.requests[0])


def expect_error_kept(url, *arguments, says):
    printed = run("--format=ndjson", "--no-reconnect", "--bearer=geheim-bearer", *GIVEN, *arguments,
                  url, status=1)
    expect(says in printed, "does not say", says, printed)
    expect_kept(printed, "error")


def errors():
    query = "?token=geheim-query"
    for answer, says in [
        (head("401 Unauthorized", "text/plain", COOKIE + "Content-Length: 0\r\n"), "401"),
        (head(type="text/html") + b"No geheim-query!", "No ***!"),
        # A server that repeats what it was sent.
        (head("403 Forbidden", "application/json") + b'{"error": {"message": "geheim-bearer, '
         b'geheim-key, geheim-cookie and geheim-query will not do"}}', "*** will not do"),
        (head("302 Found", None, "Content-Length: 0\r\n"
              "Location: ftp://me:geheim-password@h/?token=geheim-location\r\n"), "ftp"),
        (b"geheim: nonsense\r\n\r\n", "broken"),
    ]:
        server = Script(plays(answer))
        expect_error_kept(server.url.replace("//", "//me:geheim-password@") + query, says=says)
        server.close()
        expect("geheim-query" in server.requests[0], server.requests)
    loop = Script(*[plays(head("302 Found", None, f"Location: /events{query}\r\n"
                               "Content-Length: 0\r\nConnection: close\r\n"))] * 3)
    expect_error_kept(loop.url, says="loop")
    loop.close()
    expect_error_kept("http://me:geheim-password@127.0.0.1:1/" + query, says="refused")
    expect_error_kept("http://me:geheim-password@weir-nonesuch.invalid/" + query, says="not found")
    expect_error_kept("http://127.0.0.1:1/" + query,
                      "--proxy=http://me:geheim-password@127.0.0.1:1", says="roxy")


def refused_arguments():
    """What is refused is told without being repeated."""
    for words in [["http://me:geheim-password@h:99999/?token=geheim-query"],
                  ["--bearer=geheim\nX: y", "http://h/"],
                  ["--user=me:geheim\r\nX: y", "http://h/"],
                  ["--user=geheim", "http://h/"],
                  ["-H", "X-Api-Key: geheim\r\nX: y", "http://h/"],
                  ["--proxy=ftp://me:geheim-password@h/", "http://h/"]]:
        expect_kept(run(*words, status=2), words)


def injection():
    """A line break ends no header: nothing is sent at all."""
    server = Script(plays(CHUNKED, chunk(THREE), b"0\r\n\r\n"))
    for words in [["-H", "X: a\r\nInjected: b"], ["-H", "X: a\nInjected: b"], ["-H", "X\r\nInjected: b"],
                  ["--bearer=a\r\nInjected: b"], ["--user=a:b\nInjected: c"],
                  ["--last-event-id=1\r\nInjected: b"], ["-X", "GET / HTTP/1.1\r\nInjected: b\r\n\r\n"]]:
        for ending in ["", "\r\n"]:
            run(*words[:-1], words[-1] + ending, server.url, status=2)
    run(server.url + "\r\nInjected: b", status=2)
    server.close()
    expect(server.requests == [], server.requests)


def injected_id():
    """Nor does one that the server hides in an id, or in a redirect."""
    server = Script(plays(head(fields="Transfer-Encoding: chunked\r\n"),
                          chunk(b"id: 1\rdata: x\r\rid: 2\x00Injected: b\ndata: y\n\n"), end=reset),
                    plays(head("302 Found", None, "Location: /a%0d%0aInjected:%20b\r\n"
                               "Content-Length: 0\r\nConnection: close\r\n")))
    run("--format=ndjson", server.url)
    server.close()
    expect(len(server.requests) == 4, server.requests)
    for request in server.requests:
        expect("\ninjected:" not in request.lower(), request)
    expect("last-event-id: 1\r\n" in server.requests[1].lower(), server.requests[1])


run_tests([
    ("secrets/bearer", bearer),
    ("secrets/basic", basic),
    ("secrets/userinfo", userinfo),
    ("secrets/errors", errors),
    ("secrets/refused-arguments", refused_arguments),
    ("injection/arguments", injection),
    ("injection/from-the-server", injected_id),
])
