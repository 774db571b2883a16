"""Addresses of signing: those of the room, the link to a phone, and what the desk sees of both."""

from django.urls import path

from consent.views import links, room, scans, signings

urlpatterns = [
    # The room: all that a session in it can open. Read by consent.room.room_middleware.
    path("sign/", room.read, name="room"),
    path("sign/answer/", room.answer, name="room-answer"),
    path("sign/finish/", room.finish, name="room-finish"),
    path("sign/copy/", room.copy, name="room-copy"),
    path("sign/blank/", room.blank, name="room-blank"),
    path("sign/leave/", room.leave, name="room-leave"),
    # The link on a phone
    path("s/<slug:token>/", links.link, name="link"),
    # The desk
    path("patients/<id:patient_id>/sign/", signings.start_signing, name="start-signing"),
    path(
        "notices/<id:notice_id>/sign/", signings.start_signing_notice, name="start-signing-notice"
    ),
    path("signings/<id:signing_id>/", signings.signing, name="signing"),
    path("signings/<id:signing_id>/state/", signings.signing_state, name="signing-state"),
    path("signings/<id:signing_id>/cancel/", signings.cancel_signing, name="cancel-signing"),
    path("signings/<id:signing_id>/paper/", signings.blank_pdf, name="blank-pdf"),
    path("signings/<id:signing_id>/scan/", scans.scan_in, name="scan-in"),
    path("scans/", scans.find_paper, name="find-paper"),
    path("scans/<id:scan_id>/file/", scans.scan_file, name="scan-file"),
]
