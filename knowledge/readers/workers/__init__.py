"""What runs in the limited child process: plain scripts that import nothing of Relevo.

``limited`` is the child itself; each other module that ``sandbox.run_worker`` names has one function
``parse(file, options)`` that yields frames (a header that JSON can hold, and bytes).
"""
