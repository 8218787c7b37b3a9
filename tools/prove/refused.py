"""Calls to AWS's APIs that AWS rejects: the error code and message are compared.

If AWS accepted such a call, it would only change the run's own API or function, which are removed with the run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from botocore.exceptions import ClientError

from tools.prove.answers import named
from tools.prove.probe import Probe
from tools.prove.program import Who
from tools.prove.sites import Answer, Deployed

Parameters = Callable[[Deployed], Mapping[str, Any]]


def refused(name: str, what: str, call: str, parameters: Parameters, *, who: Who, page: str) -> Probe:
    """A probe that makes a call in an account: `service.method` of boto3."""
    service, _, method = call.partition(".")

    def ask(deployed: Deployed) -> Answer:
        client = deployed.client(service, who)
        try:
            getattr(client, method)(**parameters(deployed))
        except ClientError as error:
            said = error.response["Error"]
            status = error.response["ResponseMetadata"]["HTTPStatusCode"]
            answer: Answer = named({"status": status, "code": said["Code"], "body": said["Message"]}, deployed)
            return answer
        return {"taken": f"{call} was not refused"}

    return Probe(name=name, what=what, page=page, ask=ask)
