"""Resources for a rate of images: cores, memory, money, network, database, cache."""

import math
from dataclasses import dataclass

from loadtests.scaling.image_costs import ImageCosts
from loadtests.scaling.shared_stores import StoreCosts

HOURS_A_MONTH = 730.0
DAY_S = 86_400.0


@dataclass(frozen=True)
class Prices:
    """
    Assumptions; none of them is measured.

    Attributes:
        core_hour: Price of one core for an hour, including its memory (4 GB).
        used: Target utilization of a service's cores: beyond it queues grow.
        cores: Of one service.
    """

    core_hour: float = 0.04
    used: float = 0.6
    cores: int = 2


@dataclass(frozen=True)
class Capacity:
    """
    Resources for a rate of conversions.

    Attributes:
        cores: Paid cores.
        services: Number, of `Prices.cores` each.
        memory_gb: Of all services.
        month: Money for a month.
        million: Money for a million images.
        network_mbit: Requests and answers, a second.
        rows_gb_a_day: Growth of PostgreSQL.
        writers: Number of busy writer processes, each as fast as the measured one.
        connections: To PostgreSQL.
        series: Of Prometheus.
    """

    rate: float
    cores: float
    services: int
    memory_gb: float
    month: float
    million: float
    network_mbit: float
    rows_gb_a_day: float
    writers: float
    connections: int
    series: int


def capacity_for(rate: float, costs: ImageCosts, stores: StoreCosts, prices: Prices) -> Capacity:
    """For `rate` conversions a second, spread evenly; there is at least one service."""
    services = max(1, math.ceil(rate * costs.convert_s / prices.used / prices.cores))
    cores = services * prices.cores
    return Capacity(
        rate,
        cores=cores,
        services=services,
        memory_gb=services * costs.memory_mb / 1e3,
        month=cores * prices.core_hour * HOURS_A_MONTH,
        million=1e6 / rate / 3600 * cores * prices.core_hour,
        network_mbit=rate * (costs.sent_bytes + costs.answered_bytes) * 8 / 1e6,
        rows_gb_a_day=rate * stores.row_bytes * DAY_S / 1e9,
        writers=rate / stores.rows_per_s,
        connections=services * stores.connections,
        series=services * stores.series,
    )
