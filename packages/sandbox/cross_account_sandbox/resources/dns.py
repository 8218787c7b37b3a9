"""aws.route53.Zone and aws.route53.Record."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any, ClassVar

from cross_account_sandbox.resources.aws import AwsHandler
from cross_account_sandbox.resources.errors import or_none
from cross_account_sandbox.resources.handler import Properties
from cross_account_sandbox.resources.session import ProviderSession
from cross_account_sandbox.resources.tags import as_pairs, difference, from_pairs, live_tags, tags_all
from cross_account_sandbox.resources.values import renamed

_REQUIRED_RECORDS = ("NS", "SOA")


class Zone(AwsHandler):
    """A hosted zone, private if it has VPCs. Its ID is the zone ID."""

    token = "aws:route53/zone:Zone"  # noqa: S105
    service = "route53"
    regional = False
    inputs = frozenset({"comment", "forceDestroy", "name", "tags", "vpcs"})
    replaces = frozenset({"name"})
    defaults: ClassVar[Mapping[str, Any]] = {"comment": "Managed by Pulumi"}

    def create(self, session: ProviderSession, inputs: Properties) -> tuple[str, Properties]:
        """CreateHostedZone; another call associates each further VPC."""
        client = self.client(session, inputs)
        vpcs = [_vpc(session, entry) for entry in inputs.get("vpcs") or []]
        live = client.create_hosted_zone(
            Name=inputs["name"],
            CallerReference=secrets.token_hex(8),
            HostedZoneConfig={"Comment": inputs.get("comment") or ""},
            **({"VPC": vpcs[0]} if vpcs else {}),
        )
        identity = str(live["HostedZone"]["Id"]).removeprefix("/hostedzone/")
        with self.undone_on_failure(session, identity, inputs):
            for vpc in vpcs[1:]:
                client.associate_vpc_with_hosted_zone(HostedZoneId=identity, VPC=vpc)
            self._retag(client, identity, {}, tags_all(session, inputs))
        return identity, self._state(session, identity, inputs)

    def read(self, session: ProviderSession, identity: str, state: Properties) -> Properties | None:
        if or_none(self.client(session, state).get_hosted_zone, Id=identity) is None:
            return None
        return self._state(session, identity, state)

    def update(self, session: ProviderSession, identity: str, old: Properties, new: Properties) -> Properties:
        """Comment, VPCs and tags change in place."""
        client = self.client(session, new)
        if old.get("comment") != new.get("comment"):
            client.update_hosted_zone_comment(Id=identity, Comment=new.get("comment") or "")
        before, after = ([_vpc(session, entry) for entry in side.get("vpcs") or []] for side in (old, new))
        for vpc in (entry for entry in after if entry not in before):
            client.associate_vpc_with_hosted_zone(HostedZoneId=identity, VPC=vpc)
        for vpc in (entry for entry in before if entry not in after):
            client.disassociate_vpc_from_hosted_zone(HostedZoneId=identity, VPC=vpc)
        self._retag(client, identity, old.get("tagsAll") or {}, tags_all(session, new))
        return self._state(session, identity, new)

    def delete(self, session: ProviderSession, identity: str, state: Properties) -> None:
        """DeleteHostedZone; with `forceDestroy`, after deleting all its records."""
        client = self.client(session, state)
        if or_none(client.get_hosted_zone, Id=identity) is None:
            return
        if state.get("forceDestroy"):
            records = client.list_resource_record_sets(HostedZoneId=identity)["ResourceRecordSets"]
            changes = [
                {"Action": "DELETE", "ResourceRecordSet": record}
                for record in records
                if record["Type"] not in _REQUIRED_RECORDS
            ]
            if changes:
                client.change_resource_record_sets(HostedZoneId=identity, ChangeBatch={"Changes": changes})
        or_none(client.delete_hosted_zone, Id=identity)

    def _retag(self, client: Any, identity: str, old: Mapping[str, str], new: Mapping[str, str]) -> None:
        gone, wanted = difference(old, new)
        arguments: Properties = {"RemoveTagKeys": gone} if gone else {}
        arguments |= {"AddTags": as_pairs(wanted)} if wanted else {}
        if arguments:
            client.change_tags_for_resource(ResourceType="hostedzone", ResourceId=identity, **arguments)

    def _state(self, session: ProviderSession, identity: str, stated: Properties) -> Properties:
        client = self.client(session, stated)
        answer = client.get_hosted_zone(Id=identity)
        tags = client.list_tags_for_resource(ResourceType="hostedzone", ResourceId=identity)["ResourceTagSet"]["Tags"]
        servers = (answer.get("DelegationSet") or {}).get("NameServers") or []
        vpcs = [renamed(vpc, {"VPCId": "vpcId", "VPCRegion": "vpcRegion"}) for vpc in answer.get("VPCs") or []]
        known = [{"vpcRegion": session.region, **entry} for entry in stated.get("vpcs") or []]
        return self.outputs(
            session,
            stated,
            {
                "name": str(answer["HostedZone"]["Name"]).rstrip("."),
                "comment": (answer["HostedZone"].get("Config") or {}).get("Comment"),
                "vpcs": known if sorted(map(str, known)) == sorted(map(str, vpcs)) and known else vpcs or None,
                "zoneId": identity,
                "arn": f"arn:{session.partition}:route53:::hostedzone/{identity}",
                "nameServers": servers,
                "primaryNameServer": servers[0] if servers else None,
                **live_tags(session, from_pairs(tags), stated),
            },
        )


class Record(AwsHandler):
    """A record set of a zone. Its ID is `ZONE_NAME_TYPE`."""

    token = "aws:route53/record:Record"  # noqa: S105
    service = "route53"
    regional = False
    inputs = frozenset({"aliases", "allowOverwrite", "name", "records", "ttl", "type", "zoneId"})
    replaces = frozenset({"name", "type", "zoneId"})

    def create(self, session: ProviderSession, inputs: Properties) -> tuple[str, Properties]:
        """ChangeResourceRecordSets with CREATE, or with UPSERT if `allowOverwrite` is set."""
        self._change(session, inputs, "UPSERT" if inputs.get("allowOverwrite") else "CREATE")
        return f"{inputs['zoneId']}_{inputs['name']}_{inputs['type']}", self._state(session, inputs, inputs)

    def read(self, session: ProviderSession, identity: str, state: Properties) -> Properties | None:
        """Find the record set in the zone's list."""
        if not state.get("zoneId"):
            # Names can contain underscores: the validation records of ACM start with one.
            zone, _, rest = identity.partition("_")
            name, _, kind = rest.rpartition("_")
            state = {**state, "zoneId": zone, "name": name, "type": kind}
        answer = or_none(
            self.client(session, state).list_resource_record_sets,
            HostedZoneId=state["zoneId"],
            StartRecordName=self._fqdn(session, state),
            StartRecordType=state["type"],
        )
        wanted = (f"{self._fqdn(session, state)}.", state["type"]) if answer else ("", "")
        found = next(
            (
                record
                for record in (answer or {}).get("ResourceRecordSets", [])
                if (record["Name"], record["Type"]) == wanted
            ),
            None,
        )
        return None if found is None else self._state(session, state, _stated(found))

    def update(self, session: ProviderSession, identity: str, old: Properties, new: Properties) -> Properties:
        """ChangeResourceRecordSets with UPSERT."""
        self._change(session, new, "UPSERT")
        return self._state(session, new, new)

    def delete(self, session: ProviderSession, identity: str, state: Properties) -> None:
        """ChangeResourceRecordSets with DELETE."""
        if self.read(session, identity, state) is not None:
            self._change(session, state, "DELETE")

    def _change(self, session: ProviderSession, inputs: Properties, action: str) -> None:
        record: Properties = {"Name": self._fqdn(session, inputs), "Type": inputs["type"]}
        if inputs.get("aliases"):
            alias = inputs["aliases"][0]
            record["AliasTarget"] = {
                "DNSName": alias["name"],
                "HostedZoneId": alias["zoneId"],
                "EvaluateTargetHealth": bool(alias.get("evaluateTargetHealth")),
            }
        else:
            record["TTL"] = inputs.get("ttl", 300)
            record["ResourceRecords"] = [{"Value": value} for value in inputs.get("records") or []]
        self.client(session, inputs).change_resource_record_sets(
            HostedZoneId=inputs["zoneId"],
            ChangeBatch={"Changes": [{"Action": action, "ResourceRecordSet": record}]},
        )

    def _fqdn(self, session: ProviderSession, inputs: Mapping[str, Any]) -> str:
        """The record's fully qualified name: programs can omit the zone's name."""
        zone = self.client(session, inputs).get_hosted_zone(Id=inputs["zoneId"])["HostedZone"]["Name"].rstrip(".")
        name = str(inputs["name"]).rstrip(".").lower()
        if not name:
            return str(zone)
        return name if name == zone or name.endswith(f".{zone}") else f"{name}.{zone}"

    def _state(self, session: ProviderSession, stated: Properties, live: Mapping[str, Any]) -> Properties:
        shown = {name: live.get(name) for name in ("aliases", "records", "ttl")}
        if stated.get("records") and sorted(stated["records"]) == sorted(live.get("records") or []):
            shown["records"] = stated["records"]
        return self.outputs(session, stated, {**shown, "fqdn": self._fqdn(session, stated)})


def _vpc(session: ProviderSession, entry: Mapping[str, Any]) -> dict[str, str]:
    return {"VPCId": entry["vpcId"], "VPCRegion": entry.get("vpcRegion") or session.region}


def _stated(record: Mapping[str, Any]) -> Properties:
    """Convert a record set to the inputs that create it."""
    alias = record.get("AliasTarget")
    if alias:
        target = {
            "name": str(alias["DNSName"]).rstrip("."),
            "zoneId": alias["HostedZoneId"],
            "evaluateTargetHealth": bool(alias.get("EvaluateTargetHealth")),
        }
        return {"aliases": [target]}
    return {
        "ttl": record.get("TTL"),
        "records": [entry["Value"] for entry in record.get("ResourceRecords") or []],
    }
