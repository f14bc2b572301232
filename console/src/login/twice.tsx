import { useQueryClient } from "@tanstack/react-query";
import { Button, Form, Input, Modal } from "antd";
import { createContext, type ReactNode, useCallback, useContext, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { amends, isProblem, rememberCsrf, type Schemas, told } from "@/api/client";
import { SEAT_KEY, useSession } from "@/app/session";
import { ProblemNotice } from "@/shared";

type Ask = () => Promise<boolean>;
const Context = createContext<Ask>(() => Promise.resolve(false));

/** Around screens whose calls may be asked twice (step-up). */
export function AskedTwice({ children }: { children: ReactNode }) {
  const [open, setOpen] = useState(false);
  const answer = useRef<(proven: boolean) => void>(() => {});
  const ask = useCallback<Ask>(
    () =>
      new Promise((resolve) => {
        answer.current = resolve;
        setOpen(true);
      }),
    [],
  );
  const close = (proven: boolean) => {
    setOpen(false);
    answer.current(proven);
  };
  return (
    <Context value={ask}>
      {children}
      {open && <Asking close={close} />}
    </Context>
  );
}

/** `await twice(() => told(amends.POST(…)))`: where the server asks for the password once more, somebody is asked, and the call is made again. */
export function useTwice(): <T>(call: () => Promise<T>) => Promise<T> {
  const ask = useContext(Context);
  return useCallback(
    async (call) => {
      try {
        return await call();
      } catch (problem) {
        if (isProblem(problem) && problem.code === "confirm_needed" && (await ask())) return call();
        throw problem;
      }
    },
    [ask],
  );
}

function Asking({ close }: { close: (proven: boolean) => void }) {
  const { t } = useTranslation("login");
  const { seat } = useSession();
  const queries = useQueryClient();
  const [byCode, setByCode] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const prove = async (call: () => Promise<Schemas["LoggedIn"]>) => {
    setBusy(true);
    setError(null);
    try {
      const session = await call();
      rememberCsrf(session.csrf);
      await queries.invalidateQueries({ queryKey: SEAT_KEY });
      close(true);
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(false);
    }
  };
  const send = (body: Schemas["ConfirmBody"]) => prove(() => told(amends.POST("/v1/sessions:confirm", { body })));
  return (
    <Modal open title={t("twice.title")} footer={null} onCancel={() => close(false)} destroyOnHidden>
      <p>{t("twice.text")}</p>
      {error !== null && <ProblemNotice error={error} />}
      <Form<{ shown: string }>
        layout="vertical"
        requiredMark={false}
        onFinish={({ shown }) => send(byCode ? { code: shown } : { password: shown })}
      >
        <Form.Item
          key={byCode ? "code" : "password"}
          name="shown"
          label={t(byCode ? "twice.code" : "twice.password")}
          rules={[{ required: true, message: "" }]}
        >
          {byCode ? (
            <Input autoFocus autoComplete="one-time-code" maxLength={40} />
          ) : (
            <Input.Password autoFocus autoComplete="current-password" maxLength={200} />
          )}
        </Form.Item>
        <Button type="primary" htmlType="submit" block loading={busy}>
          {t("twice.go")}
        </Button>
        {seat.session?.second_factor && (
          <Button type="link" block onClick={() => setByCode(!byCode)}>
            {t(byCode ? "twice.byPassword" : "twice.byCode")}
          </Button>
        )}
        {seat.demo && (
          <Button
            block
            style={{ marginTop: 8 }}
            disabled={busy}
            onClick={() => prove(() => told(amends.POST("/v1/demo/sessions", { body: { person: seat.person } })))}
          >
            {t("twice.demo")}
          </Button>
        )}
      </Form>
    </Modal>
  );
}
