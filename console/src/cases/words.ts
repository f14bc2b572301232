export const words = {
  zh: { nav: { list: "售后工作台" } },
  en: { nav: { list: "After-sales" } },
};
