import { approve } from "./forms/approve";
import { inspect_return } from "./forms/inspect";
import { correct_return_number, order_interception, settle_return, ship_replacement } from "./forms/parcels";
import { claim_review, confirm_ruling, decide_recheck, give_up_refund, retry_refund, rule } from "./forms/platform";
import { appeal, ask_for_proof, submit_evidence } from "./forms/proofs";
import { propose } from "./forms/propose";
import { reject } from "./forms/reject";
import { agree_refusal, complain_to_carrier, convert_to_refund } from "./forms/simple";
import type { Form } from "./types";

/** A form for every move that a seller or the platform can make; a test holds this list against the interface's own. */
export const FORMS: Readonly<Record<string, Form<object>>> = {
  approve,
  reject,
  ask_for_proof,
  inspect_return,
  convert_to_refund,
  ship_replacement,
  propose,
  submit_evidence,
  decide_recheck,
  settle_return,
  retry_refund,
  give_up_refund,
  appeal,
  claim_review,
  rule,
  confirm_ruling,
  correct_return_number,
  agree_refusal,
  order_interception,
  complain_to_carrier,
};
