"""What the library's pages show of a class."""
import inspect


def setup(app):
    app.connect("autodoc-skip-member", skip)
    app.connect("autodoc-process-signature", signature)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def skip(app, what, name, obj, skipped, options):
    """Leave out the fields of a NamedTuple: its docstring lists and explains them."""
    return True if type(obj).__name__ == "_tuplegetter" else None


def signature(app, what, name, obj, options, shown, returns):
    """How a widget is made, not how every widget is made."""
    if what == "class" and "__init__" in vars(obj) and shown == "(*args, **kwargs)":
        parameters = list(inspect.signature(obj.__init__).parameters.values())[1:]
        return str(inspect.Signature(parameters)), returns
    return None
