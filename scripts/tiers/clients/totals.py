"""Adds up JUnit reports: totals.py FILE… prints "N passed, N failed, N skipped" and exits 1 when anything failed or a file is missing."""

import sys
import xml.etree.ElementTree as ET
from pathlib import Path

passed = failed = skipped = 0
for path in map(Path, sys.argv[1:]):
    if not path.is_file():
        print(f"{path.name} was not written")
        failed += 1
        continue
    for case in ET.parse(path).iter("testcase"):
        if case.find("failure") is not None or case.find("error") is not None:
            failed += 1
        elif case.find("skipped") is not None:
            skipped += 1
        else:
            passed += 1
print(f"{passed} passed, {failed} failed, {skipped} skipped")
sys.exit(failed > 0 or passed == 0)
