"""Undo and redo: the states that something was in."""


class History:
    """Keeps the last states of something.

    Parameters
    ----------
    state : hashable
        The first one.
    most : int
        How many steps can be undone.

    Attributes
    ----------
    state
        The present one.

    Examples
    --------
    >>> kept = History("a")
    >>> for state in "bc":
    ...     kept.do(state)
    >>> kept.undo(), kept.undo(), kept.undo(), kept.redo()
    ('b', 'a', 'a', 'b')
    """

    def __init__(self, state, most=20):
        self.state, self._most = state, most
        self._before, self._after = [], []

    def do(self, state):
        """Go to a new state; the same again is no step."""
        if state == self.state:
            return
        self._before = [*self._before, self.state][-self._most:]
        self.state, self._after = state, []

    def undo(self):
        """Go back one step, if there is one; returns the state."""
        if self._before:
            self._after.append(self.state)
            self.state = self._before.pop()
        return self.state

    def redo(self):
        """Go forward one step, if there is one; returns the state."""
        if self._after:
            self._before.append(self.state)
            self.state = self._after.pop()
        return self.state

    @property
    def steps(self):
        """How many steps can be undone, and done again."""
        return len(self._before), len(self._after)

    def forget(self, state):
        """Begin anew."""
        self.state, self._before, self._after = state, [], []
