"""The children of a component: their names, their resource options, and how a program adjusts them."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pulumi

from cross_account_api.accounts import Account
from cross_account_api.decided import DECIDED

#: Properties by child, with pulumi-aws's Python names: `{"stage": {"cache_cluster_enabled": True}}`.
Adjustments = Mapping[str, Mapping[str, Any]]
_MOST_NAMES = 40


@dataclass(frozen=True, slots=True)
class Child:
    """A resource that a component creates.

    kind     its class
    suffix   of its name, after the component's name and a hyphen; empty: it has the component's name; None: the child's
             name
    decided  properties that an argument of this component decides, with that argument; see `decided.DECIDED`
    """

    kind: type[pulumi.CustomResource]
    suffix: str | None = None
    decided: Mapping[str, str] = field(default_factory=dict)

    def resource_name(self, component: str, name: str) -> str:
        """The logical name of this child of the component with that name."""
        suffix = name if self.suffix is None else self.suffix
        return f"{component}-{suffix}" if suffix else component


#: All children of a component by name, known before anything is created.
Known = Mapping[str, Child]


@dataclass(frozen=True, kw_only=True, slots=True)
class Children:
    """Options for the children of one component.

    Every child has an explicit provider: options merged from the parent would drop it, and Pulumi silently keeps only
    the last of two providers of one package. Every child is created before the resource that it replaces is deleted:
    pulumi-aws deletes first if a name is given, and would also delete the resources that depend on it before the stage
    moves. This is safe because no name collides with itself (each statement gets its own ID, and names of global
    resources are automatic).

    known   every child of the component; `adjust_faults` has checked `adjust` against them
    adjust  the program's values for properties of children
    """

    parent: pulumi.Resource
    component: str
    known: Known
    adjust: Adjustments = field(default_factory=dict)

    def options(
        self,
        account: Account,
        *,
        depends_on: Sequence[pulumi.Resource] = (),
        protect: bool | None = None,
        retain: bool = False,
        ignore_changes: Sequence[str] = (),
        aliases: Sequence[pulumi.Alias] = (),
    ) -> pulumi.ResourceOptions:
        """Options of a child in this account.

        With `retain`, it stays in the account when Pulumi removes it from the state.
        """
        return pulumi.ResourceOptions(
            parent=self.parent,
            provider=account.provider,
            depends_on=list(depends_on),
            delete_before_replace=False,
            protect=protect or None,
            retain_on_delete=retain or None,
            ignore_changes=list(ignore_changes),
            aliases=list(aliases) or None,
            transformations=[self._adjusted] if self.adjust else None,
        )

    def _adjusted(self, args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult | None:
        for name, changes in self.adjust.items():
            child = self.known[name]
            if isinstance(args.resource, child.kind) and args.name == child.resource_name(self.component, name):
                return pulumi.ResourceTransformationResult(props={**args.props, **changes}, opts=args.opts)
        return None


def adjust_faults(known: Known, adjust: Adjustments) -> list[str]:
    """Unknown children and properties, and properties that only an argument can set. Pure."""
    faults = []
    for name, changes in adjust.items():
        if name not in known:
            faults.append(f"adjust {name!r}: this component does not create it; it creates {_listed(known)}")
            continue
        child = known[name]
        own, decided = properties(child.kind), {**DECIDED[type_token(child.kind)], **child.decided}
        for given in changes:
            if given not in own:
                free = [each for each in own if each not in decided]
                faults.append(
                    f"adjust {name!r}: {child.kind.__name__} has no property {given!r}; you can adjust {_listed(free)}"
                )
            elif given in decided:
                faults.append(
                    f"adjust {name!r}: {given} decides placement, permission or guard; use the argument "
                    f"{decided[given]}"
                )
    return faults


def properties(kind: type[pulumi.CustomResource]) -> list[str]:
    """The properties of a resource class, with pulumi-aws's Python names."""
    arguments = getattr(sys.modules[kind.__module__], f"{kind.__name__}Args")
    return [name for name in inspect.signature(arguments.__init__).parameters if name.strip("_") != "self"]


def type_token(kind: type[pulumi.CustomResource]) -> str:
    """The type of a resource class, such as aws:lambda/alias:Alias."""
    token: str = kind.pulumi_type  # type: ignore[attr-defined]
    return token


def _listed(names: Sequence[str] | Known) -> str:
    shown = list(names)[:_MOST_NAMES]
    return (", ".join(shown) or "nothing") + (", …" if len(names) > len(shown) else "")
