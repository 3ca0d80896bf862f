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
    if not names or callable(x):
        return None
    made = object.__new__(type(x))
    for name in names:
        object.__setattr__(made, name, gradient_of(getattr(x, name)))
    return made


def assemble(x, *parts):
    """The gradient of x from (key, ..., gradient) parts; zeros where there is none."""

    def add(total, path, g):
        if total is None or g is None:
            return total
        if path:
            return put(total, path[0], lambda entry: add(entry, path[1:], g))
        if isinstance(total, (np.ndarray, np.number, float, complex)):
            if np.iscomplexobj(g) and not np.iscomplexobj(total):
                g = np.real(g)
            return total + np.asarray(g, np.result_type(total))
        if isinstance(total, dict):
            keys = list(total)
        elif isinstance(total, (list, tuple)):
            keys = list(range(len(total)))
        else:
            keys = list(getattr(total, "__dataclass_fields__", None) or total.__dict__)
        for key in keys:
            part = g[key] if hasattr(g, "__getitem__") else getattr(g, key)
            total = put(total, key, lambda entry, part=part: add(entry, (), part))
        return total

    def put(total, key, change):
        if isinstance(total, np.ndarray):
            places = np.arange(total.size).reshape(total.shape)[key]
            entry = change(np.zeros(np.shape(places), total.dtype))
            np.add.at(total.reshape(-1), places, entry)
        elif isinstance(total, tuple):
            if isinstance(key, str):
                key = [*getattr(total, "_fields", ())].index(key)
            items = list(total)
            items[key] = change(items[key])
            return type(total)(*items) if hasattr(total, "_fields") else type(total)(items)
        elif isinstance(total, (list, dict)):
            total[key] = change(total[key])
        else:
            object.__setattr__(total, key, change(getattr(total, key)))
        return total

    gradient = gradient_of(x)
    for *path, g in parts:
        gradient = add(gradient, path, g)
    return gradient


def vjp_arm_kinematics(angles, target, length, dout):
    """Gradient of `dout * arm_kinematics` with respect to (angles, target,
    length), for the cotangent dout.
    """
    joints = [np.zeros(2)]
    heading = 0.0
    records = []
    for k, item in enumerate(angles):
        heading += item
        link = length / (k + 1)
        t1 = np.array([np.cos(heading), np.sin(heading)])
        records.append((list(joints), heading, link, t1))
        joints.append(joints[-1] + link * t1)
    gap = joints[-1] - target

    dgap = 2.0 * (0.5 * dout[0] / np.sqrt(gap @ gap)) * gap
    dtarget = -dgap
    djoints = assemble(joints, (np.moveaxis(dout[1], 0, 0),), (-1, dgap))
    dheading = 0.0
    dlength = 0.0
    dangles = np.zeros_like(angles)
    for k in range(len(angles) - 1, -1, -1):
        t2, heading, link, t1 = records[k]
        dlink = (djoints[-1] * t1).sum()
        dt1 = link * djoints[-1]
        t3 = dheading + dt1[1] * np.cos(heading)
        dheading = t3 - dt1[0] * np.sin(heading)
        djoints = assemble(t2, (djoints[:-1],), (-1, djoints[-1]))
        dlength = dlength + dlink / (k + 1)
        dangles[k] += dheading
    return dangles, dtarget, dlength
