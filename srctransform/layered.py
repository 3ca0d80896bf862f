"""Where to draw the nodes of a directed graph without cycles: in layers, from left to right.

    layout({"x": (40, 20), "sin": (30, 20), "y": (40, 20)}, [("x", "sin"), ("sin", "y")])
    x -> sin -> y, with their middles at (20, 10), (95, 10), (170, 10)

The method of Sugiyama, Tagawa and Toda (1981): every node gets a layer behind those it depends on;
an edge over several layers gets a bend in each; nodes are ordered by the mean of their neighbours,
so that few edges cross; last, each is moved towards its neighbours as far as its own allow.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

Node = Hashable
Edge = tuple[Node, Node]
Spot = tuple[float, float]

GAP_X, GAP_Y = 40.0, 16.0

#: how often the order, and then the places, are gone over
SWEEPS = 12


@dataclass
class Layout:
    """The middle of each node, the bends of each edge, and the size of the whole."""

    places: dict[Node, Spot]
    bends: dict[Edge, list[Spot]]
    width: float
    height: float


@dataclass
class _Graph:
    """The graph with bends as nodes of no size, in layers."""

    sizes: dict[Node, Spot]
    layers: list[list[Node]]
    before: dict[Node, list[Node]] = field(default_factory=dict)
    after: dict[Node, list[Node]] = field(default_factory=dict)

    def link(self, a: Node, b: Node) -> None:
        self.after.setdefault(a, []).append(b)
        self.before.setdefault(b, []).append(a)


def layout(sizes: Mapping[Node, Spot], edges: Sequence[Edge]) -> Layout:
    """Places for nodes of the given widths and heights, which come in an order of dependence."""
    edges = list(dict.fromkeys(edges))
    level = _levels(list(sizes), edges)
    graph = _Graph(dict(sizes), [[] for _ in range(max(level.values(), default=-1) + 1)])
    for node in sizes:
        graph.layers[level[node]].append(node)
    bends = {edge: _bent(graph, edge, level) for edge in edges}
    _order(graph)
    y = _heights(graph)
    x = _columns(graph)
    top = min((y[n] - graph.sizes[n][1] / 2 for n in y), default=0.0)
    places = {n: (x[n], y[n] - top) for n in y}
    height = max((places[n][1] + graph.sizes[n][1] / 2 for n in places), default=0.0)
    width = max((places[n][0] + graph.sizes[n][0] / 2 for n in places), default=0.0)
    spots = {edge: [places[bend] for bend in chain] for edge, chain in bends.items()}
    return Layout({n: places[n] for n in sizes}, spots, width, height)


def _levels(nodes: list[Node], edges: list[Edge]) -> dict[Node, int]:
    """Each node right of those it depends on; one that depends on none is next to its first use."""
    before: dict[Node, list[Node]] = {n: [] for n in nodes}
    after: dict[Node, list[Node]] = {n: [] for n in nodes}
    for a, b in edges:
        before[b].append(a)
        after[a].append(b)
    level: dict[Node, int] = {}
    for node in nodes:
        level[node] = max((level[n] + 1 for n in before[node]), default=0)
    for node in nodes:
        if not before[node] and after[node]:
            level[node] = min(level[n] for n in after[node]) - 1
    return level


def _bent(graph: _Graph, edge: Edge, level: dict[Node, int]) -> list[Node]:
    """Add the bends of an edge, one for each layer that it passes."""
    a, b = edge
    chain: list[Node] = [("bend", a, b, k) for k in range(level[a] + 1, level[b])]
    for k, bend in enumerate(chain, level[a] + 1):
        graph.layers[k].append(bend)
        graph.sizes[bend] = (0.0, 2.0)
    for p, q in zip([a, *chain], [*chain, b], strict=True):
        graph.link(p, q)
    return chain


def _order(graph: _Graph) -> None:
    """Sort every layer by the mean place of the neighbours, from the left and from the right."""
    place = {n: float(k) for layer in graph.layers for k, n in enumerate(layer)}
    best, fewest = [list(layer) for layer in graph.layers], _crossings(graph, place)
    for sweep in range(SWEEPS):
        near = graph.before if sweep % 2 == 0 else graph.after
        for layer in graph.layers if sweep % 2 == 0 else reversed(graph.layers):
            keys = {n: _mean((place[m] for m in near.get(n, ())), place[n]) for n in layer}
            layer.sort(key=keys.__getitem__)
            place.update((n, float(k)) for k, n in enumerate(layer))
        crossings = _crossings(graph, place)
        if crossings < fewest:
            best, fewest = [list(layer) for layer in graph.layers], crossings
    graph.layers = best


def _crossings(graph: _Graph, place: dict[Node, float]) -> int:
    count = 0
    for layer in graph.layers:
        lines = sorted((place[a], place[b]) for a in layer for b in graph.after.get(a, ()))
        count += sum(q[1] < p[1] for k, p in enumerate(lines) for q in lines[k + 1 :])
    return count


def _heights(graph: _Graph) -> dict[Node, float]:
    """The middle of each node from the top: near its neighbours, in order, none over another."""
    y: dict[Node, float] = {}
    for layer in graph.layers:
        y.update(_apart(layer, [0.0] * len(layer), graph))
    for sweep in range(SWEEPS):
        for layer in graph.layers if sweep % 2 else reversed(graph.layers):
            wish = []
            for n in layer:
                near = graph.before.get(n, []) + graph.after.get(n, [])
                wish.append(_mean((y[m] for m in near), y[n]))
            y.update(_apart(layer, wish, graph))
    return y


def _apart(layer: list[Node], wish: list[float], graph: _Graph) -> dict[Node, float]:
    """The places nearest to the wishes, in least squares, that keep order and distance.

    Less the room that the nodes above take, this is isotonic regression: neighbours in conflict are
    pooled at their mean.
    """
    offsets, room = [], 0.0
    for k, n in enumerate(layer):
        if k:
            room += (graph.sizes[layer[k - 1]][1] + graph.sizes[n][1]) / 2 + GAP_Y
        offsets.append(room)
    pools: list[tuple[float, int]] = []
    for w, offset in zip(wish, offsets, strict=True):
        mean, count = w - offset, 1
        while pools and pools[-1][0] > mean:
            other, more = pools.pop()
            mean = (mean * count + other * more) / (count + more)
            count += more
        pools.append((mean, count))
    found = [mean for mean, count in pools for _ in range(count)]
    return {n: f + o for n, f, o in zip(layer, found, offsets, strict=True)}


def _columns(graph: _Graph) -> dict[Node, float]:
    x: dict[Node, float] = {}
    left = 0.0
    for layer in graph.layers:
        width = max((graph.sizes[n][0] for n in layer), default=0.0)
        x.update((n, left + width / 2) for n in layer)
        left += width + GAP_X
    return x


def _mean(values: Iterable[float], otherwise: float) -> float:
    found = list(values)
    return sum(found) / len(found) if found else otherwise
