export { VoiceButton } from "./VoiceButton";
