"""Objects as scientists write them: each program is checked in both modes.

@program(X)
def an_object_is_made_and_changed(x):
    p = Particle(x, 1.0)
    p.kick(0.1)
    return p.position
"""

from collections import namedtuple
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
import pytest

import srctransform as st
from tests.checking import check

X = np.array([0.3, -0.7, 1.1])
Y = np.array([0.9, 0.4])
M = np.arange(6.0).reshape(2, 3) / 5 - 0.4

PROGRAMS = {}


def program(*args, **options):
    """Register a function to be checked at these arguments."""

    def register(f):
        PROGRAMS[f.__name__] = (f, args, options)
        return f

    return register


# ---------------------------------------------------------------- plain objects


class Particle:
    gravity = 9.81

    def __init__(self, position, mass=1.0):
        self.position = position
        self.velocity = np.zeros(3)
        self.mass = mass
        self.log = []

    def force(self):
        return -self.position * self.mass

    def kick(self, dt):
        self.velocity = self.velocity + dt * self.force() / self.mass
        self.position = self.position + dt * self.velocity
        self.log.append(np.sum(self.position))

    @property
    def energy(self):
        return 0.5 * self.mass * np.sum(self.velocity**2) + self.potential()

    def potential(self):
        return self.mass * self.gravity * self.position[2]

    @staticmethod
    def distance(a, b):
        return np.sqrt(np.sum((a - b) ** 2))

    @classmethod
    def at_rest(cls, position):
        return cls(position, mass=2.0)


class Charged(Particle):
    gravity = 1.0

    def __init__(self, position, charge, **options):
        super().__init__(position, **options)
        self.charge = charge

    def force(self):
        return super().force() + self.charge * np.sin(self.position)

    def potential(self):
        return super().potential() + self.charge


@program(X, 0.7)
def an_object_is_made_and_read(x, m):
    p = Particle(x, m)
    return p.energy + p.mass * p.position[0]


@program(X, 3)
def methods_change_self_in_a_loop(x, n):
    p = Particle(x, 2.0)
    for _ in range(n):
        p.kick(0.1)
    return p.position * p.energy + sum(p.log)


@program(X)
def class_and_static_methods(x):
    p = Particle.at_rest(x)
    return Particle.distance(p.position, x**2) * p.mass + p.distance(x, x + 1.0) * p.energy


@program(X, 0.4, 2)
def inheritance_and_super(x, q, n):
    p = Charged(x, q, mass=1.5)
    for _ in range(n):
        p.kick(0.1)
    return p.energy * isinstance(p, Particle)


@program(X)
def attributes_are_written_and_updated(x):
    p = Particle(x)
    p.mass = x[0] ** 2
    p.mass *= 2.0
    p.velocity[1] = x[2]
    p.velocity += x
    p.tag = x[1]
    return p.energy * p.mass + p.tag


@program(X)
def objects_have_two_names(x):
    p = Particle(x)
    q = p
    q.mass = x[1] ** 2
    q.kick(0.2)
    return p.energy


@program(X)
def an_object_is_passed_to_a_helper_that_changes_it(x):
    def heat(particle, by):
        particle.velocity = particle.velocity + by
        particle.mass += by

    p = Particle(x)
    heat(p, x[0])
    heat(p, 0.5)
    return p.energy


@program(X, 1)
def attributes_are_written_on_one_path(x, n):
    p = Particle(x)
    if n > 0:
        p.mass = x[0]
    else:
        p.velocity = x
    if x[1] > 0:
        p.position = p.position * 2.0
    return p.energy


@program(X)
def objects_in_lists(x):
    ps = [Particle(x), Particle(2.0 * x, x[0])]
    for p in ps:
        p.kick(0.1)
    return sum(p.energy for p in ps) + ps[0].position @ ps[1].position


class Pair:
    def __init__(self, a, b):
        self.a = a
        self.b = b


@program(X)
def objects_in_objects(x):
    pair = Pair(Particle(x), Particle(x**2, 3.0))
    pair.a.kick(0.1)
    pair.b.position = pair.a.position * 2.0
    return pair.a.energy * pair.b.energy


# ---------------------------------------------------------------- callables and operators


class Dense:
    def __init__(self, w, b, act=np.tanh):
        self.w, self.b, self.act = w, b, act

    def __call__(self, x):
        return self.act(self.w @ x + self.b)


class Chain:
    def __init__(self, *layers):
        self.layers = list(layers)

    def __call__(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


@program(M, Y, X)
def callable_layers(w, b, x):
    net = Chain(Dense(w, b), Dense(w.T, 0.5, act=np.sin), lambda t: t**2)
    return net(x)


class Dual:
    def __init__(self, value, slope):
        self.value, self.slope = value, slope

    def __add__(self, other):
        return Dual(self.value + other.value, self.slope + other.slope)

    def __mul__(self, other):
        if not isinstance(other, Dual):
            return Dual(self.value * other, self.slope * other)
        slope = self.value * other.slope + self.slope * other.value
        return Dual(self.value * other.value, slope)

    __rmul__ = __mul__

    def __neg__(self):
        return Dual(-self.value, -self.slope)

    def __sub__(self, other):
        return self + (-other)

    def __getitem__(self, k):
        return (self.value, self.slope)[k]

    def __len__(self):
        return 2

    def __lt__(self, other):
        return self.value < other.value


@program(0.7, 1.2)
def operator_methods(a, b):
    x, y = Dual(a, 1.0), Dual(b, a)
    z = x * y + 2.0 * x - y * 3.0
    z += x
    return z.value * z[1] * len(z) + (z.value if x < y else 0.0)


@program(0.7, 1.2, 2)
def an_object_is_chosen_by_a_branch(a, b, n):
    if n > 1:
        p = Dual(a, b)
    else:
        p = Dual(b, 1.0)
    q = p if a > 3.0 else Dual(a * b, a)
    return p.value * q.slope


@program(0.7, 1.2, 1)
def an_object_is_read_at_a_run_time_index(a, b, n):
    ps = [Dual(a, b), Dual(b, a * a)]
    return ps[n].value * ps[n - 1].slope


@program(0.7, 3)
def objects_are_appended(a, n):
    ps = []
    for k in range(n):
        ps.append(Dual(a * k, a**2))
    s = 0.0
    for p in ps:
        s += p.value * p.slope
    return s


@program(0.7, 1.2)
def an_object_is_returned(a, b):
    return vars_of(Dual(a, 1.0) * Dual(b, a))


def vars_of(p):
    return {"value": p.value, "slope": p.slope}


@program(0.7, 4)
def operator_methods_in_a_loop(a, n):
    x = Dual(a, 1.0)
    p = Dual(1.0, 0.0)
    for _ in range(n):
        p = p * x
    return p.slope


# ---------------------------------------------------------------- objects passed in


class Model:
    def __init__(self, w, b, act=np.tanh):
        self.w, self.b, self.act = w, b, act

    def layer(self, x):
        return self.act(self.w @ x + self.b)


MODEL = Model(M, Y)


class Net:
    def __init__(self, w, b):
        self.w, self.b = w, b

    def layer(self, x):
        return np.tanh(self.w @ x + self.b)


NET = Net(M, Y)


@program(X)
def a_global_object_is_read(x):
    return MODEL.layer(x) + MODEL.b


def test_the_gradient_by_an_object_is_an_object_of_its_class():
    import srctransform as st

    def f(model, x):
        return np.sum(model.layer(x) ** 2)

    g = st.grad(f, example=(NET, X))(NET, X)
    assert type(g) is Net
    want = st.grad(lambda w, b: np.sum(np.tanh(w @ X + b) ** 2), (0, 1))(M, Y)
    np.testing.assert_allclose(g.w, want[0])
    np.testing.assert_allclose(g.b, want[1])


def test_an_annotated_object_is_followed_without_an_example():
    import srctransform as st

    def f(model: Net, x):
        return np.sum(model.layer(x) ** 2)

    g = st.grad(f)(NET, X)
    np.testing.assert_allclose(g.w, st.grad(f, example=(NET, X))(NET, X).w)


# ---------------------------------------------------------------- records


Point = namedtuple("Point", "x y")


class State(NamedTuple):
    pos: np.ndarray
    vel: np.ndarray
    t: float = 0.0

    def moved(self, dt):
        return State(self.pos + dt * self.vel, self.vel - dt * self.pos, self.t + dt)


@program(Point(X, 0.5))
def a_named_tuple_parameter(p):
    x, y = p
    return p.x * y + x[0] + p[1] ** 2


@program(X, 0.3)
def named_tuples_are_made(x, a):
    p = Point(x, y=a)
    q = p._replace(y=p.y * 2.0)
    return q.x * q.y + p.y


@program(State(X, X * 2.0, 0.1), 4, examples=(True,))
def a_state_is_stepped(s, n):
    for _ in range(n):
        s = s.moved(0.1)
    return s.pos * s.vel + s.t


@dataclass
class Params:
    w: np.ndarray
    b: float = 0.5
    name: str = "p"

    def apply(self, x):
        return np.tanh(self.w @ x + self.b)

    @property
    def size(self):
        return np.sum(self.w**2)


@dataclass(frozen=True)
class Body:
    mass: float
    pos: np.ndarray


@dataclass
class Sized(Params):
    scale: float = 2.0
    history: list = field(default_factory=list)

    def __post_init__(self):
        self.total = self.scale * self.b


@program(Params(M, 0.3), X, examples=(True,))
def a_dataclass_parameter(p, x):
    return p.apply(x) * p.size + p.b


@program(Params(M, 0.3), X, examples=(True,))
def a_dataclass_parameter_is_written(p, x):
    p.b = p.b * 2.0
    p.w = p.w + p.b
    return p.apply(x)


@program(M, 0.3, X)
def a_dataclass_is_made_and_replaced(w, b, x):
    p = Params(w, b)
    q = replace(p, b=p.b**2)
    q.w = q.w * 0.5
    return p.apply(x) + q.apply(x)


@program(0.3, X)
def a_dataclass_with_post_init(b, x):
    s = Sized(M, b, scale=x[0])
    s.history.append(x[1])
    return s.total * s.apply(x) + s.history[0]


@dataclass(frozen=True)
class Normed:
    v: np.ndarray
    norm: float = field(init=False, default=0.0)

    def __post_init__(self):
        object.__setattr__(self, "norm", np.sqrt(np.sum(self.v**2)))


@program(X)
def a_frozen_dataclass_that_computes_a_field(x):
    n = Normed(x)
    return n.v / n.norm


@program([Body(1.0, X), Body(2.0, X**2)], examples=(True,))
def a_list_of_dataclasses(bodies):
    s = 0.0
    for b in bodies:
        s += b.mass * np.sum(b.pos**2)
    return s


@program(X, 0.4)
def a_dataclass_is_returned(x, m):
    return Body(m**2, x * m)


@program(X, 0.4)
def a_dataclass_that_was_written_is_returned(x, m):
    p = Params(x, m)
    p.b = p.b * x[0]
    return p


@program(X, 3)
def a_named_tuple_is_returned(x, n):
    s = State(x, x**2)
    for _ in range(n):
        s = s.moved(0.1)
    return s


@program(X, 0.4)
def a_dict_of_records_is_returned(x, m):
    return {"body": Body(m, x**2), "pair": (x[0], [m * x[1]])}


class Spring:
    """Its class has a number too, which is none of its variables."""

    scale = 2.0

    def __init__(self, k):
        self.k = k

    @property
    def energy(self):
        return 0.5 * self.scale * self.k**2

    def __call__(self, x):
        return self.scale * self.k * x**2


def by_class(o):
    return o.scale * o.k**2


def by_property(o):
    return o.energy * o.k


def by_call(o):
    return o(0.3)


@pytest.mark.parametrize("example", [False, True], ids=["generic", "example"])
def test_an_attribute_of_the_class_is_a_constant(example):
    given = (Spring(0.3),) if example else None
    assert vars(st.grad(by_class, example=given)(Spring(0.3))) == {"k": pytest.approx(1.2)}
    _, slope = st.jvp(by_class, example=given)(Spring(0.3), Spring(0.5))
    assert slope == pytest.approx(0.6)


@pytest.mark.parametrize("f, slope", [(by_property, 0.27), (by_call, 0.18)])
def test_the_class_of_an_example_has_properties_and_a_call(f, slope):
    given = (Spring(0.3),)
    assert vars(st.grad(f, example=given)(*given)) == {"k": pytest.approx(slope)}
    assert st.jvp(f, example=given)(*given, Spring(1.0))[1] == pytest.approx(slope)


def test_a_property_of_an_unknown_object_is_refused():
    with pytest.raises(TypeError, match="is computed"):
        st.grad(by_property)(Spring(0.3))
    with pytest.raises(TypeError, match="is computed"):
        st.jvp(by_property)(Spring(0.3), Spring(0.3))


def joined_with_bar(p, q, k):
    r = p | q
    return r[k] * 2.0


def joined_in_a_display(p, q, k):
    return {**p, **q}[k] ** 2


@pytest.mark.parametrize("f", [joined_with_bar, joined_in_a_display])
def test_dicts_that_are_joined_need_an_example(f):
    with pytest.raises(st.UnsupportedError, match="which keys the dict has"):
        st.vjp(f, (0, 1))
    check(f, {"a": 0.5}, {"b": 0.3, "a": 0.7}, "a", examples=(True,))


def test_the_keys_of_a_dict_in_order():
    def f(p):
        return sum((k + 1) * np.sum(p[name] ** 2) for k, name in enumerate(sorted(p)))

    check(f, {"b": X, "a": 0.3}, examples=(True,))


@pytest.mark.parametrize("name", PROGRAMS)
def test_program(name):
    f, args, options = PROGRAMS[name]
    check(f, *args, **({"tol": 1e-5} | options))
