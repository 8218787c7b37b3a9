"""The terminal output of a running sandbox, generated from its traces and events."""
