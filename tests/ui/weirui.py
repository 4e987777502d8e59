# SPDX-License-Identifier: MIT
"""Drives the monitor's real window by AT-SPI and a keyboard, and checks its texts."""
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path
from urllib.request import Request, urlopen

from accessibility import LAST, Atspi, Gio, GLib, Node, Program, Role, State

warnings.simplefilter("ignore", DeprecationWarning)

BUILD = Path(os.environ.get("WEIR_BUILD", "build")).resolve()
# Set if the same tests ran at full size elsewhere.
IS_SMALL = os.environ.get("WEIR_TEST_SIZE") == "small"
PATIENCE = float(os.environ.get("WEIR_PATIENCE", "60"))
# Warnings about the plain display and bus, and those of the shortcuts window of GTK 4.8, which requests a
# negative size, are not the window's fault.
COMPLAINT = re.compile(r"(Gtk|Gdk|Gsk|GLib|GLib-GObject|GLib-GIO|Adwaita|Pango|Weir|GtkSourceView|weir)-(CRITICAL|WARNING|ERROR)")
HARMLESS = re.compile(r"GtkLabel .* reported min width -|org.freedesktop.Notifications|Unable to acquire session bus|dconf|Vulkan|Settings portal|a11y bus")
# GTK 4.18 and libadwaita 1.7 complain about their own labels of dialogs and toasts, and about a window that closes.
HARMLESS_SINCE_4_10 = re.compile(r"Trying to measure GtkLabel .* for width of|Broken accounting of active state")

walk = Node.walk

# The name of the list, in the languages of the pictures.
EVENTS = "^(Events|事件)$"


class Gone(Exception):
    pass


def run_time(pid):
    """Returns: the processor time of all threads of a process in ns, or None while one of them is runnable."""
    total = 0
    for thread in Path(f"/proc/{pid}/task").iterdir():
        try:
            state = (thread / "stat").read_text().rpartition(")")[2].split()[0]
            total += int((thread / "schedstat").read_text().split()[0])
        except (FileNotFoundError, ProcessLookupError):  # the thread has ended
            continue
        if state in "RD":
            return None
    return total


def wait_for(what, condition, patience=None):
    """Calls condition until it returns a true value."""
    end = time.monotonic() + (patience or PATIENCE)
    context = GLib.MainContext.default()
    # Each check slows the window down.
    pause = 0.03
    while True:
        found = last = None
        try:
            found = condition()
        # A node may not exist yet.
        except (GLib.Error, Gone, LookupError, AttributeError) as error:
            last = error
        if found:
            return found
        if time.monotonic() > end:
            raise AssertionError(f"waited in vain for {what}" + (f": {last}" if last else ""))
        while context.iteration(False):
            pass
        time.sleep(pause)
        pause = min(pause * 1.3, 0.4)


# Three frames: a window with something to draw does not sleep this long.
FRAMES_S = 0.06
# An activated GtkButton emits "clicked" after this time.
BUTTON_S = 0.25


def settle(patience=2):
    """Waits until the display, the windows and the feeds have handled all input, that is, until all their
    threads have slept for three frames. This never happens while a list moves. Such a test waits for another
    condition."""
    end = time.monotonic() + patience
    context = GLib.MainContext.default()
    before, since = None, 0
    while time.monotonic() < end:
        while context.iteration(False):
            pass
        now = [run_time(pid) for pid in (*RUNNING, *DISPLAY) if Path(f"/proc/{pid}").exists()]
        if None in now or now != before:
            before, since = now, time.monotonic()
        elif time.monotonic() - since >= FRAMES_S:
            return
        time.sleep(0.01)


# The processes of windows and feeds, and that of the display.
RUNNING = set()
DISPLAY = [int(pid) for pid in os.environ.get("WEIR_XVFB", "").split()]


def those_showing(nodes):
    """Returns: the nodes on the screen. GTK 4.8 does not report SHOWING, but nodes off the screen have no size."""
    answers = iter(boxes_of([node for node in nodes if not is_toplevel(node)]))
    return [node for node in nodes if is_toplevel(node) or ((box := next(answers)) and box.width > 0)]


def is_toplevel(node):
    return node.get_role() in (Role.FRAME, Role.APPLICATION)


def is_showing(node):
    return bool(those_showing([node]))


def boxes_of(nodes):
    """Returns: the extents of the nodes in their windows, or None for nodes that no longer exist or are not shown."""
    return nodes[0].program.boxes(nodes) if nodes else []


def texts_of(nodes):
    """Returns: the texts of the nodes that have one."""
    nodes = [node for node in nodes if "Text" in node.interfaces]
    if not nodes:
        return []
    whole = GLib.Variant("(ii)", (0, LAST))
    return [answer[0] for answer in nodes[0].program.call_all(
        [(node.path, "Text", "GetText", whole) for node in nodes]) if answer]


def text_of(node):
    text = node.get_text()
    return node.get_name() if text is None else text


class Feed:
    """The sample server, on a free port."""

    def __init__(self, *arguments):
        self.process = subprocess.Popen([BUILD / "app/feed/weir-feed", "--port", "0", *map(str, arguments)],
                                        stdout=subprocess.PIPE, text=True)
        RUNNING.add(self.process.pid)
        self.address = self.process.stdout.readline().strip()

    def url(self, query=""):
        return f"{self.address}/events{query}"

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait()
        RUNNING.discard(self.process.pid)

    __enter__ = lambda self: self

    def __exit__(self, *_):
        self.stop()


class SteppedFeed(Feed):
    """A feed that sends events on request. Reading a list that moves gives inconsistent results, and a busy
    machine cannot read all its accessibility events."""

    def __init__(self, scenario, bearer=None, text=None):
        """text: the bytes of the stream, instead of a scenario."""
        self.headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
        self.folder = tempfile.TemporaryDirectory()
        path = Path(self.folder.name) / "events.sse"
        if text is not None:
            path.write_text(text, encoding="utf-8")
        else:
            with Feed("--scenario", scenario, "--rate", 0, "--count", 1000) as feed:
                path.write_bytes(urlopen(feed.url()).read())
        super().__init__("--replay", path, "--speed", "step", *(("--require-bearer", bearer) if bearer else ()))

    def send(self, weir, count):
        """Sends this number of events to the visible stream, once it is open, and waits until all are counted."""
        weir.wait(None, "^Open( ·|$)|^Last event|^No event for")
        before = weir.n_events()
        self.step(count)
        wait_for(f"{count} events", lambda: weir.n_events() == before + count)
        settle()

    def step(self, count=1):
        """Sends this number of events to all open streams."""
        urlopen(Request(f"{self.address}/step?n={count}", method="POST", headers=self.headers)).read()

    def stop(self):
        super().stop()
        self.folder.cleanup()


class LockedKeyring:
    """A secret service that does not respond until released, such as one that asks for its password."""
    INTERFACE = Gio.DBusNodeInfo.new_for_xml("""<node><interface name="org.freedesktop.Secret.Service">
      <method name="OpenSession"><arg direction="in" type="s"/><arg direction="in" type="v"/>
        <arg direction="out" type="v"/><arg direction="out" type="o"/></method>
      <method name="SearchItems"><arg direction="in" type="a{ss}"/>
        <arg direction="out" type="ao"/><arg direction="out" type="ao"/></method>
    </interface></node>""").interfaces[0]

    def __enter__(self):
        self.waiting = []
        self.called = []  # the names of the methods
        self.open = False
        self.bus = Gio.bus_get_sync(Gio.BusType.SESSION)
        self.object = self.bus.register_object("/org/freedesktop/secrets", self.INTERFACE, self._called)
        self.name = Gio.bus_own_name_on_connection(self.bus, "org.freedesktop.secrets", Gio.BusNameOwnerFlags.NONE)
        return self

    def __exit__(self, *_):
        Gio.bus_unown_name(self.name)
        self.bus.unregister_object(self.object)

    def _called(self, _bus, _sender, _path, _interface, method, _parameters, invocation):
        self.called.append(method)
        self.waiting.append(invocation)
        if self.open:
            self.refuse()

    def refuse(self):
        self.open = True
        while self.waiting:
            self.waiting.pop().return_dbus_error("org.freedesktop.Secret.Error.IsLocked", "The keyring stayed locked")


class Notifications:
    """The desktop's notifications: the current ones, and all calls."""
    PATH = "/org/freedesktop/Notifications"
    NAME = "org.freedesktop.Notifications"
    INTERFACE = Gio.DBusNodeInfo.new_for_xml("""<node><interface name="org.freedesktop.Notifications">
      <method name="Notify"><arg direction="in" type="s"/><arg direction="in" type="u"/><arg direction="in" type="s"/>
        <arg direction="in" type="s"/><arg direction="in" type="s"/><arg direction="in" type="as"/>
        <arg direction="in" type="a{sv}"/><arg direction="in" type="i"/><arg direction="out" type="u"/></method>
      <method name="CloseNotification"><arg direction="in" type="u"/></method>
      <method name="GetCapabilities"><arg direction="out" type="as"/></method>
      <method name="GetServerInformation"><arg direction="out" type="s"/><arg direction="out" type="s"/>
        <arg direction="out" type="s"/><arg direction="out" type="s"/></method>
    </interface></node>""").interfaces[0]

    def __enter__(self):
        self.standing = {}  # number: (title, body)
        self.told = []  # (number, title, body)
        self.bus = Gio.bus_get_sync(Gio.BusType.SESSION)
        self.object = self.bus.register_object(self.PATH, self.INTERFACE, self._called)
        self.owner = Gio.bus_own_name_on_connection(self.bus, self.NAME, Gio.BusNameOwnerFlags.NONE)
        return self

    def __exit__(self, *_):
        Gio.bus_unown_name(self.owner)
        self.bus.unregister_object(self.object)

    def _called(self, _bus, _sender, _path, _interface, method, parameters, invocation):
        answer = None
        if method == "Notify":
            _, number, _, title, body, *_ = parameters.unpack()
            number = number or len(self.told) + 1
            self.standing[number] = (title, body)
            self.told.append((number, title, body))
            answer = GLib.Variant("(u)", (number,))
        elif method == "CloseNotification":
            number, = parameters.unpack()
            self.standing.pop(number, None)
            self._say("NotificationClosed", GLib.Variant("(uu)", (number, 3)))
        elif method == "GetCapabilities":
            answer = GLib.Variant("(as)", (["actions", "body", "body-markup"],))
        else:
            answer = GLib.Variant("(ssss)", ("test", "weir", "1", "1.2"))
        invocation.return_value(answer)

    def _say(self, signal_name, parameters):
        self.bus.emit_signal(None, self.PATH, self.NAME, signal_name, parameters)

    def wait(self, pattern):
        """Waits for one whose title matches pattern. Returns: its number, title and body."""
        return wait_for(f"the notification '{pattern}'", lambda: next(
            ((number, *words) for number, words in self.standing.items() if re.search(pattern, words[0])), None))

    def click(self, number):
        """Clicks it, which removes it."""
        self._say("ActionInvoked", GLib.Variant("(us)", (number, "default")))
        del self.standing[number]
        self._say("NotificationClosed", GLib.Variant("(uu)", (number, 2)))


class Monitor:
    def __init__(self, *arguments, environment=None, home=None):
        """home is the folder of the program's data. By default it is new."""
        home = home or tempfile.mkdtemp(dir=os.environ["XDG_RUNTIME_DIR"])
        self.log = open(Path(os.environ["XDG_RUNTIME_DIR"]) / f"weir-{time.monotonic_ns()}.log", "w+")
        self.process = subprocess.Popen([BUILD / "app/ui/weir", *map(str, arguments)],
                                        stdout=self.log, stderr=self.log,
                                        env={**os.environ, "XDG_DATA_HOME": str(home), **(environment or {})})
        RUNNING.add(self.process.pid)
        self.program = wait_for("the program on the bus", self._find)
        self.program.is_since_4_10()  # is also needed when the program has ended
        wait_for("the window", lambda: self.find(Role.FRAME))

    def _find(self):
        self._expect_alive()
        return Program.find(self.process.pid)

    def _expect_alive(self):
        if not self.alive():
            raise AssertionError(f"weir ended ({self.process.returncode}): {self.said()[-2000:]}")

    def nodes(self):
        """Returns: all nodes of the current tree."""
        self._expect_alive()
        return list(walk(self.program.read_tree()))

    def all(self, role=None, name=None, showing=True):
        found = [node for node in self.nodes()
                 if (role is None or node.get_role() == role) and (name is None or re.search(name, node.get_name()))]
        return those_showing(found) if showing else found

    def find(self, role=None, name=None, showing=True):
        found = self.all(role, name, showing)
        return found[0] if found else None

    def wait(self, role=None, name=None, showing=True, patience=None):
        return wait_for(f"{role and role.value_nick} '{name}'",
                        lambda: self.find(role, name, showing), patience)

    def wait_text(self, pattern, patience=None):
        """Waits until a visible label matches pattern."""
        return wait_for(f"the words '{pattern}'", lambda: self.find(None, pattern), patience)

    def words(self):
        """Returns: all texts and names, also of hidden nodes. A row that disappears meanwhile has none."""
        nodes = self.nodes()
        return [*filter(None, (word for node in nodes for word in (node.get_name(), node.get_description()))),
                *filter(None, texts_of(nodes))]

    def n_events(self):
        """Returns: the count next to the filter's entry, paused or not."""
        count = self.find(None, "^[0-9,]+ events?\\b")
        return int(re.match("[0-9,]+", count.get_name()).group().replace(",", "")) if count else 0

    def outline(self):
        nodes = self.nodes()
        showing = {node.path for node in those_showing(nodes)}
        return "\n".join(f"{node.get_role_name()} '{node.get_name()}' showing={node.path in showing}" for node in nodes)

    def _button(self, role, name):
        """Returns: the last button of that name (a dialog's comes last). Some have no name, only a label inside."""
        node = next(iter(self.all(role, name)[::-1]), None)
        if node is None:
            node = self.find(Role.LABEL, name)
            while node is not None and node.get_role() != role:
                node = node.get_parent()
        return node

    def press(self, role, name, settled=True):
        node = wait_for(f"{role.value_nick} '{name}'", lambda: self._button(role, name))
        if not node.do_action():
            raise AssertionError(f"'{name}' cannot be pressed")
        if settled:
            time.sleep(BUTTON_S)
            settle()
        return node

    def windows(self):
        """Returns: the X window IDs of its windows."""
        return subprocess.run(["xdotool", "search", "--onlyvisible", "--pid", str(self.process.pid)],
                              capture_output=True, text=True, check=False).stdout.split()

    def focus(self):
        """Focuses the newest window."""
        windows = self.windows()
        if windows:
            subprocess.run(["xdotool", "windowfocus", max(windows, key=int)], check=False,
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def key(self, *keys, settled=True):
        """Presses keys one after another. settled: then waits until the window has handled them."""
        self.focus()
        subprocess.run(["xdotool", "key", "--clearmodifiers", *keys], check=True)
        if settled:
            settle()

    def type(self, text):
        self.focus()
        subprocess.run(["xdotool", "type", "--delay", "4", text], check=True)

    def click(self, node, button=1):
        """Clicks the middle of node with the mouse."""
        self._click_at(node.get_extents(), button)

    def _click_at(self, box, button=1):
        subprocess.run(["xdotool", "mousemove", str(box.x + min(box.width // 2, 200)), str(box.y + box.height // 2),
                        "click", str(button)], check=True)

    def rows_in_sight(self):
        """Returns: the event rows that are completely visible."""
        return [row for row, _ in self._places_in_sight()]

    def _places_in_sight(self):
        events = self.find(Role.LIST, EVENTS)
        if events is None:
            return []
        rows = [row for row in walk(events) if row.get_role() == Role.LIST_ITEM and row.get_name()]
        inside, *boxes = boxes_of([events.get_parent(), *rows])
        places = [(row, box) for row, box in zip(rows, boxes)
                  if box and inside and box.y >= inside.y + 2 and box.y + box.height <= inside.y + inside.height - 2]
        # GTK 4.8 reports a row that was scrolled away where it was last drawn. GTK 4.18 reports none, and
        # Contains is always False there.
        if self.program.is_since_4_10():
            return [(row, box) for row, box in places if row.has(State.SHOWING)]
        drawn = self.program.call_all([(row.path, "Component", "Contains", GLib.Variant(
            "(iiu)", (box.x + 1, box.y + box.height // 2, int(Atspi.CoordType.WINDOW)))) for row, box in places])
        return [place for place, is_drawn in zip(places, drawn) if is_drawn and is_drawn[0]]

    def select(self, pattern):
        """Clicks the middle one of the visible event rows whose names match pattern, at the position that was read.
        In a list that follows it may have moved when it is read again."""
        def find():
            places = [place for place in self._places_in_sight() if re.search(pattern, place[0].get_name())]
            return places and places[len(places) // 2]
        node, box = wait_for(f"the row '{pattern}'", find)
        self._click_at(box)
        return node

    def hold(self, pattern):
        """Presses the primary button on a row as select() clicks it, and holds it until release()."""
        places = wait_for(f"the row '{pattern}'", lambda: [
            box for row, box in self._places_in_sight() if re.search(pattern, row.get_name())])
        box = places[len(places) // 2]
        subprocess.run(["xdotool", "mousemove", str(box.x + 200), str(box.y + box.height // 2), "mousedown", "1"],
                       check=True)

    def release(self):
        subprocess.run(["xdotool", "mouseup", "1"], check=True)

    def enter(self, node, text):
        """Replaces the text of an entry."""
        node.set_text(text)

    def filter_for(self, text):
        """Puts text into the filter's entry."""
        self.key("slash")
        self.enter(self.wait(None, "^Filter$"), text)

    def paste(self):
        """Returns: the text of the clipboard, pasted into the filter's entry."""
        self.key("slash")
        self.key("ctrl+a", "ctrl+v")
        entry = self.wait(None, "^Filter$")
        pasted = wait_for("what was copied", lambda: text_of(entry))
        self.key("ctrl+a", "Delete", "Escape")
        return pasted

    def rows(self):
        """Returns: the names of the visible event rows."""
        events = self.find(Role.LIST, EVENTS)
        if events is None:
            return []
        return [row.get_name() for row in those_showing([row for row in events.children if row.get_name()])]

    def said(self):
        self.log.flush()
        self.log.seek(0)
        return self.log.read()

    def complaints(self):
        harmless = [HARMLESS, HARMLESS_SINCE_4_10] if self.program.is_since_4_10() else [HARMLESS]
        return [line for line in self.said().splitlines()
                if COMPLAINT.search(line) and not any(pattern.search(line) for pattern in harmless)]

    def alive(self):
        return self.process.poll() is None

    def close(self):
        """Closes the window and checks how the program ended."""
        if self.alive():
            self.key("ctrl+q")
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.send_signal(signal.SIGTERM)
                self.process.wait()
                raise AssertionError("the program did not end on Ctrl+Q")
        if self.process.returncode != 0:
            raise AssertionError(f"exit status {self.process.returncode}: {self.said()[-2000:]}")
        if self.complaints():
            raise AssertionError("it complained: " + "\n".join(self.complaints()[:5]))

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        if kind is not None and "WEIR_SHOW" in os.environ:
            subprocess.run(["import", "-window", "root", f"{os.environ['WEIR_SHOW']}/failed.png"])
        try:
            if kind is None:
                self.close()
        finally:
            if self.alive():
                self.process.kill()
                self.process.wait()
            RUNNING.discard(self.process.pid)


def run(tests):
    """Runs the functions and prints TAP. Names on the command line select some of them."""
    chosen = [test for test in tests if not sys.argv[1:] or test.__name__ in sys.argv[1:]]
    print(f"1..{len(chosen)}", flush=True)
    failed = 0
    for number, test in enumerate(chosen, 1):
        title = (test.__doc__ or test.__name__).strip().splitlines()[0]
        try:
            test()
            print(f"ok {number} - {title}", flush=True)
        except Exception as error:  # an exception is a failure
            failed += 1
            print(f"not ok {number} - {title}", flush=True)
            # meson shows standard error for a failed test.
            for line in f"{type(error).__name__}: {error}".splitlines()[:30]:
                print(f"# {line}", file=sys.stderr, flush=True)
    sys.exit(1 if failed else 0)
