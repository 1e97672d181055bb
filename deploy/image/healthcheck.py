"""The image's health check: exits with 0 while the service in the same container is ready."""

import http.client
import os
import sys

PORT = int(os.environ.get("PORT") or os.environ.get("BENTOML_PORT") or 3000)
TIMEOUT_S = 2

connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=TIMEOUT_S)
try:
    connection.request("GET", "/readyz")
    status = connection.getresponse().status
except (OSError, http.client.HTTPException) as fault:
    sys.exit(f"no answer on port {PORT}: {fault!r}")
sys.exit(None if status == http.client.OK else f"/readyz answers {status}")
