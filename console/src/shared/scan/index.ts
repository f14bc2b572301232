export { ScanButton } from "./ScanButton";
