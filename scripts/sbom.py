"""constraints.txt and models/registry.toml enter; a bill of materials in CycloneDX 1.6 (JSON) leaves: sbom.cdx.json.

    python scripts/sbom.py [FILE]

Every package that an installation may take, with the hashes it is held to, and every network and table of numbers. The
same input gives the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
import tomllib
from pathlib import Path
from typing import Any
from uuid import UUID

ROOT = Path(__file__).resolve().parents[1]
PIN = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==([^ ;\\]+)(?: ; ([^\\]+?))?(?: \\)?$")
HASH = re.compile(r"^ +--hash=sha256:([0-9a-f]{64})")


def bill() -> dict[str, Any]:
    """The whole document."""
    parts = [*packages((ROOT / "constraints.txt").read_text(encoding="utf-8")), *weights(ROOT / "models")]
    version = re.search(r'__version__ = "(.+)"', (ROOT / "src/lookfeel/__init__.py").read_text(encoding="utf-8"))
    assert version is not None
    content = json.dumps(parts, sort_keys=True).encode()
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{UUID(bytes=hashlib.sha256(content).digest()[:16], version=4)}",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": "lookfeel",
                "name": "lookfeel",
                "version": version[1],
                "licenses": [{"license": {"id": "Apache-2.0"}}],
            }
        },
        "components": parts,
    }


def packages(text: str) -> list[dict[str, Any]]:
    """One component a pinned package; the files that may be installed as it, by their hashes, in its properties."""
    found: list[dict[str, Any]] = []
    for line in text.splitlines():
        pin, digest = PIN.match(line), HASH.match(line)
        if pin is not None:
            name, version, marker = pin.groups()
            address = f"pkg:pypi/{name.lower().replace('_', '-')}@{version}"
            properties = [] if marker is None else [{"name": "lookfeel:marker", "value": marker}]
            found.append(
                {
                    "type": "library",
                    "bom-ref": address if marker is None else f"{address}#{marker}",
                    "name": name,
                    "version": version,
                    "purl": address,
                    "properties": properties,
                }
            )
        elif digest is not None:
            found[-1]["properties"].append({"name": "lookfeel:sha256", "value": digest[1]})
    return found


def weights(folder: Path) -> list[dict[str, Any]]:
    """One component a network or table, with its one hash and licence."""
    registry = tomllib.loads((folder / "registry.toml").read_text(encoding="utf-8"))
    entries = {**registry["models"], **registry["tables"]}
    return [
        {
            "type": "machine-learning-model" if name in registry["models"] else "data",
            "bom-ref": f"model:{name}",
            "name": name,
            "version": entry["sha256"][:12],
            "hashes": [{"alg": "SHA-256", "content": entry["sha256"]}],
            "licenses": [{"license": {"name": entry["licence"]}}],
        }
        for name, entry in sorted(entries.items())
    ]


def main() -> int:
    """Write the file."""
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "build" / "sbom.cdx.json"
    document = bill()
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    print(f"{target}: {len(document['components'])} components")
    return 0


if __name__ == "__main__":
    sys.exit(main())
