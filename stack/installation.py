"""A stack's folder: compose's files, .env, the certificate, and what containers use beside their volumes."""

import os
import shutil
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from stack.environment import ENV_FILE, Choice, Environment, new_environment, require_known
from svgai.errors import StackFault
from svgai.whole_files import write_whole

DEPLOY = Path(__file__).parents[1] / "deploy"
CERTIFICATE, KEY = Path("certificate/chain.pem"), Path("certificate/key.pem")
ALERT_ROUTES = Path("alertmanager/alertmanager.yml")
_MINE = ("alertmanager", "certificate", "nginx", "switch", "answers")
_VALID_DAYS = 825


def make(folder: Path, choice: Choice) -> None:
    """
    Make the folder of a new stack.

    Raises:
        StackFault: there is one already: its secrets are not written over; or a profile is not known.
    """
    require_known(choice.profiles)
    file = folder / ENV_FILE
    if file.exists():
        raise StackFault(f"{file} is there already and stays as it is; `svgai stack up` starts this stack")
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
        out.write(new_environment(choice))


def refresh(folder: Path, environment: Environment) -> None:
    """
    Put in place what the stack consists of: compose's files as this version of svgai has them, and what is missing.

    What an operator may have changed stays: .env, the certificate, where alerts go, the switch.
    """
    monitoring = DEPLOY / "monitoring"
    shutil.copytree(DEPLOY / "compose", folder, dirs_exist_ok=True, copy_function=_copy)
    shutil.copytree(
        monitoring / "grafana",
        folder / "grafana",
        dirs_exist_ok=True,
        ignore=shutil.ignore_patterns("*.py", "__pycache__"),
        copy_function=_copy,
    )
    for rules in ("alerts.rules.yml", "recording.rules.yml"):
        _copy(str(monitoring / rules), str(folder / "prometheus" / rules))
    for name in _MINE:
        (folder / name).mkdir(exist_ok=True)
    # Containers have users of their own, and the stack's folder keeps everybody else of this machine out.
    for inner in (path for path in folder.rglob("*") if path.is_dir()):
        inner.chmod(0o755)
    (folder / "answers").chmod(0o777)
    folder.chmod(0o700)  # the copy took over what the source has
    _readable(folder / "prometheus" / "svgai.key", environment.get("CLIENT_API_KEY", "none"))
    if not (folder / ALERT_ROUTES).exists():
        _copy(str(monitoring / "alertmanager.yml"), str(folder / ALERT_ROUTES))
    if not (folder / "switch" / "ai").exists():
        _readable(folder / "switch" / "ai", "on\n")
    if not (folder / CERTIFICATE).exists():
        _make_certificate(folder, environment.get("STACK_HOST", "localhost"))


def _copy(source: str, place: str) -> str:
    shutil.copyfile(source, place)
    Path(place).chmod(0o644)
    return place


def _readable(file: Path, text: str) -> None:
    write_whole(file, text)
    file.chmod(0o644)


def _make_certificate(folder: Path, host: str) -> None:
    """One that this stack has signed itself: for a name that the world knows, put one of an authority in its place."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    others = [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(days=_VALID_DAYS))
        .add_extension(x509.SubjectAlternativeName([_alternative(host), *others]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    _readable(folder / CERTIFICATE, made.public_bytes(serialization.Encoding.PEM).decode())
    plain = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    # nginx's user in the container is none of this machine's; the stack's folder keeps everybody else out.
    _readable(folder / KEY, plain.decode())


def _alternative(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host)
