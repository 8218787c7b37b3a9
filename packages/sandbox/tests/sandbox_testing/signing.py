"""Callers of an AWS_IAM method: role sessions with a policy, and the requests that they sign."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from sandbox_testing.build import API_ACCOUNT, REGION

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox_testing.build import Api

_TRUST = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}


def session(sandbox: Any, policy: str | None, *, account: str = API_ACCOUNT, **assume: Any) -> Mapping[str, Any]:
    """Credentials of an account's role `caller`, with this identity policy."""
    iam = sandbox.client("iam", account=account)
    trust = json.dumps({"Version": "2012-10-17", "Statement": [_TRUST]})
    arn = iam.create_role(RoleName="caller", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    if policy is not None:
        iam.put_role_policy(RoleName="caller", PolicyName="own", PolicyDocument=policy)
    answer = sandbox.client("sts").assume_role(RoleArn=arn, RoleSessionName="tests", **assume)
    credentials: Mapping[str, Any] = answer["Credentials"]
    return credentials


def signed(sandbox: Any, api: Api, keys: Mapping[str, Any], path: str = "/", **changes: Any) -> Any:
    """Sign a request for the API's real host, and send it to the sandbox; `headers` are not signed.

    signer  SigV4Auth, or SigV4QueryAuth for a presigned URL
    """
    request = AWSRequest(method="GET", url=api.url(path))
    credentials = Credentials(keys["AccessKeyId"], keys["SecretAccessKey"], keys.get("SessionToken"))
    signer = changes.get("signer", SigV4Auth)
    signer(credentials, changes.get("service", "execute-api"), changes.get("region", REGION)).add_auth(request)
    url = api.url(changes["sent"]) if "sent" in changes else request.url
    headers = dict(request.headers.items()) | changes.get("headers", {})
    return sandbox.request("GET", url, headers=headers)
