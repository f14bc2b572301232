declare const __AMENDS_VERSION__: string;
