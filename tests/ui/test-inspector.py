# SPDX-License-Identifier: MIT
"""The inspector: search in the tree, raw bytes with their meaning, findings, and statistics."""
import json
import re
import tempfile
from contextlib import contextmanager
from pathlib import Path

from weirui import Monitor, Role, run, settle, those_showing, wait_for

USERS = {
    "total": 3,
    "users": [
        {"name": "Ada", "city": "Lund", "tags": ["a", "b", {"deep": {"deeper": "adamant"}}]},
        {"name": "Bo", "city": "Malmö", "note": "x" * 300 + "adagio"},
        {"ada": {"id": 12345678901234567890}, "名字": "阿达"},
    ],
}


@contextmanager
def opened(*datas):
    """The window with a file of events with these data, the first one selected."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "stream.sse"
        path.write_text("".join(f"id: {i}\ndata: {data}\n\n" for i, data in enumerate(datas, 1)), encoding="utf-8")
        with Monitor(path) as weir:
            wait_for("the rows", lambda: len(weir.rows()) > len(datas))
            weir.select("^Event message, ID 1,")
            weir.wait(Role.PUSH_BUTTON, "^Close the Inspector$")
            settle()
            yield weir


def lines(weir):
    """Returns: the names of the visible rows of the tree."""
    tree = weir.find(Role.LIST, "^JSON tree$")
    return [line.get_name() for line in those_showing(tree.children) if line.get_name()]


def focus_tree(weir):
    tree = weir.find(Role.LIST, "^JSON tree$")
    weir.click(next(line for line in tree.children if line.get_name()))
    settle()


def find_in_tree(weir, word):
    focus_tree(weir)
    weir.key("ctrl+f")
    weir.wait(None, "^Find in the tree$")
    weir.type(word)


def at(weir, count, path):
    """Waits for this count of matches and this path of the selected value."""
    weir.wait_text(f"^{count}$")
    wait_for(path, lambda: any(node.get_name() == path for node in weir.all(Role.LABEL)))


def finds_in_tree():
    """Ctrl+F in the tree finds names and values, expands their parents, and steps through them"""
    with opened(json.dumps(USERS, ensure_ascii=False)) as weir:
        find_in_tree(weir, "ada")
        at(weir, "1 of 4", "$.users[0].name")
        weir.key("Return")
        at(weir, "2 of 4", "$.users[0].tags[2].deep.deeper")
        assert any("adamant" in line for line in lines(weir)), lines(weir)
        weir.key("Return")
        at(weir, "3 of 4", "$.users[1].note")
        assert any(line.startswith("note: …x") and "adagio" in line for line in lines(weir)), lines(weir)
        weir.key("ctrl+g")
        at(weir, "4 of 4", "$.users[2].ada")
        weir.key("Return")
        at(weir, "1 of 4", "$.users[0].name")
        weir.key("shift+Return")
        at(weir, "4 of 4", "$.users[2].ada")
        weir.key("shift+ctrl+g")
        at(weir, "3 of 4", "$.users[1].note")
        weir.press(Role.PUSH_BUTTON, "^Next Match in the Tree$")
        at(weir, "4 of 4", "$.users[2].ada")
        weir.key("BackSpace", "BackSpace", "BackSpace")
        wait_for("no count", lambda: not weir.find(None, "^[0-9]+ of [0-9]+$"))
        weir.type("nowhere")
        weir.wait_text("^Nothing found$")
        weir.key("Escape")
        wait_for("a closed search", lambda: not weir.find(None, "^Find in the tree$"))
        assert weir.find(Role.PUSH_BUTTON, "^Close the Inspector$"), "Escape closed the inspector too"
        assert not weir.find(None, "^Filter$"), "Ctrl+F opened the list's filter too"


def finds_as_sent():
    """The search finds escaped and plain text, and paths"""
    with opened('{"big":12345678901234567890,"\\u540d\\u5b57":"\\u963f","a b\\u202e":1.10}') as weir:
        find_in_tree(weir, "1.10")
        at(weir, "1 of 1", '$["a b\\u202e"]')
        weir.key("ctrl+a")
        weir.type("u963F")
        at(weir, "1 of 1", '$["名字"]')
        entry = weir.find(None, "^Find in the tree$")
        weir.enter(entry, "名字")
        at(weir, "1 of 1", '$["名字"]')
        weir.enter(entry, "12345678901234567890")
        at(weir, "1 of 1", "$.big")


def keeps_the_word():
    """The search text stays when other events are selected, and applies to each of them"""
    datas = [{"level": 1}, {"level": 2, "deep": [{"level": 3}]}, {"other": 3}]
    with opened(*(json.dumps(data) for data in datas), "not JSON") as weir:
        focus_tree(weir)
        weir.press(Role.PUSH_BUTTON, r"^Find in the Tree$")
        weir.type("level")
        at(weir, "1 of 1", "$.level")
        weir.select("^Event message, ID 2,")
        at(weir, "1 of 2", "$.level")
        weir.select("^Event message, ID 3,")
        weir.wait_text("^Nothing found$")
        weir.select("^Event message, ID 4,")
        wait_for("no tree", lambda: not weir.find(None, "^Tree$"))
        weir.select("^Event message, ID 2,")
        at(weir, "1 of 2", "$.level")


def finds_in_a_megabyte():
    """In an event of a megabyte the last of thousands of elements is found and shown"""
    items = [{"n": i, "text": "y" * 40, "inner": {"k": [i, i + 1]}} for i in range(12000)]
    items[11990]["inner"]["k"].append("needle")
    data = json.dumps({"items": items, "end": "needle"})
    assert len(data) > 1_000_000
    with opened(data) as weir:
        focus_tree(weir)
        weir.key("Return")
        wait_for("the last range", lambda: "11000 … 11999: [ 1000 elements ]" in lines(weir))
        weir.key("Return")
        find_in_tree(weir, "needle")
        at(weir, "1 of 2", "$.items[11990].inner.k[2]")
        wait_for("the line", lambda: '2: "needle"' in lines(weir))
        weir.key("Return")
        at(weir, "2 of 2", "$.end")
        wait_for("the line", lambda: 'end: "needle"' in lines(weir))


@contextmanager
def inspected(raw, pattern, tab="Raw"):
    """The window with a file of these bytes, the row of this name selected, and this tab shown."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "stream.sse"
        path.write_bytes(raw)
        with Monitor(path) as weir:
            weir.select(pattern)
            weir.wait(Role.PUSH_BUTTON, "^Close the Inspector$")
            settle()
            weir.click(wait_for(tab, lambda: weir.find(None, f"^{tab}$")))
            settle()
            yield weir


def raw_lines(weir):
    """Returns: the accessible names of the lines of raw bytes."""
    raw = weir.find(Role.LIST, "^Raw bytes$")
    return [line.get_name() for line in raw.children if line.get_name()]


def tells_bytes_apart():
    """The raw bytes are classified: names, colons, values, ignored bytes and line ends"""
    raw = b"\xef\xbb\xbfid: 7\r\ndata:x\r: hush\nDate: y\ndata: 0123456789abcdefghij\n\n"
    with inspected(raw, "^Event message, ID 7") as weir:
        lines = wait_for("the bytes", lambda: raw_lines(weir))
        told = [line.partition(";")[0] for line in lines]
        assert told[0].startswith("Read at "), told
        assert told[1:6] == ["byte order mark", "name id, colon and space, value 7, CR LF", "name data, colon, value x, CR",
                             "comment : hush, LF", "Date: y, LF, ignored"], told
        assert told[6].startswith("name data, colon and space, value ") and "LF" not in told[6], told
        assert told[-2].startswith("value ") and told[-2].endswith(", LF"), told
        assert told[-1] == "LF, blank line", told
        assert "; 0003  69 64 3a 20 37 0d 0a     id: 7 CR LF" in lines[2], lines[2]
        weir.click(weir.find(Role.LABEL, "^What the Symbols Mean$"))
        weir.wait_text("^The colon after the name, and the one space")
        weir.key("Escape")


def whole_cr_lf():
    """The LF after an event's last CR is shown with it, as part of the line end"""
    with inspected(b"id: 3\rdata: c\r\rid: 1\r\ndata: a\r\n\r\nid: 2\r\ndata: b\r\n\r\n", "^Event message, ID 1") as weir:
        wait_for("CR LF", lambda: raw_lines(weir)[-1].startswith("CR LF, blank line; "))
        weir.select("^Event message, ID 2")
        wait_for("CR LF at the stream's end", lambda: raw_lines(weir)[-1].startswith("CR LF, blank line; "))
        weir.select("^Event message, ID 3")
        wait_for("CR", lambda: raw_lines(weir)[-1].startswith("CR, blank line; "))


def raw_of_a_megabyte():
    """A line of a megabyte and two thousand short lines are classified as well"""
    raw = b"id: 1\ndata: " + b"x" * 1_000_000 + b"\n" + b"data\n" * 2000 + b"\n"
    with inspected(raw, "^Event message, ID 1") as weir:
        lines = wait_for("the bytes", lambda: raw_lines(weir))
        assert lines[1].startswith("name id, colon and space, value 1, LF; "), lines[1]
        weir.wait_text(r"^1\.0 MB · [0-9]+ reads?$")


@contextmanager
def recorded(*connections):
    """Returns: the path of a recording of connections a second apart. Each is a list of reads: (ms after the request,
    bytes)."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "past.weir"
        path.mkdir()
        marks = ["weir-recording 1"]
        for number, reads in enumerate(connections, 1):
            begin = 1_700_000_000_000_000 + number * 1_000_000
            marks += [f"c {number} {begin} http://127.0.0.1/events", f"o 0 {begin + 1000} HTTP/1.1 200 OK"]
            body = b""
            for ms, data in reads:
                marks.append(f"r {len(body)} {begin + ms * 1000}")
                body += data
            marks.append(f"e {len(body)} {begin + 505_000} server The stream ended. The server closed the connection.")
            (path / f"{number:06}-000000000000000.sse").write_bytes(body)
        (path / "marks").write_text("\n".join(marks) + "\n")
        yield path


def shows_reads():
    """The start of each read is shown among the bytes of an event"""
    with recorded([(5, b"id: 1\ndata: {"), (505, b"}\n\n")]) as path, Monitor(path) as weir:
        weir.select("^Event message")
        weir.wait(Role.PUSH_BUTTON, "^Close the Inspector$")
        settle()
        weir.click(weir.find(None, "^Raw$"))
        lines = wait_for("the bytes", lambda: raw_lines(weir))
        told = [line.partition(";")[0] for line in lines]
        assert [told[0][:8], *told[1:3], told[3][:13], *told[4:]] == [
            "Read at ", "name id, colon and space, value 1, LF", "name data, colon and space, value {", "Next read at ",
            "value }, LF", "LF, blank line"], told
        weir.wait_text("^16 B · 2 reads$")


FINDINGS = {
    "unknown-field": (b"nonsense: 1\n", "Only data, event, id and retry are fields", "#event-stream-interpretation"),
    "field-name-case": (b"Data: 1\n", "Field names are case-sensitive", "#event-stream-interpretation"),
    "field-name-space": (b"data : 1\n", "The field name is everything before the colon", "#event-stream-interpretation"),
    "invalid-retry": (b"retry: 1s\n", "A retry field is only valid if its value", "#event-stream-interpretation"),
    "nul-in-id": (b"id: 1\0\n", "An id that contains U\\+0000", "#event-stream-interpretation"),
    "bom-in-stream": (b"data: 1\n\n\xef\xbb\xbfdata: 2\n", "A byte order mark is allowed only", "#parsing-an-event-stream"),
    "invalid-utf8": (b"data: \xff\n", "Event streams are always UTF-8", "#utf-8-decode"),
    "mixed-line-ends": (b"data: 1\r\ndata: 2\n", "LF, CR and CR LF all end a line", "#parsing-an-event-stream"),
    "no-data": (b"event: a\n\n", "A blank line dispatches no event", "#event-stream-interpretation"),
    "unfinished-event": (b"data: 1\n", "An event without a blank line after it", "#event-stream-interpretation"),
}


def explains_findings():
    """Each finding quotes the standard, and its link opens that section in the browser"""
    with tempfile.TemporaryDirectory() as home:
        opened_pages = Path(home) / "opened"
        (Path(home) / "applications").mkdir()
        (Path(home) / "applications/browser.desktop").write_text(
            "[Desktop Entry]\nType=Application\nName=Browser\nMimeType=x-scheme-handler/https;\n"
            f"Exec=sh -c \"echo $0 >> {opened_pages}\" %u\n")
        (Path(home) / "applications/mimeapps.list").write_text(
            "[Default Applications]\nx-scheme-handler/https=browser.desktop\n")
        files = []
        for name, (raw, _, _) in FINDINGS.items():
            files.append(Path(home) / f"{name}.sse")
            files[-1].write_bytes(raw)
        with Monitor(*files, home=home) as weir:
            for name, (_, text, anchor) in FINDINGS.items():
                weir.click(weir.wait(None, f"^{name}.sse$"))
                find_finding(weir, name)
                # The inspectors of other streams exist as well, but are hidden.
                box = weir.wait_text(f"^{text}").get_parent()
                settle()
                link = box.get_child_at_index(box.get_child_count() - 1)
                assert re.search(r"Standard, [69].*“.*”$", link.get_name()), link.get_name()
                weir.click(link)
                wait_for(anchor, lambda: opened_pages.exists() and opened_pages.read_text().rstrip().endswith(anchor))
                opened_pages.unlink()


def find_finding(weir, name):
    """Steps through the findings until the inspector shows the one of this name."""
    weir.key("n")
    wait_for(name, lambda: weir.find(Role.LABEL, f"^{name}$") or weir.key("n"))


def keeps_tabs_of_findings():
    """A finding opens its explanation, and an event the tab that was chosen for events"""
    with inspected(b"data: {\"a\": 1}\n\nnonsense: 1\ndata: {\"a\": 2}\n\n", "^Event message", "Raw") as weir:
        weir.select("^Finding at ")
        weir.wait_text("^Only data, event, id and retry are fields")
        weir.wait_text("^nonsense: 1 LF$")
        weir.select("^Event message")
        wait_for("the raw bytes", lambda: raw_lines(weir))
        weir.wait_text("^What the Symbols Mean$")


def tells_statistics():
    """The timing and the end of an older connection are shown as well"""
    connections = [[(5, b"retry: 600000\n\n"), (5, b"id: 1\ndata: x\n\n"), (255, b"id: 2\ndata: x\n\n")],
                   [(5, b"id: 3\ndata: x\n\n")]]
    with recorded(*connections) as path, Monitor(path) as weir:
        weir.select("^Event message, ID 1,")
        weir.wait(Role.PUSH_BUTTON, "^Close the Inspector$")
        settle()
        weir.click(weir.find(None, "^Connection$"))
        weir.wait_text("^Connection 1$")
        weir.wait_text("^2 events in 45 B$")
        weir.wait_text("^5.0 ms after the request$")
        weir.wait_text("^4.*/s$")
        weir.wait_text("^median 250 ms, 95th percentile 250 ms$")
        weir.wait_text("^250 ms, until [0-9:.]+$")
        weir.wait_text("^The stream ended. The server closed")
        assert not weir.find(Role.LABEL, "^It goes on$")


def reads_rpc():
    """An event that is a message of JSON-RPC is described, and another one is not"""
    with opened('{"jsonrpc":"2.0","id":7,"result":{}}', '{"id":7,"result":{}}') as weir:
        weir.wait_text("^response · ID 7$")
        weir.select("^Event message, ID 2")
        weir.wait_text(" · ID 2 · ")
        assert not weir.find(None, "^response")


run([finds_in_tree, finds_as_sent, keeps_the_word, finds_in_a_megabyte, tells_bytes_apart, whole_cr_lf,
     raw_of_a_megabyte, shows_reads, explains_findings, keeps_tabs_of_findings, tells_statistics, reads_rpc])
