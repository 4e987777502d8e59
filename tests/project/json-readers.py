#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""JSON from files and the network is read by core/weir-json.h alone, which limits its depth. json-glib
recurses and crashes on nested brackets, so it only writes our own settings. Prints TAP."""
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WRITERS = {
    "app/ui/streams/weir-stream-config.c",
    "app/ui/streams/weir-stream-config.h",
    "app/ui/streams/weir-stream-list.c",
}
READING = re.compile(r"\b(json_parser_\w+|json_reader_\w+|json_from_string|json_path_\w+|json_gobject_\w+|"
                     r"json_gvariant_deserialize\w*|JsonParser|JsonReader|JsonPath)\b")
MENTION = re.compile(r"\bjson-glib/|\bjson_(?:node|object|array|builder|generator|to_string)\w*|" + READING.pattern)


def report(number, wrong, sentence):
    print(f"{'not ok' if wrong else 'ok'} {number} - {sentence}")
    for line in wrong:
        print(f"# {line}")
    return bool(wrong)


def find(pattern, paths):
    return [
        f"{path.relative_to(ROOT)}:{number}: {match.group(0)}"
        for path in paths
        for number, line in enumerate(path.read_text().splitlines(), 1)
        for match in [pattern.search(line)]
        if match
    ]


def main():
    sources = sorted(path for room in ["core", "app", "wasm"] for path in (ROOT / room).rglob("*.[ch]")
                     if "node_modules" not in path.parts)
    others = [path for path in sources if str(path.relative_to(ROOT)) not in WRITERS]
    bad = report(1, find(MENTION, others), "only the writer of the saved streams uses json-glib")
    bad |= report(2, find(READING, sources), "json-glib reads nothing")
    bad |= report(3, sorted(WRITERS - {str(path.relative_to(ROOT)) for path in sources}), "the writers exist")
    print("1..3")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
