"""Write README.md from nbs/index.ipynb: its prose, its code, and the code's stored output. (nbdev_readme would need Quarto.)"""
import json, re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def from_the_root(link):
    "A relative link of the notebook, seen from the folder above."
    target = link[1]
    return f"]({target[3:] if target.startswith('../') else target if target.startswith(('http', '#')) else 'nbs/' + target})"


def block(cell):
    "One cell of the notebook as Markdown."
    source = "".join(cell["source"]).strip()
    if cell["cell_type"] == "markdown": return re.sub(r"\]\(([^)]+)\)", from_the_root, source)
    if "#| hide" in source or not source: return ""
    text = ["".join(o.get("text") or o["data"].get("text/plain", "")) for o in cell["outputs"] if o.get("text") or "data" in o]
    output = "".join(text).strip()
    return f"```python\n{source}\n```" + (f"\n\n```text\n{output}\n```" if output else "")


cells = json.loads((ROOT/"nbs"/"index.ipynb").read_text(encoding="utf-8"))["cells"]
blocks = [b for b in map(block, cells) if b]
text = "<!-- Made from nbs/index.ipynb; edit that. -->\n\n" + "\n\n".join(blocks) + "\n"
(ROOT/"README.md").write_text(text, encoding="utf-8")
