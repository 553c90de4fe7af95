"""Runs Rasa's graph of components one after another, in an order worked out once."""

from __future__ import annotations

from typing import Any

from rasa.engine.exceptions import GraphRunError
from rasa.engine.runner.dask import DaskGraphRunner


class StraightRunner(DaskGraphRunner):
    """Gives what DaskGraphRunner gives; dask plans its schedule anew at every run, which costs more than most nodes."""

    def run(self, inputs: dict[str, Any] | None = None, targets: list[str] | None = None) -> dict[str, Any]:
        """The outputs of the targets; raises GraphRunError when an input is named like a node."""
        wanted = tuple(targets or self._graph_schema.target_names)
        given = inputs or {}
        if clash := self._graph_schema.nodes.keys() & {value for value in given.values() if isinstance(value, str)}:
            raise GraphRunError(f"Input value {sorted(clash)[0]!r} clashes with a node name.")
        made: dict[str, Any] = {name: (name, value) for name, value in given.items()}
        for name, needs in self._order(wanted):
            made[name] = self._instantiated_nodes[name](*(made.get(need, need) for need in needs))
        return dict(made[name] for name in wanted)

    def _order(self, targets: tuple[str, ...]) -> list[tuple[str, list[str]]]:
        """The nodes these targets need, each after what it needs itself."""
        plans: dict[tuple[str, ...], list[tuple[str, list[str]]]] = self.__dict__.setdefault("_plans", {})
        if targets not in plans:
            nodes = self._graph_schema.minimal_graph_schema(list(targets)).nodes
            waiting = {name: [need for need in node.needs.values() if need in nodes] for name, node in nodes.items()}
            plan: list[tuple[str, list[str]]] = []
            while waiting:
                free = [name for name, needs in waiting.items() if not any(need in waiting for need in needs)]
                if not free:
                    raise GraphRunError("The graph of components has a circle.")
                for name in free:
                    del waiting[name]
                    plan.append((name, list(nodes[name].needs.values())))
            plans[targets] = plan
        return plans[targets]
