"""Anki's own statistics of a package, as JSON on stdout. Runs where `anki` is installed.

python anki_graphs.py PACKAGE
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest
from google.protobuf.json_format import MessageToDict

with tempfile.TemporaryDirectory() as home:
    collection = Collection(str(Path(home) / "collection.anki2"))
    options = ImportAnkiPackageOptions(with_scheduling=True, with_deck_configs=False)
    collection.import_anki_package(ImportAnkiPackageRequest(package_path=sys.argv[1], options=options))
    found = collection._backend.graphs(search="", days=0)
    collection.close()
facts = MessageToDict(found, preserving_proto_field_name=True, always_print_fields_with_no_presence=True)
print(json.dumps(facts))  # noqa: T201 - its output
