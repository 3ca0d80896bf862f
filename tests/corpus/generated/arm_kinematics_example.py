import numpy as np


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
        records.append((heading, link, t1))
        joints.append(joints[-1] + link * t1)
    gap = joints[-1] - target

    dgap = 2.0 * (0.5 * dout[0] / np.sqrt(gap @ gap)) * gap
    dtarget = -dgap
    djoints = list(np.moveaxis(dout[1], 0, 0))
    djoints[-1] = djoints[-1] + dgap
    dheading = 0.0
    dlength = 0.0
    dangles = np.zeros_like(angles)
    for k in range(len(angles) - 1, -1, -1):
        heading, link, t1 = records[k]
        dz = djoints.pop()
        dlink = (dz * t1).sum()
        dt1 = link * dz
        dlength += dlink / (k + 1)
        t2 = dheading + dt1[1] * np.cos(heading)
        dheading = t2 - dt1[0] * np.sin(heading)
        djoints[-1] = djoints[-1] + dz
        dangles[k] += dheading
    return dangles, dtarget, dlength
