-- The stores of devices that speak encrypted (Matrix), in sectors, each under a key of its own that the vault wraps.
-- Whoever holds the connection's lease writes, in transactions that lock the lease's row: nobody else's sectors come between.

CREATE TABLE device_sector (
    connection text NOT NULL,
    number     int NOT NULL CHECK (number >= 0),
    body       bytea NOT NULL,
    key        bytea,
    PRIMARY KEY (connection, number)
);
