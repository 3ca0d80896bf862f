import numpy as np


def vjp_cholesky_by_loops(A, dout):
    """Gradient of `dout * cholesky_by_loops` with respect to A, for the
    cotangent dout.
    """
    n = len(A)
    L = np.zeros_like(A)
    L_stack = []
    L_stack1 = []
    sqrt_stack = []
    stack = []
    for i in range(n):
        for j in range(i + 1):
            s = A[i, j]
            for k in range(j):
                s -= L[i, k] * L[j, k]
            if i == j:
                sqrt_s = np.sqrt(s)
                sqrt_stack.append(sqrt_s)
                L_stack.append(L[i, i])
                L[i, i] = sqrt_s
            else:
                t1 = s / L[j, j]
                stack.append(t1)
                L_stack1.append(L[i, j])
                L[i, j] = t1

    dL = dout.copy()
    dA = np.zeros_like(A)
    for i in range(n - 1, -1, -1):
        for j in range(i, -1, -1):
            t2 = i == j
            if t2:
                L[i, i] = L_stack.pop()
            else:
                L[i, j] = L_stack1.pop()
            if t2:
                sqrt_s = sqrt_stack.pop()
                dsqrt_s = dL[i, i]
                dL[i, i] = 0.0
                ds = 0.5 * dsqrt_s / sqrt_s
            else:
                t1 = stack.pop()
                t3 = L[j, j]
                dt1 = dL[i, j]
                dL[i, j] = 0.0
                dL[j, j] -= dt1 * (t1 / t3)
                ds = dt1 / t3
            for k in range(j - 1, -1, -1):
                dL[i, k] -= ds * L[j, k]
                dL[j, k] -= ds * L[i, k]
            dA[i, j] += ds
    return dA
