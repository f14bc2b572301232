export { default as CaseDrawer } from "./CaseDrawer";
