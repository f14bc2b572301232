export const words = {
  zh: {
    countdown: {
      days: "剩 {{days}} 天 {{hours}} 小时",
      hours: "剩 {{hours}} 小时 {{minutes}} 分",
      minutes: "剩 {{minutes}} 分 {{seconds}} 秒",
      over: "已到期",
      paused: "计时暂停",
    },
    problem: {
      unreachable: "服务器没有应答",
      unreachableNext: "您的操作没有丢失，请稍后再试。",
      offline: "当前没有网络",
      offlineNext: "没有发送成功，恢复网络后请重试。",
      again: "重试",
    },
    states: {
      loading: "加载中",
      empty: "暂无内容",
      notAllowed: "您没有这项权限",
      notAllowedText: "请管理团队或平台人员的人为您开通。",
      offline: "当前没有网络",
      offlineText: "已保存的内容仍可查看，恢复网络后会自动刷新。",
    },
  },
  en: {
    countdown: {
      days: "{{days}} d {{hours}} h left",
      hours: "{{hours}} h {{minutes}} min left",
      minutes: "{{minutes}}:{{seconds}} min left",
      over: "time is up",
      paused: "paused",
    },
    problem: {
      unreachable: "The server did not answer.",
      unreachableNext: "Nothing of yours is lost. Try again in a moment.",
      offline: "There is no network.",
      offlineNext: "It was not sent. Try again when the network is back.",
      again: "Try again",
    },
    states: {
      loading: "Loading",
      empty: "Nothing here",
      notAllowed: "You are not allowed to do this",
      notAllowedText: "Whoever manages your team can grant it.",
      offline: "There is no network",
      offlineText: "What was kept can still be read, and is brought up to date when the network is back.",
    },
  },
};
