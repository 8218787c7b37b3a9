"""The policy pack as a process that serves Pulumi's analyzer interface over gRPC."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc
from google.protobuf import struct_pb2
from pulumi.runtime.proto import analyzer_pb2 as messages
from pulumi.runtime.proto import analyzer_pb2_grpc as service

from cross_account_policies.resources import UNKNOWN, Resource
from tests.projects import ROOT

PACK = ROOT / "policies"
#: Pulumi's marker for a string that is not known yet.
_UNKNOWN_STRING = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


class Pack:
    """A client of the running pack."""

    def __init__(self, stub: Any) -> None:
        self._stub = stub

    def names(self) -> set[str]:
        """The names of the pack's policies."""
        return {policy.name for policy in self._stub.GetAnalyzerInfo(struct_pb2.Struct()).policies}

    def violations(self, resources: Sequence[Resource]) -> dict[str, list[str]]:
        """The violations of each resource and of the stack; every violation is mandatory."""
        found: dict[str, list[str]] = {}
        answers = [self._stub.Analyze(_request(each, messages.AnalyzeRequest)) for each in resources]
        whole = messages.AnalyzeStackRequest(
            resources=[_request(each, messages.AnalyzerResource) for each in resources]
        )
        for answer in (*answers, self._stub.AnalyzeStack(whole)):
            for diagnostic in answer.diagnostics:
                assert diagnostic.enforcementLevel == messages.MANDATORY
                found.setdefault(diagnostic.policyName, []).append(diagnostic.message)
        return found


@contextmanager
def running() -> Iterator[Pack]:
    """Start the pack's server in the same way as Pulumi's analyzer."""
    command = [sys.executable, "-u", "-m", "pulumi.policy", "127.0.0.1:1", str(PACK)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        try:
            with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
                yield Pack(service.AnalyzerStub(channel))
        finally:
            process.terminate()


def write_analyzer(folder: Path) -> Path:
    """Write a launcher for Python packs, like the one in Pulumi's distribution; the CLI finds it on PATH.

    The distribution's launcher runs the Python of the pack's `virtualenv`, which the CLI passes as a third argument.
    """
    folder.mkdir(parents=True, exist_ok=True)
    launcher = folder / "pulumi-analyzer-policy-python"
    launcher.write_text(f'#!/bin/sh\nexec "{sys.executable}" -u -m pulumi.policy "$1" "$2"\n')
    launcher.chmod(0o755)
    return launcher


def _request(resource: Resource, kind: Any) -> Any:
    properties = struct_pb2.Struct()
    properties.update({**_sent(resource.properties), **({"id": resource.id} if resource.id else {})})
    provider = None
    if resource.is_in_aws:
        provider = messages.AnalyzerProviderResource(
            type="pulumi:providers:aws", name=resource.provider or "default_7_51_1", urn="urn:provider"
        )
    return kind(type=resource.type, name=resource.name, urn=resource.urn, properties=properties, provider=provider)


def _sent(value: Any) -> Any:
    if value is UNKNOWN:
        return _UNKNOWN_STRING
    if isinstance(value, dict):
        return {key: _sent(each) for key, each in value.items()}
    return [_sent(each) for each in value] if isinstance(value, list) else value
