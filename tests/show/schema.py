"""Exits with 1, naming the place, when a JSON file does not fit docs/snapshot.schema.json; with 77 when
there is no jsonschema to ask. Arguments: the schema, then the files."""
import json
import sys

try:
    import jsonschema
except ImportError:
    print("python3-jsonschema is not installed")
    sys.exit(77)

with open(sys.argv[1], encoding="utf-8") as file:
    schema = json.load(file)
newest = getattr(jsonschema, "Draft202012Validator", None)
if newest is None:
    print("python3-jsonschema is older than the schema's draft")
    sys.exit(77)
newest.check_schema(schema)
for name in sys.argv[2:]:
    with open(name, encoding="utf-8") as file:
        errors = sorted(newest(schema).iter_errors(json.load(file)), key=lambda e: list(map(str, e.path)))
    for error in errors[:3]:
        print(f"{name}: {'/'.join(map(str, error.path))}: {error.message[:200]}")
    if errors:
        sys.exit(1)
