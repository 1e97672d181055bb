"""
The internal names of BentoML, its server uvicorn and its supervisor circus that are used here, and their purpose.

Any of them may change in any release. `tests/unit/svgai/serve/bento/test_contacts.py` tests the behaviour of each.
"""

from collections.abc import Iterable
from importlib import import_module
from importlib.metadata import version
from types import MappingProxyType

TESTED_VERSION = "1.4.40"

CONTACTS = MappingProxyType(
    {
        "_bentoml_sdk:Service.to_asgi": "creates the application; ours replaces it",
        "_bentoml_sdk:Service.inject_config": "applies the service's settings before that, and before serving",
        "_bentoml_impl.server.app:ServiceAppFactory": "BentoML's application, which ours extends",
        "_bentoml_impl.server.app:ServiceAppFactory.routes": "our routes come before them",
        "_bentoml_impl.server.app:ServiceAppFactory.openapi_spec_view": "replaced by our document",
        "_bentoml_impl.server.app:ServiceAppFactory.api_endpoint": (
            "parses a body by its own types, which fetch URLs, and has its own error format"
        ),
        "_bentoml_impl.server.app:ServiceAppFactory.batch_infer": "answers a request in a batch",
        "_bentoml_sdk.method:APIMethod.__get__": "has `local`, which calls a method without a request",
        "bentoml._internal.utils.analytics.usage_stats:do_not_track.cache_clear": (
            "looks once whether usage may be reported to BentoML's makers, before we have said no"
        ),
        "bentoml._internal.configuration.containers:BentoMLContainer.prometheus_multiproc_dir": (
            "names the folder of the metrics; one that is there and empty is taken though nobody may write in it"
        ),
        "bentoml.serving:running_inside_container": (
            "says that dead workers are not replaced in containers; BENTOML_CONTAINERIZED is taken away"
        ),
        "_bentoml_sdk.images:Image.freeze": "is called by a build alone, which ends there where models are absent",
        "_bentoml_sdk.images:Image._freeze_python_requirements": "installs uv also where requirements are exact",
        "_bentoml_impl.worker.service:main": "the program of a worker, which has a supervisor to stop with it",
        "uvicorn.config:HTTP_PROTOCOLS": "names the protocol of connections; BentoML does not let one be chosen",
        "uvicorn.protocols.http.httptools_impl:HttpToolsProtocol": "a connection, which ours extends",
        "uvicorn.protocols.http.httptools_impl:HttpToolsProtocol.on_headers_complete": "begins a request's answer",
        "uvicorn.protocols.http.httptools_impl:HttpToolsProtocol.on_response_complete": "what comes after an answer",
        "uvicorn.protocols.http.httptools_impl:HttpToolsProtocol._start_asgi_task": (
            "has the application answer what is no request"
        ),
        "uvicorn.protocols.http.httptools_impl:HttpToolsProtocol._should_upgrade": (
            "speaks WebSocket on a connection, which no bound of ours would hold"
        ),
        "uvicorn.protocols.http.httptools_impl:HttpToolsProtocol._unset_keepalive_if_required": (
            "a connection that sends is not idle"
        ),
        "uvicorn.protocols.http.httptools_impl:RequestResponseCycle": (
            "one request and its answer: closes the connection under the hands of a client that still sends"
        ),
    }
)
"""The purpose of each, by `module:name`."""

SUPERVISOR_CONTACTS = MappingProxyType(
    {
        "bentoml._internal.utils.circus:Arbiter": "replaces dead workers, but looks for them every ten seconds",
        "bentoml._internal.utils.circus:create_standalone_arbiter": "makes that supervisor",
        "circus.arbiter:Arbiter.manage_watchers": "looks for them; refuses while workers are started or ended",
    }
)
"""Names that only the supervisor loads."""

INSTANCE_CONTACTS = MappingProxyType(
    {
        "timeout": "a timer that cancels without an answer in our error shape, and keeps a timer for every request",
        "dispatchers": "what makes up batches: waits as long as it has learned, where ours does not",
        "_service_instance": "the service's object, whose methods answer",
    }
)
"""Attributes of a ServiceAppFactory instance."""


def require_contacts(contacts: Iterable[str] = CONTACTS) -> None:
    """
    Check that BentoML has these names.

    Raises:
        SystemExit: with one line that names what is missing.
    """
    if missing := [name for name in contacts if not _exists(name)]:
        raise SystemExit(_complaint(missing))


def require_attributes(factory: object) -> None:
    """
    Check that an application factory of BentoML has these attributes.

    Raises:
        SystemExit: with one line that names what is missing.
    """
    if missing := [f"ServiceAppFactory().{name}" for name in INSTANCE_CONTACTS if not hasattr(factory, name)]:
        raise SystemExit(_complaint(missing))


def other_version() -> str | None:
    """The installed version of BentoML, if it is not the tested one."""
    installed = version("bentoml")
    return None if installed == TESTED_VERSION else installed


def _complaint(missing: Iterable[str]) -> str:
    return (
        f"BentoML {version('bentoml')} cannot serve this: it has no {', no '.join(missing)}. "
        f"Install bentoml=={TESTED_VERSION}, with which it was tested."
    )


def _exists(contact: str) -> bool:
    module, _, names = contact.partition(":")
    try:
        found: object = import_module(module)
        for name in names.split("."):
            found = getattr(found, name)
    except (ImportError, AttributeError):
        return False
    return True
