"""The destinations of the page's requests: every stage, by its API's own host name and by its custom domains."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from aws_rules.arns import dns_suffix, partition_of_region
from cross_account_sandbox.apigateway.model.domain_name import BasePathMapping
from cross_account_sandbox.apigateway.model.rest_api import RestApi
from cross_account_sandbox.apigatewayv2.model import HttpApi
from cross_account_sandbox.http import HttpRequest, host_name
from cross_account_sandbox.page.diagram import find_api
from cross_account_sandbox.terminal.routes import ServedStage, served_stages
from cross_account_sandbox.world import World

_NO_BASE_PATH = "(none)"


@dataclass(frozen=True, kw_only=True, slots=True)
class Destination:
    """A stage and one address of it.

    key     names it in the form: `API/STAGE`, and for a custom domain `API/STAGE@DOMAIN/BASE`
    prefix  what precedes the path that the API routes
    """

    key: str
    label: str
    host: str
    prefix: str
    region: str


def destinations(world: World) -> list[Destination]:
    """Every address of every stage, except disabled default endpoints."""
    return [way for stage in served_stages(world) for way in _ways(world, stage)]


def chosen(ways: list[Destination], wanted: str, sent: HttpRequest | None = None) -> Destination | None:
    """The destination that a form names, exactly or by API and stage; of several, the one used before."""
    fitting = [way for way in ways if way.key == wanted or way.key.startswith(f"{wanted}@")]
    if sent is not None:
        # By its own host name, or as `/_aws/domain-names/{domain}/…`.
        taken = f"/{host_name(sent.header('host'))}{sent.path}/"
        fitting.sort(key=lambda way: (f"/{way.host}{way.prefix}/" not in taken, -len(way.prefix)))
    return fitting[0] if fitting else None


def _ways(world: World, stage: ServedStage) -> Iterator[Destination]:
    api = find_api(world, stage.api_id)
    if api is None:
        return
    own = f"{stage.api_id}/{stage.stage}"
    label = f"{stage.api}, stage {stage.stage} ({stage.account})"
    if not _closed(api, stage.stage):
        host = f"{stage.api_id}.execute-api.{api.region}.{dns_suffix(partition_of_region(api.region))}"
        prefix = "" if stage.stage == "$default" else f"/{stage.stage}"
        yield Destination(key=own, label=label, host=host, prefix=prefix, region=api.region)
    for domain in world.apigateway(api.account, api.region).domain_names.values():
        for mapping in domain.mappings.values():
            if mapping.api_id == stage.api_id and mapping.stage in (None, stage.stage):
                prefix = _prefix(mapping, stage.stage)
                where = f"{domain.name}{prefix}"
                yield Destination(
                    key=f"{own}@{where}",
                    label=f"{label} by {where}",
                    host=domain.name,
                    prefix=prefix,
                    region=api.region,
                )


def _prefix(mapping: BasePathMapping, stage: str) -> str:
    base = "" if mapping.base_path == _NO_BASE_PATH else f"/{mapping.base_path}"
    return base if mapping.stage else f"{base}/{stage}"


def _closed(api: RestApi | HttpApi, stage: str) -> bool:
    if isinstance(api, RestApi):
        return api.default_endpoint_closed
    snapshot = api.served(stage)
    return snapshot is not None and snapshot.disable_execute_api_endpoint
