"""Formulas as MathML, which browsers draw themselves: no script, no other host."""
from html import escape

from latex2mathml.converter import convert


def setup(app):
    app.add_html_math_renderer("mathml", inline_renderers=(inline, None),
                               block_renderers=(display, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def inline(translator, node):
    from docutils.nodes import SkipNode

    translator.body.append(mathml(node.astext(), "inline"))
    raise SkipNode


def display(translator, node):
    from docutils.nodes import SkipNode

    # Wider than a phone: the formula scrolls, not the page; by keyboard, too.
    translator.body.append(f'<div class="math" tabindex="0">{mathml(node.astext(), "block")}</div>')
    raise SkipNode


def mathml(latex, display):
    """The formula, with its source as the text that search and screen readers fall back on."""
    return convert(latex, display=display).replace("<math ", f'<math alttext="{escape(latex)}" ', 1)
