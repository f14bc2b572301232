import { useMutation, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useLocation } from "react-router";
import { amends, told } from "@/api/client";
import { useOneOf, useSay } from "@/api/words";
import { ProblemNotice } from "@/shared";
import { useEntering, wayBack } from "./entering";

/** One click per role, where the server says that this is a demo. Anywhere else there is nothing to see. */
export function DemoPeople() {
  const { t } = useTranslation("login");
  const { search } = useLocation();
  const one = useOneOf();
  const say = useSay("roles");
  const enter = useEntering();
  const people = useQuery({
    queryKey: ["demo people"],
    queryFn: () => told(amends.GET("/v1/demo/people")),
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const login = useMutation({
    mutationFn: (person: string) => told(amends.POST("/v1/demo/sessions", { body: { person } })),
    onSuccess: (session) => enter(session, wayBack(search)),
  });
  if (!people.data?.people.length) return null;
  return (
    <section aria-labelledby="demo-people">
      <h2 id="demo-people" className="entrance-title" style={{ fontSize: 16 }}>
        {t("login.demo")}
      </h2>
      <p className="quiet">{t("login.demoText")}</p>
      {login.error && <ProblemNotice error={login.error} />}
      <ul className="people">
        {people.data.people.map((each) => {
          const inside = (
            <>
              <span className="people-name">
                <span>{each.name}</span>
                <span className="people-role">{each.link ? t("login.link") : say("roles", each.role)}</span>
              </span>
              <span className="people-who">{one(each.who)}</span>
            </>
          );
          return (
            <li key={each.person}>
              {each.link ? (
                <a className="people-one" href={each.link}>
                  {inside}
                </a>
              ) : (
                <button type="button" className="people-one" disabled={login.isPending} onClick={() => login.mutate(each.person)}>
                  {inside}
                </button>
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
