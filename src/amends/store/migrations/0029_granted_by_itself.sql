-- What nobody decided is found and counted among a hundred thousand cases: the few events that say so have an index of their own.

set local search_path = amends;

create index event_granted_by_itself on event (shop_id, case_id)
    where actor_kind = 'system' and from_state <> to_state
      and type in ('approved', 'returnless_refund', 'review_expired', 'review_return_expired',
          'refuse_sign_expired', 'statutory_refund_expired', 'converted_to_refund');
