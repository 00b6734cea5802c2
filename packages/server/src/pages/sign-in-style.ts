/** Style of pages for people, in the colours of the web interface (packages/dashboard/src/styles/tokens.css): neutral greys and one accent, on a grid of four pixels, in both themes. */

/** A file of its own, because the content security policy allows no other. Contrasts are 4.5:1 and more. */
export const SIGN_IN_STYLE = `:root {
  color-scheme: light dark;
  --ground: light-dark(#f7f8f9, #101317);
  --sheet: light-dark(#ffffff, #171b20);
  --line: light-dark(#e1e5ea, #282e36);
  --edge: light-dark(#7d8793, #6d7783);
  --text: light-dark(#14181d, #e9ecef);
  --quiet: light-dark(#5b6570, #929ca8);
  --accent: light-dark(#4338ca, #a8b1ff);
  --on-accent: light-dark(#ffffff, #12142b);
  --wrong: light-dark(#b41c1c, #ff8a85);
  font: 14px/1.6 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif;
  font-variant-numeric: tabular-nums;
}
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: start center; padding: 12vh 16px 32px; background: var(--ground); color: var(--text); }
main { width: 100%; max-width: 400px; padding: 32px; background: var(--sheet); border: 1px solid var(--line); border-radius: 8px; }
.mark { margin: 0 0 24px; font-weight: 600; letter-spacing: 0.01em; }
.mark span { font-weight: 400; color: var(--quiet); }
h1 { margin: 0 0 4px; font-size: 20px; line-height: 28px; font-weight: 600; }
h1:focus { outline: none; }
h2 { margin: 0 0 4px; font-size: 14px; font-weight: 600; }
p { margin: 0 0 16px; }
#intro, .note { color: var(--quiet); }
.note { margin: 16px 0 0; }
section { margin-top: 24px; }
#inside { padding-top: 24px; border-top: 1px solid var(--line); }
button { display: block; width: 100%; min-height: 40px; margin-top: 8px; padding: 8px 16px; font: inherit; font-weight: 500; color: var(--text); background: transparent; border: 1px solid var(--edge); border-radius: 6px; cursor: pointer; }
button:hover { background: color-mix(in srgb, currentColor 8%, transparent); }
button.main { color: var(--on-accent); background: var(--accent); border-color: var(--accent); }
button.main:hover { background: color-mix(in srgb, var(--accent) 88%, var(--text)); }
button:disabled { opacity: 0.6; cursor: progress; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
a { color: var(--accent); }
label { display: block; margin-top: 16px; font-weight: 500; }
code, pre, textarea { font: 13px/20px ui-monospace, SFMono-Regular, Menlo, "DejaVu Sans Mono", monospace; }
textarea { display: block; width: 100%; margin-top: 4px; padding: 8px; resize: none; color: inherit; background: var(--ground); border: 1px solid var(--edge); border-radius: 6px; overflow-wrap: anywhere; word-break: break-all; }
pre { margin: 0 0 16px; padding: 8px; overflow-x: auto; background: var(--ground); border-radius: 6px; white-space: pre-wrap; overflow-wrap: anywhere; }
#made p { margin: 16px 0 4px; }
.links { margin: 16px 0 8px; }
#said:empty { display: none; }
#said, .problem { padding: 8px 12px; border-left: 3px solid var(--accent); background: var(--ground); }
.problem, #said.problem { border-left-color: var(--wrong); }
#said.problem::before { content: "■ "; color: var(--wrong); }
[hidden] { display: none !important; }
@media (max-width: 480px) { body { padding: 16px 8px; } main { padding: 24px 16px; } }
`;
