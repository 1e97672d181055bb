"""Whether the quality database, the spool before it and the Redis of the cache can be used."""

from pathlib import Path

from commands.health.finding import Finding
from svgai.errors import QualityStoreFault
from svgai.outcomes.spool_place import spool_folder
from svgai.settings import Settings, without_credentials

_SQLITE = "sqlite:///"
_NEARLY_FULL = 0.9
_ANSWER_WITHIN_S = 2.0


def quality_database_finding(settings: Settings) -> Finding:
    """Whether it answers, can be written to, and has the tables of this code."""
    check = "quality database"
    if not settings.quality_tracking_enabled:
        return Finding(check, "ok", "not used: QUALITY_TRACKING_ENABLED is off")
    url = settings.quality_db_url
    file = Path(url.removeprefix(_SQLITE).partition("?")[0]) if url.startswith(_SQLITE) else None
    if file is not None and not file.absolute().parent.is_dir():
        return Finding(check, "fault", f"there is no folder for {file}", f"mkdir -p {file.parent}")
    if file is not None and not file.exists():
        return Finding(check, "ok", f"none at {file} yet; a service makes it")
    from svgai.outcomes.quality_database import QualityDatabase

    database = QualityDatabase(url)
    try:
        with database.writing():
            level = database.revision()
    except QualityStoreFault as fault:
        return Finding(check, "fault", str(fault), _way_out(file))
    finally:
        database.close()
    return _level_finding(check, without_credentials(url), level)


def _level_finding(check: str, shown: str, level: str | None) -> Finding:
    from svgai.outcomes.tables import REVISION

    told = f"{shown}: migration level {level or 'none'}"
    if level == REVISION:
        return Finding(check, "ok", told)
    if level is not None and level > REVISION:
        return Finding(check, "warning", f"{told}, newer than this code's {REVISION}", "git pull && make serve")
    return Finding(check, "warning", f"{told}, {REVISION} is this code's", "svgai quality migrate")


def spool_finding(settings: Settings) -> Finding:
    """Whether rows wait for the database, and have room."""
    check = "spool"
    if not settings.quality_tracking_enabled:
        return Finding(check, "ok", "not used: QUALITY_TRACKING_ENABLED is off")
    folder = settings.quality_spool or spool_folder(settings.quality_db_url)
    waiting = sum(file.stat().st_size for file in folder.glob("*.jsonl")) if folder.is_dir() else 0
    told = f"{waiting / 1e6:.1f} MB wait in {folder}"
    if waiting > _NEARLY_FULL * settings.quality_spool_bytes:
        limit = f"of {settings.quality_spool_bytes / 1e6:.0f} MB"
        return Finding(check, "fault", f"{told}, {limit}: rows are soon lost", "bring the quality database back")
    return Finding(check, "ok", told)


def cache_finding(settings: Settings) -> Finding:
    """Whether the Redis of CACHE_URL accepts its user and password, stores values, and evicts old ones when full."""
    if settings.cache_url is None:
        return Finding("Redis", "ok", "not used: CACHE_URL is not given")
    from redis import Redis
    from redis.exceptions import AuthenticationError, RedisError

    url = settings.cache_url.get_secret_value()
    shown = without_credentials(url)
    password = settings.cache_password.get_secret_value() if settings.cache_password else None
    server = Redis.from_url(
        url, password=password, socket_timeout=_ANSWER_WITHIN_S, socket_connect_timeout=_ANSWER_WITHIN_S
    )
    try:
        server.ping()
        memory = server.info("memory")
        version = server.info("server")["redis_version"]
    except AuthenticationError as fault:
        return Finding(
            "Redis", "fault", f"{shown} refuses: {fault}", "correct user and password in CACHE_URL, or CACHE_PASSWORD"
        )
    except (RedisError, OSError) as fault:
        return Finding("Redis", "fault", f"{shown} does not answer: {fault}", "systemctl start redis-server")
    finally:
        server.close()
    told = f"{shown}: Redis {version}, {memory['used_memory_human']} used"
    most, policy = int(memory["maxmemory"]), memory["maxmemory_policy"]
    if most and policy == "noeviction":
        return Finding(
            "Redis", "warning", f"{told}; it refuses new values when full", _set(shown, "maxmemory-policy allkeys-lru")
        )
    if not most:
        return Finding("Redis", "warning", f"{told}, without a limit", _set(shown, "maxmemory 256mb"))
    return Finding("Redis", "ok", told)


def _set(shown: str, what: str) -> str:
    return f"redis-cli -u {shown} config set {what}"


def _way_out(file: Path | None) -> str:
    if file is None:
        return "systemctl start postgresql, or correct QUALITY_DB_URL"
    return f"restore a backup of {file.name}, or move it away: a new one is made"
