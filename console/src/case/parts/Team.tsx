import { EyeOutlined } from "@ant-design/icons";
import { useMutation } from "@tanstack/react-query";
import { Button, Select, Tooltip } from "antd";
import { useEffect, useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { amends, newKey, told } from "@/api/client";
import { queries } from "@/api/queries";
import { useLanguage, useVocabulary } from "@/api/words";
import { useSession } from "@/app/session";
import { Moment, ProblemNotice, subjectOf } from "@/shared";
import { insist } from "@/shared/insist";
import { useSteady } from "@/shared/steady";
import { useTyped } from "@/shared/typed";
import { refresh, useNotes, useWork, type Work } from "../data";
import { Part } from "./Part";

const LOOK_MS = 15_000;
const at = (id: string) => ({ params: { path: { case_id: id } } });

/** Say that I look at the case for as long as I do, and see who else does: two people answer one case once. */
export function useLooking(caseId: string): void {
  useEffect(() => {
    const say = (leaving: boolean) =>
      told(amends.POST("/v1/cases/{case_id}/presence", { ...at(caseId), body: { leaving }, keepalive: leaving })).then(
        (work) => leaving || queries.setQueryData(["get", "/v1/cases/{case_id}/work", at(caseId)], work),
        () => undefined,
      );
    void say(false);
    const timer = setInterval(() => document.visibilityState === "visible" && void say(false), LOOK_MS);
    const left = () => void say(true);
    window.addEventListener("pagehide", left);
    return () => {
      clearInterval(timer);
      window.removeEventListener("pagehide", left);
      void say(true);
    };
  }, [caseId]);
}

/** Who else has the case before them. */
export function Looking({ caseId }: { caseId: string }) {
  const { t } = useTranslation("case");
  const work = useWork(caseId, LOOK_MS);
  const looking = work.data?.looking ?? [];
  if (looking.length === 0) return null;
  const names = looking.map((one) => subjectOf(one.person)).join(t("list"));
  return (
    <Tooltip title={t("team.collision")} trigger={["hover", "focus", "click"]}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: its explanation must be reached by keyboard */}
      <span className="looking" tabIndex={0} data-testid="looking">
        <EyeOutlined aria-hidden="true" /> {t("team.looking", { names })}
      </span>
    </Tooltip>
  );
}

/** Who has the case in hand, its tags, and the notes of one's own side; the other side sees nothing of it. */
export function Team({ caseId, shop }: { caseId: string; shop: number }) {
  const { t } = useTranslation("case");
  const [named, language] = [useVocabulary("tags"), useLanguage()];
  const { seat, can } = useSession();
  const id = useId();
  const work = useWork(caseId);
  const notes = useNotes(caseId);
  const [text, setText] = useTyped(`amends.note.${seat.person}.${caseId}`);
  const changed = (found: Work) => {
    queries.setQueryData(["get", "/v1/cases/{case_id}/work", at(caseId)], found);
    refresh(caseId, true);
  };
  const claim = useMutation({ mutationFn: () => told(amends.POST("/v1/cases/{case_id}/claim", at(caseId))), onSuccess: changed });
  const assign = useMutation({
    mutationFn: (assignee: string | null) =>
      told(amends.PUT("/v1/cases/{case_id}/assignee", { ...at(caseId), body: { assignee } })),
    onSuccess: changed,
  });
  const tag = useMutation({
    mutationFn: (tags: string[]) => told(amends.PUT("/v1/cases/{case_id}/tags", { ...at(caseId), body: { tags } })),
    onSuccess: changed,
  });
  const sent = useRef<{ said: string; key: string } | null>(null);
  const note = useSteady(
    useMutation({
      mutationFn: (said: string) => {
        if (sent.current?.said !== said) sent.current = { said, key: newKey() };
        const params = { path: { case_id: caseId }, header: { "Idempotency-Key": sent.current.key } };
        return insist(() => told(amends.POST("/v1/cases/{case_id}/notes", { params, body: { text: said } })));
      },
      onSuccess: (_, said) => {
        sent.current = null;
        setText((now) => (now.trim() === said ? "" : now));
        refresh(caseId, true);
      },
    }),
  );
  const colleagues = useColleagues(shop, can("members.manage") && seat.kind === "seller");
  const may = can("cases.work");
  const assignee = work.data?.assignee ?? null;
  const problem = claim.error ?? assign.error ?? tag.error ?? note.error;
  const known = [...new Set([...colleagues, ...(assignee ? [subjectOf(assignee)] : [])])];
  return (
    <Part id="team" title={t("team.title")} quiet>
      <div className="team-line">
        <label htmlFor={`${id}-who`}>{t("team.assignee")}</label>
        <Select
          id={`${id}-who`}
          className="team-who"
          value={assignee ? subjectOf(assignee) : null}
          disabled={!may}
          allowClear
          placeholder={t("team.nobody")}
          options={known.map((name) => ({ value: name, label: name }))}
          onChange={(name: string | undefined) => assign.mutate(name ?? null)}
        />
        {!assignee && may && (
          <Button onClick={() => claim.mutate()} loading={claim.isPending}>
            {t("team.claim")}
          </Button>
        )}
        {assignee === seat.person && may && <Button onClick={() => assign.mutate(null)}>{t("team.give_back")}</Button>}
      </div>
      <div className="team-line">
        <label htmlFor={`${id}-tags`}>{t("team.tags")}</label>
        <Select
          id={`${id}-tags`}
          mode="tags"
          className="team-tags"
          options={(work.data?.tags ?? []).map((one) => ({ value: one, label: named.get(one)?.[language] ?? one }))}
          value={work.data?.tags ?? []}
          disabled={!may}
          placeholder={t("team.no_tags")}
          open={false}
          suffixIcon={null}
          tokenSeparators={[",", "，"]}
          onChange={(tags: string[]) => tag.mutate(tags.map((one) => one.trim().slice(0, 40)).filter(Boolean))}
        />
      </div>
      <ul className="notes" aria-label={t("team.notes")}>
        {(notes.data ?? []).map((one) => (
          <li key={one.id} className={one.sort === "note" ? "note" : "note note-trace"}>
            <span className="note-who">
              {subjectOf(one.author)} <Moment at={one.at} />
            </span>
            <span className="note-text">
              {one.sort === "note" ? one.text : t(`team.${one.sort}`, { what: subjectOf(one.text), defaultValue: one.text })}
            </span>
          </li>
        ))}
      </ul>
      {may && (
        <form
          className="note-form"
          onSubmit={(event) => {
            event.preventDefault();
            if (text.trim()) note.mutate(text.trim());
          }}
        >
          <label className="unseen" htmlFor={`${id}-note`}>
            {t("team.note")}
          </label>
          <textarea
            id={`${id}-note`}
            className="proof-text"
            rows={2}
            maxLength={2000}
            value={text}
            placeholder={t("team.note")}
            onChange={(event) => setText(event.target.value)}
          />
          <Button htmlType="submit" disabled={text.trim() === ""} loading={note.isPending}>
            {t("team.keep")}
          </Button>
        </form>
      )}
      {problem && <ProblemNotice error={problem} />}
    </Part>
  );
}

function useColleagues(shop: number, may: boolean): readonly string[] {
  const [found, setFound] = useState<readonly string[]>([]);
  useEffect(() => {
    if (!may) return;
    let here = true;
    void told(amends.GET("/v1/shops/{shop_id}/members", { params: { path: { shop_id: String(shop) } } })).then(
      (page) =>
        here && setFound(page.members.filter((one) => !one.disabled_at && !one.to_at).map((one) => subjectOf(one.person))),
      () => undefined,
    );
    return () => {
      here = false;
    };
  }, [shop, may]);
  return found;
}
