"""What people write in numerical programs, as a few lines each: buffers that are swapped, rows that
are updated in place, choices between versions of an array, objects that keep a state.

    a0, b0 = v0.copy(), np.zeros(3)
    for i0 in range(3):
        b0[1:] = 0.5 * a0[:-1] + a0[1:]
        a0, b0 = b0, a0
"""

from .expressions import Kind, atom
from .program import indent
from .statements import Statements


class Idioms(Statements):
    def idiom(self):
        table = [(2, self.versions), (1, self.early)]
        if self.on("loops"):
            table += [(2, self.swapped), (2, self.rows_updated), (1, self.recurrence)]
        if self.on("whiles"):
            table += [(2, self.search)]
        if self.on("lists") and self.on("loops"):
            table += [(2, self.turned), (2, self.stacked), (1, self.linked)]
        if self.on("closures") and self.depth < 2:
            table += [(2, self.local_writer)]
        if self.on("calls"):
            table += [(2, self.into)]
        return self.weighted(table)()

    def vector(self, writable=False):
        names = self.names("array", (self.n,), writable)
        return self.recent(names) if names else None

    def swapped(self):
        """Two buffers that change places in every round."""
        a, b, i = (self.fresh_name(stem) for stem in ("a", "b", "i"))
        n, s = self.n, self.number(1)
        step = self.pick([
            [f"{b}[1:] = 0.5 * {a}[:-1] + {a}[1:]"],
            [f"{b}[:] = np.sin({a}) + 0.3 * {a}[::-1]"],
            [f"for j in range(1, {n - 1}):", f"    {b}[j] = 0.3 * ({a}[j - 1] + {a}[j + 1]) + {s}"],
            [f"np.multiply({a}, {s}, out={b})"],
        ])  # fmt: skip
        swap = self.pick(
            [
                [f"{a}, {b} = {b}, {a}"],
                [f"kept = {a}", f"{a} = {b}", f"{b} = kept"],
                [f"{a} = {b}.copy()"],
            ]
        )
        lines = [
            f"{a} = {self.fresh((n,), 1)}",
            f"{b} = {self.pick([f'np.zeros({n})', f'{a}.copy()', f'np.ones_like({a})'])}",
            f"for {i} in range({self.pick('123')}):",
            *indent([*step, *swap]),
        ]
        self.define(a, Kind("array", (n,), writable=True))
        self.define(b, Kind("array", (n,), writable=True))
        return lines

    def rows_updated(self):
        """The rows of a matrix, by views or by indices."""
        matrices = self.names("array", writable=True)
        matrices = [m for m in matrices if len(self.scope[m].shape) == 2]
        if not matrices:
            return None
        m, i, r = self.recent(matrices), self.fresh_name("i"), self.fresh_name("r")
        rows, columns = self.scope[m].shape
        s, j = self.number(1), self.index(columns)
        return self.pick([
            [f"for {i} in range({rows}):", f"    {r} = {m}[{i}]", f"    {r}[{j}] = {r}[0] * {atom(s)}"],
            [f"for {i} in range(1, {rows}):", f"    {m}[{i}] += 0.5 * {m}[{i} - 1]"],
            [f"for {i}, {r} in enumerate({m}):", f"    {r} *= 0.5 + 0.1 * {i}", f"    {r}[{j}] += {s}"],
            [f"for {i} in range({rows}):", f"    {m}[{i}, {i} % {columns}] -= {s}",
             f"    {m}[{i}][:] = {m}[{i}][::-1]"],
            [f"for {i} in range({columns}):", f"    {r} = {m}[:, {i}]", f"    {r}[1:] += {r}[:-1]"],
        ])  # fmt: skip

    def recurrence(self):
        """Each entry from the ones before it."""
        v, i = self.fresh_name("v"), self.fresh_name("i")
        n, other = self.n, self.vector()
        lines = [f"{v} = np.empty({n})" if self.chance(0.5) else f"{v} = np.zeros({n})",
                 f"{v}[0] = {self.number(1)}", f"{v}[1] = {self.number(1)}",
                 f"for {i} in range(2, {n}):",
                 f"    {v}[{i}] = 0.5 * {v}[{i} - 1] * {v}[{i} - 2]"
                 + (f" + {other}[{i}]" if other else "")]  # fmt: skip
        self.define(v, Kind("array", (n,), writable=True))
        return lines

    def turned(self):
        """Small lists that are written, and change places or are bound anew, in every round."""
        a, b, s = (self.fresh_name(stem) for stem in ("a", "b", "s"))
        u, v, w = (self.number(1) for _ in range(3))
        writes = [f"{b}[0] = {a}[1] * {atom(u)}", f"{b}[1] *= 0.3", f"{a}[0] += {b}[1]"]
        turns = [
            f"{a}, {b} = {b}, {a}",
            f"{a} = {b}",
            f"{b} = [{b}[1], {b}[0]]",
            f"{b} = list({a})",
        ]
        step = [self.pick(writes), self.pick(turns), self.pick(writes)]
        other = a if self.on("aliases") and self.chance(0.4) else f"[{w}, 0.4]"
        lines = [
            f"{a} = [{u}, {v}]",
            f"{b} = {other}",
            f"for _ in range({self.pick('123')}):",
            *indent(step[: int(self.rng.integers(2, 4))]),
            f"{s} = {a}[0] * {b}[1] + {self.pick([a, b])}[0]",
        ]
        self.define(s, Kind("array", ()))
        return lines

    def stacked(self):
        """A stack that is pushed and popped, by the text of a formula or while there is something."""
        xs, s, k = (self.fresh_name(stem) for stem in ("xs", "s", "k"))
        u, v, w = (self.number(1) for _ in range(3))
        table = self.pick([
            [f"for {k} in {self.pick(['xyp', 'xsymxp', 'yxmyp'])!r}:".replace("'", '"'),
             f'    if {k} == "x":', f"        {xs}.append({v})",
             f'    elif {k} == "y":', f"        {xs}.append({w})",
             f'    elif {k} == "s":', f"        {xs}.append(np.sin({xs}.pop()))",
             "    else:", f"        q, r = {xs}.pop(), {xs}.pop()",
             f'        {xs}.append(q + r if {k} == "p" else q * r)', f"{s} = {xs}[-1]"],
            [f"for {k} in range({self.pick('45')}):", f"    if {k} < 2:", f"        {xs}.append({v})",
             "    else:", f"        {xs}.append({xs}.pop() * 0.5 + {xs}.pop(0))",
             f"        {xs}.append({w})", f"{s} = {xs}[-1] * {xs}[0]"],
            [f"{s}, {k} = 0.3, 0", f"{xs}.append({v})", f"while {xs} and {k} < 4:",
             f"    {s} = 0.5 * {s} + {xs}.pop(0) ** 2", f"    {k} += 1", f"    if {k} < 3:",
             f"        {xs}.append({s} * {atom(w)})"],
        ])  # fmt: skip
        self.define(s, Kind("array", ()))
        return [f"{xs} = [{u}]", *table]

    def linked(self):
        """A list whose items know the next one."""
        head, s = self.fresh_name("head"), self.fresh_name("s")
        v = self.vector()
        if v is None:
            return None
        made = [f"{head} = None", f"for q in {v}:", f"    {head} = (q, {head})"]
        step, rest = f"{head}[0]", f"{head}[1]"
        if self.chance(0.5):
            made = [f"{head} = None", f"for q in {v}:",
                    f'    {head} = {{"value": q, "rest": {head}}}']  # fmt: skip
            step, rest = f'{head}["value"]', f'{head}["rest"]'
        lines = [*made, f"{s} = {self.number(0)}", f"while {head} is not None:",
                 f"    {s} = 0.5 * {s} + {step} ** 2", f"    {head} = {rest}"]  # fmt: skip
        self.define(s, Kind("array", ()))
        return lines

    def versions(self):
        """A name that is another array, or another version of one, on each path."""
        v, z = self.vector(writable=self.on("aliases") and self.on("writes")), self.fresh_name("z")
        if v is None:
            return None
        writes = self.scope[v].writable
        arms = [[f"{z} = {v}.copy()"], [f"{z} = {self.fresh((self.n,), 1)}"], [f"{z} = 0.7 * {v}"]]
        if writes:
            k, s = self.index(self.n), self.number(1)
            arms += [
                [f"{v}[{k}] = {s}", f"{z} = {v} * 1.0"],
                [f"{z} = {v}[::-1].copy()", f"{v}[{k}] += {s}"],
            ]
        if self.on("aliases"):
            arms += [[f"{z} = {v}"], [f"{z} = {v}[::-1]"]]
        chosen = [self.pick(arms) for _ in range(3)]
        shared = any(arm in ([f"{z} = {v}"], [f"{z} = {v}[::-1]"]) for arm in chosen)
        lines = [f"if {self.condition(0)}:", *indent(chosen[0])]
        if self.chance(0.6):
            lines += [f"elif {self.condition(0)}:", *indent(chosen[1])]
        lines += ["else:", *indent(chosen[2])]
        self.define(z, Kind("array", (self.n,), writable=writes or not shared))
        return lines

    def search(self):
        """A loop that is left when something is found, and an else for when it is not."""
        k, s, found = self.fresh_name("k"), self.fresh_name("s"), self.fresh_name("s")
        lines = [
            f"{s} = {self.number(1)}",
            f"{k} = 0",
            f"while {k} < {self.pick('234')}:",
            f"    {k} += 1",
            f"    {s} = {self.pick(['0.5 * {0} + 0.3', 'np.sin({0}) + 0.2', '{0} - 0.1 * {0} ** 3'])}".format(
                s
            ),
            f"    if {self.pick([f'abs({s}) < 0.4', f'{s} > 0.8', f'{k} == 2'])}:",
            f"        {found} = {s} * {atom(self.number(1))}",
            "        break",
            "else:",
            f"    {found} = {self.number(1)}",
        ]
        self.define(k, Kind("int", low=1, high=4))
        for name in (s, found):
            self.define(name, Kind("array", ()))
        return lines

    def early(self):
        """A search through pairs in a function of its own, which returns from within both loops."""
        if not (self.on("exits") and self.on("loops") and self.depth == 0):
            return None
        v, g, s = self.vector(), self.fresh_name("g"), self.fresh_name("s")
        if v is None:
            return None
        lines = [
            f"def {g}(q):",
            f"    for i in range({self.n}):",
            f"        for j in range(i, {self.n}):",
            f"            if q[i] * q[j] > {self.constant()}:",
            f"                return {self.pick(['q[i] * q[j]', 'np.sin(q[j]) + i', 'np.sum(q[: i + 1]) * q[j]'])}",
            *(["        q = 0.9 * q"] * self.chance(0.4)),
            f"    return {self.pick(['np.sum(q)', '0.5 * q[0]', 'q[-1] * q[0]'])}",
            f"{s} = {g}({self.pick([v, self.array((self.n,), 1)])})",
        ]
        self.define(s, Kind("array", ()))
        return lines

    def local_writer(self):
        """A nested function that writes into what it is given."""
        v, g = self.vector(writable=True), self.fresh_name("g")
        if v is None:
            return None
        k, j = self.index(self.n), self.index(self.n)
        body = self.pick([
            ["q[{k}] = a * q[{j}]"], ["q[1:] += a * q[:-1]"], ["q *= a"], ["q[{k}] += a", "q = 2.0 * q", "q[{j}] = a"],
            ["for i in range(len(q)):", "    q[i] = q[i] * a + q[i - 1]"],
        ])  # fmt: skip
        lines = [f"def {g}(q, a):", *indent([line.format(k=k, j=j) for line in body])]
        calls = [f"{g}({v}, {self.number(1)})", f"{g}({v}[::-1], {self.number(1)})"]
        result = self.chance(0.4)
        if result:
            lines.append(f"    return a * q[{k}]")
            s = self.fresh_name("s")
            calls = [f"{s} = {calls[0]}"]
        lines += [self.pick(calls)] + ([f"{g}({v}, 0.5)"] if self.chance(0.3) else [])
        if result:
            self.define(s, Kind("array", ()))
        return lines

    def into(self):
        """Functions that put their result into an array that is given."""
        v = self.vector(writable=True)
        if v is None:
            return None
        w, u, s = (self.array((self.n,), 0) for _ in range(3))
        k = [int(i) for i in self.rng.integers(0, self.n, 3)]
        return [self.pick([
            f"np.add.at({v}, {k}, {self.number(1)})", f"np.add.at({v}, {k}, {w}[:3])",
            f"np.add({w}, {u}, out={v})", f"np.sin({w}, out={v})", f"np.cumsum({w}, out={v})",
            f"np.maximum({w}, {s}, out={v})", f"np.multiply({v}, {w}, {v})", f"np.dot({w}, {u}, out=None)",
            f"{v}.put({self.index(self.n)}, {self.number(1)})", f"np.subtract({w}, {u}, out={v}[:])",
        ])]  # fmt: skip

    # objects

    def object_statement(self):
        """An object of a small class: made, its attributes set and written, its methods called."""
        names = self.names("object")
        if not names or self.chance(0.15):
            name = self.fresh_name("o")
            array = self.fresh((self.n,), 1)
            if self.on("aliases") and self.chance(0.3):
                array = self.vector(writable=True) or array
            lines = [f"{name} = Cell({self.number(1)}, {array})"]
            self.define(name, Kind("object", (self.n,)))
            return lines
        name, k, s = self.recent(names), self.index(self.n), self.number(1)
        forms = [[f"{name}.level = {s}"], [f"{name}.level += {s}"], [f"{name}.level *= {atom(s)}"],
                 [f"{name}.step({s})"], [f"{name}.trace[{k}] = {s}"], [f"{name}.trace[{k}] += {name}.level"],
                 [f"{name}.trace = {self.fresh((self.n,), 1)}"], [f"{name}.trace *= 0.9"]]  # fmt: skip
        if self.depth == 0 and self.on("loops"):
            i = self.fresh_name("i")
            forms += [[f"for {i} in range({self.n}):", f"    {name}.step({self.array((self.n,), 0)}[{i}])"],
                      [f"for {i} in range({self.n}):", f"    {name}.level = 0.5 * {name}.level + {name}.trace[{i}]",
                       f"    {name}.trace[{i}] = {name}.level * {atom(s)}"]] * 3  # fmt: skip
        if self.chance(0.3):
            target = self.target(())
            self.bind(target, ())
            return [f"{target} = {name}.step({s})"]
        return self.pick(forms)
