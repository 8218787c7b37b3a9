"""Find the deployed API that a request is for: by Host, VPC endpoint name, custom domain or path.

The supported forms, where {api} is an API ID:
- `{api}.execute-api.{region}.amazonaws.com[.cn]`  as on AWS; the first path segment is the stage
- `{api}.execute-api.localhost`                     the same without a Region
- `{api}-{vpce}.execute-api.{region}.amazonaws.com` a private API, through its association with a VPC endpoint
- `{vpce}-….execute-api.{region}.vpce.amazonaws.com` an endpoint's public DNS name; `x-apigw-api-id` names the API
- a custom domain's name                            base path mappings select the API and the stage
- `/_aws/execute-api/{api}/{stage}/…`               for clients that cannot set Host
- `/_aws/domain-names/{domain}/…`                   the same for a custom domain

Source: API Gateway developer guide, "How to invoke a private API" and "Custom domain names for REST APIs".
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from aws_rules.arns import dns_suffix, is_region, partition_of_region
from cross_account_sandbox.apigateway.model.domain_name import DomainName
from cross_account_sandbox.control_plane.vpc_endpoints import VpcEndpoints
from cross_account_sandbox.execute_api import private_domains, vpc_endpoints
from cross_account_sandbox.http import HttpRequest
from cross_account_sandbox.world import World

_SUFFIX = r"(?:amazonaws\.com(?:\.cn)?|c2s\.ic\.gov|sc2s\.sgov\.gov|cloud\.adc-e\.uk|csp\.hci\.ic\.gov|amazonaws\.eu)"
_HOST = re.compile(
    rf"(?P<api>[a-z0-9]+)(?:-(?P<vpce>vpce-[0-9a-z]+))?\.execute-api\."
    rf"(?:localhost|(?P<region>[a-z0-9-]+)\.(?P<suffix>{_SUFFIX}))"
)
_ENDPOINT_HOST = re.compile(
    rf"(?P<vpce>vpce-[0-9a-z]+)-[0-9a-z]+(?:-[a-z0-9-]+)?\.execute-api\.(?P<region>[a-z0-9-]+)\.vpce\.(?P<suffix>{_SUFFIX})"
)
_PATH_PREFIX = "/_aws/execute-api/"
_DOMAIN_PATH_PREFIX = "/_aws/domain-names/"
#: The header in which a client outside the sandbox names the VPC endpoint that its request comes through.
SOURCE_VPCE_HEADER = "x-sandbox-source-vpce"
#: The header in which a function's environment names the VPC that it runs in.
SOURCE_VPC_HEADER = "x-sandbox-source-vpc"
#: The mapping of a custom domain's root.
_NO_BASE_PATH = "(none)"


@dataclass(frozen=True, kw_only=True, slots=True)
class Address:
    """An API, and the part of the path that it routes.

    api_id, region  as the client named them; region is empty if the form has none
    stage           None if the path names no stage
    path            the path that the API routes: percent-encoding unchanged, with a leading slash
    full_path       as `$context.path` shows it: with the stage, or with the domain's base path
    domain          `$context.domainName`
    associated      the VPC endpoint in the name `{api}-{vpce}`, which must be associated with the API
    custom          True if a custom domain's mapping selected the API
    vpce            the VPC endpoint the request came through, None for the internet
    refused         why no API answers at this address, if that is already known; otherwise empty
    """

    api_id: str
    region: str = ""
    stage: str | None
    path: str
    full_path: str
    domain: str
    base_path: str = ""
    associated: str | None = None
    custom: bool = False
    vpce: str | None = None
    refused: str = ""


def address_of(world: World, request: HttpRequest) -> Address | None:
    """Find the API that a request is for; None for AWS API calls and requests to the sandbox itself."""
    path = _path_of(request.target)
    if path.startswith(_PATH_PREFIX):
        return _by_path(world, path, request)
    if path.startswith(_DOMAIN_PATH_PREFIX):
        name, _, rest = path.removeprefix(_DOMAIN_PATH_PREFIX).partition("/")
        return _by_domain(world, name.lower(), f"/{rest}", request)
    host = request.header("host").lower()
    if not host.startswith("["):
        host = host.partition(":")[0]
    match = _HOST.fullmatch(host)
    if match is not None:
        region = match["region"] or _region_of(world, match["api"])
        # A name without a Region is shown as AWS would show it; the Region is filled in once the API is found.
        domain = host if match["region"] else ""
        address = _staged(
            match["api"],
            region,
            path,
            domain=domain,
            vpce=match["vpce"] or _source_vpce(world.vpc_endpoints, request, region),
        )
        if match["vpce"]:
            address = replace(address, associated=match["vpce"])
        return replace(address, refused=_misnamed(match["region"], match["suffix"])) if match["region"] else address
    match = _ENDPOINT_HOST.fullmatch(host)
    if match is not None:
        named = _HOST.fullmatch(request.header("x-apigw-api-id").lower() + ".execute-api.localhost")
        api_id = named["api"] if named else ""
        address = _staged(api_id, match["region"], path, domain=host, vpce=match["vpce"])
        return replace(address, refused=_misnamed(match["region"], match["suffix"]))
    return _by_domain(world, host, path, request)


def _misnamed(region: str, suffix: str) -> str:
    """Explain why a name leads to no API: each partition has one suffix. Empty if the name is valid."""
    wanted = dns_suffix(partition_of_region(region)) if is_region(region) else ""
    return "" if suffix == wanted else f"No API in Region {region!r} has a name that ends with {suffix}"


def _path_of(target: str) -> str:
    """Return the path of a request target in origin or absolute form."""
    path = target.partition("?")[0]
    if path.startswith(("http://", "https://")):
        path = "/" + path.split("/", 3)[3] if path.count("/") > 2 else "/"
    return path or "/"


def _source_vpce(endpoints: VpcEndpoints, request: HttpRequest, region: str) -> str | None:
    """Return the endpoint the client names, or the one that serves this Region inside the client's VPC."""
    named = request.header(SOURCE_VPCE_HEADER)
    vpc_id = "" if named else request.header(SOURCE_VPC_HEADER)
    if not vpc_id:
        return named or None
    return vpc_endpoints.of_vpc(endpoints, vpc_id, region)


def _staged(api_id: str, region: str, path: str, *, domain: str, vpce: str | None) -> Address:
    stage, slash, rest = path[1:].partition("/")
    return Address(
        api_id=api_id,
        region=region,
        stage=stage or None,
        path="/" + rest if slash else "/",
        full_path=path,
        domain=domain,
        vpce=vpce,
    )


def _by_path(world: World, path: str, request: HttpRequest) -> Address:
    api_id, _, rest = path.removeprefix(_PATH_PREFIX).partition("/")
    region = _region_of(world, api_id)
    # The domain is completed with the API's Region once the API is found.
    return _staged(api_id, region, "/" + rest, domain="", vpce=_source_vpce(world.vpc_endpoints, request, region))


def _region_of(world: World, api_id: str) -> str:
    """Return the Region of an API that is named without one; empty for an unknown API."""
    rest = (store.region for store in world.apigateway.all() if api_id in store.rest_apis)
    return next(rest, "") or next((store.region for store in world.http_apis.all() if api_id in store.apis), "")


def _by_domain(world: World, host: str, path: str, request: HttpRequest) -> Address | None:
    closed: Address | None = None
    for store in world.apigateway.all():
        for domain in store.domain_names.values():
            if domain.name.lower() == host:
                private = "PRIVATE" in domain.endpoint_types
                vpce = (
                    _named_vpce(world.vpc_endpoints, request, host)
                    if private
                    else _source_vpce(world.vpc_endpoints, request, store.region)
                )
                if domain.extra.get("mutualTlsAuthentication"):
                    # No client certificate reaches the sandbox, and AWS refuses every client without one.
                    why = f"The domain {domain.name} requires mutual TLS, which the sandbox cannot check"
                    return replace(_mapped(domain, path, host=host, vpce=vpce), refused=why)
                if not private:
                    return _mapped(domain, path, host=host, vpce=vpce)
                found = _private(
                    world, domain, path, request, host=host, vpce=vpce, owner=(store.account, store.region)
                )
                # Private domains can share a name: the one that allows this endpoint answers.
                if not found.refused:
                    return found
                closed = closed or found
    return closed


def _named_vpce(endpoints: VpcEndpoints, request: HttpRequest, host: str) -> str | None:
    """Return the endpoint the client names, or the one that the VPC's private hosted zones resolve this name to."""
    named = request.header(SOURCE_VPCE_HEADER)
    vpc_id = "" if named else request.header(SOURCE_VPC_HEADER)
    if not vpc_id:
        return named or None
    return vpc_endpoints.by_record(endpoints, vpc_id, host)


def _private(
    world: World,
    domain: DomainName,
    path: str,
    request: HttpRequest,
    *,
    host: str,
    vpce: str | None,
    owner: tuple[str, str],
) -> Address:
    account, region = owner
    endpoint = world.vpc_endpoints.by_id(vpce) if vpce else None
    client = request.client(vpce=vpce, vpc=endpoint.vpc_id if endpoint else None)
    refused = private_domains.refusal(
        world.apigateway, domain, account=account, region=region, path=path, client=client
    )
    address = _mapped(domain, path, host=host, vpce=vpce)
    return replace(address, refused=refused or address.refused)


def _mapped(domain: DomainName, path: str, *, host: str, vpce: str | None) -> Address:
    mapping, base = None, ""
    for base_path, candidate in domain.mappings.items():
        prefix = "" if base_path == _NO_BASE_PATH else base_path.strip("/")
        fits = not prefix or path == f"/{prefix}" or path.startswith(f"/{prefix}/")
        # The longest matching base path wins.
        if fits and (mapping is None or len(prefix) > len(base)):
            mapping, base = candidate, prefix
    if mapping is None:
        why = f"The domain {domain.name} has no API mapping for {path}"
        return Address(
            api_id="", stage=None, path=path, full_path=path, domain=host, custom=True, vpce=vpce, refused=why
        )
    rest = path[len(base) + 1 :] if base else path
    stage = mapping.stage
    if not stage:
        # With a mapping that has no stage, the client names the stage in the first path segment.
        first, slash, tail = rest.lstrip("/").partition("/")
        stage, rest = first or None, "/" + tail if slash else "/"
    return Address(
        api_id=mapping.api_id,
        stage=stage,
        path=rest or "/",
        full_path=path,
        domain=host,
        base_path=f"/{base}" if base else "",
        custom=True,
        vpce=vpce,
    )
