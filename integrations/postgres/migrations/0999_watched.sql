-- What goes over all incidents at once (the reconciler, the watchdog) finds which are closed, and where rooms were opened,
-- without reading every card and every effect.
CREATE INDEX card_closed ON card (incident, seq) WHERE closed IS NOT NULL;
CREATE INDEX effect_room ON effect (incident, id) WHERE state = 'done' AND id LIKE '%/room.open/%';
