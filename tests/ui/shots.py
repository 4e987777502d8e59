# SPDX-License-Identifier: MIT
"""Takes a picture of every screen and state of the real window into WEIR_SHOTS."""
import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from weirui import BUILD, Feed, LockedKeyring, Monitor, Role, wait_for

OUT = Path(os.environ["WEIR_SHOTS"])
DARK = {"ADW_DEBUG_COLOR_SCHEME": "prefer-dark"}
CONTRAST = {"ADW_DEBUG_HIGH_CONTRAST": "1"}
CHINESE = {"LANGUAGE": "zh_CN", "LC_ALL": "C.UTF-8"}
TAKEN = []


def take(weir, name):
    """Writes a picture of the topmost window to the file of that name."""
    time.sleep(0.6)
    weir.complaints() and print(f"{name}: {weir.complaints()[0]}", file=sys.stderr)
    windows = subprocess.run(["xdotool", "search", "--onlyvisible", "--pid", str(weir.process.pid)],
                             capture_output=True, text=True, check=True).stdout.split()
    box = {}
    for window in windows:
        for line in subprocess.run(["xdotool", "getwindowgeometry", "--shell", window], capture_output=True,
                                   text=True, check=True).stdout.splitlines():
            key, _, value = line.partition("=")
            if key in ("WIDTH", "HEIGHT"):
                box[key] = max(box.get(key, 0), int(value))
    path = OUT / f"{name}.png"
    subprocess.run(["import", "-window", "root", "-crop", f"{box['WIDTH']}x{box['HEIGHT']}+0+0", "+repage", path],
                   check=True)
    TAKEN.append(name)


def size(weir, width, height):
    window = subprocess.run(["xdotool", "search", "--onlyvisible", "--pid", str(weir.process.pid)],
                            capture_output=True, text=True, check=True).stdout.split()[0]
    subprocess.run(["xdotool", "windowsize", "--sync", window, str(width), str(height)], check=True)
    time.sleep(0.4)


def rows(weir, n):
    wait_for(f"{n} rows", lambda: len(weir.rows()) >= n)


def welcome():
    for name, environment in (("welcome", {}), ("welcome-dark", DARK)):
        with Monitor(environment=environment) as weir:
            weir.wait(Role.PUSH_BUTTON, "^Start the Sample Feed$")
            weir.focus()
            take(weir, name)


def list_of(name, environment, width=None, height=760, scenario="demo", select=None):
    with Feed("--scenario", scenario, "--rate", 40) as feed:
        with Monitor(feed.url(), environment=environment) as weir:
            if width:
                size(weir, width, height)
            rows(weir, 12)
            weir.focus()
            if select:
                time.sleep(3)
                weir.key("space")
                weir.select(select)
                time.sleep(0.3)
                weir.key("space")
                time.sleep(0.5)
            take(weir, name)


def lists():
    list_of("list", {})
    list_of("list-dark", DARK)
    list_of("list-narrow", {}, 360, 680)
    list_of("list-narrow-dark", DARK, 360, 680)
    list_of("list-wide", {}, 1900, 1000)
    list_of("list-chinese", CHINESE, scenario="meeting")
    list_of("list-contrast", CONTRAST)


def widest():
    with Feed("--scenario", "demo", "--rate", 40) as feed, Monitor(feed.url()) as weir:
        size(weir, 3840, 2160)
        rows(weir, 40)
        weir.select("^Event ")
        take(weir, "widest")


def inspector():
    list_of("inspector", {}, select=r"\{")
    list_of("inspector-dark", DARK, select=r"\{")
    list_of("inspector-narrow", {}, 360, 720, select=r"\{")
    list_of("inspector-chinese", CHINESE, scenario="meeting", select=r"\{")
    with Feed("--scenario", "metrics", "--rate", 20) as feed, Monitor(feed.url()) as weir:
        rows(weir, 15)
        weir.key("space")
        weir.select(r"\{")
        for tab in ("Text", "Raw", "Changes", "Connection"):
            tab_button = wait_for(tab, lambda: next(iter(weir.all(None, f"^{tab}$")), None))
            weir.click(tab_button)
            take(weir, f"inspector-{tab.lower()}")


def answers():
    for name, environment, width in (("answer", {}, None), ("answer-dark", DARK, None), ("answer-contrast", CONTRAST, None),
                                     ("answer-narrow", {}, 360), ("answer-chinese", CHINESE, None)):
        with Feed("--scenario", "llm", "--rate", 40) as feed, Monitor(feed.url(), environment=environment) as weir:
            width and size(weir, width, 720)
            rows(weir, 12)
            time.sleep(6)
            weir.select("completion.chunk")
            time.sleep(0.5)
            weir.click(wait_for("Answer", lambda: weir.find(None, "^(Answer|回答)$")))
            time.sleep(1)
            take(weir, name)


def verdicts():
    """The page Answer for each verdict, and for parallel tools and sources."""
    streams = Path(__file__).parents[1] / "answer" / "streams"
    cases = [("complete", "anthropic-server-tools", "message_stop"), ("incomplete", "responses-incomplete", "(Event|事件) response.incomplete"),
             ("cut-off", "truncated", "(Event|事件) .*completion.chunk"), ("failed", "responses-error", "(Event|事件) error"),
             ("blocked", "gemini-blocked", "(Event|事件) .*promptFeedback"), ("invalid-tool", "chat-tools-invalid", "(Event|事件) .*DONE"),
             ("choices", "chat-choices", "(Event|事件) .*DONE")]
    for name, stream, row in cases:
        for suffix, environment, width in (("", {}, None), ("-dark", DARK, None), ("-narrow", {}, 360), ("-chinese", CHINESE, None),
                                           ("-narrow-chinese", CHINESE, 380)):
            with Monitor(streams / f"{stream}.sse", environment=environment) as weir:
                width and size(weir, width, 640)
                rows(weir, 2)
                weir.select(row)
                time.sleep(0.5)
                weir.click(wait_for("Answer", lambda: weir.find(None, "^(Answer|回答)$")))
                time.sleep(0.5)
                take(weir, f"answer-{name}{suffix}")


def replays():
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "meeting.weir"
        with Feed("--scenario", "meeting", "--rate", 20, "--count", 200) as feed:
            subprocess.run([BUILD / "app/cli/weir-tail", "--no-reconnect", "--format=data", "--record", path, feed.url()],
                           check=True, stdout=subprocess.DEVNULL)
        for name, environment, width in (("replay", {}, None), ("replay-dark", DARK, None), ("replay-narrow", {}, 360),
                                         ("replay-chinese", CHINESE, None)):
            with Monitor(path, environment=environment) as weir:
                width and size(weir, width, 680)
                rows(weir, 12)
                weir.focus()
                weir.key("ctrl+p")
                time.sleep(4)
                take(weir, name)


def bookmarks():
    notes = {"": ("the first answer is late", "asked for again"), "chinese": ("第一个回答来得太晚", "再次请求")}
    with tempfile.TemporaryDirectory() as folder:
        for name, environment, width in (("bookmarks", {}, None), ("bookmarks-dark", DARK, None), ("bookmarks-contrast", CONTRAST, None),
                                         ("bookmarks-narrow", {}, 360), ("bookmarks-chinese", CHINESE, None)):
            path = Path(folder) / f"{name}.weir"
            with Feed("--scenario", "meeting", "--rate", 20, "--count", 200) as feed:
                subprocess.run([BUILD / "app/cli/weir-tail", "--no-reconnect", "--format=data", "--record", path, feed.url()],
                               check=True, stdout=subprocess.DEVNULL)
            with Monitor(path, environment=environment) as weir:
                width and size(weir, width, 720)
                rows(weir, 12)
                weir.select(".")
                for note in notes["chinese" if environment is CHINESE else ""]:
                    weir.key("Up", "Up", "ctrl+d")
                    weir.enter(wait_for("the note", lambda: weir.find(None, "^(Note|备注)$")), note)
                    weir.key("Return")  # back to the list
                    time.sleep(0.4)
                weir.key("Up", "ctrl+d", "Return")
                weir.key("b")
                take(weir, name)
                if width is None and not environment:
                    weir.click(wait_for("a bookmarked row", lambda: next(
                        (row for row in weir.rows_in_sight() if ", bookmarked: " in row.get_name()), None)), 3)
                    take(weir, name + "-menu")
                    weir.key("Escape")


def alerts():
    """The dialog, its message for an invalid expression, the mark of a stream, and the toast."""
    for name, environment, width in (("alerts", {}, None), ("alerts-dark", DARK, None), ("alerts-contrast", CONTRAST, None),
                                     ("alerts-narrow", {}, 360), ("alerts-chinese", CHINESE, None)):
        with Feed("--scenario", "demo", "--rate", 20) as feed, \
                Monitor(feed.url(), feed.url("?scenario=meeting"), environment=environment) as weir:
            width and size(weir, width, 680)
            rows(weir, 12)
            weir.key("shift+ctrl+n")
            weir.enter(weir.wait(Role.TEXT, "^(Filter|筛选)$"), "type:alarm OR (")
            weir.click(weir.wait(None, "^(Alert on Silence|静默时提醒)$"))
            take(weir, name + "-error")
            weir.enter(weir.wait(Role.TEXT, "^(Filter|筛选)$"), "type:alarm")
            take(weir, name)
            weir.press(Role.PUSH_BUTTON, "^(Save|保存)")
            weir.focus()
            weir.wait_text("matched|个事件匹配")
            take(weir, name + "-toast")
            if width is None:
                weir.click(weir.all(Role.LIST_ITEM, "127.0.0.1:.*/events,")[0])
                weir.wait(Role.LIST_ITEM, "(, alert|有提醒)$")
                take(weir, name + "-mark")


def find_in_tree():
    for name, environment, width, scenario, word in (
            ("tree-find", {}, None, "demo", "a"), ("tree-find-dark", DARK, None, "demo", "1"),
            ("tree-find-contrast", CONTRAST, None, "demo", "a"),
            ("tree-find-narrow", {}, 360, "meeting", "nowhere"), ("tree-find-chinese", CHINESE, None, "meeting", "t")):
        with Feed("--scenario", scenario, "--rate", 40) as feed, Monitor(feed.url(), environment=environment) as weir:
            width and size(weir, width, 680)
            rows(weir, 12)
            weir.key("space")
            weir.select(r"\{")
            weir.press(Role.PUSH_BUTTON, "^(Find in the Tree|在树中查找)$")
            weir.type(word)
            time.sleep(1)
            take(weir, name)


def raw_bytes():
    odd = b": a comment\r\nid: 7\r\nevent:note\r\nDate: today\r\ndata: {\"n\": 1,\r\ndata:  \"caf\xc3\xa9\": true}\r\n\r\n"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "odd.sse"
        path.write_bytes(odd)
        for name, environment, width in (("raw", {}, None), ("raw-dark", DARK, None), ("raw-contrast", CONTRAST, None),
                                         ("raw-narrow", {}, 360), ("raw-wide", {}, 1900), ("raw-chinese", CHINESE, None)):
            with Monitor(path, environment=environment) as weir:
                width and size(weir, width, 720)
                rows(weir, 4)
                weir.select("note")
                time.sleep(0.5)
                weir.click(wait_for("Raw", lambda: weir.find(None, "^(Raw|原始)$")))
                time.sleep(0.5)
                take(weir, name)
                if width is None or width == 360:
                    weir.click(weir.find(Role.LABEL, "^(What the Symbols Mean|符号的含义)$"))
                    take(weir, name + "-legend")
                    weir.key("Escape")


def filters():
    with Feed("--scenario", "demo", "--rate", 60) as feed, Monitor(feed.url()) as weir:
        rows(weir, 20)
        time.sleep(2)
        weir.key("slash")
        weir.type("metrics gauge-1")
        time.sleep(1)
        take(weir, "filter")
        weir.enter(weir.wait(None, "^Filter$"), "/ga(uge/")
        time.sleep(1)
        take(weir, "filter-error")
    for name, environment, width in (("filter-hides", {}, None), ("filter-hides-narrow-chinese", CHINESE, 360)):
        with Feed("--scenario", "demo", "--rate", 60) as feed, Monitor(feed.url(), environment=environment) as weir:
            width and size(weir, width, 720)
            rows(weir, 12)
            weir.select("metric")
            weir.key("slash")
            weir.type("type:welcome")
            time.sleep(2)
            take(weir, name)
    with Feed("--scenario", "demo", "--rate", 60) as feed, Monitor(feed.url(), environment=DARK) as weir:
        rows(weir, 20)
        weir.key("ctrl+f")
        weir.type("gauge")
        weir.key("ctrl+g")
        time.sleep(1)
        take(weir, "find")
    with Feed("--scenario", "meeting", "--rate", 60) as feed, Monitor(feed.url(), environment=CHINESE) as weir:
        size(weir, 360, 680)
        rows(weir, 8)
        weir.key("ctrl+f")
        weir.type("nowhere")
        weir.key("ctrl+g")
        time.sleep(1)
        take(weir, "find-narrow-chinese")


def states():
    with Feed("--scenario", "demo", "--rate", 40) as feed, Monitor(feed.url()) as weir:
        rows(weir, 12)
        weir.key("space")
        time.sleep(1)
        take(weir, "paused")
        weir.key("space")
        feed.stop()
        weir.wait_text("^Connect Now")
        take(weir, "waiting")
    with Monitor("http://127.0.0.1:9/events") as weir:
        weir.wait_text("refused|Nothing listens")
        take(weir, "failed")
    with Monitor("/nowhere/stream.sse") as weir:
        weir.wait_text("Could Not Open the File|Could Not")
        take(weir, "failed-file")
    with Feed("--count", 6, "--rate", 50) as feed, Monitor(feed.url()) as weir:
        rows(weir, 6)
        weir.wait_text("204|no more|ended|Ended")
        take(weir, "ended")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "comments.sse"
        path.write_bytes(b": keep-alive\n" * 12)
        with Monitor(path) as weir:
            rows(weir, 5)
            take(weir, "comments-only")
    with Feed("--scenario", "hostile", "--rate", 40) as feed, Monitor(feed.url()) as weir:
        rows(weir, 15)
        take(weir, "findings")
    for name, environment, width in (("finding", {}, None), ("finding-dark", DARK, None), ("finding-narrow", {}, 360),
                                     ("finding-chinese", CHINESE, None)):
        with Feed("--scenario", "hostile", "--rate", 40) as feed, Monitor(feed.url(), environment=environment) as weir:
            width and size(weir, width, 720)
            rows(weir, 5)
            weir.key("n")
            weir.wait(Role.PUSH_BUTTON, "^(Close the Inspector|关闭检查器)$")
            take(weir, name)


@contextlib.contextmanager
def small_disk():
    """A folder that holds at most 400 kB. Only root may create one."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=400k,mode=0700", "weir", folder], check=True)
        try:
            yield folder
        finally:
            subprocess.run(["umount", folder], check=True)


def troubles():
    with small_disk() as home, Feed("--scenario", "metrics", "--rate", 1500) as feed, Monitor(feed.url(), home=home) as weir:
        rows(weir, 15)
        # Another program fills the rest.
        with contextlib.suppress(OSError):
            Path(home, "filler").write_bytes(b"x" * 400_000)
        time.sleep(4)
        take(weir, "disk-full")
    for name, environment in (("large-event", {}), ("large-event-dark", DARK)):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "large.sse"
            path.write_text('data: {"n": 1}\n\ndata: {"words": "' + "weir " * 200_000 + '"}\n\n', encoding="utf-8")
            with Monitor(path, environment=environment) as weir:
                rows(weir, 3)
                weir.select("words")
                weir.click(wait_for("Text", lambda: weir.find(None, "^Text$")))
                time.sleep(3)
                take(weir, name)
    with Feed("--require-bearer", "abc") as feed, Monitor() as weir:
        weir.enter(weir.wait(Role.TEXT, "^Address$"), f"curl -H 'Authorization: Bearer abc' {feed.url()}")
        weir.press(Role.PUSH_BUTTON, "^Connect$")
        rows(weir, 5)
        take(weir, "no-keyring")
    for name, environment, width in (("keyring-waits-dark", DARK, None), ("keyring-waits-narrow-chinese", CHINESE, 360)):
        with LockedKeyring(), Feed("--require-bearer", "abc") as feed, Monitor(environment=environment) as weir:
            width and size(weir, width, 680)
            weir.key("ctrl+l")
            weir.enter(weir.wait(Role.TEXT, "^(Address|地址)$"), f"curl -H 'Authorization: Bearer abc' {feed.url()}")
            weir.key("Return")
            weir.wait_text("^(Waiting for the keyring|正在等待密钥环)")
            take(weir, name)


def dialogs():
    with Monitor() as weir:
        weir.press(Role.PUSH_BUTTON, "^New Stream$")
        weir.wait(Role.TEXT, "^Headers$")
        take(weir, "new-stream")
        weir.key("Escape")
    with Monitor() as weir:
        weir.wait(Role.PUSH_BUTTON, "^Start the Sample Feed$")
        weir.key("ctrl+comma")
        weir.wait_text("^Appearance$")
        take(weir, "preferences")
        for _ in range(4):
            weir.key("shift+Tab")
        take(weir, "preferences-recording")
        weir.key("Escape")
    with Monitor() as weir:
        weir.wait(Role.PUSH_BUTTON, "^Start the Sample Feed$")
        weir.key("ctrl+question")
        time.sleep(1)
        take(weir, "shortcuts")
        weir.key("Escape")


@contextlib.contextmanager
def right_to_left():
    """GTK mirrors the window for a right-to-left language: here Hebrew, without translations."""
    folder = BUILD / "po" / "he" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    try:
        subprocess.run(["msgfmt", "-o", folder / "weir.mo", "-"], check=True, text=True,
                       input='msgid ""\nmsgstr "Language: he\\nContent-Type: text/plain; charset=UTF-8\\n"\n')
        yield {"LANGUAGE": "he", "LC_ALL": "C.UTF-8"}
    finally:
        shutil.rmtree(folder.parent)


@contextlib.contextmanager
def large_text():
    """A display with text of twice the size."""
    name = ["xprop", "-root", "-f", "RESOURCE_MANAGER", "8s"]
    subprocess.run([*name, "-set", "RESOURCE_MANAGER", "Xft.dpi: 192\n"], check=True)
    try:
        yield {}
    finally:
        subprocess.run([*name, "-remove", "RESOURCE_MANAGER"], check=True)


def access():
    for name, prepare in (("right-to-left", right_to_left), ("large-text", large_text)):
        with prepare() as environment:
            list_of(name, environment, select=r"\{")
            list_of(name + "-narrow", environment, 360, 680)
            with Monitor(environment=environment) as weir:
                weir.wait(Role.PUSH_BUTTON, "^Start the Sample Feed$")
                weir.key("ctrl+comma")
                weir.wait_text("^Appearance$")
                take(weir, name + "-preferences")
                weir.key("Escape")
                weir.press(Role.PUSH_BUTTON, "^New Stream$")
                weir.wait(Role.TEXT, "^Headers$")
                take(weir, name + "-new-stream")
                weir.key("Escape")


def export():
    for name, environment in (("export", {}), ("export-dark", DARK), ("export-chinese", CHINESE)):
        with Feed("--scenario", "demo", "--rate", 40, "--count", 100) as feed:
            with Monitor(feed.url(), environment=environment) as weir:
                rows(weir, 15)
                weir.key("ctrl+e")
                wait_for("the dialog", lambda: weir.find(None, "100|102|: [0-9]"))
                take(weir, name)
                weir.key("Escape")


def search():
    for name, environment in (("search", {}), ("search-dark", DARK), ("search-chinese", CHINESE)):
        with Feed("--scenario", "meeting", "--rate", 200, "--count", 300) as feed:
            urls = [feed.url(), feed.url("?scenario=demo&count=200")]
            with Monitor(*urls, environment=environment) as weir:
                rows(weir, 15)
                time.sleep(2)
                weir.key("ctrl+shift+f")
                take(weir, name + "-empty") if not environment else None
                weir.enter(weir.wait(None, "^(Search all streams and recordings|搜索所有流和录制)$"), "meeting")
                time.sleep(1.5)
                take(weir, name)
                weir.key("Escape")


def checks():
    """Gaps, late and repeated events, changed JSON, no findings, and events without numbers."""
    def event(n, extra="", price="%d.25"):
        return 'id: %d\nevent: %s\ndata: {"symbol": "ABC", "price": %s%s}\n\n' % (n, "trade" if n % 3 else "quote", price % n, extra)
    plain = "".join(map(event, range(1, 61)))
    broken = (plain + "".join(event(n, ', "venue": "XNYS"') for n in (64, 63, 65, 66, 65, 66, 67))
              + "".join(event(n, price='"%d.25"') for n in range(68, 90)) + event(1, price='"%d.25"'))
    with tempfile.TemporaryDirectory() as folder:
        for name, environment, width, content, by in (
                ("check", {}, None, broken, None), ("check-dark", DARK, None, broken, None), ("check-contrast", CONTRAST, None, broken, None),
                ("check-narrow", {}, 360, broken, None), ("check-chinese", CHINESE, None, broken, None),
                ("check-narrow-chinese", CHINESE, 360, broken, None), ("check-clean", {}, None, plain, None),
                ("check-clean-chinese", CHINESE, None, plain, None), ("check-wrong-dark", DARK, None, plain, "$.seq["),
                ("check-none-narrow", {}, 360, plain, "$.seq")):
            path = Path(folder) / "trades.sse"
            path.write_text(content)
            with Monitor(path, environment=environment) as weir:
                rows(weir, 12)
                weir.focus()
                weir.key("ctrl+i")
                entry = weir.wait(None, "^(Number of an event: id or a JSON path|事件编号：id 或 JSON 路径)$")
                if by:
                    weir.enter(entry, by)
                    weir.key("Return")
                if width:
                    own = subprocess.run(["xdotool", "search", "--onlyvisible", "--name", "^(Check Sequence|检查序号)"],
                                         capture_output=True, text=True, check=True).stdout.split()[0]
                    subprocess.run(["xdotool", "windowsize", "--sync", own, str(width), "560"], check=True)
                time.sleep(1)
                take(weir, name)
                weir.key("Escape")


def refusals():
    """A response other than an event stream, with the server's message, and a file that is not an event stream."""
    for name, environment, width in (("refused", {}, None), ("refused-dark", DARK, None), ("refused-narrow-chinese", CHINESE, 360)):
        with Feed() as feed, Monitor(feed.url().replace("/events", "/nothing"), environment=environment) as weir:
            if width:
                size(weir, width, 640)
            weir.wait_text("404")
            take(weir, name)
    for name, environment, width in (("no-stream", {}, None), ("no-stream-narrow-dark", DARK, 360), ("no-stream-chinese", CHINESE, None)):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "notes.md"
            path.write_text("# A heading\n\nSome words.\n")
            with Monitor(path, environment=environment) as weir:
                if width:
                    size(weir, width, 640)
                rows(weir, 3)
                take(weir, name)


def many_streams():
    with Feed("--scenario", "metrics", "--rate", 8) as feed:
        urls = [feed.url(f"?scenario={s}") for s in ("metrics", "demo", "meeting", "llm")]
        with Monitor(*urls, "http://127.0.0.1:9/refused") as weir:
            time.sleep(12)
            weir.focus()
            take(weir, "streams")


def silences():
    for name, environment, width in (("silence", {}, None), ("silence-dark", DARK, None), ("silence-narrow", {}, 360),
                                     ("silence-chinese", CHINESE, None)):
        with Feed("--scenario", "metrics", "--rate", 4, "--fault", "stall=12") as feed, \
                Monitor(feed.url(), environment=environment) as weir:
            width and size(weir, width, 640)
            rows(weir, 12)
            time.sleep(6)
            take(weir, name)


def recordings():
    for name, environment, width in (("recordings", {}, None), ("recordings-dark", DARK, None),
                                     ("recordings-narrow", {}, 360), ("recordings-chinese", CHINESE, None)):
        with tempfile.TemporaryDirectory() as home:
            for scenario in ("metrics", "llm"):
                folder = Path(home) / "weir" / "recordings"
                folder.mkdir(parents=True, exist_ok=True)
                with Feed("--scenario", scenario, "--rate", 200, "--count", 300) as feed:
                    subprocess.run([BUILD / "app/cli/weir-tail", "--no-reconnect", "--record", folder, feed.url()],
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
            with Monitor(home=home, environment=environment) as weir:
                weir.key("shift+ctrl+o")
                time.sleep(2)
                width and size(weir, width, 640)
                take(weir, name)


SCREENS = [silences, recordings, welcome, lists, widest, inspector, answers, verdicts, replays, bookmarks, alerts, find_in_tree, raw_bytes, filters, states, troubles, refusals, dialogs, access, export, search, checks, many_streams]

failed = 0
for screen in SCREENS:
    if sys.argv[1:] and screen.__name__ not in sys.argv[1:]:
        continue
    try:
        screen()
    except Exception as error:  # one screen that fails does not hide the others
        failed += 1
        print(f"{screen.__name__}: {type(error).__name__}: {error}", file=sys.stderr)
print(f"{len(TAKEN)} pictures in {OUT}")
sys.exit(1 if failed else 0)
