"""aws.ec2.VpcEndpoint: a connection from a VPC to a service such as execute-api."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any, ClassVar

from cross_account_sandbox.resources.errors import HandlerError, or_none
from cross_account_sandbox.resources.handler import Properties
from cross_account_sandbox.resources.network import NetworkHandler
from cross_account_sandbox.resources.session import ProviderSession
from cross_account_sandbox.resources.values import document, kept_document, renamed

_CREATE = {
    "vpcId": "VpcId",
    "serviceName": "ServiceName",
    "vpcEndpointType": "VpcEndpointType",
    "ipAddressType": "IpAddressType",
    "privateDnsEnabled": "PrivateDnsEnabled",
    "routeTableIds": "RouteTableIds",
    "securityGroupIds": "SecurityGroupIds",
    "subnetIds": "SubnetIds",
}
#: Sets that are changed by adding and removing members: the input, and the suffix of the two parameters.
_SETS = {"routeTableIds": "RouteTableIds", "securityGroupIds": "SecurityGroupIds", "subnetIds": "SubnetIds"}
_SETTLED = ("available", "pendingAcceptance")
_SETTLE_SECONDS = 60.0


class VpcEndpoint(NetworkHandler):
    """A VPC endpoint. Without a policy, it allows all calls."""

    token = "aws:ec2/vpcEndpoint:VpcEndpoint"  # noqa: S105
    kind, ids, listed = "vpc_endpoint", "VpcEndpointIds", "VpcEndpoints"
    inputs = frozenset({*_CREATE, "policy", "region", "tags"})
    replaces = frozenset({"region", "serviceName", "vpcEndpointType", "vpcId"})
    defaults: ClassVar[Mapping[str, Any]] = {"vpcEndpointType": "Gateway"}

    def create(self, session: ProviderSession, inputs: Properties) -> tuple[str, Properties]:
        """CreateVpcEndpoint, then wait until the endpoint is available."""
        client = self.client(session, inputs)
        arguments = renamed(inputs, _CREATE)
        if inputs.get("policy"):
            arguments["PolicyDocument"] = document(inputs["policy"])
        live = client.create_vpc_endpoint(**arguments, **self.tagging(session, inputs))["VpcEndpoint"]
        identity = str(live["VpcEndpointId"])
        return identity, self.state(session, identity, inputs, _settled(client, identity))

    def read(self, session: ProviderSession, identity: str, state: Properties) -> Properties | None:
        """DescribeVpcEndpoints, which lists deleted endpoints for a while."""
        live = self.find(session, identity, state)
        return None if live is None or _state(live) == "deleted" else self.state(session, identity, state, live)

    def update(self, session: ProviderSession, identity: str, old: Properties, new: Properties) -> Properties:
        arguments: Properties = {}
        for name, suffix in _SETS.items():
            before, after = set(old.get(name) or []), set(new.get(name) or [])
            if after - before:
                arguments[f"Add{suffix}"] = sorted(after - before)
            if name in new and before - after:
                arguments[f"Remove{suffix}"] = sorted(before - after)
        if old.get("policy") != new.get("policy"):
            reset = {"ResetPolicy": True}
            arguments |= {"PolicyDocument": document(new["policy"])} if new.get("policy") else reset
        for name, key in (("privateDnsEnabled", "PrivateDnsEnabled"), ("ipAddressType", "IpAddressType")):
            if new.get(name) is not None and new[name] != old.get(name):
                arguments[key] = new[name]
        client = self.client(session, new)
        if arguments:
            client.modify_vpc_endpoint(VpcEndpointId=identity, **arguments)
        self.retag(session, identity, old, new)
        return self.state(session, identity, new, _settled(client, identity))

    def delete(self, session: ProviderSession, identity: str, state: Properties) -> None:
        or_none(self.client(session, state).delete_vpc_endpoints, VpcEndpointIds=[identity])

    def state(self, session: ProviderSession, identity: str, stated: Properties, live: Mapping[str, Any]) -> Properties:
        """The endpoint as EC2 describes it."""
        groups = [group["GroupId"] for group in live.get("Groups") or []]
        return self.outputs(
            session,
            stated,
            {
                "vpcId": live["VpcId"],
                "serviceName": live["ServiceName"],
                "vpcEndpointType": live["VpcEndpointType"],
                "privateDnsEnabled": live.get("PrivateDnsEnabled", False),
                "securityGroupIds": _same(stated.get("securityGroupIds"), groups),
                "subnetIds": _same(stated.get("subnetIds"), live.get("SubnetIds")),
                "routeTableIds": _same(stated.get("routeTableIds"), live.get("RouteTableIds")),
                "policy": kept_document(stated.get("policy"), _policy(live)),
                "dnsEntries": [
                    renamed(entry, {"DnsName": "dnsName", "HostedZoneId": "hostedZoneId"})
                    for entry in live.get("DnsEntries") or []
                ],
                "networkInterfaceIds": live.get("NetworkInterfaceIds") or [],
                "state": _state(live),
                "ownerId": live.get("OwnerId") or session.account,
                "requesterManaged": live.get("RequesterManaged", False),
                "arn": self.arn(session, stated, f"vpc-endpoint/{identity}"),
                **self.tags(session, stated, live),
            },
        )


def _state(live: Mapping[str, Any]) -> str:
    """The state in lowercase, such as `available`: EC2's API capitalizes some states."""
    text = str(live.get("State", ""))
    return text[:1].lower() + text[1:]


def _policy(live: Mapping[str, Any]) -> str | None:
    policy = live.get("PolicyDocument")
    return policy if policy is None or isinstance(policy, str) else json.dumps(policy)


def _same(stated: list[str] | None, live: list[str] | None) -> list[str]:
    found = list(live or [])
    return list(stated) if stated is not None and sorted(stated) == sorted(found) else found


def _settled(client: Any, identity: str) -> Mapping[str, Any]:
    until = time.monotonic() + _SETTLE_SECONDS
    while time.monotonic() < until:
        live: Mapping[str, Any] = client.describe_vpc_endpoints(VpcEndpointIds=[identity])["VpcEndpoints"][0]
        if _state(live) in _SETTLED:
            return live
        time.sleep(0.1)
    raise HandlerError(f"VPC endpoint {identity} is still not available after {_SETTLE_SECONDS:.0f} s")
