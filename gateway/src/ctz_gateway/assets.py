"""The built front-end files: names with hashes and integrity digests, read once from the build's manifest."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

MANIFEST = "manifest.json"
EXAMPLE_RIDE = "example-ride.json"


class AssetsNotBuilt(Exception):
    """The static folder has no manifest: `npm run build` was not run."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"no {MANIFEST} in {folder}: run `npm ci && npm run build` in gateway/frontend")


class UnknownAsset(Exception):
    """A template asks for a file that the build does not make."""

    def __init__(self, name: str) -> None:
        super().__init__(f"the front-end build makes no {name!r}")


@dataclass(frozen=True, slots=True)
class Asset:
    """One built file: its name with the hash and its Subresource Integrity value."""

    file: str
    integrity: str


@dataclass(frozen=True, slots=True)
class Assets:
    """All built files by their plain name, and the figures of the landing page's example ride."""

    by_name: Mapping[str, Asset]
    example: Mapping[str, Any]

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read the manifest of `folder`; raises AssetsNotBuilt when there is none."""
        manifest = folder / MANIFEST
        if not manifest.is_file():
            raise AssetsNotBuilt(folder)
        entries = json.loads(manifest.read_text(encoding="utf-8"))
        by_name = {name: Asset(entry["file"], entry["integrity"]) for name, entry in entries.items()}
        ride = json.loads((folder / by_name[EXAMPLE_RIDE].file).read_text(encoding="utf-8"))
        return cls(by_name, ride["facts"])

    def get(self, name: str) -> Asset:
        """The built file of that plain name; raises UnknownAsset."""
        try:
            return self.by_name[name]
        except KeyError as error:
            raise UnknownAsset(name) from error
