import { App, Button, Input, Modal } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { amends, api, newKey, type Schemas, told } from "@/api/client";
import { useSay } from "@/api/words";
import { useSession } from "@/app/session";
import { Chip, Countdown, Empty, Failed, Loading, Money, ProblemNotice, useMoney, Why } from "@/shared";
import { useDoing } from "./data";

type Chargeback = Schemas["ChargebackView"];

/** By when the bank wants its answer; what is answered or over stands below. */
export function Chargebacks() {
  const { t } = useTranslation("operations");
  const found = api.useQuery("get", "/v1/chargebacks", { params: { query: { limit: 100 } } }, { refetchInterval: 20_000 });
  if (found.error && !found.data) return <Failed error={found.error} onRetry={() => void found.refetch()} />;
  if (!found.data) return <Loading rows={4} height={40} />;
  if (found.data.chargebacks.length === 0) return <Empty title={t("chargebacks.none")} />;
  const rows = [...found.data.chargebacks].sort((a, b) => Number(b.state === "open") - Number(a.state === "open"));
  return (
    <ul className="items">
      {rows.map((row) => (
        <ChargebackCard key={row.id} row={row} />
      ))}
    </ul>
  );
}

function ChargebackCard({ row }: { row: Chargeback }) {
  const { t } = useTranslation("operations");
  const { message } = App.useApp();
  const { can } = useSession();
  const say = useSay("chargeback_states", "permissions");
  const money = useMoney();
  const answer = useDoing(() => told(amends.POST("/v1/chargebacks/{chargeback_id}/answer", { params: keyed(row), body: {} })));
  const amount = (minor: number) => money({ amount: minor, currency: row.currency });
  const live = row.state === "open" || row.state === "answered";
  const mayNot = can("cases.handle") ? null : say("permissions", "cases.handle");
  return (
    <li className="item" data-kind="chargeback">
      <div className="item-what">
        <p className="item-head">
          <strong>{row.reference}</strong>
          <Money value={{ amount: row.amount, currency: row.currency }} strong />
          <Chip meaning={row.state === "open" ? "you" : live ? "others" : "closed"}>{say("chargeback_states", row.state)}</Chip>
          {row.state === "open" &&
            (row.respond_by ? (
              <Countdown at={row.respond_by} label={t("chargebacks.due")} />
            ) : (
              <span>{t("chargebacks.noDue")}</span>
            ))}
        </p>
        {row.reason && (
          <p>
            {t("chargebacks.reason")}: {row.reason}
          </p>
        )}
        <p className="quiet item-facts">
          <span>{t("chargebacks.held", { amount: amount(row.held) })}</span>
          {row.refunded > 0 && <span>{t("chargebacks.refunded", { amount: amount(row.refunded) })}</span>}
          {row.cases.map((id) => (
            <span key={id}>
              <Link to={`/cases/${id}`}>{t("waiting.openCase")}</Link> ·{" "}
              <a href={`/v1/cases/${id}/file`}>{t("chargebacks.file")}</a>
            </span>
          ))}
        </p>
        {row.override_why && <p className="quiet">{t("chargebacks.overridden", { why: row.override_why })}</p>}
      </div>
      {live && (
        <div className="item-acts">
          {row.state === "open" && (
            <div className="item-act">
              <Why reason={mayNot}>
                <Button
                  type="primary"
                  disabled={Boolean(mayNot)}
                  loading={answer.isPending}
                  onClick={() => answer.mutate(undefined, { onSuccess: () => void message.success(t("does.done")) })}
                >
                  {t("chargebacks.answer")}
                </Button>
              </Why>
              <span className="quiet">{t("chargebacks.answerHelp")}</span>
              {answer.error && <ProblemNotice error={answer.error} />}
            </div>
          )}
          {!row.override_at && <Override row={row} />}
        </div>
      )}
    </li>
  );
}

const keyed = (row: Chargeback) => ({ path: { chargeback_id: row.id }, header: { "Idempotency-Key": newKey() } });

function Override({ row }: { row: Chargeback }) {
  const { t } = useTranslation("operations");
  const { can } = useSession();
  const say = useSay("permissions");
  const [open, setOpen] = useState(false);
  const [why, setWhy] = useState("");
  const mayNot = can("chargebacks.override") ? null : say("permissions", "chargebacks.override");
  const override = useDoing(() =>
    told(amends.POST("/v1/chargebacks/{chargeback_id}/override", { params: keyed(row), body: { why: why.trim() } })),
  );
  return (
    <div className="item-act">
      <Why reason={mayNot}>
        <Button disabled={Boolean(mayNot)} onClick={() => setOpen(true)}>
          {t("chargebacks.override")}
        </Button>
      </Why>
      <Modal
        open={open}
        title={t("chargebacks.override")}
        okText={t("chargebacks.override")}
        cancelText={t("does.cancel")}
        okButtonProps={{ disabled: !why.trim() }}
        confirmLoading={override.isPending}
        onCancel={() => setOpen(false)}
        onOk={() => override.mutate(undefined, { onSuccess: () => setOpen(false) })}
      >
        <Input.TextArea
          value={why}
          maxLength={1000}
          autoSize={{ minRows: 3, maxRows: 8 }}
          aria-label={t("chargebacks.overrideWhy")}
          placeholder={t("chargebacks.overrideWhy")}
          onChange={(event) => setWhy(event.target.value)}
        />
        {override.error && <ProblemNotice error={override.error} />}
      </Modal>
    </div>
  );
}
