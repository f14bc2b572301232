import { GlobalOutlined, UserOutlined } from "@ant-design/icons";
import { App, Button, Dropdown, Select } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useLanguage } from "@/api/words";
import { unsent } from "@/offline/kept";
import { OutboxButton } from "@/offline/OutboxButton";
import { Bell } from "./bell";
import { speak } from "./i18n";
import { useSession } from "./session";
import type { ShadeChoice } from "./theme";
import { useShade } from "./theming";

const ALL = 0;

/** Another shop without logging out (U-13). */
function ShopSwitch() {
  const { t } = useTranslation("app");
  const { shops, shop, chooseShop } = useSession();
  if (shops.length < 2) return null;
  const options = [
    { value: ALL, label: t("shop.all") },
    ...shops.map((one) => ({ value: one.shop_id, label: one.name || t("shop.one", { id: one.shop_id }) })),
  ];
  return (
    <Select
      className="shop-switch"
      aria-label={t("shop.label")}
      value={shop ?? ALL}
      options={options}
      onChange={(chosen) => chooseShop(chosen === ALL ? null : chosen)}
      showSearch={{ optionFilterProp: "label" }}
      popupMatchSelectWidth={false}
    />
  );
}

export function LanguageSwitch() {
  const language = useLanguage();
  const other = language === "zh" ? "en" : "zh";
  return (
    <Button
      type="text"
      icon={<GlobalOutlined />}
      lang={other === "zh" ? "zh-CN" : "en"}
      aria-label={other === "zh" ? "中文（切换语言）" : "EN (switch language)"}
      onClick={() => speak(other)}
    >
      {other === "zh" ? "中文" : "EN"}
    </Button>
  );
}

function Person() {
  const { t } = useTranslation("app");
  const { seat, signOut } = useSession();
  const { choice, choose } = useShade();
  const { modal } = App.useApp();
  const words = useTranslation("offline").t;
  const leave = async () => {
    const count = await unsent(seat.person);
    if (count === 0) return signOut();
    modal.confirm({
      title: words("lose.title", { count }),
      content: words("lose.text"),
      okText: words("lose.ok"),
      cancelText: words("lose.cancel"),
      okButtonProps: { danger: true },
      onOk: signOut,
    });
  };
  const shades: ShadeChoice[] = ["system", "light", "dark"];
  return (
    <Dropdown
      trigger={["click"]}
      menu={{
        selectedKeys: [choice],
        items: [
          { key: "who", label: seat.name || seat.subject, disabled: true },
          { type: "divider" },
          {
            type: "group",
            label: t("person.theme"),
            children: shades.map((shade) => ({ key: shade, label: t(`person.${shade}`) })),
          },
          { type: "divider" },
          { key: "account", label: <Link to="/account">{t("person.label")}</Link> },
          { key: "out", label: t("person.signOut") },
        ],
        onClick: ({ key }) => {
          if (key === "out") void leave();
          else if (shades.includes(key as ShadeChoice)) choose(key as ShadeChoice);
        },
      }}
    >
      <Button type="text" icon={<UserOutlined />} aria-label={t("person.label")} />
    </Dropdown>
  );
}

export function Header() {
  const { t } = useTranslation("app");
  return (
    <header className="head">
      <Link to="/" className="head-name" aria-label={t("name")}>
        <img src="/icon.svg" alt="" width="24" height="24" />
        <span>{t("name")}</span>
      </Link>
      <ShopSwitch />
      <span className="head-gap" />
      <OutboxButton />
      <LanguageSwitch />
      <Bell />
      <Person />
    </header>
  );
}
