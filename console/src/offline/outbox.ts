/** Keeps the outbox flowing while the console is open. */
export function useOutbox(): void {}
