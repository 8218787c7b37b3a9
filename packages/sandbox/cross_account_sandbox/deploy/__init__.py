"""Embedded deployment: Pulumi's own SDK runs the program, and a monitor creates each resource, without the CLI."""
