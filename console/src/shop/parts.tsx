import { useQueryClient } from "@tanstack/react-query";
import { App, Button, Modal } from "antd";
import { type ReactNode, useEffect, useId, useRef } from "react";
import { useTranslation } from "react-i18next";
import { isProblem } from "@/api/client";
import { useSay } from "@/api/words";
import { type SeatShop, useSession } from "@/app/session";
import { ProblemNotice, Why } from "@/shared";

/** A shop whose people and settings are shown, and what the reader holds there. */
export interface Here {
  shop: SeatShop;
  id: number;
  /** The same as paths write it. */
  path: string;
  may: (permission: string) => boolean;
}

export function useHere(chosen: number | null): Here | null {
  const { shops, shop } = useSession();
  const found = shops.find((one) => one.shop_id === (shop ?? chosen)) ?? shops[0];
  if (!found) return null;
  return {
    shop: found,
    id: found.shop_id,
    path: String(found.shop_id),
    may: (word) => found.permissions.includes("*") || found.permissions.includes(word),
  };
}

/** Why a button is grey, with the permission by its name (P-02); null where it is held. */
export function useNeeds(here: Here): (permission: string) => string | null {
  const { t } = useTranslation("shop");
  const say = useSay("permissions");
  return (permission) => (here.may(permission) ? null : t("needs", { permission: say("permissions", permission) }));
}

export function Card({
  title,
  text,
  action,
  children,
}: {
  title: string;
  text?: string;
  action?: ReactNode;
  children: ReactNode;
}) {
  const id = useId();
  return (
    <section className="shop-card" aria-labelledby={id}>
      <div className="shop-card-head">
        <h2 id={id}>{title}</h2>
        {action}
      </div>
      {text && <p className="shop-card-text">{text}</p>}
      {children}
    </section>
  );
}

/** A button that is grey without its permission, and says which one. */
export function Act({
  needs,
  danger,
  primary,
  loading,
  small = true,
  onClick,
  children,
}: {
  needs: string | null;
  danger?: boolean;
  primary?: boolean;
  loading?: boolean;
  small?: boolean;
  onClick: () => void;
  children: ReactNode;
}) {
  return (
    <Why reason={needs}>
      <Button
        size={small ? "small" : "middle"}
        type={primary ? "primary" : "default"}
        danger={danger}
        loading={loading}
        disabled={needs !== null}
        onClick={onClick}
      >
        {children}
      </Button>
    </Why>
  );
}

/** Asks before something ends. */
export function useSure(): (text: string, then: () => Promise<unknown>) => void {
  const { modal } = App.useApp();
  const { t } = useTranslation("shop");
  return (text, then) =>
    void modal.confirm({
      title: text,
      okText: t("yes"),
      cancelText: t("cancel"),
      okButtonProps: { danger: true },
      onOk: () => then().catch(() => {}),
    });
}

/** A secret that is shown once: it goes when somebody says that they have it, not by a press beside it. */
export function Once({ title, secret, text, done }: { title: string; secret: string; text?: string; done: () => void }) {
  const { t } = useTranslation("shop");
  const { message } = App.useApp();
  const shown = useRef<HTMLElement>(null);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(secret);
      void message.success(t("copied"));
    } catch {
      if (shown.current) getSelection()?.selectAllChildren(shown.current); // a browser that copies nothing by itself: by hand
    }
  };
  return (
    <Modal
      open
      title={title}
      closable={false}
      keyboard={false}
      mask={{ closable: false }}
      onOk={done}
      okText={t("kept")}
      cancelButtonProps={{ style: { display: "none" } }}
    >
      <p>{text ?? t("once")}</p>
      <div className="once">
        <code ref={shown}>{secret}</code>
        <Button onClick={() => void copy()}>{t("copy")}</Button>
      </div>
    </Modal>
  );
}

/** A form over the page: it saves or is let be, and says what was wrong with it. */
export function FormDialog({
  form,
  sending,
  close,
  title,
  ok,
  width,
  children,
}: {
  form: { submit: () => void };
  sending: { isPending: boolean; error: unknown };
  close: () => void;
  title: ReactNode;
  ok?: string;
  width?: number;
  children: ReactNode;
}) {
  const { t } = useTranslation("shop");
  const queries = useQueryClient();
  const unheard = sending.error != null && !isProblem(sending.error);
  useEffect(() => {
    if (unheard) void queries.invalidateQueries(); // what stands behind the form shows whether it was saved
  }, [unheard, queries]);
  return (
    <Modal
      open
      mask={{ closable: false }} // a press beside it takes no words away
      width={width}
      title={title}
      okText={ok ?? t("save")}
      cancelText={t("cancel")}
      confirmLoading={sending.isPending}
      onCancel={close}
      onOk={() => form.submit()}
    >
      {sending.error != null && <ProblemNotice error={sending.error} unheard={t("unheard")} />}
      {children}
    </Modal>
  );
}
