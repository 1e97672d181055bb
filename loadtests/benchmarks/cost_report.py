"""The costs of features as Markdown tables."""

from collections.abc import Sequence

from loadtests.benchmarks.feature_costs import FeatureCosts
from loadtests.benchmarks.outcome_writing import WriteRate
from reports.markdown import number, table


def writing_table(rates: Sequence[WriteRate]) -> str:
    """One row for each database."""
    header = "database | rows | bytes a row | appended to the spool, us | written, rows a second"
    rows = [
        (rate.database, f"{rate.rows:,}", f"{rate.row_bytes:.0f}", f"{rate.append_us:.0f}", f"{rate.rows_per_s:,.0f}")
        for rate in rates
    ]
    return table(header, rows)


def costs_table(costs: FeatureCosts, what: str) -> str:
    """One row for each call, and memory."""
    header = f"call | answers a second without | with {what} | ratio | processor time an answer, ratio"
    rows = [
        (row.api, f"{row.without:.1f}", f"{row.with_it:.1f}", number(row.rate, ".3f"), number(row.cpu, ".3f"))
        for row in costs.rows
    ]
    memory = f"Memory of all processes: {costs.without_mb:.0f} MB without, {costs.with_mb:.0f} MB with {what}."
    failed = sum(row.failed for row in costs.rows)
    return f"{table(header, rows)}\n\n{memory} Requests without a good answer: {failed}."
