"""API IDs that clients choose with the tag `_custom_id_`, as in LocalStack."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox_testing.server import SandboxUnderTest

    Create = Callable[[SandboxUnderTest, str], str]


def rest(sandbox: SandboxUnderTest, custom: str, region: str = "us-east-1") -> str:
    made: dict[str, Any] = sandbox.client("apigateway", region=region).create_rest_api(
        name="pets", tags={"_custom_id_": custom, "team": "pets"}
    )
    assert made["tags"] == {"_custom_id_": custom, "team": "pets"}
    return str(made["id"])


def http(sandbox: SandboxUnderTest, custom: str) -> str:
    made = sandbox.client("apigatewayv2").create_api(Name="pets", ProtocolType="HTTP", Tags={"_custom_id_": custom})
    assert made["ApiEndpoint"] == f"https://{custom}.execute-api.us-east-1.amazonaws.com"
    return str(made["ApiId"])


KINDS = pytest.mark.parametrize("create", [rest, http])


@KINDS
@pytest.mark.parametrize("custom", ["myid", "7", "x" * 63])
def test_the_tag_is_the_id(sandbox: SandboxUnderTest, create: Create, custom: str) -> None:
    assert create(sandbox, custom) == custom


@KINDS
@pytest.mark.parametrize("custom", ["", "MyId", "my-id", "my.id", "my_id", "a/b", "x" * 64, "pétition", "a\nb"])
def test_one_that_cannot_stand_in_a_host_name_is_refused(
    sandbox: SandboxUnderTest, create: Create, custom: str
) -> None:
    with pytest.raises(ClientError) as refused:
        create(sandbox, custom)
    error = refused.value.response["Error"]
    assert error["Code"] == "BadRequestException"
    assert repr(custom) in error["Message"]
    assert "a-z and 0-9" in error["Message"]


@KINDS
def test_one_that_is_taken_is_refused_until_it_is_free(sandbox: SandboxUnderTest, create: Create) -> None:
    gateway = sandbox.client("apigateway", region="eu-west-1")
    rest(sandbox, "myid", "eu-west-1")
    with pytest.raises(ClientError) as refused:
        create(sandbox, "myid")
    assert "'myid' already exists" in refused.value.response["Error"]["Message"]
    gateway.delete_rest_api(restApiId="myid")
    assert create(sandbox, "myid") == "myid"


def test_a_later_tag_changes_no_id(sandbox: SandboxUnderTest) -> None:
    gateway = sandbox.client("apigateway")
    made = gateway.create_rest_api(name="pets")["id"]
    gateway.tag_resource(resourceArn=f"arn:aws:apigateway:us-east-1::/restapis/{made}", tags={"_custom_id_": "myid"})
    assert [api["id"] for api in gateway.get_rest_apis()["items"]] == [made]
