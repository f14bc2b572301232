import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";
import { VitePWA } from "vite-plugin-pwa";

const here = import.meta.dirname;
const outDir = resolve(here, "../src/amends/web");

/** Compressed copies beside the files, made once here and never by the server. */
function compressed(): Plugin {
  return {
    name: "amends-compressed",
    apply: "build",
    enforce: "post",
    closeBundle: {
      order: "post",
      sequential: true,
      handler: () => void execFileSync(process.execPath, [resolve(here, "scripts/compress.mjs"), outDir], { stdio: "inherit" }),
    },
  };
}

/** `app/early.ts` stands before everything else in the console's page, and what it needs beside it. */
function early(): Plugin {
  return {
    name: "amends-early",
    transformIndexHtml: {
      order: "post",
      handler(_page, { bundle, filename }) {
        if (!bundle || !filename.endsWith("index.html")) return undefined;
        const entry = Object.values(bundle).find((one) => one.type === "chunk" && one.isEntry && one.name === "early");
        if (entry?.type !== "chunk") throw new Error("app/early.ts was not built");
        const script = { type: "module", async: true, crossorigin: true, src: `/${entry.fileName}` };
        return [
          { tag: "script", attrs: script, injectTo: "head-prepend" as const },
          ...entry.imports.map((name) => ({
            tag: "link",
            attrs: { rel: "modulepreload", crossorigin: true, href: `/${name}` },
            injectTo: "head-prepend" as const,
          })),
        ];
      },
    },
  };
}

/** The API that `npm run dev` speaks to; a token stands in for a session where one works without logging in. */
const api = process.env.AMENDS_API ?? "http://127.0.0.1:8000";
const headers = process.env.AMENDS_TOKEN ? { authorization: `Bearer ${process.env.AMENDS_TOKEN}` } : undefined;
const proxied = { target: api, changeOrigin: false, ...(headers ? { headers } : {}) };

export default defineConfig({
  root: here,
  define: { __AMENDS_VERSION__: JSON.stringify(JSON.parse(readFileSync(resolve(here, "package.json"), "utf8")).version) },
  resolve: { alias: { "@": resolve(here, "src") } },
  server: { proxy: { "/v1": proxied, "/health": proxied } },
  preview: { proxy: { "/v1": proxied, "/health": proxied } },
  build: {
    outDir,
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1000,
    rollupOptions: {
      input: {
        index: resolve(here, "index.html"),
        buyer: resolve(here, "buyer.html"),
        embed: resolve(here, "src/embed/embed.ts"),
        early: resolve(here, "src/app/early.ts"),
      },
      // Marketplaces write the element's address into their own pages, so it never changes.
      output: { entryFileNames: (chunk) => (chunk.name === "embed" ? "embed.js" : "assets/[name]-[hash].js") },
    },
  },
  plugins: [
    react(),
    early(),
    VitePWA({
      registerType: "prompt",
      injectRegister: false,
      manifest: {
        name: "Amends",
        short_name: "Amends",
        description: "After-sales at work",
        start_url: "/",
        scope: "/",
        display: "standalone",
        background_color: "#ffffff",
        theme_color: "#1d4fc4",
        icons: [
          { src: "/icon.svg", sizes: "any", type: "image/svg+xml", purpose: "any" },
          { src: "/icon-maskable.svg", sizes: "any", type: "image/svg+xml", purpose: "maskable" },
        ],
      },
      workbox: {
        // What the console needs to open without a network. Charts and the buyer's page are fetched when they are asked for.
        globPatterns: ["index.html", "*.svg", "assets/*.{js,css,wasm}"],
        globIgnores: ["assets/buyer-*", "**/echarts*", "**/*.wasm", "embed.js"],
        navigateFallback: "/index.html",
        navigateFallbackDenylist: [/^\/v1(\/|$)/, /^\/health/, /^\/ready/, /^\/metrics/, /^\/buyer/, /\.[a-z0-9]+$/i],
        runtimeCaching: [
          {
            urlPattern: /\/assets\/.*\.(js|css|wasm)$/,
            handler: "CacheFirst",
            options: { cacheName: "amends-assets", expiration: { maxEntries: 60 } },
          },
        ],
        cleanupOutdatedCaches: true,
        inlineWorkboxRuntime: true,
      },
    }),
    compressed(),
  ],
});
