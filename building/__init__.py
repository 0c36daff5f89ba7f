"""How the package is built: its PEP 517 backend around setuptools, and the commands of `setup.py`.

`settings` holds every constant of the build; `kernels` finds the `.pyx` files and has Cython
translate them; `compiler` finds a C compiler; `commands` is what setuptools runs; `backend` is what
pip runs. Without pip (`pip install -e ".[compile]"` brings what it takes):

    python setup.py build_ext --inplace           compile what changed, beside the sources
    GIVESELL_SANITIZE=1 python setup.py build     into build/sanitize/lib, with sanitizers

`make sanitize` makes the second and runs it.
"""
