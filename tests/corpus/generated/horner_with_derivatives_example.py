import numpy as np


def vjp_horner_with_derivatives(coefficients, x, dout):
    """Gradient of `dout * horner_with_derivatives` with respect to
    (coefficients, x), for the cotangent dout.
    """
    records = []
    ddp = 0.0
    dp = 0.0
    p = coefficients[-1]
    for k in range(len(coefficients) - 2, -1, -1):
        records.append((ddp, dp, p))
        ddp = ddp * x + 2.0 * dp
        dp = dp * x + p
        p = p * x + coefficients[k]

    p_bar = dout[0]
    dp_bar = dout[1]
    ddp_bar = dout[2]
    coefficients_bar = np.zeros_like(coefficients)
    x_bar = 0.0
    for k in range(len(coefficients) - 1):
        ddp, dp, p = records.pop()
        ddp_bar_1 = x * ddp_bar
        dp_bar_1 = x * dp_bar + 2.0 * ddp_bar
        p_bar_1 = x * p_bar + dp_bar
        coefficients_bar[k] += p_bar
        x_bar = x_bar + p * p_bar + dp * dp_bar + ddp * ddp_bar
        ddp_bar = ddp_bar_1
        dp_bar = dp_bar_1
        p_bar = p_bar_1
    coefficients_bar[-1] += p_bar
    return coefficients_bar, x_bar
