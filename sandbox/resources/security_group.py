"""aws.ec2.SecurityGroup, and its rules as resources: aws.vpc.SecurityGroupIngressRule and …EgressRule."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from sandbox.resources.errors import or_none
from sandbox.resources.network import NetworkHandler
from sandbox.resources.tags import from_pairs, live_tags
from sandbox.resources.values import given

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.resources.handler import Properties
    from sandbox.resources.session import ProviderSession

_EVERYTHING = "-1"
_RULE_CALLS = {"ingress": "ingress", "egress": "egress"}


class SecurityGroup(NetworkHandler):
    """A security group. Like the vendor's provider it takes EC2's own allow-all egress rule off first."""

    token = "aws:ec2/securityGroup:SecurityGroup"  # noqa: S105
    inputs = frozenset(
        {"description", "egress", "ingress", "name", "namePrefix", "region", "revokeRulesOnDelete", "tags", "vpcId"}
    )
    replaces = frozenset({"description", "name", "namePrefix", "region", "vpcId"})
    auto_name = "name"

    def check(self, inputs: Mapping[str, Any]) -> Properties:
        """Adds the provider's default description."""
        return {"description": "Managed by Pulumi", **super().check(inputs)}

    def create(self, session: ProviderSession, inputs: Properties) -> tuple[str, Properties]:
        """CreateSecurityGroup, then its rules."""
        client = self.client(session, inputs)
        names = {"name": "GroupName", "description": "Description", "vpcId": "VpcId"}
        live = client.create_security_group(**given(inputs, names), **self.tagging(session, inputs, "security-group"))
        identity = str(live["GroupId"])
        everything = [{"IpProtocol": _EVERYTHING, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
        with self.undone_on_failure(session, identity, inputs):
            client.revoke_security_group_egress(GroupId=identity, IpPermissions=everything)
            _set_rules(client, identity, {}, inputs)
        return identity, self._state(session, identity, inputs)

    def read(self, session: ProviderSession, identity: str, state: Properties) -> Properties | None:
        """DescribeSecurityGroups. Rules stay as stated: others may be resources of their own."""
        answer = or_none(self.client(session, state).describe_security_groups, GroupIds=[identity])
        return self._state(session, identity, state) if (answer or {}).get("SecurityGroups") else None

    def update(self, session: ProviderSession, identity: str, old: Properties, new: Properties) -> Properties:
        """Rules and tags change in place."""
        _set_rules(self.client(session, new), identity, old, new)
        self.retag(session, identity, old, new)
        return self._state(session, identity, new)

    def delete(self, session: ProviderSession, identity: str, state: Properties) -> None:
        """DeleteSecurityGroup."""
        or_none(self.client(session, state).delete_security_group, GroupId=identity)

    def _state(self, session: ProviderSession, identity: str, stated: Properties) -> Properties:
        live = self.client(session, stated).describe_security_groups(GroupIds=[identity])["SecurityGroups"][0]
        return self.outputs(
            session,
            stated,
            {
                "name": live["GroupName"],
                "description": live["Description"],
                "vpcId": live.get("VpcId"),
                "arn": self.arn(session, stated, f"security-group/{identity}"),
                "ownerId": live.get("OwnerId") or session.account,
                **live_tags(session, from_pairs(live.get("Tags")), stated),
            },
        )


class _Rule(NetworkHandler):
    """One rule of a security group; every input but description and tags belongs to what the rule is."""

    egress: ClassVar[bool]
    direction: ClassVar[str]
    inputs = frozenset(
        {"cidrIpv4", "cidrIpv6", "description", "fromPort", "ipProtocol", "prefixListId", "referencedSecurityGroupId"}
        | {"region", "securityGroupId", "tags", "toPort"}
    )
    replaces = frozenset({"region", "securityGroupId"})

    def create(self, session: ProviderSession, inputs: Properties) -> tuple[str, Properties]:
        """AuthorizeSecurityGroupIngress or …Egress."""
        client = self.client(session, inputs)
        call = getattr(client, f"authorize_security_group_{self.direction}")
        answer = call(
            GroupId=inputs["securityGroupId"],
            IpPermissions=[_single(inputs)],
            **self.tagging(session, inputs, "security-group-rule"),
        )
        identity = str(answer["SecurityGroupRules"][0]["SecurityGroupRuleId"])
        return identity, self._state(session, identity, inputs, answer["SecurityGroupRules"][0])

    def read(self, session: ProviderSession, identity: str, state: Properties) -> Properties | None:
        """DescribeSecurityGroupRules."""
        answer = or_none(self.client(session, state).describe_security_group_rules, SecurityGroupRuleIds=[identity])
        found = (answer or {}).get("SecurityGroupRules")
        return self._state(session, identity, state, found[0]) if found else None

    def update(self, session: ProviderSession, identity: str, old: Properties, new: Properties) -> Properties:
        """ModifySecurityGroupRules."""
        names = {
            "ipProtocol": "IpProtocol",
            "fromPort": "FromPort",
            "toPort": "ToPort",
            "cidrIpv4": "CidrIpv4",
            "cidrIpv6": "CidrIpv6",
            "prefixListId": "PrefixListId",
            "referencedSecurityGroupId": "ReferencedGroupId",
            "description": "Description",
        }
        client = self.client(session, new)
        client.modify_security_group_rules(
            GroupId=new["securityGroupId"],
            SecurityGroupRules=[{"SecurityGroupRuleId": identity, "SecurityGroupRule": given(new, names)}],
        )
        self.retag(session, identity, old, new)
        live = client.describe_security_group_rules(SecurityGroupRuleIds=[identity])["SecurityGroupRules"][0]
        return self._state(session, identity, new, live)

    def delete(self, session: ProviderSession, identity: str, state: Properties) -> None:
        """RevokeSecurityGroupIngress or …Egress, by the rule's id."""
        call = getattr(self.client(session, state), f"revoke_security_group_{self.direction}")
        or_none(call, GroupId=state["securityGroupId"], SecurityGroupRuleIds=[identity])

    def _state(
        self, session: ProviderSession, identity: str, stated: Properties, live: Mapping[str, Any]
    ) -> Properties:
        return self.outputs(
            session,
            stated,
            {
                "arn": self.arn(session, stated, f"security-group-rule/{identity}"),
                "securityGroupRuleId": identity,
                **live_tags(session, from_pairs(live.get("Tags")), stated),
            },
        )


class SecurityGroupIngressRule(_Rule):
    """What may come in."""

    token = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"  # noqa: S105
    direction = "ingress"


class SecurityGroupEgressRule(_Rule):
    """What may go out."""

    token = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"  # noqa: S105
    direction = "egress"


def _single(rule: Mapping[str, Any]) -> Properties:
    note = {"Description": rule["description"]} if rule.get("description") else {}
    permission: Properties = given(rule, {"ipProtocol": "IpProtocol", "fromPort": "FromPort", "toPort": "ToPort"})
    if rule.get("cidrIpv4"):
        permission["IpRanges"] = [{"CidrIp": rule["cidrIpv4"], **note}]
    if rule.get("cidrIpv6"):
        permission["Ipv6Ranges"] = [{"CidrIpv6": rule["cidrIpv6"], **note}]
    if rule.get("prefixListId"):
        permission["PrefixListIds"] = [{"PrefixListId": rule["prefixListId"], **note}]
    if rule.get("referencedSecurityGroupId"):
        permission["UserIdGroupPairs"] = [{"GroupId": rule["referencedSecurityGroupId"], **note}]
    return permission


def _block(rule: Mapping[str, Any], group: str) -> Properties:
    """A rule in the group's own list, which names many sources at once."""
    note = {"Description": rule["description"]} if rule.get("description") else {}
    sources = list(rule.get("securityGroups") or []) + ([group] if rule.get("self") else [])
    permission: Properties = given(rule, {"protocol": "IpProtocol", "fromPort": "FromPort", "toPort": "ToPort"})
    if rule.get("cidrBlocks"):
        permission["IpRanges"] = [{"CidrIp": cidr, **note} for cidr in rule["cidrBlocks"]]
    if rule.get("ipv6CidrBlocks"):
        permission["Ipv6Ranges"] = [{"CidrIpv6": cidr, **note} for cidr in rule["ipv6CidrBlocks"]]
    if rule.get("prefixListIds"):
        permission["PrefixListIds"] = [{"PrefixListId": name, **note} for name in rule["prefixListIds"]]
    if sources:
        permission["UserIdGroupPairs"] = [{"GroupId": source, **note} for source in sources]
    return permission


def _set_rules(client: Any, group: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
    for direction in _RULE_CALLS:
        before, after = old.get(direction) or [], new.get(direction) or []
        gone = [_block(rule, group) for rule in before if rule not in after]
        added = [_block(rule, group) for rule in after if rule not in before]
        if gone:
            getattr(client, f"revoke_security_group_{direction}")(GroupId=group, IpPermissions=gone)
        if added:
            getattr(client, f"authorize_security_group_{direction}")(GroupId=group, IpPermissions=added)
