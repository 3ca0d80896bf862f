import numpy as np


def gradient_of(x):
    """Zeros in the container of x: floats for numbers, None for what has no gradient."""
    if isinstance(x, dict):
        zeros = x.copy()
        zeros.update((key, gradient_of(value)) for key, value in x.items())
        return zeros
    if isinstance(x, (list, tuple)):
        items = [gradient_of(item) for item in x]
        return type(x)(*items) if hasattr(x, "_fields") else type(x)(items)
    if isinstance(x, (bool, np.bool_)) or (
        isinstance(x, np.ndarray) and x.dtype.kind not in "iufc"
    ):
        return None
    if isinstance(x, (np.ndarray, np.number, int, float, complex)):
        array = np.zeros(np.shape(x), np.result_type(x, 0.0))
        return array if isinstance(x, np.ndarray) else array[()]
    names = list(getattr(x, "__dataclass_fields__", ()) or getattr(x, "__dict__", ()))
    if not names or hasattr(x, "__name__"):  # a function has no gradient, nor has a class
        return None
    made = object.__new__(type(x))
    for name in names:
        object.__setattr__(made, name, gradient_of(getattr(x, name)))
    return made


def added_in(x, g, *path):
    """The gradient x with g added to its entry at a path: containers and arrays are changed in
    place, tuples are made anew. An array adds at each place that an index names, repeated ones too.
    """
    if path:
        key, *rest = path
        if isinstance(x, np.ndarray) and isinstance(key, int) and not rest:
            x[key] += g  # as in every round of a loop over entries
        elif isinstance(x, np.ndarray) and not rest:
            np.add.at(x, key, g)
        elif isinstance(x, tuple):
            if isinstance(key, str):
                key = [*getattr(x, "_fields", ())].index(key)
            items = list(x)
            items[key] = added_in(items[key], g, *rest)
            return type(x)(*items) if hasattr(x, "_fields") else type(x)(items)
        elif isinstance(x, (list, dict, np.ndarray)):
            x[key] = added_in(x[key], g, *rest)
        elif key in (getattr(x, "__dataclass_fields__", None) or vars(x)):
            object.__setattr__(x, key, added_in(getattr(x, key), g, *rest))
        elif isinstance(getattr(type(x), key, None), property):
            raise TypeError(f".{key} is computed: annotate the object, or give example=")
        return x
    if x is None or g is None:
        return x
    if isinstance(x, (np.ndarray, np.number, float, complex)):
        return x + g
    if isinstance(x, dict):
        keys = list(x)
    elif isinstance(x, (list, tuple)):
        keys = list(range(len(x)))
    else:
        keys = list(getattr(x, "__dataclass_fields__", None) or x.__dict__)
    for k in keys:
        x = added_in(x, g[k] if hasattr(g, "__getitem__") else getattr(g, k), k)
    return x


def grad_gravitational_energy(bodies, masses):
    """Gradient of `gravitational_energy` with respect to (bodies, masses)."""
    dz = 0.0
    dz1 = 0.0
    dmasses = gradient_of(masses)
    d = 0.0
    dbodies = gradient_of(bodies)
    for j in range(1, -1, -1):
        t1 = bodies[j]
        t2 = masses[j]
        t3 = bodies[2][0] - t1[0]
        t4 = bodies[2][1] - t1[1]
        t5 = np.sqrt(t3 ** 2 + t4 ** 2)
        dz2 = 0.5 * (masses[2] * t2) / t5 / t5 / t5
        t6 = t4 * dz2
        t7 = t3 * dz2
        dmasses[j] -= masses[2] / t5
        d -= t2 / t5
        dbodies = added_in(dbodies, -2.0 * t6, j, 1)
        dbodies = added_in(dbodies, -2.0 * t7, j, 0)
        dz += 2.0 * t6
        dz1 += 2.0 * t7
    dmasses[2] += d
    dz3 = 0.0
    dz4 = 0.0
    d = 0.0
    for j in range(0, -1, -1):
        t8 = bodies[j]
        t9 = masses[j]
        t10 = bodies[1][0] - t8[0]
        t11 = bodies[1][1] - t8[1]
        t12 = np.sqrt(t10 ** 2 + t11 ** 2)
        dz5 = 0.5 * (masses[1] * t9) / t12 / t12 / t12
        t13 = t11 * dz5
        t14 = t10 * dz5
        dmasses[j] -= masses[1] / t12
        d -= t9 / t12
        dbodies = added_in(dbodies, -2.0 * t13, j, 1)
        dbodies = added_in(dbodies, -2.0 * t14, j, 0)
        dz3 += 2.0 * t13
        dz4 += 2.0 * t14
    dmasses[1] += d
    dz6 = 0.0
    dz7 = 0.0
    d = 0.0
    for j in range(-1, -1, -1):
        t15 = bodies[j]
        t16 = masses[j]
        t17 = bodies[0][0] - t15[0]
        t18 = bodies[0][1] - t15[1]
        t19 = np.sqrt(t17 ** 2 + t18 ** 2)
        dz8 = 0.5 * (masses[0] * t16) / t19 / t19 / t19
        t20 = t18 * dz8
        t21 = t17 * dz8
        dmasses[j] -= masses[0] / t19
        d -= t16 / t19
        dbodies = added_in(dbodies, -2.0 * t20, j, 1)
        dbodies = added_in(dbodies, -2.0 * t21, j, 0)
        dz6 += 2.0 * t20
        dz7 += 2.0 * t21

    t22 = dbodies[0]
    dbodies_0_0 = dz7 + t22[0]
    dbodies_0_1 = dz6 + t22[1]
    t23 = dbodies[1]
    dbodies_1_0 = dz4 + t23[0]
    dbodies_1_1 = dz3 + t23[1]
    t24 = dbodies[2]
    dbodies_2_0 = dz1 + t24[0]
    dbodies_2_1 = dz + t24[1]
    dmasses_0 = d + dmasses[0]
    dmasses_1 = dmasses[1]
    dmasses_2 = dmasses[2]
    return (
        [
            (dbodies_0_0, dbodies_0_1),
            (dbodies_1_0, dbodies_1_1),
            (dbodies_2_0, dbodies_2_1)
        ],
        [dmasses_0, dmasses_1, dmasses_2]
    )
