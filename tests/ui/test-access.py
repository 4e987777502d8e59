# SPDX-License-Identifier: MIT
"""Every control of every screen has a name for screen readers."""
from weirui import Feed, Monitor, Role, SteppedFeed, run, settle, those_showing

CONTROLS = {Role.PUSH_BUTTON, Role.CHECK_BOX, Role.RADIO_BUTTON, Role.COMBO_BOX, Role.TEXT, Role.ENTRY,
            Role.SLIDER, Role.SPIN_BUTTON, Role.LIST_ITEM, Role.LIST, Role.PAGE_TAB, Role.PAGE_TAB_LIST, Role.ALERT,
            Role.PROGRESS_BAR, Role.STATUS_BAR, Role.MENU_ITEM, Role.LINK}


def is_inner(node):
    """Returns: whether it is part of a choice or a group of preferences that has the name."""
    while node is not None and node.get_role() in (Role.PANEL, Role.LIST, Role.LIST_ITEM):
        node = node.get_parent()
    return node is not None and node.get_role() == Role.COMBO_BOX


def is_plain_group(node):
    # A group of preferences without a title; GTK 4.18 no longer names it by its class.
    return (node.get_role() == Role.LIST and node.get_name() in ("GtkListBox", "")
            and all(row.get_name() for row in node.children))


def place(node):
    """Yields its ancestors, the nearest first."""
    names = []
    while len(names) < 4 and (node := node.get_parent()) is not None:
        names.append(f"{node.get_role_name()} '{node.get_name()}'")
    return ", ".join(names)


def is_nameless(node):
    name = (node.get_name() or "").strip()
    return (node.get_role() in CONTROLS and (not name or name.startswith(("Gtk", "Adw", "Weir")))
            and not is_inner(node) and not is_plain_group(node))


def expect_names(weir, screen):
    nameless = those_showing([node for node in weir.nodes() if is_nameless(node)])
    if nameless:  # a row gets its name when it is drawn
        settle()
        nameless = those_showing([node for node in weir.nodes() if is_nameless(node)])
    assert not nameless, f"{screen}: " + "; ".join(
        f"{node.get_role_name()} '{node.get_name()}' in {place(node)}" for node in nameless)


def window():
    """Start page, failure page, list, banners, filter and each page of the inspector"""
    with Monitor() as weir:
        weir.wait(Role.PUSH_BUTTON, "^Start the Sample Feed$")
        expect_names(weir, "welcome")
    with Monitor("http://127.0.0.1:9/") as weir:
        weir.wait_text("^Could Not Open the Stream$")
        expect_names(weir, "failed")
    with SteppedFeed("llm") as feed, Monitor(feed.url()) as weir:
        feed.send(weir, 60)
        expect_names(weir, "list")
        weir.key("space")
        weir.wait_text("^The list is paused")
        expect_names(weir, "paused")
        weir.select("completion.chunk")
        weir.wait(Role.PUSH_BUTTON, "^Close the Inspector$")
        settle()
        for tab in ("Tree", "Answer", "Text", "Raw", "Changes", "Connection"):
            weir.click(weir.wait(Role.PAGE_TAB, f"^{tab}$"))
            settle()
            expect_names(weir, tab)
        weir.key("slash")
        weir.wait(None, "^Filter$")
        expect_names(weir, "filter")
        weir.key("Escape")
        weir.click(weir.wait(None, "^Stream Menu$"))
        settle()
        expect_names(weir, "menu")
        weir.key("Escape")


def dialogs():
    """New stream, preferences, export, search, recordings and Jump To"""
    with SteppedFeed("metrics") as feed, Monitor(feed.url()) as weir:
        feed.send(weir, 60)
        for keys, screen, sign in (("ctrl+t", "new stream", "^Method$"), ("ctrl+comma", "preferences", "^Data Font$"),
                                   ("ctrl+e", "export", "^Format$"), ("ctrl+shift+f", "search", "^(Search|Look|Find)"),
                                   ("shift+ctrl+o", "recordings", "^Find a recording$"), ("ctrl+j", "jump", "^Position$")):
            weir.key(keys)
            weir.wait(None, sign, showing=False)
            settle()
            expect_names(weir, screen)
            weir.key("Escape")
            settle()


run([window, dialogs])
