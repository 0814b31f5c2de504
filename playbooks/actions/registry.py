"""Every action there is. A new one is a new row here, and the fault tests cover it the same day."""

from datetime import timedelta

from playbooks.actions.action import Action, Level
from playbooks.actions.means import BLIND, KEYED, How, findable
from playbooks.domain.connection import PortName, Vendor
from playbooks.domain.errors import NotFound
from playbooks.domain.function import Function
from playbooks.domain.saying import says
from playbooks.ports import chat, containment, http, mail, paging, sharing, ticketing

_HISTORY = findable(after=timedelta(seconds=5))
"""Slack: messages carry our id in their metadata and are read back from the room's history."""
_SEARCH = findable(after=timedelta(seconds=30))
"""Jira: an issue can be searched for by label once it is indexed."""

_CHAT_SETS: dict[Vendor, How] = {Vendor.SLACK: KEYED, Vendor.MATRIX: KEYED, Vendor.SIMULATED_CHAT: KEYED}
"""Inviting, replacing and archiving set a state."""
_CHAT_CREATES: dict[Vendor, How] = {
    Vendor.SLACK: _HISTORY,
    Vendor.MATRIX: KEYED,
    Vendor.SIMULATED_CHAT: KEYED,
}
"""Matrix takes a transaction id, and the simulated chat is modelled on it; Slack takes none."""
_ROOM_OPENS: dict[Vendor, How] = {
    Vendor.SLACK: _HISTORY,
    Vendor.MATRIX: _HISTORY,
    Vendor.SIMULATED_CHAT: findable(after=timedelta(seconds=1)),
}
"""Nobody takes a key for a room; it is found by its name or alias."""
_TICKETS_CREATE: dict[Vendor, How] = {
    Vendor.JIRA: _SEARCH,
    Vendor.SIMULATED_TICKETING: findable(after=timedelta(seconds=3)),
}
_TICKETS_SET: dict[Vendor, How] = {Vendor.JIRA: KEYED, Vendor.SIMULATED_TICKETING: KEYED}
_PAGES: dict[Vendor, How] = {Vendor.PAGERDUTY: KEYED, Vendor.ROTA: KEYED, Vendor.SIMULATED_PAGING: KEYED}
"""PagerDuty Events v2 takes a deduplication key."""
_PAGE_NOTES: dict[Vendor, How] = {
    Vendor.PAGERDUTY: findable(after=timedelta(seconds=5)),
    Vendor.ROTA: KEYED,
    Vendor.SIMULATED_PAGING: findable(after=timedelta(seconds=1)),
}
"""Notes take no key; each ends with a code by which it is found. Muster's own pager remembers whose note it was."""
_MAILS: dict[Vendor, How] = {Vendor.SMTP: BLIND, Vendor.SIMULATED_MAIL: BLIND}
_CONTAINS: dict[Vendor, How] = {Vendor.SIMULATED_CONTAINMENT: BLIND}
_HTTP_SETS: dict[Vendor, How] = {Vendor.HTTP: KEYED, Vendor.SIMULATED_HTTP: KEYED}
"""Methods whose second request changes nothing more (RFC 9110 §9.2.2)."""
_HTTP_ACTS: dict[Vendor, How] = {Vendor.HTTP: BLIND, Vendor.SIMULATED_HTTP: BLIND}
_SHARES: dict[Vendor, How] = {Vendor.TAXII: KEYED, Vendor.SIMULATED_SHARING: KEYED}
"""An object has an id and a version of its own, and is in a collection once (TAXII 2.1, §3.4)."""

ACTIONS: tuple[Action, ...] = (
    Action(
        name="room.open",
        port=PortName.CHAT,
        method="open_room",
        request=chat.OpenRoom,
        how=_ROOM_OPENS,
        find="find_room",
        undo="room.archive",
    ),
    Action(name="room.invite", port=PortName.CHAT, method="invite", request=chat.Invite, how=_CHAT_SETS),
    Action(name="room.remove", port=PortName.CHAT, method="remove", request=chat.Remove, how=_CHAT_SETS),
    Action(
        name="room.archive",
        port=PortName.CHAT,
        method="archive_room",
        request=chat.ArchiveRoom,
        how=_CHAT_SETS,
    ),
    Action(
        name="message.post",
        port=PortName.CHAT,
        method="post",
        request=chat.Post,
        how=_CHAT_CREATES,
        find="find_message",
    ),
    Action(
        name="message.update",
        port=PortName.CHAT,
        method="update_message",
        request=chat.UpdateMessage,
        how=_CHAT_SETS,
    ),
    Action(
        name="ticket.create",
        port=PortName.TICKETING,
        method="create_ticket",
        request=ticketing.CreateTicket,
        how=_TICKETS_CREATE,
        find="find_ticket",
        undo="ticket.transition",
    ),
    Action(
        name="ticket.comment",
        port=PortName.TICKETING,
        method="comment",
        request=ticketing.Comment,
        how=_TICKETS_CREATE,
        find="find_comment",
    ),
    Action(
        name="ticket.attach",
        port=PortName.TICKETING,
        method="attach",
        request=ticketing.Attach,
        how=_TICKETS_CREATE,
        find="find_attachment",
    ),
    Action(
        name="ticket.update",
        port=PortName.TICKETING,
        method="update",
        request=ticketing.UpdateTicket,
        how=_TICKETS_SET,
    ),
    Action(
        name="ticket.transition",
        port=PortName.TICKETING,
        method="transition",
        request=ticketing.Transition,
        how=_TICKETS_SET,
    ),
    Action(
        name="page.trigger",
        port=PortName.PAGING,
        method="trigger",
        request=paging.Trigger,
        level=Level.PAGING,
        how=_PAGES,
        undo="page.resolve",
    ),
    Action(
        name="page.acknowledge",
        port=PortName.PAGING,
        method="acknowledge",
        request=paging.Acknowledge,
        level=Level.PAGING,
        how=_PAGES,
    ),
    Action(
        name="page.resolve",
        port=PortName.PAGING,
        method="resolve",
        request=paging.Resolve,
        level=Level.PAGING,
        how=_PAGES,
    ),
    Action(
        name="page.reassign",
        port=PortName.PAGING,
        method="reassign",
        request=paging.Reassign,
        level=Level.PAGING,
        how=_PAGES,
    ),
    Action(
        name="page.respond",
        port=PortName.PAGING,
        method="add_responders",
        request=paging.AddResponders,
        level=Level.PAGING,
        how=_PAGES,
    ),
    Action(
        name="page.note",
        port=PortName.PAGING,
        method="note",
        request=paging.Note,
        how=_PAGE_NOTES,
        find="find_note",
    ),
    Action(
        name="indicators.give",
        port=PortName.SHARING,
        method="give",
        request=sharing.Give,
        how=_SHARES,
    ),
    Action(name="mail.send", port=PortName.MAIL, method="send", request=mail.Send, how=_MAILS),
    Action(name="mail.send_each", port=PortName.MAIL, method="send_each", request=mail.SendEach, how=_MAILS),
    Action(
        name="containment.isolate",
        port=PortName.CONTAINMENT,
        method="isolate",
        request=containment.Isolate,
        level=Level.CONTAINMENT,
        how=_CONTAINS,
        undo="containment.rejoin",
        function=Function.CYBER,
    ),
    Action(
        name="containment.rejoin",
        port=PortName.CONTAINMENT,
        method="rejoin",
        request=containment.Rejoin,
        level=Level.CONTAINMENT,
        how=_CONTAINS,
        function=Function.CYBER,
    ),
    *(
        Action(
            name=f"http.{name}",
            port=PortName.HTTP,
            method="send",
            request=http.Request,
            level=level,
            how=how,
            function=Function.CYBER,
        )
        for name, level, how in (
            ("read", Level.ROUTINE, _HTTP_SETS),
            ("repeat", Level.ROUTINE, _HTTP_ACTS),
            ("set", Level.CONTAINMENT, _HTTP_SETS),
            ("act", Level.CONTAINMENT, _HTTP_ACTS),
            ("delete", Level.DESTRUCTIVE, _HTTP_SETS),
        )
    ),
    Action(
        name="openc2.command",
        port=PortName.HTTP,
        method="command",
        request=http.Request,
        level=Level.CONTAINMENT,
        how=_HTTP_ACTS,
        function=Function.CYBER,
    ),
    Action(
        name="code.execute",
        port=PortName.HTTP,
        method="execute",
        request=http.Request,
        level=Level.CONTAINMENT,
        how=_HTTP_ACTS,
        function=Function.CYBER,
    ),
)

_BY_NAME = {action.name: action for action in ACTIONS}


def find_action(name: str) -> Action:
    """The action of that name. Raises NotFound."""
    if name not in _BY_NAME:
        raise NotFound(says("unknown_action", name=name, known=list(_BY_NAME)))
    return _BY_NAME[name]
