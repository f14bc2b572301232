import { useSay } from "@/api/words";

/** The type of a message that tells of an event. */
export const typeOf = (event: string) => `case.${event.replace(/^case_/, "")}`;

/** Events in words, each with the type of the message that tells of it. */
export function Events({ names }: { names: readonly string[] }) {
  const say = useSay("events");
  return names.map((name, at) => (
    <span key={name}>
      {at > 0 && ", "}
      {say("events", name)} <code>{typeOf(name)}</code>
    </span>
  ));
}
