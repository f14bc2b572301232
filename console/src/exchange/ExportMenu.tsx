import { DownloadOutlined } from "@ant-design/icons";
import { Button, Dropdown } from "antd";
import { useTranslation } from "react-i18next";
import { exportHref, type Form, type Table } from "./exporting";

const FORMS: readonly Form[] = ["csv", "xlsx"];

/** Takes along what a list shows: the same filter, as CSV or as a workbook. `filter` is the query of the list. */
export function ExportMenu({ table, filter }: { table: Table; filter: Record<string, string | number | undefined> }) {
  const { t, i18n } = useTranslation("exchange");
  const language = i18n.language.startsWith("zh") ? "zh" : "en";
  const items = FORMS.map((form) => ({
    key: form,
    label: (
      <a href={exportHref(table, form, language, filter)} download>
        {form === "csv" ? "CSV" : "Excel"}
      </a>
    ),
  }));
  return (
    <Dropdown menu={{ items }} trigger={["click"]}>
      <Button icon={<DownloadOutlined />} aria-label={t("take.filtered")} title={t("take.filtered")} />
    </Dropdown>
  );
}
