"""Security group rules: changes outside Pulumi are detected and reverted; rules of others are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from cross_account_sandbox.engine_plugin.plugin import Plugin
from cross_account_sandbox.resources.table import HANDLERS
from sandbox_testing.scene import Scene

if TYPE_CHECKING:
    from sandbox_testing.resources import Login

_GROUP = "aws:ec2/securityGroup:SecurityGroup"
_INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
_EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
_HTTPS = {"protocol": "tcp", "fromPort": 443, "toPort": 443}
_WIDE = {"IpProtocol": "tcp", "FromPort": 1, "ToPort": 65535}


@pytest.fixture
def scene(login: Login) -> Scene:
    return Scene(login())


@pytest.fixture
def plugin(scene: Scene) -> Plugin:
    plugin = Plugin(HANDLERS, {}, lambda _settings: scene.session)
    plugin.configure({})
    return plugin


def _open(scene: Scene, group: str) -> list[tuple[str, int, int]]:
    """The group's inbound rules for IP addresses."""
    live = scene.session.client("ec2").describe_security_groups(GroupIds=[group])["SecurityGroups"][0]
    return sorted(
        (source["CidrIp"], rule["FromPort"], rule["ToPort"])
        for rule in live["IpPermissions"]
        for source in rule["IpRanges"]
    )


@pytest.mark.parametrize("token", [_INGRESS, _EGRESS])
def test_a_rule_that_was_widened_by_hand_is_seen_and_put_back(scene: Scene, plugin: Plugin, token: str) -> None:
    group = scene.group(scene.vpc())
    inputs = {"securityGroupId": group, "ipProtocol": "tcp", "fromPort": 443, "toPort": 443, "cidrIpv4": "10.0.0.0/16"}
    identity, outputs = plugin.create(token, inputs)
    ec2 = scene.session.client("ec2")
    wide = {"SecurityGroupRuleId": identity, "SecurityGroupRule": {**_WIDE, "CidrIpv4": "0.0.0.0/0"}}
    ec2.modify_security_group_rules(GroupId=group, SecurityGroupRules=[wide])

    found = plugin.read(token, identity, inputs, outputs)

    assert found is not None
    _, drifted, seen = found
    assert (drifted["cidrIpv4"], drifted["fromPort"], drifted["toPort"]) == ("0.0.0.0/0", 1, 65535)
    plugin.update(token, identity, drifted, seen, inputs)
    [rule] = ec2.describe_security_group_rules(SecurityGroupRuleIds=[identity])["SecurityGroupRules"]
    assert (rule["CidrIpv4"], rule["FromPort"], rule["ToPort"]) == ("10.0.0.0/16", 443, 443)


def test_a_rule_of_the_other_direction_is_not_found(scene: Scene, plugin: Plugin) -> None:
    rule = {"securityGroupId": scene.group(scene.vpc()), "ipProtocol": "-1", "cidrIpv4": "10.0.0.0/16"}
    identity, made = plugin.create(_EGRESS, rule)

    assert plugin.read(_INGRESS, identity, {}, {}) is None
    assert plugin.read(_EGRESS, identity, rule, made) is not None
    assert "fromPort" not in made


def test_a_group_s_own_rules_that_were_widened_are_seen_and_put_back(scene: Scene, plugin: Plugin) -> None:
    inputs: dict[str, Any] = {
        "name": "g",
        "description": "d",
        "vpcId": scene.vpc(),
        "ingress": [{**_HTTPS, "cidrBlocks": ["10.1.0.0/16", "10.2.0.0/16"], "description": "ours"}],
    }
    identity, outputs = plugin.create(_GROUP, inputs)
    ec2 = scene.session.client("ec2")
    ec2.authorize_security_group_ingress(
        GroupId=identity, IpPermissions=[{**_WIDE, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
    )

    found = plugin.read(_GROUP, identity, inputs, outputs)

    assert found is not None
    _, drifted, seen = found
    assert plugin.diff(_GROUP, drifted, inputs).changes.keys() == {"ingress"}
    plugin.update(_GROUP, identity, drifted, seen, inputs)
    assert _open(scene, identity) == [("10.1.0.0/16", 443, 443), ("10.2.0.0/16", 443, 443)]


def test_rules_that_say_the_same_in_another_grouping_are_no_drift(scene: Scene, plugin: Plugin) -> None:
    vpc = scene.vpc()
    other = scene.group(vpc)
    inputs: dict[str, Any] = {
        "name": "g",
        "description": "d",
        "vpcId": vpc,
        "ingress": [
            {**_HTTPS, "cidrBlocks": ["10.2.0.0/16"]},
            {**_HTTPS, "cidrBlocks": ["10.1.0.0/16"], "description": "ours"},
            {**_HTTPS, "securityGroups": [other], "self": True},
            {"protocol": "-1", "fromPort": 0, "toPort": 0, "ipv6CidrBlocks": ["2001:db8::/32"]},
        ],
        "egress": [],
    }
    identity, outputs = plugin.create(_GROUP, inputs)

    found = plugin.read(_GROUP, identity, inputs, outputs)

    assert found is not None
    assert plugin.diff(_GROUP, found[1], inputs).changes == {}


def test_an_imported_group_keeps_the_rules_that_the_program_leaves_to_others(scene: Scene, plugin: Plugin) -> None:
    identity = scene.group(scene.vpc())
    rule = {"securityGroupId": identity, "ipProtocol": "tcp", "fromPort": 443, "toPort": 443, "cidrIpv4": "10.0.0.0/16"}
    plugin.create(_INGRESS, rule)
    found = plugin.read(_GROUP, identity, {}, {})
    assert found is not None
    _, old, outputs = found

    plugin.update(_GROUP, identity, old, outputs, {**old, "ingress": None, "tags": {"a": "1"}})

    assert outputs["ingress"] == [{**_HTTPS, "cidrBlocks": ["10.0.0.0/16"]}]
    assert _open(scene, identity) == [("10.0.0.0/16", 443, 443)]
