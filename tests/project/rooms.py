#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks the includes of each folder against the order in docs/architecture.md. Prints TAP."""
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)

FREESTANDING = {"stdbool.h", "stddef.h", "stdint.h", "stdalign.h", "stdatomic.h", "limits.h", "string.h"}
# For programs with a C library. WEIR_NO_LIBC leaves it out of the core.
HOSTED = {("weir-allocator.h", "stdlib.h"), ("weir-path.h", "stdlib.h")}
INTRINSICS = {"immintrin.h", "emmintrin.h", "tmmintrin.h", "arm_neon.h", "wasm_simd128.h", "cpuid.h"}
GUI = re.compile(r"^(gtk|gdk|gsk|adwaita|gtksourceview|pango|graphene)")
SOUP = re.compile(r"^libsoup/")
GLIB = re.compile(r"^(glib|gio|gobject|gmodule|json-glib|libsecret)")

# The folders whose headers each folder may include.
KNOWS = {
    "core": set(),
    "wasm": {"core"},
    "app/engine": {"core"},
    "app/feed": {"core", "app/engine"},
    "app/cli": {"core", "app/engine", "app/feed"},
    "app/collect": {"core", "app/engine"},
    "app/ui": {"core", "app/engine", "app/feed"},
}


# The folders of a room, from the lowest up: none includes a header of one after it.
FOLDERS = {
    "app/engine": ["base", "http", "stream", "tap", "log", "recording", "answer", "export", "filter", "checks"],
    "app/ui": ["common", "list", "inspector", "streams", "windows", "page", "shell", "alerts"],
}


def sources(room):
    return sorted(path for path in (ROOT / room).rglob("*.[ch]") if "node_modules" not in path.parts)


def headers():
    found = {}
    for room in KNOWS:
        for path in sources(room):
            if path.suffix == ".h":
                found[path.name] = (room, path.relative_to(ROOT / room).parent.as_posix())
    return found


def complaint(room, path, name, system, where):
    if (path.name, name) in HOSTED:
        return None
    if room == "core" and system and name not in FREESTANDING | INTRINSICS:
        return "core is freestanding C11"
    if room == "wasm" and system and name not in FREESTANDING | INTRINSICS | {"emscripten.h"}:
        return "wasm knows core alone"
    if room not in ("app/ui",) and GUI.match(name):
        return "only app/ui draws"
    if room not in ("app/engine", "app/feed", "app/collect") and SOUP.match(name):
        return "libsoup belongs to the engine"
    if room in ("core", "wasm") and GLIB.match(name):
        return "no GLib below the engine"
    other, other_folder = where.get(Path(name).name, (None, None))
    folder = path.relative_to(ROOT / room).parent.as_posix()
    if not system and other and other != room:
        if other not in KNOWS[room]:
            return f"{room} does not know {other}"
        if name.endswith("-private.h"):
            return f"a private header of {other}"
    order = FOLDERS.get(room, [])
    if not system and other == room and folder in order:
        if order.index(other_folder) > order.index(folder):
            return f"{folder} is below {other_folder}"
    return None


def stem(name):
    """Returns: the files of a type: its source, its header and its private header."""
    return Path(name).stem.removesuffix("-private")


def circles():
    """Returns: the sets of files that include each other in a circle."""
    known = {}
    for room in KNOWS:
        for path in sources(room):
            known.setdefault(stem(path), set()).update(map(stem, (n for q, n in INCLUDE.findall(path.read_text()) if q == '"')))
    reach = {}
    for start in known:
        found, waiting = set(), [start]
        while waiting:
            fresh = known[waiting.pop()] & known.keys() - found
            found |= fresh
            waiting.extend(fresh)
        reach[start] = found
    sets = {frozenset({a} | {b for b in reach[a] if a in reach[b]}) for a in known}
    return [one for one in sets if len(one) > 1]


def main():
    where = headers()
    number = 0
    bad = 0
    for room in KNOWS:
        wrong = []
        for path in sources(room):
            for quote, name in INCLUDE.findall(path.read_text()):
                reason = complaint(room, path, name, quote == "<", where)
                if reason:
                    wrong.append(f"{path.relative_to(ROOT)} includes {name}: {reason}")
        number += 1
        bad += bool(wrong)
        print(f"{'not ok' if wrong else 'ok'} {number} - {room} includes only what it may know")
        for line in wrong:
            print(f"# {line}")
    number += 1
    stray = [
        str(path.relative_to(ROOT))
        for room, folders in FOLDERS.items()
        for path in sources(room)
        if path.relative_to(ROOT / room).parent.as_posix() not in [*folders, "."]
    ]
    bad += bool(stray)
    print(f"{'not ok' if stray else 'ok'} {number} - every source is in a folder with a place in the order")
    for line in stray:
        print(f"# {line}")
    number += 1
    fresh = circles()
    bad += bool(fresh)
    print(f"{'not ok' if fresh else 'ok'} {number} - no files include each other in a circle")
    for one in fresh:
        print(f"# {', '.join(sorted(one))}")
    number += 1
    unmarked = [
        str(path.relative_to(ROOT))
        for room in [*KNOWS, "tests"]
        for path in sorted((ROOT / room).rglob("*"))
        if path.suffix in {".c", ".h", ".js", ".mjs", ".py"}
        and "node_modules" not in path.parts
        and "SPDX-License-Identifier: MIT" not in path.read_text(errors="replace")[:400]
    ]
    bad += bool(unmarked)
    print(f"{'not ok' if unmarked else 'ok'} {number} - every source names its licence")
    for line in unmarked:
        print(f"# {line}")
    print(f"1..{number}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
