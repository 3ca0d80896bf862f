"""Statements with blocks: branches, loops, exits; helpers, recursion, closures.

A loop ends by construction: over a container that its body does not grow, or by a counter that
nothing else assigns. A block's names are its own: what it binds is out of scope behind it.
"""

from contextlib import contextmanager

from .expressions import Kind, atom
from .idioms import Idioms
from .program import indent


class Control(Idioms):
    loops = 0  # around the statement
    left = 10  # statements that may still be made
    returns = None  # makes the text of what the function returns

    # blocks

    @contextmanager
    def inner(self, frozen=(), loop=False, **names):
        """A scope within the scope; `names` are bound in it."""
        scope, before, depth, loops = dict(self.scope), self.frozen, self.depth, self.loops
        for name, kind in names.items():
            self.define(name, kind)
        self.frozen = before | set(frozen)
        self.depth += 1
        self.loops += loop
        try:
            yield
        finally:
            self.scope, self.frozen, self.depth, self.loops = scope, before, depth, loops

    def block(self, most=3):
        """The lines of a block, indented."""
        lines = []
        for _ in range(int(self.rng.integers(1, most + 1))):
            if self.left > 0 or not lines:
                lines += self.statement()
        return indent(lines)

    # branches

    def branch(self):
        if self.chance(0.15):
            return self.branch_of_kinds()
        with self.inner():
            lines = [f"if {self.condition()}:", *self.block(2)]
        while self.chance(0.25):
            with self.inner():
                lines += [f"elif {self.condition()}:", *self.block(2)]
        if self.chance(0.55):
            with self.inner():
                lines += ["else:", *(self.block(2) if self.chance(0.9) else ["    pass"])]
        if self.chance(0.3):  # a name that both arms bind
            name = self.target(())
            lines += [f"if {self.condition()}:", f"    {name} = {self.number()}",
                      "else:", f"    {name} = {self.number()}"]  # fmt: skip
            self.bind(name, ())
        return lines

    def branch_of_kinds(self):
        """A name that is a number on one path and an array on the other, or bound on one only."""
        name, test = self.fresh_name("u"), self.condition(0)
        result = self.target(())
        number, vector = self.number(1), self.array((self.n,), 1)
        if self.chance(0.5):
            lines = [f"if {test}:", f"    {name} = {vector}", "else:", f"    {name} = {number}",
                     f"{result} = np.sum({name} * {self.leaf((self.n,)) or '1.0'})"]  # fmt: skip
        else:
            flag = self.fresh_name("flag")
            lines = [f"{flag} = {test}", f"if {flag}:", f"    {name} = {number}",
                     f"{result} = {self.number(1)}", f"if {flag}:",
                     f"    {result} = {result} * {name}"]  # fmt: skip
        self.bind(result, ())
        return lines

    # loops

    def for_loop(self):
        head, names, frozen, sure = self.heading()
        with self.inner(frozen, loop=True, **names):
            lines = [f"for {head}:", *self.block(3 if self.loops == 1 else 2)]
            bound = {name: self.scope.get(name) for name in names}
        lines += self.loop_else()
        if sure and self.chance(0.3):
            for name, kind in bound.items():
                if kind == names[name] and not kind.writable:
                    self.define(name, kind)
        return lines

    def loop_else(self):
        if not self.on("exits") or self.chance(0.8):
            return []
        with self.inner():
            return ["else:", *self.block(1)]

    def heading(self):
        """(text behind `for`, names it binds, names the body leaves alone, runs at least once?)"""
        i, q, r = (self.fresh_name(stem) for stem in "iqr")
        n, number = self.n, Kind("array", ())
        table = [(4, "range")]
        vectors = [name for name in self.names("array") if len(self.scope[name].shape) == 1]
        matrices = [name for name in self.names("array") if len(self.scope[name].shape) == 2]
        lists, dicts = self.names("list"), self.names("dict")
        table += [(3, "array"), (1.5, "enumerate"), (1, "zip"), (0.7, "reversed")] * bool(vectors)
        table += [(1.5, "rows")] * bool(matrices)
        table += [(2, "list"), (0.7, "listed")] * bool(lists)
        table += [(7, "dict")] * bool(dicts)
        kind = self.weighted(table)
        if kind == "range":
            text, low, high, sure = self.pick([
                (f"range({n})", 0, n - 1, True), (f"range({n})", 0, n - 1, True),
                (f"range({n})", 0, n - 1, True), (f"range(1, {n})", 1, n - 1, True),
                (f"range({n - 1})", 0, n - 2, True), (f"range(1, {n - 1})", 1, n - 2, True),
                (f"range({n - 1}, -1, -1)", 0, n - 1, True), (f"range(0, {n}, 2)", 0, n - 1, True),
                (f"range({n - 1}, 0, -2)", 1, n - 1, True), ("range(2, 2)", 0, 0, False),
                (f"reversed(range({n}))", 0, n - 1, True), (f"range(-1, -{n}, -1)", 1 - n, -1, True),
            ])  # fmt: skip
            counts = [name for name in self.names("int") if self.scope[name].high < n + 2]
            if counts and self.chance(0.3):
                name = self.recent(counts)
                text, low, high, sure = (
                    f"range({name})",
                    0,
                    max(self.scope[name].high - 1, 0),
                    False,
                )
            elif vectors and self.chance(0.2):
                v = self.recent(vectors)
                text, low, high, sure = f"range(len({v}))", 0, self.scope[v].shape[0] - 1, True
            names = {i: Kind("int", low=low, high=high)}
            return f"{i} in {text}", names, (), sure
        if kind == "rows":
            m = self.recent(matrices)
            has = self.scope[m]
            rows, columns = has.shape
            row = Kind("array", (columns,), writable=has.writable and self.on("views"))
            counter = Kind("int", low=0, high=rows - 1)
            if self.chance(0.4):
                return f"{i}, {q} in enumerate({m})", {i: counter, q: row}, (), True
            return f"{q} in {m}", {q: row}, (), True
        if kind in ("array", "enumerate", "zip", "reversed"):
            v = self.recent(vectors)
            size = self.scope[v].shape[0]
            counter = Kind("int", low=0, high=size - 1)
            text = v if self.chance(0.7) else atom(self.array((size,), 1))
            if kind == "array":
                return f"{q} in {text}", {q: number}, (), True
            if kind == "reversed":
                return f"{q} in reversed({text})", {q: number}, (), True
            if kind == "enumerate":
                start = self.pick(["", "", ", 1"])
                counter = Kind("int", low=1, high=size) if start else counter
                return f"{i}, {q} in enumerate({text}{start})", {i: counter, q: number}, (), True
            other = self.array((size,), 1)
            if self.chance(0.3):
                names = {i: counter, q: number, r: number}
                return f"{i}, ({q}, {r}) in enumerate(zip({text}, {other}))", names, (), True
            return f"{q}, {r} in zip({text}, {other})", {q: number, r: number}, (), True
        if kind in ("list", "listed"):
            xs = self.recent(lists)
            has = self.scope[xs]
            frozen = set(self.names("list"))  # another name may be the same list
            item = Kind("array", has.shape, writable=has.shape != () and self.on("aliases"))
            if kind == "listed":
                counter = Kind("int", low=0, high=3)
                return f"{i}, {q} in enumerate({xs})", {i: counter, q: item}, frozen, False
            text = self.pick([xs, xs, f"reversed({xs})", f"{xs}[1:]"])
            return f"{q} in {text}", {q: item}, frozen, False
        d = self.recent(dicts)
        item = Kind("array", self.scope[d].shape)
        key = self.fresh_name("key")
        return self.pick([
            (f"{key}, {q} in {d}.items()", {q: item}, (d,), True),
            (f"{q} in {d}.values()", {q: item}, (d,), True),
        ])  # fmt: skip

    def while_loop(self):
        k = self.fresh_name("k")
        most = self.pick("1233")
        counter = Kind("int", low=0, high=int(most))
        form = self.weighted([(3, "count"), (2, "value"), (1, "forever"), (1, "down")])
        if form == "value":
            s = self.fresh_name("s")
            start = f"{s} = 1.0 + {atom(self.number(1))} ** 2"
            shrunk = self.pick(
                ["0.5 * {s}", "0.4 * {s} + 0.03 * np.sin({a})", "{s} / 1.8", "np.sin({s}) * 0.6"]
            )
            step = f"{s} = {shrunk.format(s=s, a=self.operand((), 0))}"
            bound = f" and {k} < {most}" if self.chance(0.3) else ""
            with self.inner({s}, loop=True, **{s: Kind("array", ())}):
                body = self.block(2)
            count = [f"    {k} += 1"] if bound else []
            lines = [start, *([f"{k} = 0"] if bound else []),
                     f"while {s} > {self.pick(['0.3', '0.6', '0.9'])}{bound}:",
                     *count, *indent([step]), *body]  # fmt: skip
            lines += self.loop_else()
            self.define(s, Kind("array", ()))
            return lines
        if form == "forever":
            with self.inner(loop=True, **{k: counter}):
                lines = [f"{k} = 0", "while True:", f"    {k} += 1",
                         f"    if {k} > {most}{self.more(' or ')}:", "        break", *self.block(2)]  # fmt: skip
        elif form == "down":
            with self.inner(loop=True, **{k: counter}):
                lines = [f"{k} = {most}", f"while {k}:", f"    {k} -= 1", *self.block(2)]
        else:
            last = self.chance(0.4) and not self.on("exits")  # a `continue` must not pass the step
            with self.inner(loop=True, **{k: counter}):
                step = [f"    {k} += 1"]
                body = self.block(2)
                lines = [f"{k} = 0", f"while {k} < {most}{self.more(' and ')}:"]
                lines += [*body, *step] if last else [*step, *body]
        lines += self.loop_else()
        self.define(k, counter)
        return lines

    def more(self, word):
        return f"{word}{atom(self.condition(0))}" if self.chance(0.4) else ""

    # exits

    def leave(self):
        """break, continue or return, under a test; sometimes with more before it or in the else."""
        table = [(1, "return")] * (self.returns is not None)
        table += [(3, "break"), (4, "continue")] * (self.loops > 0)
        if not table:
            return None
        kind = self.weighted(table)
        text = f"return {self.returns()}" if kind == "return" else kind
        with self.inner():
            lines = [f"if {self.condition()}:"]
            lines += self.block(1) if self.chance(0.3) else []
            lines += [f"    {text}"]
        if self.chance(0.2):
            with self.inner():
                lines += ["else:", *self.block(1)]
        return lines

    # functions

    def closure(self):
        name = self.fresh_name("g")
        shape = self.pick([(), (), (self.n,)])
        parameter = self.fresh_name("q")
        names = {parameter: Kind("array", shape)}
        kind = Kind("function", shape, takes=(shape,))
        with self.inner(loop=False, **names):
            text = self.expression(shape, 2)
            if parameter not in text:
                text = f"{parameter} * {atom(text)}"
            if self.chance(0.4):
                lines = [f"{name} = lambda {parameter}: {text}"]
            else:
                local = self.fresh_name("s")
                lines = [f"def {name}({parameter}):", f"    {local} = {self.number(1)}",
                         f"    return {text} + {local}"]  # fmt: skip
                writable = [n for n in self.names("array", (self.n,), writable=True)]
                if writable and self.on("writes") and self.chance(0.4):
                    v = self.pick(writable)
                    lines.insert(2, f"    {v}[{self.index(self.n)}] = 0.5 * {local}")
        self.define(name, kind)
        lines += self.called(name, shape)
        caught = [n for n in self.names("array", ()) if n in lines[0] + lines[-2]]
        caught = [n for n in caught if n not in self.frozen]
        if caught and self.chance(0.35):  # a closure sees what its variables hold when it is called
            again = self.pick(caught)
            lines.append(f"{again} = {self.number(1)}")
            self.bind(again, ())
            lines += self.called(name, shape)
        return lines

    def called(self, name, shape):
        target = self.target(shape)
        line = f"{target} = {name}({self.expression(shape, 1)})"
        self.bind(target, shape)
        return [line]

    def helper(self):
        """The text of a function of the module; it is in `functions` from then on."""
        name = self.fresh_name("h")
        vector = (self.n,)
        kind = self.weighted(
            [(3, "plain"), (1, "early")] * self.on("helpers")
            + [(2, "writes")] * (self.on("helpers") and self.on("writes"))
            + [(2, "recursive"), (1, "halves")] * self.on("recursion")
            + [(2, "fills")] * (self.on("recursion") and self.on("writes"))
        )
        shape = self.pick([(), (), vector])
        if kind == "recursive":
            step = self.pick([f"0.5 * {name}(np.sin(a), n - 1) + 0.3 * a", f"{name}(0.6 * a + 0.1, n - 1) * np.cos(a)",
                              f"{name}(np.tanh(a), n - 1) - 0.2 * {name}(0.5 * a, n - 1)"])  # fmt: skip
            self.functions[name] = Kind("function", shape, takes=(shape, "depth"))
            return (f"def {name}(a, n):\n    if n == 0:\n        return {self.pick(['a', 'a * a', '0.7 * a'])}\n"
                    f"    return {step}\n")  # fmt: skip
        if kind == "fills":
            self.fillers = [*self.fillers, name]
            step = self.pick(
                ["v[n] = 0.5 * v[n - 1] * v[n]", "v[n - 1] += 0.3 * v[n]", "v[:n] *= 0.8"]
            )
            first, last = f"{name}(v, n - 1)", step
            if self.chance(0.5):
                first, last = last, first
            done = self.pick(["return", "v[0] = np.sin(v[0])\n        return"])
            return f"def {name}(v, n):\n    if n == 0:\n        {done}\n    {first}\n    {last}\n"
        if kind == "halves":
            self.functions[name] = Kind("function", (), takes=(vector,))
            return (f"def {name}(v):\n    if len(v) == 1:\n        return v[0]\n    k = len(v) // 2\n"
                    f"    return {self.pick(['np.sin({0}(v[:k])) + 0.5 * {0}(v[k:])', '{0}(v[:k]) * {0}(v[k:])']).format(name)}\n")  # fmt: skip
        takes = [self.pick([(), vector]) for _ in range(int(self.rng.integers(1, 3)))]
        if kind == "writes":
            takes = [vector, ()]
        saved = self.scope, self.depth, self.returns, self.left
        self.scope, self.left = {}, 3
        for parameter, has in zip("ab", takes, strict=False):
            self.define(parameter, Kind("array", has, writable=kind == "writes" and has != ()))
        self.returns = (lambda: self.fresh(shape, 1)) if kind == "early" else None
        guard = []
        if kind == "early":
            guard = [f"    if {self.condition()}:", f"        return {self.fresh(shape, 1)}"]
        lines = [*guard, *self.block(3)]
        if kind == "writes":
            lines += indent(
                [f"a[{self.index(self.n)}] {self.pick(['=', '+=', '*='])} {self.number(1)}"]
            )
        writes_only = kind == "writes" and self.chance(0.6)
        if not writes_only:
            lines.append(f"    return {self.fresh(shape, 1)}")
        self.scope, self.depth, self.returns, self.left = saved
        if kind == "writes":
            self.writers = [*self.writers, name]
        else:
            self.functions[name] = Kind("function", shape, takes=tuple(takes))
        return f"def {name}({', '.join('ab'[: len(takes)])}):\n" + "\n".join(lines) + "\n"

    writers = fillers = ()

    def call_writer(self):
        names = self.names("array", (self.n,), writable=True)
        rows = [name for name in self.names("array", (self.p, self.n), writable=True)]
        given = [*names, *(f"{m}[{self.index(self.p)}]" for m in rows)]
        if not given:
            return None
        name = self.pick([*self.writers, *self.fillers])
        by = self.pick("12") if name in self.fillers else self.number(1)
        return [f"{name}({self.pick(given)}, {by})"]

    # the choice

    def statement(self):
        """The lines of one statement, of the features that are on."""
        self.left -= 1
        deep = self.depth >= 4 or self.left <= 0
        on = self.on
        table = [(3, self.assign), (1.5, self.augment)]
        table += [(8 if self.loops else 5, self.write)] * on("writes") + [(1, self.buffer)] * on(
            "writes"
        )
        table += [(2, self.view)] * on("views") + [(1.2, self.alias)] * on("aliases")
        table += [(2, self.overlap)] * on("overlaps")
        table += [(3, self.list_statement)] * on("lists") + [(2, self.dict_statement)] * on("dicts")
        table += [(1, self.tuple_of), (0.7, self.unpacked)] * on("tuples")
        table += [(1.5, self.closure)] * (on("closures") and self.depth < 2)
        table += [(2.5, self.call_writer)] * bool(self.writers or self.fillers)
        table += [(2, self.object_statement)] * on("objects")
        table += [(2, self.idiom)] * (on("idioms") and not deep)
        table += [(3.5 if self.loops else 0.4, self.leave)] * on("exits")
        if not deep:
            table += [(2.5, self.branch)] * on("branches")
            table += [(4 if not self.loops else 1.2, self.for_loop)] * on("loops")
            table += [(2 if not self.loops else 0.6, self.while_loop)] * on("whiles")
        for _ in range(6):
            if lines := self.weighted(table)():
                return lines
        return self.assign()
