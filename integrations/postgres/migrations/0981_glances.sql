-- Since readers may be under the Chatham House Rule, what is asked of cards says no more that the item is absent, and the
-- index that said so went unused: the list read every card.
DROP INDEX card_glance;
CREATE INDEX card_glance ON card (incident, seq) WHERE glance;
