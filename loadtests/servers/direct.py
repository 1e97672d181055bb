"""HTTP past any proxy of the environment: what Locust and the other loads could not reach must not look reachable."""

import http.client
import urllib.request

opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

NO_ANSWER = (OSError, http.client.HTTPException)
"""What opening and reading raise where no HTTP answer comes, or one that is none."""
