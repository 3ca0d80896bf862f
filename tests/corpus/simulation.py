"""Simulations: loops over time, states written in place."""

import numpy as np

from . import case, numbers


@case(numbers(8), 0.3, 0.4, 0.1, 6, wrt=(0, 1), mode="vjp")
def heat_rod(u, kappa, dx, dt, steps):
    """Explicit time steps of the heat equation, with insulated ends."""
    u = u.copy()
    r = kappa * dt / dx**2
    for _ in range(steps):
        u[1:-1] += r * (u[2:] - 2.0 * u[1:-1] + u[:-2])
        u[0] = u[1]
        u[-1] = u[-2]
    return u


def accelerations(positions, masses, softening):
    n = len(masses)
    acc = np.zeros_like(positions)
    for i in range(n):
        for j in range(n):
            if i == j:
                continue
            gap = positions[j] - positions[i]
            distance = np.sqrt(np.sum(gap**2) + softening**2)
            acc[i] += masses[j] * gap / distance**3
    return acc


@case(numbers(3, 3, scale=2.0), numbers(3, 3, seed=1), np.array([1.0, 0.7, 1.4]), 0.3, 0.05, 3,
      wrt=(0, 1, 2, 3), mode="vjp")  # fmt: skip
def n_body(positions, velocities, masses, softening, dt, steps):
    """Gravity by leapfrog: kick, drift, kick."""
    x, v = positions.copy(), velocities.copy()
    acc = accelerations(x, masses, softening)
    for _ in range(steps):
        v += 0.5 * dt * acc
        x += dt * v
        acc = accelerations(x, masses, softening)
        v += 0.5 * dt * acc
    return x, v


@case([(0.0, 0.0), (1.0, 0.2), (0.4, 1.1)], [1.0, 2.0, 0.5])
def gravitational_energy(bodies, masses):
    """The potential energy of bodies in a list of tuples."""
    energy = 0.0
    for i, (xi, yi) in enumerate(bodies):
        for j in range(i):
            xj, yj = bodies[j]
            energy -= masses[i] * masses[j] / np.sqrt((xi - xj) ** 2 + (yi - yj) ** 2)
    return energy


def thomas(lower, diagonal, upper, right):
    """Solve a tridiagonal system."""
    n = len(diagonal)
    c, d = np.zeros(n), np.zeros(n)
    c[0] = upper[0] / diagonal[0]
    d[0] = right[0] / diagonal[0]
    for i in range(1, n):
        pivot = diagonal[i] - lower[i] * c[i - 1]
        c[i] = upper[i] / pivot
        d[i] = (right[i] - lower[i] * d[i - 1]) / pivot
    x = np.zeros(n)
    x[-1] = d[-1]
    for i in range(n - 2, -1, -1):
        x[i] = d[i] - c[i] * x[i + 1]
    return x


@case(numbers(6), 0.5 + 0.1 * numbers(6, seed=1), 0.3, 3, wrt=(0, 1, 2))
def crank_nicolson(u, kappa, dt, steps):
    """Diffusion with a conductivity that varies, ends at 0; the heat that is left."""
    r = 0.5 * dt * kappa
    for _ in range(steps):
        right = (1.0 - 2.0 * r) * u
        right[1:] += r[1:] * u[:-1]
        right[:-1] += r[:-1] * u[1:]
        u = thomas(-r, 1.0 + 2.0 * r, -r, right)
    return np.sum(u**2)


@case(1.0 + 0.2 * numbers(8), 0.1 * numbers(8, seed=1), 9.81, 0.02, 0.5, 4, wrt=(0, 1, 2),
      mode="vjp")  # fmt: skip
def shallow_water(h, hu, g, dt, dx, steps):
    """Lax and Friedrichs' scheme for depth and momentum, periodic."""
    n = len(h)
    for _ in range(steps):
        flux_h = hu
        flux_hu = hu**2 / h + 0.5 * g * h**2
        h_new, hu_new = np.empty(n), np.empty(n)
        for i in range(n):
            left, right = (i - 1) % n, (i + 1) % n
            h_new[i] = 0.5 * (h[left] + h[right]) - 0.5 * dt / dx * (flux_h[right] - flux_h[left])
            hu_new[i] = 0.5 * (hu[left] + hu[right]) - 0.5 * dt / dx * (
                flux_hu[right] - flux_hu[left]
            )
        h, hu = h_new, hu_new
    return h, hu


@case(numbers(8), 0.02, 0.05, 0.2, 5, wrt=(0, 1))
def burgers(u, viscosity, dt, dx, steps):
    """Upwind differences: the side depends on the sign of the flow."""
    kinetic = []
    for _ in range(steps):
        old = u.copy()
        u = old.copy()
        for i in range(1, len(u) - 1):
            if old[i] > 0.0:
                slope = (old[i] - old[i - 1]) / dx
            else:
                slope = (old[i + 1] - old[i]) / dx
            bend = (old[i + 1] - 2.0 * old[i] + old[i - 1]) / dx**2
            u[i] = old[i] + dt * (viscosity * bend - old[i] * slope)
        kinetic.append(0.5 * np.sum(u**2) * dx)
    return np.mean(np.array(kinetic))


def van_der_pol(y, mu):
    return np.array([y[1], mu * (1.0 - y[0] ** 2) * y[1] - y[0]])


@case(np.array([1.2, -0.4]), 0.8, 0.9, 1e-3, wrt=(0, 1), mode="vjp")
def adaptive_ode(y, mu, end, tol):
    """Heun's method against Euler's: steps that err too much are made again, shorter."""
    t, h = 0.0, 0.5
    while end - t > 1e-9:
        h = min(h, end - t)
        k1 = van_der_pol(y, mu)
        k2 = van_der_pol(y + h * k1, mu)
        error = 0.5 * h * np.sqrt(np.sum((k2 - k1) ** 2))
        if error < 10.0 * tol:
            t += h
            y = y + 0.5 * h * (k1 + k2)
        h *= max(0.3, min(2.0, 0.9 * np.sqrt(10.0 * tol / error)))
    return y


@case({"prey": 1.0, "hunters": 0.6}, (1.1, 0.4, 0.4, 0.2), 0.1, 5, wrt=(0, 1))
def lotka_volterra_rk4(start, rates, dt, steps):
    """Four slopes a step; the state is a dict, and so is its gradient."""
    birth, hunt, death, growth = rates

    def slope(prey, hunters):
        return birth * prey - hunt * prey * hunters, growth * prey * hunters - death * hunters

    x, y = start["prey"], start["hunters"]
    track = [(x, y)]
    for _ in range(steps):
        ax, ay = slope(x, y)
        bx, by = slope(x + 0.5 * dt * ax, y + 0.5 * dt * ay)
        cx, cy = slope(x + 0.5 * dt * bx, y + 0.5 * dt * by)
        ex, ey = slope(x + dt * cx, y + dt * cy)
        x += dt / 6.0 * (ax + 2.0 * bx + 2.0 * cx + ex)
        y += dt / 6.0 * (ay + 2.0 * by + 2.0 * cy + ey)
        track.append((x, y))
    return sum(x * y for x, y in track) / len(track)


@case(0.9, 0.2, np.array([0.05, 0.09, 0.14, 0.17, 0.19]), 2, wrt=(0, 1))
def sir_epidemic(infection, recovery, observed, substeps):
    """The misfit of an epidemic to reports, with a lockdown once more than a tenth is ill."""
    state = {"S": 0.97, "I": 0.03, "R": 0.0}
    misfit = 0.0
    dt = 1.0 / substeps
    for report in observed:
        for _ in range(substeps):
            rate = infection
            if state["I"] > 0.1:
                rate *= 0.5
            new = rate * state["S"] * state["I"] * dt
            healed = recovery * state["I"] * dt
            state["S"] -= new
            state["I"] += new - healed
            state["R"] += healed
        misfit += (state["I"] - report) ** 2 / report
    return misfit


@case(numbers(3, 3, scale=0.5), 0.15, 0.8, 1e-2, wrt=(0, 1, 2))
def ising_mean_field(field, coupling, damping, tol):
    """Magnetisations m = tanh(field + coupling * neighbours), swept until they stand."""
    n = len(field)
    m = np.zeros_like(field)
    for sweep in range(10):
        largest = 0.0
        for i in range(n):
            for j in range(n):
                around = 0.0
                for di, dj in [(-1, 0), (1, 0), (0, -1), (0, 1)]:
                    around += m[(i + di) % n, (j + dj) % n]
                old = m[i, j]
                m[i, j] = (1.0 - damping) * old + damping * np.tanh(field[i, j] + coupling * around)
                largest = max(largest, abs(m[i, j] - old))
        if largest < tol:
            break
    return np.mean(m**2)


def distance(p, centre, radius, floor):
    ball = np.linalg.norm(p - centre) - radius
    return min(ball, p[1] - floor)


@case(np.array([0.1, 0.3, -3.0]), np.array([0.05, -0.02, 1.0]), np.array([0.2, 0.1, 0.5]), 0.8, -1.0,
      20)  # fmt: skip
def ray_march(origin, direction, centre, radius, floor, limit):
    """Walk along a ray to a ball above a floor: shaded where it hits, dark where it misses."""
    direction = direction / np.linalg.norm(direction)
    t = 0.0
    hit = False
    for _ in range(limit):
        d = distance(origin + t * direction, centre, radius, floor)
        if d < 1e-3:
            hit = True
            break
        t += d
        if t > 10.0:
            break
    if not hit:
        return 0.0
    normal = (origin + t * direction - centre) / radius
    return np.exp(-0.2 * t) * max(0.0, -(normal @ direction))


@case(100.0, 104.0, 0.03, 0.25, 1.0, 6, wrt=(0, 1, 2, 3))
def american_put(spot, strike, rate, sigma, years, steps):
    """Cox, Ross and Rubinstein's lattice, from the last day to the first, exercised early."""
    dt = years / steps
    up = np.exp(sigma * np.sqrt(dt))
    down = 1.0 / up
    p = (np.exp(rate * dt) - down) / (up - down)
    discount = np.exp(-rate * dt)
    values = np.zeros(steps + 1)
    for j in range(steps + 1):
        values[j] = max(strike - spot * up**j * down ** (steps - j), 0.0)
    for step in range(steps - 1, -1, -1):
        for j in range(step + 1):
            hold = discount * (p * values[j + 1] + (1.0 - p) * values[j])
            exercise = strike - spot * up**j * down ** (step - j)
            values[j] = exercise if exercise > hold else hold
    return values[0]


@case(np.array([0.3, 0.9]), 1.1, 0.2, numbers(8, seed=3), 0.05, wrt=(0, 1, 2, 3))
def stochastic_path(state, pull, noise, shocks, dt):
    """Euler and Maruyama's method for a noisy oscillator; the path's mean distance from rest."""
    x, v = state
    path = np.zeros((len(shocks), 2))
    for k in range(len(shocks)):
        x, v = x + dt * v, v - dt * pull * np.sin(x) + noise * np.sqrt(dt) * shocks[k]
        path[k, 0], path[k, 1] = x, v
    return np.mean(np.sqrt(path[:, 0] ** 2 + path[:, 1] ** 2))
