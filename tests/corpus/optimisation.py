"""Iterations that search: root finders, descents, and fits whose loops are long."""

import numpy as np

from . import case, numbers


@case(1.0, 2.5, 1e-8, wrt=(0, 1))
def newton_root(start, a, tol):
    """x e**x = a, Lambert's function, by Newton's method until it has converged."""
    x = start
    f = x * np.exp(x) - a
    while abs(f) > tol:
        x -= f / ((1.0 + x) * np.exp(x))
        f = x * np.exp(x) - a
    return x


@case(0.6, 0.35, wrt=(0, 1))
def kepler_radius(mean_anomaly, eccentricity):
    """The eccentric anomaly, found to ten digits, and the radius there."""
    E = mean_anomaly
    for _ in range(30):
        step = (E - eccentricity * np.sin(E) - mean_anomaly) / (1.0 - eccentricity * np.cos(E))
        E = E - step
        if abs(step) < 1e-10:
            break
    else:
        raise RuntimeError("Kepler's equation did not converge")
    return 1.0 - eccentricity * np.cos(E)


@case(np.array([0.6, 1.0]), 1.3, 0.9, 8, wrt=(0, 1, 2), mode="vjp")
def newton_system(x, a, b, iterations):
    """Two equations in two unknowns, the Jacobian written out."""
    for _ in range(iterations):
        F = np.array([x[0] ** 2 + x[1] ** 2 - a, x[0] - b * np.exp(-x[1])])
        J = np.array([[2.0 * x[0], 2.0 * x[1]], [1.0, b * np.exp(-x[1])]])
        step = np.linalg.solve(J, F)
        x = x - step
        if np.linalg.norm(step) < 1e-6:
            break
    return x


def rosenbrock(x, a, b):
    return (a - x[0]) ** 2 + b * (x[1] - x[0] ** 2) ** 2


def rosenbrock_slope(x, a, b):
    return np.array([
        -2.0 * (a - x[0]) - 4.0 * b * x[0] * (x[1] - x[0] ** 2),
        2.0 * b * (x[1] - x[0] ** 2),
    ])  # fmt: skip


@case(np.array([0.1, 1.3]), 1.0, 1.0, 3, wrt=(0, 1, 2))
def backtracking_descent(x, a, b, steps):
    """Gradient descent; every step is halved until Armijo's condition holds."""
    for _ in range(steps):
        slope = rosenbrock_slope(x, a, b)
        value = rosenbrock(x, a, b)
        t = 1.0
        while rosenbrock(x - t * slope, a, b) > value - 0.3 * t * (slope @ slope):
            t *= 0.5
        x = x - t * slope
    return rosenbrock(x, a, b)


@case(numbers(3), numbers(6, 3, seed=1), numbers(6, seed=2), 0.1, 0.9, 5, wrt=(0, 1, 2, 3, 4))
def adam_like(w, X, y, rate, beta, steps):
    """Momentum and a running square of the gradient; the loss after training."""
    m, s = np.zeros_like(w), np.zeros_like(w)
    for k in range(1, steps + 1):
        residual = X @ w - y
        g = 2.0 * X.T @ residual / len(y)
        m = beta * m + (1.0 - beta) * g
        s = beta * s + (1.0 - beta) * g**2
        w = w - rate * (m / (1.0 - beta**k)) / (np.sqrt(s / (1.0 - beta**k)) + 1e-2)
    return np.mean((X @ w - y) ** 2)


@case(numbers(6, 2), numbers(3, 2, seed=1), mode="vjp")
def kmeans_step(points, centres):
    """Every point joins the centre that is nearest; centres move to the mean of their points."""
    k, size = centres.shape
    sums, counts = np.zeros((k, size)), np.zeros(k)
    inertia = 0.0
    for p in points:
        nearest, least = 0, np.inf
        for c in range(k):
            d = np.sum((p - centres[c]) ** 2)
            if d < least:
                nearest, least = c, d
        sums[nearest] += p
        counts[nearest] += 1.0
        inertia += least
    moved = centres.copy()
    for c in range(k):
        if counts[c] > 0.0:
            moved[c] = sums[c] / counts[c]
    return moved, inertia


@case(numbers(6, 2), numbers(3, 2, seed=1), 2.0, 2, wrt=(0, 1, 2), mode="vjp")
def soft_kmeans(points, centres, stiffness, rounds):
    """Every point belongs to all centres, more to those that are near."""
    for _ in range(rounds):
        total = np.zeros(centres.shape)
        weight = np.zeros(len(centres))
        for p in points:
            share = np.array([np.exp(-stiffness * np.sum((p - c) ** 2)) for c in centres])
            share = share / share.sum()
            for k in range(len(centres)):
                total[k] += share[k] * p
                weight[k] += share[k]
        centres = total / weight[:, None]
    return centres


@case(numbers(2, 2), 0.5 * numbers(2, 3, seed=1), np.array([0.3, -0.2]), numbers(5, 2, seed=2))
def gmm_loglik(means, factors, logits, points):
    """A Gaussian mixture; a factor holds the logarithms of two widths and one shear."""
    log_weights = logits - np.log(np.sum(np.exp(logits)))
    total = 0.0
    for x in points:
        logs = []
        for k, (mean, (a, b, shear)) in enumerate(zip(means, factors)):
            r = x - mean
            z0 = np.exp(a) * r[0]
            z1 = shear * r[0] + np.exp(b) * r[1]
            logs.append(log_weights[k] + a + b - 0.5 * (z0**2 + z1**2))
        top = max(logs)
        total += top + np.log(sum(np.exp(v - top) for v in logs))
    return total - len(points) * np.log(2.0 * np.pi)


def cross(a, b):
    return np.array([
        a[1] * b[2] - a[2] * b[1],
        a[2] * b[0] - a[0] * b[2],
        a[0] * b[1] - a[1] * b[0],
    ])  # fmt: skip


def rotate_point(axis, x):
    """Rodrigues' formula, with its limit for small angles."""
    angle2 = axis @ axis
    if angle2 < 1e-12:
        return x + cross(axis, x)
    angle = np.sqrt(angle2)
    k = axis / angle
    c = np.cos(angle)
    return c * x + np.sin(angle) * cross(k, x) + (1.0 - c) * (k @ x) * k


def project(camera, x):
    """camera: axis (3), position (3), focal length, two coefficients of the lens."""
    y = rotate_point(camera[:3], x - camera[3:6])
    p = y[:2] / y[2]
    r2 = p @ p
    return camera[6] * (1.0 + camera[7] * r2 + camera[8] * r2**2) * p


@case(np.array([[0.1, -0.2, 0.05, 0.3, 0.1, -4.0, 1.5, 0.1, 0.02],
                [-0.1, 0.3, 0.1, -0.2, 0.2, -5.0, 1.4, 0.05, 0.01]]),
      numbers(3, 3), [(0, 0), (0, 2), (1, 0), (1, 1), (1, 2)], 0.3 * numbers(5, 2, seed=1),
      1.0 + 0.2 * numbers(5, seed=2), wrt=(0, 1, 4), mode="vjp")  # fmt: skip
def bundle_adjustment(cameras, points, pairs, seen, weights):
    """Where every camera sees every point, against where it was seen."""
    residuals = np.zeros((len(pairs), 2))
    for k, (camera, point) in enumerate(pairs):
        pixel = project(cameras[camera], points[point])
        residuals[k] = weights[k] * (pixel - seen[k])
    return residuals, 1.0 - weights**2


@case(np.array([0.4, 0.7, 1.1]), np.array([2.0, -1.0]), 0.9, mode="vjp")
def arm_kinematics(angles, target, length):
    """The joints of an arm, link by link, and how far its hand is from a target."""
    joints = [np.zeros(2)]
    heading = 0.0
    for k, angle in enumerate(angles):
        heading += angle
        link = length / (k + 1)
        joints.append(joints[-1] + link * np.array([np.cos(heading), np.sin(heading)]))
    gap = joints[-1] - target
    return np.sqrt(gap @ gap), np.stack(joints)


@case(numbers(3, 4) + 0.2, np.array([0.3, 0.3, 0.4]), np.array([0.2, 0.3, 0.1, 0.4]), 0.4, 5,
      wrt=(0, 1, 2, 3))  # fmt: skip
def sinkhorn(cost, a, b, eps, rounds):
    """Entropic optimal transport: rows and columns are scaled in turn; the cost of the plan."""
    K = np.exp(-cost / eps)
    u, v = np.ones(len(a)), np.ones(len(b))
    for _ in range(rounds):
        for i in range(len(a)):
            u[i] = a[i] / np.dot(K[i], v)
        for j in range(len(b)):
            v[j] = b[j] / np.dot(K[:, j], u)
    total = 0.0
    for i in range(len(a)):
        for j in range(len(b)):
            total += u[i] * K[i, j] * v[j] * cost[i, j]
    return total


@case(numbers(6, seed=5, scale=2.0), 0.8, 0.5, 6, wrt=(0, 1, 2), mode="vjp")
def lasso_by_shooting(w, strength, shrink, limit):
    """Soft thresholds, entry by entry: shrunk where large, 0 where small."""
    out = np.zeros_like(w)
    for i in range(min(limit, len(w))):
        x = shrink * w[i]
        if x > strength * 0.5:
            out[i] = x - strength * 0.5
        elif x < -strength * 0.5:
            out[i] = x + strength * 0.5
        else:
            continue
        out[i] *= 1.0 + 0.1 * i
    return out
