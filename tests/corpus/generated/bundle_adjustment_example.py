import numpy as np


def vjp_bundle_adjustment(cameras, points, pairs, seen, weights, dout):
    """Gradient of `dout * bundle_adjustment` with respect to (cameras, points,
    weights), for the cotangent dout.
    """
    t1 = cameras[pairs[0][0]]
    t2 = t1[:3]
    t3 = points[pairs[0][1]] - t1[3:6]
    angle2 = t2 @ t2
    t4 = angle2 < 1e-12
    if t4:
        y = t3 + np.array(
            [
                t2[1] * t3[2] - t2[2] * t3[1],
                t2[2] * t3[0] - t2[0] * t3[2],
                t2[0] * t3[1] - t2[1] * t3[0]
            ]
        )
        t5 = t2[1]
        t6 = t3[2]
        t7 = t2[2]
        t8 = t3[1]
        t9 = t2[2]
        t10 = t3[0]
        t11 = t2[0]
        t12 = t3[2]
        t13 = t2[0]
        t14 = t3[1]
        t15 = t2[1]
        t16 = t3[0]
    else:
        angle = np.sqrt(angle2)
        k = t2 / angle
        c = np.cos(angle)
        t17 = np.sin(angle)
        t30 = np.array(
            [
                k[1] * t3[2] - k[2] * t3[1],
                k[2] * t3[0] - k[0] * t3[2],
                k[0] * t3[1] - k[1] * t3[0]
            ]
        )
        t31 = 1.0 - c
        t32 = k @ t3
        t33 = t31 * t32
        y = c * t3 + t17 * t30 + t33 * k
        t18 = k[1]
        t19 = t3[2]
        t20 = k[2]
        t21 = t3[1]
        t22 = k[2]
        t23 = t3[0]
        t24 = k[0]
        t25 = t3[2]
        t26 = k[0]
        t27 = t3[1]
        t28 = k[1]
        t29 = t3[0]
    p = y[:2] / y[2]
    r2 = p @ p
    t34 = r2 ** 2
    t35 = 1.0 + t1[7] * r2 + t1[8] * t34
    t36 = t1[6] * t35
    pixel = t36 * p
    t37 = cameras[pairs[1][0]]
    t38 = t37[:3]
    t39 = points[pairs[1][1]] - t37[3:6]
    angle2 = t38 @ t38
    t40 = angle2 < 1e-12
    if t40:
        y_1 = t39 + np.array(
            [
                t38[1] * t39[2] - t38[2] * t39[1],
                t38[2] * t39[0] - t38[0] * t39[2],
                t38[0] * t39[1] - t38[1] * t39[0]
            ]
        )
        t41 = t38[1]
        t42 = t39[2]
        t43 = t38[2]
        t44 = t39[1]
        t45 = t38[2]
        t46 = t39[0]
        t47 = t38[0]
        t48 = t39[2]
        t49 = t38[0]
        t50 = t39[1]
        t51 = t38[1]
        t52 = t39[0]
    else:
        angle_1 = np.sqrt(angle2)
        k_1 = t38 / angle_1
        c_1 = np.cos(angle_1)
        t53 = np.sin(angle_1)
        t66 = np.array(
            [
                k_1[1] * t39[2] - k_1[2] * t39[1],
                k_1[2] * t39[0] - k_1[0] * t39[2],
                k_1[0] * t39[1] - k_1[1] * t39[0]
            ]
        )
        t67 = 1.0 - c_1
        t68 = k_1 @ t39
        t69 = t67 * t68
        y_1 = c_1 * t39 + t53 * t66 + t69 * k_1
        t54 = k_1[1]
        t55 = t39[2]
        t56 = k_1[2]
        t57 = t39[1]
        t58 = k_1[2]
        t59 = t39[0]
        t60 = k_1[0]
        t61 = t39[2]
        t62 = k_1[0]
        t63 = t39[1]
        t64 = k_1[1]
        t65 = t39[0]
    p_1 = y_1[:2] / y_1[2]
    r2_1 = p_1 @ p_1
    t70 = r2_1 ** 2
    t71 = 1.0 + t37[7] * r2_1 + t37[8] * t70
    t72 = t37[6] * t71
    pixel_1 = t72 * p_1
    t73 = cameras[pairs[2][0]]
    t74 = t73[:3]
    t75 = points[pairs[2][1]] - t73[3:6]
    angle2 = t74 @ t74
    t76 = angle2 < 1e-12
    if t76:
        y_2 = t75 + np.array(
            [
                t74[1] * t75[2] - t74[2] * t75[1],
                t74[2] * t75[0] - t74[0] * t75[2],
                t74[0] * t75[1] - t74[1] * t75[0]
            ]
        )
        t77 = t74[1]
        t78 = t75[2]
        t79 = t74[2]
        t80 = t75[1]
        t81 = t74[2]
        t82 = t75[0]
        t83 = t74[0]
        t84 = t75[2]
        t85 = t74[0]
        t86 = t75[1]
        t87 = t74[1]
        t88 = t75[0]
    else:
        angle_2 = np.sqrt(angle2)
        k_2 = t74 / angle_2
        c_2 = np.cos(angle_2)
        t89 = np.sin(angle_2)
        t102 = np.array(
            [
                k_2[1] * t75[2] - k_2[2] * t75[1],
                k_2[2] * t75[0] - k_2[0] * t75[2],
                k_2[0] * t75[1] - k_2[1] * t75[0]
            ]
        )
        t103 = 1.0 - c_2
        t104 = k_2 @ t75
        t105 = t103 * t104
        y_2 = c_2 * t75 + t89 * t102 + t105 * k_2
        t90 = k_2[1]
        t91 = t75[2]
        t92 = k_2[2]
        t93 = t75[1]
        t94 = k_2[2]
        t95 = t75[0]
        t96 = k_2[0]
        t97 = t75[2]
        t98 = k_2[0]
        t99 = t75[1]
        t100 = k_2[1]
        t101 = t75[0]
    p_2 = y_2[:2] / y_2[2]
    r2_2 = p_2 @ p_2
    t106 = r2_2 ** 2
    t107 = 1.0 + t73[7] * r2_2 + t73[8] * t106
    t108 = t73[6] * t107
    pixel_2 = t108 * p_2
    t109 = cameras[pairs[3][0]]
    t110 = t109[:3]
    t111 = points[pairs[3][1]] - t109[3:6]
    angle2 = t110 @ t110
    t112 = angle2 < 1e-12
    if t112:
        y_3 = t111 + np.array(
            [
                t110[1] * t111[2] - t110[2] * t111[1],
                t110[2] * t111[0] - t110[0] * t111[2],
                t110[0] * t111[1] - t110[1] * t111[0]
            ]
        )
        t113 = t110[1]
        t114 = t111[2]
        t115 = t110[2]
        t116 = t111[1]
        t117 = t110[2]
        t118 = t111[0]
        t119 = t110[0]
        t120 = t111[2]
        t121 = t110[0]
        t122 = t111[1]
        t123 = t110[1]
        t124 = t111[0]
    else:
        angle_3 = np.sqrt(angle2)
        k_3 = t110 / angle_3
        c_3 = np.cos(angle_3)
        t125 = np.sin(angle_3)
        t138 = np.array(
            [
                k_3[1] * t111[2] - k_3[2] * t111[1],
                k_3[2] * t111[0] - k_3[0] * t111[2],
                k_3[0] * t111[1] - k_3[1] * t111[0]
            ]
        )
        t139 = 1.0 - c_3
        t140 = k_3 @ t111
        t141 = t139 * t140
        y_3 = c_3 * t111 + t125 * t138 + t141 * k_3
        t126 = k_3[1]
        t127 = t111[2]
        t128 = k_3[2]
        t129 = t111[1]
        t130 = k_3[2]
        t131 = t111[0]
        t132 = k_3[0]
        t133 = t111[2]
        t134 = k_3[0]
        t135 = t111[1]
        t136 = k_3[1]
        t137 = t111[0]
    p_3 = y_3[:2] / y_3[2]
    r2_3 = p_3 @ p_3
    t142 = r2_3 ** 2
    t143 = 1.0 + t109[7] * r2_3 + t109[8] * t142
    t144 = t109[6] * t143
    pixel_3 = t144 * p_3
    t145 = cameras[pairs[4][0]]
    t146 = t145[:3]
    t147 = points[pairs[4][1]] - t145[3:6]
    angle2 = t146 @ t146
    t148 = angle2 < 1e-12
    if t148:
        y_4 = t147 + np.array(
            [
                t146[1] * t147[2] - t146[2] * t147[1],
                t146[2] * t147[0] - t146[0] * t147[2],
                t146[0] * t147[1] - t146[1] * t147[0]
            ]
        )
        t149 = t146[1]
        t150 = t147[2]
        t151 = t146[2]
        t152 = t147[1]
        t153 = t146[2]
        t154 = t147[0]
        t155 = t146[0]
        t156 = t147[2]
        t157 = t146[0]
        t158 = t147[1]
        t159 = t146[1]
        t160 = t147[0]
    else:
        angle_4 = np.sqrt(angle2)
        k_4 = t146 / angle_4
        c_4 = np.cos(angle_4)
        t161 = np.sin(angle_4)
        t174 = np.array(
            [
                k_4[1] * t147[2] - k_4[2] * t147[1],
                k_4[2] * t147[0] - k_4[0] * t147[2],
                k_4[0] * t147[1] - k_4[1] * t147[0]
            ]
        )
        t175 = 1.0 - c_4
        t176 = k_4 @ t147
        t177 = t175 * t176
        y_4 = c_4 * t147 + t161 * t174 + t177 * k_4
        t162 = k_4[1]
        t163 = t147[2]
        t164 = k_4[2]
        t165 = t147[1]
        t166 = k_4[2]
        t167 = t147[0]
        t168 = k_4[0]
        t169 = t147[2]
        t170 = k_4[0]
        t171 = t147[1]
        t172 = k_4[1]
        t173 = t147[0]
    p_4 = y_4[:2] / y_4[2]
    r2_4 = p_4 @ p_4
    t178 = r2_4 ** 2
    t179 = 1.0 + t145[7] * r2_4 + t145[8] * t178
    t180 = t145[6] * t179
    pixel_4 = t180 * p_4

    dresiduals = dout[0]
    dweights = -2.0 * weights * dout[1]
    dresiduals_1 = dresiduals.copy()
    dresiduals_1[4] = 0.0
    dpixel = dresiduals[4] * weights[4]
    dt180 = (p_4 * dpixel).sum()
    dt179 = dt180 * t145[6]
    dr2 = 2.0 * r2_4 * (dt179 * t145[8]) + dt179 * t145[7]
    dp = dpixel * t180 + 2.0 * dr2 * p_4
    dy_4 = np.zeros_like(y_4)
    dy_4[:2] += dp / y_4[2]
    dy_4[2] -= (dp * (p_4 / y_4[2])).sum()
    dt146 = np.zeros_like(t146)
    if t148:
        dz = dy_4[0]
        dz1 = dy_4[1]
        dz2 = dy_4[2]
        dy_4[2] += dz * t149 - dz1 * t155
        dy_4[1] += dz2 * t157 - dz * t151
        dy_4[0] += dz1 * t153 - dz2 * t159
        dt146[1] += dz * t150 - dz2 * t160
        dt146[2] += dz1 * t154 - dz * t152
        dt146[0] += dz2 * t158 - dz1 * t156
        dangle2 = 0.0
    else:
        dt177 = (k_4 * dy_4).sum()
        dt176 = dt177 * t175
        dt174 = dy_4 * t161
        dc = (dy_4 * t147).sum() - dt177 * t176
        dk = dy_4 * t177 + dt176 * t147
        dk[1] += dt174[0] * t163 - dt174[2] * t173
        dk[2] += dt174[1] * t167 - dt174[0] * t165
        dk[0] += dt174[2] * t171 - dt174[1] * t169
        t181 = (dy_4 * t174).sum() * np.cos(angle_4) - dc * np.sin(angle_4)
        dangle = t181 - (dk * (k_4 / angle_4)).sum()
        dy_4 = dt176 * k_4 + c_4 * dy_4
        dy_4[2] += dt174[0] * t162 - dt174[1] * t168
        dy_4[1] += dt174[2] * t170 - dt174[0] * t164
        dy_4[0] += dt174[1] * t166 - dt174[2] * t172
        dt146 = dt146 + dk / angle_4
        dangle2 = 0.5 * dangle / angle_4
    dt1461 = dt146 + 2.0 * dangle2 * t146
    dz3 = dresiduals_1[3].copy()
    dresiduals_1[3] = 0.0
    dpixel = dz3 * weights[3]
    dt144 = (p_3 * dpixel).sum()
    dt143 = dt144 * t109[6]
    dr2 = 2.0 * r2_3 * (dt143 * t109[8]) + dt143 * t109[7]
    dp = dpixel * t144 + 2.0 * dr2 * p_3
    dy_3 = np.zeros_like(y_3)
    dy_3[:2] += dp / y_3[2]
    dy_3[2] -= (dp * (p_3 / y_3[2])).sum()
    dt110 = np.zeros_like(t110)
    if t112:
        dz4 = dy_3[0]
        dz5 = dy_3[1]
        dz6 = dy_3[2]
        dy_3[2] += dz4 * t113 - dz5 * t119
        dy_3[1] += dz6 * t121 - dz4 * t115
        dy_3[0] += dz5 * t117 - dz6 * t123
        dt110[1] += dz4 * t114 - dz6 * t124
        dt110[2] += dz5 * t118 - dz4 * t116
        dt110[0] += dz6 * t122 - dz5 * t120
        dangle2 = 0.0
    else:
        dt141 = (k_3 * dy_3).sum()
        dt140 = dt141 * t139
        dt138 = dy_3 * t125
        dc = (dy_3 * t111).sum() - dt141 * t140
        dk = dy_3 * t141 + dt140 * t111
        dk[1] += dt138[0] * t127 - dt138[2] * t137
        dk[2] += dt138[1] * t131 - dt138[0] * t129
        dk[0] += dt138[2] * t135 - dt138[1] * t133
        t182 = (dy_3 * t138).sum() * np.cos(angle_3) - dc * np.sin(angle_3)
        dangle = t182 - (dk * (k_3 / angle_3)).sum()
        dy_3 = dt140 * k_3 + c_3 * dy_3
        dy_3[2] += dt138[0] * t126 - dt138[1] * t132
        dy_3[1] += dt138[2] * t134 - dt138[0] * t128
        dy_3[0] += dt138[1] * t130 - dt138[2] * t136
        dt110 = dt110 + dk / angle_3
        dangle2 = 0.5 * dangle / angle_3
    dt1101 = dt110 + 2.0 * dangle2 * t110
    dz7 = dresiduals_1[2].copy()
    dresiduals_1[2] = 0.0
    dpixel = dz7 * weights[2]
    dt108 = (p_2 * dpixel).sum()
    dt107 = dt108 * t73[6]
    dr2 = 2.0 * r2_2 * (dt107 * t73[8]) + dt107 * t73[7]
    dp = dpixel * t108 + 2.0 * dr2 * p_2
    dy_2 = np.zeros_like(y_2)
    dy_2[:2] += dp / y_2[2]
    dy_2[2] -= (dp * (p_2 / y_2[2])).sum()
    dt74 = np.zeros_like(t74)
    if t76:
        dz8 = dy_2[0]
        dz9 = dy_2[1]
        dz10 = dy_2[2]
        dy_2[2] += dz8 * t77 - dz9 * t83
        dy_2[1] += dz10 * t85 - dz8 * t79
        dy_2[0] += dz9 * t81 - dz10 * t87
        dt74[1] += dz8 * t78 - dz10 * t88
        dt74[2] += dz9 * t82 - dz8 * t80
        dt74[0] += dz10 * t86 - dz9 * t84
        dangle2 = 0.0
    else:
        dt105 = (k_2 * dy_2).sum()
        dt104 = dt105 * t103
        dt102 = dy_2 * t89
        dc = (dy_2 * t75).sum() - dt105 * t104
        dk = dy_2 * t105 + dt104 * t75
        dk[1] += dt102[0] * t91 - dt102[2] * t101
        dk[2] += dt102[1] * t95 - dt102[0] * t93
        dk[0] += dt102[2] * t99 - dt102[1] * t97
        t183 = (dy_2 * t102).sum() * np.cos(angle_2) - dc * np.sin(angle_2)
        dangle = t183 - (dk * (k_2 / angle_2)).sum()
        dy_2 = dt104 * k_2 + c_2 * dy_2
        dy_2[2] += dt102[0] * t90 - dt102[1] * t96
        dy_2[1] += dt102[2] * t98 - dt102[0] * t92
        dy_2[0] += dt102[1] * t94 - dt102[2] * t100
        dt74 = dt74 + dk / angle_2
        dangle2 = 0.5 * dangle / angle_2
    dt741 = dt74 + 2.0 * dangle2 * t74
    dz11 = dresiduals_1[1].copy()
    dresiduals_1[1] = 0.0
    dpixel = dz11 * weights[1]
    dt72 = (p_1 * dpixel).sum()
    dt71 = dt72 * t37[6]
    dr2 = 2.0 * r2_1 * (dt71 * t37[8]) + dt71 * t37[7]
    dp = dpixel * t72 + 2.0 * dr2 * p_1
    dy_1 = np.zeros_like(y_1)
    dy_1[:2] += dp / y_1[2]
    dy_1[2] -= (dp * (p_1 / y_1[2])).sum()
    dt38 = np.zeros_like(t38)
    if t40:
        dz12 = dy_1[0]
        dz13 = dy_1[1]
        dz14 = dy_1[2]
        dy_1[2] += dz12 * t41 - dz13 * t47
        dy_1[1] += dz14 * t49 - dz12 * t43
        dy_1[0] += dz13 * t45 - dz14 * t51
        dt38[1] += dz12 * t42 - dz14 * t52
        dt38[2] += dz13 * t46 - dz12 * t44
        dt38[0] += dz14 * t50 - dz13 * t48
        dangle2 = 0.0
    else:
        dt69 = (k_1 * dy_1).sum()
        dt68 = dt69 * t67
        dt66 = dy_1 * t53
        dc = (dy_1 * t39).sum() - dt69 * t68
        dk = dy_1 * t69 + dt68 * t39
        dk[1] += dt66[0] * t55 - dt66[2] * t65
        dk[2] += dt66[1] * t59 - dt66[0] * t57
        dk[0] += dt66[2] * t63 - dt66[1] * t61
        t184 = (dy_1 * t66).sum() * np.cos(angle_1) - dc * np.sin(angle_1)
        dangle = t184 - (dk * (k_1 / angle_1)).sum()
        dy_1 = dt68 * k_1 + c_1 * dy_1
        dy_1[2] += dt66[0] * t54 - dt66[1] * t60
        dy_1[1] += dt66[2] * t62 - dt66[0] * t56
        dy_1[0] += dt66[1] * t58 - dt66[2] * t64
        dt38 = dt38 + dk / angle_1
        dangle2 = 0.5 * dangle / angle_1
    dt381 = dt38 + 2.0 * dangle2 * t38
    dz15 = dresiduals_1[0]
    dpixel = dz15 * weights[0]
    dt36 = (p * dpixel).sum()
    dt35 = dt36 * t1[6]
    dr2 = 2.0 * r2 * (dt35 * t1[8]) + dt35 * t1[7]
    dp = dpixel * t36 + 2.0 * dr2 * p
    dy = np.zeros_like(y)
    dy[:2] += dp / y[2]
    dy[2] -= (dp * (p / y[2])).sum()
    dt2 = np.zeros_like(t2)
    if t4:
        dz16 = dy[0]
        dz17 = dy[1]
        dz18 = dy[2]
        dy[2] += dz16 * t5 - dz17 * t11
        dy[1] += dz18 * t13 - dz16 * t7
        dy[0] += dz17 * t9 - dz18 * t15
        dt2[1] += dz16 * t6 - dz18 * t16
        dt2[2] += dz17 * t10 - dz16 * t8
        dt2[0] += dz18 * t14 - dz17 * t12
        dangle2 = 0.0
    else:
        dt33 = (k * dy).sum()
        dt32 = dt33 * t31
        dt30 = dy * t17
        dc = (dy * t3).sum() - dt33 * t32
        dk = dy * t33 + dt32 * t3
        dk[1] += dt30[0] * t19 - dt30[2] * t29
        dk[2] += dt30[1] * t23 - dt30[0] * t21
        dk[0] += dt30[2] * t27 - dt30[1] * t25
        t185 = (dy * t30).sum() * np.cos(angle) - dc * np.sin(angle)
        dangle = t185 - (dk * (k / angle)).sum()
        dy = dt32 * k + c * dy
        dy[2] += dt30[0] * t18 - dt30[1] * t24
        dy[1] += dt30[2] * t26 - dt30[0] * t20
        dy[0] += dt30[1] * t22 - dt30[2] * t28
        dt2 = dt2 + dk / angle
        dangle2 = 0.5 * dangle / angle
    dt21 = dt2 + 2.0 * dangle2 * t2
    dcameras = np.zeros_like(cameras)
    dcameras[pairs[0][0], :3] += dt21
    dcameras[pairs[0][0], 3:6] -= dy
    dcameras[pairs[0][0], 6] += dt36 * t35
    dcameras[pairs[0][0], 7] += r2 * dt35
    dcameras[pairs[0][0], 8] += dt35 * t34
    dcameras[pairs[1][0], :3] += dt381
    dcameras[pairs[1][0], 3:6] -= dy_1
    dcameras[pairs[1][0], 6] += dt72 * t71
    dcameras[pairs[1][0], 7] += r2_1 * dt71
    dcameras[pairs[1][0], 8] += dt71 * t70
    dcameras[pairs[2][0], :3] += dt741
    dcameras[pairs[2][0], 3:6] -= dy_2
    dcameras[pairs[2][0], 6] += dt108 * t107
    dcameras[pairs[2][0], 7] += r2_2 * dt107
    dcameras[pairs[2][0], 8] += dt107 * t106
    dcameras[pairs[3][0], :3] += dt1101
    dcameras[pairs[3][0], 3:6] -= dy_3
    dcameras[pairs[3][0], 6] += dt144 * t143
    dcameras[pairs[3][0], 7] += r2_3 * dt143
    dcameras[pairs[3][0], 8] += dt143 * t142
    dcameras[pairs[4][0], :3] += dt1461
    dcameras[pairs[4][0], 3:6] -= dy_4
    dcameras[pairs[4][0], 6] += dt180 * t179
    dcameras[pairs[4][0], 7] += r2_4 * dt179
    dcameras[pairs[4][0], 8] += dt179 * t178
    dpoints = np.zeros_like(points)
    dpoints[pairs[0][1]] += dy
    dpoints[pairs[1][1]] += dy_1
    dpoints[pairs[2][1]] += dy_2
    dpoints[pairs[3][1]] += dy_3
    dpoints[pairs[4][1]] += dy_4
    dweights[0] += (dz15 * (pixel - seen[0])).sum()
    dweights[1] += (dz11 * (pixel_1 - seen[1])).sum()
    dweights[2] += (dz7 * (pixel_2 - seen[2])).sum()
    dweights[3] += (dz3 * (pixel_3 - seen[3])).sum()
    dweights[4] += (dresiduals[4] * (pixel_4 - seen[4])).sum()
    return dcameras, dpoints, dweights
