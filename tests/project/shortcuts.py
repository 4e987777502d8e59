#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every action of the menus has a shortcut, and every shortcut is in the shortcuts window. Prints TAP."""
import html
import re
import sys
from pathlib import Path

UI = Path(__file__).resolve().parents[2] / "app/ui"
# These are rarely needed.
WITHOUT = re.compile(r"app\.(column-|reset-column-widths|about)")
NAMES = {"GDK_KEY_space": "space", "GDK_KEY_slash": "slash", "GDK_KEY_period": "period", "GDK_KEY_End": "End",
         "GDK_KEY_Escape": "Escape"}


def normal(accelerator):
    modifiers = sorted(re.findall(r"<(\w+)>", accelerator))
    return "".join(f"<{modifier}>" for modifier in modifiers) + re.sub(r"<\w+>", "", accelerator).lower()


def key_of(name, modifiers):
    key = NAMES.get(name, name.removeprefix("GDK_KEY_"))
    held = "<Control>" * ("CONTROL" in modifiers) + "<Shift>" * ("SHIFT" in modifiers)
    return normal(held + key)


menus = set(re.findall(r'<attribute name="action">([^<]+)<', (UI / "shell/weir-main-window.ui").read_text()))
accels = {action.partition("(")[0]: normal(accelerator) for action, accelerator in
          re.findall(r'\{ "([^"]+)", \{ "([^"]+)", NULL \} \}', (UI / "weir-application.c").read_text())}
keys = {action: key_of(name, modifiers) for name, modifiers, action in
        re.findall(r'\{ (GDK_KEY_\w+), ([^,]+), "([^"]+)" \}', (UI / "shell/weir-main-window.c").read_text())}
told = {normal(html.unescape(accelerator)) for accelerator in
        re.findall(r'name="accelerator">([^<]+)<', (UI / "gtk/help-overlay.ui").read_text())}
shortcuts = {**accels, **keys}

failed = 0
for number, (title, wrong) in enumerate((
        ("the menus, the shortcuts and the shortcuts window were found",
         [] if len(menus) > 20 and len(shortcuts) > 20 and len(told) > 20 else [str((len(menus), len(shortcuts), len(told)))]),
        ("every action of the menus has a shortcut", sorted(a for a in menus - set(shortcuts) if not WITHOUT.match(a))),
        ("every shortcut is in the shortcuts window", sorted(a for a, key in shortcuts.items() if key not in told)),
        ("no shortcut means two things", sorted({key for key in shortcuts.values()
                                                 if list(shortcuts.values()).count(key) > 1}))), 1):
    failed += bool(wrong)
    print(f"{'not ok' if wrong else 'ok'} {number} - {title}")
    for one in wrong:
        print(f"# {one}", file=sys.stderr)
print("1..4")
sys.exit(bool(failed))
