# SPDX-License-Identifier: MIT
"""Reads a program's accessible tree in a few calls on the bus.

libatspi makes one call for each node, and GTK 4.8 walks through all siblings in each call. Reading a list
of 200 rows takes a quarter of a second of processor time. This module gets the properties of all nodes
in one call and sends the calls for the structure together.
"""
import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, Gio, GLib  # noqa: E402

PREFIX = "org.a11y.atspi."
ROOT = "/org/a11y/atspi/accessible/root"
# A program that does not respond within this time hangs, even on a busy machine.
TIMEOUT_MS = 60_000

Role = Atspi.Role
State = Atspi.StateType
MENU_ITEMS = (Role.MENU_ITEM, Role.CHECK_MENU_ITEM, Role.RADIO_MENU_ITEM)
# An offset beyond the end of a text means its end. GTK 4.8 takes -1 for the beginning.
LAST = 0x7fffffff


class Box:
    def __init__(self, x, y, width, height):
        self.x, self.y, self.width, self.height = x, y, width, height


class Node:
    """An accessible as it was when its tree was read. The methods have the names of libatspi."""

    def __init__(self, program, path, item):
        self.program = program
        self.path = path
        self.parent = None
        self.children = []
        # unpack() of a whole tree would take five times as long.
        self.interfaces = {interface.removeprefix(PREFIX) for interface in item.get_child_value(5).get_strv()}
        self.name = item.get_child_value(6).get_string()
        self.role = Role(item.get_child_value(7).get_uint32())
        if self.role == Role.TOGGLE_BUTTON:  # GTK 4.8 reports a toggle button as a button
            self.role = Role.PUSH_BUTTON
        self.description = item.get_child_value(8).get_string()
        states = item.get_child_value(9)
        self.states = [states.get_child_value(i).get_uint32() for i in range(states.n_children())]

    def get_name(self):
        return self.name

    def get_role(self):
        return self.role

    def get_role_name(self):
        return self.role.value_nick.replace("-", " ")

    def get_description(self):
        return self.description

    def get_parent(self):
        return self.parent

    def get_child_count(self):
        return len(self.children)

    def get_child_at_index(self, index):
        return self.children[index] if index < len(self.children) else None

    def get_state_set(self):
        return self

    def has(self, state):
        """Returns: whether the node was in a state, such as PRESSED."""
        number = int(state)
        return bool(self.states[number // 32] >> number % 32 & 1)

    def clear_cache(self):
        """Reads the name, the description and the states again."""
        self.name = self._property("Accessible", "Name")
        self.description = self._property("Accessible", "Description")
        self.states, = self.call("Accessible", "GetState")

    def contains(self, *arguments):
        """For a state set: whether it has a state. For a component: whether a point of it is drawn there."""
        if len(arguments) == 1:
            return self.has(*arguments)
        x, y, coordinates = arguments
        return self.call("Component", "Contains", GLib.Variant("(iiu)", (x, y, int(coordinates))))[0]

    def get_extents(self):
        """Returns: where it is in its window."""
        box, = self.program.boxes([self])
        if box is None:
            raise LookupError(f"{self.get_role_name()} '{self.name}' is nowhere")
        return box

    def get_toplevel(self):
        node = self
        while node.parent is not None and node.parent.role != Role.APPLICATION:
            node = node.parent
        return node

    def get_value_iface(self):
        return self if "Value" in self.interfaces else None

    def get_current_value(self):
        return self._property("Value", "CurrentValue")

    def set_current_value(self, value):
        arguments = (PREFIX + "Value", "CurrentValue", GLib.Variant("d", value))
        self.program.call(self.path, "org.freedesktop.DBus.Properties", "Set", GLib.Variant("(ssv)", arguments))

    def get_text(self):
        """Returns: its text, or None if it has none."""
        return self.call("Text", "GetText", GLib.Variant("(ii)", (0, LAST)))[0] if "Text" in self.interfaces else None

    def set_text(self, text):
        self.call("EditableText", "SetTextContents", GLib.Variant("(s)", (text,)))

    def walk(self):
        yield self
        for child in self.children:
            yield from child.walk()

    def do_action(self):
        """Returns: False if it has no action."""
        return "Action" in self.interfaces and self.call("Action", "DoAction", GLib.Variant("(i)", (0,)))[0]

    def call(self, interface, method, parameters=None):
        return self.program.call(self.path, PREFIX + interface, method, parameters)

    def _property(self, interface, name):
        return self.program.call(self.path, "org.freedesktop.DBus.Properties", "Get",
                                 GLib.Variant("(ss)", (PREFIX + interface, name)))[0]


class Program:
    """A program on the accessibility bus."""
    _bus = None

    def __init__(self, name):
        self.name = name
        self._version = None

    @classmethod
    def bus(cls):
        if cls._bus is None:
            session = Gio.bus_get_sync(Gio.BusType.SESSION)
            address, = session.call_sync("org.a11y.Bus", "/org/a11y/bus", "org.a11y.Bus", "GetAddress", None, None,
                                         Gio.DBusCallFlags.NONE, TIMEOUT_MS).unpack()
            flags = Gio.DBusConnectionFlags
            cls._bus = Gio.DBusConnection.new_for_address_sync(
                address, flags.AUTHENTICATION_CLIENT | flags.MESSAGE_BUS_CONNECTION)
        return cls._bus

    @classmethod
    def find(cls, pid):
        """Returns: None until the process has registered itself."""
        registry = cls(PREFIX + "Registry")
        daemon = cls("org.freedesktop.DBus")
        for name, _ in registry.call(ROOT, PREFIX + "Accessible", "GetChildren")[0]:
            owner, = daemon.call("/org/freedesktop/DBus", "org.freedesktop.DBus", "GetConnectionUnixProcessID",
                                 GLib.Variant("(s)", (name,)))
            if owner == pid:
                return cls(name)
        return None

    def call(self, path, interface, method, parameters=None):
        return self._call(path, interface, method, parameters).unpack()

    def _call(self, path, interface, method, parameters=None):
        return self.bus().call_sync(self.name, path, interface, method, parameters, None,
                                    Gio.DBusCallFlags.NONE, TIMEOUT_MS)

    def call_all(self, calls):
        """Sends all calls, each (path, interface, method, parameters), before it waits for the first reply.
        Returns: the replies in the order of the calls. A call for a node that no longer exists gives None."""
        answers = [None] * len(calls)
        waiting = len(calls)

        def take(bus, result, index):
            nonlocal waiting
            waiting -= 1
            try:
                answers[index] = bus.call_finish(result).unpack()
            except GLib.Error:
                pass

        for index, (path, interface, method, parameters) in enumerate(calls):
            self.bus().call(self.name, path, PREFIX + interface, method, parameters, None,
                            Gio.DBusCallFlags.NONE, TIMEOUT_MS, None, take, index)
        context = GLib.MainContext.default()
        while waiting:
            context.iteration(True)
        return answers

    def boxes(self, nodes):
        """Returns: where the nodes are in their windows; None for those that have gone, or are nowhere."""
        extents = lambda node, kind: (node.path, "Component", "GetExtents", GLib.Variant("(u)", (int(kind),)))
        calls = [extents(node, Atspi.CoordType.WINDOW) for node in nodes]
        if not self.is_since_4_10():
            return [Box(*answer[0]) if answer else None for answer in self.call_all(calls)]
        # A toplevel's own place is relative to its content, and GTK adds it to that of each node.
        toplevels = list({node.get_toplevel().path: node.get_toplevel() for node in nodes if node.get_toplevel().children}.values())
        for toplevel in toplevels:
            content = toplevel.children[0]
            calls += [extents(toplevel, Atspi.CoordType.PARENT), extents(content, Atspi.CoordType.PARENT),
                      extents(content, Atspi.CoordType.WINDOW)]
        answers = [answer and answer[0] for answer in self.call_all(calls)]
        offsets = {}
        for index, toplevel in enumerate(toplevels):
            frame, content, reported = answers[len(nodes) + 3 * index:][:3]
            if frame and content and reported:
                offsets[toplevel.path] = [content[axis] - frame[axis] - reported[axis] for axis in (0, 1)]
        boxes = []
        for node, answer in zip(nodes, answers):
            x, y = offsets.get(node.get_toplevel().path, (0, 0))
            boxes.append(Box(answer[0] + x, answer[1] + y, answer[2], answer[3]) if answer else None)
        return boxes

    def is_since_4_10(self):
        """Returns: whether GTK is 4.10 or newer: then places may be off by the shadow around the window, and rows
        report that they show."""
        if self._version is None:
            version, = self.call(ROOT, "org.freedesktop.DBus.Properties", "Get",
                                 GLib.Variant("(ss)", (PREFIX + "Application", "Version")))
            self._version = tuple(int(number) for number in version.split(".")[:2])
        return self._version >= (4, 10)

    def read_tree(self):
        """Returns: the root of the tree as it is now."""
        items = self._list()
        children = {}
        is_complete = True
        ask = [path for path, item in items.items() if path == ROOT or item.get_child_value(4).get_int32()]
        while ask:
            answers = self.call_all([(path, "Accessible", "GetChildren", None) for path in ask])
            for path, answer in zip(ask, answers):
                children[path] = [child for _, child in answer[0]] if answer else []
            # GTK lists only nodes that were requested before, as these are now.
            ask = [child for path in ask for child in children[path] if child not in items and child not in children]
            is_complete = is_complete and not ask
        root = self._link(ROOT, items if is_complete else self._list(), children)
        self._name_by_text([node for node in root.walk() if node.role == Role.STATUS_BAR and not node.name])
        self._name_by_label([node for node in root.walk() if node.role in MENU_ITEMS and not node.name])
        return root

    def _name_by_text(self, nodes):
        """Names those that have text by it: screen readers read the text of a status, which GTK 4.18 does not name."""
        nodes = [node for node in nodes if "Text" in node.interfaces]
        whole = GLib.Variant("(ii)", (0, LAST))
        for node, answer in zip(nodes, self.call_all([(node.path, "Text", "GetText", whole) for node in nodes])):
            node.name = answer[0] if answer else ""

    def _name_by_label(self, nodes):
        """Names nodes by their labels: GTK 4.18 does not name the items of menus, and lists no labels of theirs."""
        sets = self.call_all([(node.path, "Accessible", "GetRelationSet", None) for node in nodes])
        for node, relations in zip(nodes, sets):
            for kind, targets in relations[0] if relations else ():
                if kind == int(Atspi.RelationType.LABELLED_BY):
                    node.name, = self.call(targets[0][1], PREFIX + "Text", "GetText", GLib.Variant("(ii)", (0, LAST)))

    def _list(self):
        """Returns: the properties of the nodes that GTK lists, by their paths."""
        items = self._call("/org/a11y/atspi/cache", PREFIX + "Cache", "GetItems").get_child_value(0)
        return {item.get_child_value(0).get_child_value(1).get_string(): item
                for item in map(items.get_child_value, range(items.n_children()))}

    def _link(self, path, items, children):
        node = Node(self, path, items[path])
        for child_path in children.get(path, ()):
            if child_path in items:
                child = self._link(child_path, items, children)
                child.parent = node
                node.children.append(child)
        return node
