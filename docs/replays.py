"""The live pictures of the site."""


def write(folder, tutorials):
    folder.mkdir(parents=True, exist_ok=True)
