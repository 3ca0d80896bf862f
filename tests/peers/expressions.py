"""Expressions that other libraries differentiate too, and the arguments they are compared at.

The names in an expression are its parameters: `np.dot(A, x)` is a function of A and x.
"""

import ast
import linecache
import types

import numpy as np

rng = np.random.default_rng(7)
normal = rng.standard_normal
_root = normal((3, 3))

ARGUMENTS = {
    "s": 0.7,
    "t": 1.9,
    "u": rng.uniform(-0.8, 0.8, 4),
    "q": rng.uniform(0.1, 0.9, 4),
    "p": rng.uniform(0.4, 2.0, 4),
    "r": rng.uniform(1.2, 3.0, 4),
    "x": normal(4),
    "y": normal(4),
    "v": normal(3),
    "w": normal(3),
    "A": normal((3, 4)),
    "B": normal((4, 3)),
    "M": normal((3, 3)) + 3.0 * np.eye(3),
    "S": _root @ _root.T + 3.0 * np.eye(3),
    "T": normal((2, 3, 4)),
    "Q": normal((2, 3, 3)) + 3.0 * np.eye(3),
    "z": normal(4) + 1j * normal(4),
    "C": normal((3, 3)) + 1j * normal((3, 3)) + 3.0 * np.eye(3),
    "n": normal(8),
    "k": normal(3),
}

#: what NumPy and its copies call by the same names; `la` is numpy.linalg, `fft` is numpy.fft
NUMPY = """
x + y    x - y    x * y    x / y    p ** y    p ** 3    x @ y    A @ B    A @ x    T @ B    -x
x % 0.7    np.remainder(x, p)    np.abs(x)    np.abs(z)    np.absolute(x)    np.fabs(x)
np.add(A, x)    np.subtract(A, x)    np.multiply(A, x)    np.divide(A, p)    np.power(p, y)
np.power(p, 2)    np.negative(x)    np.reciprocal(p)    np.square(x)    np.sqrt(p)
np.exp(x)    np.exp2(x)    np.expm1(x)    np.log(p)    np.log2(p)    np.log10(p)    np.log1p(p)
np.sin(x)    np.cos(x)    np.tan(u)    np.arcsin(u)    np.arccos(u)    np.arctan(x)
np.arctan2(x, y)    np.sinh(x)    np.cosh(x)    np.tanh(x)    np.arcsinh(x)    np.arccosh(r)
np.arctanh(u)    np.hypot(x, y)    np.sinc(x)    np.deg2rad(x)    np.rad2deg(x)    np.radians(x)
np.degrees(x)    np.logaddexp(x, y)    np.logaddexp2(x, y)    np.maximum(x, y)
np.minimum(x, y)    np.fmax(x, y)    np.fmin(x, y)    np.clip(x, -0.5, 0.5)
np.where(x > 0.0, x, y)    np.nan_to_num(x)    np.real_if_close(x)
np.exp(z)    np.sin(z)    np.tanh(z)    np.log(z)    np.sqrt(z)    z * z    z ** 2    1.0 / z
np.real(z)    np.imag(z)    np.conj(z)    np.conjugate(z)    np.angle(z)
np.sum(A)    np.sum(A, axis=0)    np.sum(T, axis=(0, 2))    np.sum(T, axis=-1, keepdims=True)
np.mean(A)    np.mean(A, axis=1)    np.mean(T, axis=(0, 1))    np.prod(p)    np.prod(A, axis=1)
np.var(A)    np.var(A, axis=0)    np.var(A, axis=1, ddof=1)    np.std(A)    np.std(A, axis=0)
np.std(T, axis=(0, 2), ddof=1)    np.max(A)    np.max(A, axis=0)    np.min(A, axis=1)
np.amax(A, axis=1, keepdims=True)    np.amin(A)    np.cumsum(x)    np.cumsum(A, axis=1)
np.diff(x)    np.diff(A, axis=0)    np.diff(n, n=2)    np.gradient(n)    np.trace(M)
np.sort(x)    np.partition(x, 2)
np.dot(x, y)    np.dot(A, x)    np.dot(v, A)    np.dot(A, B)    np.dot(T, B)    np.matmul(Q, M)
np.matmul(T, B)    np.inner(x, y)    np.inner(A, x)    np.outer(x, y)    np.tensordot(A, B, axes=1)
np.tensordot(T, A, axes=([1, 2], [0, 1]))    np.kron(A, M)
np.einsum("ij,jk->ik", A, B)    np.einsum("ij->j", A)    np.einsum("ij,ij", A, A)
np.einsum("kij,jl->kil", T, B)    np.einsum("...j,j", T, x)    np.cross(v, w)
np.reshape(A, (4, 3))    np.reshape(A, -1)    np.ravel(A)    np.transpose(A)
np.transpose(T, (2, 0, 1))    np.swapaxes(T, 0, 2)    np.moveaxis(T, 0, -1)    np.rollaxis(T, 2)
np.squeeze(A[None])    np.expand_dims(A, 1)    np.broadcast_to(A[:1], (3, 4))    np.atleast_1d(s)
np.atleast_2d(x)    np.atleast_3d(A)    np.concatenate([x, y])    np.concatenate((A, A), axis=1)
np.stack([x, y])    np.vstack([x, A])    np.hstack([x, y])    np.array([s, t, s * t])
np.append(x, y)    np.roll(x, 1)    np.roll(A, 2, axis=1)    np.repeat(x, 2)
np.repeat(A, 2, axis=0)    np.tile(x, 3)    np.tile(A, (2, 1))    np.flipud(A)    np.fliplr(A)
np.rot90(A)    np.rot90(A, 3)    np.pad(x, 2, mode="constant")    np.pad(A, ((1, 0), (2, 1)), "constant")
np.diag(x)    np.diag(M)    np.diag(M, 1)    np.diagonal(Q, 0, -1, -2)    np.tril(M)    np.triu(M, 1)
np.full((2, 3), s)    np.linspace(s, t, 5)    np.split(n, 2)[1]    np.array_split(n, 3)[2]
np.vsplit(B, 2)[0]    np.hsplit(A, 2)[1]    np.dsplit(T, 2)[1]
x[1:3]    A[1]    A[:, 2]    A[::2, ::-1]    A[[0, 2, 0]]    A[np.array([True, False, True])]    A[..., None]
T[1, :, 2:]    n[::3]    A[[0, 1], [2, 2]]
la.det(M)    la.det(Q)    la.inv(M)    la.inv(Q)    la.solve(M, v)    la.solve(M, A)
la.slogdet(M)[1]    la.norm(x)    la.norm(A)    la.norm(A, axis=1)    la.norm(x, 3)
la.norm(A, "fro")    la.norm(M, "nuc")    la.pinv(A)
la.cholesky((S + S.T) / 2.0)    la.eigh((S + S.T) / 2.0)[0]    la.svd(A, full_matrices=False)[1]
np.abs(la.eigh((S + S.T) / 2.0)[1])    np.abs(la.svd(A, full_matrices=False)[0])
np.real(la.eig(S)[0])    la.inv(C)    la.det(C)
fft.fft(x)    fft.ifft(z)    fft.fft(x, n=6)    fft.fft(A, axis=0)    fft.fft2(A)    fft.ifft2(A)
fft.fftn(T)    fft.ifftn(T)    fft.rfft(n)    fft.irfft(z)    fft.rfft2(A)    fft.rfftn(T)
fft.irfft(z, n=6)    fft.fftshift(x)    fft.ifftshift(n)    fft.fft(x, norm="ortho")
"""

#: what JAX has besides
MORE_NUMPY = """
np.average(A, axis=0, weights=v)    np.tensordot(A, B, axes=((0,), (1,)))    np.ptp(A, axis=1)
np.nansum(A, axis=0)    np.nanmean(A, axis=1)    np.nanmax(A, axis=0)    np.nanmin(A, axis=1)
np.nanprod(A, axis=0)    np.nanvar(A, axis=0)    np.nanstd(A, axis=1)    np.nancumsum(x)
np.nancumprod(x)    np.median(n)    np.median(A, axis=0)    np.quantile(n, 0.3)
np.percentile(A, 40.0, axis=0)    np.nanmedian(A, axis=1)    np.nanquantile(n, 0.3)
np.cumprod(x)    np.cumprod(A, axis=0)    np.trapezoid(x)    np.trapezoid(A, dx=0.3, axis=0)
np.trapezoid(x, np.cumsum(p))    np.logaddexp.reduce(x)    np.multiply.reduce(A, axis=0)
np.add.accumulate(A, axis=1)    np.subtract.outer(x, v)    np.multiply.outer(x, v)
np.cbrt(p)    np.float_power(p, y)    np.copysign(x, y)    np.true_divide(x, p)    np.fmod(x, p)
np.i0(x)    np.unwrap(x)    np.angle(z)    np.cov(A)    np.corrcoef(A)    np.positive(x)
np.block([[M, A], [B, np.outer(x, y)]])[0]    np.delete(n, 2)    np.insert(n, 3, s)
np.column_stack([v, w])    np.dstack([v, w])    np.fliplr(A)    np.flip(A)    np.flip(T, (0, 2))
np.roll(A, (1, 2), axis=(0, 1))    np.resize(x, (2, 3))    np.trim_zeros(x)    np.unstack(A)[1]
np.select([x > 0.5, x > -0.5], [x, x * y], 0.0)    np.choose(np.array([0, 1, 1, 0]), [x, y])
np.compress(np.array([True, False, True]), A, axis=0)    np.extract(np.arange(4) > 1, x)
np.take(A, np.array([2, 0, 0]), axis=1)    np.take_along_axis(A, np.array([[1], [0], [2]]), axis=1)
np.meshgrid(x, v)[0]    np.broadcast_arrays(v, B)[0]    np.ediff1d(x)    np.gradient(n, 0.5)
np.gradient(A, axis=1)    np.gradient(n, edge_order=1)    np.interp(u, np.sort(v), w)
np.convolve(n, v)    np.convolve(n, v, "same")    np.convolve(n, v, "valid")
np.correlate(n, v)    np.correlate(n, v, "full")    np.vander(x)    np.vander(x, 3, increasing=True)
np.polyval(v, x)    np.polyadd(v, x)    np.polysub(x, v)    np.polymul(v, w)    np.polyder(x)
np.polyint(x)    np.poly(v)    np.vdot(x, y)    np.vecdot(A, A)    np.matvec(M, v)    np.vecmat(v, M)
np.geomspace(s, t, 5)    np.logspace(s, t, 4)    np.bincount(np.array([0, 2, 2, 1]), x)
np.histogram(np.arange(4), bins=2, weights=x)[0]    np.unique(x)    np.sort(A, axis=None)
np.partition(n, 3)    np.pad(n, 3, "reflect")    np.pad(n, 2, "symmetric")    np.pad(n, 2, "edge")
np.pad(A, 1, "wrap")    np.pad(n, 2, "linear_ramp")    np.pad(n, 2, "mean")
np.einsum("ii", M)    np.einsum("ii->i", M)    np.einsum("i,i,i", x, y, p)    np.diagflat(x)
np.tril(T)    np.triu(T, 1)    np.nan_to_num(x)    np.astype(x, np.float64)
la.norm(x, 1)    la.matrix_power(M, 3)    la.matrix_power(M, -2)    la.multi_dot([A, B, M])    la.eigvalsh(S + S.T)
la.svdvals(A)    la.qr(M)[1]    la.qr(B)[0]    la.lstsq(B, x, None)[0]    la.matrix_norm(M)
la.vector_norm(A, axis=1)    la.norm(M, 2)    la.norm(M, 1)    la.norm(A, np.inf)    la.cond(M)
la.tensorsolve(M, v)    la.tensorinv(M[:, :], ind=1)    la.cholesky(S)    la.solve(C, v)
la.trace(Q)    la.diagonal(Q)    la.outer(v, w)    la.cross(v, w)    la.vecdot(v, w)
fft.hfft(z)    fft.ihfft(n)    fft.irfft2(np.outer(z, z))    fft.irfftn(np.outer(z, z))
fft.rfft(n, norm="forward")    fft.ifft(n, n=5, norm="ortho")    fft.irfft(z, n=7)
"""

#: scipy.special as `sc`
SPECIAL = """
sc.gamma(p)    sc.gammaln(p)    sc.psi(p)    sc.polygamma(1, p)    sc.rgamma(p)
sc.beta(p, r)    sc.betaln(p, r)    sc.betainc(1.5, 2.5, q)    sc.gammainc(1.5, p)
sc.gammaincc(1.5, p)    sc.erf(x)    sc.erfc(x)    sc.erfinv(u)    sc.erfcinv(p * 0.5)
sc.expit(x)    sc.logit(q)    sc.logsumexp(x)    sc.logsumexp(A, axis=1)    sc.i0(x)    sc.i1(x)
sc.iv(1.5, p)    sc.ive(1.5, p)    sc.j0(x)    sc.j1(x)    sc.y0(p)    sc.y1(p)
sc.multigammaln(r, 2)
"""

MORE_SPECIAL = """
sc.jv(2, x)    sc.betainc(p, r, q)    sc.gammainc(p, r)    sc.gammaincc(p, r)    sc.digamma(p)    sc.entr(p)
sc.rel_entr(p, r)    sc.kl_div(p, r)    sc.xlogy(p, r)    sc.xlog1py(p, r)    sc.log_ndtr(x)
sc.ndtr(x)    sc.ndtri(q)    sc.softmax(A, axis=1)    sc.log_softmax(A, axis=1)    sc.i0e(x)
sc.i1e(x)    sc.exp1(p)    sc.expi(p)    sc.expn(2, p)    sc.zeta(3.0, p)
sc.poch(p, r)    sc.factorial(p)    sc.spence(p)    sc.fresnel(x)[0]    sc.logsumexp(A, b=A * A)
sc.hyp1f1(1.5, 2.5, x)
"""

#: scipy.stats as `stats`
STATS = """
stats.norm.logpdf(x, y, p)    stats.norm.pdf(x, y, p)    stats.norm.cdf(x, y, p)
stats.norm.logcdf(x, y, p)    stats.norm.sf(x, y, p)    stats.norm.logsf(x, y, p)
stats.t.logpdf(x, 3.0)    stats.t.logpdf(x, p, y, r)    stats.t.cdf(x, 3.0)
stats.gamma.logpdf(p, r)    stats.gamma.pdf(p, r)    stats.beta.logpdf(q, p, r)
stats.chi2.logpdf(p, 3.0)    stats.poisson.logpmf(np.array([0, 1, 2, 5]), p)
stats.dirichlet.logpdf(np.array([0.2, 0.3, 0.1, 0.4]), p)
stats.multivariate_normal.logpdf(v, w, (S + S.T) / 2.0)
stats.multivariate_normal.entropy(w, (S + S.T) / 2.0)
"""

MORE_STATS = """
stats.beta.pdf(q, p, r)    stats.beta.cdf(q, p, r)    stats.beta.logcdf(q, p, r)
stats.beta.sf(q, p, r)    stats.cauchy.logpdf(x, y, p)    stats.cauchy.cdf(x, y, p)
stats.cauchy.ppf(q, y, p)    stats.cauchy.sf(x, y, p)    stats.chi2.pdf(p, r)    stats.chi2.cdf(p, r)
stats.expon.logpdf(p, 0.1, r)    stats.expon.cdf(p, 0.1, r)    stats.gamma.cdf(p, r)
stats.gamma.logsf(p, r)    stats.geom.logpmf(np.array([1, 2, 3, 4]), q)
stats.gumbel_r.logpdf(x, y, p)    stats.gumbel_l.logpdf(x, y, p)    stats.laplace.logpdf(x, y, p)
stats.laplace.cdf(x, y, p)    stats.logistic.logpdf(x, y, p)    stats.logistic.cdf(x, y, p)
stats.logistic.ppf(q, y, p)    stats.logistic.sf(x, y, p)    stats.norm.ppf(q, y, p)
stats.norm.isf(q, y, p)    stats.pareto.logpdf(r, p, 0.0, 1.0)    stats.t.pdf(x, p, y, r)
stats.truncnorm.logpdf(u, -1.0, 1.5)    stats.uniform.logpdf(q, 0.0, 1.5)
stats.nbinom.logpmf(np.array([0, 1, 2, 5]), p, q)    stats.bernoulli.logpmf(np.array([0, 1, 1, 0]), q)
stats.binom.logpmf(np.array([0, 1, 2, 5]), 7, q)    stats.poisson.pmf(np.array([0, 1, 2, 5]), p)
stats.poisson.cdf(np.array([0, 1, 2, 5]), p)    stats.lognorm.logpdf(p, r)
stats.multivariate_normal.pdf(v, w, (S + S.T) / 2.0)    stats.vonmises.logpdf(u, p)    stats.vonmises.pdf(u, p)
stats.multinomial.logpmf(np.array([1, 0, 2, 1]), 4, p / np.sum(p))
"""

#: scipy.linalg as `sl`
LINALG = """
sl.sqrtm(S)    sl.solve_triangular(M, v)    sl.solve_triangular(M, A, lower=True)
sl.solve_sylvester(M, S, M)    sl.solve_banded((1, 1), A, x)
"""

MORE_LINALG = """
sl.solve(M, v)    sl.cho_solve((la.cholesky(S), True), v)    sl.cholesky(S, lower=True)
sl.expm(M)    sl.inv(M)    sl.det(M)    sl.lu(M)[2]    sl.lu_factor(M)[0]
sl.lu_solve(sl.lu_factor(M), v)    sl.block_diag(M, A)    sl.toeplitz(v, w)
sl.solve_triangular(M, v, trans=1)    sl.svd(A, full_matrices=False)[1]    sl.eigh(S + S.T)[0]
sl.polar(M)[0]    sl.eigh_tridiagonal(x, v, eigvals_only=True)
"""


def split(text):
    """The expressions of a table: they are set apart by wide gaps."""
    return [
        part.strip() for line in text.splitlines() for part in line.split("    ") if part.strip()
    ]


def parameters(expression):
    """The arguments that an expression names, in their order."""
    names = {node.id for node in ast.walk(ast.parse(expression)) if isinstance(node, ast.Name)}
    return [name for name in ARGUMENTS if name in names]


def program(expression, modules):
    """`def f(A, x): return <expression>` with a source, where np and the like are `modules`."""
    names = parameters(expression)
    text = f"def f({', '.join(names)}):\n    return {expression}\n"
    file = f"<peers {expression}>"
    linecache.cache[file] = (len(text), None, text.splitlines(True), file)
    code = compile(text, file, "exec").co_consts[0]
    return types.FunctionType(code, dict(modules)), [ARGUMENTS[name] for name in names]
