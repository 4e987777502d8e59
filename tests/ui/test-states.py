# SPDX-License-Identifier: MIT
"""What the window says of a stream that is slow, silent, paused or refused."""
import http.server
import socket
import threading

from weirui import Feed, Monitor, Role, SteppedFeed, run, wait_for


class Server:
    """Answers each request by answer (handler), in a thread of its own, until it is stopped."""

    def __init__(self, answer):
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                answer(self)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.block_on_close = False
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/events"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


def streams(weir):
    return weir.wait(Role.LIST, "^Streams$")


def silence():
    """A stream that stops without an end says how long ago its last event was, and its usual interval"""
    with Feed("--scenario", "metrics", "--rate", 1, "--fault", "stall=8") as feed, Monitor(feed.url()) as weir:
        # In the sidebar, the status bar and the banner.
        weir.wait(Role.LABEL, r"^Last event \d+ s ago$")
        wait_for("the status bar and the banner", lambda: len(weir.all(
            None, r"^Last event \d+ s ago\. Data usually arrives every \d\.\d s\.$")) >= 2)
        first = weir.find(Role.LABEL, r"^Last event \d+ s ago$").get_name()
        wait_for("another second", lambda: weir.find(Role.LABEL, r"^Last event \d+ s ago$").get_name() != first)


def no_event_yet():
    """A stream without any event says for how long"""
    released = threading.Event()

    def answer(request):
        request.send_response(200)
        request.send_header("Content-Type", "text/event-stream")
        request.end_headers()
        request.wfile.flush()
        released.wait()

    with Server(answer) as server:
        try:
            with Monitor(server.url) as weir:
                weir.wait_text("Connected, Waiting for the First Event")
                weir.wait(Role.LABEL, r"^No event for 1\d s$")
        finally:
            released.set()


def no_response_head():
    """A request without an answer says for how long it has waited"""
    released = threading.Event()
    with Server(lambda _: released.wait()) as server:
        try:
            with Monitor(server.url) as weir:
                weir.wait_text(r"^Request sent, no response head for \d+ s$")
                weir.wait(Role.LABEL, r"^No response head for \d+ s$")
        finally:
            released.set()


def waiting_rows():
    """A filter says that the rows which a paused list has not taken in are not searched"""
    with SteppedFeed("metrics") as feed, Monitor(feed.url()) as weir:
        feed.send(weir, 20)
        weir.filter_for("flow")
        weir.click(weir.rows_in_sight()[3])
        weir.key("space")
        feed.step(3)
        weir.wait_text(r"^\d+ found · 3 waiting rows are not searched$")
        weir.key("space")
        weir.wait_text(r"^\d+ found$")


def reasons():
    """The sidebar says in a word why a stream failed"""
    with Server(lambda request: request.send_error(404)) as server, Monitor(server.url) as weir:
        wait_for("the status", lambda: streams(weir).children[0].get_name().endswith(", 404"))
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with Monitor(f"http://127.0.0.1:{taken.getsockname()[1]}/events") as weir:
            wait_for("the refusal", lambda: streams(weir).children[0].get_name().endswith(", Refused"))
    with Feed() as feed, Monitor(feed.url().replace("http:", "https:")) as weir:
        wait_for("the failed handshake", lambda: streams(weir).children[0].get_name().endswith(", TLS"))


def evidence():
    """A failed stream shows the request, the response head and its body, and what may help"""
    def answer(request):
        body = b'{"error":{"message":"The token is missing","code":17}}'
        request.send_response(401)
        request.send_header("Content-Type", "application/json")
        request.send_header("X-Trace", "abc-123")
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)

    with Server(answer) as server, Monitor(server.url) as weir:
        weir.wait(Role.PUSH_BUTTON, "^Add Token…$")
        assert not weir.find(Role.PUSH_BUTTON, "^Use http://$")
        weir.click(weir.wait_text("^What Was Sent and Received$"))
        wait_for("the head", lambda: any("X-Trace: abc-123" in word for word in weir.words()))
        wait_for("the body", lambda: any('"code":17' in word for word in weir.words()))
        wait_for("the request", lambda: any("GET " in word and "Accept:" in word for word in weir.words()))


def without_encryption():
    """Where a server speaks no TLS, one button connects without it"""
    with SteppedFeed("metrics") as feed, Monitor(feed.url().replace("http:", "https:")) as weir:
        weir.press(Role.PUSH_BUTTON, "^Use http://$")
        feed.send(weir, 5)
        assert len(streams(weir).children) == 1


def corrected():
    """A failed try is corrected in the address bar, and removed without a question"""
    with SteppedFeed("metrics") as feed, Server(lambda request: request.send_error(404)) as server, \
            Monitor(server.url) as weir:
        wait_for("the failure", lambda: streams(weir).children[0].get_name().endswith(", 404"))
        weir.enter(weir.wait(Role.TEXT, "^Address$"), server.url + "2")
        weir.press(Role.PUSH_BUTTON, "^Connect$")
        wait_for("the other address", lambda: "events2" in streams(weir).children[0].get_name())
        assert len(streams(weir).children) == 1
        wait_for("the failure", lambda: streams(weir).children[0].get_name().endswith(", 404"))
        weir.key("ctrl+Delete")
        weir.wait_text("Watch an Event Stream")


def not_sent_elsewhere():
    """An address on another host is another stream, which does not get the token of the failed one"""
    requests = []

    def answer(request):
        requests.append((request.headers["Host"].split(":")[0], request.headers["Authorization"]))
        request.send_error(404)

    def connect(weir, address, sign):
        weir.enter(weir.wait(Role.TEXT, "^Address$"), address)
        weir.press(Role.PUSH_BUTTON, "^Connect$")
        wait_for(sign, lambda: any(sign in stream.get_name() and stream.get_name().endswith(", 404")
                                   for stream in streams(weir).children))

    with Server(answer) as server, Monitor() as weir:
        connect(weir, f"curl -H 'Authorization: Bearer geheim' {server.url}1", "events1")
        connect(weir, server.url + "2", "events2")
        assert len(streams(weir).children) == 1
        connect(weir, server.url.replace("127.0.0.1", "localhost") + "3", "events3")
        assert len(streams(weir).children) == 2
        assert requests == [("127.0.0.1", "Bearer geheim")] * 2 + [("localhost", None)], requests


run([evidence, without_encryption, corrected, not_sent_elsewhere, silence, no_event_yet, no_response_head, waiting_rows, reasons])
