import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Select, Space, Upload } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { amends, type Schemas, told } from "@/api/client";
import { useVocabulary } from "@/api/words";
import { useSession } from "@/app/session";
import { ProblemNotice } from "@/shared";

type Kind = "orders" | "returns" | "requests" | "decisions" | "reasons" | "tracking";
const KINDS: readonly Kind[] = ["decisions", "tracking", "reasons", "requests", "orders", "returns"];

/** A file of rows: chosen or dropped, and sent to be checked. */
export function HandIn() {
  const { t, i18n } = useTranslation("exchange");
  const named = useVocabulary("import_kinds");
  const { shop, shops, can } = useSession();
  const [kind, setKind] = useState<Kind>("decisions");
  const client = useQueryClient();
  const send = useMutation({
    mutationFn: (file: File) =>
      told<Schemas["ImportView"]>(
        amends.POST("/v1/imports", {
          params: { query: { kind, name: file.name.slice(0, 200), shop_id: shop ?? shops[0]?.shop_id } },
          headers: { "content-type": "application/octet-stream" },
          body: file as never,
          bodySerializer: (body: unknown) => body as never,
        }),
      ),
    onSettled: () => client.invalidateQueries({ queryKey: ["get", "/v1/imports"] }),
  });
  const language = i18n.language.startsWith("zh") ? "zh" : "en";
  const words = (word: Kind) => named.get(word)?.[language] ?? word;
  return (
    <section aria-labelledby="hand-title" className="files-part">
      <h2 id="hand-title">{t("hand.title")}</h2>
      <p className="quiet">{t("hand.about")}</p>
      <Space wrap>
        <Select<Kind>
          aria-label={t("hand.kind")}
          value={kind}
          onChange={setKind}
          options={KINDS.map((value) => ({ value, label: words(value) }))}
          className="files-kind"
        />
        {kind !== "returns" && (
          <Button href={`/v1/import-templates/${kind}?language=${language}`} download>
            {t("hand.template")}
          </Button>
        )}
      </Space>
      <Upload.Dragger
        accept=".csv,.xlsx,.jsonl,.txt"
        showUploadList={false}
        disabled={send.isPending || !can("orders.read")}
        beforeUpload={(file) => {
          send.mutate(file);
          return false;
        }}
        className="files-drop"
      >
        {send.isPending ? t("hand.sending") : t("hand.drop")}
      </Upload.Dragger>
      {send.isError && <ProblemNotice error={send.error} />}
    </section>
  );
}
