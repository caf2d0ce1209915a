"""The twins of the lessons, for wrong programs that differ from one in a single place."""
import importlib.util
import pathlib
import sys


def load(lesson):
    path = pathlib.Path(__file__).parents[4] / "lessons" / lesson / "original.py"
    spec = importlib.util.spec_from_file_location(lesson, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[lesson] = module  # what travels between processes is found by its name
    spec.loader.exec_module(module)
    return module


lesson8 = load("lesson8")
