"""Starts AWS's runtime client for Python for a handler, in the current folder.

    python -S -B start.py HANDLER FOLDER…

Run without `site`: it would load what is installed editable, this project among it, which costs a third of a cold
start and would let a function import modules that it does not have on Lambda. The folders take its place.
"""
# ruff: noqa: INP001 - run by its path

from __future__ import annotations

import os
import site
import sys

if __name__ == "__main__":
    site.setquit()  # exit() and quit() are there on Lambda
    _, handler, *folders = sys.argv
    sys.path[0] = os.getcwd()  # noqa: PTH109 - pathlib is not loaded here, nor needed
    sys.path += folders
    sys.argv = [sys.argv[0], handler]

    from awslambdaric.__main__ import main

    main(sys.argv)
