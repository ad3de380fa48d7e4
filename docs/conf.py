"""Settings of the reading site; `build.py` gathers the pages and runs Sphinx with them."""
import sys
import tomllib
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE / "_ext"), str(HERE.parent)]

# Says where the course lives.
COURSE = tomllib.loads((HERE.parent / "course.toml").read_text(encoding="utf-8"))

project = "Unsupervised image segmentation"
author = "The course authors"
copyright = "The course authors. Code BSD-3-Clause, text and figures CC-BY-4.0"
language = "en"

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon",
              "mathml", "lesson_cells", "glossary_links", "api_members"]
exclude_patterns = ["**/.ipynb_checkpoints"]
templates_path = ["_templates"]

# The stored outputs are shown: nothing runs.
nb_execution_mode = "off"
nb_ipywidgets_js = {}  # it would be loaded from another host
nb_merge_streams = True
myst_enable_extensions = ["dollarmath", "colon_fence"]
myst_heading_anchors = 3

html_math_renderer = "mathml"

default_role = "py:obj"
autodoc_default_options = {"members": True, "undoc-members": True, "member-order": "bysource"}
autodoc_typehints = "none"
napoleon_google_docstring = False
napoleon_use_ivar = True
napoleon_use_rtype = False

html_theme = "sphinx_book_theme"
html_title = project
html_static_path = ["_static"]
html_css_files = ["custom.css"]
html_favicon = "_static/favicon.svg"
html_copy_source = True  # the download button hands these out
html_context = {"default_mode": "auto"}
html_show_sphinx = False
html_theme_options = {
    "repository_url": f"https://github.com/{COURSE['repository']}",
    "repository_branch": COURSE["tag"],
    "use_repository_button": True,
    "use_download_button": True,
    "launch_buttons": {"binderhub_url": "https://mybinder.org", "notebook_interface": "jupyterlab",
                       "colab_url": "https://colab.research.google.com"},
    "home_page_in_toc": True,
    "navbar_persistent": [],  # the search button stands in the side bar
    "footer_content_items": ["copyright.html"],
    "show_toc_level": 2,
    "toc_title": "On this page",
    "search_bar_text": "Search the course",
}
