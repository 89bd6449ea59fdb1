/**
 * The one style sheet: no framework, no web fonts, no images. Phone first; logical properties, so that right-to-left needs no
 * second sheet. Colours reach WCAG AA on each surface they are used on, in both schemes.
 */
const source = `
:root {
  color-scheme: light dark;
  --paper: #fff; --wash: #f8f5f0; --ink: #211d1b; --soft: #635b55; --line: #ddd6cd;
  --red: #b0131d; --fill: #b0131d; --fill-over: #8c0d16; --red-wash: #fcecea;
  --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Noto Sans Arabic", sans-serif;
  --gap: clamp(1.25rem, 5vw, 2.5rem);
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #151312; --wash: #211e1c; --ink: #f4efe9; --soft: #b9afa6; --line: #463f3a;
    --red: #ff8d84; --fill: #c81e28; --fill-over: #a91b24; --red-wash: #351a18;
  }
}
*, ::before, ::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; scroll-padding-top: 1rem; }
body {
  margin: 0; border-block-start: .5rem solid var(--fill); background: var(--paper); color: var(--ink);
  font: 1.0625rem/1.6 var(--sans); overflow-wrap: break-word;
}
:lang(ar) { line-height: 1.8; }
h1, h2, h3, h4 { margin: 0; line-height: 1.15; text-wrap: balance; }
h1 { font-size: clamp(1.95rem, 1.4rem + 2.9vw, 3.4rem); font-weight: 800; letter-spacing: -.022em; line-height: 1.08; }
h2 { font-size: clamp(1.35rem, 1.2rem + .7vw, 1.7rem); font-weight: 750; letter-spacing: -.01em; }
h3 { font-size: 1.125rem; font-weight: 700; }
h4 { font-size: 1rem; }
:is(h1, h2, h3):lang(ar) { letter-spacing: 0; line-height: 1.4; }
p, ul, ol, dl, blockquote, figure, address, fieldset { margin: 0; padding: 0; border: 0; font-style: normal; }
ul, ol { padding-inline-start: 1.4em; }
.plain { list-style: none; padding: 0; }
a { color: var(--red); text-underline-offset: .18em; text-decoration-thickness: .07em; }
a:hover { text-decoration-thickness: .14em; }
:focus-visible { outline: 3px solid var(--red); outline-offset: 3px; border-radius: 2px; }
hr { border: 0; border-block-start: 1px solid var(--line); }
img { max-width: 100%; height: auto; }
small, .small { font-size: .9375rem; }
.soft { color: var(--soft); }
.flow > * + * { margin-block-start: 1em; }
.flow > * + :is(h2, h3, h4) { margin-block-start: 1.75em; }
.flow > :is(h2, h3, h4) + * { margin-block-start: .6em; }
.flow > h2 + * { margin-block-start: 1em; }
li + li { margin-block-start: .35em; }
.hidden { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip { position: absolute; inset-inline-start: 1rem; inset-block-start: -9rem; padding: .6rem 1rem; background: var(--ink); color: var(--paper); }
.skip:focus { inset-block-start: 1rem; z-index: 1; }

.band { max-width: 74rem; margin-inline: auto; padding-inline: var(--gap); }
.top { border-block-end: 1px solid var(--line); }
.top .band { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; column-gap: 2rem; padding-block: .35rem; }
.mark {
  display: inline-flex; align-items: center; gap: .55rem; min-height: 2.75rem; color: var(--ink);
  font-size: 1.125rem; font-weight: 800; letter-spacing: -.01em; line-height: 1.2; text-decoration: none;
}
.mark svg { flex: none; width: 1.6rem; height: 1.6rem; fill: var(--red); }
.tongues { display: flex; flex-wrap: wrap; margin-inline: -.5rem; list-style: none; padding: 0; line-height: 1.2; }
.tongues li { margin: 0; }
.tongues a { display: inline-flex; align-items: center; min-height: 2.75rem; padding-inline: .5rem; color: var(--soft); font-size: .9375rem; text-decoration: none; }
.tongues a > span::first-letter { text-transform: uppercase; }
.tongues a > span { display: inline-block; border-block-end: 2px solid transparent; padding-block: .15rem; }
.tongues a:hover { color: var(--ink); }
.tongues [aria-current] { color: var(--ink); font-weight: 650; }
.tongues [aria-current] > span { border-color: var(--red); }
main { padding-block: clamp(1.75rem, 6vw, 4rem); }
main:focus { outline: 0; }
.narrow { max-width: 38rem; }
.foot { border-block-start: 1px solid var(--line); background: var(--wash); padding-block: 2rem; }
.foot p { max-width: 65ch; }
.foot a, .target-size { display: inline-block; padding-block: .6rem; }

.lead { font-size: clamp(1.125rem, 1.05rem + .45vw, 1.35rem); line-height: 1.5; text-wrap: pretty; }
.lead:lang(ar) { line-height: 1.8; }
.kicker { display: flex; flex-wrap: wrap; gap: .3rem .9rem; align-items: center; color: var(--soft); font-size: .9375rem; font-weight: 600; }
.tag { padding: .1rem .6rem; border: 1.5px solid currentColor; border-radius: 2rem; font-size: .875rem; font-weight: 650; }
.tag.open { border-color: var(--fill); background: var(--fill); color: #fff; }
.lead + .card { margin-block-start: 2rem; }
.columns { display: grid; gap: clamp(2.5rem, 6vw, 5rem); }
.columns > * { min-width: 0; }
.sections > .flow:first-child > h3:first-child { margin-block-start: 0; }
@media (min-width: 62rem) { .lead + .card { margin-block-start: 2rem; }
.columns { grid-template-columns: minmax(0, 42rem) minmax(20rem, 1fr); } }
@media (min-width: 62rem) and (min-height: 58rem) { .columns > .card { position: sticky; inset-block-start: 1.5rem; } }
.sections > * + * { margin-block-start: clamp(2.5rem, 5vw, 3.5rem); }
.cards { list-style: none; padding: 0; display: grid; gap: 2rem; margin-block-start: 1.25rem; }
.cards li { margin: 0; padding-block-start: 1rem; border-block-start: 3px solid var(--ink); }
.cards :is(h2, h3) { font-size: clamp(1.35rem, 1.2rem + .8vw, 1.75rem); font-weight: 750; letter-spacing: -.012em; margin-block: .35rem .15rem; }
.cards :is(h2, h3) a { display: inline-block; padding-block: .4rem; color: var(--ink); text-decoration-color: var(--red); }
.cards :is(h2, h3) a:hover { color: var(--red); }
.past li { border-block-start: 1px solid var(--line); }
.past :is(h2, h3) { font-size: 1.25rem; }

.note { padding: .8rem 1.1rem; border-inline-start: .35rem solid var(--red); background: var(--red-wash); }
.note.quiet { border-color: var(--line); background: var(--wash); }
.note.invented { border: 2px dashed var(--red); }
.notes { display: grid; gap: .75rem; }
.measure { max-width: 65ch; }
.numbered { list-style: none; padding: 0; counter-reset: n; display: grid; gap: 1.5rem; }
.numbered > li { counter-increment: n; position: relative; margin: 0; padding-inline-start: 3.25rem; }
.numbered > li::before {
  content: counter(n); position: absolute; inset-inline-start: 0; inset-block-start: -.05em; width: 2.2rem;
  color: var(--red); font-size: 2rem; font-weight: 800; line-height: 1; text-align: start;
}
.facts { display: grid; grid-template-columns: fit-content(40%) minmax(0, 1fr); gap: .35rem 1rem; }
.facts dt { color: var(--soft); }
.facts dd { grid-column: 2; margin: 0; overflow-wrap: anywhere; }
.channels { margin-block-start: .75rem; }
.channels + .note, .facts + .field { margin-block-start: 1rem; }
.channels address { unicode-bidi: plaintext; text-align: match-parent; }
.channels dd > a { direction: ltr; display: inline-block; padding-block: .55rem; margin-block: -.55rem; max-width: 100%; }
.letter { padding: clamp(1.1rem, 4vw, 2rem); border: 1px solid var(--line); background: var(--wash); }
blockquote { border-inline-start: .3rem solid var(--line); padding-inline-start: 1.25rem; }
.claims { list-style: none; padding: 0; display: grid; gap: 1.25rem; }
.claims li { margin: 0; padding-block-start: .75rem; border-block-start: 1px solid var(--line); }
.claims strong { display: block; font-size: 1.35rem; line-height: 1.25; }
.parties { list-style: none; padding: 0; display: grid; gap: 1.5rem; }

.card { padding: clamp(1.15rem, 4.5vw, 2rem); border: 1px solid var(--line); border-block-start: .35rem solid var(--fill); background: var(--wash); align-self: start; }
.act { display: flex; flex-wrap: wrap; gap: .75rem; }
form { display: grid; gap: 1.4rem; }
form > * { min-width: 0; }
.field { display: grid; gap: .3rem; }
label, legend { font-weight: 650; }
legend { padding: 0; }
.optional, .hint { color: var(--soft); font-size: .9375rem; font-weight: 400; }
input:not([type=checkbox]), select, textarea {
  width: 100%; min-height: 3rem; padding: .55rem .8rem; border: 1.5px solid var(--soft); border-radius: 3px;
  background: var(--paper); color: var(--ink); font: inherit;
}
[aria-invalid=true] { border: 2px solid var(--red) !important; }
.wrong { color: var(--red); font-weight: 600; }
.picks { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(8rem, 100%), 1fr)); column-gap: 1rem; margin-block-start: .3rem; }
.wide .picks { grid-template-columns: repeat(auto-fill, minmax(min(11rem, 100%), 1fr)); }
.picks label { display: flex; align-items: center; gap: .65rem; min-height: 2.75rem; font-weight: 400; line-height: 1.3; }
.picks label > span { display: inline-block; }
.picks label > span::first-letter { text-transform: uppercase; }
input[type=checkbox] { flex: none; width: 1.35rem; height: 1.35rem; margin: 0; accent-color: var(--fill); }
progress { accent-color: var(--fill); }
.button, button {
  display: inline-block; justify-self: start; min-height: 3rem; padding: .7rem 1.5rem; border: 0; border-radius: 3px;
  background: var(--fill); color: #fff; font: 700 1.0625rem/1.4 var(--sans); text-align: center; text-decoration: none; cursor: pointer;
}
.button:hover, button:hover { background: var(--fill-over); }
button.second { border: 2px solid var(--ink); background: transparent; color: var(--ink); }
button.second:hover { background: var(--ink); color: var(--paper); }
.summary { padding: 1rem 1.25rem; border: 3px solid var(--red); background: var(--paper); }
.summary li { margin: 0; }
.summary:focus { outline: 0; }
.summary a { display: inline-block; padding-block: .6rem; font-weight: 600; }
summary { display: inline-flex; align-items: center; min-height: 2.75rem; cursor: pointer; font-weight: 650; text-decoration: underline; text-underline-offset: .18em; }

.scrolled { overflow: auto; width: fit-content; max-width: 100%; border: 1px solid var(--line); }
iframe { display: block; border: 0; background: #fff; color-scheme: normal; }
pre { margin: 0; padding: 1rem; font: .9375rem/1.5 ui-monospace, Menlo, Consolas, monospace; white-space: pre-wrap; unicode-bidi: plaintext; }

@media (prefers-reduced-motion: no-preference) { html { scroll-behavior: smooth; } button, .button { transition: background-color .12s; } }
@media (forced-colors: active) { .button, button { border: 2px solid; } .mark svg { fill: currentColor; } }
@media print {
  body { border: 0; font-size: 11pt; }
  .skip, .top nav, .card, .act, .foot { display: none; }
  .lead + .card { margin-block-start: 2rem; }
.columns { display: block; }
  main a[href^=http]::after { content: " (" attr(href) ")"; font-size: .85em; }
  section, li { break-inside: avoid-page; }
}
`

/** CSS as served: indentation, line breaks and the space around punctuation say nothing to a browser. */
export const squeezed = (css: string): string =>
  css
    .replace(/\s+/g, ' ')
    .replace(/\s?([{};])\s?/g, '$1')
    .replace(/([:,>]) /g, '$1')
    .replaceAll(';}', '}')
    .trim()

/** FNV-1a, 32 bit: names the content in the URL, so that it can be cached for ever. Not a matter of security. */
export function hashOf(text: string): string {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return (hash >>> 0).toString(16).padStart(8, '0')
}

export const STYLE = squeezed(source)
export const STYLE_HASH = hashOf(STYLE)
