"""Whether this process serves, reaches its database, and the database guards what is signed."""

from django.db import DatabaseError, connection
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from emr import protection


@require_safe
def healthz(request):
    try:
        guards = protection.present(connection)
    except DatabaseError:
        return HttpResponse("no database\n", content_type="text/plain", status=503)
    if guards != protection.expected(connection.vendor).keys():
        # A migration that failed midway leaves them down; `prepare` or `migrate` puts them up.
        return HttpResponse("signed records unguarded\n", content_type="text/plain", status=503)
    return HttpResponse("ok\n", content_type="text/plain")
