import { lazy, Suspense, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Navigate, Outlet, useLocation } from "react-router";
import { isProblem } from "@/api/client";
import { useVocabularies } from "@/api/words";
import { useFlushing } from "@/offline/outbox";
import { useKeepPending } from "@/offline/pending";
import { Failed, Loading } from "@/shared";
import { HoldTray } from "@/shared/HoldTray";
import { whenIdle } from "@/shared/idle";
import { Header } from "./header";
import { LiveProvider } from "./live";
import { BottomNavigation, SideNavigation } from "./navigation";
import { useOnline } from "./online";
import { SessionProvider, useSeat, useSession } from "./session";
import { Shortcuts } from "./shortcuts";
import { SPOKEN } from "./spoken";
import { OutdatedBar } from "./versions";
import { useServiceWorker } from "./worker";

const FirstMinutes = lazy(() => import("@/login/FirstMinutes"));

function SignedOut({ error, retry }: { error: unknown; retry: () => void }) {
  const { pathname, search } = useLocation();
  if (isProblem(error) && ["not_signed_in", "token_expired"].includes(error.code)) {
    const back = pathname === "/" ? "" : `?back=${encodeURIComponent(pathname + search)}`;
    return <Navigate to={`/login${back}`} replace />;
  }
  return <Failed error={error} onRetry={retry} />;
}

/** A server that cannot answer now says nothing of who is here: what they see and type stays. */
const passing = (error: unknown) => !isProblem(error) || error.status >= 500 || error.status === 429;

/** Everything that stands around a screen once somebody is here. */
export function Shell() {
  const seat = useSeat();
  const ready = useVocabularies(SPOKEN);
  if (seat.error && (!seat.data || !passing(seat.error)))
    return <SignedOut error={seat.error} retry={() => void seat.refetch()} />;
  if (!seat.data || !ready) return <Loading rows={8} height={24} />;
  return (
    <SessionProvider key={seat.data.person} seat={seat.data}>
      <LiveProvider>
        <Shortcuts>
          <Frame />
        </Shortcuts>
      </LiveProvider>
    </SessionProvider>
  );
}

function Frame() {
  const { t } = useTranslation("app");
  const [settled, setSettled] = useState(false);
  useEffect(() => whenIdle(() => setSettled(true)), []);
  const waiting = useServiceWorker();
  const online = useOnline();
  const { seat, offline } = useSession();
  useFlushing(seat.person, !offline);
  useKeepPending(seat.kind === "seller" && online);
  return (
    <div className="shell">
      <a className="skip" href="#content">
        {t("skip")}
      </a>
      <Header />
      <OutdatedBar waiting={waiting} />
      {!online && (
        <div className="bar" role="status">
          {t("offline")}
        </div>
      )}
      <div className="shell-body">
        <SideNavigation />
        <main id="content" className="content" tabIndex={-1}>
          <Suspense fallback={<Loading rows={10} />}>
            <Outlet />
          </Suspense>
        </main>
      </div>
      <BottomNavigation />
      <HoldTray />
      {settled && (
        <Suspense fallback={null}>
          <FirstMinutes />
        </Suspense>
      )}
    </div>
  );
}
