import { theme as antd, type ThemeConfig } from "antd";

export type Shade = "light" | "dark";
export type ShadeChoice = Shade | "system";

const KEPT = "amends.theme";

export function keptShade(): ShadeChoice {
  const kept = localStorage.getItem(KEPT);
  return kept === "light" || kept === "dark" ? kept : "system";
}

export function keepShade(choice: ShadeChoice): void {
  localStorage.setItem(KEPT, choice);
}

export function shadeOf(choice: ShadeChoice, systemDark: boolean): Shade {
  return choice === "system" ? (systemDark ? "dark" : "light") : choice;
}

const LIGHT = {
  colorPrimary: "#1d4fc4",
  colorLink: "#1d4fc4",
  colorError: "#b3261e",
  colorWarning: "#8a4b00",
  colorSuccess: "#1b6e3c",
  colorInfo: "#1d4fc4",
  colorText: "#171a21",
  colorTextSecondary: "#4a5160",
  colorTextTertiary: "#5f6675",
  colorTextQuaternary: "#5f6675",
  colorTextDescription: "#5f6675",
  colorTextPlaceholder: "#6b7280",
  colorTextDisabled: "#6b7280",
  colorBorder: "#b4bac6",
  colorBorderSecondary: "#d9dde4",
  colorBgContainer: "#ffffff",
  colorBgElevated: "#ffffff",
  colorBgLayout: "#f6f7f9",
};

const DARK = {
  colorPrimary: "#8fb1ff",
  colorLink: "#8fb1ff",
  colorError: "#ff9b93",
  colorWarning: "#f2b866",
  colorSuccess: "#7fd3a0",
  colorInfo: "#8fb1ff",
  colorText: "#e8eaef",
  colorTextSecondary: "#b6bcc8",
  colorTextTertiary: "#9ba3b2",
  colorTextQuaternary: "#9ba3b2",
  colorTextDescription: "#9ba3b2",
  colorTextPlaceholder: "#9098a7",
  colorTextDisabled: "#9098a7",
  colorTextLightSolid: "#0d1424",
  colorBorder: "#515a69",
  colorBorderSecondary: "#323843",
  colorBgContainer: "#14171c",
  colorBgElevated: "#1b1f26",
  colorBgLayout: "#14171c",
};

/** The kit's tokens: the same colours as tokens.css, so that its parts and ours cannot be told apart. */
export function kitTheme(shade: Shade, still: boolean): ThemeConfig {
  return {
    algorithm: shade === "dark" ? antd.darkAlgorithm : antd.defaultAlgorithm,
    token: {
      ...(shade === "dark" ? DARK : LIGHT),
      borderRadius: 6,
      fontSize: 14,
      fontFamily: "var(--font)",
      controlHeight: 32,
      motion: !still,
      motionDurationMid: "0.12s",
      motionDurationSlow: "0.16s",
    },
    components: {
      Button: { primaryShadow: "none", defaultShadow: "none", dangerShadow: "none" },
      Tooltip: { colorBgSpotlight: "#2b303a", colorTextLightSolid: "#ffffff" },
    },
    cssVar: { key: "amends" },
    hashed: false,
  };
}
