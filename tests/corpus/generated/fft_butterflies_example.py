import numpy as np


def grad_fft_butterflies(re, im, weight):
    """Gradient of `fft_butterflies` with respect to (re, im)."""
    n = len(re)
    j = 0
    im = im.copy()
    j_hist = []
    for i in range(1, n):
        bit = n >> 1
        while j & bit:
            j = j ^ bit
            bit = bit >> 1
        j = j | bit
        j_hist.append(j)
        if i < j:
            t1 = re[i]
            re_1 = re.copy()
            re_1[i] = re[j]
            re_1[j] = t1
            t2 = im[i]
            im[i] = im[j]
            im[j] = t2
            re = re_1
    size = 2
    records = []
    re = re.copy()
    half_hist = []
    hist = []
    while size <= n:
        half = size // 2
        half_hist.append(half)
        t3 = range(0, n, size)
        hist.append(len(t3))
        for start in t3:
            for k in range(half):
                angle = -2.0 * np.pi * k / size
                cos_angle = np.cos(angle)
                sin_angle = np.sin(angle)
                t4 = start + k
                t5 = start + k + half
                records.append((cos_angle, sin_angle, t4, t5))
                tr = cos_angle * re[t5] - sin_angle * im[t5]
                ti = sin_angle * re[t5] + cos_angle * im[t5]
                re[t5] = re[t4] - tr
                im[t5] = im[t4] - ti
                re[t4] += tr
                im[t4] += ti
        size *= 2

    dim = np.zeros_like(im)
    dre = np.zeros_like(re)
    for k in range(n):
        dz = weight[k]
        dim[k] += 2.0 * im[k] * dz
        dre[k] += 2.0 * re[k] * dz
    for k in range(len(half_hist) - 1, -1, -1):
        half = half_hist[k]
        for k in range(hist[k] - 1, -1, -1):
            for k in range(half - 1, -1, -1):
                cos_angle, sin_angle, t4, t5 = records.pop()
                dz1 = dim[t5]
                dz2 = dre[t5]
                dti = dim[t4] - dz1
                dtr = dre[t4] - dz2
                dre[t5] = dtr * cos_angle + dti * sin_angle
                dre[t4] += dz2
                dim[t5] = dti * cos_angle - dtr * sin_angle
                dim[t4] += dz1
    for i in range(n - 1, 0, -1):
        j = j_hist[i - 1]
        if i < j:
            dt2 = dim[j]
            dim[j] = 0.0
            dz3 = dim[i]
            dt1 = dre[j]
            dre[j] = 0.0
            dz4 = dre[i]
            dim[i] = dt2
            dim[j] += dz3
            dre[i] = dt1
            dre[j] += dz4
    return dre, dim
