import type { ReactElement, ReactNode } from "react";

export type Side = "seller" | "platform" | "buyer";

/** One screen of an area. `label` is a key of the area's words (`cases:nav.list`); without one it stands in no menu. */
export interface AreaRoute {
  path: string;
  element: ReactElement;
  label?: string;
  icon?: ReactNode;
  /** Whose screen it is; "anybody" needs no session and is drawn without the shell. */
  who: "anybody" | readonly Side[];
  /** Shown in the menu, and opened, only to whoever holds it. */
  permission?: string;
  /** Where it stands in the menu; small numbers first. The first four are the phone's bottom bar. */
  order?: number;
}

const files = import.meta.glob<{ default: AreaRoute[] }>(["../*/routes.tsx", "!./routes.tsx"], { eager: true });

export const areaRoutes: readonly AreaRoute[] = Object.values(files)
  .flatMap((file) => file.default)
  .sort((one, other) => (one.order ?? 100) - (other.order ?? 100));
