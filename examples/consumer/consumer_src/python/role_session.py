"""Temporary credentials of the role in the API's account, kept until shortly before they expire."""

from __future__ import annotations

import os
import time
from typing import Any

import boto3
from botocore.credentials import Credentials

# Seconds before they expire at which new ones are fetched: a request signed now must still be valid when it arrives.
MARGIN_S = 60

_kept: dict[str, Any] = {}


def credentials() -> Credentials:
    """The credentials of this environment's session; calls STS only if there are none or they expire soon."""
    if _kept.get("until", 0) <= time.time():
        _kept.update(assumed())
    kept: Credentials = _kept["credentials"]
    return kept


def assumed() -> dict[str, Any]:
    """A new session, and the time until which it is used."""
    # STS of the function's own Region: no dependence on us-east-1, and tokens that are valid in every Region.
    sts = boto3.client("sts", region_name=os.environ["AWS_REGION"])
    external_id = {"ExternalId": os.environ["EXTERNAL_ID"]} if os.environ.get("EXTERNAL_ID") else {}
    answer = sts.assume_role(
        RoleArn=os.environ["ROLE_ARN"], RoleSessionName=os.environ["AWS_LAMBDA_FUNCTION_NAME"][:64], **external_id
    )["Credentials"]
    return {
        "credentials": Credentials(answer["AccessKeyId"], answer["SecretAccessKey"], answer["SessionToken"]),
        "until": answer["Expiration"].timestamp() - MARGIN_S,
    }
