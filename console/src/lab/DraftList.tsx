import { Button, Form, Input, Modal, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import { amends, api, newKey, told } from "@/api/client";
import { useLanguage } from "@/api/words";
import { useSession } from "@/app/session";
import { Chip, calledBy, Empty, Failed, Loading, Moment, ProblemNotice } from "@/shared";
import { asksAgain } from "./data";
import { meaningOfDraft } from "./meaning";
import "./lab.css";

/** Drafts of rules, the newest first, and the way to a new one. */
export default function DraftList() {
  const { t } = useTranslation("lab");
  const { can } = useSession();
  const [making, setMaking] = useState(false);
  const found = api.useQuery("get", "/v1/lab/drafts", { params: { query: { limit: 200 } } });
  const drafts = found.data?.drafts ?? [];
  const begin = can("policies.draft") && (
    <Button type="primary" onClick={() => setMaking(true)}>
      {t("new.open")}
    </Button>
  );
  return (
    <div className="page lab">
      <header className="lab-head">
        <h1 className="page-title">{t("title")}</h1>
        {begin}
      </header>
      <p className="quiet">{t("intro")}</p>
      {found.isPending && <Loading rows={5} />}
      {found.isError && <Failed error={found.error} onRetry={() => void found.refetch()} />}
      {found.data && drafts.length === 0 && (
        <Empty title={t("list.none")} action={begin}>
          {begin && t("list.noneText")}
        </Empty>
      )}
      {drafts.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
        <div className="lab-scroll" role="region" aria-label={t("title")} tabIndex={0}>
          <table className="lab-table">
            <thead>
              <tr>
                {(["title", "market", "state", "effect", "by", "updated"] as const).map((name) => (
                  <th key={name} scope="col">
                    {t(`list.${name}`)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {drafts.map((draft) => (
                <tr key={draft.id}>
                  <td>
                    <Link to={`/lab/${draft.id}`}>{draft.title}</Link>
                  </td>
                  <td>{draft.market.toUpperCase()}</td>
                  <td>
                    <Chip meaning={meaningOfDraft(draft.state)}>{t(`state.${draft.state}`)}</Chip>
                  </td>
                  <td>{draft.takes_effect_at ? <Moment at={draft.takes_effect_at} length="day" /> : t("effect.now")}</td>
                  <td>{calledBy(draft.made_by, draft.made_by_name)}</td>
                  <td>
                    <Moment at={draft.updated_at} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {making && <NewDraft close={() => setMaking(false)} />}
    </div>
  );
}

interface Wanted {
  market: string;
  title: string;
  why?: string;
  rolls_back_to?: string;
}

function NewDraft({ close }: { close: () => void }) {
  const { t } = useTranslation("lab");
  const language = useLanguage();
  const go = useNavigate();
  const [form] = Form.useForm<Wanted>();
  const market = Form.useWatch("market", form);
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const markets = api.useQuery("get", "/v1/policies", {});
  const releases = api.useQuery(
    "get",
    "/v1/policies/{market}/releases",
    { params: { path: { market: market ?? "" } } },
    { enabled: Boolean(market) },
  );
  const make = async (wanted: Wanted) => {
    setBusy(true);
    try {
      const body = { ...wanted, why: wanted.why ?? "", rolls_back_to: wanted.rolls_back_to ?? null };
      const made = await told(amends.POST("/v1/lab/drafts", { body, headers: { "Idempotency-Key": newKey() } }));
      go(`/lab/${made.id}`);
    } catch (problem) {
      setError(problem);
      setBusy(false);
      await asksAgain(); // the list behind shows whether it was begun all the same
    }
  };
  return (
    <Modal
      open
      title={t("new.open")}
      okText={t("new.make")}
      onOk={form.submit}
      onCancel={close}
      confirmLoading={busy}
      mask={{ closable: false }}
    >
      <Form form={form} layout="vertical" onFinish={(wanted) => void make(wanted)}>
        <Form.Item name="market" label={t("new.market")} rules={[{ required: true, message: t("new.market") }]}>
          <Select
            showSearch
            optionFilterProp="label"
            options={(markets.data?.markets ?? []).map((one) => ({
              value: one.market,
              label: `${one.words[language] ?? one.market} (${one.market.toUpperCase()})`,
            }))}
          />
        </Form.Item>
        <Form.Item name="title" label={t("new.title")} rules={[{ required: true, message: t("new.title") }]}>
          <Input maxLength={200} />
        </Form.Item>
        <Form.Item name="why" label={t("new.why")}>
          <Input.TextArea maxLength={2000} autoSize={{ minRows: 2 }} />
        </Form.Item>
        <Form.Item name="rolls_back_to" label={t("new.rollback")}>
          <Select
            allowClear
            placeholder={t("new.rollbackNone")}
            disabled={!market}
            options={(releases.data?.releases ?? []).map((one) => ({
              value: one.hash,
              label: `${one.takes_effect_at.slice(0, 10)} · ${one.hash.slice(0, 12)}`,
            }))}
          />
        </Form.Item>
      </Form>
      {error !== undefined && <ProblemNotice error={error} unheard={t("new.unheard")} />}
    </Modal>
  );
}
