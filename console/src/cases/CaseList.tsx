import { useTranslation } from "react-i18next";

export default function CaseList() {
  const { t } = useTranslation("cases");
  return (
    <div className="page">
      <h1 className="page-title">{t("nav.list")}</h1>
    </div>
  );
}
