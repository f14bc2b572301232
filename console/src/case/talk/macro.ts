import { useMutation } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { amends, type Case, told } from "@/api/client";
import { useLanguage } from "@/api/words";
import { hold } from "@/shared/hold";
import { insist } from "@/shared/insist";
import { useSteady } from "@/shared/steady";
import { refresh, usePutCase } from "../data";
import { Keys } from "../decide";

/** Runs a macro of the shop: it replies and decides at one press, so it can be undone for some seconds as every decision can. */
export function useMacro(found: Case) {
  const { t } = useTranslation("case");
  const language = useLanguage();
  const put = usePutCase();
  const keys = useRef(new Keys());
  const run = useSteady(
    useMutation({
      mutationFn: ({ macro, version }: { macro: string; version: number }) => {
        const header = { "Idempotency-Key": keys.current.of(macro, version, {}), "If-Match": `"${version}"` };
        const params = { path: { case_id: found.id, macro_id: macro }, header };
        return insist(() => told(amends.POST("/v1/cases/{case_id}/macros/{macro_id}", { params, body: { language } })));
      },
      onSuccess: (ran) => {
        const after = ran.move.case as Case | null | undefined;
        if (after) put(after);
        else refresh(found.id);
      },
      onError: () => refresh(found.id), // it may have been done: what is shown is how it stands
    }),
  );
  const [held, setHeld] = useState(false);
  const start = (macro: string, what: string) => {
    if (held || run.isPending) return;
    const { version } = found;
    setHeld(true);
    hold({
      label: t("hold.says", { what, order: found.order_reference }),
      run: () => {
        setHeld(false);
        return run.mutateAsync({ macro, version }).then(
          () => undefined,
          () => undefined, // it is among the problems
        );
      },
      undone: () => setHeld(false),
    });
  };
  const refused = run.data ? [run.data.reply.problem, run.data.move.problem] : [];
  return { start, busy: held || run.isPending, problems: [run.error, ...refused].filter(Boolean) };
}
