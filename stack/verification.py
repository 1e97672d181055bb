"""What is promised of a stack that runs, tried on it: each check says what it saw, or what is wrong."""

import json
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx
from cryptography import x509

from rollout.smoke_test import pictures, smoke_faults
from rollout.waiting import wait_until
from stack.compose import Compose
from stack.connections import held_back
from stack.installation import CERTIFICATE
from stack.life import standing
from stack.proxy import REQUESTS_AT_ONCE, StackProxy
from stack.release import Release, services_of
from svgai.decode.pixels import encode_png
from svgai.errors import ContainerFault, StackFault
from svgai.measure.quality import Reference

_WRITTEN_WITHIN_S = 15.0
_ALERTED_WITHIN_S = 90.0
_LOOK_EVERY_S = 0.5
_TELLS_THE_SAME = 0.005
_MODELS = "cd models && find . -type f ! -name model.yaml ! -path './*/latest' -exec sha256sum {} + | sort -k2"


@dataclass(frozen=True)
class Seen:
    """What a check came to."""

    check: str
    good: bool
    detail: str


class Verification:
    """The checks of one stack."""

    def __init__(self, compose: Compose, proxy: StackProxy, release: Release) -> None:
        self._compose, self._proxy, self._release = compose, proxy, release
        self._environment = compose.environment

    def run(self) -> Iterator[Seen]:
        """Every check, one after the other; one that fails stops none."""
        checks: list[tuple[str, Callable[[], str]]] = [
            ("health", self._health),
            ("TLS", self._tls),
            ("models", self._models),
            ("answers", self._answers),
            ("cache", self._cache),
            ("metrics", self._metrics),
            ("quality store", self._quality_store),
            ("limits", self._limits),
        ]
        if "monitoring" in self._environment.profiles:
            checks += [("Prometheus", self._prometheus), ("alerts", self._alerts)]
        if "mlflow" in self._environment.profiles:
            checks.append(("MLflow", self._mlflow))
        if "grafana" in self._environment.profiles:
            checks.append(("Grafana", self._grafana))
        for name, check in checks:
            try:
                yield Seen(name, True, check())
            except (StackFault, ContainerFault) as fault:
                yield Seen(name, False, fault.message)
            except (httpx.HTTPError, OSError, ValueError, KeyError) as fault:
                yield Seen(name, False, repr(fault))

    def _health(self) -> str:
        all_of_them = standing(self._compose, self._release)
        if sick := [one.service for one in all_of_them if not one.healthy]:
            raise StackFault(f"not healthy: {', '.join(sick)}")
        with self._proxy.client() as client:
            client.get("/readyz").raise_for_status()
        return f"{len(all_of_them)} services are healthy, and the service is ready"

    def _tls(self) -> str:
        made = x509.load_pem_x509_certificate((self._compose.folder / CERTIFICATE).read_bytes())
        days = (made.not_valid_after_utc - datetime.now(UTC)).days
        if days < 1:
            raise StackFault("the certificate is not valid any more")
        with httpx.Client(trust_env=False, timeout=5) as plain:
            told = plain.get(self._environment.address.replace("https:", "http:") + "/readyz").status_code
        if told != httpx.codes.BAD_REQUEST:
            raise StackFault(f"a request without TLS is answered {told}")
        with self._proxy.client() as client:
            client.get("/livez").raise_for_status()
        return f"the certificate is valid for another {days} days, and nothing is answered without TLS"

    def _models(self) -> str:
        held = {service: self._model_digests(service) for service in services_of(self._release.live)}
        if len(set(held.values())) != 1:
            raise StackFault("the replicas hold different models")
        with self._proxy.client() as client:
            status = client.get("/api/ai-status").json()
        loaded = {kind: model["version"] for kind, model in status["checks"]["models"].items()}
        if status["ai_status"] not in {"ready", "degraded"} and not self._switched_off:
            raise StackFault(f"the models are {status['ai_status']}: {status.get('fault')}")
        files = next(iter(held.values())).splitlines()
        shown = ", ".join(f"{kind} {version}" for kind, version in sorted(loaded.items()))
        return f"{shown}; {len(files)} files with the same digests in every replica, as their metadata say"

    def _model_digests(self, service: str) -> str:
        told = self._compose.inside(service, "sh", "-c", _MODELS)
        found = {line.split()[1]: line.split()[0] for line in told.splitlines() if len(line.split()) == 2}
        named = [path for path in found if path.endswith("/metadata.json")]
        if not named:
            raise StackFault(f"{service} holds no models")
        for path in named:
            folder = path.removesuffix("metadata.json")
            metadata = json.loads(self._compose.inside(service, "cat", f"models/{path}"))
            kind = "classifier" if "classifier" in path.split("/")[1] else "optimizer"
            record = metadata[kind]
            if found.get(f"{folder}{record['file']}") != record["sha256"]:
                raise StackFault(f"{service}: the {kind} is not what its metadata say")
        return told

    def _answers(self) -> str:
        with self._proxy.client() as client:
            if self._switched_off:
                return self._without_models(client)
            if faults := tuple(smoke_faults(client)):
                raise StackFault("; ".join(faults))
            shown = []
            for name, pixels in pictures().items():
                answer = client.post("/api/convert", json={"image": b64encode(encode_png(pixels)).decode()}).json()
                measured, told = Reference(pixels).measure(answer["svg"]).ssim, answer["quality"]["ssim"]
                if abs(measured - told) > _TELLS_THE_SAME:
                    raise StackFault(f"{name}: the answer says ssim {told}, and it is {measured:.4f}")
                shown.append(f"{name} {measured:.3f}")
        return f"classify, optimize and convert answer three images; ssim measured here: {', '.join(shown)}"

    @property
    def _switched_off(self) -> bool:
        return (self._compose.folder / "switch" / "ai").read_text().strip().lower() == "off"

    def _without_models(self, client: httpx.Client) -> str:
        image = {"image": b64encode(encode_png(pictures()["shapes"])).decode()}
        refused = client.post("/api/classify", json=image).status_code
        answer = client.post("/api/convert", json=image).raise_for_status().json()
        if (refused, answer["model_version"]) != (httpx.codes.SERVICE_UNAVAILABLE, "none"):
            raise StackFault(f"the models are switched off, and classify answers {refused}")
        return "the models are switched off: convert works without them, classify answers 503"

    def _cache(self) -> str:
        image = {"image": b64encode(encode_png(pictures()["shapes"])).decode()}
        with self._proxy.client() as client:
            # As often as it takes for both replicas to have been asked.
            kept = [client.post("/api/convert", json=image).raise_for_status().json()["cached"] for _ in range(4)]
        if not all(kept[1:]):
            raise StackFault("a replica converts what another one has in the cache")
        keys = self._compose.inside("redis", "redis-cli", "dbsize").strip()
        return f"an equal request is answered from the cache by either replica ({keys} keys)"

    def _metrics(self) -> str:
        seen = []
        for service in services_of(self._release.live):
            program = (
                "import sys, urllib.request as r; "
                "q = r.Request('http://127.0.0.1:3000/metrics', headers={'Authorization': 'Bearer ' + sys.argv[1]}); "
                "print(r.urlopen(q, timeout=5).read().decode())"
            )
            key = self._environment.get("CLIENT_API_KEY", "none")
            text = self._compose.inside(service, "python3", "-IS", "-c", program, key)
            if "ai_features_enabled" not in text:
                raise StackFault(f"{service} has no metric ai_features_enabled")
            seen.append(service)
        return f"{' and '.join(seen)} publish their metrics"

    def _quality_store(self) -> str:
        image = {"image": b64encode(encode_png(pictures()["a word"])).decode(), "cache": False}
        with self._proxy.client() as client:
            answer = client.post("/api/convert", json=image).raise_for_status().json()
            rating = {"conversion_id": answer["conversion_id"], "rating": 5}
            self._until(lambda: self._row(answer["conversion_id"]) is not None, _WRITTEN_WITHIN_S, "no row is written")
            client.post("/api/feedback", json=rating).raise_for_status()
        written = self._row(answer["conversion_id"])
        if written is None or abs(float(written) - answer["quality"]["ssim"]) > _TELLS_THE_SAME:
            raise StackFault(f"the row says ssim {written}, the answer {answer['quality']['ssim']}")
        return f"the row of {answer['conversion_id']} was written and read back, and its feedback taken"

    def _row(self, conversion_id: str) -> str | None:
        query = f"SELECT ssim FROM conversions WHERE conversion_id = '{conversion_id}'"  # noqa: S608  # nosec B608 - an id of ours
        told = self._compose.inside(
            "postgres", "psql", "--username=postgres", "--dbname=quality", "--tuples-only", "--no-align", "-c", query
        )
        return told.strip() or None

    def _limits(self) -> str:
        most = int(self._environment.get("STACK_REQUESTS_AT_ONCE", str(REQUESTS_AT_ONCE)))
        size = int(self._environment.get("MAX_BODY_BYTES", "10000000"))
        told = []
        with self._proxy.client() as client:
            told.append(client.post("/api/convert", content=b"x" * (size + 1_000)).status_code)
            told.append(client.post("/api/convert", content=b"x" * (2 * size)).status_code)
            with held_back(self._environment.address, most):
                refused = client.post("/api/classify", json={})
            told.append(refused.status_code)
        if told != [httpx.codes.REQUEST_ENTITY_TOO_LARGE] * 2 + [httpx.codes.TOO_MANY_REQUESTS]:
            raise StackFault(f"bodies that are too large and requests that are too many are answered {told}")
        if "Retry-After" not in refused.headers or refused.json()["error"]["code"] != "overloaded":
            raise StackFault("429 does not say when to come again, in the service's form")
        return f"more than {size:,} bytes: 413; more than {most} requests at once from one address: 429"

    def _prometheus(self) -> str:
        replicas = len(services_of(self._release.live))
        self._until(
            lambda: self._told_by_prometheus('count(up{job="svgai"} == 1)') == replicas,
            _ALERTED_WITHIN_S,
            "Prometheus does not reach the replicas",
        )
        rules = "sum(prometheus_rule_group_rules)"
        self._until(lambda: self._told_by_prometheus(rules) > 0, _ALERTED_WITHIN_S, "Prometheus tells of no rules")
        return f"it asks {replicas} replicas, and judges by {self._told_by_prometheus(rules):g} rules"

    def _told_by_prometheus(self, query: str) -> float:
        told = self._compose.inside(
            "prometheus", "promtool", "query", "instant", "--format=json", "http://127.0.0.1:9090", query
        )
        samples = json.loads(told)
        return float(samples[0]["value"][1]) if samples else 0.0

    def _alerts(self) -> str:
        command = ["amtool", "--alertmanager.url=http://127.0.0.1:9093", "alert", "query", "SvgaiAlertsWork"]
        self._until(
            lambda: "SvgaiAlertsWork" in self._compose.inside("alertmanager", *command),
            _ALERTED_WITHIN_S,
            "no alert comes from Prometheus to Alertmanager",
        )
        return "the alert that always fires has come from Prometheus to Alertmanager"

    def _mlflow(self) -> str:
        address = self._beside("STACK_MLFLOW_PORT", "8444")
        asked = f"{address}/api/2.0/mlflow/experiments/get?experiment_id=0"
        with self._proxy.client() as client:
            stranger = client.get(asked, headers={"Authorization": ""}).status_code
            admin = httpx.BasicAuth("admin", self._environment["MLFLOW_AUTH_ADMIN_PASSWORD"])
            known = client.get(asked, auth=admin).status_code
        if (stranger, known) != (httpx.codes.UNAUTHORIZED, httpx.codes.OK):
            raise StackFault(f"MLflow answers a stranger {stranger}, and its administrator {known}")
        return "it answers its administrator, and nobody without an account"

    def _grafana(self) -> str:
        address = self._beside("STACK_GRAFANA_PORT", "8445")
        with self._proxy.client() as client:
            stranger = client.get(f"{address}/api/search", headers={"Authorization": ""}).status_code
            admin = httpx.BasicAuth("admin", self._environment["GRAFANA_ADMIN_PASSWORD"])
            found = client.get(f"{address}/api/search?type=dash-db", auth=admin).raise_for_status().json()
        if stranger != httpx.codes.UNAUTHORIZED or not found:
            raise StackFault(f"Grafana answers a stranger {stranger}, and has {len(found)} dashboards")
        return f"{len(found)} dashboards, for those with an account"

    def _beside(self, port: str, default: str) -> str:
        return f"{self._environment.address.rpartition(':')[0]}:{self._environment.get(port, default)}"

    def _until(self, done: Callable[[], bool], within_s: float, otherwise: str) -> None:
        if not wait_until(done, within_s, _LOOK_EVERY_S):
            raise StackFault(f"{otherwise}: not within {within_s:g} s")
