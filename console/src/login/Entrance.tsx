import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { LanguageSwitch } from "@/app/header";
import "./login.css";

/** What stands around the screens that need no session: the name, the language, and one calm column. */
export function Entrance({ title, lead, children }: { title: string; lead?: string; children: ReactNode }) {
  const { t } = useTranslation("app");
  return (
    <div className="entrance">
      <header className="entrance-head">
        <span className="entrance-name">
          <img src="/icon.svg" alt="" width="28" height="28" />
          {t("name")}
        </span>
        <LanguageSwitch />
      </header>
      <main className="entrance-main">
        <h1 className="entrance-title">{title}</h1>
        {lead && <p className="entrance-lead">{lead}</p>}
        {children}
      </main>
    </div>
  );
}
