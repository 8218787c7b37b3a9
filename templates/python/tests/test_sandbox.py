"""Tests of the program, deployed into two accounts on this machine."""

import json
import subprocess
import sys
import urllib.request
from pathlib import Path

PROJECT = Path(__file__).parents[1]


def test_the_deployed_api_answers() -> None:
    serve = [sys.executable, "-m", "cross_account_sandbox", "serve", "--dir", str(PROJECT), "--port", "0", "--json"]
    with subprocess.Popen(serve, stdout=subprocess.PIPE, text=True) as sandbox:
        try:
            assert sandbox.stdout is not None
            served = json.loads(sandbox.stdout.readline())
            with urllib.request.urlopen(f"{served['localUrl']}/?name=Ada") as answer:
                assert json.load(answer) == {"message": "Hello, Ada!"}
        finally:
            sandbox.terminate()
