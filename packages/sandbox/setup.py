"""The dependencies of the distribution; `pyproject.toml` has the rest.

aws-rules is named by an address, never by a bare name, which somebody else could register on an index: the folder
beside this one, or, where release wheels are built, the wheel under the URL in WHEELS_URL.
"""

import os
import tomllib
from pathlib import Path

from setuptools import setup

RULES = Path(__file__).resolve().parent.parent / "aws-rules"


def rules_address() -> str:
    """Where pip finds aws-rules."""
    wheels = os.environ.get("WHEELS_URL")
    if not wheels:
        return RULES.as_uri()
    version = tomllib.loads((RULES / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    return f"{wheels.rstrip('/')}/cross_account_aws_rules-{version}-py3-none-any.whl"


setup(
    install_requires=[
        f"cross-account-aws-rules @ {rules_address()}",
        "aiohttp",
        "airspeed",
        "awslambdaric",
        "boto3",
        "cryptography",
        "flask",
        "flask-cors",
        "grpcio",
        "jinja2",
        "jsonschema",
        "moto>=5.2",
        "pulumi>=3.200,<4",
        "pulumi-aws>=7.51,<8",
        "pyjwt[crypto]",
        "pyyaml",
        "regex",
        "rich",
        "typer",
        "watchfiles",
    ]
)
