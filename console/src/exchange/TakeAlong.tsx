import { Button, Select, Space } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useSay } from "@/api/words";
import { useSession } from "@/app/session";
import { exportHref, type Form, type Language, type Table } from "./exporting";

const TABLES: readonly Table[] = ["cases", "orders", "refunds", "rejections"];
const LANGUAGES: readonly Language[] = ["zh", "en", "codes"];

/** Any table of one's shops, whole. */
export function TakeAlong() {
  const { t, i18n } = useTranslation("exchange");
  const say = useSay("columns");
  const { shop } = useSession();
  const [table, setTable] = useState<Table>("cases");
  const [form, setForm] = useState<Form>("xlsx");
  const [language, setLanguage] = useState<Language>(i18n.language.startsWith("zh") ? "zh" : "en");
  return (
    <section aria-labelledby="take-title" className="files-part">
      <h2 id="take-title">{t("take.title")}</h2>
      <p className="quiet">{t("take.about")}</p>
      <Space wrap>
        <Select<Table>
          aria-label={t("take.table")}
          value={table}
          onChange={setTable}
          options={TABLES.map((value) => ({ value, label: say("columns", value) }))}
          className="files-choice"
        />
        <Select<Form>
          aria-label={t("take.form")}
          value={form}
          onChange={setForm}
          options={[
            { value: "xlsx", label: "Excel" },
            { value: "csv", label: "CSV" },
          ]}
        />
        <Select<Language>
          aria-label={t("take.language")}
          value={language}
          onChange={setLanguage}
          options={LANGUAGES.map((value) => ({ value, label: t(`take.languages.${value}`) }))}
          className="files-choice"
        />
        <Button type="primary" href={exportHref(table, form, language, { shop_id: shop ?? undefined })} download>
          {t("take.go")}
        </Button>
      </Space>
    </section>
  );
}
