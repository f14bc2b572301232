import { Tour } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSession } from "@/app/session";
import { rememberShown, SHOW, wasShown } from "./tour";

/** Where each step points; a step whose place is not on this screen stands in the middle. */
const PLACES: Record<string, string> = {
  list: ".nav .nav-entry, .bottom",
  tabs: "#content",
  shop: ".shop-switch",
  settings: ".nav .nav-entry[href='/shop'], .nav .nav-entry, .bottom",
  help: ".head button:last-of-type",
};
const STEPS = { seller: ["list", "tabs", "shop", "settings", "help"], platform: ["list", "tabs", "settings", "help"] } as const;

function shown(selector: string): HTMLElement | null {
  return [...document.querySelectorAll<HTMLElement>(selector)].find((one) => one.offsetParent !== null) ?? null;
}

/** The first minutes of a demo: a few short steps, once; closed at any time, and found again under "My account", where everybody finds it. */
export default function FirstMinutes() {
  const { t } = useTranslation("login");
  const { seat } = useSession();
  const [open, setOpen] = useState(() => seat.demo && !wasShown(seat.person));
  useEffect(() => {
    const show = () => setOpen(true);
    window.addEventListener(SHOW, show);
    return () => window.removeEventListener(SHOW, show);
  }, []);
  const kind = seat.kind === "platform" ? "platform" : "seller";
  const steps = STEPS[kind].filter((step) => step !== "shop" || seat.shops.length > 1);
  const close = () => {
    rememberShown(seat.person);
    setOpen(false);
  };
  if (!open) return null;
  return (
    <Tour
      open
      mask={false}
      onClose={close}
      onFinish={close}
      steps={steps.map((step, at) => ({
        title: t(`tour.${kind}.${step}`),
        target: () => shown(PLACES[step] ?? "") as HTMLElement,
        placement: step === "tabs" ? "center" : shown(PLACES[step] ?? "")?.closest(".nav") ? "right" : undefined,
        nextButtonProps: { children: t(at === steps.length - 1 ? "tour.done" : "tour.next") },
        prevButtonProps: { children: t("tour.back") },
      }))}
    />
  );
}
