"""Puts this folder on the import path (pytest does so for the folder of a conftest), for `import stickfigure`."""
