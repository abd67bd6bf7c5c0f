/**
 * Design tokens under the names of NL Design System (Utrecht component library), with a calm default.
 *
 * A page's theme sets them on any ancestor and they reach into the shadow root. A default may not be
 * set on the host itself, for there it would win from what is inherited; so the host resolves every
 * token under a name of our own, and the root inside hands it to the component CSS under the real name.
 */

const pair = (light: string, dark: string): string => `light-dark(${light}, ${dark})`;

const INK = pair("#1d2733", "#eef1f4");
const QUIET = pair("#4a5563", "#b9c1ca");
const PAPER = pair("#ffffff", "#161b21");
const ACCENT = pair("#154273", "#9cc4f0");
const ON_ACCENT = pair("#ffffff", "#0e1620");
const ACCENT_DEEP = pair("#0d2e52", "#c4dcf7");
const LINE = pair("#707b88", "#8a95a1");
const TINT = pair("#eef3f8", "#222b35");

/** A text field follows the theme's form controls when it names no text fields. */
const control = (name: string, value: string): string => `var(--utrecht-form-control-${name}, ${value})`;

const TOKENS: Readonly<Record<string, string>> = {
  "document-background-color": PAPER,
  "document-color": INK,
  "document-font-family": 'system-ui, "Segoe UI", Roboto, "Noto Sans", Arial, sans-serif',
  "heading-color": INK,
  "heading-font-family": "var(--ww-utrecht-document-font-family)",
  "focus-outline-color": pair("#0b0c0d", "#ffffff"),
  "focus-outline-style": "solid",
  "focus-outline-width": "3px",
  "focus-outline-offset": "2px",
  "focus-inverse-outline-color": "transparent",
  "pointer-target-min-size": "44px",

  "button-border-radius": "6px",
  "button-border-width": "1px",
  "button-font-size": "1em",
  "button-font-weight": "600",
  "button-line-height": "1.25",
  "button-padding-block-start": "9px",
  "button-padding-block-end": "9px",
  "button-padding-inline-start": "14px",
  "button-padding-inline-end": "14px",
  "button-primary-action-background-color": ACCENT,
  "button-primary-action-border-color": ACCENT,
  "button-primary-action-color": ON_ACCENT,
  "button-primary-action-hover-background-color": ACCENT_DEEP,
  "button-primary-action-hover-color": ON_ACCENT,
  "button-primary-action-active-background-color": ACCENT_DEEP,
  "button-primary-action-active-color": ON_ACCENT,
  "button-secondary-action-background-color": PAPER,
  "button-secondary-action-border-color": LINE,
  "button-secondary-action-color": ACCENT,
  "button-secondary-action-hover-background-color": TINT,
  "button-secondary-action-hover-color": ACCENT,
  "button-secondary-action-active-background-color": TINT,
  "button-secondary-action-active-color": ACCENT,
  "button-subtle-background-color": "transparent",
  "button-subtle-border-color": "transparent",
  "button-subtle-color": ACCENT,
  "button-subtle-hover-background-color": TINT,
  "button-subtle-hover-color": ACCENT,
  "button-subtle-active-background-color": TINT,
  "button-subtle-active-color": ACCENT,

  "link-color": ACCENT,
  "link-hover-color": ACCENT_DEEP,
  "link-text-underline-offset": "0.15em",

  "textarea-background-color": control("background-color", PAPER),
  "textarea-border-color": control("border-color", LINE),
  "textarea-border-radius": control("border-radius", "6px"),
  "textarea-border-width": control("border-width", "1px"),
  "textarea-color": control("color", INK),
  "textarea-font-size": control("font-size", "1em"),
  "textarea-line-height": "1.4",
  "textarea-padding-block-start": "9px",
  "textarea-padding-block-end": "9px",
  "textarea-padding-inline-start": "12px",
  "textarea-padding-inline-end": "12px",
  "textarea-invalid-border-color": pair("#a30f1d", "#ff9aa2"),
  "textarea-invalid-border-width": "2px",

  "blockquote-background-color": "transparent",
  "blockquote-border-color": pair("#b7c2ce", "#4b5763"),
  "blockquote-border-inline-start-width": "3px",
  "blockquote-color": QUIET,
  "blockquote-padding-inline-start": "12px",
  "blockquote-row-gap": "2px",
  "blockquote-margin-inline-start": "0",
  "blockquote-margin-inline-end": "0",

  "alert-border-radius": "8px",
  "alert-column-gap": "12px",
  "alert-padding-block-start": "14px",
  "alert-padding-block-end": "14px",
  "alert-padding-inline-start": "16px",
  "alert-padding-inline-end": "16px",
  "alert-warning-background-color": pair("#fff7e6", "#2e2613"),
  "alert-warning-border-color": pair("#8a5a00", "#e0b04a"),
  "alert-warning-border-width": "1px",
  "alert-warning-color": INK,
};

/**
 * Tokens of the widget itself, for what the component library has no name for, and for an emergency:
 * published themes make the border of an alert transparent, and 112 may never be hard to see.
 */
const OWN: Readonly<Record<string, string>> = {
  "accent-color": "var(--ww-utrecht-button-primary-action-background-color)",
  "on-accent-color": "var(--ww-utrecht-button-primary-action-color)",
  "quiet-color": QUIET,
  "line-color": LINE,
  "rule-color": pair("#d5dce4", "#3a444f"),
  "tint-color": TINT,
  "card-background-color": "var(--ww-utrecht-document-background-color)",
  "badge-background-color": pair("#e3efe6", "#1d3a28"),
  "badge-color": pair("#12492a", "#b7e4c7"),
  "emergency-color": pair("#a30f1d", "#ff9aa2"),
  "emergency-background-color": pair("#fdf0f1", "#35161a"),
  "emergency-text-color": INK,
  "emergency-button-background-color": pair("#a30f1d", "#ff9aa2"),
  "emergency-button-color": pair("#ffffff", "#2a0508"),
};

/** What NL Design System's newer themes, which speak of `basis`, say in place of these. */
const BASIS: Readonly<Record<string, string>> = {
  "utrecht-document-background-color": "color-default-bg-document",
  "utrecht-document-color": "color-default-color-document",
  "utrecht-document-font-family": "text-font-family-default",
  "utrecht-heading-color": "heading-color",
  "utrecht-heading-font-family": "heading-font-family",
  "utrecht-focus-outline-color": "focus-outline-color",
  "utrecht-focus-outline-style": "focus-outline-style",
  "utrecht-focus-outline-width": "focus-outline-width",
  "wegwijzer-quiet-color": "color-default-color-subtle",
  "wegwijzer-line-color": "color-default-border-default",
  "wegwijzer-rule-color": "color-default-border-subtle",
  "wegwijzer-tint-color": "color-default-bg-subtle",
};

const fallback = (name: string, value: string): string => (BASIS[name] ? `var(--basis-${BASIS[name]},${value})` : value);

const entries = [
  ...Object.entries(TOKENS).map(([name, value]) => [`utrecht-${name}`, value] as const),
  ...Object.entries(OWN).map(([name, value]) => [`wegwijzer-${name}`, value] as const),
];

/** The names of all tokens that a page may set, without the dashes. */
export const TOKEN_NAMES: readonly string[] = entries.map(([name]) => name);

export const tokens =
  `:host{${entries.map(([name, value]) => `--ww-${name}:var(--${name},${fallback(name, value)})`).join(";")}}` +
  `.ww{${entries.map(([name]) => `--${name}:var(--ww-${name})`).join(";")}}`;

/** The component library's alert for errors, which the workbench uses and the chat does not: as an emergency. */
const ERROR_ALERT =
  "--utrecht-alert-error-background-color:var(--wegwijzer-emergency-background-color);" +
  "--utrecht-alert-error-border-color:var(--wegwijzer-emergency-color);" +
  "--utrecht-alert-error-color:var(--wegwijzer-emergency-text-color);" +
  "--utrecht-alert-error-border-width:3px";

/** The same tokens on a page of our own, light or dark as the user's device is: for the trainers' workbench. */
export const tokensOnRoot = (): string =>
  `:root{color-scheme:light dark;${ERROR_ALERT};${entries.map(([name, value]) => `--${name}:${value.replaceAll("--ww-", "--").replace(/var\(--utrecht-form-control-[\w-]+, (.*)\)$/, "$1")}`).join(";")}}`;
