"""What is deployed for the proof, and the probes that are sent to each program."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, kw_only=True)
class Program:
    """A program and its settings, beside the two accounts.

    creates           what it creates, for the question before it does
    probes            names of the probes of tools/prove/probes.py
    third             the setting of a third account, which is the function account here: two accounts are enough
    account_logging   whether it sets the CloudWatch role of API Gateway, of which an account has one for each Region
    """

    name: str
    directory: Path
    creates: str
    probes: tuple[str, ...]
    settings: Mapping[str, str] = field(default_factory=dict)
    third: str = ""
    account_logging: bool = False


_ONE_API = (
    "a REST API with its stage in the API account; a function with its role and log group in the function account"
)
#: The root program has no logs here: so it touches nothing that the account's other APIs share.
PROGRAMS: tuple[Program, ...] = (
    Program(
        name="program",
        directory=ROOT,
        creates=_ONE_API,
        settings={"gatewayLogging": "off", "runtime": "python"},
        probes=(
            "tutorial",
            "tutorial-without-parameters",
            "no-such-route",
            "no-such-method",
            "no-such-stage",
            "preflight",
            "backend",
            "unsigned-authorization-header",
            "body-over-the-limit",
            "function-policy",
            "permission-removed",
            "account-root-with-source-arn",
        ),
    ),
    Program(
        name="program-iam",
        directory=ROOT,
        creates=f"{_ONE_API}; callers must sign",
        settings={"gatewayLogging": "off", "runtime": "python", "authorization": "AWS_IAM"},
        probes=("unsigned", "preflight", "no-such-route"),
    ),
    Program(
        name="users",
        directory=ROOT / "examples/users",
        creates=f"{_ONE_API}; log groups, and the account's CloudWatch role for API Gateway",
        settings={"invocation": "permission"},
        account_logging=True,
        probes=("users-echo", "function-policy"),
    ),
    Program(
        name="users-by-role",
        directory=ROOT / "examples/users",
        creates=f"{_ONE_API}; a role in the API account, log groups, and the account's CloudWatch role for API Gateway",
        settings={"invocation": "role"},
        account_logging=True,
        probes=("users-echo", "function-policy-names-a-role"),
    ),
    Program(
        name="authorizer",
        directory=ROOT / "examples/authorizer",
        creates=f"{_ONE_API}; another function as Lambda authorizer, log groups, and the account's CloudWatch role",
        settings={"invocation": "permission"},
        third="guardAccount",
        account_logging=True,
        probes=("authorizer-lets-in", "authorizer-without-token", "authorizer-refuses"),
    ),
    Program(
        name="consumer",
        directory=ROOT / "examples/consumer",
        creates=f"{_ONE_API}; a function that assumes a role of the API account and calls it, log groups, and the "
        "account's CloudWatch role",
        settings={"runtime": "python", "externalId": "orders-reader"},
        third="consumerAccount",
        account_logging=True,
        probes=("consumer-allowed", "consumer-refused"),
    ),
)
