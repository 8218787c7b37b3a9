"""EC2: interface endpoints that behave as on AWS, without moto's 100 MB of instance types."""

from __future__ import annotations

import json
from typing import Any

from aws_rules.iam.conditions import unknown_operator


def apply() -> None:
    """Change moto's EC2."""
    _leave_instance_types_out()
    from moto.ec2 import models
    from moto.ec2.models import vpcs
    from moto.ec2.responses.vpcs import VPCs

    backend: Any = models.EC2Backend
    _check_private_dns(VPCs)
    _modify_private_dns(VPCs)
    _check_policies(VPCs)
    _drop_deleted_endpoints(backend)
    _name_endpoints(vpcs)
    _list_services(vpcs)


def _leave_instance_types_out() -> None:
    """Moto reads every Region's instance types at import: 0.6 s and 100 MB for instances that never start here."""
    from moto.utilities import utils as moto_utils

    utils: Any = moto_utils

    read = utils.load_resource

    def load_resource(path: str) -> Any:
        if "instance_type" in path:
            return [] if "offerings" in path else {}
        return read(path)

    utils.load_resource = load_resource
    try:
        import moto.ec2.models.instance_types  # noqa: F401
    finally:
        utils.load_resource = read


def _check_private_dns(responses: Any) -> None:
    """Private DNS needs the VPC's DNS support and host names, and a name that no other endpoint of the VPC has.

    A call without PrivateDnsEnabled gets what the VPC allows. (On AWS the default is true, and such a call is refused;
    a sandbox with incompletely configured VPCs works better without private DNS.) Source: AWS PrivateLink guide,
    "Manage DNS names for VPC endpoint services"; messages as clients report them.
    """
    from moto.ec2.exceptions import InvalidParameter

    unmended = responses.create_vpc_endpoint

    def create_vpc_endpoint(self: Any) -> Any:
        asked, vpc_id = self._get_param("PrivateDnsEnabled"), self._get_param("VpcId")
        service = self._get_param("ServiceName")
        if str(self._get_param("VpcEndpointType")).lower() != "interface" or str(asked).lower() == "false":
            return unmended(self)
        possible = True
        try:
            refuse_private_dns(self.ec2_backend, vpc_id, service)
        except InvalidParameter:
            if asked is not None:
                raise
            possible = False
        answer = unmended(self)
        answer.result["VpcEndpoint"].private_dns_enabled = possible
        return answer

    responses.create_vpc_endpoint = create_vpc_endpoint


def refuse_private_dns(backend: Any, vpc_id: str, service_name: str, *, but: str = "") -> None:
    """Raises moto's InvalidParameter if an endpoint (other than `but`) cannot have private DNS."""
    from moto.ec2.exceptions import InvalidParameter

    vpc = backend.get_vpc(vpc_id)
    if not (vpc.enable_dns_support and vpc.enable_dns_hostnames):
        raise InvalidParameter(
            "Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true "
            f"for {vpc_id}"
        )
    for other in backend.vpc_end_points.values():
        same = (other.vpc_id, other.service_name) == (vpc_id, service_name) and other.id != but
        if same and other.private_dns_enabled:
            fields = service_name.split(".")
            name = ".".join([*reversed(fields[2:]), *reversed(fields[:2])])
            raise InvalidParameter(
                "private-dns-enabled cannot be set because there is already a conflicting DNS domain for "
                f"{name} in the VPC {vpc_id}"
            )


def _modify_private_dns(responses: Any) -> None:
    """ModifyVpcEndpoint enables and disables private DNS."""
    unmended = responses.modify_vpc_endpoint

    def modify_vpc_endpoint(self: Any) -> Any:
        enabled = self._get_param("PrivateDnsEnabled")
        wanted = None if enabled is None else str(enabled).lower() == "true"
        endpoint = self.ec2_backend.vpc_end_points.get(self._get_param("VpcEndpointId"))
        if wanted and endpoint is not None:
            refuse_private_dns(self.ec2_backend, endpoint.vpc_id, endpoint.service_name, but=endpoint.id)
        answer = unmended(self)
        if wanted is not None and endpoint is not None:
            endpoint.private_dns_enabled = wanted
        return answer

    responses.modify_vpc_endpoint = modify_vpc_endpoint


def _check_policies(responses: Any) -> None:
    """An endpoint's policy must be a policy document with known condition operators."""
    from moto.ec2.exceptions import EC2ClientError

    def checked_first(unmended: Any) -> Any:
        def mended(self: Any) -> Any:
            text = self._get_param("PolicyDocument")
            if text and not _is_policy(text):
                # Unconfirmed: the message for a VPC endpoint policy that is refused. Reason: only the code is
                # documented.
                code, message = "InvalidPolicyDocument", "The specified policy document is not valid."
                raise EC2ClientError(code, message)
            return unmended(self)

        return mended

    for operation in ("create_vpc_endpoint", "modify_vpc_endpoint"):
        setattr(responses, operation, checked_first(getattr(responses, operation)))


def _is_policy(text: str) -> bool:
    try:
        document = json.loads(text)
    except ValueError:
        return False
    return isinstance(document, dict) and "Statement" in document and unknown_operator(document) is None


def _drop_deleted_endpoints(backend: Any) -> None:
    """AWS soon stops listing a deleted endpoint; the sandbox stops at once."""
    unmended = backend.delete_vpc_endpoints

    def delete_vpc_endpoints(self: Any, vpce_ids: list[str] | None = None) -> None:
        unmended(self, vpce_ids)
        for vpce_id in vpce_ids or []:
            self.vpc_end_points.pop(vpce_id, None)

    backend.delete_vpc_endpoints = delete_vpc_endpoints


def _name_endpoints(vpcs: Any) -> None:
    """The public name of an interface endpoint: vpce-ID-SUFFIX.SERVICE.REGION.vpce.amazonaws.com.

    Source: API Gateway developer guide, "Invoking a private API using endpoint-specific public DNS hostnames".
    """
    unmended = vpcs.create_dns_entries

    def create_dns_entries(service_name: str, vpc_endpoint_id: str) -> dict[str, str]:
        entry: dict[str, str] = unmended(service_name, vpc_endpoint_id)
        fields = service_name.split(".")
        if len(fields) >= 4:
            top = ".".join(reversed(fields[:2]))
            region, service = fields[2], ".".join(fields[3:])
            entry["dns_name"] = f"{entry['dns_name'].partition('.')[0]}.{service}.{region}.vpce.{top}"
        return entry

    vpcs.create_dns_entries = create_dns_entries


def _list_services(vpcs: Any) -> None:
    """DescribeVpcEndpointServices queries every service of moto, and some need packages that are not installed."""
    vpcs.IMPLEMENTED_ENDPOINT_SERVICES.clear()
    vpcs.COVERED_ENDPOINT_SERVICES.clear()
