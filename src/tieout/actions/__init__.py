"""Actions: one function for each command. They print nothing and return what they did.

The command line renders these results; a script calls the same functions, most simply through
:mod:`tieout` itself.
"""
