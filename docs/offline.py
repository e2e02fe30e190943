"""A site that asks no network for anything: formulas are MathML when it is built, fonts lie beside it, and the search has its own small index."""
import html, re, shutil
from pathlib import Path

import ziamath
from latex2mathml.converter import convert
from smalldocs.site import Site

FORMULA = re.compile(r'<span class="math (inline|display)">\\[(\[](.*?)\\[)\]]</span>', re.S)
FONT = Path(ziamath.__file__).parent/"fonts"/"STIXTwoMath-Regular.ttf"    # under the SIL Open Font License
FETCHED = re.compile(r"@import url\([^)]*\);?")
INDEXED = 600      # characters of a section that the search knows, beside its heading


def mathml(found):
    "A formula as the browser draws it, where KaTeX was to be fetched for it."
    display = "block" if found[1] == "display" else "inline"
    return convert(html.unescape(found[2]), display=display)


class Offline(Site):
    "A smalldocs site that fetches neither KaTeX nor a theme's fonts."

    def render_page(self, page):
        "Render a page's Markdown, its formulas too."
        super().render_page(page)
        page.html = FORMULA.sub(mathml, page.html)
        page.env["math"] = False
        for section in page.env.get("search", []): section["text"] = section["text"][:INDEXED]

    def copy_assets(self, nav):
        "Copy what the pages load; the themes without the fonts that they would fetch."
        super().copy_assets(nav)
        shutil.copy(FONT, self.out/"site_libs")
        for theme in (self.out/"site_libs"/"themes").glob("*.css"):
            theme.write_text(FETCHED.sub("", theme.read_text(encoding="utf-8")), encoding="utf-8")
