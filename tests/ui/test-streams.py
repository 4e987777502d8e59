# SPDX-License-Identifier: MIT
"""The streams in the sidebar, and the dialog for a new one."""
import json
import tempfile
from pathlib import Path

from weirui import Atspi, Feed, Monitor, Role, SteppedFeed, run, wait_for


def stream_names(weir):
    streams = weir.wait(Role.LIST, "^Streams$")
    return [stream.get_name() for stream in streams.children]


def new_stream_by_curl():
    """A pasted curl command becomes a stream, and its token is masked"""
    with SteppedFeed("metrics", bearer="secret-token") as feed, Monitor() as weir:
        weir.enter(weir.wait(Role.TEXT, "^Address$"),
                   f"curl -sN -H 'Authorization: Bearer secret-token' -H 'X-Team: water' {feed.url()}")
        weir.press(Role.PUSH_BUTTON, "^Connect$")
        feed.send(weir, 20)
        assert not [word for word in weir.words() if "secret-token" in word]


def unknown_curl_option():
    """An unknown option of a curl command gives one message"""
    with Monitor() as weir:
        weir.enter(weir.wait(Role.TEXT, "^Address$"), "curl --quux http://127.0.0.1:1/")
        weir.press(Role.PUSH_BUTTON, "^Connect$")
        weir.wait_text("--quux")


def records_or_not():
    """A stream is recorded unless its own switch is off, which is saved with it"""
    for off in (False, True):
        with tempfile.TemporaryDirectory() as home, SteppedFeed("metrics") as feed:
            recordings = Path(home) / "weir" / "recordings"
            with Monitor(home=home) as weir:
                weir.press(Role.PUSH_BUTTON, "^New Stream$")
                weir.wait(Role.TEXT, "^Headers$")
                weir.enter(weir.all(Role.TEXT, "^Address$")[-1], feed.url())
                # The focus goes there, and the dialog scrolls.
                for _ in range(40):
                    weir.key("Tab")
                    switch = weir.find(None, "^Record to Disk$")
                    if switch is not None and switch.get_state_set().contains(Atspi.StateType.FOCUSED):
                        break
                else:
                    raise AssertionError("the keyboard does not reach the switch")
                if off:
                    weir.key("space")
                weir.press(Role.PUSH_BUTTON, "^Connect( Connect)?$")
                feed.send(weir, 20)
                names = [path.name for path in recordings.iterdir()] if recordings.exists() else []
                assert len(names) == (0 if off else 1), names
            kept = (Path(home) / "weir" / "streams.json").read_text()
            assert ("no-record" in kept) == off, kept


def bad_header():
    """An invalid header line gives one message in the dialog"""
    with Monitor() as weir:
        weir.press(Role.PUSH_BUTTON, "^New Stream$")
        weir.wait(Role.TEXT, "^Headers$")
        weir.enter(weir.all(Role.TEXT, "^Address$")[-1], "http://127.0.0.1:9/events")
        weir.enter(weir.wait(Role.TEXT, "^Headers$"), "no header at all")
        weir.press(Role.PUSH_BUTTON, "^Connect( Connect)?$")
        weir.wait_text("header")
        weir.key("Escape")
        wait_for("the dialog's end", lambda: not weir.find(Role.TEXT, "^Headers$"))


def remove_and_undo():
    """Undo restores a removed stream"""
    with Feed("--rate", 5) as feed, Monitor(feed.url(), feed.url("?scenario=metrics")) as weir:
        wait_for("two streams", lambda: len(stream_names(weir)) == 2)
        # A stream without an event would be removed without a question.
        wait_for("events", weir.rows)
        wait_for("a count", weir.n_events)
        weir.key("ctrl+Delete")
        weir.press(Role.PUSH_BUTTON, "^_?Keep Recordings$")
        wait_for("one stream", lambda: len(stream_names(weir)) == 1)
        weir.press(Role.PUSH_BUTTON, "^_?Undo$")
        wait_for("two streams again", lambda: len(stream_names(weir)) == 2)


def reorder():
    """Alt+Up moves a stream up"""
    with Feed("--rate", 5) as feed, Monitor(feed.url(), feed.url("?scenario=metrics")) as weir:
        wait_for("two streams", lambda: len(stream_names(weir)) == 2)
        before = [name.split(",")[0] for name in stream_names(weir)]
        assert before[0] != before[1], before
        weir.key("alt+Up")
        wait_for("the other order", lambda: [n.split(",")[0] for n in stream_names(weir)] == before[::-1])


def keeps_streams():
    """Open streams are open again after a restart"""
    with Feed("--rate", 5) as feed, tempfile.TemporaryDirectory() as home:
        with Monitor(feed.url(), home=home) as weir:
            wait_for("events", weir.rows)
        with Monitor(home=home) as weir:
            wait_for("the stream", lambda: [n for n in stream_names(weir) if n.endswith("Open")])


def newer_settings():
    """A list of streams that a newer version saved is shown and left as it is; members it adds survive"""
    stream = '{"uuid": "u1", "address": "http://127.0.0.1:9/events", "mood": {"n": 1.10}}'
    for version in (2, 1):
        with tempfile.TemporaryDirectory() as home:
            path = Path(home) / "weir" / "streams.json"
            path.parent.mkdir()
            text = f'{{"version": {version}, "theme": [1], "streams": [{stream}]}}'
            path.write_text(text)
            with Monitor(home=home) as weir:
                wait_for("the stream", lambda: len(stream_names(weir)) == 1)
                if version == 2:
                    weir.wait_text("^A newer version of Weir saved these streams")
                weir.key("shift+ctrl+d")
                wait_for("the duplicate", lambda: len(stream_names(weir)) == 2)
            if version == 2:
                assert path.read_text() == text
            else:
                saved = json.loads(path.read_text())
                assert saved["theme"] == [1] and len(saved["streams"]) == 2, saved
                assert saved["streams"][0]["mood"] == {"n": 1.1} and '"mood": {"n": 1.10}' in path.read_text()


run([newer_settings, records_or_not, new_stream_by_curl, unknown_curl_option, bad_header, remove_and_undo, reorder, keeps_streams])
