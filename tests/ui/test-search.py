# SPDX-License-Identifier: MIT
"""Search All Streams: one search in all open streams and all recordings."""
import os
import subprocess
import tempfile
from pathlib import Path

from weirui import BUILD, Feed, Monitor, run, wait_for

FIRST = b"id: 1\nevent: tick\ndata: the needle in the first\n\nid: 2\nevent: tick\ndata: hay\n\n"
SECOND = b"id: 7\nevent: tock\ndata: hay\n\nid: 8\nevent: tock\ndata: a needle, and <b>markup</b>\n\n"


def ask(weir, text):
    weir.key("ctrl+shift+f")
    entry = weir.wait(None, "^Search all streams and recordings$")
    weir.enter(entry, text)


def finds_in_open_streams():
    """Matches come from every open stream, and choosing one shows its row"""
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / "first.sse", Path(folder) / "second.sse"]
        for path, content in zip(paths, (FIRST, SECOND)):
            path.write_bytes(content)
        with Monitor(*paths) as weir:
            wait_for("the rows", lambda: len(weir.rows()) >= 2)
            ask(weir, "needle")
            weir.wait_text("^2 matches in 2 of 2 streams")
            weir.wait_text("^a needle, and <b>markup</b>$")
            weir.click(weir.wait_text("^the needle in the first$"))
            wait_for("the stream of the match", lambda: any("needle in the first" in name for name in weir.rows()))
            weir.wait_text("ID 1")
            weir.key("Escape")


def home_with_recording():
    """Returns: a folder for the program's data, and the recording in it."""
    home = Path(tempfile.mkdtemp(dir=os.environ["XDG_RUNTIME_DIR"]))
    recordings = home / "weir" / "recordings"
    recordings.mkdir(parents=True)
    with Feed("--scenario", "meeting", "--rate", 200, "--count", 30) as feed:
        subprocess.run([BUILD / "app/cli/weir-tail", "--record", recordings / "kept.weir", "--no-reconnect", feed.url()],
                       check=True, stdout=subprocess.DEVNULL)
    return home, recordings / "kept.weir"


def counts_once():
    """A recording that is open as a stream is searched once"""
    home, recording = home_with_recording()
    with Monitor(recording, home=home) as weir:
        wait_for("the recording's rows", lambda: len(weir.rows()) > 5)
        ask(weir, "id:30")
        weir.wait_text("^1 match in 1 of 1 streams and recordings$")


def finds_in_recordings():
    """A recording that no stream has open is searched, and opens"""
    home, _ = home_with_recording()
    with Monitor(home=home) as weir:
        ask(weir, "id:30")
        weir.wait_text("^1 match in 1 of 1 streams and recordings$")
        weir.click(weir.wait_text("kept.weir"))
        wait_for("the recording's rows", lambda: len(weir.rows()) > 5)
        # Ctrl+Q quits although the search is open.


def says_what_is_wrong():
    """An invalid expression gives one message, and so does a search without matches"""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "first.sse"
        path.write_bytes(FIRST)
        with Monitor(path) as weir:
            wait_for("the rows", lambda: len(weir.rows()) >= 2)
            ask(weir, "/(/")
            weir.wait_text("^Invalid Search$")
            weir.enter(weir.wait(None, "^Search all streams and recordings$"), "nowhere")
            weir.wait_text("^No Matches$")
            weir.key("Escape")


run([finds_in_open_streams, counts_once, finds_in_recordings, says_what_is_wrong])
