-- What a vendor tells of is found by the vendor's own reference.
CREATE INDEX effect_made ON effect ((request ->> 'connection'), (outcome ->> 'vendor_ref'));
