import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Form, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { amends, type Schemas, told } from "@/api/client";
import { useSay } from "@/api/words";
import { useTwice } from "@/login/twice";
import { Empty, Failed, Loading, Moment, ProblemNotice, serverNow, subjectOf } from "@/shared";
import { Act, Card, FormDialog, type Here, Once, useNeeds } from "./parts";
import { RoleFields } from "./RoleForm";

type Invitation = Schemas["InvitationView"];

export function Invitations({ here }: { here: Here }) {
  const { t } = useTranslation("shop");
  const say = useSay("roles");
  const needs = useNeeds(here)("members.manage");
  const queries = useQueryClient();
  const key = ["invitations", here.id];
  const [inviting, setInviting] = useState(false);
  const [code, setCode] = useState<string | null>(null);
  const invitations = useQuery({
    queryKey: key,
    queryFn: () => told(amends.GET("/v1/shops/{shop_id}/invitations", { params: { path: { shop_id: here.path } } })),
  });
  const withdraw = useMutation({
    mutationFn: (id: string) =>
      told(
        amends.DELETE("/v1/shops/{shop_id}/invitations/{invitation_id}", {
          params: { path: { shop_id: here.path, invitation_id: id } },
        }),
      ),
    onSettled: () => queries.invalidateQueries({ queryKey: key }),
  });
  const action = (
    <Act needs={needs} small={false} primary onClick={() => setInviting(true)}>
      {t("team.invite")}
    </Act>
  );
  return (
    <Card title={t("team.invitations")} action={action}>
      {withdraw.error && <ProblemNotice error={withdraw.error} />}
      {invitations.isPending && <Loading rows={2} height={32} />}
      {invitations.error && <Failed error={invitations.error} onRetry={() => void invitations.refetch()} />}
      {invitations.data?.invitations.length === 0 && <Empty title={t("team.noInvitations")} />}
      <ul className="rows">
        {invitations.data?.invitations.map((one) => (
          <li key={one.id} className={standing(one) === "open" ? undefined : "rows-off"}>
            <div className="rows-main">
              <div className="rows-name">
                {subjectOf(one.person)} <span className="rows-tag">{say("roles", one.role)}</span>
              </div>
              <div className="quiet">
                {t(`team.${standing(one)}`)} {standing(one) === "open" && <Moment at={one.expires_at} />}
              </div>
            </div>
            {standing(one) === "open" && (
              <Act needs={needs} onClick={() => withdraw.mutate(one.id)}>
                {t("team.withdraw")}
              </Act>
            )}
          </li>
        ))}
      </ul>
      {inviting && <Invite here={here} made={setCode} close={() => setInviting(false)} />}
      {code && (
        <Once
          title={t("team.link")}
          text={t("team.linkText")}
          secret={`${window.location.origin}/join#code=${code}`}
          done={() => setCode(null)}
        />
      )}
    </Card>
  );
}

/** How an invitation stands, whatever it opens. */
export function standing(
  one: Pick<Invitation, "accepted_at" | "withdrawn_at" | "expires_at">,
): "open" | "accepted" | "withdrawn" | "lapsed" {
  if (one.accepted_at) return "accepted";
  if (one.withdrawn_at) return "withdrawn";
  return new Date(one.expires_at).getTime() > serverNow() ? "open" : "lapsed";
}

function Invite({ here, made, close }: { here: Here; made: (code: string) => void; close: () => void }) {
  const { t } = useTranslation("shop");
  const queries = useQueryClient();
  const twice = useTwice();
  const [form] = Form.useForm<Schemas["InvitationBody"]>();
  const role = Form.useWatch("role", form);
  const put = useMutation({
    mutationFn: (body: Schemas["InvitationBody"]) =>
      twice(() => told(amends.POST("/v1/shops/{shop_id}/invitations", { params: { path: { shop_id: here.path } }, body }))),
    onSuccess: (invitation) => {
      void queries.invalidateQueries({ queryKey: ["invitations", here.id] });
      close();
      made(invitation.code);
    },
  });
  return (
    <FormDialog form={form} sending={put} close={close} title={t("team.invite")} ok={t("team.invite")}>
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        onFinish={(body) => put.mutate({ ...body, permissions: role === "main_account" ? ["*"] : body.permissions })}
      >
        <Form.Item
          name="subject"
          label={t("team.subject")}
          extra={t("team.subjectHelp")}
          rules={[{ required: true, message: "" }]}
        >
          <Input autoFocus autoComplete="off" maxLength={200} />
        </Form.Item>
        <RoleFields here={here} role={role} />
      </Form>
    </FormDialog>
  );
}
