/**
 * Sees to it that two tabs never share one conversation.
 *
 * A browser copies session storage when a tab is duplicated. The copy asks on a channel
 * who has this conversation; a tab that answers keeps it. (Web Locks would be simpler but
 * need https.)
 */
import { uuid } from "./conversation";

const CHANNEL = "wegwijzer-chat";
const PATIENCE = 250;

interface Word {
  readonly says: "whose" | "mine";
  readonly sender: string;
  readonly tab: string;
}

export class TabClaim {
  private readonly tab = uuid();
  private readonly channel = typeof BroadcastChannel === "function" ? new BroadcastChannel(CHANNEL) : null;
  private settled = false;

  /** @param sender the conversation's name at this moment. */
  constructor(private readonly sender: () => string) {}

  /** Resolves to whether the conversation is this tab's own. */
  claim(): Promise<boolean> {
    const { channel } = this;
    if (!channel) return Promise.resolve(true);
    return new Promise((resolve) => {
      const done = (own: boolean) => {
        this.settled = true;
        resolve(own);
      };
      channel.onmessage = ({ data }: MessageEvent<Word>) => {
        if (data.sender !== this.sender() || data.tab === this.tab) return;
        if (data.says === "mine") {
          if (!this.settled) done(false);
        } else if (this.settled || this.tab < data.tab) {
          this.say("mine");
        }
      };
      this.say("whose");
      setTimeout(() => done(true), PATIENCE);
    });
  }

  close(): void {
    this.channel?.close();
  }

  private say(says: Word["says"]): void {
    this.channel?.postMessage({ says, sender: this.sender(), tab: this.tab } satisfies Word);
  }
}
