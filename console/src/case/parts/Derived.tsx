import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { api, type Schemas } from "@/api/client";
import { useSay } from "@/api/words";
import { Chip, Failed, Loading, type Meaning, Moment } from "@/shared";
import { Facts, Part } from "./Part";

type Decision = Schemas["Decision"];

const MEANING: Record<string, Meaning> = { equal: "closed", different: "time", not_derivable: "others" };

/** Every decision of the case, derived again from the release that it was pinned to and the facts that were recorded of it. */
export function Derived({ caseId }: { caseId: string }) {
  const { t } = useTranslation("case");
  const asked = api.useQuery(
    "get",
    "/v1/cases/{case_id}/rederive",
    { params: { path: { case_id: caseId } } },
    { enabled: false, retry: false },
  );
  const found = asked.data;
  return (
    <Part
      id="derived"
      title={t("derived.title")}
      aside={
        <Button size="small" loading={asked.isFetching} onClick={() => void asked.refetch()}>
          {t("derived.ask")}
        </Button>
      }
    >
      <p className="quiet">{t("derived.help")}</p>
      <div role="status">
        {asked.isFetching && !found && <Loading rows={3} />}
        {asked.isError && <Failed error={asked.error} onRetry={() => void asked.refetch()} />}
        {found && (
          <p>
            <Result result={found.result} />
          </p>
        )}
      </div>
      {found && (
        <ol className="derived">
          {found.decisions.map((one) => (
            <One key={`${one.seq} ${one.topic}`} decision={one} />
          ))}
        </ol>
      )}
    </Part>
  );
}

function Result({ result }: { result: string }) {
  const { t } = useTranslation("case");
  return <Chip meaning={MEANING[result] ?? "others"}>{t(`derived.result.${result}` as "derived.result.equal")}</Chip>;
}

function One({ decision }: { decision: Decision }) {
  const { differences = [], facts = {} } = decision;
  const { t } = useTranslation("case");
  const say = useSay("events", "facts");
  return (
    <li data-result={decision.result}>
      <Moment at={decision.at} /> {say("events", decision.event)} ·{" "}
      {t(`derived.topic.${decision.topic}` as "derived.topic.costs")} <Result result={decision.result} />
      {differences.length > 0 && (
        <table className="derived-differences">
          <thead>
            <tr>
              {(["field", "kept", "again"] as const).map((name) => (
                <th key={name} scope="col">
                  {t(`derived.${name}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {differences.map((each) => (
              <tr key={each.field}>
                <td>
                  <code>{each.field}</code> {each.wording && <span className="quiet">{t("derived.wording")}</span>}
                </td>
                <td>{JSON.stringify(each.kept)}</td>
                <td>{JSON.stringify(each.again)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {Object.keys(facts).length > 0 && (
        <details>
          <summary>{t("derived.facts")}</summary>
          <Facts
            rows={Object.entries(facts)
              .filter(([, value]) => value !== "none")
              .map(([name, value]) => [say("facts", name), JSON.stringify(value).replaceAll('"', "")] as const)}
          />
        </details>
      )}
    </li>
  );
}
