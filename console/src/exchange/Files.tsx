import { useTranslation } from "react-i18next";
import { HandIn } from "./HandIn";
import { Runs } from "./Runs";
import { TakeAlong } from "./TakeAlong";
import "./files.css";

/** Files in and out: what is taken along, what is handed in, and what became of it. */
export default function Files() {
  const { t } = useTranslation("exchange");
  return (
    <div className="page">
      <h1 className="page-title">{t("title")}</h1>
      <TakeAlong />
      <HandIn />
      <Runs />
    </div>
  );
}
