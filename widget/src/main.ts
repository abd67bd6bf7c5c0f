/** The one script of a page: defines <wegwijzer-chat>. */
import { WegwijzerChat } from "./chat";

if (!customElements.get("wegwijzer-chat")) customElements.define("wegwijzer-chat", WegwijzerChat);
