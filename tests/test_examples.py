"""Every program in examples/ runs, and the figures of the texts behind examples/seeds come out."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose

import srctransform as st

EXAMPLES = Path(__file__).parents[1] / "examples"
PROGRAMS = sorted(p for p in EXAMPLES.rglob("*.py") if not p.name.startswith("_"))
PICTURES = {
    "digits.py": ["digits.png"],
    "gaussian_process.py": ["gaussian_process.png"],
    "graph_pictures.py": ["neuron.svg", "product_of_sum.svg"],
    "heat_inverse.py": ["heat_inverse.png"],
    "linear_noise.py": ["linear_noise.png"],
    "logistic_regression.py": ["logistic_regression.png"],
    "lotka_volterra.py": ["lotka_volterra.png"],
    "rosenbrock.py": ["rosenbrock.png"],
    "tanh.py": ["tanh.png"],
    "two_moons.py": ["two_moons.png"],
}


def python(folder, *args):
    """Run Python as a reader would, with warnings as errors, and give what it prints."""
    paths = [str(EXAMPLES.parent), os.environ.get("PYTHONPATH", "")]
    env = {
        **os.environ,
        "EXAMPLES_OUTPUT": str(folder),
        "PYTHONPATH": os.pathsep.join(filter(None, paths)),
    }
    done = subprocess.run(
        [sys.executable, "-W", "error", *map(str, args)],
        cwd=folder, env=env, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    return done.stdout


@pytest.fixture(scope="module")
def seed():
    """seed("tape") is the module examples/seeds/tape.py."""
    loaded = {}

    def load(name):
        if name not in loaded:
            path = EXAMPLES / "seeds" / f"{name}.py"
            spec = importlib.util.spec_from_file_location(f"seed_{name}", path)
            loaded[name] = importlib.util.module_from_spec(spec)
            sys.modules[spec.name] = loaded[name]
            spec.loader.exec_module(loaded[name])
        return loaded[name]

    return load


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: p.stem)
def test_every_example_runs_and_writes_its_pictures(program, tmp_path):
    printed = python(tmp_path, program)
    assert printed
    assert sorted(p.name for p in tmp_path.iterdir()) == PICTURES.get(program.name, [])


def test_every_example_says_what_it_shows():
    for program in PROGRAMS:
        text = program.read_text(encoding="utf-8")
        assert text.startswith('"""') and "def main():" in text, program


def test_without_matplotlib_there_is_a_message_and_no_picture(tmp_path):
    run = f"runpy.run_path({str(EXAMPLES / 'linear_noise.py')!r}, run_name='__main__')"
    hide = f"sys.modules['matplotlib'] = None; sys.path.insert(0, {str(EXAMPLES)!r})"
    printed = python(tmp_path, "-c", f"import runpy, sys; {hide}; {run}")
    assert "matplotlib is not installed, so there is no linear_noise.png" in printed
    assert not list(tmp_path.iterdir())


# Each text's figures.


def test_operation_classes(seed):
    toydiff = seed("toydiff")
    gradient = st.grad(toydiff.product_of_sum, ("a", "b", "c"))
    assert_allclose(gradient(2.2, -1.8, 0.1), (-1.7, 2.2, 2.2), rtol=1e-15)
    assert st.grad(toydiff.product, ("a", "b"))(1.0, 0.0) == (0.0, 1.0)


def test_graph_of_vars(seed):
    graph = seed("graph_of_vars")
    assert st.value_and_grad(graph.example, (0, 1))(4.0, 3.0) == (28.0, (11.0, 4.0))
    assert st.grad(graph.from_c, (0, 1))(4.0, 7.0) == (7.0, 4.0)


def test_graph_of_vars_with_operators(seed):
    found = st.grad(seed("graph_of_vars").with_operators, (0, 1))(230.3, 33.2)
    assert_allclose(found, (-153284.83150602411, 3815.0389441500993), rtol=1e-13)


def test_graph_of_vars_with_functions(seed):
    found = st.grad(seed("graph_of_vars").with_functions, (0, 1, 2))(43.0, 3.0, 2.0)
    expected = (60.85353612046653, 872.2331479536114, -3.2853671032530305)
    assert_allclose(found, expected, rtol=1e-13)


def test_tape_of_a_scaled_product(seed):
    tape = seed("tape")
    assert st.grad(tape.scaled_product, (0, 1))(2.0, 3.0) == (15.0, 10.0)
    assert st.grad(tape.five_times)(6.0) == 5.0


def test_tape_of_a_chain(seed):
    tape = seed("tape")
    assert st.grad(tape.chain, (0, 1))(3.0, 2.0) == (24.0, 36.0)
    assert st.grad(tape.square)(6.0) == 12.0


@pytest.mark.parametrize(
    "inner, outer", [("from_h", "diamond"), ("from_h_by_square", "diamond_by_square")]
)
def test_tape_of_a_diamond(seed, inner, outer):
    tape = seed("tape")
    assert st.grad(getattr(tape, outer), (0, 1, 2))(3.0, 2.0, 1.0) == (96.0, 288.0, 288.0)
    assert st.grad(tape.from_h1_h2, (0, 1))(6.0, 2.0) == (48.0, 144.0)
    assert st.grad(getattr(tape, inner))(12.0) == 24.0


def test_tape_with_the_users_rule_for_sigmoid(seed):
    tape = seed("tape")
    own, composed = st.grad(tape.neuron), st.grad(tape.composed_neuron)
    assert_allclose(own(0.7, -1.3), composed(0.7, -1.3), rtol=1e-14)
    body = own.source.partition("def grad_neuron")[2]
    assert "sigmoid(" in body and "np.exp" not in body
    assert "np.exp" in composed.source


def test_several_results_one_by_one_and_together(seed):
    both = seed("tape").both
    pull_back = st.vjp(both)
    assert pull_back(3.0, (0.0, 1.0)) == 108.0
    assert pull_back(3.0, (1.0, 0.0)) == 6.0
    assert st.jvp(both)(3.0, 1.0) == ((9.0, 81.0), (6.0, 108.0))


def test_the_tanh_neuron_is_minus_0_005083_and_not_minus_0_0669(seed):
    loss = seed("recorded_children").loss
    by_hand = (np.tanh(2.0) - 1.0) * (1.0 - np.tanh(2.0) ** 2) * 2.0
    found = st.grad(loss)(1.0, 0.0, 2.0, 1.0)
    assert_allclose(found, by_hand, rtol=1e-14)
    assert round(found, 6) == -0.005083
    assert_allclose(st.jvp(loss)(1.0, 0.0, 2.0, 1.0, 1.0)[1], found, rtol=1e-14)
    st.check_grads(loss, (1.0, 0.0, 2.0, 1.0))


def test_a_chain_of_diamonds_costs_a_few_statements_each(seed, tmp_path):
    load = seed("diamonds").load_chain
    lines = {
        n: len(st.grad(load(n, "x = x * x", tmp_path)).source.splitlines()) for n in (20, 40, 80)
    }
    assert lines[80] - lines[40] == 2 * (lines[40] - lines[20])
    assert st.grad(load(20, "x = x * x", tmp_path))(1.0) == 2.0**20


def test_micrograds_front_page(seed):
    found = st.value_and_grad(seed("frameworks").micrograd_readme, (0, 1))(-4.0, 2.0)
    assert_allclose((found[0], *found[1]), (24.7041, 138.8338, 645.5773), atol=5e-5)


RNG = np.random.default_rng(0)
WITH_AUTOGRAD = [
    ("tanh", "tanh_by_exp", (0.7,)),
    ("linear_noise", "loss", tuple(RNG.normal(size=n) for n in ((5, 3), 5, 3))),
    ("logistic_regression", "loss", (RNG.normal(size=3), RNG.normal(size=(4, 3)), np.eye(4)[0])),
    ("rosenbrock", "rosenbrock", (RNG.normal(size=6),)),
    ("seeds/frameworks", "training_loss", (RNG.normal(size=3),)),
    ("seeds/graph_of_vars", "with_functions", (4.3, 3.0, 2.0)),
]


@pytest.mark.parametrize("file, name, args", WITH_AUTOGRAD, ids=lambda v: str(v)[-22:])
def test_the_same_program_with_autograds_numpy_has_the_same_gradient(file, name, args, monkeypatch):
    autograd = pytest.importorskip("autograd")
    monkeypatch.syspath_prepend(str(EXAMPLES))
    path = EXAMPLES / f"{file}.py"
    spec = importlib.util.spec_from_file_location(f"ours_{path.stem}", path)
    ours = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(ours)
    text = path.read_text(encoding="utf-8")
    theirs = {"__name__": "theirs"}
    exec(text.replace("import numpy as np", "import autograd.numpy as np"), theirs)
    expected = autograd.grad(theirs[name])(*args)
    assert_allclose(st.grad(getattr(ours, name))(*args), expected, rtol=1e-12)
