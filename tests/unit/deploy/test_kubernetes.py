"""The manifests for Kubernetes: of the form that it takes, held to one policy, and of one piece with the service."""

import re
import subprocess
from copy import deepcopy
from pathlib import Path

import kubernetes_validate
import pytest
import yaml

from deploy.kubernetes.rules import SOURCES, prometheus_rule
from svgai.settings import Settings
from tests.integration.servers.viewers import program
from tests.unit.deploy.rendered_manifests import FOLDER, ROOT, Manifest, Rendered, overlay, pod_faults, with_components

# BentoML's own imports use what its dependencies have deprecated.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

VERSIONS = ("1.30", "1.37")
"""The oldest that has all that is used (a preStop that sleeps), and the newest whose schemas are at hand."""

OF_OPERATORS = {"HTTPRoute", "ServiceMonitor", "PrometheusRule", "ScaledObject", "Rollout", "AnalysisTemplate"}
"""Kinds that Kubernetes does not know by itself, and has no schemas of."""

VARIANTS: dict[str, tuple[str, ...]] = {
    "small": (),
    "production": (),
    "keda": ("autoscaling-keda", "monitoring"),
    "canary": ("canary", "monitoring"),
    "openshift": ("openshift", "models-volume", "prefix"),
    "gateway": ("gateway", "database-jobs", "retraining"),
}


@pytest.fixture(scope="module", params=VARIANTS)
def rendered(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Rendered:
    """Both overlays, and the base with each other component."""
    name, folder = request.param, tmp_path_factory.mktemp("variant")
    return with_components(folder, "base", *VARIANTS[name]) if VARIANTS[name] else overlay(name)


@pytest.fixture(scope="module")
def production() -> Rendered:
    return overlay("production")


@pytest.fixture(scope="module")
def canary(tmp_path_factory: pytest.TempPathFactory) -> Rendered:
    return with_components(tmp_path_factory.mktemp("canary"), "base", "canary", "monitoring")


def container(resource: Manifest) -> Manifest:
    found: Manifest = resource["spec"]["template"]["spec"]["containers"][0]
    return found


@pytest.mark.parametrize("version", VERSIONS)
def test_kubernetes_takes_every_resource(rendered: Rendered, version: str) -> None:
    """Whose schema it has, without an unknown field; all others are kinds of operators that are named."""
    for resource in rendered.resources:
        if resource["kind"] not in OF_OPERATORS:
            kubernetes_validate.validate(resource, version, strict=True)


def test_a_field_that_does_not_exist_is_found(production: Rendered) -> None:
    """So the schemas are looked at."""
    broken = deepcopy(production.one("Deployment"))
    container(broken)["redinessProbe"] = container(broken).pop("readinessProbe")
    with pytest.raises(kubernetes_validate.ValidationError, match="redinessProbe"):
        kubernetes_validate.validate(broken, VERSIONS[-1], strict=True)


def test_every_pod_is_held_to_the_policy(rendered: Rendered) -> None:
    """No root, nothing writable but volumes of a certain size, no privilege, limits, certain versions, no secret."""
    assert rendered.pods
    assert {name: faults for name, pod in rendered.pods.items() if (faults := pod_faults(pod))} == {}


def test_what_the_policy_forbids_is_found() -> None:
    """A pod that says nothing of itself breaks all of it."""
    variables = [{"name": "QUALITY_DB_URL", "value": "postgresql://svgai:secret@db/quality"}]
    bare = {"name": "a", "image": "registry.example.org:5000/svgai:latest", "env": variables}
    volumes = [{"name": "a", "hostPath": {"path": "/"}}, {"name": "b", "emptyDir": {}}]
    assert pod_faults({"spec": {"containers": [bare], "volumes": volumes, "hostNetwork": True}}) == [
        "may run as root",
        "has no seccomp profile",
        "has a token of the cluster",
        "gets variables of other services",
        "shares something of its node",
        "mounts a folder of its node",
        "has a volume in memory or on disk without a limit",
        "may gain privileges",
        "has capabilities",
        "may write to its root",
        "has no requests of all it takes",
        "has no limits of all it takes",
        "has an image of no certain version",
        "has QUALITY_DB_URL in the clear",
    ]


def test_the_service_is_asked_how_it_is(rendered: Rendered) -> None:
    """By a start that may take a minute, then whether it lives and whether it is ready, on the port that it has."""
    (pod,) = (pod for name, pod in rendered.pods.items() if name == "Deployment svgai")
    (served,) = pod["spec"]["containers"]
    asked = {kind: served[f"{kind}Probe"] for kind in ("startup", "liveness", "readiness")}
    assert {kind: probe["httpGet"] for kind, probe in asked.items()} == {
        "startup": {"path": "/readyz", "port": "http"},
        "liveness": {"path": "/livez", "port": "http"},
        "readiness": {"path": "/readyz", "port": "http"},
    }
    assert asked["startup"]["periodSeconds"] * asked["startup"]["failureThreshold"] >= 60
    assert {"name": "http", "containerPort": 3000} in served["ports"]


def test_a_pod_that_goes_answers_what_it_has_begun(production: Rendered) -> None:
    """It is out of rotation before it is stopped, then has a request's time; none goes before another is ready."""
    deployment = production.one("Deployment")
    pod = deployment["spec"]["template"]["spec"]
    out_of_rotation = container(deployment)["lifecycle"]["preStop"]["sleep"]["seconds"]
    (grace,) = re.findall(r"^REQUEST_GRACE_SECONDS = ([\d.]+)$", (ROOT / "service.py").read_text(), re.MULTILINE)
    longest = Settings.model_fields["ai_inference_timeout"].default + float(grace)
    assert out_of_rotation >= container(deployment)["readinessProbe"]["periodSeconds"]
    assert pod["terminationGracePeriodSeconds"] > out_of_rotation + longest
    assert deployment["spec"]["strategy"]["rollingUpdate"]["maxUnavailable"] == 0


@pytest.mark.slow
def test_what_the_image_writes_to_is_a_volume(rendered: Rendered) -> None:
    """All that it declares as such."""
    from svgai.serve.bento.container_image import container_image

    (declared,) = re.findall(r'VOLUME \["(.+)"\]', "\n".join(container_image().commands))
    mounted = {mount["mountPath"] for mount in container(rendered.one("Deployment"))["volumeMounts"]}
    assert set(declared.split('", "')) <= mounted


def test_every_variable_is_a_setting(rendered: Rendered) -> None:
    """Of the service, or one of the few that others read."""
    of_others = {"MLFLOW_TRACKING_USERNAME", "MLFLOW_TRACKING_PASSWORD", "MLFLOW_DB_URL", "BACKUPS", "KEPT_DAYS"}
    known = {name.upper() for name in Settings.model_fields} | of_others
    named = {
        variable["name"] for pod in rendered.pods.values() for variable in pod["spec"]["containers"][0].get("env", ())
    }
    (settings,) = (
        one["data"] for one in rendered.of("ConfigMap") if one["metadata"]["name"].startswith("svgai-settings")
    )
    assert named | settings.keys() <= known


def test_what_selects_pods_finds_some(rendered: Rendered) -> None:
    """Services, budgets, policies and autoscalers; every pod is let do something by a policy, nothing by default."""
    labels = [pod["metadata"]["labels"] for pod in rendered.pods.values()]

    def found(selector: dict[str, str]) -> bool:
        return any(selector.items() <= one.items() for one in labels)

    for service in rendered.of("Service"):
        assert found(service["spec"]["selector"])
    for kind, key in (("PodDisruptionBudget", "selector"), ("NetworkPolicy", "podSelector"), ("Rollout", "selector")):
        for one in rendered.of(kind):
            assert found(one["spec"][key].get("matchLabels", {})), one["metadata"]["name"]
    for kind in ("HorizontalPodAutoscaler", "ScaledObject"):
        for one in rendered.of(kind):
            rendered.one("Deployment", one["spec"]["scaleTargetRef"]["name"])
    nothing = rendered.one("NetworkPolicy", "nothing")["spec"]
    assert nothing == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    allowed = [one["spec"]["podSelector"].get("matchLabels") for one in rendered.of("NetworkPolicy")]
    assert all(any(one and one.items() <= label.items() for one in allowed) for label in labels)


def test_secrets_are_named_and_never_there(rendered: Rendered) -> None:
    """Whoever installs makes them: none is a part of the manifests."""
    assert not rendered.of("Secret")


def test_the_page_lists_every_component_and_secret(tmp_path: Path) -> None:
    """And no others."""
    page = (ROOT / "docs/kubernetes.md").read_text(encoding="utf-8")
    components, secrets = (
        re.split(rf"^\| {word} \|.*\n", page, flags=re.MULTILINE)[1].split("\n\n")[0]
        for word in ("component", "secret")
    )
    there = {path.name for path in (FOLDER / "components").iterdir()}
    assert set(re.findall(r"^\| `([\w-]+)`", components, re.MULTILINE)) == there
    rendered = with_components(tmp_path, "base", *sorted(there - {"gateway", "canary", "autoscaling-keda"}))
    named = {
        *(
            variable["valueFrom"]["secretKeyRef"]["name"]
            for pod in rendered.pods.values()
            for variable in pod["spec"]["containers"][0].get("env", ())
            if "valueFrom" in variable
        ),
        *(
            volume["secret"]["secretName"]
            for pod in rendered.pods.values()
            for volume in pod["spec"]["volumes"]
            if "secret" in volume
        ),
        *(tls["secretName"] for tls in rendered.one("Ingress")["spec"]["tls"]),
        rendered.one("ServiceMonitor")["spec"]["endpoints"][0]["authorization"]["credentials"]["name"],
    }
    assert set(re.findall(r"^\| `([\w-]+)`", secrets, re.MULTILINE)) == named


def test_prometheus_has_the_rules_of_the_other_ways_to_run_it(production: Rendered) -> None:
    """What is written is what deploy/monitoring says now, and it is scraped by the same name as often."""
    assert production.one("PrometheusRule")["spec"] == prometheus_rule()["spec"], "run deploy/kubernetes/rules.py"
    groups = [group for source in SOURCES for group in yaml.safe_load(source.read_text(encoding="utf-8"))["groups"]]
    assert production.one("PrometheusRule")["spec"]["groups"] == groups
    scraped = yaml.safe_load((ROOT / "deploy/monitoring/prometheus.yml").read_text(encoding="utf-8"))
    monitor = production.one("ServiceMonitor")["spec"]
    service = production.one("Service", "svgai-metrics")
    (endpoint,) = monitor["endpoints"]
    assert endpoint["interval"] == scraped["global"]["scrape_interval"]
    assert monitor["selector"]["matchLabels"].items() <= service["metadata"]["labels"].items()
    assert service["metadata"]["labels"][monitor["jobLabel"]] == scraped["scrape_configs"][0]["job_name"]


def test_both_autoscalers_scale_by_the_same(production: Rendered, tmp_path: Path) -> None:
    """Conversions that wait, and the processor, at equal limits and speeds; replicas are theirs to say."""
    keda = with_components(tmp_path, "base", "autoscaling-keda")
    ours, theirs = production.one("HorizontalPodAutoscaler")["spec"], keda.one("ScaledObject")["spec"]
    waiting, processor = ours["metrics"]
    by_query, by_processor = theirs["triggers"]
    assert waiting["pods"]["metric"]["name"] == "svgai_conversions_waiting"
    assert "svgai_conversions_waiting" in by_query["metadata"]["query"]
    assert waiting["pods"]["target"]["averageValue"] == by_query["metadata"]["threshold"]
    assert str(processor["resource"]["target"]["averageUtilization"]) == by_processor["metadata"]["value"]
    assert (ours["minReplicas"], ours["maxReplicas"]) == (theirs["minReplicaCount"], theirs["maxReplicaCount"])
    assert ours["behavior"] == theirs["advanced"]["horizontalPodAutoscalerConfig"]["behavior"]
    for rendered in (production, keda):
        assert "replicas" not in rendered.one("Deployment")["spec"]
    adapter = yaml.safe_load((FOLDER / "components/autoscaling-hpa/prometheus-adapter.values.yaml").read_text())
    (rule,) = adapter["rules"]["custom"]
    assert rule["seriesQuery"].startswith("svgai_conversions_waiting{")


@pytest.mark.parametrize(
    "canarys_failures,stables_failures,taken_back", [(0, 0, False), (6, 0, True), (6, 300, False), (2, 0, False)]
)
def test_a_canary_is_judged_by_its_answers(
    canary: Rendered, tmp_path: Path, canarys_failures: int, stables_failures: int, taken_back: bool
) -> None:
    """Taken back with at least 3 failures, above one in a hundred, and above twice the share of the version before."""
    (metric,) = canary.one("AnalysisTemplate", "svgai-answers")["spec"]["metrics"]
    query = metric["provider"]["prometheus"]["query"].replace("{{args.canary}}", "new")
    rules = {"groups": [{"name": "canary", "rules": [{"record": "verdict", "expr": query}]}]}
    (tmp_path / "rules.yml").write_text(yaml.safe_dump(rules), encoding="utf-8")

    def series(pod: str, status: int, every_minute: float) -> dict[str, str]:
        labels = f'job="svgai",pod="svgai-{pod}-x",endpoint="/api/convert",http_response_code="{status}"'
        return {"series": f"bentoml_service_request_total{{{labels}}}", "values": f"0+{every_minute / 4:g}x40"}

    shown = [
        *(series("new", 200, 60), series("new", 500, canarys_failures / 2)),
        *(series("old", 200, 600), series("old", 500, stables_failures / 2)),
    ]
    expected = {"expr": "verdict", "eval_time": "5m", "exp_samples": [{"labels": "verdict", "value": int(taken_back)}]}
    test = {"interval": "15s", "input_series": shown, "promql_expr_test": [expected]}
    (tmp_path / "test.yml").write_text(yaml.safe_dump({"rule_files": ["rules.yml"], "tests": [test]}), encoding="utf-8")
    command = [program("promtool"), "test", "rules", "test.yml"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert metric["successCondition"].endswith("result[0] == 0")


def test_a_rollout_takes_over_from_the_deployment(canary: Rendered) -> None:
    """Its pods are the Deployment's, which has none of its own; traffic is parted between two services."""
    rollout = canary.one("Rollout")["spec"]
    assert canary.one("Deployment", rollout["workloadRef"]["name"])["spec"]["replicas"] == 0
    assert rollout["selector"] == canary.one("Deployment")["spec"]["selector"]
    parted = rollout["strategy"]["canary"]
    assert canary.one("Service", parted["stableService"])
    assert canary.one("Service", parted["canaryService"])
    assert canary.one("Ingress", parted["trafficRouting"]["nginx"]["stableIngress"])
    assert parted["steps"][0] == {"setWeight": 10}


def test_a_prefix_is_taken_away_and_named(tmp_path: Path) -> None:
    """By the Ingress and by the Gateway alike; of the two there is one."""
    (tmp_path / "ingress").mkdir()
    (tmp_path / "gateway").mkdir()
    ingress = with_components(tmp_path / "ingress", "base", "prefix").one("Ingress")
    (path,) = ingress["spec"]["rules"][0]["http"]["paths"]
    annotations = ingress["metadata"]["annotations"]
    assert (
        re.sub(
            path["path"],
            annotations["nginx.ingress.kubernetes.io/rewrite-target"].replace("$", "\\"),
            "/svg/api/convert",
        )
        == "/api/convert"
    )
    assert annotations["nginx.ingress.kubernetes.io/x-forwarded-prefix"] == "/svg"
    gateway = with_components(tmp_path / "gateway", "base", "gateway")
    (rule,) = gateway.one("HTTPRoute")["spec"]["rules"]
    assert rule["filters"][1]["requestHeaderModifier"]["set"] == [{"name": "X-Forwarded-Prefix", "value": "/svg"}]
    assert not gateway.of("Ingress")


def test_openshift_chooses_the_user(tmp_path: Path) -> None:
    """The manifests name none there."""
    pod = with_components(tmp_path, "base", "openshift").pods["Deployment svgai"]
    assert not {"runAsUser", "runAsGroup", "fsGroup"} & pod["spec"]["securityContext"].keys()


def test_models_of_a_volume_are_one_export(tmp_path: Path) -> None:
    """The folder of it alone is seen, and cannot be written to."""
    served = container(with_components(tmp_path, "base", "models-volume").one("Deployment"))
    (mount,) = (mount for mount in served["volumeMounts"] if mount["name"] == "models")
    assert {"name": "MODEL_DIR", "value": mount["mountPath"]} in served["env"]
    assert mount["readOnly"]
    assert mount["subPath"]
