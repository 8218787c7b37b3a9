"""Service Quotas: the quotas of API Gateway that can be raised, with one value per account and Region.

On AWS, a request waits for approval; here it is granted at once. Quotas of other services are not modelled (those of
VPC are shown with their defaults).
"""

# Unconfirmed: the messages of Service Quotas' errors. Reason: only the codes are documented.

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from aws_rules.arns import partition_of_region
from cross_account_sandbox.clock import utc_now
from cross_account_sandbox.control_plane.errors import AwsError
from cross_account_sandbox.control_plane.quotas import QUOTAS
from cross_account_sandbox.control_plane.service import Call, Service

_SERVICE = "apigateway"
_SERVICE_NAME = "Amazon API Gateway"


def get_quota(call: Call) -> dict[str, Any]:
    return {"Quota": _shown(call, _code(call))}


def get_default(call: Call) -> dict[str, Any]:
    return {"Quota": _shown(call, _code(call), default=True)}


def list_quotas(call: Call) -> dict[str, Any]:
    return {"Quotas": _all(call, default=False)}


def list_defaults(call: Call) -> dict[str, Any]:
    return {"Quotas": _all(call, default=True)}


def request_increase(call: Call) -> dict[str, Any]:
    """RequestServiceQuotaIncrease. Raises IllegalArgumentException for a value that is not an increase."""
    code, desired = _code(call), call.params["DesiredValue"]
    quotas = call.world.quotas
    if desired <= quotas.value(call.account, call.region, code):
        raise AwsError(
            "IllegalArgumentException", "You must provide a quota value greater than the current quota value."
        )
    shown = _shown(call, code)
    request = {
        **{key: shown[key] for key in ("ServiceCode", "ServiceName", "QuotaCode", "QuotaName", "QuotaArn", "Unit")},
        "Id": uuid.uuid4().hex,
        "DesiredValue": desired,
        "Status": "APPROVED",
        "Created": utc_now(),
        "LastUpdated": utc_now(),
        "Requester": call.caller.arn,
        "GlobalQuota": False,
    }
    quotas.grant(call.account, call.region, code, int(desired), request)
    return {"RequestedQuota": request}


def get_request(call: Call) -> dict[str, Any]:
    wanted = call.params["RequestId"]
    for request in call.world.quotas.requests(call.account, call.region):
        if request["Id"] == wanted:
            return {"RequestedQuota": request}
    raise _no_such(f"request {wanted}")


def list_requests(call: Call) -> dict[str, Any]:
    """ListRequestedServiceQuotaChangeHistory, and …ByQuota."""
    given = {key: call.params[key] for key in ("ServiceCode", "QuotaCode", "Status") if key in call.params}
    made = call.world.quotas.requests(call.account, call.region)
    return {"RequestedQuotas": [one for one in made if all(one[key] == value for key, value in given.items())]}


def _code(call: Call) -> str:
    service, code = call.params["ServiceCode"], str(call.params["QuotaCode"])
    if service != _SERVICE or code not in QUOTAS:
        raise _no_such(f"quota {code} of service {service}")
    return code


def _all(call: Call, *, default: bool) -> Sequence[Mapping[str, Any]]:
    service = call.params["ServiceCode"]
    if service == "vpc":
        from moto.servicequotas.resources.default_quotas.vpc import VPC_DEFAULT_QUOTAS

        return VPC_DEFAULT_QUOTAS
    if service != _SERVICE:
        raise _no_such(f"service {service}")
    return [_shown(call, code, default=default) for code in QUOTAS]


def _shown(call: Call, code: str, *, default: bool = False) -> dict[str, Any]:
    name, unit, value = QUOTAS[code]
    place = f"{call.region}:{'' if default else call.account}"
    return {
        "ServiceCode": _SERVICE,
        "ServiceName": _SERVICE_NAME,
        "QuotaArn": f"arn:{partition_of_region(call.region)}:servicequotas:{place}:{_SERVICE}/{code}",
        "QuotaCode": code,
        "QuotaName": name,
        "Value": float(value if default else call.world.quotas.value(call.account, call.region, code)),
        "Unit": unit,
        "Adjustable": True,
        "GlobalQuota": False,
    }


def _no_such(what: str) -> AwsError:
    return AwsError("NoSuchResourceException", f"The request failed because the {what} does not exist.")


SERVICE = Service(
    name="service-quotas",
    operations={
        "GetAWSDefaultServiceQuota": get_default,
        "GetRequestedServiceQuotaChange": get_request,
        "GetServiceQuota": get_quota,
        "ListAWSDefaultServiceQuotas": list_defaults,
        "ListRequestedServiceQuotaChangeHistory": list_requests,
        "ListRequestedServiceQuotaChangeHistoryByQuota": list_requests,
        "ListServiceQuotas": list_quotas,
        "RequestServiceQuotaIncrease": request_increase,
    },
)
