/** The widget's style: component CSS of NL Design System, its tokens, and what chat needs besides. */
import alert from "@utrecht/alert-css/dist/index.min.css?inline";
import blockquote from "@utrecht/blockquote-css/dist/index.min.css?inline";
import button from "@utrecht/button-css/dist/index.min.css?inline";
import link from "@utrecht/link-css/dist/index.min.css?inline";
import textarea from "@utrecht/textarea-css/dist/index.min.css?inline";
import { unsafeCSS, type CSSResult } from "lit";
import chat from "./chat.css?inline";
import { tokens } from "./tokens";

export const styles: CSSResult = unsafeCSS([tokens, alert, blockquote, button, link, textarea, chat].join("\n"));
