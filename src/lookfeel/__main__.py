"""`python -m lookfeel` is the command `lookfeel`."""

from lookfeel.cli import main

if __name__ == "__main__":
    main()
