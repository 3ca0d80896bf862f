"""Simple statements: assignments, writes, views, aliases, overlaps, lists, dicts, tuples.

Each method gives the lines of a statement, or None where the scope has nothing for it.
"""

from .expressions import Expressions, Kind, atom


class Statements(Expressions):
    """Statements without a block of their own. `frozen` names are not assigned or grown now."""

    frozen = frozenset()
    depth = 0  # of loops and branches around

    def params_writable(self):
        return self.on("params")

    # assignments

    def target(self, shape, reuse=0.4):
        """A name to assign a new value of that shape: one that exists, or a new one."""
        known = [name for name in self.names("array", shape) if name not in self.frozen]
        if known and self.chance(reuse):
            return self.recent(known)
        return self.fresh_name("svm"[len(shape)])

    def bind(self, name, shape):
        """The name holds an array that is its own."""
        kept = self.scope.get(name)
        writable = shape != () and (kept is None or kept.writable or self.depth == 0)
        self.define(name, Kind("array", shape, writable=writable))

    def any_shape(self):
        common = [(5, ()), (4, (self.n,)), (1.2, (self.p, self.n))]
        return self.weighted(common + [(0.5, shape) for shape in sorted(self.shapes())])

    def assign(self):
        shape = self.any_shape()
        name = self.target(shape, 0.6 if self.depth else 0.35)
        text = self.fresh(shape)
        if name in self.scope and self.chance(0.5):
            text = f"{self.pick(['0.5 * ', '0.8 * ', ''])}{name} + {atom(text)}"
        self.bind(name, shape)
        return [f"{name} = {text}"]

    def augment(self):
        """`s += e` on a number: no write, but a new value."""
        known = [name for name in self.names("array", ()) if name not in self.frozen]
        if not known:
            return None
        name = self.recent(known)
        op = self.pick(["+=", "+=", "-=", "*=", "/="])
        text = self.number()
        if op == "/=":
            text = f"1.0 + {atom(text)} ** 2"
        self.bind(name, ())
        return [f"{name} {op} {text}"]

    def unpacked(self):
        a, b = self.target(()), self.target(())
        if a == b:
            return None
        form = self.pick(["pair({x}, {y})", "{x}, {y}", "[{x}, {y}]"])
        line = f"{a}, {b} = {form.format(x=self.number(1), y=self.number(1))}"
        self.bind(a, ())
        self.bind(b, ())
        return [line]

    def tuple_of(self):
        name = self.fresh_name("t")
        shape = self.pick([(), (), (self.n,)])
        size = int(self.rng.integers(2, 4))
        items = ", ".join(self.fresh(shape, 1) for _ in range(size))
        if self.chance(0.3):
            first = self.target(shape)
            lines = [f"{name} = ({items})", f"{first}, *rest = {name}"]
            self.bind(first, shape)
        else:
            lines = [f"{name} = ({items})"]
        if shape == ():
            self.define(name, Kind("tuple", shape, size=size))
        return lines

    # writes

    def place(self, name):
        """A place in an array as (index, shape of what is there, may entries repeat?)."""
        shape = self.scope[name].shape
        size = shape[0]
        if len(shape) == 1:
            kind = self.weighted(
                [(5, "element"), (4, "slice"), (1, "mask"), (1.5, "fancy"), (1, "all")]
            )
            if kind == "element":
                return self.index(size), (), False
            if kind == "slice" and size > 2:
                text, kept = self.slice_of(size)
                return text, (kept,), False
            if kind == "mask":
                return f"{self.operand(shape, 0)} > {self.constant()}", None, False
            if kind == "fancy":
                picked = [int(k) for k in self.rng.integers(0, size, self.rng.integers(2, 4))]
                form = self.pick(["{}", "np.array({})"])
                return form.format(picked), (len(picked),), len(set(picked)) < len(picked)
            return self.pick([":", "..."]), shape, False
        rows, columns = shape
        row, column = self.index(rows), self.index(columns)
        text, kept = self.slice_of(columns)
        return self.pick([
            (f"{row}, {column}", (), False), (f"{row}, {column}", (), False),
            (row, (columns,), False), (f":, {column}", (rows,), False),
            (f"..., {column}", (rows,), False), (f"{row}, {text}", (kept,), False),
            (f":, {text}", (rows, kept), False), (":", shape, False), (f"{row}][{column}", (), False),
            (f"{name} > {self.constant()}", None, False),
            ("[0, 1], [1, 0]", (2,), False), ("[0, 0]", (2, columns), True),
        ])  # fmt: skip

    def write(self):
        names = [name for name in self.names("array", writable=True) if self.scope[name].shape]
        if not names:
            return None
        name = self.recent(names)
        shape = self.scope[name].shape
        if self.chance(0.12):
            return self.whole_write(name, shape)
        index, inner, repeats = self.place(name)
        op = self.weighted([(4, "="), (3, "+="), (1, "-="), (1.5, "*="), (0.7, "/="), (0.3, "**=")])
        if inner is None:  # a mask: a number, or the entries of another array under the mask
            other = self.leaf(shape)
            value = self.number(1) if self.chance(0.5) or not other else f"{other}[{index}]"
        elif self.chance(0.25) or inner not in self.near(inner):
            value = self.number()
        else:
            value = self.expression(inner, 2)
        if op == "/=":
            value = f"1.0 + {atom(value)} ** 2"
        if op == "**=":
            value = "2"
        if repeats and inner and self.chance(0.5):
            return [f"np.add.at({name}, {index}, {value})"]
        return [f"{name}[{index}] {op} {value}"]

    def near(self, shape):
        """Shapes that an expression can have without much being made up."""
        return {shape} if shape == () or len(shape) == 1 or self.leaf(shape) else set()

    def whole_write(self, name, shape):
        value = self.expression(shape, 1)
        table = [
            (2, f"{name} += {value}"),
            (1, f"{name} *= {value}"),
            (1, f"{name} -= {self.number(1)}"),
        ]
        if self.on("calls"):
            table += [(1, f"{name}.fill({self.number(1)})"), (1, f"np.copyto({name}, {value})"),
                      (1, f"np.multiply({value}, {self.number(0)}, out={name})"),
                      (0.7, f"{name}.sort()")]  # fmt: skip
        return [self.weighted(table)]

    def buffer(self):
        """A new array to be written."""
        shape = self.pick([(self.n,), (self.n,), (self.p, self.n)])
        name = self.fresh_name("vm"[len(shape) - 1])
        like = self.leaf(shape)
        forms = [f"np.zeros({shape})", f"np.ones({shape})", f"np.full({shape}, {self.number(1)})"]
        if like:
            forms += [f"np.zeros_like({like})", f"{atom(like)}.copy()", f"np.array({like})"]
        lines = [f"{name} = {self.pick(forms)}"]
        if self.chance(0.25):
            empty = self.pick(
                [f"np.empty({shape})", f"np.empty_like({like})" if like else f"np.empty({shape})"]
            )
            lines = [f"{name} = {empty}", f"{name}[:] = {self.expression(shape, 1)}"]
        self.define(name, Kind("array", shape, writable=True))
        return lines

    def view(self):
        names = [name for name in self.names("array") if self.scope[name].shape]
        if not names:
            return None
        name = self.recent(names)
        kind = self.scope[name]
        shape = kind.shape
        if len(shape) == 1:
            options = [(f"{name}[::-1]", shape)]
            if shape[0] > 2:
                text, kept = self.slice_of(shape[0])
                options += [(f"{name}[{text}]", (kept,))] * 3
            if shape == (4,):
                options += [
                    (f"{name}.reshape(2, 2)", (2, 2)),
                    (f"np.reshape({name}, (2, -1))", (2, 2)),
                ]
        else:
            rows, columns = shape
            text, kept = self.slice_of(columns)
            options = [
                (f"{name}[{self.index(rows)}]", (columns,)), (f"{name}.T", (columns, rows)),
                (f"{name}[:, {self.index(columns)}]", (rows,)), (f"{name}[:, {text}]", (rows, kept)),
                (f"{name}.T[{self.index(columns)}]", (rows,)), (f"{name}[::-1]", shape),
            ]  # fmt: skip
            if rows * columns <= 9 and kind.writable:
                options += [(f"{name}.reshape(-1)", None), (f"{name}.ravel()", None)]
        text, shape = self.pick(options)
        if shape is None:
            rows, columns = kind.shape
            shape = (rows * columns,)
        new = self.fresh_name("r")
        self.define(new, Kind("array", shape, writable=kind.writable))
        return [f"{new} = {text}"]

    def alias(self):
        names = [name for name in self.names("array") if self.scope[name].shape] + self.names(
            "list"
        )
        if not names:
            return None
        name = self.recent(names)
        kind = self.scope[name]
        new = self.fresh_name("z")
        if kind.what == "array" and self.chance(0.2):
            others = [o for o in self.names("array", kind.shape) if o != name]
            if others:
                other = self.pick(others)
                both = kind.writable and self.scope[other].writable
                line = f"{new} = {name} if {self.condition()} else {other}"
                self.define(new, Kind("array", kind.shape, writable=both))
                return [line]
        self.define(new, kind)
        if kind.what == "list":
            self.frozen = self.frozen | ({new, name} if name in self.frozen else set())
        return [f"{new} = {name}"]

    def overlap(self):
        names = [name for name in self.names("array", writable=True) if self.scope[name].shape]
        numbers = [name for name in self.names("array", ()) if name not in self.frozen]
        forms = []
        if len(numbers) > 1:
            a, b = (str(k) for k in self.rng.choice(numbers, 2, replace=False))
            forms.append(f"{a}, {b} = {b}, {a}")
        if names:
            v = self.recent(names)
            shape = self.scope[v].shape
            i, j = self.index(shape[0]), self.index(shape[0])
            if len(shape) == 1:
                forms += [f"{v}[1:] += {v}[:-1]", f"{v}[:-1] = {v}[1:]", f"{v}[1:] = 0.5 * {v}[:-1]",
                          f"{v}[:] = {v}[::-1]", f"{v}[{i}], {v}[{j}] = {v}[{j}], {v}[{i}]",
                          f"{v}[1:] -= 0.3 * {v}[1:] * {v}[:-1]", f"{v} += {v}[::-1]",
                          f"{v}[{i}] = {v}[{j}] = {self.number(1)}"] * 2  # fmt: skip
            else:
                forms += [f"{v}[{i}] = {v}[{j}]", f"{v}[1:] = {v}[:-1]", f"{v}[:] = {v}[:, ::-1]",
                          f"{v}[0], {v}[1] = {v}[1].copy(), {v}[0].copy()",
                          f"{v}[0], {v}[1] = {v}[1], {v}[0]",
                          f"{v}[:, 1:] += 0.5 * {v}[:, :-1]"]  # fmt: skip
                if shape[0] == shape[1]:
                    forms += [f"{v} += {v}.T", f"{v}[:] = {v}.T"]
        return [self.pick(forms)] if forms else None

    # containers

    def new_list(self):
        name = self.fresh_name("xs")
        shape = self.pick([(), (), (self.n,)])
        size = int(self.rng.integers(0, 4)) if shape == () else int(self.rng.integers(1, 3))
        item = self.item(shape)
        text = "[" + ", ".join([self.item(shape) for _ in range(size)]) + "]"
        if self.on("comprehensions") and self.chance(0.25):
            size = int(self.rng.integers(2, 4))
            text = f"[{item} for _ in range({size})]"
        elif self.chance(0.1) and size and shape == ():
            text, size = f"{text} * 2", size * 2
        self.define(name, Kind("list", shape, size=size))
        return [f"{name} = {text}"]

    def item(self, shape):
        """What a list gets: a value of its own, or with aliases the array of a name."""
        if shape and self.on("aliases") and self.chance(0.25) and (leaf := self.leaf(shape)):
            return leaf
        return self.fresh(shape, 1)

    def list_statement(self):
        names = self.names("list")
        if not names:
            return self.new_list()
        name = self.recent(names)
        kind = self.scope[name]
        shape, size = kind.shape, kind.size
        forms = []
        if name not in self.frozen:
            forms += [[f"{name}.append({self.item(shape)})"]] * 4
            forms += [[f"{name} += [{self.item(shape)}]"], [f"{name}.extend([{self.item(shape)}])"],
                      [f"{name}.insert(0, {self.item(shape)})"],
                      [f"if len({name}) > {size}:", f"    {name}.pop()"],
                      [f"{name}.append({self.item(shape)})", f"{name}[0] = {name}.pop()"],
                      [f"{name} = {name} + [{self.item(shape)}]"]]  # fmt: skip
        if size:
            k = self.index(size)
            forms += [[f"{name}[{k}] = {self.item(shape)}"]] * 2
            forms += [[f"{name}[{k}] *= {self.number(1)}"]] if shape == () else []
            if shape and (self.on("aliases") or self.on("writes")):
                forms += [[f"{name}[{k}][{self.index(shape[0])}] = {self.number(1)}"]] * 2
            if size > 1:
                forms += [[f"{name}[0], {name}[1] = {name}[1], {name}[0]"]]
        if self.on("comprehensions") and name not in self.frozen:
            forms += [[f"{name} = [0.6 * q for q in {name}]"],
                      [f"{name} = [q * {self.operand((), 0)} for q in reversed({name})]"]]  # fmt: skip
        if not forms:
            return None
        lines = self.pick(forms)
        if self.depth == 0 and ".append" in lines[0] and len(lines) == 1:
            self.but(name, size=size + 1)
        return lines

    def dict_statement(self):
        names = self.names("dict")
        if not names or self.chance(0.2):
            name = self.fresh_name("d")
            shape = self.pick([(), (), (self.n,)])
            keys = tuple("abc"[: self.rng.integers(1, 4)])
            items = [(key, self.item(shape)) for key in keys]
            text = "{" + ", ".join(f'"{key}": {item}' for key, item in items) + "}"
            if self.chance(0.3):
                text = "dict(" + ", ".join(f"{key}={item}" for key, item in items) + ")"
            self.define(name, Kind("dict", shape, keys=keys))
            return [f"{name} = {text}"]
        name = self.recent(names)
        kind = self.scope[name]
        key = self.pick(kind.keys)
        forms = [f'{name}["{key}"] = {self.item(kind.shape)}'] * 2
        forms.append(f'{name}["{key}"] += {self.item(kind.shape)}')
        if kind.shape and self.on("writes"):
            forms.append(f'{name}["{key}"][{self.index(kind.shape[0])}] = {self.number(1)}')
        if name not in self.frozen:
            forms += [f'{name}["c"] = {self.item(kind.shape)}',
                      f'{name}.update({{"{key}": {self.item(kind.shape)}}})']  # fmt: skip
            if self.on("comprehensions"):
                forms.append(f"{name} = {{k: 0.5 * q for k, q in {name}.items()}}")
        return [self.pick(forms)]
