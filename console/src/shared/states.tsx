import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { isProblem } from "@/api/client";
import { useSay } from "@/api/words";
import { ProblemNotice } from "./ProblemNotice";

/** Grey lines of the size of what is coming, so that nothing jumps when it is there. */
export function Loading({ rows = 6, height = 20 }: { rows?: number; height?: number }) {
  const { t } = useTranslation("shared");
  return (
    <div className="loading" role="status" aria-busy="true">
      <span className="unseen">{t("states.loading")}</span>
      {Array.from({ length: rows }, (_, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines are alike and never move
        <span key={at} className="loading-line" style={{ height, width: `${96 - ((at * 17) % 40)}%` }} />
      ))}
    </div>
  );
}

interface StateProps {
  title?: string;
  children?: ReactNode;
  action?: ReactNode;
}

function State({ mark, title, children, action }: StateProps & { mark: string }) {
  return (
    <div className={`state state-${mark}`} role={mark === "failed" ? "alert" : "status"}>
      <p className="state-title">{title}</p>
      {children && <div className="state-text">{children}</div>}
      {action && <div className="state-action">{action}</div>}
    </div>
  );
}

export function Empty({ title, children, action }: StateProps) {
  const { t } = useTranslation("shared");
  return (
    <State mark="empty" title={title ?? t("states.empty")} action={action}>
      {children}
    </State>
  );
}

export function NotAllowed({ permission, children }: { permission?: string; children?: ReactNode }) {
  const { t } = useTranslation("shared");
  const say = useSay("permissions");
  return (
    <State mark="refused" title={t("states.notAllowed")}>
      {children ?? t("states.notAllowedText")}
      {permission && (
        <p>
          {say("permissions", permission)} <code>{permission}</code>
        </p>
      )}
    </State>
  );
}

export function Offline({ children }: { children?: ReactNode }) {
  const { t } = useTranslation("shared");
  return (
    <State mark="offline" title={t("states.offline")}>
      {children ?? t("states.offlineText")}
    </State>
  );
}

/** What stands where a question has no answer yet: why there is none, or that it is on its way. What was answered once is shown whatever fails later. */
export function NotYet({ of, ...loading }: { of: { error: unknown; refetch: () => unknown }; rows: number; height?: number }) {
  return of.error ? <Failed error={of.error} onRetry={() => void of.refetch()} /> : <Loading {...loading} />;
}

/** Why something could not be shown: not allowed, no network, or a failure with what to do next. */
export function Failed({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  if (isProblem(error) && error.code === "permission_missing") {
    return <NotAllowed permission={typeof error.permission === "string" ? error.permission : undefined} />;
  }
  if (!isProblem(error) && !navigator.onLine) return <Offline />;
  return (
    <div className="state state-failed">
      <ProblemNotice error={error} onRetry={onRetry} />
    </div>
  );
}
