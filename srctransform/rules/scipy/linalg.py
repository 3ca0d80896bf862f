"""scipy.linalg: solvers in `_systems`, functions of matrices and equations in `_functions`,
decompositions in `_decompositions`, matrices made of vectors and banded ones in `_matrices`.

Refused here, each with its reason: what is ambiguous but for a gauge, what updates in place or
deals in LAPACK, and problems that numpy.linalg states as well.
"""

from __future__ import annotations

from scipy import linalg

from ..registry import nondifferentiable, refused
from . import _decompositions, _functions, _matrices, _systems  # noqa: F401

nondifferentiable(
    linalg.bandwidth, linalg.ishermitian, linalg.issymmetric, linalg.hadamard, linalg.helmert,
    linalg.hilbert, linalg.invhilbert, linalg.pascal, linalg.invpascal, linalg.dft,
    linalg.get_blas_funcs, linalg.get_lapack_funcs, linalg.find_best_blas_type,
)  # fmt: skip
refused(
    "its result is defined but for a rotation; write what it is used for with svd, qr or eigh",
    linalg.null_space, linalg.orth, linalg.schur, linalg.rsf2csf, linalg.hessenberg, linalg.qz,
    linalg.ordqz, linalg.cdf2rdf, linalg.cossin,
)  # fmt: skip
refused("write it with svd: u @ vh, and vh.conj().T * s @ vh", linalg.polar)
refused("write it with svd: u @ vh of A.T @ B", linalg.orthogonal_procrustes)
refused("write it with svdvals of the product of orthonormal bases", linalg.subspace_angles)
refused("write it with np.linalg.qr", linalg.rq, linalg.qr_multiply, linalg.qr_delete,
        linalg.qr_insert, linalg.qr_update)  # fmt: skip
refused("use cholesky, of positive definite matrices", linalg.ldl)
refused("use the dense matrix or solveh_banded", linalg.cholesky_banded, linalg.cho_solve_banded,
        linalg.eig_banded, linalg.eigvals_banded, linalg.eigh_tridiagonal,
        linalg.eigvalsh_tridiagonal)  # fmt: skip
refused("use solve and @ with the matrix of toeplitz or circulant", linalg.solve_toeplitz,
        linalg.solve_circulant, linalg.matmul_toeplitz, linalg.convolution_matrix)  # fmt: skip
refused("write the matrix with its entries: np.array, np.diag, np.concatenate", linalg.companion,
        linalg.fiedler, linalg.fiedler_companion, linalg.leslie, linalg.diagsvd)  # fmt: skip
refused("its sketch is random", linalg.clarkson_woodruff_transform)
refused("its scaling is by powers of two, which jump", linalg.matrix_balance)
