import type { ReactNode } from "react";
import type { Case } from "@/api/client";
import type { Amount } from "@/shared";
import type { Choices, Order } from "../data";
import type { Body } from "../decide";

/** What every form is drawn from. */
export interface Facts {
  seen: Case;
  choices: Choices;
  order: Order | undefined;
}

export interface FieldsProps<Draft> {
  draft: Draft;
  set: (change: Partial<Draft> | ((draft: Draft) => Partial<Draft>)) => void;
  facts: Facts;
  /** Close this form and open another move's with something in it already. */
  instead: (move: string, draft?: object) => void;
}

/** One move of the table: how its form begins, what is asked, what is sent, and what keeps it from being sent. */
export interface Form<Draft> {
  first: (facts: Facts) => Draft;
  Fields: (props: FieldsProps<Draft>) => ReactNode;
  body: (draft: Draft, facts: Facts) => Body;
  /** A key of `case:lacking` that says what is missing; null where it can be sent. */
  lacking?: (draft: Draft, facts: Facts) => string | null;
  /** Money that leaves by it. It stands in the button, and above a limit it is asked about instead of being held. */
  pays?: (draft: Draft, facts: Facts) => Amount | null;
  /** A key of `case:confirm` for the button, where the move's own name does not say it. */
  confirm?: (draft: Draft, facts: Facts) => string | null;
  /** Nothing to fill in: the button of the bar makes the move, held back for some seconds, without a dialog. */
  direct?: (facts: Facts) => boolean;
  danger?: boolean;
}

/** Keeps a form's own type inside the registry. */
export function form<Draft extends object>(made: Form<Draft>): Form<object> {
  return made as unknown as Form<object>;
}
