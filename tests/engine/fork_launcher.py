"""`python fork_launcher.py SOCKET [ARGUMENT…]`: the process that the engine starts; the plugin is the server's fork.

It runs until the plugin ends. It imports little, because the engine starts several for each operation.
"""

import json
import os
import signal
import socket
import sys

with socket.socket(socket.AF_UNIX) as server:
    server.connect(sys.argv[1])
    for interruption in (signal.SIGINT, signal.SIGTERM):
        signal.signal(interruption, lambda *_: server.shutdown(socket.SHUT_WR))
    socket.send_fds(server, [b"\0"], [0, 1, 2])
    folder = os.getcwd()  # noqa: PTH109 - importing pathlib takes as long as everything else here
    server.sendall(json.dumps([sys.argv[2:], folder, dict(os.environ)]).encode() + b"\n")
    # The plugin never writes: this returns when it has ended.
    server.recv(1)
