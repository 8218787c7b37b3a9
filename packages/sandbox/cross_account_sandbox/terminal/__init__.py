"""What a person sees of a running sandbox, made from its traces and events."""
