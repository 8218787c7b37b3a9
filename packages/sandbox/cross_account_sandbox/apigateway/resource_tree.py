"""The resource tree: valid path parts, and the rules for siblings and children."""

from __future__ import annotations

from collections.abc import Iterator

from aws_rules.paths import is_path_part
from cross_account_sandbox.apigateway.errors import bad_request, conflict, too_many
from cross_account_sandbox.apigateway.identifiers import new_id
from cross_account_sandbox.apigateway.model.definition import Definition, Resource


def add_resource(
    definition: Definition, parent: Resource, part: str, *, most: int, resource_id: str | None = None
) -> Resource:
    """Add a child resource. Raises BadRequestException, ConflictException, or LimitExceededException above `most`."""
    check_part(part)
    check_place(definition, parent, part)
    if len(definition.resources) >= most:
        kind = "Resources"
        raise too_many(kind)
    resource = Resource(
        id=resource_id or new_id(taken=definition.resources),
        parent_id=parent.id,
        path_part=part,
        path=child_path(parent, part),
    )
    definition.resources[resource.id] = resource
    return resource


def child_path(parent: Resource, part: str) -> str:
    """Return the path of a child resource."""
    return f"{parent.path.rstrip('/')}/{part}"


def check_part(part: str) -> None:
    """Raises BadRequestException for a path part that API Gateway does not allow."""
    if not is_path_part(part):
        raise bad_request(
            "Resource's path part only allow a-zA-Z0-9._-: or a valid greedy path variable "
            "and curly braces at the beginning and the end"
        )


def check_place(definition: Definition, parent: Resource, part: str, *, moving: Resource | None = None) -> None:
    """Raises an error if the parent is greedy, or if a sibling has the same name or is also a variable."""
    if parent.path_part and parent.path_part.endswith("+}"):
        raise bad_request(f"Cannot create a child of a resource with a greedy path variable: {parent.path_part}")
    for sibling in children(definition, parent):
        if sibling is moving:
            continue
        if sibling.path_part == part:
            raise conflict(f"Another resource with the same parent already has this name: {part}")
        if part.startswith("{") and str(sibling.path_part).startswith("{"):
            raise bad_request(
                f"A sibling ({sibling.path_part}) of this resource already has a variable path part "
                "-- only one is allowed"
            )


def children(definition: Definition, parent: Resource) -> list[Resource]:
    """Return the direct children of a resource."""
    return [resource for resource in definition.resources.values() if resource.parent_id == parent.id]


def below(definition: Definition, resource: Resource) -> Iterator[Resource]:
    """Return the resource and its descendants, parents first."""
    yield resource
    for child in children(definition, resource):
        yield from below(definition, child)
