"""Custom domains across types and accounts: certificates, mappings, and access to private domains."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from cross_account_sandbox.resources.table import handler
from sandbox_testing.scene import Scene

if TYPE_CHECKING:
    from sandbox_testing.resources import Login


def test_a_validated_certificate_is_waited_for(login: Login) -> None:
    scene = Scene(login())
    arn = scene.certificate()
    row = handler("aws:acm/certificateValidation:CertificateValidation")
    identity, made = row.create(scene.session, {"certificateArn": arn})
    assert made["certificateArn"] == arn
    assert row.read(scene.session, identity, made) == made
    assert scene.session.client("acm").describe_certificate(CertificateArn=arn)["Certificate"]["Status"] == "ISSUED"


def test_an_http_apis_stage_is_mapped_to_a_domain(login: Login) -> None:
    scene = Scene(login())
    domain, made = scene.make(
        "aws:apigatewayv2/domainName:DomainName",
        domainName="pets.example.com",
        domainNameConfiguration={
            "certificateArn": scene.certificate(),
            "endpointType": "REGIONAL",
            "securityPolicy": "TLS_1_2",
        },
    )
    configuration = made["domainNameConfiguration"]
    assert configuration["targetDomainName"].endswith(".execute-api.us-east-1.amazonaws.com")
    assert configuration["hostedZoneId"]

    api = scene.http_api()
    scene.make("aws:apigatewayv2/stage:Stage", apiId=api, name="dev", autoDeploy=True)
    mapping, state = scene.make("aws:apigatewayv2/apiMapping:ApiMapping", apiId=api, domainName=domain, stage="dev")
    row = handler("aws:apigatewayv2/apiMapping:ApiMapping")
    assert row.read(scene.session, mapping, state) == state
    changed = row.update(scene.session, mapping, state, {**state, "apiMappingKey": "v1"})
    assert changed["apiMappingKey"] == "v1"
    row.delete(scene.session, mapping, changed)
    assert row.read(scene.session, mapping, changed) is None
    domains = handler("aws:apigatewayv2/domainName:DomainName")
    domains.delete(scene.session, domain, made)
    assert domains.read(scene.session, domain, made) is None


@pytest.fixture
def policy() -> str:
    statement = {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def test_a_private_domain_is_opened_to_an_endpoint(login: Login, policy: str) -> None:
    scene = Scene(login())
    identity, made = scene.make(
        "aws:apigateway/domainName:DomainName",
        domainName="inner.example.com",
        certificateArn=scene.certificate(),
        endpointConfiguration={"types": "PRIVATE"},
        securityPolicy="TLS_1_2",
        policy=policy,
    )
    assert identity == f"inner.example.com/{made['domainNameId']}"
    resource = json.loads(made["policy"])["Statement"][0]["Resource"]
    assert resource == f"{made['arn'].replace(':apigateway:', ':execute-api:')}/*"
    vpc = scene.vpc()
    endpoint, _ = scene.make(
        "aws:ec2/vpcEndpoint:VpcEndpoint",
        vpcId=vpc,
        serviceName="com.amazonaws.us-east-1.execute-api",
        vpcEndpointType="Interface",
        subnetIds=[scene.subnet(vpc)],
    )
    row = handler("aws:apigateway/domainNameAccessAssociation:DomainNameAccessAssociation")
    arn, state = scene.make(
        row.token,
        accessAssociationSource=endpoint,
        accessAssociationSourceType="VPCE",
        domainNameArn=made["arn"],
        tags={"a": "1"},
    )
    assert row.read(scene.session, arn, state) == state
    changed = row.update(scene.session, arn, state, {**state, "tags": {"a": "2"}})
    assert changed["tagsAll"] == {"a": "2"}
    row.delete(scene.session, arn, changed)
    assert row.read(scene.session, arn, changed) is None
