#!/bin/sh
# Opens the workbench in a browser (macOS: double-click; Linux: workbench.sh). The first time it sets Groundplan up.
cd "$(dirname "$0")/.." && exec python3 run.py serve "$@"
