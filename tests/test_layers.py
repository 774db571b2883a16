from importlinter.cli import lint_imports


def test_imports_point_one_way():
    assert lint_imports(no_cache=True, no_logo=True) == 0
