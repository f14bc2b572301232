export function OutboxButton() {
  return null;
}
