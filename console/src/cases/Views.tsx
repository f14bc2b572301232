import { DeleteOutlined } from "@ant-design/icons";
import { Button, Checkbox, Input, Modal, Popover } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { amends, api, told } from "@/api/client";
import { queries } from "@/api/queries";
import { useSession } from "@/app/session";
import { ProblemNotice } from "@/shared";
import type { Change, Filter } from "./filter";

interface Props {
  filter: Filter;
  change: (change: Change, fresh?: boolean) => void;
}

function stale(): Promise<void> {
  return queries.invalidateQueries({ queryKey: ["get", "/v1/saved-views"] });
}

/** Named filters: my own, and those that the shop shares. */
export function Views({ filter, change }: Props) {
  const { t } = useTranslation("cases");
  const views = api.useQuery("get", "/v1/saved-views");
  const [open, setOpen] = useState(false);
  const [saving, setSaving] = useState(false);
  const all = views.data?.views ?? [];
  const remove = async (view_id: string) => {
    await told(amends.DELETE("/v1/saved-views/{view_id}", { params: { path: { view_id } } }));
    await stale();
  };
  return (
    <>
      <Popover
        trigger="click"
        open={open}
        onOpenChange={setOpen}
        placement="bottomRight"
        content={
          <div className="views">
            {views.error ? <ProblemNotice error={views.error} /> : null}
            {all.length === 0 && !views.error && <p className="quiet">{t("views.none")}</p>}
            <ul>
              {all.map((view) => (
                <li key={view.id}>
                  <button
                    type="button"
                    className="view"
                    onClick={() => {
                      change(view.filter as Change, true);
                      setOpen(false);
                    }}
                  >
                    {view.name}
                    {view.shared && <span className="quiet"> · {t("views.shared")}</span>}
                  </button>
                  {view.own && (
                    <Button
                      type="text"
                      size="small"
                      icon={<DeleteOutlined />}
                      aria-label={t("views.remove", { name: view.name })}
                      onClick={() => void remove(view.id)}
                    />
                  )}
                </li>
              ))}
            </ul>
            <Button
              size="small"
              onClick={() => {
                setOpen(false);
                setSaving(true);
              }}
            >
              {t("views.save")}
            </Button>
          </div>
        }
      >
        <Button>{t("views.label")}</Button>
      </Popover>
      {saving && <SaveView filter={filter} close={() => setSaving(false)} />}
    </>
  );
}

function SaveView({ filter, close }: { filter: Filter; close: () => void }) {
  const { t } = useTranslation("cases");
  const { shop, shops } = useSession();
  const [name, setName] = useState("");
  const [shared, setShared] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const only = shop ?? (shops.length === 1 ? (shops[0]?.shop_id ?? null) : null);
  const home = only ?? shops[0]?.shop_id ?? 0; // a view of all shops is at home in the first, where nobody else sees it
  const save = async () => {
    try {
      const body = { name: name.trim(), shared, shop_id: home, filter: { ...filter } as Record<string, string> };
      await told(amends.POST("/v1/saved-views", { body }));
      await stale();
      close();
    } catch (refused) {
      setProblem(refused);
    }
  };
  return (
    <Modal
      open
      title={t("views.save")}
      okText={t("views.keep")}
      okButtonProps={{ disabled: !name.trim() }}
      onOk={() => void save()}
      onCancel={close}
    >
      <div className="form">
        <label htmlFor="view-name">{t("views.name")}</label>
        <Input id="view-name" value={name} maxLength={80} autoFocus onChange={(event) => setName(event.target.value)} />
        <Checkbox checked={shared} disabled={only === null} onChange={(event) => setShared(event.target.checked)}>
          {t("views.share")}
        </Checkbox>
        {only === null && <p className="quiet">{t("views.oneShop")}</p>}
        <ProblemNotice error={problem} />
      </div>
    </Modal>
  );
}
