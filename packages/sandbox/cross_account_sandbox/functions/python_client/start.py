"""Starts AWS's runtime client for Python for the handler that the environment names, in the current folder.

    python -S -B -X folders=FOLDER:… start.py

The script is the last word, as on Lambda: wrappers put more options in front of it.

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
    sys.path[0] = os.getcwd()  # noqa: PTH109 - pathlib is not loaded here, nor needed
    sys.path += str(sys._xoptions["folders"]).split(os.pathsep)  # noqa: SLF001 - Python's documented way to -X
    sys.argv = [sys.argv[0], os.environ["_HANDLER"]]

    from awslambdaric.__main__ import main

    main(sys.argv)
