"""TLS policies of APIs and custom domains.

Source: developer guide, "apigateway-security-policies".
"""

from __future__ import annotations

from cross_account_sandbox.apigateway.errors import bad_request, not_one_of

LEGACY = ("TLS_1_0", "TLS_1_2")
ENHANCED = (
    "SecurityPolicy_TLS13_1_3_2025_09",
    "SecurityPolicy_TLS13_1_3_FIPS_2025_09",
    "SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09",
    "SecurityPolicy_TLS13_1_2_FIPS_PQ_2025_09",
    "SecurityPolicy_TLS13_1_2_FIPS_PFS_PQ_2025_09",
    "SecurityPolicy_TLS13_1_2_Ext2_PQ_2025_09",
    "SecurityPolicy_TLS13_1_2_Ext2_FIPS_PQ_2025_09",
    "SecurityPolicy_TLS13_1_2_PQ_2025_09",
    "SecurityPolicy_TLS13_1_2_2021_06",
)
EDGE = ("SecurityPolicy_TLS13_2025_EDGE", "SecurityPolicy_TLS12_PFS_2025_EDGE", "SecurityPolicy_TLS12_2018_EDGE")
_ACCESS_MODES = ("BASIC", "STRICT")


def check_security_policy(policy: str | None, access_mode: str | None, *, endpoint_type: str, mutual_tls: bool) -> None:
    """Raises BadRequestException unless the policy is available for the endpoint type.

    An enhanced policy requires an access mode and excludes mutual TLS.
    """
    if access_mode is not None and access_mode not in _ACCESS_MODES:
        kind = "endpoint access mode"
        raise not_one_of(kind, access_mode, _ACCESS_MODES)
    if policy is None or policy in LEGACY:
        return
    if policy not in (*ENHANCED, *EDGE):
        kind = "security policy"
        raise not_one_of(kind, policy, (*LEGACY, *ENHANCED, *EDGE))
    # Unconfirmed: the texts for a security policy of another endpoint type, without an access mode, or with mutual TLS.
    # Reason: only the rule is documented.
    if (policy in EDGE) != (endpoint_type == "EDGE"):
        raise bad_request(f"Security policy {policy} is not supported for endpoint type {endpoint_type}")
    if access_mode is None:
        raise bad_request(f"Security policy {policy} requires an endpoint access mode: BASIC or STRICT")
    if mutual_tls:
        raise bad_request(f"Security policy {policy} does not support mutual TLS")
