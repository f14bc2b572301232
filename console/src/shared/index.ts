export { Chip, type Meaning } from "./Chip";
export { Countdown, leftText, pressureOf } from "./Countdown";
export { heardServerTime, serverNow, useNow } from "./clock";
export { agoText, Moment, momentText } from "./Moment";
export { type Amount, Money, minorDigits, minorUnits, moneyText, useMoney } from "./Money";
export { ProblemNotice, useProblemText } from "./ProblemNotice";
export { calledBy, subjectOf } from "./person";
export { meaningOf, StateChip, StateWord } from "./StateChip";
export { Empty, Failed, Loading, NotAllowed, NotYet, Offline } from "./states";
export { keepInTab, ofTab } from "./tab";
export { useWhyClosed, Why } from "./Why";

import "./shared.css";
