"""The commands of `lrstudy`: a module each, with `add_arguments(parser)` and `execute(arguments)`.

Modules here import nothing heavy before `execute`.
"""
