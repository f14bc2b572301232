import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { useSay } from "@/api/words";
import { takeBack, useQueued } from "@/offline/outbox";
import { Moment } from "@/shared";

/** A decision of this case that waits on the device for the network. */
export function Waiting({ caseId }: { caseId: string }) {
  const { t } = useTranslation("case");
  const say = useSay("moves");
  const queued = useQueued(caseId);
  if (!queued) return null;
  return (
    <p className="notice waiting" role="status" data-testid="waiting">
      {t(queued.sent ? "waiting.unanswered" : "waiting.says", { what: say("moves", queued.move) })}{" "}
      <Moment at={queued.device_at} />{" "}
      {!queued.sent && (
        <Button size="small" onClick={() => void takeBack(queued.id)}>
          {t("waiting.take_back")}
        </Button>
      )}
    </p>
  );
}
