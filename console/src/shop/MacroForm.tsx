import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Form, Input, Select } from "antd";
import { useTranslation } from "react-i18next";
import { amends, type Schemas, told } from "@/api/client";
import { useSay, useVocabulary } from "@/api/words";
import { FormDialog, type Here } from "./parts";

type Macro = Schemas["MacroView"];

/** Moves of which everything can be said beforehand, so that one click makes them in any case. */
const MOVES = ["approve", "reject", "ask_for_proof", "propose", "agree_refusal", "order_interception"] as const;
const OFFERS = ["return_refund", "refund_only", "withdraw"] as const;

interface Typed {
  name: string;
  zh: string;
  en: string;
  move: string;
  ground?: string;
  kinds?: string[];
  offer?: string;
}

/** What the move takes, as it was typed. */
function bodyOf({ move, ground, kinds, offer }: Typed): Record<string, unknown> {
  if (move === "reject") return { ground };
  if (move === "ask_for_proof") return { kinds };
  if (move === "propose") return offer === "withdraw" ? { what: "withdraw" } : { what: "change", kind: offer };
  return {};
}

function typedOf({ name, zh, en, move, body }: Macro): Typed {
  const said = body as { ground?: string; kinds?: string[]; what?: string; kind?: string };
  const offer = said.what === "withdraw" ? "withdraw" : said.kind;
  return { name, zh, en, move, ground: said.ground, kinds: said.kinds, offer };
}

/** A reply and a move, made or changed. */
export function MacroForm({ here, macro, close }: { here: Here; macro: Macro | null; close: () => void }) {
  const { t } = useTranslation("shop");
  const say = useSay("moves");
  const queries = useQueryClient();
  const [form] = Form.useForm<Typed>();
  const move = Form.useWatch("move", form) ?? macro?.move ?? "approve";
  const path = { shop_id: here.path };
  const put = useMutation({
    mutationFn: (typed: Typed) => {
      const { name, zh, en } = typed;
      const body = { name, zh, en, move: typed.move, body: bodyOf(typed) };
      return macro
        ? told(amends.PUT("/v1/shops/{shop_id}/macros/{macro_id}", { params: { path: { ...path, macro_id: macro.id } }, body }))
        : told(amends.POST("/v1/shops/{shop_id}/macros", { params: { path }, body }));
    },
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["macros", here.id] });
      close();
    },
  });
  return (
    <FormDialog form={form} sending={put} close={close} title={macro?.name ?? t("replies.macros")}>
      <Form<Typed>
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={macro ? typedOf(macro) : { move: "approve" }}
        onFinish={(typed) => put.mutate(typed)}
      >
        <Form.Item name="name" label={t("replies.name")} rules={[{ required: true, message: "" }]}>
          <Input autoFocus maxLength={200} />
        </Form.Item>
        <Form.Item name="move" label={t("replies.move")}>
          <Select options={MOVES.map((one) => ({ value: one, label: say("moves", one) }))} />
        </Form.Item>
        <Details move={move} />
        <Form.Item name="zh" label={t("replies.zh")} rules={[{ required: true, message: "" }]}>
          <Input.TextArea lang="zh-CN" autoSize={{ minRows: 2, maxRows: 5 }} maxLength={500} />
        </Form.Item>
        <Form.Item name="en" label={t("replies.en")} rules={[{ required: true, message: "" }]}>
          <Input.TextArea lang="en" autoSize={{ minRows: 2, maxRows: 5 }} maxLength={500} />
        </Form.Item>
      </Form>
    </FormDialog>
  );
}

/** What else a move has to be told. */
function Details({ move }: { move: string }) {
  const { t } = useTranslation("shop");
  const say = useSay("grounds", "evidence_kinds", "kinds");
  const grounds = useVocabulary("grounds");
  const kinds = useVocabulary("evidence_kinds");
  const rules = [{ required: true, message: "" }];
  if (move === "reject") {
    const words = [...grounds.keys()].filter((word) => word !== "other"); // its words belong to each case
    return (
      <Form.Item name="ground" label={t("replies.ground")} extra={t("replies.groundHelp")} rules={rules}>
        <Select
          showSearch={{ optionFilterProp: "label" }}
          options={words.map((word) => ({ value: word, label: say("grounds", word) }))}
        />
      </Form.Item>
    );
  }
  if (move === "ask_for_proof") {
    return (
      <Form.Item name="kinds" label={t("replies.kinds")} rules={rules}>
        <Select
          mode="multiple"
          showSearch={{ optionFilterProp: "label" }}
          options={[...kinds.keys()].map((word) => ({ value: word, label: say("evidence_kinds", word) }))}
        />
      </Form.Item>
    );
  }
  if (move !== "propose") return null;
  return (
    <Form.Item name="offer" label={t("replies.offer")} rules={rules}>
      <Select
        options={OFFERS.map((one) => ({ value: one, label: one === "withdraw" ? t("replies.withdraw") : say("kinds", one) }))}
      />
    </Form.Item>
  );
}
