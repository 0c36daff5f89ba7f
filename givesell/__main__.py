"""`python -m givesell` is the `givesell` command."""

from givesell.cli import main

if __name__ == "__main__":
    main()
