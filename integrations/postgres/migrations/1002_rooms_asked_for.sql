-- The watchdog looks after rooms that were asked for, also those that a lost chat system never opened.
DROP INDEX effect_room;
CREATE INDEX effect_room ON effect (incident, id) WHERE id LIKE '%/room.open/%';
