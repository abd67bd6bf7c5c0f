/** A conversation as plain text: to copy, print, download, and to say aloud. */
import type { Message } from "./contract";
import type { Conversation } from "./conversation";
import { T } from "./teksten";
import { weave } from "./weave";

const two = (value: number): string => String(value).padStart(2, "0");

/** "14:05", in the reader's own time. */
export const clock = (at: number): string => {
  const date = new Date(at);
  return `${two(date.getHours())}:${two(date.getMinutes())}`;
};

/** "28-11-2026", in the reader's own time. */
export const day = (at: number): string => {
  const date = new Date(at);
  return `${two(date.getDate())}-${two(date.getMonth() + 1)}-${date.getFullYear()}`;
};

export const messagesText = (messages: readonly Message[]): string =>
  messages.map((message) => message.text).join("\n\n");

/** The whole conversation as text, or "" when nothing is answered yet. */
export const summary = (conversation: Conversation, now: number): string => {
  const answered = conversation.exchanges.filter((one) => one.messages.length);
  if (!answered.length) return "";
  const turns = answered.map(
    (one) => `${T.samenvattingVraag(clock(one.at))} ${one.asked}\n${T.samenvattingAntwoord}\n${messagesText(one.messages)}`,
  );
  return [T.samenvattingKop(day(now)), ...turns, T.samenvattingEinde].join("\n\n");
};

/** What a screen reader hears when an answer arrives: short, without addresses. */
export const spoken = (message: Message): string => {
  const said: string[] = [];
  for (const block of weave(message)) {
    if (block.kind === "card") said.push(`${T.besteKeuze}: ${block.offer.organisation}, ${block.offer.title}. ${block.offer.why}`);
    else if (block.kind === "more") said.push(`${T.andere(block.offers.length)}.`);
    else said.push(block.lines.map((line) => line.replace(/:? https?:\/\/\S+/g, "")).join(block.kind === "list" ? "; " : " "));
  }
  if (message.options.length) said.push(T.keuzesGesproken(message.options.map((option) => option.label).join("; ")));
  return said.join(" ");
};
