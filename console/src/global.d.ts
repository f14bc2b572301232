declare const __AMENDS_VERSION__: string;

interface Window {
  amendsEarly?: import("./api/early").Early;
}
