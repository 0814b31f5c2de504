-- Asked for each batch of alerts: in which incidents a shared service was announced to alert routing.
CREATE INDEX body_announced ON body (entry) WHERE kind = '"incident:service:announce"';
