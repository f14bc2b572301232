import { useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { useNavigate } from "react-router";
import { rememberCsrf, type Schemas } from "@/api/client";
import { useLanguage } from "@/api/words";
import { speak } from "@/app/i18n";

type LoggedIn = Schemas["LoggedIn"];

/** A way back that stays in the console: what another page put into the address leads nowhere else. */
export function wayBack(search: string): string {
  const back = new URLSearchParams(search).get("back") ?? "/";
  const url = new URL(back, window.location.origin);
  return url.origin === window.location.origin && back.startsWith("/") && !back.startsWith("//")
    ? url.pathname + url.search + url.hash
    : "/";
}

/** What happens once somebody is in: nothing of who was here before stays, and the screen that was asked for opens. */
export function useEntering(): (session: LoggedIn, to: string) => void {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const language = useLanguage();
  return useCallback(
    (session, to) => {
      queries.clear();
      speak(language); // the door was read in it
      rememberCsrf(session.csrf);
      navigate(to, { replace: true });
    },
    [queries, navigate, language],
  );
}
