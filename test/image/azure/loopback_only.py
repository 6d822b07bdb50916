"""Keeps this process from reaching other machines. Import it before anything that might.

No account is needed for what the test does, so nothing has a reason to leave this machine: not a call to Azure, and not the
client's telemetry, which it sends from Jupyter notebooks alone (azure.ai.ml._telemetry.configure_appinsights_logging).
"""

import sys

LOOPBACK = {"localhost", "127.0.0.1", "::1"}

# Whoever was asked for. Telemetry swallows its errors, so that an exception alone would not be seen.
strangers = set()


def _refuse_strangers(event, arguments):
    if event == "socket.connect":
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else "localhost"  # or the path of a Unix socket, as Docker's
    elif event == "socket.getaddrinfo":
        host = arguments[0]
    else:
        return
    if host not in LOOPBACK:
        strangers.add(host)
        raise ConnectionRefusedError(f"{host} is another machine.")


# Python's own libraries raise these events, so no package gets around them.
sys.addaudithook(_refuse_strangers)
