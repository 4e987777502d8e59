#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""usage: sbom.py VERSION BUILD-FOLDER OUTPUT

Writes a software bill of materials (SPDX 2.3, JSON): what the programs in the build folder link, what the
demo page bundles and what the WebAssembly modules contain, with versions and licences. An unknown library is
an error, so that the list stays complete.
"""
import datetime
import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path

# The library, its pkg-config name and its licence.
LIBRARIES = {
    "libadwaita-1.so": ("libadwaita", "libadwaita-1", "LGPL-2.1-or-later"),
    "libbrotlidec.so": ("brotli", "libbrotlidec", "MIT"),
    "libc.so": ("glibc", None, "LGPL-2.1-or-later"),
    "libgdk_pixbuf-2.0.so": ("gdk-pixbuf", "gdk-pixbuf-2.0", "LGPL-2.1-or-later"),
    "libgio-2.0.so": ("glib", "glib-2.0", "LGPL-2.1-or-later"),
    "libglib-2.0.so": ("glib", "glib-2.0", "LGPL-2.1-or-later"),
    "libgobject-2.0.so": ("glib", "glib-2.0", "LGPL-2.1-or-later"),
    "libgraphene-1.0.so": ("graphene", "graphene-1.0", "MIT"),
    "libgtk-4.so": ("gtk", "gtk4", "LGPL-2.1-or-later"),
    "libgtksourceview-5.so": ("gtksourceview", "gtksourceview-5", "LGPL-2.1-or-later"),
    "libhiredis.so": ("hiredis", "hiredis", "BSD-3-Clause"),
    "libhiredis_ssl.so": ("hiredis", "hiredis_ssl", "BSD-3-Clause"),
    "libjson-glib-1.0.so": ("json-glib", "json-glib-1.0", "LGPL-2.1-or-later"),
    "libm.so": ("glibc", None, "LGPL-2.1-or-later"),
    "libnats.so": ("nats.c", "libnats", "Apache-2.0"),
    "libpango-1.0.so": ("pango", "pango", "LGPL-2.1-or-later"),
    "libpcre2-8.so": ("pcre2", "libpcre2-8", "BSD-3-Clause"),
    "librdkafka.so": ("librdkafka", "rdkafka", "BSD-2-Clause"),
    "libroaring.so": ("croaring", "roaring", "Apache-2.0"),
    "libsecret-1.so": ("libsecret", "libsecret-1", "LGPL-2.1-or-later"),
    "libsoup-3.0.so": ("libsoup", "libsoup-3.0", "LGPL-2.0-or-later"),
    "libz.so": ("zlib", "zlib", "Zlib"),
    "libzstd.so": ("zstd", "libzstd", "BSD-3-Clause"),
}
PROGRAMS = ["app/ui/weir", "app/cli/weir-tail", "app/feed/weir-feed", "app/collect/weir-collect", "core/libweir-core.so"]


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def library_version(soname, pkg_config):
    if pkg_config and subprocess.run(["pkg-config", "--exists", pkg_config], check=False).returncode == 0:
        return run("pkg-config", "--modversion", pkg_config).strip()
    if soname in ("libc.so", "libm.so"):
        return os.confstr("CS_GNU_LIBC_VERSION").split()[1]
    # Debian 12's libroaring has no pkg-config file.
    header = Path("/usr/include/roaring/roaring_version.h")
    if soname == "libroaring.so" and header.exists():
        return re.search(r'ROARING_VERSION\s*=?\s*"?v?([\d.]+)', header.read_text())[1]
    sys.exit(f"sbom.py: the version of {soname} is unknown")


def linked(build):
    found = {}
    for program in PROGRAMS:
        for soname in re.findall(r"\(NEEDED\).*\[(.*?\.so)", run("readelf", "-d", build / program)):
            if soname.startswith("ld-linux"):
                continue
            if soname not in LIBRARIES:
                sys.exit(f"sbom.py: {program} links {soname}, which this script does not know: add its licence")
            name, pkg_config, license_id = LIBRARIES[soname]
            found[name] = (library_version(soname, pkg_config), license_id, "DYNAMIC_LINK")
    return found


def bundled(build):
    """npm packages in the demo page, and emscripten's C library in the modules of weir-sse."""
    found = {}
    sources = "".join(path.read_text(encoding="utf-8") for path in Path("wasm/demo").glob("*.js"))
    for name in sorted(set(re.findall(r"(?:from|import) '((?:@[\w-]+/)?[a-z][\w-]*)", sources)) - {"weir-sse"}):
        package = json.loads((Path("tests/node_modules") / name / "package.json").read_text(encoding="utf-8"))
        found[name] = (package["version"], package["license"], "STATIC_LINK")
    emcc = re.search(r"\) ([\d.]+)", run("emcc", "--version").splitlines()[0])
    found["emscripten-libc"] = (emcc[1], "MIT", "STATIC_LINK")
    return found


def main():
    version, build, output = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    parts = linked(build) | bundled(build)
    created = os.environ.get("SOURCE_DATE_EPOCH")
    when = datetime.datetime.fromtimestamp(int(created), datetime.timezone.utc) if created else datetime.datetime.now(datetime.timezone.utc)
    packages = [{
        "SPDXID": "SPDXRef-weir", "name": "weir", "versionInfo": version, "downloadLocation": "NOASSERTION",
        "filesAnalyzed": False, "licenseConcluded": "MIT", "licenseDeclared": "MIT",
        "copyrightText": "Copyright (c) 2026 The Weir authors",
    }]
    relationships = [{"spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES",
                      "relatedSpdxElement": "SPDXRef-weir"}]
    for name, (part_version, license_id, relation) in sorted(parts.items()):
        identifier = "SPDXRef-" + re.sub(r"[^A-Za-z0-9.-]+", "-", name).strip("-")
        packages.append({
            "SPDXID": identifier, "name": name, "versionInfo": part_version, "downloadLocation": "NOASSERTION",
            "filesAnalyzed": False, "licenseConcluded": license_id, "licenseDeclared": license_id,
            "copyrightText": "NOASSERTION",
        })
        relationships.append({"spdxElementId": "SPDXRef-weir", "relationshipType": relation,
                              "relatedSpdxElement": identifier})
    digest = hashlib.sha256(json.dumps(packages, sort_keys=True).encode()).hexdigest()
    output.write_text(json.dumps({
        "spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT",
        "name": f"weir-{version}", "documentNamespace": f"urn:weir:sbom:{version}:{digest}",
        "creationInfo": {"created": f"{when:%Y-%m-%dT%H:%M:%SZ}", "creators": ["Organization: Weir maintainers"]},
        "packages": packages, "relationships": relationships,
    }, indent=2) + "\n", encoding="utf-8")


main()
