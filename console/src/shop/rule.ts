import type { Schemas } from "@/api/client";

/** A rule of the shop's own as it stands. */
export type Rule = Omit<Schemas["ShopRuleView"], "rule"> & { rule: Omit<Schemas["ShopRuleBody"], "name" | "active"> };
