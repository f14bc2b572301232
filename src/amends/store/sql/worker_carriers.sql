-- name: interception_to_order
-- An interception as it stands, and the parcel that it is about.
select i.state, i.complaint, i.reference, p.carrier, p.tracking_number
from interception i join parcel p on p.shop_id = i.shop_id and p.id = i.parcel_id
where i.shop_id = $1 and i.id = $2;
