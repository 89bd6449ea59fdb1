import { hashOf, squeezed } from '../../web/style.ts'

/**
 * What only the letter sheets need, after the one style sheet. Sizes of paper are left to the printer: lengths are physical, no
 * height is fixed, and A4 (210 × 297 mm) and US Letter (216 × 279 mm) both hold the lines.
 */
const source = `
.sheet { padding: clamp(1rem, 5vw, 2.5rem); border: 1px solid var(--soft); background: var(--paper); }
.sheet address { unicode-bidi: plaintext; text-align: match-parent; }
.heads { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(16rem, 100%), 1fr)); gap: 5mm; align-items: start; }
.fax { padding: 2mm 4mm; border: 2px solid var(--ink); }
.blank { border-block-end: 1px solid var(--ink); min-height: 8mm; }
.fax .blank { min-height: 6mm; }
.signing { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(12rem, 100%), 1fr)); gap: 3mm 8mm; }
.signing dd { margin: 0; }
.origin { color: var(--soft); font-size: .875rem; overflow-wrap: anywhere; }
.signatures { width: 100%; table-layout: fixed; border-collapse: collapse; }
.signatures :is(th, td) { padding-block: 1mm; padding-inline: 0 4mm; border-block-end: 1px solid var(--line); text-align: start; vertical-align: top; }
.signatures th { border-color: var(--ink); }
.signatures td { overflow-wrap: anywhere; }
.signatures th:first-child { width: 18mm; }
.signatures th:nth-child(2) { width: 50%; }
.signatures td:first-child { font-variant-numeric: tabular-nums; }
@page { margin: 15mm 18mm; }
@media print {
  :root { color-scheme: light; --paper: #fff; --ink: #000; --soft: #333; --line: #999; --red: #000; --wash: #fff; --red-wash: #fff; }
  body { font-size: 10pt; line-height: 1.35; }
  .off-paper { display: none; }
  main, .band { max-width: none; padding: 0; }
  .top, .foot { display: none; }
  .measure { max-width: none; }
  .sections > * + * { margin-block-start: 0; }
  .sheet { padding: 0; border: 0; }
  .flow > * + * { margin-block-start: .7em; }
  .heads { grid-template-columns: 1fr 1fr; }
  .note { padding: 1mm 3mm; }
  .fax { row-gap: 1mm; }
  .origin { font-size: 8.5pt; }
  .leaf { break-inside: auto; }
  .leaf + .leaf { break-before: page; }
  .sheet h1 { font-size: 14pt; }
  .signatures thead { display: table-header-group; }
  .fax, .signatures tr, .own-words, .signing, .signing div, address { break-inside: avoid; }
  .signing { grid-template-columns: 1fr 1fr; }
}
`

export const LETTER_STYLE = squeezed(source)
export const LETTER_STYLE_HASH = hashOf(LETTER_STYLE)
