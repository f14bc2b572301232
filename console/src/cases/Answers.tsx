import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { useOneOf } from "@/api/words";
import { type Answered, haveRead, useAnswered } from "./batch";

/** What the server said, row by row: how many were done, and each that was not with the reason and what to do next. */
export function Answers({ onOpen }: { onOpen: (id: string) => void }) {
  const answered = useAnswered();
  if (answered.length === 0) return null;
  return (
    <section className="answers" role="status">
      {answered.map((one) => (
        <Answer key={one.id} answered={one} onOpen={onOpen} />
      ))}
    </section>
  );
}

function Answer({ answered, onOpen }: { answered: Answered; onOpen: (id: string) => void }) {
  const { t } = useTranslation("cases");
  const one = useOneOf();
  const { id, act, answers } = answered;
  const refused = answers.filter((answer) => answer.problem);
  const kept = answers.filter((answer) => answer.kept).length;
  const done = answers.length - refused.length - kept;
  return (
    <div className={refused.length > 0 ? "answer answer-some" : "answer"} data-testid="answer">
      <p>
        {done > 0 && <strong>{t(`done.${act}`, { count: done })}</strong>}
        {kept > 0 && <strong> {t("done.kept", { count: kept })}</strong>}
        {refused.length > 0 && <strong> {t("done.refused", { count: refused.length, all: answers.length })}</strong>}
        <Button size="small" type="text" onClick={() => haveRead(id)}>
          {t("done.close")}
        </Button>
      </p>
      {refused.length > 0 && (
        <ul>
          {refused.map(({ row, problem }) => (
            <li key={row.id}>
              <button type="button" className="link" onClick={() => onOpen(row.id)}>
                {row.reference}
              </button>{" "}
              {one(problem?.words)} <span className="quiet">{one(problem?.next)}</span> <code>{problem?.code}</code>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
