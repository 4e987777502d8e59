# SPDX-License-Identifier: MIT
"""Keys that find, mark and move, and none that does something by accident."""
import re

from weirui import Atspi, Monitor, Role, SteppedFeed, run, text_of, wait_for


def focused(weir):
    return next((node for node in weir.nodes() if node.get_state_set().contains(Atspi.StateType.FOCUSED)), None)


def slash():
    """The slash always focuses the filter, with its text selected, and never hides it"""
    with SteppedFeed("metrics") as feed, Monitor(feed.url()) as weir:
        feed.send(weir, 20)
        weir.key("slash")
        weir.type("gauge-1")
        weir.wait_text("found")
        weir.select("gauge-1")
        weir.key("slash")
        # What is typed replaces what was there.
        weir.type("gauge-2")
        wait_for("the other filter", lambda: text_of(weir.find(None, "^Filter$")) == "gauge-2")
        wait_for("its rows", lambda: weir.rows() and all("gauge-2" in row for row in weir.rows()))


def tab():
    """Tab leaves the list instead of going to the next row"""
    with SteppedFeed("metrics") as feed, Monitor(feed.url()) as weir:
        feed.send(weir, 20)
        weir.select("ID 10,")
        wait_for("the row has the keyboard", lambda: "ID 10," in focused(weir).get_name())
        weir.key("Tab")
        wait_for("elsewhere", lambda: (node := focused(weir)) is not None and node.get_role() != Role.LIST_ITEM)


def context_menu():
    """The menu of a stream in the sidebar has six items"""
    with SteppedFeed("metrics") as feed, Monitor(feed.url()) as weir:
        feed.send(weir, 5)
        weir.click(weir.wait(Role.LIST, "^Streams$").children[0], 3)
        weir.wait(Role.MENU_ITEM, "Duplicate")
        names = [node.get_name() for node in weir.all(Role.MENU_ITEM)]
        assert len(names) == 6, names
        weir.key("Escape")


def many_removed():
    """Undo belongs to the last stream that was removed"""
    with SteppedFeed("metrics") as feed, Monitor(feed.url(), feed.url("?a"), feed.url("?b")) as weir:
        wait_for("three", lambda: len(weir.wait(Role.LIST, "^Streams$").children) == 3)
        for left in (2, 1):
            last = weir.find(Role.LIST, "^Streams$").children[-1].get_name().split(",")[0]
            weir.key("ctrl+Delete")
            wait_for("it is gone", lambda: len(weir.wait(Role.LIST, "^Streams$").children) == left)
        weir.wait_text(f"^“{re.escape(last)}” was removed$")
        weir.press(Role.PUSH_BUTTON, "^_?Undo$")
        wait_for("the last one", lambda: [node.get_name().split(",")[0] for node in weir.find(
            Role.LIST, "^Streams$").children][-1] == last)


def duplicate():
    """A duplicate has a name of its own"""
    with SteppedFeed("metrics") as feed, Monitor(feed.url()) as weir:
        feed.send(weir, 5)
        weir.key("shift+ctrl+d")
        weir.key("shift+ctrl+d")
        names = wait_for("three", lambda: (names := [node.get_name().split(",")[0] for node in weir.find(
            Role.LIST, "^Streams$").children]) and len(names) == 3 and names)
        assert len(set(names)) == 3 and any(name.endswith("(copy)") for name in names), names


run([slash, tab, context_menu, many_removed, duplicate])
