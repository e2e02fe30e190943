"""A cell of six lines or more that only draws, or only checks, is collapsed in JupyterLab, so that one idea follows the other; what it shows stays.

Such a cell opens a figure or asserts, prints nothing, has no switch (a name in CAPITALS) for the reader, and nothing later needs it."""
import ast, json
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LONG = 6                                         # lines; a shorter check is read as an example
FIGURE = ("plt.figure", "plt.subplots")
SAYS = ("print", "display", "refused")           # what such a call shows is worth its code


def called(node): return ast.unparse(node.func) if isinstance(node, ast.Call) else ""


def tree(source):
    try: return ast.parse(source)
    except SyntaxError: return ast.Module([], [])   # a shell command


def bound(body):
    "The names that a cell gives to others."
    found = {a.asname or a.name.split(".")[0] for node in ast.walk(body) if isinstance(node, (ast.Import, ast.ImportFrom)) for a in node.names}
    found |= {node.name for node in body.body if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
    return found | {node.id for node in ast.walk(body) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}


def needed(body):
    "The names that a cell takes from others."
    own = bound(body) | {node.arg for node in ast.walk(body) if isinstance(node, ast.arg)}
    return {node.id for node in ast.walk(body) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)} - own


def checks(node):
    "Is a statement an assertion, or does a block have one?"
    return any(isinstance(inner, ast.Assert) or ".testing." in called(inner) for inner in ast.walk(node))


def is_aside(source, later):
    "Does a cell only draw or only check? `later`: the names that later cells take from it."
    body = tree(source)
    length = sum(node.end_lineno - node.lineno + 1 for node in body.body)
    if "#| export" in source or length < LONG or bound(body) & later or any(name.isupper() and len(name) > 1 for name in bound(body)): return False
    calls = {called(node) for node in ast.walk(body)}
    if calls & {*SAYS}: return False
    shows = isinstance(body.body[-1], ast.Expr) and not checks(body.body[-1])
    return bool(calls & {*FIGURE}) or (checks(body) and not shows)


def asides(cells):
    "The code cells of a notebook that are to be collapsed."
    later, found = set(), []
    for cell in reversed([c for c in cells if c["cell_type"] == "code"]):
        source = "".join(cell["source"])
        if is_aside(source, later): found.append(cell)
        later = later - bound(tree(source)) | needed(tree(source))
    return found


def main():
    for path in sorted((ROOT/"nbs").rglob("*.ipynb")):
        if any(part.startswith((".", "_")) for part in path.relative_to(ROOT).parts): continue
        book = json.loads(path.read_text(encoding="utf-8"))
        open_ones = [c for c in asides(book["cells"]) if not c["metadata"].get("jupyter", {}).get("source_hidden")]
        for cell in open_ones: cell["metadata"]["jupyter"] = {"source_hidden": True}
        if open_ones: path.write_text(json.dumps(book, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__": main()
