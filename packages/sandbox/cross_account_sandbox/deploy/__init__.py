"""The embedded way in: Pulumi's own SDK runs the program, a monitor creates each resource; no CLI."""
