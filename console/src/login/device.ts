const BROWSERS = [
  [/EdgA?\//, "Edge"],
  [/OPR\//, "Opera"],
  [/MicroMessenger\//, "微信"],
  [/Firefox\/|FxiOS\//, "Firefox"],
  [/HeadlessChrome\/|Chrome\/|CriOS\//, "Chrome"],
  [/Safari\//, "Safari"],
] as const;
const SYSTEMS = [
  [/iPhone|iPad/, "iOS"],
  [/Android/, "Android"],
  [/Windows/, "Windows"],
  [/Mac OS X/, "macOS"],
  [/Linux/, "Linux"],
] as const;

/** "Chrome · Android" of what a browser says of itself; the text as it is where neither is known. */
export function deviceOf(agent: string): string {
  const named = (list: typeof BROWSERS | typeof SYSTEMS) => list.find(([sign]) => sign.test(agent))?.[1];
  return [named(BROWSERS), named(SYSTEMS)].filter(Boolean).join(" · ") || agent;
}
