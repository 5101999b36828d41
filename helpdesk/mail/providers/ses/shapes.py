"""The parts we read of an event of Amazon SES, as JSON."""

from pydantic import AliasChoices, AwareDatetime, BaseModel, Field


class Recipient(BaseModel):
    """`status` and `diagnostic` are what a bounce message said; SES may have got none."""

    address: str = Field(validation_alias="emailAddress")
    status: str | None = None
    diagnostic: str | None = Field(default=None, validation_alias="diagnosticCode")


class Bounce(BaseModel):
    type: str = Field(validation_alias="bounceType")
    sub_type: str | None = Field(default=None, validation_alias="bounceSubType")
    timestamp: AwareDatetime
    recipients: list[Recipient] = Field(validation_alias="bouncedRecipients")


class Complaint(BaseModel):
    sub_type: str | None = Field(default=None, validation_alias="complaintSubType")
    timestamp: AwareDatetime
    arrived_at: AwareDatetime | None = Field(default=None, validation_alias="arrivalDate")
    recipients: list[Recipient] = Field(validation_alias="complainedRecipients")


class Delivery(BaseModel):
    timestamp: AwareDatetime
    recipients: list[str]
    answer: str | None = Field(default=None, validation_alias="smtpResponse")


class Delay(BaseModel):
    timestamp: AwareDatetime
    recipients: list[Recipient] = Field(validation_alias="delayedRecipients")


class Reject(BaseModel):
    reason: str | None = None


class SesFailure(BaseModel):
    message: str | None = Field(default=None, validation_alias="errorMessage")


class Headers(BaseModel):
    subject: str | None = None


class SesMail(BaseModel):
    timestamp: AwareDatetime
    message_id: str = Field(validation_alias="messageId")
    destination: list[str] = []
    tags: dict[str, list[str]] = {}
    common_headers: Headers = Field(default=Headers(), validation_alias="commonHeaders")


class Event(BaseModel):
    kind: str = Field(validation_alias=AliasChoices("eventType", "notificationType"))
    mail: SesMail
    bounce: Bounce | None = None
    complaint: Complaint | None = None
    delivery: Delivery | None = None
    delay: Delay | None = Field(default=None, validation_alias="deliveryDelay")
    reject: Reject | None = None
    failure: SesFailure | None = None
