"""`python -m schakel` is `schakel`."""

from schakel.cli import main

if __name__ == "__main__":
    main()
