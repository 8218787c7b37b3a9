"""aws.ec2.SecurityGroup, and rules as separate resources: aws.vpc.SecurityGroupIngressRule and …EgressRule."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from cross_account_sandbox.resources.errors import or_none
from cross_account_sandbox.resources.handler import Properties
from cross_account_sandbox.resources.network import NetworkHandler
from cross_account_sandbox.resources.session import ProviderSession
from cross_account_sandbox.resources.values import renamed

_EVERYTHING = "-1"
_DIRECTIONS = ("ingress", "egress")
#: A rule's members in ModifySecurityGroupRules and DescribeSecurityGroupRules.
_RULE = {
    "ipProtocol": "IpProtocol",
    "fromPort": "FromPort",
    "toPort": "ToPort",
    "cidrIpv4": "CidrIpv4",
    "cidrIpv6": "CidrIpv6",
    "prefixListId": "PrefixListId",
    "description": "Description",
}
#: The sources of a rule in a group's inline rules: the input, AWS's list, and the member of its entries.
_SOURCES = {
    "cidrBlocks": ("IpRanges", "CidrIp"),
    "ipv6CidrBlocks": ("Ipv6Ranges", "CidrIpv6"),
    "prefixListIds": ("PrefixListIds", "PrefixListId"),
    "securityGroups": ("UserIdGroupPairs", "GroupId"),
}


class SecurityGroup(NetworkHandler):
    """A security group. Like the AWS provider, it first removes EC2's default egress rule that allows all traffic."""

    token = "aws:ec2/securityGroup:SecurityGroup"  # noqa: S105
    kind, ids, listed = "security_group", "GroupIds", "SecurityGroups"
    inputs = frozenset(
        {"description", "egress", "ingress", "name", "namePrefix", "region", "revokeRulesOnDelete", "tags", "vpcId"}
    )
    replaces = frozenset({"description", "name", "namePrefix", "region", "vpcId"})
    auto_name = "name"
    defaults: ClassVar[Mapping[str, Any]] = {"description": "Managed by Pulumi"}

    def create(self, session: ProviderSession, inputs: Properties) -> tuple[str, Properties]:
        """CreateSecurityGroup, then its rules."""
        client = self.client(session, inputs)
        names = {"name": "GroupName", "description": "Description", "vpcId": "VpcId"}
        live = client.create_security_group(**renamed(inputs, names), **self.tagging(session, inputs))
        identity = str(live["GroupId"])
        everything = [{"IpProtocol": _EVERYTHING, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
        with self.undone_on_failure(session, identity, inputs):
            client.revoke_security_group_egress(GroupId=identity, IpPermissions=everything)
            _set_rules(client, identity, {}, inputs)
        return identity, self.described(session, identity, inputs)

    def read(self, session: ProviderSession, identity: str, state: Properties) -> Properties | None:
        """DescribeSecurityGroups.

        Reads rules only if the program sets some or in an import: others belong to separate resources.
        """
        live = self.find(session, identity, state)
        if live is None:
            return None
        found = self.state(session, identity, state, live)
        for direction, permissions in (("ingress", "IpPermissions"), ("egress", "IpPermissionsEgress")):
            if not state or state.get(direction) is not None:
                found[direction] = _same_rules(state.get(direction), _rules(live.get(permissions), identity), identity)
        return {name: value for name, value in found.items() if state or value != []}

    def update(self, session: ProviderSession, identity: str, old: Properties, new: Properties) -> Properties:
        """Rules and tags change in place."""
        _set_rules(self.client(session, new), identity, old, new)
        self.retag(session, identity, old, new)
        return self.described(session, identity, new)

    def state(self, session: ProviderSession, identity: str, stated: Properties, live: Mapping[str, Any]) -> Properties:
        """The outputs of the group without its rules."""
        return self.outputs(
            session,
            stated,
            {
                "name": live["GroupName"],
                "description": live["Description"],
                "vpcId": live.get("VpcId"),
                "arn": self.arn(session, stated, f"security-group/{identity}"),
                "ownerId": live.get("OwnerId") or session.account,
                **self.tags(session, stated, live),
            },
        )


class _Rule(NetworkHandler):
    """One rule of a security group; every input except description and tags defines the rule."""

    kind, ids, listed = "security_group_rule", "SecurityGroupRuleIds", "SecurityGroupRules"
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
            **self.tagging(session, inputs),
        )
        identity = str(answer["SecurityGroupRules"][0]["SecurityGroupRuleId"])
        return identity, self.state(session, identity, inputs, answer["SecurityGroupRules"][0])

    def read(self, session: ProviderSession, identity: str, state: Properties) -> Properties | None:
        live = self.find(session, identity, state)
        if live is None or bool(live.get("IsEgress")) != (self.direction == "egress"):
            return None
        return self.state(session, identity, state, live)

    def update(self, session: ProviderSession, identity: str, old: Properties, new: Properties) -> Properties:
        names = {**_RULE, "referencedSecurityGroupId": "ReferencedGroupId"}
        self.client(session, new).modify_security_group_rules(
            GroupId=new["securityGroupId"],
            SecurityGroupRules=[{"SecurityGroupRuleId": identity, "SecurityGroupRule": renamed(new, names)}],
        )
        self.retag(session, identity, old, new)
        return self.described(session, identity, new)

    def delete(self, session: ProviderSession, identity: str, state: Properties) -> None:
        """RevokeSecurityGroupIngress or …Egress, by the rule's ID."""
        call = getattr(self.client(session, state), f"revoke_security_group_{self.direction}")
        or_none(call, GroupId=state["securityGroupId"], SecurityGroupRuleIds=[identity])

    def state(self, session: ProviderSession, identity: str, stated: Properties, live: Mapping[str, Any]) -> Properties:
        """The rule as EC2 describes it."""
        return self.outputs(
            session,
            stated,
            {
                **_rule(live),
                "securityGroupId": live["GroupId"],
                "arn": self.arn(session, stated, f"security-group-rule/{identity}"),
                "securityGroupRuleId": identity,
                **self.tags(session, stated, live),
            },
        )


class SecurityGroupIngressRule(_Rule):
    """A rule that allows inbound traffic."""

    token = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"  # noqa: S105
    direction = "ingress"


class SecurityGroupEgressRule(_Rule):
    """A rule that allows outbound traffic."""

    token = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"  # noqa: S105
    direction = "egress"


def _single(rule: Mapping[str, Any]) -> Properties:
    note = {"Description": rule["description"]} if rule.get("description") else {}
    permission: Properties = renamed(rule, {"ipProtocol": "IpProtocol", "fromPort": "FromPort", "toPort": "ToPort"})
    if rule.get("cidrIpv4"):
        permission["IpRanges"] = [{"CidrIp": rule["cidrIpv4"], **note}]
    if rule.get("cidrIpv6"):
        permission["Ipv6Ranges"] = [{"CidrIpv6": rule["cidrIpv6"], **note}]
    if rule.get("prefixListId"):
        permission["PrefixListIds"] = [{"PrefixListId": rule["prefixListId"], **note}]
    if rule.get("referencedSecurityGroupId"):
        permission["UserIdGroupPairs"] = [{"GroupId": rule["referencedSecurityGroupId"], **note}]
    return permission


def _rule(live: Mapping[str, Any]) -> Properties:
    """Convert a rule to the inputs that create it; a rule for all protocols has no ports."""
    found: Properties = {name: live.get(key) for name, key in _RULE.items()}
    if found["ipProtocol"] == _EVERYTHING:
        found["fromPort"] = found["toPort"] = None
    found["description"] = found["description"] or None
    found["referencedSecurityGroupId"] = (live.get("ReferencedGroupInfo") or {}).get("GroupId")
    return found


def _rules(permissions: Any, group: str) -> list[Properties]:
    """Convert AWS's list of a group's rules to the blocks of a program, one per description."""
    blocks: list[Properties] = []
    for permission in permissions or []:
        ports = {"fromPort": permission.get("FromPort") or 0, "toPort": permission.get("ToPort") or 0}
        head = {"protocol": permission["IpProtocol"], **ports}
        by_note: dict[str, Properties] = {}
        for name, (members, member) in _SOURCES.items():
            for entry in permission.get(members) or []:
                note = entry.get("Description") or ""
                block = by_note.setdefault(note, {**head, **({"description": note} if note else {})})
                if entry[member] == group:
                    block["self"] = True
                else:
                    block.setdefault(name, []).append(entry[member])
        blocks += by_note.values()
    return blocks


def _permissions(rules: Any, group: str) -> list[Properties]:
    """Convert a group's inline rules to AWS's form with one source per rule, so that lists compare in any grouping."""
    found: list[Properties] = []
    for rule in rules or []:
        note = {"Description": rule["description"]} if rule.get("description") else {}
        head: Properties = {"IpProtocol": str(rule["protocol"])}
        if head["IpProtocol"] != _EVERYTHING:
            head |= renamed(rule, {"fromPort": "FromPort", "toPort": "ToPort"})
        for name, (members, member) in _SOURCES.items():
            sources = list(rule.get(name) or [])
            if name == "securityGroups" and rule.get("self"):
                sources.append(group)
            found += [{**head, members: [{member: source, **note}]} for source in sources]
    return found


def _same_rules(stated: Any, live: list[Properties], group: str) -> Any:
    """The rules as the program wrote them if AWS's are equivalent; otherwise AWS's."""
    before, now = _permissions(stated, group), _permissions(live, group)
    equal = len(before) == len(now) and all(permission in now for permission in before)
    return stated if stated is not None and equal else live


def _set_rules(client: Any, group: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
    """Update the group's inline rules to the new ones. A list that the program does not set is not changed."""
    for direction in _DIRECTIONS:
        if new.get(direction) is None:
            continue
        before, after = (_permissions(side.get(direction), group) for side in (old, new))
        gone = [permission for permission in before if permission not in after]
        added = [permission for permission in after if permission not in before]
        if gone:
            getattr(client, f"revoke_security_group_{direction}")(GroupId=group, IpPermissions=gone)
        if added:
            getattr(client, f"authorize_security_group_{direction}")(GroupId=group, IpPermissions=added)
