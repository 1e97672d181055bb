"""What KServe and BentoCloud are told of the same Bento."""

import attrs
import pytest
import yaml

from tests.unit.deploy.rendered_manifests import ROOT, Manifest, overlay, pod_faults

# BentoML's own imports use what its dependencies have deprecated, so it is imported inside the tests.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


def read(name: str) -> Manifest:
    found: Manifest = yaml.safe_load((ROOT / "deploy" / name).read_text(encoding="utf-8"))
    return found


def test_kserve_runs_the_pod_that_kubernetes_does() -> None:
    """Held to the same policy, with the same probes, resources and volumes."""
    predictor = read("kserve/inference-service.yaml")["spec"]["predictor"]
    assert pod_faults({"spec": predictor}) == []
    (theirs,) = predictor["containers"]
    ours = overlay("production").one("Deployment")["spec"]["template"]["spec"]
    (served,) = ours["containers"]
    for name in ("resources", "lifecycle", "securityContext"):
        assert theirs[name] == served[name]
    assert predictor["securityContext"] == ours["securityContext"]
    assert predictor["terminationGracePeriodSeconds"] == ours["terminationGracePeriodSeconds"]
    asked = [
        {probe: one[probe]["httpGet"]["path"] for probe in one if probe.endswith("Probe")} for one in (theirs, served)
    ]
    assert asked[0] == asked[1]
    assert [mount for mount in served["volumeMounts"] if mount["name"] != "keys"] == theirs["volumeMounts"]


def test_bentocloud_knows_every_field() -> None:
    """BentoML's own classes have them all, and the service is the one that is built."""
    from bentoml._internal.cloud.schemas import modelschemas

    config = read("bentocloud/deployment.yaml")
    (service,) = config["services"].values()
    assert config["services"].keys() == {"svgai"}
    for given, known in (
        (service, modelschemas.DeploymentServiceConfig),
        (service["scaling"], modelschemas.DeploymentTargetHPAConf),
        (service["scaling"]["policy"], modelschemas.HPAPolicy),
    ):
        assert given.keys() <= {field.name for field in attrs.fields(known)}
    assert modelschemas.DeploymentStrategy(service["deployment_strategy"])


def test_all_platforms_scale_between_the_same_bounds() -> None:
    """From two services to fifty."""
    ours = overlay("production").one("HorizontalPodAutoscaler")["spec"]
    kserve = read("kserve/inference-service.yaml")["spec"]["predictor"]
    bentocloud = read("bentocloud/deployment.yaml")["services"]["svgai"]["scaling"]
    assert (ours["minReplicas"], ours["maxReplicas"]) == (kserve["minReplicas"], kserve["maxReplicas"])
    assert (ours["minReplicas"], ours["maxReplicas"]) == (bentocloud["min_replicas"], bentocloud["max_replicas"])
