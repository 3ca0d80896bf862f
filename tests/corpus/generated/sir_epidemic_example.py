def grad_sir_epidemic(infection, recovery, observed, substeps):
    """Gradient of `sir_epidemic` with respect to (infection, recovery)."""
    dt = 1.0 / substeps
    records = []
    hist = []
    S = 0.97
    I = 0.03
    for report in observed:
        for _ in range(substeps):
            if I > 0.1:
                rate = infection * 0.5
            else:
                rate = infection
            records.append((S, I, rate))
            new = rate * S * I * dt
            healed = recovery * I * dt
            S -= new
            I += new - healed
        hist.append(I - report)

    S_bar = 0.0
    I_bar = 0.0
    recovery_bar = 0.0
    infection_bar = 0.0
    for k in range(len(observed) - 1, -1, -1):
        I_bar += 2.0 * hist[k] / observed[k]
        for _ in range(substeps - 1, -1, -1):
            S, I, rate = records.pop()
            healed_bar = -I_bar
            z_bar = dt * healed_bar
            recovery_bar += I * z_bar
            new_bar = I_bar - S_bar
            z_bar1 = dt * new_bar
            z_bar2 = I * z_bar1
            rate_bar = S * z_bar2
            infection_bar = (
                infection_bar + 0.5 * rate_bar if I > 0.1
                else infection_bar + rate_bar
            )
            S_bar += rate * z_bar2
            I_bar = I_bar + recovery * z_bar + z_bar1 * rate * S
    return infection_bar, recovery_bar
