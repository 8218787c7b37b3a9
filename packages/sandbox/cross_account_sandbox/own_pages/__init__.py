"""The sandbox's own addresses below `/_sandbox/`."""
