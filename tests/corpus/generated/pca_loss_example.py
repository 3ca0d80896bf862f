def grad_pca_loss(W, X):
    """Gradient of `pca_loss` with respect to W."""
    centred = X - X.mean(axis=0)
    code = centred @ W

    dz = 2.0 * (centred - code @ W.T) / len(X)
    dcode = -dz @ W
    return -dz.T @ code + centred.T @ dcode
