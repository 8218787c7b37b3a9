"""API mapping keys: valid characters, and which domain names support several levels.

Source: API Gateway developer guide, "Map API stages to a custom domain name for REST APIs".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox_testing.server import SandboxUnderTest

NAME = "api.example.com"
LONGEST = 300


@pytest.fixture
def domain(sandbox: SandboxUnderTest) -> Callable[..., dict[str, Any]]:
    """Create a domain name; return the parameters of a mapping from it to an API's stage."""

    def make(endpoint_type: str = "REGIONAL", policy: str = "TLS_1_2") -> dict[str, Any]:
        certificate = sandbox.client("acm").request_certificate(DomainName=NAME)["CertificateArn"]
        member = "regionalCertificateArn" if endpoint_type == "REGIONAL" else "certificateArn"
        sandbox.client("apigateway").create_domain_name(
            domainName=NAME,
            endpointConfiguration={"types": [endpoint_type]},
            securityPolicy=policy,
            **{member: certificate},
        )
        v2 = sandbox.client("apigatewayv2")
        api_id = v2.create_api(Name="pets", ProtocolType="HTTP")["ApiId"]
        v2.create_stage(ApiId=api_id, StageName="dev")
        return {"DomainName": NAME, "ApiId": api_id, "Stage": "dev"}

    return make


@pytest.mark.parametrize("key", ["", "v1", "v1/pets", "a/b/c", "$-_.+!*'()", "a" * LONGEST])
def test_a_regional_domain_with_tls_1_2_takes_keys_of_several_levels(
    sandbox: SandboxUnderTest, domain: Callable[..., dict[str, Any]], key: str
) -> None:
    made = sandbox.client("apigatewayv2").create_api_mapping(**domain(), ApiMappingKey=key)
    assert made["ApiMappingKey"] == key


@pytest.mark.parametrize("key", ["/v1", "v1/", "v1//pets", "a b", "a@b", "{id}", "a?b", "a" * (LONGEST + 1)])
def test_a_key_with_other_characters_is_refused(
    sandbox: SandboxUnderTest, domain: Callable[..., dict[str, Any]], key: str
) -> None:
    v2, names = sandbox.client("apigatewayv2"), domain()
    with pytest.raises(ClientError, match="BadRequestException"):
        v2.create_api_mapping(**names, ApiMappingKey=key)
    mapping = v2.create_api_mapping(**names, ApiMappingKey="v1")
    with pytest.raises(ClientError, match="BadRequestException"):
        v2.update_api_mapping(**names, ApiMappingId=mapping["ApiMappingId"], ApiMappingKey=key)
    assert [each["ApiMappingKey"] for each in v2.get_api_mappings(DomainName=NAME)["Items"]] == ["v1"]


@pytest.mark.parametrize(
    ("endpoint_type", "policy"), [("EDGE", "TLS_1_2"), ("EDGE", "TLS_1_0"), ("REGIONAL", "TLS_1_0")]
)
def test_several_levels_need_a_regional_domain_with_tls_1_2(
    sandbox: SandboxUnderTest, domain: Callable[..., dict[str, Any]], endpoint_type: str, policy: str
) -> None:
    v2, names = sandbox.client("apigatewayv2"), domain(endpoint_type, policy)
    with pytest.raises(ClientError, match="Multi-level API mappings require a Regional domain name"):
        v2.create_api_mapping(**names, ApiMappingKey="v1/pets")
    mapping = v2.create_api_mapping(**names, ApiMappingKey="v1")
    with pytest.raises(ClientError, match="Multi-level API mappings require a Regional domain name"):
        v2.update_api_mapping(**names, ApiMappingId=mapping["ApiMappingId"], ApiMappingKey="v1/pets")
