"""Amazon SNS messages that hold no other format: an alert in words, or the wish to confirm a subscription.

After https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html. Opening `SubscribeURL`
confirms; a person does.
"""

from typing import Final

from integrations.siem.format import Format, at, when

SNS: Final = Format(
    name="aws-sns",
    aliases=("sns",),
    product="Amazon SNS",
    documentation="https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html",
    shapes=(when("Type", "TopicArn", "MessageId"),),
    source_id=at("MessageId"),
    title=at("Subject", "Message", "Type"),
    description=at("Message"),
    rule_id=at("TopicArn"),
    rule_name=at("Type"),
    event_at=at("Timestamp"),
    detected_at=at("Timestamp"),
    test=(when("Type = SubscriptionConfirmation|UnsubscribeConfirmation"),),
    link=at("SubscribeURL"),
)
