"""The base class of EC2's handlers, and aws.ec2.Vpc and aws.ec2.Subnet."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

from cross_account_sandbox.resources.aws import AwsHandler
from cross_account_sandbox.resources.errors import or_none
from cross_account_sandbox.resources.handler import Properties
from cross_account_sandbox.resources.session import ProviderSession
from cross_account_sandbox.resources.tags import TagCalls, as_pairs, difference, tags_all
from cross_account_sandbox.resources.values import renamed


class NetworkHandler(AwsHandler):
    """A resource of EC2. EC2 has its own tag calls: tags are set at creation and changed by the resource's ID.

    kind    EC2's name of the type, as in the calls describe_{kind}s and delete_{kind}
    ids     the describe call's parameter for IDs; the delete call's parameter lacks the final s
    listed  the member of the response with the list
    """

    service: ClassVar[str] = "ec2"
    tag_calls = TagCalls(tags="Tags", pair=("Key", "Value"))
    kind: ClassVar[str]
    ids: ClassVar[str]
    listed: ClassVar[str]

    def read(self, session: ProviderSession, identity: str, state: Properties) -> Properties | None:
        live = self.find(session, identity, state)
        return None if live is None else self.state(session, identity, state, live)

    def delete(self, session: ProviderSession, identity: str, state: Properties) -> None:
        call = getattr(self.client(session, state), f"delete_{self.kind}")
        or_none(call, **{self.ids.removesuffix("s"): identity})

    def find(self, session: ProviderSession, identity: str, state: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """EC2's description of this ID; None if it does not exist."""
        call = getattr(self.client(session, state), f"describe_{self.kind}s")
        found = (or_none(call, **{self.ids: [identity]}) or {}).get(self.listed)
        return found[0] if found else None

    def described(self, session: ProviderSession, identity: str, stated: Properties) -> Properties:
        """All outputs, from EC2's current description."""
        return self.state(session, identity, stated, self.find(session, identity, stated) or {})

    @abstractmethod
    def state(self, session: ProviderSession, identity: str, stated: Properties, live: Mapping[str, Any]) -> Properties:
        """All outputs, from the program's inputs and EC2's description."""

    def arn(self, session: ProviderSession, properties: Mapping[str, Any], resource: str) -> str:
        """`arn:aws:ec2:REGION:ACCOUNT:vpc/vpc-1`."""
        region = self.region(session, properties)
        return f"arn:{session.partition}:ec2:{region}:{session.account}:{resource}"

    def tagging(self, session: ProviderSession, inputs: Mapping[str, Any]) -> Properties:
        """EC2 requires the resource type for tags."""
        tags = super().tagging(session, inputs)
        return {"TagSpecifications": [{"ResourceType": self.kind.replace("_", "-"), **tags}]} if tags else {}

    def retag(self, session: ProviderSession, target: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
        """Update the tags, including default tags, to the new inputs."""
        gone, wanted = difference(old.get("tagsAll") or {}, tags_all(session, new))
        if gone:
            self.client(session, new).delete_tags(Resources=[target], Tags=[{"Key": key} for key in gone])
        if wanted:
            self.client(session, new).create_tags(Resources=[target], Tags=as_pairs(wanted))


class Vpc(NetworkHandler):
    """A virtual network."""

    token = "aws:ec2/vpc:Vpc"  # noqa: S105
    kind, ids, listed = "vpc", "VpcIds", "Vpcs"
    inputs = frozenset({"cidrBlock", "enableDnsHostnames", "enableDnsSupport", "instanceTenancy", "region", "tags"})
    replaces = frozenset({"cidrBlock", "region"})

    def create(self, session: ProviderSession, inputs: Properties) -> tuple[str, Properties]:
        """CreateVpc, then the two DNS attributes."""
        client = self.client(session, inputs)
        arguments = renamed(inputs, {"cidrBlock": "CidrBlock", "instanceTenancy": "InstanceTenancy"})
        live = client.create_vpc(**arguments, **self.tagging(session, inputs))["Vpc"]
        identity = str(live["VpcId"])
        with self.undone_on_failure(session, identity, inputs):
            self._resolve_names(client, identity, inputs)
        return identity, self.state(session, identity, inputs, live)

    def update(self, session: ProviderSession, identity: str, old: Properties, new: Properties) -> Properties:
        """DNS attributes and tags change in place."""
        client = self.client(session, new)
        self._resolve_names(client, identity, new)
        self.retag(session, identity, old, new)
        return self.described(session, identity, new)

    def _resolve_names(self, client: Any, identity: str, inputs: Mapping[str, Any]) -> None:
        for name, attribute in (("enableDnsSupport", "EnableDnsSupport"), ("enableDnsHostnames", "EnableDnsHostnames")):
            if inputs.get(name) is not None:
                client.modify_vpc_attribute(VpcId=identity, **{attribute: {"Value": bool(inputs[name])}})

    def state(self, session: ProviderSession, identity: str, stated: Properties, live: Mapping[str, Any]) -> Properties:
        """The VPC as EC2 describes it, its DNS attributes, and its default security group."""
        client = self.client(session, stated)
        attributes = {
            name: client.describe_vpc_attribute(VpcId=identity, Attribute=name)[name[0].upper() + name[1:]]["Value"]
            for name in ("enableDnsSupport", "enableDnsHostnames")
        }
        groups = client.describe_security_groups(Filters=[{"Name": "vpc-id", "Values": [identity]}])["SecurityGroups"]
        default = next((group["GroupId"] for group in groups if group["GroupName"] == "default"), None)
        return self.outputs(
            session,
            stated,
            {
                **attributes,
                "cidrBlock": live["CidrBlock"],
                "instanceTenancy": live.get("InstanceTenancy", "default"),
                "arn": self.arn(session, stated, f"vpc/{identity}"),
                "ownerId": live.get("OwnerId") or session.account,
                "defaultSecurityGroupId": default,
                "dhcpOptionsId": live.get("DhcpOptionsId"),
                **self.tags(session, stated, live),
            },
        )


class Subnet(NetworkHandler):
    """A part of a VPC in one Availability Zone."""

    token = "aws:ec2/subnet:Subnet"  # noqa: S105
    kind, ids, listed = "subnet", "SubnetIds", "Subnets"
    inputs = frozenset({"availabilityZone", "cidrBlock", "mapPublicIpOnLaunch", "region", "tags", "vpcId"})
    replaces = frozenset({"availabilityZone", "cidrBlock", "region", "vpcId"})

    def create(self, session: ProviderSession, inputs: Properties) -> tuple[str, Properties]:
        client = self.client(session, inputs)
        names = {"vpcId": "VpcId", "cidrBlock": "CidrBlock", "availabilityZone": "AvailabilityZone"}
        live = client.create_subnet(**renamed(inputs, names), **self.tagging(session, inputs))["Subnet"]
        identity = str(live["SubnetId"])
        with self.undone_on_failure(session, identity, inputs):
            self._map_public(client, identity, {}, inputs)
        return identity, self.described(session, identity, inputs)

    def update(self, session: ProviderSession, identity: str, old: Properties, new: Properties) -> Properties:
        """Public IP assignment and tags change in place."""
        self._map_public(self.client(session, new), identity, old, new)
        self.retag(session, identity, old, new)
        return self.described(session, identity, new)

    def _map_public(self, client: Any, identity: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
        wanted = bool(new.get("mapPublicIpOnLaunch"))
        if wanted != bool(old.get("mapPublicIpOnLaunch")):
            client.modify_subnet_attribute(SubnetId=identity, MapPublicIpOnLaunch={"Value": wanted})

    def state(self, session: ProviderSession, identity: str, stated: Properties, live: Mapping[str, Any]) -> Properties:
        """The subnet as EC2 describes it."""
        return self.outputs(
            session,
            stated,
            {
                "vpcId": live["VpcId"],
                "cidrBlock": live["CidrBlock"],
                "availabilityZone": live["AvailabilityZone"],
                "availabilityZoneId": live.get("AvailabilityZoneId"),
                "mapPublicIpOnLaunch": live.get("MapPublicIpOnLaunch", False),
                "arn": self.arn(session, stated, f"subnet/{identity}"),
                "ownerId": live.get("OwnerId") or session.account,
                **self.tags(session, stated, live),
            },
        )
