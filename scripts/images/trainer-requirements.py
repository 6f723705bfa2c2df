"""Prints what the trainer needs at run time, `render` included, one requirement a line. usage: trainer-requirements.py PYPROJECT"""

import sys
import tomllib
from pathlib import Path

project = tomllib.loads(Path(sys.argv[1]).read_text())["project"]
print("\n".join([*project["dependencies"], *project["optional-dependencies"]["render"]]))
