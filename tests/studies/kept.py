"""Parts of a study in memory."""


class Kept(dict):
    """Keeps copies, as a directory does."""

    def load(self, name):
        return self.get(name)

    def save(self, name, arrays):
        self[name] = {key: array.copy() for key, array in arrays.items()}
