"""What answers under `/_sandbox/`."""
