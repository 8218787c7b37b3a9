"""The dependencies of the distribution.

`pyproject.toml` has the rest. aws-rules is given by its URL, never by a bare name, which somebody else could register
on an index. The URL is the folder beside this one or, when release wheels are built, the wheel under the URL in
WHEELS_URL.
"""

import os
import tomllib
from pathlib import Path

from setuptools import setup

RULES = Path(__file__).resolve().parent.parent / "packages" / "aws-rules"


def rules_address() -> str:
    """The URL at which pip finds aws-rules."""
    wheels = os.environ.get("WHEELS_URL")
    if not wheels:
        return RULES.as_uri()
    version = tomllib.loads((RULES / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    return f"{wheels.rstrip('/')}/cross_account_aws_rules-{version}-py3-none-any.whl"


setup(
    install_requires=[
        f"cross-account-aws-rules @ {rules_address()}",
        "grpcio",
        "pulumi>=3.200,<4",
        "pulumi-aws>=7.51,<8",
        "pydantic>=2,<3",
        "pyyaml>=6,<7",
    ]
)
