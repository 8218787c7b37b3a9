"""`python fork_launcher.py SOCKET [ARGUMENT…]`: the process that a caller starts; the program is the server's fork.

It runs until the program ends, and exits with its status. It imports little, because it is started often.
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
    # This returns when the program has ended; one that was killed sends no status.
    status = server.recv(1)
sys.exit(status[0] if status else 1)
