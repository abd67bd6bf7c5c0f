/** Takes text out of the page: to the clipboard, to a file, to paper. Never as HTML. */

/** Whether the text is on the clipboard. */
export const copy = async (text: string, root: ShadowRoot): Promise<boolean> => {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Refused, or absent because the intranet is not https: the old way.
  }
  const before = root.activeElement;
  const field = document.createElement("textarea");
  field.className = "unseen";
  field.value = text;
  root.querySelector(".panel")?.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  if (before instanceof HTMLElement) before.focus();
  return done;
};

export const download = (text: string, name: string): void => {
  const link = document.createElement("a");
  // The byte order mark and the line ends are for Windows' own text editor.
  link.href = URL.createObjectURL(new Blob(["\ufeff", text.replaceAll("\n", "\r\n")], { type: "text/plain;charset=utf-8" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
};

const PAPER = "body { font: 12pt/1.5 system-ui, sans-serif; white-space: pre-wrap; overflow-wrap: anywhere; }";

/** Prints the text on its own, not the page around the widget. */
export const print = (text: string, title: string, root: ShadowRoot): void => {
  const frame = document.createElement("iframe");
  frame.className = "unseen";
  frame.title = title;
  frame.tabIndex = -1;
  root.append(frame);
  const { contentWindow: view, contentDocument: page } = frame;
  if (!view || !page) return frame.remove();
  const sheet = new (view as Window & typeof globalThis).CSSStyleSheet();
  sheet.replaceSync(PAPER);
  page.adoptedStyleSheets = [sheet];
  page.documentElement.lang = "nl";
  page.title = title;
  page.body.textContent = text;
  view.addEventListener("afterprint", () => setTimeout(() => frame.remove()));
  view.focus();
  view.print();
};
