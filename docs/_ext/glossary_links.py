"""Links from the first use of a term in a lesson to its entry in the glossary."""
import re

from docutils import nodes
from sphinx import addnodes

# Where a link would be in the way, or inside another link.
CLOSED = (nodes.title, nodes.rubric, nodes.literal, nodes.literal_block, nodes.reference, nodes.raw,
          nodes.math, nodes.math_block, nodes.image, nodes.target, addnodes.pending_xref)
BLOCK = re.compile(r"^(?:`{3,}|:{3,})\{glossary\}\n(.*?)^(?:`{3,}|:{3,})$", flags=re.M | re.S)
ENTRY = re.compile(r"^(?P<term>\S.*)\n(?P<text>(?:[ \t]+\S.*\n|\s*\n)*)", flags=re.M)
EXERCISE = re.compile(r"\d+\. .*")  # a heading in bold, such as "3. Stretch."


def setup(app):
    app.connect("env-get-outdated", find_terms)
    app.connect("doctree-read", link)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def find_terms(app, env, added, changed, removed):
    """Read the glossary's source before any page: each term, and the lesson that explains it."""
    env.glossary_terms = {}
    if "glossary" in env.found_docs:
        with open(env.doc2path("glossary"), encoding="utf-8") as file:
            for block in BLOCK.findall(file.read()):
                for entry in ENTRY.finditer(block):
                    lessons = re.findall(r"lesson (\d\d)", entry["text"])
                    env.glossary_terms[entry["term"].strip()] = lessons[-1] if lessons else ""
    return []


def known(terms, page):
    """The terms that a page may link, the longest first.

    Before the lesson that explains it, an everyday word (cell, border, class) is no more than that.
    """
    lesson = page.rpartition("/")[2][:2]
    found = []
    for term, explained in terms.items():
        if explained <= lesson or not re.fullmatch("[a-z]+", term):
            found.append(term)
    return sorted(found, key=len, reverse=True)


def pattern(terms):
    """Matches any of the terms as a whole word, also in the plural; the group tells which."""
    def one(term):
        word = re.escape(term).replace("'", "['’]")
        # Capitals inside a word are an abbreviation: SLIC is one, and is never written otherwise.
        return f"({word})" if re.search(r"\B[A-Z]", term) else f"((?i:{word}))"

    return re.compile(rf"(?<![\w-])(?:{'|'.join(map(one, terms))})(?:e?s)?(?![\w-])")


def link(app, doctree):
    page = app.env.docname
    terms = known(app.env.glossary_terms, page)
    if not terms or not page.startswith("notebooks/"):
        return
    words, used = pattern(terms), set()
    for text in list(doctree.findall(nodes.Text)):
        if is_open(text):
            link_text(text, words, terms, used, page)


def is_open(node):
    """Whether `node` is running text."""
    while node.parent is not None:
        node = node.parent
        if (isinstance(node, CLOSED) or node.get("nb_element") == "cell_code"
                or isinstance(node, nodes.strong) and EXERCISE.fullmatch(node.astext())):
            return False
    return True


def link_text(text, words, terms, used, page):
    """Turn the first uses of terms in one piece of text into links."""
    whole, parts, end = text.astext(), [], 0
    for match in words.finditer(whole):
        term = terms[match.lastindex - 1]
        if term not in used:
            used.add(term)
            parts += [nodes.Text(whole[end:match.start()]), reference(match.group(), term, page)]
            end = match.end()
    if parts:
        text.parent.replace(text, [*parts, nodes.Text(whole[end:])])


def reference(shown, term, page):
    text = nodes.inline("", shown, classes=["xref", "std", "std-term"])
    return addnodes.pending_xref(
        "",
        text,
        refdomain="std",
        reftype="term",
        reftarget=term,
        refexplicit=True,
        refwarn=True,
        refdoc=page,
    )
