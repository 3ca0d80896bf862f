def grad_ridge(w, X, y, strength):
    """Gradient of `ridge` with respect to (w, strength)."""
    residual = X @ w - y

    dstrength = (w ** 2).sum()
    dw = 2.0 * w * strength + X.T @ (2.0 * residual)
    return dw, dstrength
