"""scipy.sparse: matrices made of data, products with them, and spsolve.

    A = csr_matrix((data, indices, indptr), shape)     ddata = the entries of dA where A has some
    z = A @ x                                          dA = dz[i] * x[j] there      dx = A.T @ dz
    z = spsolve(A, b)                                  db = spsolve(A.T, dz)   dA = -db[i] * z[j]

The cotangent of a sparse matrix is a sparse matrix that has entries where the matrix stores some:
no dense matrix is formed. A matrix that is constant needs none. What else is done with a sparse
matrix whose data are differentiated is refused, so that it is not taken for a dense one.
"""

from __future__ import annotations

import operator as op
from typing import Any

import numpy as np
import scipy.sparse as sparse
import scipy.sparse.linalg as sparse_linalg
from scipy.sparse.linalg import spsolve

from ...ir.types import Type, number, sequence
from ...runtime import (
    diagonals_of,
    entries_at,
    known,
    outer_at,
    restricted,
    stored,
    to_coo,
    to_csc,
    to_csr,
    to_dense,
)  # fmt: skip
from ..linalg import refuse
from ..products import MATMUL, shape_of
from ..registry import (
    jvp,
    linear,
    multilinear,
    named,
    nondifferentiable,
    refused,
    result,
    takes_sparse,
    vjp,
)

takes_sparse(*MATMUL, op.add, op.sub, op.neg, np.transpose, spsolve, to_dense)

nondifferentiable(
    sparse.eye, sparse.eye_array, sparse.identity, sparse.issparse, sparse.isspmatrix,
    sparse.random, sparse.random_array, sparse.rand, sparse.find, sparse.isspmatrix_bsr,
    sparse.isspmatrix_coo, sparse.isspmatrix_csc, sparse.isspmatrix_csr, sparse.isspmatrix_dia,
    sparse.isspmatrix_dok, sparse.isspmatrix_lil,
    *named(sparse, "get_index_dtype safely_cast_index_arrays"),
)  # fmt: skip


def sparse_type(x: Any, cls: Any, shape: Any) -> Any:
    """The type of a sparse matrix with the entries of x."""
    if not isinstance(x, Type):
        return None
    return Type("num", shape, x.dtype, x.sources, x.bits, cls=cls)


# ------------------------------------------------------------ matrices by their data


def compressed(cls: Any) -> None:
    """csr and csc: by (data, indices, indptr), or by (data, (row, column)) as coo."""

    @vjp(cls, "arg1")
    def matrix_vjp(dz: Any, z: Any, arg1: Any, shape: Any = None) -> Any:
        return data_adjoint(dz, z, arg1)

    @jvp(cls)
    def matrix_jvp(z: Any, arg1: Any, shape: Any = None, *, arg1_dot: Any) -> Any:
        if not isinstance(arg1, tuple):
            return refuse("a sparse matrix made of another matrix: give its data and their places")
        if len(arg1) == 3:
            return cls((arg1_dot[0], arg1[1], arg1[2]), shape=np.shape(z))
        return cls((arg1_dot[0], arg1[1]), shape=np.shape(z))

    @result(cls)
    def matrix_result(arg1: Any, shape: Any = None, **options: Any) -> Any:
        sides = (("size", object()), ("size", object()))
        if isinstance(arg1, tuple):
            return sparse_type(arg1[0], cls, sides)
        if isinstance(arg1, Type) and arg1.kind == "tuple":
            return sparse_type(arg1.item(0), cls, sides)
        return sparse_type(arg1, cls, sides)


def data_adjoint(dz: Any, z: Any, arg1: Any) -> Any:
    if not isinstance(arg1, tuple):
        return refuse("a sparse matrix made of another matrix: give its data and their places")
    if len(arg1) == 3:
        return stored(dz, z), None, None
    row, column = arg1[1]
    return entries_at(dz, row, column), None


for _class in (sparse.csr_matrix, sparse.csc_matrix, sparse.csr_array, sparse.csc_array,
               sparse.coo_matrix, sparse.coo_array):  # fmt: skip
    compressed(_class)


@vjp((sparse.diags, sparse.diags_array), "diagonals")
def diags_vjp(
    dz: Any, z: Any, diagonals: Any, offsets: Any = 0, shape: Any = None, format: Any = None
) -> Any:
    return diagonals_of(dz, diagonals, offsets)


linear((sparse.diags, sparse.diags_array), "diagonals")


def diags_type(cls: Any) -> Any:
    def diags_result(diagonals: Any, *options: Any, **named: Any) -> Any:
        first = diagonals[0] if isinstance(diagonals, tuple | list) else diagonals
        if isinstance(first, Type) and first.kind in ("tuple", "list"):
            first = first.element
        return sparse_type(first, cls, (("size", object()), ("size", object())))

    return diags_result


result(sparse.diags)(diags_type(sparse.dia_matrix))
result(sparse.diags_array)(diags_type(sparse.dia_array))


def constant_type(cls: Any) -> Any:
    def constant_result(*options: Any, **named: Any) -> Any:
        return Type("num", (("size", object()), ("size", object())), "float", cls=cls)

    return constant_result


result((sparse.eye, sparse.identity))(constant_type(sparse.dia_matrix))
result(sparse.eye_array)(constant_type(sparse.dia_array))


# ------------------------------------------------------------ what is done with them

linear(to_dense, "a")


@vjp(to_dense)
def to_dense_vjp(dz: Any, z: Any, a: Any) -> Any:
    return restricted(dz, a)


@result(to_dense)
def to_dense_result(a: Any) -> Any:
    return number(shape_of(a), a.dtype, a.sources)


CONVERSIONS = (to_csr, to_csc, to_coo)
linear(CONVERSIONS, "a")
takes_sparse(*CONVERSIONS)


@vjp(CONVERSIONS)
def conversion_vjp(dz: Any, z: Any, a: Any) -> Any:
    return dz


@result(CONVERSIONS)
def conversion_result(a: Any) -> Any:
    """Of the same entries; the format plays no part in what is known."""
    return a if isinstance(a, Type) else None


@vjp(spsolve, "A, b")
def spsolve_vjp(
    dz: Any, z: Any, A: Any, b: Any, permc_spec: Any = None, use_umfpack: Any = True
) -> Any:
    w = spsolve(np.transpose(A), dz)
    return -outer_at(A, w, z), w if known(np.ndim(b)) and np.ndim(b) == 1 else as_given(w, b)


def as_given(w: Any, b: Any) -> Any:
    """A right-hand side of one column has a solution that is a vector."""
    return np.reshape(w, np.shape(b))


@jvp(spsolve)
def spsolve_jvp(
    z: Any, A: Any, b: Any, permc_spec: Any = None, use_umfpack: Any = True, *, A_dot: Any,
    b_dot: Any,
) -> Any:  # fmt: skip
    moved = None if A_dot is None else -spsolve(A, A_dot @ z)
    return moved, None if b_dot is None else spsolve(A, b_dot)


@result(spsolve, inexact=True)
def spsolve_result(A: Any, b: Any, *options: Any, **named: Any) -> Any:
    shape = shape_of(b)
    return shape if isinstance(shape, tuple) and len(shape) == 1 else None


# ------------------------------------------------------------ the helpers themselves

takes_sparse(entries_at, stored, outer_at, restricted, diagonals_of)
linear(entries_at, "g")
linear(stored, "g")
linear(restricted, "g")
linear(diagonals_of, "g")
multilinear(outer_at, "w, x")


@vjp(outer_at)
def outer_at_vjp(dz: Any, z: Any, a: Any, w: Any, x: Any) -> Any:
    return dz @ x, np.transpose(dz) @ w


@vjp(restricted)
def restricted_vjp(dz: Any, z: Any, g: Any, a: Any) -> Any:
    return to_dense(dz)


@vjp(entries_at)
def entries_at_vjp(dz: Any, z: Any, g: Any, row: Any, column: Any) -> Any:
    return sparse.coo_matrix((dz, (row, column)), shape=np.shape(g))


@vjp(diagonals_of)
def diagonals_of_vjp(dz: Any, z: Any, g: Any, diagonals: Any, offsets: Any) -> Any:
    return sparse.diags(dz, offsets, shape=np.shape(g))


@vjp(stored)
def stored_vjp(dz: Any, z: Any, g: Any, a: Any) -> Any:
    places = a.tocoo()
    return sparse.coo_matrix((dz, (places.row, places.col)), shape=np.shape(g))


@result((outer_at, restricted))
def like_matrix(a: Any, *others: Any) -> Any:
    kinds = [k for k in (a, *others) if isinstance(k, Type)]
    pattern = next((k for k in kinds if k.cls is not None), None)
    cls = sparse.csr_matrix if pattern is None else pattern.cls
    return sparse_type(kinds[-1] if kinds[0].cls is not None else kinds[0], cls, kinds[0].shape)


@result(diagonals_of)
def diagonals_of_result(g: Any, diagonals: Any, offsets: Any) -> Any:
    if isinstance(diagonals, Type) and diagonals.kind == "num":
        return shape_of(diagonals)
    listed = diagonals.items if isinstance(diagonals, Type) else enumerate(diagonals)
    return sequence("list", [number(shape_of(kind), g.dtype, g.sources) for _, kind in listed])


@result((entries_at, stored))
def entries_result(g: Any, *places: Any) -> Any:
    return (("size", object()),)


refused(
    "of sparse matrices only csr, csc and coo matrices by their data, diags, @ and spsolve have "
    "rules",
    sparse.bsr_matrix, sparse.bsr_array, sparse.dia_matrix, sparse.dia_array, sparse.dok_matrix,
    sparse.dok_array, sparse.lil_matrix, sparse.lil_array, sparse.bmat, sparse.block_array,
    sparse.block_diag, sparse.hstack, sparse.vstack, sparse.kron, sparse.kronsum, sparse.spdiags,
    sparse.tril, sparse.triu, sparse.load_npz, sparse.save_npz,
    *named(sparse, "expand_dims swapaxes permute_dims matrix_transpose"),
)  # fmt: skip
refused(
    "it iterates; spsolve is differentiated",
    *named(sparse_linalg, "bicg bicgstab cg cgs gcrotmk gmres lgmres lsmr lsqr minres qmr tfqmr "
           "lobpcg"),
)  # fmt: skip
refused("write it with the dense functions of numpy.linalg and scipy.linalg",
        *named(sparse_linalg, "eigs eigsh svds expm expm_multiply funm_multiply_krylov inv "
               "matrix_power norm spsolve_triangular"))  # fmt: skip
refused("its result is an object that is used by its methods; use spsolve", sparse_linalg.splu,
        sparse_linalg.spilu, sparse_linalg.factorized, sparse_linalg.aslinearoperator)  # fmt: skip
nondifferentiable(sparse_linalg.onenormest, sparse_linalg.use_solver,
                  *named(sparse_linalg, "spbandwidth is_sptriangular"))  # fmt: skip
