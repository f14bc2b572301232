export type Table = "cases" | "orders" | "refunds" | "rejections";
export type Form = "csv" | "xlsx";
export type Language = "zh" | "en" | "codes";

/** Where a table is to be had; what is undefined narrows nothing. */
export function exportHref(
  table: Table,
  form: Form,
  language: Language,
  filter: Record<string, string | number | undefined> = {},
): string {
  const query = new URLSearchParams({ form, language });
  for (const [name, value] of Object.entries(filter)) {
    if (value !== undefined && value !== "") query.set(name, String(value));
  }
  return `/v1/exports/${table}?${query}`;
}
