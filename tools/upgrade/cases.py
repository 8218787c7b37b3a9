"""The programs and settings that are recorded."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import yaml

from tests.upgrade.registrations import Case

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

#: For the root program: the repository's stacks, unchanged.
_STACKS = ("dev", "prod", "sandbox")
#: For the root program: the differences from Pulumi.dev.yaml.
_VARIANTS: Mapping[str, Mapping[str, Any]] = {
    "role": {"invocation": "role"},
    "role-without-alias": {"invocation": "role", "alias": "false"},
    "without-alias": {"alias": "false"},
    "logging-off": {"gatewayLogging": "off"},
    "logging-managed": {"gatewayLogging": "managed"},
    "logging-retained": {"gatewayLogging": "managed", "retainLogs": "true", "logLevel": "OFF"},
    "iam": {"authorization": "AWS_IAM"},
    "scope-stage": {"permissionScope": "stage"},
    "scope-api": {"permissionScope": "api"},
    "edge": {"endpointType": "EDGE"},
    "source-ips": {"allowedSourceIps": ["192.0.2.0/24", "2001:db8::/32"]},
    "protected": {"deletionProtection": "true"},
    "test-invoke": {"testInvoke": "true"},
    "python": {"runtime": "python", "architecture": "x86_64", "tracing": "false"},
    "fixed-names": {"functionName": "hello", "stageName": "v1", "alias": "current"},
    "two-regions": {"functionAccount": {"id": "222222222222", "region": "eu-central-1"}},
    "assumed-roles": {
        "apiAccount": {
            "id": "111111111111",
            "region": "eu-west-1",
            "roleArn": "arn:aws:iam::111111111111:role/deployer",
            "externalId": "example",
        }
    },
}
#: For each example: the differences from its Pulumi.sandbox.yaml; None removes a setting.
_EXAMPLES: Mapping[str, Mapping[str, Mapping[str, Any]]] = {
    "authorizer": {"permission": {}, "role": {"invocation": "role"}},
    "consumer": {"python": {}, "nodejs": {"runtime": "nodejs", "externalId": None}},
    "custom-domain": {"regional": {}, "edge": {"endpointType": "EDGE"}, "zone": {"zoneId": "Z0123456789ABCDEFGHIJ"}},
    "http-api": {"sandbox": {}},
    "many-accounts": {"permission": {}, "role": {"invocation": "role"}},
    "private": {
        "domain": {},
        "certificate": {"certificateArn": "arn:aws:acm:us-east-1:111111111111:certificate/0", "privateDns": "false"},
        "organization": {"sharing": "organization"},
        "endpoint-alone": {"privateDomain": None},
    },
    "resource-policy": {"sandbox": {}},
    "users": {"permission": {}, "role": {"invocation": "role"}, "tags": {"tags": {"team": "pets"}}},
    "split/function": {
        "stack": {},
        "account": {"grant": "account"},
        "command": {"grant": "command", "functionName": "orders-fixed"},
    },
    "split/api": {
        "stack": {},
        "account": {"grant": "account"},
        "command": {"grant": "command", "functionArn": "arn:aws:lambda:us-east-1:222222222222:function:orders:live"},
    },
    "split/consumer": {"sandbox": {}},
}
#: The outputs that another stack reads.
_REFERENCES: Mapping[str, Mapping[str, str]] = {
    "split/api": {"invokeArn": "arn:aws:lambda:us-east-1:222222222222:function:orders-1234567:live"},
    "split/consumer": {"url": "https://a1b2c3d4e5.execute-api.us-east-1.amazonaws.com/dev"},
}


def cases(root: Path) -> Iterator[tuple[str, Case]]:
    """Every case by name, with the settings from the files below this root."""
    for stack in _STACKS:
        yield stack, _case(root, ".", stack, {})
    for name, changes in _VARIANTS.items():
        yield name, _case(root, ".", "dev", changes)
    for example, ways in _EXAMPLES.items():
        for name, changes in ways.items():
            yield name, _case(root, f"examples/{example}", "sandbox", changes)


def _case(root: Path, directory: str, stack: str, changes: Mapping[str, Any]) -> Case:
    folder = root / directory
    project = str(yaml.safe_load((folder / "Pulumi.yaml").read_text("utf-8"))["name"])
    config = dict(yaml.safe_load((folder / f"Pulumi.{stack}.yaml").read_text("utf-8"))["config"])
    config |= {f"{project}:{key}": value for key, value in changes.items()}
    return Case(
        directory=directory,
        project=project,
        stack=stack,
        config={key: _text(value) for key, value in config.items() if value is not None},
        references=_REFERENCES.get(directory.removeprefix("examples/"), {}),
    )


def _text(value: Any) -> str:
    """A setting in the form in which the engine passes it."""
    return value if isinstance(value, str) else json.dumps(value)
