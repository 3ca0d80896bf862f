import copy
import numpy as np


def element(x):
    """x, which has to be a number: an array would be shared with another name, and changed."""
    if np.ndim(x):
        raise TypeError(
            f"a number is needed here, not an array of shape {np.shape(x)}, which another name "
            "shares: copy it, or give example="
        )
    return x


def written_last(g, buffer, index):
    """The entries of g that `buffer[index] = ...` leaves there; zero for those that a later entry
    of the same write replaces, where the index names a place twice."""
    rank = np.arange(np.size(g)).reshape(np.shape(g))
    last = np.zeros(np.shape(buffer), int)
    last[index] = rank
    return np.where(last[index] == rank, g, 0.0)


def grad_fft_butterflies(re, im, weight):
    """Gradient of `fft_butterflies` with respect to (re, im)."""
    n = len(re)
    j = 0
    im_1 = im.copy()
    j_hist = []
    re_1 = re
    for i in range(1, n):
        bit = n >> 1
        while j & bit:
            j = j ^ bit
            bit = bit >> 1
        j = j | bit
        j_hist.append(j)
        if i < j:
            t1 = re_1[j]
            t2 = re_1[i]
            re_1 = re_1.copy()
            re_1[i] = t1
            element(t1)
            re_1[j] = t2
            t3 = copy.copy(im_1[j])
            t4 = im_1[i]
            im_1[i] = t3
            element(t3)
            im_1[j] = t4
    size = 2
    records = []
    re_1 = re_1.copy()
    half_hist = []
    range_hist = []
    while size <= n:
        half = size // 2
        half_hist.append(half)
        t5 = range(0, n, size)
        range_hist.append(t5)
        for start in t5:
            for k in range(half):
                angle = -2.0 * np.pi * k / size
                cos_angle = np.cos(angle)
                sin_angle = np.sin(angle)
                t6 = start + k
                t7 = start + k + half
                records.append((cos_angle, sin_angle, t6, t7))
                tr = cos_angle * re_1[t7] - sin_angle * im_1[t7]
                ti = sin_angle * re_1[t7] + cos_angle * im_1[t7]
                re_1[t7] = re_1[t6] - tr
                im_1[t7] = im_1[t6] - ti
                re_1[t6] += tr
                im_1[t6] += ti
        size *= 2

    dim = np.zeros_like(im)
    dre = np.zeros_like(re)
    for k in range(n):
        dz = weight[k]
        dim[k] += 2.0 * im_1[k] * dz
        dre[k] += 2.0 * re_1[k] * dz
    for k in range(len(half_hist) - 1, -1, -1):
        t8 = half_hist[k]
        for k in range(len(range_hist[k]) - 1, -1, -1):
            for k in range(t8 - 1, -1, -1):
                cos_angle, sin_angle, t6, t7 = records.pop()
                dz1 = dim[t7]
                dz2 = dre[t7]
                dti = dim[t6] - dz1
                dtr = dre[t6] - dz2
                dre[t7] = dti * sin_angle
                dre[t6] += dz2
                dre[t7] += dtr * cos_angle
                dim[t7] = dti * cos_angle
                dim[t6] += dz1
                dim[t7] -= dtr * sin_angle
    for i in range(n - 1, 0, -1):
        j = j_hist[i - 1]
        zeros_like_im = np.zeros_like(im)
        zeros_like_re = np.zeros_like(re)
        if i < j:
            dt4 = np.sum(written_last(dim[j], dim, j))
            dim[j] = 0.0
            t9 = dim[i]
            dim[i] = 0.0
            dt2 = np.sum(written_last(dre[j], dre, j))
            dre[j] = 0.0
            t10 = dre[i]
            dre[i] = 0.0
            dim = zeros_like_im + dim
            dim[i] += dt4
            np.add.at(dim, j, t9)
            dre = zeros_like_re + dre
            dre[i] += dt2
            np.add.at(dre, j, t10)
        else:
            dim = zeros_like_im + dim
            dre = zeros_like_re + dre
    return dre, dim
