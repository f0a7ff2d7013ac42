"""Which columns of its tables a step's answer hangs on: a change of any other column does not make the step run again."""
from collections.abc import Iterable, Iterator

import ibis
import ibis.expr.operations as ops
from ibis.common.graph import Graph, Node

Asked = tuple[ops.Relation, frozenset[str]]
PASSING = (ops.Filter, ops.Sort, ops.Reference, ops.DropColumns)  # they hand on their parent's columns as they are
MAKING = (ops.Project, ops.Aggregate, ops.JoinChain)  # each of their columns says what it is made of


def columns_read(expression: ibis.Table, wanted: Iterable[str]) -> dict[str, list[str]]:
    """The columns of each unbound table that the wanted columns of an expression, and which rows it has, are made from.

    What is not known for certain counts as read.
    """
    needed: dict[ops.Relation, frozenset[str]] = {expression.op(): frozenset(wanted)}
    for relation in reversed(list(Graph.from_bfs(expression.op()).toposort()[0])):  # each after all that ask of it
        if relation in needed:
            for of, names in _asked(relation, needed[relation]):
                needed[of] = needed.get(of, frozenset()) | names
    found: dict[str, set[str]] = {}
    for relation, names in needed.items():
        if isinstance(relation, ops.UnboundTable):
            found.setdefault(relation.name, set()).update(names)
    return {name: sorted(names) for name, names in sorted(found.items())}


def _asked(relation: ops.Relation, names: frozenset[str]) -> Iterator[Asked]:
    """What a relation asks of those it is made of, when some of its columns are asked of it."""
    if isinstance(relation, MAKING):
        yield from _fields(value for name, value in relation.values.items() if name in names or value.find(ops.Unnest, filter=ops.Value))
        yield from _rows_from(relation)
    elif isinstance(relation, PASSING):
        yield relation.parent, names
        yield from _fields((*getattr(relation, "predicates", ()), *getattr(relation, "keys", ())))
    elif isinstance(relation, ops.Union) and not relation.distinct:
        yield from ((relation.left, names), (relation.right, names))
    else:
        yield from _fields(relation.__children__)


def _rows_from(relation: ops.Relation) -> Iterator[Asked]:
    """What decides which rows there are, whatever columns are asked."""
    if isinstance(relation, ops.JoinChain):
        yield from ((reference, frozenset()) for reference in relation.tables)
        yield from _fields(predicate for link in relation.rest for predicate in link.predicates)
    else:
        yield relation.parent, frozenset()
        yield from _fields(getattr(relation, "groups", {}).values())


def _fields(nodes: Iterable[Node]) -> Iterator[Asked]:
    """The columns that some values are made of; of a relation inside a value all, but of one that is only counted none."""
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ops.Field):
            yield node.rel, frozenset((node.name,))
        elif isinstance(node, ops.CountStar):
            yield node.arg, frozenset()
            waiting += [node.where] if node.where is not None else []
        elif isinstance(node, ops.Relation):
            yield node, frozenset(node.schema.names)
        else:
            waiting += node.__children__
