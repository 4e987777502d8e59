# SPDX-License-Identifier: MIT
"""The answer of a language model in the inspector: its text while it arrives, its verdict and its figures."""
import json
import queue
import socket
import tempfile
import threading
from contextlib import contextmanager
from pathlib import Path

from weirui import Monitor, Role, run, settle, text_of, wait_for


def chunk(content, **more):
    data = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "model": "weir-model",
            "choices": [{"index": 0, "delta": {"content": content}}], **more}
    return f"data: {json.dumps(data, ensure_ascii=False)}\n\n"


def finish(reason):
    data = {"object": "chat.completion.chunk", "choices": [{"index": 0, "delta": {}, "finish_reason": reason}]}
    return f"data: {json.dumps(data)}\n\n"


def piece(kind, **delta):
    data = {"type": "content_block_delta", "index": 0, "delta": {"type": kind, **delta}}
    return f"event: content_block_delta\ndata: {json.dumps(data)}\n\n"


class Server:
    """A stream that sends each item of a queue. None ends it."""

    def __enter__(self):
        self.pieces = queue.Queue()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}/"
        threading.Thread(target=self.serve, daemon=True).start()
        return self

    def serve(self):
        connection, _ = self.listener.accept()
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n")
        while (text := self.pieces.get()) is not None:
            connection.sendall(text.encode())
        connection.close()

    def send(self, *texts):
        for text in texts:
            self.pieces.put(text)

    def __exit__(self, *_):
        self.send(None)
        self.listener.close()


@contextmanager
def opened(*events):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "stream.sse"
        path.write_text("".join(events), encoding="utf-8")
        with Monitor(path) as weir:
            wait_for("the rows", lambda: len(weir.rows()) > len(events))
            yield weir


def open_tab(weir, pattern):
    weir.select(pattern)
    weir.wait(Role.PUSH_BUTTON, "^Close the Inspector$")
    settle()
    weir.click(wait_for("the tab", lambda: weir.find(None, "^Answer$")))
    settle()


def answer(weir):
    text = weir.find(Role.TEXT, "^Answer$")
    return text and text_of(text)


def says(weir, expected):
    wait_for(expected, lambda: answer(weir) == expected)


def grows():
    """An answer is shown while it arrives, with the time to the first token, the token rate and the end"""
    with Server() as server, Monitor(server.url) as weir:
        server.send(chunk("堰 is "))
        open_tab(weir, "chat.completion.chunk")
        says(weir, "堰 is ")
        weir.wait_text("^still arriving$")
        weir.wait_text(r"^weir-model.· OpenAI Chat Completions.· first token after [0-9.]+ m?s.· about 1 token out \(estimated\)$")
        server.send(chunk("a weir."), chunk("", usage={"prompt_tokens": 11, "completion_tokens": 40}))
        says(weir, "堰 is a weir.")
        weir.wait_text(r" tokens/s.· 40 tokens out.· 11 in$")
        server.send(finish("stop"), "data: [DONE]\n\n", chunk("Two.", id="chatcmpl-2"))
        wait_for("the next answer", lambda: len(weir.rows()) > 5)
        weir.wait_text("^complete: stop$")
        assert answer(weir) == "堰 is a weir."


def keeps_apart():
    """Thinking and tools are separate from the text, Copy copies only the text, and other rows have no such tab"""
    with opened('event: message_start\ndata: {"type":"message_start","message":{"id":"m","model":"c"}}\n\n',
                piece("thinking_delta", thinking="Hm."), piece("text_delta", text="<b>Yes</b>\u202e."),
                'data: {"type":"content_block_start","content_block":{"type":"tool_use","name":"measure"}}\n\n',
                piece("input_json_delta", partial_json="{}"),
                'event: message_stop\ndata: {"type":"message_stop"}\n\n', "data: {}\n\n", chunk("Other.")) as weir:
        open_tab(weir, "Event message_stop")
        says(weir, "Thinking\nHm.\n\n<b>Yes</b>\u202e.\n\nmeasure\n{}")
        weir.wait_text("^cut off: stop_reason is missing$")
        weir.wait_text("^c.· Anthropic Messages.· about 4 tokens out .estimated.$")
        weir.select("chat.completion.chunk")
        says(weir, "Other.")
        weir.select("Event message_start")
        says(weir, "Thinking\nHm.\n\n<b>Yes</b>\u202e.\n\nmeasure\n{}")
        weir.press(Role.PUSH_BUTTON, "^Copy the Answer$")
        assert weir.paste() == "<b>Yes</b>\u202e.", weir.paste()
        weir.select(r" \{\}$")
        wait_for("no answer", lambda: not weir.find(Role.PAGE_TAB, "^Answer$"))
        weir.select("chat.completion.chunk")
        weir.wait(Role.PAGE_TAB, "^Answer$")


def sources():
    """Sources are shown after the text that cites them"""
    with opened('event: message_start\ndata: {"type":"message_start","message":{"id":"m","model":"c"}}\n\n',
                piece("text_delta", text="It is "),
                piece("citations_delta", citation={"cited_text": "low", "url": "https://a.example"}),
                piece("text_delta", text="low."), 'event: message_stop\ndata: {"type":"message_stop"}\n\n') as weir:
        open_tab(weir, "Event message_stop")
        says(weir, "It is low.\n\nSource\nlow\nhttps://a.example")


def failed():
    """An error of the API is shown, and an end without a beginning is not an answer"""
    with opened("data: [DONE]\n\n", chunk("Well"),
                'data: {"error":{"message":"The model is\\nbusy."}}\n\n') as weir:
        open_tab(weir, "chat.completion.chunk")
        weir.wait_text("^failed: The model is.busy.$")
        weir.select("DONE")
        weir.wait_text("^This event is not part of a model answer.$")


run([grows, keeps_apart, sources, failed])
