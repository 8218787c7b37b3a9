"""Figures about the sandbox, the engine and the program: `make bench` prints them all and fails on nothing."""
