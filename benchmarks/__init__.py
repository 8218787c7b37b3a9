"""Measurements of the sandbox, the engine and the program: `make bench` prints all of them and never fails."""
