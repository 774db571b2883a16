"""Who may come in: decorators that every view behind sign-in begins with."""

from functools import wraps

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpResponse

from emr.models import Role

STAFF = tuple(Role)
DESK = (Role.FRONT_DESK, Role.OWNER, Role.THERAPIST)
BENEFITS = (*DESK, Role.BILLER)
# A claim says name, birth date and address as the payer knows them: who bills mends them, too.
DETAILS = (*DESK, Role.BILLER)


def role_required(*roles: Role):
    """Lets in who holds one of the roles; sends strangers to sign in, tells others nothing (404).

    An htmx request of somebody who is signed out gets 401, so that no page lands inside a part.
    """

    def decorate(view):
        @wraps(view)
        def wrapper(request, *args, **kwargs):
            if not request.user.is_authenticated:
                if request.htmx:
                    return HttpResponse(status=401)
                return redirect_to_login(request.get_full_path())
            if not request.user.has_role(*roles):
                raise Http404
            return view(request, *args, **kwargs)

        wrapper.roles = roles
        return wrapper

    return decorate


staff_required = role_required(*STAFF)
therapist_required = role_required(Role.THERAPIST)
owner_required = role_required(Role.OWNER)
desk_required = role_required(*DESK)
billing_required = role_required(Role.BILLER, Role.OWNER)
benefits_required = role_required(*BENEFITS)
details_required = role_required(*DETAILS)
money_required = role_required(Role.FRONT_DESK, Role.BILLER, Role.OWNER)
