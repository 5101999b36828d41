"""`sendActivationEmails` as the official document has it; beside /v1 and beneath it, as sources disagree."""

from aiohttp import web

from playground.activation import SKIPPED, ActivationJob
from playground.identifiers import identifier, new_uuid, uuid_in
from playground.rest.answers import moment
from playground.rest.request import PARTNER, administrator, page, page_size
from playground.rooms import Account, Json


async def start(request: web.Request) -> web.Response:
    organization, account = _organization(request), administrator(request)
    partner = request.app[PARTNER]
    people = partner.listed("people", organization)
    return web.json_response(_job(partner.activations.start(organization, people), account), status=202)


async def status(request: web.Request) -> web.Response:
    return web.json_response(_job(_asked_for(request), administrator(request)))


async def errors(request: web.Request) -> web.Response:
    job = _asked_for(request)
    found = [_skipped(number, address) for number, address in enumerate(job.skipped if job.is_over else [], 1)]
    items, link = page(request, found, page_size(request, usual=50, most=100))
    return web.json_response({"items": items}, headers=link)


def _organization(request: web.Request) -> str:
    return uuid_in(request.match_info["organization"])


def _asked_for(request: web.Request) -> ActivationJob:
    administrator(request)
    return request.app[PARTNER].activations.job(_organization(request), request.match_info["job"])


def _job(job: ActivationJob, by: Account) -> Json:
    state, code = ("COMPLETED", "COMPLETED") if job.is_over else ("STARTED", "UNKNOWN")
    execution = {
        "id": job.number,
        "startTime": moment(job.started),
        "lastUpdated": moment(job.started),
        "statusMessage": state,
        "exitCode": code,
        "createdTime": moment(job.started),
        "timeElapsed": "PT0S",
    }
    return {
        "name": "resendinviteemail",
        "id": job.id,
        "trackingId": f"NA_{new_uuid()}",
        "sourceUserId": by.id,
        "sourceCustomerId": by.org_id,
        "targetCustomerId": identifier("ORGANIZATION", job.organization),
        "instanceId": job.number,
        "jobExecutionStatus": [execution],
        "latestExecutionStatus": state,
        "latestExecutionExitCode": code,
        "counts": {
            "userResendInviteSent": len(job.sent) if job.is_over else 0,
            "userResendInviteFailed": 0,
            "userResendInviteSkipped": len(job.skipped) if job.is_over else 0,
            "totalUsers": len(job.sent) + len(job.skipped),
        },
        "allowAdminInviteEmails": True,
    }


def _skipped(number: int, address: str) -> Json:
    why = "the user has already received an invitation email in last 24 hours"
    words = f"Re-send invite is suppressed as {why} ; Error with {address}."
    message = {"description": words, "code": SKIPPED, "locationId": None}
    return {"itemNumber": number, "error": {"key": "304", "message": [message]}, "trackingId": f"NA_{new_uuid()}"}


_PATH = "/identity/organizations/{organization}/jobs/sendActivationEmails"
ROUTES = tuple(
    route
    for base in ("", "/v1")
    for route in (
        web.post(f"{base}{_PATH}", start),
        web.get(f"{base}{_PATH}/{{job}}/status", status),
        web.get(f"{base}{_PATH}/{{job}}/errors", errors),
    )
)
