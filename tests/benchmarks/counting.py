"""A middleware around all others that tells how many statements a request took."""

from django.db import connection

COUNTED = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")


class Counter:
    """Counts what asks or changes rows; where a transaction begins and ends costs no question."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, execute, sql, params, many, context):
        self.count += sql.lstrip(" (").startswith(COUNTED)
        return execute(sql, params, many, context)


def count_statements(get_response):
    def middleware(request):
        counter = Counter()
        with connection.execute_wrapper(counter):
            response = get_response(request)
        response.headers["Statements"] = str(counter.count)
        return response

    return middleware
