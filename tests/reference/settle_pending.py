"""Take out of `pending.toml` the cases that do by now what they do under the reference.

python tests/reference/settle_pending.py
"""

from __future__ import annotations

import json
import sys

from matrix import comparison, records

from xapi.exceptions import XAPIError


def main() -> None:
    """Write the list anew with what is still otherwise."""
    cases, departures = comparison.cases(), comparison.departures()
    recorded = {feature: records.read(feature) for feature in records.features()}

    def is_otherwise(name: str) -> bool:
        feature, case = cases[name]
        found = comparison.compared(name, case, recorded[feature][case.name], XAPIError)
        return any(
            not comparison.same(*pair) and not comparison.matches(item, departures)
            for item, pair in found.items()
        )

    before = comparison.pending()
    after = {reason: [name for name in names if is_otherwise(name)] for reason, names in before.items()}
    comparison.PENDING.write_text(written(after), encoding="utf-8")
    count = sum(map(len, before.values())) - sum(map(len, after.values()))
    sys.stderr.write(f"{count} taken out, {sum(map(len, after.values()))} left\n")


def written(pending: dict[str, list[str]]) -> str:
    """The list as TOML."""
    head = "# What xapi has still to do as the reference: what is missing, and the cases that show it.\n"
    entries = [
        f"\n{json.dumps(reason)} = [\n" + "".join(f"  {json.dumps(name)},\n" for name in names) + "]\n"
        for reason, names in pending.items()
        if names
    ]
    return head + "".join(entries)


if __name__ == "__main__":
    main()
