# SPDX-License-Identifier: MIT
"""From a value that is on the screen to a filter, and to the clipboard."""
import tempfile
from pathlib import Path

from weirui import Monitor, Role, run, settle, text_of, wait_for

STREAM = "".join(
    f'id: {number}\nevent: {"tick" if number % 3 else "tock"}\ndata: {{"gauge":"g{number % 2}","level":{number}}}\n\n'
    for number in range(12))


def with_stream(use):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "values.sse"
        path.write_text(STREAM)
        with Monitor(path) as weir:
            wait_for("the rows", lambda: len(weir.rows()) >= 12)
            use(weir)


def filter_text(weir):
    return text_of(weir.wait(None, "^Filter$"))


def events(weir):
    return [row for row in weir.rows() if row.startswith("Event ")]


def choose(weir, node, item):
    def open_menu():
        # A click while the last menu is still closing opens none.
        if weir.find(Role.MENU_ITEM, f"^{item}$") is None:
            weir.click(node, 3)
            settle()
        return weir.find(Role.MENU_ITEM, f"^{item}$")

    wait_for(f"the menu with {item}", open_menu)
    weir.press(Role.MENU_ITEM, f"^{item}$")


def tree():
    """The menu of a value in the tree filters by it, and excludes it"""
    def use(weir):
        weir.select('ID 4, ')
        choose(weir, weir.wait(Role.LIST_ITEM, '^gauge: "g0"$'), "Filter by This Value")
        wait_for("the filter", lambda: filter_text(weir) == '$.gauge == "g0"')
        wait_for("its rows", lambda: len(weir.rows()) == 6 and all('"g0"' in row for row in weir.rows()))
        choose(weir, weir.wait(Role.LIST_ITEM, "^level: 4$"), "Exclude This Value")
        wait_for("both conditions", lambda: filter_text(weir) == '$.gauge == "g0" NOT $.level == 4')
        wait_for("one row less", lambda: len(weir.rows()) == 5)
        choose(weir, weir.wait(Role.LIST_ITEM, "^level: 4$"), "Copy Value")
        assert weir.paste() == "4"
    with_stream(use)


def row():
    """The menu of a row filters by its type and ID, hides the type, and copies"""
    def use(weir):
        choose(weir, weir.select("ID 3, "), "Hide This Type")
        wait_for("the others", lambda: len(events(weir)) == 8 and not any("Event tock" in row for row in events(weir)))
        choose(weir, weir.select("ID 4, "), "Show Only This ID")
        wait_for("one row", lambda: len(weir.rows()) == 1 and "ID 4," in weir.rows()[0])
        choose(weir, weir.wait(Role.LIST_ITEM, "ID 4, "), "Copy ID")
        assert weir.paste() == "4"
        choose(weir, weir.select("ID 4, "), "Copy Raw")
        assert "event: tick" in weir.paste()
    with_stream(use)


def menu_keys():
    """Shift+F10 opens the menu of the selected row, and that of the selected value in the tree"""
    def use(weir):
        weir.select("ID 3, ")
        weir.key("shift+F10")
        weir.press(Role.MENU_ITEM, "^Hide This Type$")
        wait_for("the filter", lambda: filter_text(weir) == 'NOT type:"tock"')
        weir.select("ID 4, ")
        weir.click(weir.wait(Role.LIST_ITEM, "^level: 4$"))
        settle()
        weir.key("shift+F10")
        weir.press(Role.MENU_ITEM, "^Filter by This Value$")
        wait_for("the other filter", lambda: filter_text(weir) == "$.level == 4")
    with_stream(use)


def equality():
    """One equals sign means equality"""
    def use(weir):
        weir.filter_for("$.level = 7")
        wait_for("one row", lambda: len(weir.rows()) == 1 and "ID 7," in weir.rows()[0])
    with_stream(use)


def suspicious():
    """A filter that cannot match says why"""
    def use(weir):
        weir.filter_for("type:tack")
        weir.wait_text("^No event of type “tack” has arrived$")
        weir.filter_for("$.leval == 7")
        weir.wait_text(r"^No event has a value at \$\.leval$")
        weir.filter_for("$.level == 700")
        weir.wait_text("^0 found$")
    with_stream(use)


def bookmarks():
    """is:bookmark shows the bookmarked rows, also those that are bookmarked later"""
    def use(weir):
        weir.select("ID 3, ")
        weir.key("ctrl+d", "Return")
        weir.filter_for("is:bookmark")
        wait_for("one row", lambda: len(weir.rows()) == 1 and "ID 3," in weir.rows()[0])
        weir.filter_for("is:bookmark OR $.level == 8")
        wait_for("two rows", lambda: len(weir.rows()) == 2)
        weir.select("ID 8, ")
        weir.key("ctrl+d", "Return")
        weir.filter_for("is:bookmark")
        wait_for("both", lambda: len(weir.rows()) == 2 and "ID 8," in weir.rows()[1])
    with_stream(use)


def summary():
    """The status bar sums up the selected rows"""
    def use(weir):
        weir.select("ID 3, ")
        weir.key("shift+Down", "shift+Down")
        weir.wait_text(r"^3 selected · \d+\.\d s · \d+ B$")
    with_stream(use)


run([tree, row, menu_keys, equality, suspicious, bookmarks, summary])
