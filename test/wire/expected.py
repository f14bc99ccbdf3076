"""Prints the values and binaries that the test server sends, as one line of JSON that `pythonValue.ts` reads: what Python itself says it sends."""

import json

from values import BINARIES, VALUES
from values_tagged import tagged

if __name__ == "__main__":
    tables = {"values": VALUES, "binaries": BINARIES}
    print(json.dumps({name: {key: tagged(value) for key, value in table.items()} for name, table in tables.items()}))
