import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Form, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { amends, type Schemas, told } from "@/api/client";
import { useSay } from "@/api/words";
import { useSession } from "@/app/session";
import { useTwice } from "@/login/twice";
import { Chip, calledBy, Empty, Failed, Loading, Moment, ProblemNotice, subjectOf } from "@/shared";
import { Invitations } from "./Invitations";
import { Providers } from "./Providers";
import { Act, Card, FormDialog, type Here, useNeeds, useSure } from "./parts";
import { RoleFields, useHeld } from "./RoleForm";

type Member = Schemas["MemberView"];

export default function Team({ here }: { here: Here }) {
  return (
    <>
      <Members here={here} />
      <Invitations here={here} />
      <Providers here={here} />
    </>
  );
}

function Members({ here }: { here: Here }) {
  const { t } = useTranslation("shop");
  const say = useSay("roles");
  const held = useHeld();
  const needs = useNeeds(here)("members.manage");
  const sure = useSure();
  const { seat } = useSession();
  const queries = useQueryClient();
  const key = ["members", here.id];
  const path = { shop_id: here.path };
  const [changing, setChanging] = useState<Member | null>(null);
  const members = useQuery({
    queryKey: key,
    queryFn: () => told(amends.GET("/v1/shops/{shop_id}/members", { params: { path, query: { limit: 100 } } })),
  });
  const remove = useMutation({
    mutationFn: (subject: string) =>
      told(amends.DELETE("/v1/shops/{shop_id}/members/{subject}", { params: { path: { ...path, subject } } })),
    onSettled: () => queries.invalidateQueries({ queryKey: key }),
  });
  return (
    <Card title={t("team.members")}>
      {remove.error && <ProblemNotice error={remove.error} />}
      {members.isPending && <Loading rows={3} height={40} />}
      {members.error && <Failed error={members.error} onRetry={() => void members.refetch()} />}
      {members.data?.members.length === 0 && <Empty title={t("team.none")} />}
      <ul className="rows">
        {members.data?.members.map((one) => (
          <li key={one.person + one.from_at}>
            <div className="rows-main">
              <div className="rows-name">
                {calledBy(one.person, one.name)}
                <span className="rows-tag">{say("roles", one.role)}</span>
                {one.person === seat.person && <Chip meaning="you">{t("team.me")}</Chip>}
                {one.provider && <span className="rows-tag">{one.provider}</span>}
              </div>
              <div className="quiet">{held(one.permissions)}</div>
              <div className="quiet">
                {one.name ? `${subjectOf(one.person)} · ` : ""}
                {t("team.since")} <Moment at={one.from_at} length="day" />
              </div>
            </div>
            <div className="rows-acts">
              <Act needs={needs} onClick={() => setChanging(one)}>
                {t("change")}
              </Act>
              {one.person !== seat.person && (
                <Act needs={needs} danger onClick={() => sure(t("sure"), () => remove.mutateAsync(subjectOf(one.person)))}>
                  {t("remove")}
                </Act>
              )}
            </div>
          </li>
        ))}
      </ul>
      {changing && <ChangeRole here={here} member={changing} close={() => setChanging(null)} />}
    </Card>
  );
}

function ChangeRole({ here, member, close }: { here: Here; member: Member; close: () => void }) {
  const { t } = useTranslation("shop");
  const queries = useQueryClient();
  const twice = useTwice();
  const [form] = Form.useForm<Schemas["MemberBody"]>();
  const role = Form.useWatch("role", form);
  const put = useMutation({
    mutationFn: (body: Schemas["MemberBody"]) =>
      twice(() =>
        told(
          amends.PUT("/v1/shops/{shop_id}/members/{subject}", {
            params: { path: { shop_id: here.path, subject: subjectOf(member.person) } },
            body,
          }),
        ),
      ),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["members", here.id] });
      close();
    },
  });
  return (
    <FormDialog form={form} sending={put} close={close} title={calledBy(member.person, member.name)}>
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{ role: member.role, permissions: member.permissions, name: member.name }}
        onFinish={(body) => put.mutate({ ...body, permissions: role === "main_account" ? ["*"] : body.permissions })}
      >
        <Form.Item name="name" label={t("replies.name")}>
          <Input maxLength={200} />
        </Form.Item>
        <RoleFields here={here} role={role ?? member.role} />
      </Form>
    </FormDialog>
  );
}
