/** @jsxImportSource preact */
import { useEffect, useState } from "preact/hooks";
import { AskPage } from "./Ask";
import { CasePage } from "./CasePage";
import { embedded, enter } from "./entry";
import { GuestPage } from "./Guest";
import { Heading } from "./Heading";
import { OrderPage } from "./OrderPage";
import { Orders } from "./Orders";
import { usePlace } from "./route";
import { firstLanguage, keepLanguage, type Language, SpokenIn, useLanguage, useWords } from "./say";

export function App() {
  const [language, put] = useState<Language>(firstLanguage);
  useEffect(() => {
    document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  }, [language]);
  const speak = (wanted: Language) => {
    keepLanguage(wanted);
    put(wanted);
  };
  return (
    <SpokenIn value={{ language, speak }}>
      <Page />
    </SpokenIn>
  );
}

function Page() {
  const t = useWords();
  const { language, speak } = useLanguage();
  const [who, come] = useState(enter);
  const place = usePlace();
  useEffect(() => {
    const look = () => come({ ...enter() });
    window.addEventListener("hashchange", look);
    return () => window.removeEventListener("hashchange", look);
  }, []);
  useEffect(() => {
    document.title = t("title");
  });
  const other = language === "zh" ? "en" : "zh";
  return (
    <>
      <header class="top">
        <span>{embedded ? "" : t("title")}</span>
        <button type="button" class="plain" lang={other === "zh" ? "zh-CN" : "en"} onClick={() => speak(other)}>
          {t("language")}
        </button>
      </header>
      <main>
        {who.guest ? (
          <GuestPage token={who.guest} key={who.guest} />
        ) : !who.token ? (
          <Heading>{t("trouble.none")}</Heading>
        ) : place.at === "order" ? (
          <OrderPage id={place.id} alone={who.order !== null} key={`${who.token}${place.id}`} />
        ) : place.at === "ask" ? (
          <AskPage id={place.id} kind={place.kind} reason={place.reason} key={`${place.id}${place.kind}${place.reason}`} />
        ) : place.at === "case" ? (
          <CasePage id={place.id} key={place.id} />
        ) : who.order ? (
          <OrderPage id={who.order} alone key={who.token} />
        ) : (
          <Orders key={who.token} />
        )}
      </main>
    </>
  );
}
