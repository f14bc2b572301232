import { ConfigProvider, App as KitApp } from "antd";
import enUS from "antd/locale/en_US";
import zhCN from "antd/locale/zh_CN";
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from "react";
import { useLanguage } from "@/api/words";
import { keepShade, keptShade, kitTheme, type Shade, type ShadeChoice, shadeOf } from "./theme";

interface Shading {
  choice: ShadeChoice;
  shade: Shade;
  choose: (choice: ShadeChoice) => void;
}
const Context = createContext<Shading>({ choice: "system", shade: "light", choose: () => {} });

export function useShade(): Shading {
  return useContext(Context);
}

const DARK = window.matchMedia("(prefers-color-scheme: dark)");
const STILL = window.matchMedia("(prefers-reduced-motion: reduce)");

function useWish(wish: MediaQueryList): boolean {
  const [wished, setWished] = useState(wish.matches);
  useEffect(() => {
    const heard = (event: MediaQueryListEvent) => setWished(event.matches);
    wish.addEventListener("change", heard);
    return () => wish.removeEventListener("change", heard);
  }, [wish]);
  return wished;
}

export function Theming({ children }: { children: ReactNode }) {
  const [choice, setChoice] = useState(keptShade);
  const shade = shadeOf(choice, useWish(DARK));
  const still = useWish(STILL);
  const language = useLanguage();
  useEffect(() => {
    document.documentElement.dataset.theme = shade;
  }, [shade]);
  const shading = useMemo<Shading>(
    () => ({
      choice,
      shade,
      choose: (chosen) => {
        keepShade(chosen);
        setChoice(chosen);
      },
    }),
    [choice, shade],
  );
  return (
    <Context value={shading}>
      <ConfigProvider
        locale={language === "zh" ? zhCN : enUS}
        theme={kitTheme(shade, still)}
        button={{ autoInsertSpace: false }}
        componentSize="middle"
      >
        <KitApp component={false} message={{ maxCount: 3 }} notification={{ placement: "bottomRight", maxCount: 3 }}>
          {children}
        </KitApp>
      </ConfigProvider>
    </Context>
  );
}
