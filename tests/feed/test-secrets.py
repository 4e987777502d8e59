#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The secrets given to weir-tail reach the server. No output, error or recording contains them. Argument: weir-tail."""
import base64
import os
import re
import socket
import subprocess
import sys
import tempfile

from faults import CHUNKED, THREE, Script, chunk, head, plays
from harness import expect, reset, run_tests

WEIR_TAIL = sys.argv[1]
# No other text of a test or of an error contains this word.
SECRET = "geheim"
BASIC = base64.b64encode(b"me:geheim-password").decode()


def run(*arguments, status=0):
    """Returns everything that weir-tail prints with these arguments, on both outputs."""
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
    """A redirect to an address with a token, a stream that is cut off, and the rest of the stream."""
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
    # After the cut, the first address is used again, with all its parts.
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
        # A server that sends back the request.
        (head("403 Forbidden", "application/json") + b'{"error": {"message": "geheim-bearer, '
         b'geheim-key, geheim-cookie and geheim-query will not do"}}', "*** will not do"),
        (head("302 Found", None, "Content-Length: 0\r\n"
              "Location: ftp://me:geheim-password@h/?token=geheim-location\r\n"), "ftp"),
        (b"geheim: nonsense\r\n\r\n", "is malformed"),
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


# How a secret can be given to weir-tail: arguments, and what is appended to the address or put before
# the host. Each contains "geheim", which must reach the server, or None if it is encoded on the way.
WAYS_IN = {
    **{f"parameter {name}": ([], f"?a=1&{name}=geheim-x", "", f"{name}=geheim-x") for name in (
        "pass", "pwd", "pw", "pin", "otp", "jwt", "bearer", "hmac", "ticket", "assertion", "access", "token",
        "access_token", "accessToken", "api_key", "apikey", "key", "secret", "client_secret", "password", "sig",
        "X-Amz-Signature", "X-Amz-Security-Token", "session_id", "PHPSESSID", "auth", "code", "client_assertion")},
    "an encoded name": ([], "?%74oken=geheim-x", "", "oken=geheim-x"),
    "a value that looks like a key": ([], "?q=sk-geheim", "", "q=sk-geheim"),
    "an address in a parameter": ([], "?next=%2Fa%3Ftoken%3Dgeheim", "", "token%3Dgeheim"),
    "user and password": ([], "", "me:geheim-password@", BASIC),
    "a password with a slash": (["--user=me:geheim/1"], "", "", base64.b64encode(b"me:geheim/1").decode()),
    "--user": (["--user=me:geheim-password"], "", "", BASIC),
    "--bearer": (["--bearer=geheim-x"], "", "", "Bearer geheim-x"),
    **{f"header {name}": (["-H", f"{name}: geheim-x"], "", "", "geheim-x") for name in (
        "Authorization", "Proxy-Authorization", "X-Api-Key", "X-Auth-Token", "Api-Key", "X-Pin", "X-Ticket",
        "X-Otp", "Cookie", "X-Hub-Signature-256", "Mcp-Session-Id", "DPoP", "X-Amz-Security-Token")},
    "a cookie": (["-H", "Cookie: a=geheim-1; b=geheim-2"], "", "", "b=geheim-2"),
    "a header that looks like a key": (["-H", "X-Other: sk-geheim"], "", "", "sk-geheim"),
    "an address in a header": (["-H", "X-Next: http://me:geheim@h/?token=geheim"], "", "", "me:geheim@h"),
    "a referer": (["-H", "Referer: http://h/?token=geheim"], "", "", "token=geheim"),
}

# Secrets that the server sends.
FROM_SERVER = [
    "Set-Cookie: a=geheim; Path=/\r\n", "Set-Cookie: geheim\r\n", "Location: /x?token=geheim\r\n",
    "Content-Location: http://me:geheim@h/\r\n", "Refresh: 5; url=/x?token=geheim\r\n",
    "Link: </x?token=geheim>; rel=next\r\n", "Link: <http://me:geheim@h/a?q=1>\r\n",
    "X-Next: http://h/?api_key=geheim\r\n", "X-Api-Key: geheim\r\n", "X-Token: geheim\r\n",
]
# Event data is never changed.
DATA = b"data: token=offenbar Authorization: Bearer offenbar\n\n"


def run_both(arguments, *more, status=0):
    return "".join(run(f"--format={format}", *arguments, *more, status=status) for format in ("ndjson", "pretty"))


def ways_in():
    """Each secret in each way in, checked in every output of weir-tail."""
    for way, (arguments, query, before_host, sent) in WAYS_IN.items():
        server = Script(*[plays(head(fields="Transfer-Encoding: chunked\r\n"), chunk(DATA + THREE), end=reset)] * 3)
        url = server.url.replace("//", f"//{before_host}") + query
        with tempfile.TemporaryDirectory() as folder:
            printed = run("--format=ndjson", f"--record={folder}/x.weir", "--max-events=1", *arguments, url)
            expect("token=offenbar" in printed, way, printed)
            expect_kept(printed, way)
            expect_kept(run("--format=pretty", "--max-events=1", *arguments, url), way)
            expect_kept(read_tree(folder), way, "recorded")
            expect_kept(run_both([f"{folder}/x.weir"]), way, "replayed")
        server.close()
        expect(sent in server.requests[0] and sent in server.requests[1], way, "was not sent", server.requests)
        closed = f"http://{before_host}127.0.0.1:1/{query}"
        expect_kept(run_both(["--no-reconnect", *arguments], closed, status=1), way, "refused")


def from_the_server():
    for field in FROM_SERVER:
        server = Script(*[plays(head(fields=field + "Connection: close\r\n"), DATA)] * 2,
                        *[plays(head("403 Forbidden", None, field + "Content-Length: 0\r\n"))] * 2)
        with tempfile.TemporaryDirectory() as folder:
            for more, status in [([f"--record={folder}/x.weir"], 0), ([], 0), ([], 1), ([], 1)]:
                expect_kept(run("--format=ndjson", "--no-reconnect", *more, server.url, status=status), field)
            expect_kept(read_tree(folder), field)
            expect_kept(run_both([f"{folder}/x.weir"]), field)
        server.close()


def tapped():
    """Requests and responses through the tap."""
    fields = ["Authorization: Bearer geheim", "Cookie: a=geheim", "X-Api-Key: geheim", "X-Pin: geheim",
              "X-Other: sk-geheim", "Referer: http://h/?token=geheim"]
    request = "\r\n".join(["GET /events?token=geheim&ticket=geheim&q=1 HTTP/1.1", "Host: localhost", *fields,
                           "Connection: close", "", ""]).encode()
    for field in FROM_SERVER:
        server = Script(plays(head(fields=field + "Connection: close\r\n"), DATA))
        with tempfile.TemporaryDirectory() as folder:
            tap = subprocess.Popen(
                [WEIR_TAIL, "--all", "--format=ndjson", f"--record={folder}", "--tap=127.0.0.1:0",
                 server.url.replace("/events", "").replace("//", "//me:geheim@")
                 if "Link" in field else server.url.replace("/events", "")],
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                env={**os.environ, "LC_ALL": "C.UTF-8"})
            first = tap.stderr.readline().decode()
            port = re.search(r"http://127\.0\.0\.1:(\d+)", first)
            expect(port, first, tap.poll())
            with socket.create_connection(("127.0.0.1", int(port[1])), 30) as client:
                client.sendall(request)
                answer = b""
                while piece := client.recv(65536):
                    answer += piece
            out = b""
            while b'"ended"' not in out:
                line = tap.stdout.readline()
                expect(line, "no end", out)
                out += line
            tap.terminate()
            rest, err = tap.communicate(timeout=60)
            out += rest
            expect(field.encode() in answer and DATA in answer, "not passed on whole", answer)
            expect("token=offenbar" in out.decode(), out)
            expect_kept(first + out.decode() + err.decode(), "tap", field)
            expect_kept(read_tree(folder), "tap recorded", field)
        server.close()
        for wanted in ["token=geheim&ticket=geheim&q=1", *fields]:
            expect(wanted in server.requests[0], wanted, "was not passed on", server.requests)


def refused_arguments():
    """An invalid value is reported without being repeated."""
    for words in [["http://me:geheim-password@h:99999/?token=geheim-query"],
                  ["--bearer=geheim\nX: y", "http://h/"],
                  ["--user=me:geheim\r\nX: y", "http://h/"],
                  ["--user=geheim", "http://h/"],
                  ["-H", "X-Api-Key: geheim\r\nX: y", "http://h/"],
                  ["--proxy=ftp://me:geheim-password@h/", "http://h/"], ["-H", "geheim-password", "http://h/"],
                  ["-H", "X-Api-Key=geheim-password", "http://h/"]]:
        expect_kept(run(*words, status=2), words)


def injection():
    """A header with a line break is refused, and nothing is sent."""
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
    """The same for a line break in an id or a redirect from the server."""
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
    ("secrets/ways-in", ways_in),
    ("secrets/from-the-server", from_the_server),
    ("secrets/tapped", tapped),
    ("secrets/refused-arguments", refused_arguments),
    ("injection/arguments", injection),
    ("injection/from-the-server", injected_id),
])
