import numpy as np


def vjp_pendulum_step(angle, speed, gravity, dt, dout):
    """Gradient of `dout * pendulum_step` with respect to (angle, speed,
    gravity), for the cotangent dout.
    """
    w2_bar = dout[1][1] + dt * dout[0][1]
    t1 = dt * w2_bar * np.sin(angle[1])
    w1_bar = dout[1][0] + dt * dout[0][0]
    angle_1_bar = dout[0][1] - w2_bar * (dt * gravity) * np.cos(angle[1])
    angle_0_bar = dout[0][0] - w1_bar * (dt * gravity) * np.cos(angle[0])
    gravity_bar = -dt * w1_bar * np.sin(angle[0]) - t1
    return (angle_0_bar, angle_1_bar), (w1_bar, w2_bar), gravity_bar
