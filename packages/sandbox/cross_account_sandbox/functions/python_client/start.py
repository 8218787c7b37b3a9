"""Starts AWS's runtime client for Python with the handler named in `_HANDLER`, in the current folder.

    python -S -B -X folders=FOLDER:… start.py

The script is the last argument, as on Lambda: wrappers insert options before it.

It runs without `site`, which would load editable installs, including this project. That costs a third of a cold start
and would allow a function to import modules that do not exist on Lambda. The folders replace `site`.
"""
# ruff: noqa: INP001 - run as a script

from __future__ import annotations

import os
import site
import sys

if __name__ == "__main__":
    site.setquit()  # Lambda provides exit() and quit()
    sys.path[0] = os.getcwd()  # noqa: PTH109 - avoids importing pathlib
    sys.path += str(sys._xoptions["folders"]).split(os.pathsep)  # noqa: SLF001 - documented access to -X options
    sys.argv = [sys.argv[0], os.environ["_HANDLER"]]

    from awslambdaric.__main__ import main

    main(sys.argv)
