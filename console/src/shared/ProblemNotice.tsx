import { useTranslation } from "react-i18next";
import { isProblem } from "@/api/client";
import { useOneOf, useProblemWords } from "@/api/words";

/** What somebody can read in a failure: the server's own words where it spoke, else that it could not be reached. */
export function useProblemText(): (error: unknown) => { says: string; next: string; code: string | null } {
  const { t } = useTranslation("shared");
  const one = useOneOf();
  return (error) => {
    if (isProblem(error)) return { says: one(error.words), next: one(error.next), code: error.code };
    return navigator.onLine
      ? { says: t("problem.unreachable"), next: t("problem.unreachableNext"), code: null }
      : { says: t("problem.offline"), next: t("problem.offlineNext"), code: null };
  };
}

/** A problem with what to do next, its reasons, and the code and number that support can look up. */
export function ProblemNotice({
  error,
  onRetry,
  unheard,
}: {
  error: unknown;
  onRetry?: () => void;
  /** What to do where nobody answered, where doing it again would be a second one. */
  unheard?: string;
}) {
  const { t } = useTranslation("shared");
  const text = useProblemText()(error);
  const words = useProblemWords();
  if (!error) return null;
  const reasons = isProblem(error) ? (error.reasons ?? []).filter((reason) => reason !== error.code) : [];
  return (
    <div className="notice notice-problem" role="alert">
      <p className="notice-says">{text.says}</p>
      {reasons.map((reason) => (
        <p key={reason} className="notice-reason">
          {words(reason).says} {words(reason).next}
        </p>
      ))}
      {text.next && <p className="notice-next">{(!text.code && navigator.onLine && unheard) || text.next}</p>}
      <p className="notice-code">
        {text.code && <code>{text.code}</code>}
        {isProblem(error) && error.request_id && <span className="quiet"> {error.request_id}</span>}
        {onRetry && (
          <button type="button" className="link" onClick={onRetry}>
            {t("problem.again")}
          </button>
        )}
      </p>
    </div>
  );
}
