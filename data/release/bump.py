#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""usage: bump.py VERSION

Writes the version into every file of the current folder that names it, and the section "Unreleased" of the
changelog into the metainfo and the changelog of the Debian packages.
"""
import datetime
import re
import sys
from email.utils import format_datetime
from pathlib import Path
from xml.sax.saxutils import escape


def replace(path, pattern, replacement):
    text = Path(path).read_text(encoding="utf-8")
    changed, count = re.subn(pattern, lambda match: replacement, text, count=1, flags=re.MULTILINE)
    if count != 1:
        sys.exit(f"bump.py: {path} has no match for {pattern}")
    Path(path).write_text(changed, encoding="utf-8")


def unreleased():
    """The entries of the changelog's section, without their markup."""
    text = Path("CHANGELOG.md").read_text(encoding="utf-8")
    section = re.search(r"^## \[Unreleased\]\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    entries = re.findall(r"^- (.*?)(?=\n- |\n#|\n\n|\Z)", section[1], re.MULTILINE | re.DOTALL) if section else []
    return [re.sub(r"\s+", " ", re.sub(r"[*`]", "", entry)).strip() for entry in entries]


def wrap(words, width):
    lines = [""]
    for word in words:
        if lines[-1] and len(lines[-1]) + 1 + len(word) > width:
            lines.append("")
        lines[-1] += (" " if lines[-1] else "") + word
    return lines


def main():
    version = sys.argv[1]
    now = datetime.datetime.now(datetime.timezone.utc)
    date = f"{now:%Y-%m-%d}"
    entries = unreleased()
    if not entries:
        sys.exit("bump.py: the section Unreleased of CHANGELOG.md is empty")

    replace("meson.build", r"^  version: '.*',$", f"  version: '{version}',")
    replace("wasm/package.json", r'^  "version": ".*",$', f'  "version": "{version}",')
    replace("CHANGELOG.md", r"^## \[Unreleased\]$", f"## [Unreleased]\n\n## [{version}] - {date}")

    metainfo = "data/io.github.weir_monitor.Weir.metainfo.xml.in"
    text = Path(metainfo).read_text(encoding="utf-8")
    # Translators would have to translate every release; the list is English.
    items = "".join(f'          <li>{escape(entry)}</li>\n' for entry in entries)
    release = (f'    <release version="{version}" date="{date}">\n      <description translatable="no">\n        <ul>\n{items}'
               "        </ul>\n      </description>\n    </release>\n")
    # A release that was announced under this number is replaced.
    text = re.sub(rf'    <release version="{re.escape(version)}".*?</release>\n', "", text, flags=re.DOTALL)
    Path(metainfo).write_text(text.replace("  <releases>\n", "  <releases>\n" + release), encoding="utf-8")

    debian = Path("debian/changelog")
    text = debian.read_text(encoding="utf-8")
    maintainer = re.search(r"^ -- (.*>)  ", text, re.MULTILINE)[1]
    if not text.startswith(f"weir ({version}-1)"):
        lines = "".join("  * " + "\n    ".join(wrap(entry.split(), 74)) + "\n" for entry in entries)
        debian.write_text(f"weir ({version}-1) unstable; urgency=medium\n\n{lines}\n"
                          f" -- {maintainer}  {format_datetime(now)}\n\n{text}", encoding="utf-8")


main()
