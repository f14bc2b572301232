import { DownloadOutlined, ExportOutlined, PrinterOutlined } from "@ant-design/icons";
import { Button, Dropdown } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Case } from "@/api/client";
import { useLanguage, useSay } from "@/api/words";
import { Chip, Countdown, Money, StateChip } from "@/shared";
import { Looking } from "./Team";

/** What it is, where it stands and how long there is: read in a second, and always in sight. */
export function Head({ found, side, page }: { found: Case; side: string; page: boolean }) {
  const { t } = useTranslation("case");
  const language = useLanguage();
  const say = useSay("kinds", "reasons", "deadlines", "expiries", "review_lanes", "programmes", "endings");
  const next = found.deadlines.find((one) => one.kind === found.deadline_kind && one.state === "running");
  return (
    <header className="case-head">
      <div className="case-title">
        {page ? <h1>{found.order_reference}</h1> : <p className="case-name">{found.order_reference}</p>}
        <StateChip state={found.state} side={side} />
        {found.ended && <Chip meaning="closed">{say("endings", found.ended)}</Chip>}
        {found.historical && <Chip meaning="closed">{t("head.historical")}</Chip>}
        {found.lane && found.lane !== "usual" && <Chip meaning="others">{say("review_lanes", found.lane)}</Chip>}
        <Looking caseId={found.id} />
        <span className="case-tools">
          <Dropdown
            trigger={["click"]}
            menu={{
              items: [
                {
                  key: "zip",
                  label: (
                    <a href={`/v1/cases/${found.id}/file?form=zip&language=${language}`} download>
                      {t("head.zip")}
                    </a>
                  ),
                },
                {
                  key: "pdf",
                  label: (
                    <a href={`/v1/cases/${found.id}/file?form=pdf&language=${language}`} download>
                      {t("head.pdf")}
                    </a>
                  ),
                },
              ],
            }}
          >
            <Button type="text" icon={<DownloadOutlined />} aria-label={t("head.download")} title={t("head.download")} />
          </Dropdown>
          {page ? (
            <Button
              type="text"
              icon={<PrinterOutlined />}
              aria-label={t("head.print")}
              title={t("head.print")}
              onClick={() => window.print()}
            />
          ) : (
            <Link to={`/cases/${found.id}`} className="case-whole" title={t("head.page")} aria-label={t("head.page")}>
              <ExportOutlined />
            </Link>
          )}
        </span>
      </div>
      <p className="case-line">
        <Money value={found.amount} strong />
        <span>{say("kinds", found.kind)}</span>
        <span>{say("reasons", found.reason)}</span>
        {found.programme && <span>{say("programmes", found.programme)}</span>}
        {next && (
          <span className="case-due">
            {say("deadlines", next.kind)}{" "}
            <Countdown at={next.due_at} label={t("deadline.after", { what: say("expiries", next.on_expiry) })} />
          </span>
        )}
      </p>
    </header>
  );
}
